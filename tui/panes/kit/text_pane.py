"""The base of the panes that are lines of text: wrapped to their width, and scrolled."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from rich.cells import set_cell_size
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui.panes.kit.pane import Pane
from tui.panes.kit.scrolling import SCROLL_BINDINGS
from tui.text import NOT_FINITE

LEAST_WIDTH = 20
"""Cells; where there are fewer the text stays as it was, out of sight."""

Line = str | Text
"""A line as it is, or in a style of its own."""


class TextPane(VerticalScroll, Pane, can_focus=True, inherit_bindings=False):
    """Lines of text; a subclass gives them, and calls `write` when they are others."""

    BINDINGS = SCROLL_BINDINGS

    COMPONENT_CLASSES = {"text-pane--now", "text-pane--not-finite"}

    DEFAULT_CSS = """
    TextPane { padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    TextPane > Static { width: 1fr; height: auto; }
    TextPane > .text-pane--now { background: $accent-muted; color: $foreground; }
    TextPane > .text-pane--not-finite { color: $text-error; text-style: bold; }
    """

    MARKS_NOT_FINITE: ClassVar[bool] = False
    """Whether inf and nan stand out in it."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def lines(self, width: int) -> list[Line] | None:
        """Return the text, no line wider than so many cells; ``None``: there is none yet."""
        raise NotImplementedError

    def now(self, line: str, width: int) -> Text:
        """Mark a line as what has just happened; it is scrolled into view."""
        style = self.get_component_rich_style("text-pane--now", partial=True)
        return Text(set_cell_size(line, width), style)

    def write(self) -> None:
        """Write the text anew; where there is none yet, nothing."""
        width = self.scrollable_content_region.width
        lines = self.lines(width) if self.is_mounted and width > LEAST_WIDTH else None
        if lines is None:
            return
        text = Text("\n").join(map(as_text, lines))
        if self.MARKS_NOT_FINITE:
            look = self.get_component_rich_style("text-pane--not-finite", partial=True)
            text.highlight_regex(NOT_FINITE, look)
        self.query_one(Static).update(text)
        marked = [index for index, line in enumerate(lines) if isinstance(line, Text)]
        if marked:
            self.call_after_refresh(self._show_lines, marked[0], marked[-1] + 1)

    def _show_lines(self, top: int, bottom: int) -> None:
        """Scroll no further than it takes to see some lines; of too many the first."""
        height, y = self.size.height, self.scroll_offset.y
        if top < y or bottom - top >= height:
            y = top
        self.scroll_to(y=max(y, bottom - height) if y != top else top, animate=False)

    def on_resize(self) -> None:
        """Wrap anew."""
        self.write()


def as_text(line: Line) -> Text:
    """A line, with its style if it has one."""
    return line if isinstance(line, Text) else Text(line)


def wrap(line: str, width: int) -> list[str]:
    """Break a line where it has blanks, with what follows indented deeper than its begin."""
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    return textwrap.wrap(line, max(width, 1), subsequent_indent=indent, break_long_words=True)
