"""The scales of a chart: from values to the dots of an axis, and back. Pure.

A *cell* is one character; a *dot* is what a marker divides it into (braille 2 x 4). Dots and cells
are counted from 0 at the left and at the bottom.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import NDArray

from linreg_core.records import dataclass

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Reals = NDArray[np.floating]
"""Numbers from outside, in any precision."""

NARROWEST = 1e-6
"""The smallest spread of values, relative to their size, that is drawn as one.

Its labels have up to eight digits. What spreads less is drawn as the constant it looks like.
"""

FARTHEST = sys.float_info.max / 4
"""The largest absolute value at the end of an axis: what lies between two of them never overflows,
however it is rounded.
"""

GHOST_DECADES = 3
"""How far earlier runs may widen a logarithmic axis of losses, to either side."""

EXACT_SHARE = 0.5
"""The same for exact arithmetic, as a share of the curve's own decades, where that is more: a run
that stops at the last digit is plainly left behind, and keeps two thirds of the axis."""


@dataclass(frozen=True)
class Scale:
    """Maps values to the dots of one axis.

    Args:
        low: value at the first dot that is not kept for zeros; > 0 where log is True.
        high: value at the last dot, > low; the difference is finite.
        cells: length of the axis, >= 1.
        dots_per_cell: dots in each of them, >= 1.
        log: equal ratios, instead of equal differences, take equal lengths.
        floor: first dots kept for 0, which has no logarithm and goes to dot 0.
    """

    low: float
    high: float
    cells: int
    dots_per_cell: int
    log: bool = False
    floor: int = 0

    @property
    def dots(self) -> int:
        """Number of dots, those kept for zeros included."""
        return self.cells * self.dots_per_cell

    @property
    def steps(self) -> int:
        """Number of dots from the one of low to the one of high."""
        return self.dots - 1 - self.floor

    @property
    def ends(self) -> tuple[float, float]:
        """The axis in the units in which it is even: log10 of low and high where log is True."""
        return (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)

    def dot(self, values: Floats | Ints) -> Ints:
        """Return the nearest dot of each value; what lies outside goes to the edge.

        Args:
            values: finite, >= 0 where log is True, any shape.
        """
        inside = np.clip(values.astype(np.float64), self.low, self.high)
        start, end = self.ends
        even = np.log10(inside) if self.log else inside
        dots = self.floor + np.rint((even - start) / (end - start) * self.steps).astype(np.int64)
        return np.where(values == 0, 0, dots) if self.floor else dots

    def cell(self, values: Floats | Ints) -> Ints:
        """Return the cell of each value's dot."""
        return self.dot(values) // self.dots_per_cell

    def value(self, dots: Floats | Ints) -> Floats:
        """Return the value at each dot, also between two of them; what `dot` undoes.

        Args:
            dots: of any shape, not among those kept for zeros.
        """
        start, end = self.ends
        even = start + (dots.astype(np.float64) - self.floor) / self.steps * (end - start)
        return np.clip(10.0**even if self.log else even, self.low, self.high)


def value_scale(values: Floats, cells: int, dots_per_cell: int, *, margin: float = 0.0) -> Scale:
    """Choose a linear scale for values of any sign, from the smallest to the largest.

    Args:
        values: at least one, finite. What lies beyond FARTHEST is drawn at the edge.
        cells: length of the axis, >= 1.
        dots_per_cell: dots in each of them, >= 1.
        margin: how much longer the axis is to either side, as a part of its length, >= 0.
    """
    low, high = np.clip([values.min(), values.max()], -FARTHEST, FARTHEST).tolist()
    size = max(abs(low), abs(high)) or 1.0
    room = size if _is_constant(low, high) else margin * (high - low)
    return Scale(max(low - room, -FARTHEST), min(high + room, FARTHEST), cells, dots_per_cell)


def loss_scale(losses: Floats, cells: int, dots_per_cell: int, *, log: bool) -> Scale:
    """Choose the scale of the loss, from the smallest to the largest.

    Args:
        losses: at least one, finite, >= 0.
        cells: length of the axis, >= 1.
        dots_per_cell: dots in each of them, >= 2.
        log: logarithmic, unless every loss is 0. Where some are, they get the lowest cell.
    """
    low, high = float(losses.min()), float(losses.max())
    if log and high > 0:
        floor = 0 if low > 0 else dots_per_cell if cells > 1 else 1
        low = float(losses[losses > 0].min())
        if low >= high * (1 - NARROWEST):
            low, high = max(low / 10, math.ulp(0.0)), min(high * 10, sys.float_info.max)
        return Scale(low, high, cells, dots_per_cell, log=True, floor=floor)
    if _is_constant(low, high):
        low, high = 0.0, min(2 * high, sys.float_info.max) or 1.0
    return Scale(low, high, cells, dots_per_cell)


def epoch_scale(
    newest: int, cells: int, dots_per_cell: int, *, log: bool, oldest: int = 0
) -> Scale:
    """Choose the scale of the epochs, from the oldest shown to the newest; log starts at 1.

    Where the epochs differ by no more than NARROWEST of their size equal ratios are equal
    differences, and logarithms have no digits left for them: such an axis is linear.
    """
    low = max(oldest, int(log))
    high = max(newest, low + 1)
    return Scale(low, high, cells, dots_per_cell, log=log and high > low * (1 + NARROWEST))


def with_ghosts(
    losses: Floats, ghosts: Floats, *, log: bool, decades: float = GHOST_DECADES
) -> Floats:
    """Add the losses of earlier runs to those that a scale is chosen for.

    So that a run that diverged does not squash the curve, it widens the axis to either side by no
    more than the curve's own span, or by ``decades`` where it is logarithmic: what lies beyond is
    moved to that limit. A curve of zeros has nothing to squash, and sets none.

    Args:
        losses: of the curve; at least one, finite, >= 0.
        ghosts: of the earlier runs; any number, finite, >= 0.
        log: whether the axis is to be logarithmic. Zeros, which have a row of their own, stay.
        decades: how many of them, > 0.
    """
    low, high = float(losses.min()), float(losses.max())
    if log and high > 0:
        low, factor = float(losses[losses > 0].min()), 10.0**decades
        ghosts = np.where(ghosts == 0, 0, np.clip(ghosts, low / factor, high * factor))
    elif high > 0:
        room = high if _is_constant(low, high) else high - low
        ghosts = np.clip(ghosts, low - room, high + room)
    return np.concatenate([losses, ghosts])


def exact_decades(losses: Floats) -> float:
    """How many decades exact arithmetic may widen the axis of some losses, as `with_ghosts`."""
    above = losses[losses > 0]
    span = math.log10(above.max()) - math.log10(above.min()) if len(above) else 0.0
    return min(max(GHOST_DECADES, EXACT_SHARE * span), sys.float_info.max_10_exp)


def _is_constant(low: float, high: float) -> bool:
    return high - low <= NARROWEST * max(abs(low), abs(high))
