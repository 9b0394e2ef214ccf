"""From the losses of a run to the points of a line: which of them a plot needs. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from tui.charts.kit.scale import Floats, Ints

if TYPE_CHECKING:
    from linreg_core import Curve


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

    @classmethod
    def through(cls, x: Ints | Floats, values: Floats) -> Self:
        """Return the series that has one value at each x; both of shape (b,), b >= 0."""
        return cls(x, values, values, values)


NO_SERIES = Series.through(np.empty(0, np.int64), np.empty(0))


def series_of(curve: Curve, *, from_epoch_1: bool) -> Series:
    """Return a point for each bucket and one for the newest epoch, b >= 1."""
    first_end = np.append(curve.epoch, curve.end)[1]
    # A first bucket that holds more than epoch 0 stays, at the edge: its extremes may be later.
    shown = slice(int(from_epoch_1 and first_end == 1), None)
    newest = curve.last[-1]
    return Series(
        np.append(curve.epoch[shown], curve.end - 1),
        np.append(curve.low[shown], newest),
        np.append(curve.high[shown], newest),
        np.append(curve.last[shown], newest),
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
        return NO_SERIES
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
    series = Series.through(epochs, losses)
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
            parts.append(Series.through(np.array([epoch]), np.array([value])))
    x, low, high, last = (np.concatenate(values) for values in zip(*parts, strict=True))
    order = np.argsort(x, kind="stable")
    inside = order[(x[order] >= window[0]) & (x[order] <= window[1])]
    return Series(x[inside], low[inside], high[inside], last[inside])


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
