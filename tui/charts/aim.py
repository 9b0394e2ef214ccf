"""From the cells of a landscape to the weights they stand for, and back. Pure."""

from __future__ import annotations

import math
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from tui.charts.kit.frame import heading_rows
from tui.charts.kit.scale import Scale

Row = TypeVar("Row")

Cell = tuple[int, int]
"""Column and row, counted from the upper left of the chart."""


class Map(NamedTuple, Generic[Row]):
    """A landscape as it is drawn.

    Args:
        rows: all of one width.
        width: cells of each.
        scales: of its coordinates, the one across first; none where there is no canvas. The canvas
            ends where the rows end, and begins under the heading.
    """

    rows: tuple[Row, ...]
    width: int
    scales: tuple[Scale, ...] = ()

    def point_at(self, cell: Cell) -> tuple[float, ...] | None:
        """The coordinates in the middle of a cell, in no more digits than tell it from the next.

        Returns:
            ``None`` beside the canvas.
        """
        if not self.scales or cell != self.nearest(cell):
            return None
        column, row = cell
        places = (column - self._left, self._foot - row)
        return tuple(map(_middle, self.scales, places))

    def cell_of(self, point: tuple[float, ...]) -> Cell | None:
        """The cell of a point, or the nearest at the edge; ``None``: there is no canvas."""
        if not self.scales:
            return None
        cells = [
            int(scale.cell(np.array([value]))[0])
            for scale, value in zip(self.scales, point, strict=True)
        ]
        row = self._foot - cells[1] if len(cells) > 1 else heading_rows(len(self.rows))
        return self._left + cells[0], row

    def nearest(self, cell: Cell) -> Cell:
        """The cell of the canvas that is nearest to a cell."""
        (column, row), top = cell, heading_rows(len(self.rows))
        return max(min(column, self.width - 1), self._left), max(min(row, self._foot), top)

    @property
    def _left(self) -> int:
        """The first column of the canvas."""
        return self.width - self.scales[0].cells

    @property
    def _foot(self) -> int:
        """The last row of the canvas; of one weight any row stands for it."""
        if len(self.scales) == 1:
            return len(self.rows) - 1
        return heading_rows(len(self.rows)) + self.scales[1].cells - 1


def _middle(scale: Scale, cell: int) -> float:
    dots = cell * scale.dots_per_cell + np.array([(scale.dots_per_cell - 1) / 2])
    value = float(scale.value(dots)[0])
    step = (scale.high - scale.low) / scale.cells
    return round(value, -math.floor(math.log10(step)))
