"""What is seen of the epochs of a plot, and which one is read out. Pure.

A view is changed only by who looks: new epochs, pauses and going back leave it alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import numpy as np

from linreg_core.records import dataclass
from tui.charts.kit.scale import Scale

Whole = tuple[int, int]
"""The first and the last epoch that there is to see, 0 <= first < last."""


@dataclass(frozen=True)
class View:
    """What is seen of the epochs.

    Args:
        span: first and last epoch seen, 0 <= first <= last - 1; finer than epochs, so that zooming
            out takes back what zooming in did. ``None``: all of them, also those to come.
        readout: the epoch read out, >= 0; what is seen takes it along. ``None``: none.
    """

    span: tuple[float, float] | None = None
    readout: int | None = None

    @property
    def window(self) -> tuple[int, int] | None:
        """First and last epoch seen, first < last; ``None``: all of them."""
        if self.span is None:
            return None
        first, last = (math.floor(end + 0.5) for end in self.span)
        return first, last

    def zoomed(self, factor: float, about: float, whole: Whole, *, log: bool) -> Self:
        """See ``factor`` times as much, and an epoch where it was; at most all, at least 1 epoch.

        Args:
            factor: > 0.
            about: the epoch; one that is not seen counts as the nearest that is.
            whole: all there is; on a logarithmic axis from 1 on.
            log: whether the epochs' axis is logarithmic: there it is the axis that is multiplied.
        """
        to, back = _even(log)
        start, end = map(to, self._span(whole))
        middle = min(max(to(max(about, whole[0])), start), end)
        start, end = middle + (start - middle) * factor, middle + (end - middle) * factor
        return self if back(end) - back(start) < 1 else self._seeing(start, end, whole, log=log)

    def panned(self, share: float, whole: Whole, *, log: bool) -> Self:
        """See what is further right by a share of what is seen, left where it is negative.

        It goes no further than to the ends of the whole.

        Args:
            share: of the axis' length.
            whole: all there is; on a logarithmic axis from 1 on.
            log: whether the epochs' axis is logarithmic.
        """
        if self.span is None:
            return self
        to, _ = _even(log)
        start, end = map(to, self._span(whole))
        step = (end - start) * share
        return self._seeing(start + step, end + step, whole, log=log)

    def unzoomed(self) -> Self:
        """See all epochs."""
        return replace(self, span=None)

    def reading(self, epoch: int | None) -> Self:
        """Read an epoch out, or none."""
        return replace(self, readout=epoch)

    def _span(self, whole: Whole) -> tuple[float, float]:
        first, last = self.span or whole
        return max(first, whole[0]), max(last, whole[0] + 1)

    def _seeing(self, start: float, end: float, whole: Whole, *, log: bool) -> Self:
        """See from start to end, in units of the axis, or as much of the whole as is so long."""
        to, back = _even(log)
        step = max(to(whole[0]) - start, 0) or min(to(whole[1]) - end, 0)
        first = min(max(back(start + step), whole[0]), whole[1] - 1)
        last = max(min(back(end + step), whole[1]), first + 1)
        seeing = replace(self, span=(first, last))
        if seeing.window is None or seeing.window == whole:
            return self.unzoomed()
        if self.readout is None:
            return seeing
        return seeing.reading(min(max(self.readout, seeing.window[0]), seeing.window[1]))


def _even(log: bool) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """From epochs to the units in which their axis is even, and back."""
    return (math.log, math.exp) if log else (float, float)


def stepped(epoch: int | None, steps: int, x: Scale, newest: int) -> int:
    """Move a readout by columns of dots, and by one epoch at least.

    Args:
        epoch: where it is, >= 0; ``None``: nowhere yet, so that it comes to the newest epoch seen.
        steps: how many columns to the right, or to the left where it is negative.
        x: scale of the epochs.
        newest: the newest epoch that can be read out, >= 0.

    Returns:
        An epoch on the scale and not beyond the newest; if there is none, the newest.
    """
    if epoch is None:
        return inside(newest, x, newest)
    column = int(x.dot(np.array([epoch]))[0]) + steps
    there = round(float(x.value(np.array([column]))[0]))
    return inside(max(there, epoch + 1) if steps > 0 else min(there, epoch - 1), x, newest)


def pointed_at(cell: int, x: Scale, newest: int) -> int:
    """Return the epoch in the middle of a cell of the canvas, as for a mouse that points there.

    Args:
        cell: counted from 0 at the left; any number.
        x: scale of the epochs.
        newest: the newest epoch that can be read out, >= 0.

    Returns:
        As `stepped`.
    """
    middle = x.dots_per_cell * cell + (x.dots_per_cell - 1) / 2
    return inside(round(float(x.value(np.array([middle]))[0])), x, newest)


def inside(epoch: int, x: Scale, newest: int) -> int:
    """Return the epoch on the scale, and not beyond the newest, that is nearest to one."""
    return min(max(epoch, math.ceil(x.low)), math.floor(x.high), newest)
