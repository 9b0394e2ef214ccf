"""Ticks: round values, in decimals, so that their labels are exact. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import count, takewhile

from tui.charts.kit.scale import Scale


def tick_sets(scale: Scale, *, whole: bool = False) -> Iterator[list[Decimal]]:
    """Give sets of round values on the axis, rising, from fine to coarse, each of two or more.

    A value at most half a dot outside counts as on the axis: where the loss starts at 3.99 the last
    dot is also the nearest one to 4.

    Args:
        scale: of the axis; where it keeps dots for zeros each set begins with 0.
        whole: only whole numbers.
    """
    start, end = (Decimal(value) for value in scale.ends)
    half_dot = (end - start) / (2 * scale.steps)
    start, end = start - half_dot, end + half_dot
    if not scale.log:
        candidates = _even_ticks(start, end, whole=whole)
    elif end - start < 1:
        candidates = _even_ticks(10**start, 10**end, whole=whole)
    else:
        candidates = _decade_ticks(start, end)
    for ticks in takewhile(lambda ticks: len(ticks) > 1, candidates):
        yield [Decimal(0), *ticks] if scale.floor else ticks


def _even_ticks(low: Decimal, high: Decimal, *, whole: bool) -> Iterator[list[Decimal]]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    for power in count((high - low).adjusted() - 1):
        for step in (Decimal(digit).scaleb(power) for digit in (1, 2, 5)):
            if not (whole and step < 1):
                multiples = range(math.ceil(low / step), math.floor(high / step) + 1)
                yield [step * multiple for multiple in multiples]


def _decade_ticks(start: Decimal, end: Decimal) -> Iterator[list[Decimal]]:
    """Powers of ten from 10**start to 10**end; where there are few, 2 and 5 times them, too."""
    if end - start < 5:
        powers = range(math.floor(start), math.floor(end) + 1)
        ticks = [Decimal(digit).scaleb(power) for power in powers for digit in (1, 2, 5)]
        yield [tick for tick in ticks if start <= tick.log10() <= end]
    powers = range(math.ceil(start), math.floor(end) + 1)
    for step in (1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 100, 200):
        yield [Decimal(1).scaleb(power) for power in powers if power % step == 0]


def value_texts(ticks: list[Decimal]) -> list[str]:
    """Write the ticks of one axis alike and exactly: 0.25, or 2.5e-7; powers of ten as 1e-7."""
    values = [tick for tick in ticks if tick]
    decades = len(values) > 1 and all(tick.as_tuple()[:2] == (0, (1,)) for tick in values)
    sizes = [tick.adjusted() for tick in values]
    if min(sizes) >= -4 and max(sizes) < 6 and not decades:
        return [f"{tick:f}" if tick else "0" for tick in ticks]
    return [f"{tick.normalize():e}".replace("e+", "e") if tick else "0" for tick in ticks]


def epoch_texts(ticks: list[Decimal]) -> list[str]:
    """Write whole ticks with a unit where they are thousands or more: 500, 2k, 1.5M."""
    return [_epoch_text(int(tick)) for tick in ticks]


def _epoch_text(epoch: int) -> str:
    for unit, suffix in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if epoch >= unit:
            return f"{(Decimal(epoch) / unit).normalize():f}{suffix}"
    return str(epoch)
