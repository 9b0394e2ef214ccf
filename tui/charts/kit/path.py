"""From points to the dots of a canvas: pure functions, no plotext.

What stands between values and plotext: ``decimate`` for a curve, ``scattered`` for points,
``joined`` for lines between them and ``clipped`` for a straight line give dots inside the canvas,
and nothing else ever reaches plotext.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.charts.kit.scale import Floats, Ints, Scale
from tui.charts.kit.series import Series

DOTTED = 3
"""Of how many dots along a ghost's line one is drawn; one of two still looks joined in braille."""

EXACT_DOTTED = 2
"""The same for exact arithmetic: closer, since most of a line that drops away is one of few dots,
and so that it is no ghost where there are no colours."""

LEVEL_DOTTED = 4
"""Of how many dots along a level line one is drawn."""

DASH, GAP = 5, 3
"""Dots of a dash and of the gap after it: a line of these is neither joined nor dotted."""


class Path(NamedTuple):
    """A line through dots of the canvas. All arrays have shape (p,).

    Args:
        column: dot column of each point; of a curve rising, with no more than two points in one.
        row: dot row of each point.
        joined: whether a line is drawn from the point before to this one; False at the first.
    """

    column: Ints
    row: Ints
    joined: NDArray[np.bool_]


def decimate(series: Series, x: Scale, y: Scale) -> Path:
    """Turn a series into at most two dots per column: the smallest and the largest value there.

    The sanitiser in front of plotext. What is not finite is left out and cuts the line, what lies
    outside the scales is moved to their edge, and the extremes of the finite values survive:
    scales never reverse an order, so the extreme dots are the dots of the extremes.

    Args:
        series: b >= 0 points, of any values.
        x: scale of the series' x.
        y: scale of the values.

    Returns:
        A path of p <= 2 * x.dots points with 0 <= column < x.dots and 0 <= row < y.dots.
    """
    low = np.where(np.isfinite(series.low), series.low, series.high)
    high = np.where(np.isfinite(series.high), series.high, low)
    last = np.where(np.isfinite(series.last), series.last, high)
    known = np.isfinite(low)
    cuts = np.cumsum(~known)[known]
    column = x.dot(series.x[known])
    bottom, top, leave = (y.dot(values[known]) for values in (low, high, last))

    start = np.flatnonzero(np.diff(column, prepend=-1))
    end = np.append(start, len(column))[1:] - 1
    bottom, top = np.minimum.reduceat(bottom, start), np.maximum.reduceat(top, start)
    column, leave = column[start], leave[end]

    # Strokes side by side that overlap need no line between them. Leaving it out halves the time
    # of a loss that swings over the whole canvas, 96 ms to 50 ms at 200 x 50 cells.
    apart = (np.diff(column) > 1) | (bottom[1:] > top[:-1]) | (bottom[:-1] > top[1:])
    joined = np.zeros(len(start), dtype=np.bool_)
    joined[1:] = apart & (cuts[start[1:]] == cuts[end[:-1]])
    # The extreme nearer to where the line leaves the column comes second: for a falling loss this
    # is the order in which they came.
    falls = leave - bottom <= top - leave
    rows = np.column_stack([np.where(falls, top, bottom), np.where(falls, bottom, top)])
    present = np.column_stack([np.ones_like(falls), bottom != top])
    return Path(
        np.column_stack([column, column])[present],
        rows[present],
        np.column_stack([joined, np.ones_like(joined)])[present],
    )


def scattered(values: Floats, x: Scale, y: Scale) -> Path:
    """Return the dots of some points, each once, none joined.

    Args:
        values: shape (k, 2), finite, k >= 0: what x measures, what y measures.
        x: scale of the first of the two.
        y: scale of the second.
    """
    dots = np.unique(x.dot(values[:, 0]) * y.dots + y.dot(values[:, 1]))
    return _dots(*np.divmod(dots, y.dots))


def joined(values: Floats, follows: NDArray[np.bool_], x: Scale, y: Scale) -> Path:
    """Return the lines between points that follow one another, where they leave a gap.

    Args:
        values: as in ``scattered``.
        follows: whether a point follows the one before, shape (k,).
        x: as in ``scattered``.
        y: as in ``scattered``.
    """
    column, row = x.dot(values[:, 0]), y.dot(values[:, 1])
    apart = np.maximum(*(np.abs(np.diff(dots, prepend=dots[:1])) for dots in (column, row))) > 1
    ends = follows & apart
    drawn = ends | np.append(ends[1:], False)[: len(ends)]
    return Path(column[drawn], row[drawn], ends[drawn])


