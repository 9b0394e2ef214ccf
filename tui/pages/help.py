"""The help page: keys from the key table, panes in their own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.keys import KEYS
from tui.pages.page import Page


class HelpScreen(Page[None]):
    """What the keys do and what the panes show.

    Args:
        panes: class name and help text of each pane.
    """

    BINDINGS = [
        ("escape", "dismiss(None)", "Back"),
        ("question_mark", "dismiss(None)", "Back"),
        ("q", "dismiss(None)", "Back"),
    ]

    def __init__(self, panes: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._panes = panes

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog page") as page:
            page.border_title = "Help"
            page.border_subtitle = "esc  back"
            yield Static(Text("Keys", style="bold underline"))
            yield Static(_table([(" ".join(key.shown), key.help) for key in KEYS] + MORE_KEYS))
            yield Static(Text("\nPanes", style="bold underline"))
            yield Static(_table([(_words(name), text) for name, text in self._panes]))


MORE_KEYS = [
    ("ctrl+p", "Command palette: all of this by name, and the themes."),
    ("tab", "Move the focus; arrow keys scroll what has it."),
]


def _words(class_name: str) -> str:
    """WeightsTable as Weights table."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", class_name).capitalize()


def _table(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for left, right in rows:
        table.add_row(Text(left), Text(right))
    return table
