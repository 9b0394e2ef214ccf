"""The base of the panes that are one chart: drawn when it is another one, painted at any time."""

from __future__ import annotations

import os
from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tui.charts.kit.ascii import ASCII
from tui.charts.kit.canvas import Span
from tui.charts.landscape import Patch
from tui.panes.kit.painting import Picture
from tui.panes.kit.pane import Pane

Piece = TypeVar("Piece", Span, Patch)
"""What the rows of a chart are made of."""


class ChartPane(Picture, Pane, Generic[Piece], can_focus=False):
    """A chart that fills its pane; a subclass says what it depends on, and draws it.

    Each piece is painted in the style of the component class ``chart--role``, which the subclass
    declares; all have ``chart--axis``.

    Args:
        braille: whether to draw with braille dots; ``None``: as `MARKER` says.
    """

    MARKER: ClassVar[str | None] = None
    """Of all charts: "braille", "blocks" or "ascii"; ``None``: what the terminal's font has."""

    COMPONENT_CLASSES = {"chart--axis"}

    DEFAULT_CSS = """
    ChartPane { padding: 0 1; }
    ChartPane > .chart--axis { color: $text-muted; }
    """

    def __init__(self, *, braille: bool | None = None) -> None:
        super().__init__()
        marker = self.MARKER or ("blocks" if is_console() else "braille")
        self._braille = marker == "braille" if braille is None else braille
        self._is_ascii = marker == "ascii"
        self._rows: tuple[tuple[Piece, ...], ...] = ()
        self._drawn: object = None
        self._styles: dict[object, Style] = {}
        self._own = Style.null()

    def key(self) -> object:
        """Return all but `size` that the rows depend on; ``None``: there is nothing to draw yet."""
        raise NotImplementedError

    def rows(self) -> tuple[tuple[Piece, ...], ...]:
        """Draw the chart in `size`, at least one cell, from the top; asked only for a new key."""
        raise NotImplementedError

    def style_of(self, piece: Piece) -> Style:
        """Return how a piece looks; asked once in a painting for all that differ only in text."""
        return self.get_component_rich_style(f"chart--{piece.role}", partial=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the chart before its lines are painted, which may be any of them."""
        self._styles, self._own = {}, self.rich_style
        key = self.key()
        if key is not None and self.size and (key, self.size) != self._drawn:
            self._rows, self._drawn = self.rows(), (key, self.size)
        return super().render_lines(crop)

    def paint_line(self, y: int) -> Strip:
        segments = []
        for piece in self._rows[y] if y < len(self._rows) else ():
            look = piece[1:]
            if look not in self._styles:
                self._styles[look] = self._own + self.style_of(piece)
            text = piece.text.translate(ASCII) if self._is_ascii else piece.text
            segments.append(Segment(text, self._styles[look]))
        return Strip(segments).adjust_cell_length(self.size.width, self._own)


def is_console() -> bool:
    """Whether the terminal is the kernel's own: 16 colours, and no braille in its font."""
    return os.environ.get("TERM") == "linux"
