"""A scale made a little longer, so that round values stand in the middle of cells, evenly. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from tui.charts.kit.scale import FARTHEST, Scale

LEAST_GAP = 2
"""Cells from one round value to the next, at least."""

FEWEST = 3
"""Round values that an axis should have."""

SHORTEST, LONGEST = 1e-290, 1e290
"""Of an axis that is widened: parts of a shorter one are 0, multiples of a longer one infinite."""


def evened(scale: Scale) -> Scale:
    """Widen a scale so that its ticks are a whole number of cells apart.

    The middles of cells become the multiples of v = step / r: ticks are r cells and ``step`` apart,
    in values or, where it is logarithmic, in decades. Of all steps the one that fills most of the
    axis is taken. Where the scale has no room for any it stays as it is, and so does one with a row
    for zeros, or of less than two decades: no round values lie evenly there.
    """
    low, high = scale.ends
    if scale.floor or (scale.log and high - low < 2) or not SHORTEST < high - low < LONGEST:
        return scale
    best, filled = None, 0
    for step in _steps(high - low, log=scale.log):
        each = _most_cells(low, high, step, scale.cells)
        if each < LEAST_GAP or (high - low) / step < FEWEST - 1:
            continue
        v = step / each
        first, last = round(low / v), round(high / v)
        if last - first + 1 > filled:
            filled = last - first + 1
            start = first - (scale.cells - filled) // 2
            best = start * v, (start + scale.cells - 1) * v, v
    if best is None:
        return scale
    inside = (scale.dots_per_cell - 1) / (2 * scale.dots_per_cell)
    bottom, top = best[0] - inside * best[2], best[1] + inside * best[2]
    if scale.log:
        bottom, top = 10.0 ** max(bottom, -300), 10.0 ** min(top, 300)
    if bottom > scale.low or top < scale.high or max(abs(bottom), abs(top)) > FARTHEST:
        return scale
    return replace(scale, low=bottom, high=top)


def _most_cells(low: float, high: float, step: float, cells: int) -> int:
    """How many cells a step may take with which the whole range still fits; 0: none."""
    for each in range(int(step * cells / (high - low)) + 1, 0, -1):
        v = step / each
        first, last = round(low / v), round(high / v)
        # The ends of the range lie within the dots of their cells.
        if last - first + 1 <= cells and (first - 0.375) * v <= low and high <= (last + 0.375) * v:
            return each
        if last - first + 3 <= cells:
            return each
    return 0


def _steps(span: float, *, log: bool) -> Iterator[float]:
    """Round distances from a fiftieth of the span to all of it."""
    power = math.floor(math.log10(span)) - 2
    for exponent in range(power, power + 4):
        for digit in (1, 2, 3, 4, 5) if log else (1, 2, 5):
            step = digit * 10.0**exponent
            if not log or step >= 1:
                yield step
