"""The landscape: the loss over two weights as filled contours, the path over it. Pure.

Each cell shows two samples of the loss, one above the other, as a half-block in two colours. What a
colour means is written on the borders of the bands, as heights are on a map; without colours,
characters of rising density stand for the bands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.charts.aim import Map
from tui.charts.bands import band_of, borders, label_positions
from tui.charts.kit.canvas import BRAILLE, QUADRANTS, ChartRow, Marker, draw, draw_points
from tui.charts.kit.frame import empty_frame, frame, heading, heading_rows
from tui.charts.kit.path import clipped, joined, scattered
from tui.charts.kit.scale import FARTHEST, Floats, Ints, Reals, Scale, value_scale

OPPOSITE = 0.5
"""How far the window goes on beyond the optimum, as a part of how far it goes on the other side.

So the valley is seen on both sides of the optimum, and not only where the path came from.
"""

MARGIN = 0.08
"""How much longer than that the window is to each side, as a part of its length."""

RAMP = " .:-=+*%@"
"""What stands for the bands without colours, one character for each of ``bands.MOST_BANDS``."""


MOST_JOINED = 32
"""States at the end of a path that are joined: 100 lines over all of the canvas take 8 ms."""

FARTHEST_STEP = 1e9
"""Of so many windows' lengths a step is drawn; one that is longer points nearly where it goes."""

ARROWS, PLAIN_ARROWS = "→↗↑↖←↙↓↘", "→→↑←←←↓→"
"""Heads of arrows by their direction in eighths of a turn; and of those that every font has."""

AROUND = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
"""The cells around one in these directions, to the right and up."""


class Patch(NamedTuple):
    """A piece of a row of the landscape that is drawn in one style.

    Args:
        text: plain text, no markup and no control characters.
        role: "ground", "border" (the label of a border between two bands), "path", "start",
            "latest", "optimum", "step", or "axis" (all the rest).
        front: the band whose colour the text has; ``None``: the colour of its role.
        back: the band whose colour lies behind the text; ``None``: that of the pane.
    """

    text: str
    role: str
    front: int | None = None
    back: int | None = None


PatchRow = tuple[Patch, ...]


def landscape_chart(
    losses: Callable[..., Reals],
    path: Reals,
    optimum: Reals,
    width: int,
    height: int,
    *,
    names: tuple[str, str],
    epochs: Ints | None = None,
    following: Reals | None = None,
    floor: float = 0.0,
    colored: bool = True,
    braille: bool = True,
) -> Map[PatchRow]:
    """Draw the loss over two weights and a path in it, with numbered axes where they fit.

    The bands are of the loss above its smallest value, at about equal ratios: so there are rings
    around the optimum also where the smallest loss is large. The latest point is ●, the first ○,
    the optimum ✕, or ⊗ where ● is in the same cell. An arrow shows where the next epoch leads.

    Args:
        losses: the loss at k points, from their first and their second coordinates, shape (k,)
            each. Values that are not finite count as the highest.
        path: measured states, shape (m, 2), m >= 0; those that are not finite are left out.
        optimum: where the loss is smallest, shape (2,); left out where it is not finite.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        names: of the weight across and of the one up, printable.
        epochs: of the states, rising, shape (m,): of the last, those of an epoch and the next are
            joined; ``None``: none are.
        following: where the next epoch leads, shape (2,); ``None``: no arrow.
        floor: the smallest loss.
        colored: draw the bands in colours; False: as characters.
        braille: draw a path of many points in braille dots; False: in quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells, and the scales of their canvas.
    """
    way, best = finite_points(path, 2), finite_points(optimum, 2)
    follows = _follows(path, epochs)
    points = np.vstack([way, best])
    if len(points) == 0:
        return Map(plain(empty_frame(width, height, "no finite weights")), width)
    marker = BRAILLE if braille else QUADRANTS
    across, up = (window(way[:, axis], best[:, axis]) for axis in (0, 1))
    x, y, axes = frame(
        width,
        height - heading_rows(height),
        partial(value_scale, across, dots_per_cell=marker.across, margin=MARGIN),
        partial(value_scale, up, dots_per_cell=marker.down, margin=MARGIN),
    )
    with np.errstate(over="ignore", invalid="ignore"):
        grid = np.meshgrid(_sampled(x, 1), _sampled(y, 2))
        heights = losses(*(values.ravel() for values in grid)).astype(np.float64) - floor
    edges = borders(heights)
    if not edges:
        return Map(plain(empty_frame(width, height, "no finite loss here")), width)

    picture = _Picture(axes, band_of(heights, edges).reshape(grid[0].shape), colored=colored)
    if follows.any():
        picture.lay("path", draw(joined(way, follows, x, y), x, y, marker))
    if len(way):
        picture.lay("path", draw_points(scattered(way, x, y), x, y, marker, "•"))

    def cells(values: Floats) -> Ints:
        return np.column_stack([y.cells - 1 - y.cell(values[:, 1]), x.cell(values[:, 0])])

    for row, column, text in label_positions(picture.lower, edges, cells(points)):
        picture.write("border", row, column, text)
    step = path[-1:] if following is None else np.vstack([path[-1:], following])
    if len(step := finite_points(step, 2)) == 2:
        picture.point(step, x, y, marker)
    arrived = cells(way[-1:]).tolist() == cells(best).tolist()
    for role, mark, point in (
        ("start", "○", way[:1]),
        ("optimum", "✕", best),
        ("latest", "⊗" if arrived else "●", way[-1:]),
    ):
        for row, column in cells(point).tolist():
            picture.write(role, row, column, mark)
    rows = (*plain(heading(width, height, *names)), *picture.rows())
    return Map(rows, width, (x, y))