def clipped(line: Floats, x: Scale, y: Scale) -> Path:
    """Return what is to be seen of a straight line from one point to another, p <= 2 points.

    Args:
        line: the two points, shape (2, 2), as in ``scattered``; (0, 2) where there is no line.
        x: linear scale.
        y: linear scale.
    """
    nothing = _dots(*np.empty((2, 0), dtype=np.int64))
    if len(line) == 0:
        return nothing
    # In fractions: differences of floats overflow, and what is rounded would bend the line.
    starts, ends = ([Fraction(value) for value in point] for point in line.tolist())
    axes = list(zip(starts, ends, (x, y), strict=True))
    enter, leave = Fraction(0), Fraction(1)
    for start, end, scale in axes:
        low, high = Fraction(scale.low), Fraction(scale.high)
        if start != end:
            at_low, at_high = (low - start) / (end - start), (high - start) / (end - start)
            enter, leave = max(enter, min(at_low, at_high)), min(leave, max(at_low, at_high))
        elif not low <= start <= high:
            return nothing
    if enter > leave:
        return nothing
    column, row = (
        scale.dot(np.array([float(start + part * (end - start)) for part in (enter, leave)]))
        for start, end, scale in axes
    )
    return Path(column, row, np.array([False, True]))


def ghost_path(ghost: Series, x: Scale, y: Scale) -> Path:
    """Return the dots of a ghost, none joined."""
    return dotted(decimate(_cut_off(ghost, y), x, y), x.dots + y.dots)


def merged(paths: list[Path], y: Scale) -> Path:
    """Return the dots of paths of which nothing is joined, each once."""
    dots = np.concatenate([path.column * y.dots + path.row for path in paths])
    return _dots(*np.divmod(np.unique(dots), y.dots))


def exact_path(exact: Series, curve: Path, x: Scale, y: Scale) -> Path:
    """Return the dots of exact arithmetic that are apart from the curve, none joined.

    Dots that touch it tell nothing, and the two lines are rounded differently: where they are the
    same one of them would stick out here and there.

    Args:
        exact: its points, b >= 0.
        curve: the path of the curve.
        x: scale of the epochs.
        y: scale of the losses.
    """
    if len(exact.x) == 0:
        return decimate(exact, x, y)
    path = dotted(decimate(_cut_off(exact, y), x, y), x.dots + y.dots, every=EXACT_DOTTED)
    line = dotted(curve, x.dots * y.dots, every=1)
    near = np.zeros((x.dots + 2, y.dots + 2), dtype=np.bool_)
    for across in range(3):
        for up in range(3):
            near[line.column + across, line.row + up] = True
    apart = ~near[path.column + 1, path.row + 1]
    return _dots(path.column[apart], path.row[apart])


def dashed_path(series: Series, x: Scale, y: Scale) -> Path:
    """Return the dots of a dashed line that ends where it leaves the scale, none joined."""
    if len(series.x) == 0:
        return decimate(series, x, y)
    path = dotted(decimate(_cut_off(series, y), x, y), x.dots + y.dots, every=1)
    in_dash = np.arange(len(path.column)) % (DASH + GAP) < DASH
    return _dots(path.column[in_dash], path.row[in_dash])


def level_path(value: float, x: Scale, y: Scale) -> Path:
    """Return the dots of a value over the whole width, at the height that a line has there."""
    columns = np.arange(LEVEL_DOTTED // 2, x.dots, LEVEL_DOTTED)
    return _dots(columns, np.full(len(columns), y.dot(np.array([value]))[0]))


def _cut_off(series: Series, y: Scale) -> Series:
    """Leave out what lies beyond the scale, but for where the line leaves it and comes back.

    At the edge a loss that exploded would look like one that settled there.
    """
    below = (series.high < y.low) & ~((series.high == 0) & (y.floor > 0))
    side = (series.low > y.high).astype(np.int64) - below
    stays = (side == np.append(side[0], side[:-1])) & (side == np.append(side[1:], side[-1]))
    gone = (side != 0) & stays
    return series._replace(
        low=np.where(gone, np.nan, series.low), high=np.where(gone, np.nan, series.high)
    )


def dotted(path: Path, most: int, *, every: int = DOTTED) -> Path:
    """Thin a path out to one of a few dots along its lines.

    Counted along the path, since a mask laid over the canvas swallows lines of some slopes whole.

    Args:
        path: p >= 0 points.
        most: number of dots. A line that only falls stays far below the sum of the canvas' sides;
            one that swings over all of it would take 220 ms at 200 x 50 cells, and hide the rest.
        every: of how many dots one is kept, >= 1.

    Returns:
        A path of which nothing is joined.
    """
    if len(path.column) == 0:
        return path
    across, down = (np.abs(np.diff(dots, prepend=dots[0])) for dots in (path.column, path.row))
    # Where no line is drawn the next point counts as the next dot: none falls into the gap.
    length = np.cumsum(np.where(path.joined, np.maximum(across, down), 1))
    at = np.arange(1, length[-1] + 1, max(every, math.ceil(length[-1] / most)))
    column, row = (np.rint(np.interp(at, length, dots)) for dots in (path.column, path.row))
    return _dots(column.astype(np.int64), row.astype(np.int64))


def _dots(column: Ints, row: Ints) -> Path:
    return Path(column, row, np.zeros(len(column), dtype=np.bool_))
