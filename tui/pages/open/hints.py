"""What stands under the cursor, in a line, and what the keys do there."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Select, Static

from tui.pages.open.advice import AdviceRow
from tui.pages.open.column_table import ColumnTable
from tui.pages.open.problem_options import MEANINGS

PATH_HINT = "tab complete, next  ↓ list  enter open  esc back"
TABLE_HINT = "space feature  t target  h one-hot  d date  a auto  enter open"
ADVICE_HINT = "enter take it, or press its number  ← → another  esc back"
LIST_HINT = "enter choose  tab next  ctrl+s open  esc back"
FIELD_HINT = "tab next  enter open  esc back"

AT_PATH = ("path", "places")
"""Where a path is chosen."""


class Hints(Vertical):
    """Two lines at the end of the page."""

    DEFAULT_CSS = """
    Hints { height: auto; }
    Hints Static { height: auto; min-height: 1; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        yield Static("", id="meaning", markup=False)
        yield Static(PATH_HINT, id="keys", markup=False)

    def show(self, focused: Widget) -> None:
        """Explain what has the focus."""
        self.query_one("#meaning", Static).update(_meaning(focused))
        self.query_one("#keys", Static).update(_keys(focused))


def _meaning(focused: Widget) -> str:
    if isinstance(focused, ColumnTable):
        return focused.meaning
    known = (node.id for node in focused.ancestors_with_self if node.id in MEANINGS)
    return MEANINGS.get(next(known, None) or "", "")


def _keys(focused: Widget) -> str:
    if focused.id in AT_PATH:
        return PATH_HINT
    if isinstance(focused, ColumnTable):
        return TABLE_HINT
    if isinstance(focused, AdviceRow):
        return ADVICE_HINT
    is_list = any(isinstance(node, Select) for node in focused.ancestors_with_self)
    return LIST_HINT if is_list else FIELD_HINT