def _follows(path: Reals, epochs: Ints | None) -> NDArray[np.bool_]:
    """Return whether each finite state is that of the epoch after the one before it.

    Of all but the last that is not told: where a run jumps a thousand lines hide the last ones.
    """
    finite = np.isfinite(path).all(axis=1)
    if epochs is None:
        return np.zeros(np.count_nonzero(finite), dtype=np.bool_)
    follows: NDArray[np.bool_] = np.diff(epochs[finite], prepend=-2) == 1
    follows[:-MOST_JOINED] = False
    return follows


def _sampled(scale: Scale, per_cell: int) -> Floats:
    """Return the values in the middle of so many equal parts of each cell."""
    samples = scale.value(np.arange(scale.dots)).reshape(scale.cells * per_cell, -1)
    values: Floats = samples.mean(axis=1)
    return values


def finite_points(points: Reals, axes: int) -> Floats:
    """Return those of some points that are finite, in float64, shape (k, axes)."""
    pairs = np.asarray(points, dtype=np.float64).reshape(-1, axes)
    return pairs[np.isfinite(pairs).all(axis=1)]


def window(path: Floats, optimum: Floats) -> Floats:
    """Return what a picture has to show along one axis: the path, and both sides of the optimum.

    Args:
        path: one coordinate of each point, shape (m,), finite.
        optimum: the same of the optimum, shape (1,), or (0,) where it is not known.
    """
    path = np.clip(path, -FARTHEST, FARTHEST)
    if len(optimum) == 0:
        return path
    center = np.clip(optimum, -FARTHEST, FARTHEST)
    beyond = center * (1 + OPPOSITE) - path * OPPOSITE
    return np.concatenate([path, center, beyond])


def plain(rows: tuple[ChartRow, ...]) -> tuple[PatchRow, ...]:
    """Return rows without bands as rows of patches."""
    return tuple(tuple(Patch(*span) for span in row) for row in rows)


class _Picture:
    """The cells of a landscape: what stands in each of them, and in which colours.

    Args:
        axes: all rows, the canvas empty.
        bands: the band of each sample, shape (2 * rows of the canvas, its columns), from the foot.
        colored: whether the bands are drawn in colours.
    """

    def __init__(self, axes: list[str], bands: Ints, *, colored: bool) -> None:
        upper, lower = bands[::-2], bands[-2::-2]
        self.lower = lower
        self._text = np.array(axes).view("U1").reshape(len(axes), -1)
        self._role = np.full(self._text.shape, "axis", dtype=object)
        self._front = np.full(self._text.shape, None, dtype=object)
        self._back = self._front.copy()
        # The canvas is the upper right corner: these are views of it.
        self._canvas = slice(len(lower)), slice(-lower.shape[1], None)
        self._role[self._canvas] = "ground"
        if colored:
            even = upper == lower
            self._text[self._canvas] = np.where(even, " ", "▀")
            self._front[self._canvas] = upper
            self._front[self._canvas][even] = None
            self._back[self._canvas] = lower
        else:
            self._text[self._canvas] = np.array(list(RAMP))[np.minimum(upper, lower)]

    def lay(self, role: str, lines: list[str]) -> None:
        """Lay a picture of the canvas over it, its blanks left out."""
        drawn = np.array(lines).view("U1").reshape(self.lower.shape)
        where = drawn != " "
        for cells, value in ((self._text, drawn[where]), (self._role, role), (self._front, None)):
            cells[self._canvas][where] = value

    def write(self, role: str, row: int, column: int, text: str) -> None:
        """Write a text on the canvas, from a row and a column counted from its upper left."""
        cells = slice(column, column + len(text))
        self._text[self._canvas][row, cells] = list(text)
        self._role[self._canvas][row, cells] = role
        self._front[self._canvas][row, cells] = None

    def point(self, step: Floats, x: Scale, y: Scale, marker: Marker) -> None:
        """Draw the arrow of a step from one point to another; into the next cell if it is shorter.

        Args:
            step: the two points, shape (2, 2).
            x: linear scale of the first coordinate.
            y: linear scale of the second.
            marker: how cells are divided.
        """
        line = clipped(step, x, y)
        with np.errstate(over="ignore"):
            parts = (step[1] - step[0]) / (x.high - x.low, y.high - y.low)
            across, up = np.clip(parts, -FARTHEST_STEP, FARTHEST_STEP)
        if len(line.column) < 2 or not (across or up):
            return
        self.lay("step", draw(line, x, y, marker))
        # A cell is twice as high as it is wide.
        eighth = round(math.atan2(2 * up * y.cells, across * x.cells) / (math.pi / 4)) % 8
        columns, rows = line.column // x.dots_per_cell, line.row // y.dots_per_cell
        column, row = int(columns[1]), int(rows[1])
        if (column, row) == (columns[0], rows[0]):
            right, above = AROUND[eighth]
            column, row = column + right, row + above
        if 0 <= column < x.cells and 0 <= row < y.cells:
            arrows = ARROWS if marker is BRAILLE else PLAIN_ARROWS
            self.write("step", y.cells - 1 - row, column, arrows[eighth])

    def rows(self) -> tuple[PatchRow, ...]:
        """Return the picture, neighbours that look alike put together."""
        return tuple(map(_row, self._text, self._role, self._front, self._back))


def _row(texts: NDArray[np.str_], *styles: NDArray[np.object_]) -> PatchRow:
    alike = [style[1:] == style[:-1] for style in styles]
    cuts = np.flatnonzero(~np.logical_and.reduce(alike)) + 1
    return tuple(
        Patch("".join(texts[start:end]), *(style[start] for style in styles))
        for start, end in pairwise([0, *cuts.tolist(), len(texts)])
    )
