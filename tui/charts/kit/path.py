"""From values to the dots of a canvas: pure functions, no plotext.

What stands between values and plotext: ``decimate`` for a curve, ``scattered`` for points and
``clipped`` for a straight line give dots inside the canvas, and nothing else ever reaches plotext.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.charts.kit.axis import Floats, Ints, Scale

if TYPE_CHECKING:
    from linreg_core import Curve

DOTTED = 3
"""Of how many dots along a ghost's line one is drawn; one of two still looks joined in braille."""

EXACT_DOTTED = 2
"""The same for exact arithmetic: closer, since most of a line that drops away is one of few dots,
and so that it is no ghost where there are no colours."""


DASH, GAP = 5, 3
"""Dots of a dash and of the gap after it: a line of these is neither joined nor dotted."""


class Series(NamedTuple):
    """For each x a range of values. All arrays have shape (b,).

    Args:
        x: epochs or other values, rising; equal ones are of one place.
        low: smallest value at x; it, high and last may be not finite.
        high: largest value at x.
        last: value the line leaves x with; it decides which extreme is drawn first.
    """

    x: Ints | Floats
    low: Floats
    high: Floats
    last: Floats


def series_of(curve: Curve, *, from_epoch_1: bool) -> Series:
    """Return a point for each bucket and one for the newest epoch, b >= 1."""
    first_end = np.append(curve.epoch, curve.end)[1]
    # A first bucket that holds more than epoch 0 stays, at the edge: its extremes may be later.
    kept = slice(int(from_epoch_1 and first_end == 1), None)
    newest = curve.last[-1]
    return Series(
        np.append(curve.epoch[kept], curve.end - 1),
        np.append(curve.low[kept], newest),
        np.append(curve.high[kept], newest),
        np.append(curve.last[kept], newest),
    )


def series_within(curve: Curve, window: tuple[int, int], *, log: bool) -> Series:
    """Return the points of the epochs of a window, b >= 0, for a plot that looks into buckets.

    There a bucket may be many columns wide, and a stroke at its first epoch would make stairs of a
    slope. So it gives its last loss at its last epoch, and a stroke from its smallest to its
    largest loss in the middle of what is seen of it only where these lie beyond the line from the
    bucket before. Lines that cross an end of the window are cut there.

    Args:
        curve: b >= 0 buckets.
        window: first and last epoch.
        log: whether lines are to be straight on a logarithmic axis of losses.
    """
    first, last = window
    ends = np.append(curve.epoch, curve.end)[1:] - 1
    begin = max(int(np.searchsorted(ends, first)) - 1, 0)  # one before: the line comes from there
    stop = int(np.searchsorted(curve.epoch, last, side="right"))
    if stop == 0 or ends[stop - 1] < first:
        return Series(np.empty(0, np.int64), *[np.empty(0)] * 3)
    epoch, end, low, high, leave = (
        values[begin:stop] for values in (curve.epoch, ends, curve.low, curve.high, curve.last)
    )
    before = np.append(np.nan, leave[:-1])
    slope = (low >= np.fmin(before, leave)) & (high <= np.fmax(before, leave))
    middle = (np.maximum(epoch, first) + np.minimum(end, last)) // 2
    series = Series(
        np.column_stack([np.where(slope, end, np.clip(middle, epoch, end)), end]).ravel(),
        np.column_stack([np.where(slope, leave, low), leave]).ravel(),
        np.column_stack([np.where(slope, leave, high), leave]).ravel(),
        np.repeat(leave, 2),
    )
    return _cut_at_ends(series, window, log=log)


def series_at(
    epochs: Ints, losses: Floats, first: int, window: tuple[int, int] | None, *, log: bool
) -> Series:
    """Return a point for each of some epochs, b >= 0; lines that cross an end are cut there.

    Args:
        epochs: rising, shape (k,).
        losses: theirs, shape (k,).
        first: the first epoch of the axis.
        window: first and last epoch; ``None``: all from ``first`` on.
        log: whether lines are to be straight on a logarithmic axis of losses.
    """
    series = Series(epochs, losses, losses, losses)
    newest = max(first, int(epochs[-1])) if len(epochs) else first
    return _cut_at_ends(series, window or (first, newest), log=log)


def _cut_at_ends(series: Series, window: tuple[int, int], *, log: bool) -> Series:
    """Leave out what lies outside a window, but for where the line comes in and goes out."""
    parts = [series]
    for epoch in window:
        after = int(np.searchsorted(series.x, epoch))
        if 0 < after < len(series.x) and series.x[after] != epoch:
            (start, end), (left, right) = (
                values[after - 1 : after + 1] for values in (series.x, series.last)
            )
            value = _between(left, right, (epoch - start) / (end - start), log=log)
            parts.append(Series(np.array([epoch]), *[np.array([value])] * 3))
    x, low, high, last = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.argsort(x, kind="stable")
    kept = order[(x[order] >= window[0]) & (x[order] <= window[1])]
    return Series(x[kept], low[kept], high[kept], last[kept])


def _between(left: float, right: float, share: float, *, log: bool) -> float:
    """Return the value at a share of the way along a line; not finite where an end is not."""
    if not np.isfinite([left, right]).all():
        return math.nan
    low, high = sorted((float(left), float(right)))
    if log and low > 0:
        # No logarithm above the larger one's: rounding could take the largest float out of range.
        logarithm = (1 - share) * math.log(left) + share * math.log(right)
        value = math.exp(min(logarithm, math.log(high)))
    else:
        value = (1 - share) * float(left) + share * float(right)
    return min(max(value, low), high)


def finite_losses(series: list[Series]) -> Floats:
    """Return all finite extremes of some series, shape (k,), k >= 0."""
    ends = [np.concatenate([one.low, one.high]) for one in series]
    losses: Floats = np.concatenate([np.empty(0), *ends])
    return losses[np.isfinite(losses)]


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
    kept = np.column_stack([np.ones_like(falls), bottom != top])
    return Path(
        np.column_stack([column, column])[kept],
        rows[kept],
        np.column_stack([joined, np.ones_like(joined)])[kept],
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


def ghost_path(ghosts: list[Series], x: Scale, y: Scale) -> Path:
    """Return the dots of all ghosts, each once, none joined."""
    most = x.dots + y.dots
    dotted_paths = [dotted(decimate(_cut_off(ghost, y), x, y), most) for ghost in ghosts]
    dots = np.concatenate([path.column * y.dots + path.row for path in dotted_paths])
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
    kept = ~near[path.column + 1, path.row + 1]
    return _dots(path.column[kept], path.row[kept])


def dashed_path(series: Series, x: Scale, y: Scale) -> Path:
    """Return the dots of a dashed line that ends where it leaves the scale, none joined."""
    if len(series.x) == 0:
        return decimate(series, x, y)
    path = dotted(decimate(_cut_off(series, y), x, y), x.dots + y.dots, every=1)
    kept = np.arange(len(path.column)) % (DASH + GAP) < DASH
    return _dots(path.column[kept], path.row[kept])


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
    place = np.cumsum(np.where(path.joined, np.maximum(across, down), 1))
    places = np.arange(1, place[-1] + 1, max(every, math.ceil(place[-1] / most)))
    column, row = (np.rint(np.interp(places, place, dots)) for dots in (path.column, path.row))
    return _dots(column.astype(np.int64), row.astype(np.int64))


def _dots(column: Ints, row: Ints) -> Path:
    return Path(column, row, np.zeros(len(column), dtype=np.bool_))
