"""The base of the panes that are lines of text: wrapped to their width, and scrolled."""

from __future__ import annotations

import textwrap

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.panes.kit.scrolling import SCROLL_BINDINGS

LEAST_WIDTH = 20
"""Cells; where there are fewer the text stays as it was, out of sight."""


class TextPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Lines of text; a subclass gives them, and calls `write` when they are others."""

    BINDINGS = SCROLL_BINDINGS

    DEFAULT_CSS = """
    TextPane {
        border: round $primary; border-title-color: $text;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    TextPane:focus { border: round $accent; }
    TextPane > Static { width: 1fr; height: auto; }
    """

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def lines(self, width: int) -> list[str] | None:
        """Return the text, no line wider than so many cells; ``None``: there is none yet."""
        raise NotImplementedError

    def write(self) -> None:
        """Write the text anew; where there is none yet, nothing."""
        width = self.scrollable_content_region.width
        lines = self.lines(width) if width > LEAST_WIDTH else None
        if lines is not None:
            self.query_one(Static).update(Text("\n".join(lines)))

    def on_resize(self) -> None:
        """Wrap anew."""
        self.write()


def wrap(line: str, width: int) -> list[str]:
    """Break a line where it has blanks, with what follows indented deeper than its begin."""
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=True)
