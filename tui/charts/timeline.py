"""The line of time of a run, from its first epoch to its latest, as one row of text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tui.charts.kit.canvas import Span
from tui.text import compact

MIN_RAIL = 8
"""The shortest rail, in cells, beside which there are labels."""

MIN_TICK_GAP = 4
"""The least distance of ticks, in cells, at which they do not look like a pattern of the rail."""


def timeline_bar(
    width: int,
    *,
    origin: int,
    epoch: int,
    latest: int,
    stride: int,
    breakpoints: Sequence[int],
    forks: Sequence[int] = (),
) -> tuple[Span, ...]:
    """Draw where a run stands in time: ``0 ├────┴────●────┴────◆──────────┤ 9,120``.

    The first cell of the rail is the origin and the last one the latest epoch. A cell shows the
    cursor before a breakpoint, that before a fork, and that before a tick.

    Args:
        width: number of cells, >= 1. Where it leaves the rail less than MIN_RAIL cells the labels
            are shortened; where that does not help they are left out.
        origin: the first epoch that can be gone back to, >= 0.
        epoch: where the run stands; outside the rail it is drawn at its end.
        latest: the newest epoch that was run, >= origin.
        stride: epochs from one keyframe to the next, >= 1; the origin is one. Where they are less
            than MIN_TICK_GAP cells apart every second one has a tick, or every fourth and so on;
            those at the ends have none.
        breakpoints: epochs in any order; those that are not on the rail are left out.
        forks: epochs on the rail at which one run was forked off another.

    Returns:
        Pieces of ``width`` cells together, with the roles "label" (the epochs at both ends, and the
        blanks beside them), "rail", "tick", "breakpoint" and "cursor".
    """
    rail = _rail(width, origin, latest)
    cells = [Span("─", "rail")] * rail.cells
    while stride < latest - origin and stride * (rail.cells - 1) < MIN_TICK_GAP * (latest - origin):
        stride *= 2
    for keyframe in range(origin + stride, latest, stride):
        cells[rail.cell(keyframe)] = Span("┴", "tick")
    cells[-1], cells[0] = Span("┤", "rail"), Span("├", "rail")
    for fork in forks:
        cells[rail.cell(fork)] = Span("┼", "tick")
    for stop in breakpoints:
        if origin <= stop <= latest:
            cells[rail.cell(stop)] = Span("◆", "breakpoint")
    cells[rail.cell(epoch)] = Span("●", "cursor")
    pieces = [Span(rail.left, "label"), *cells, Span(rail.right, "label")]
    return tuple(
        Span("".join(piece.text for piece in group), role)
        for role, group in groupby(filter(attrgetter("text"), pieces), attrgetter("role"))
    )


def epoch_at(
    column: int, width: int, *, origin: int, latest: int, breakpoints: Sequence[int] = ()
) -> int | None:
    """Return the epoch that a cell of the bar stands for, as for a click on it.

    Args:
        column: the cell, counted from 0 at the left; any number.
        width: number of cells of the bar, >= 1.
        origin: the epoch of the rail's first cell.
        latest: the epoch of the rail's last cell.
        breakpoints: epochs in any order, as they are drawn.

    Returns:
        An epoch from origin to latest: that of a breakpoint which stands there, the exact one at
        both ends; ``None`` off the rail.
    """
    rail = _rail(width, origin, latest)
    cell = column - len(rail.left)
    if not 0 <= cell < rail.cells:
        return None
    marked = (stop for stop in breakpoints if origin <= stop <= latest and rail.cell(stop) == cell)
    return next(marked, rail.epoch(cell))


class _Rail(NamedTuple):
    """How the bar's cells are shared out, and what those of the rail mean.

    Whole numbers only: a float has not the digits for a rail of 10^17 epochs.
    """

    left: str
    cells: int
    right: str
    origin: int
    latest: int

    def cell(self, epoch: int) -> int:
        inside = min(max(epoch, self.origin), self.latest)
        return _share(inside - self.origin, self.cells - 1, self.latest - self.origin)

    def epoch(self, cell: int) -> int:
        return self.origin + _share(cell, self.latest - self.origin, self.cells - 1)


def _share(part: int, length: int, whole: int) -> int:
    """Return part / whole of a length, rounded; of nothing it is nothing."""
    return (2 * part * length + whole) // (2 * whole) if whole else 0


def _rail(width: int, origin: int, latest: int) -> _Rail:
    for label in (_full, _short):
        left, right = f"{label(origin)} ", f" {label(latest)}"
        cells = width - len(left) - len(right)
        if cells >= MIN_RAIL:
            return _Rail(left, cells, right, origin, latest)
    return _Rail("", width, "", origin, latest)


def _full(epoch: int) -> str:
    return f"{epoch:,}"


def _short(epoch: int) -> str:
    """Write an epoch rounded, if that is any shorter: 1,234 stays."""
    return min(_full(epoch), compact(epoch), key=len)
