"""The columns of the weights table as text, each weight's cell written when it is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from linreg_core import Role, Snapshot, Status
from linreg_core.records import dataclass
from tui.digits import ALL, NumberFormat, format_for
from tui.text import bar, compact
from tui.worksheet import formats_of

Floats = NDArray[np.floating]

GAP = 2
"""Cells between two columns."""

LEAST_WIDTH = 8
"""Of a column of numbers, so that it does not jump as they grow."""

BAR_WIDTH = 10

MOST_RATIO = 9.99e99
"""Beyond it a weight is as good as 0, which any step changes."""

WEIGHT, GRADIENT, STEP, NEXT = "w", "gradient", "-lr·gradient", "next w"
SHORT = {STEP: "-lr·grad"}
"""What stands above a column where that makes room for another one."""

BEST, TO_GO, HELD, OWN, HALF_ULP = "best fit", "to go", "held by", "own units", "½ulp"
METER, RATIO = "digits out", "÷ ½ulp"


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Args:
        title: its name.
        head: what stands above it.
        text: writes the cell of a weight, given by its index.
        width: cells, with the gap before it.
        is_now: whether the phase that ran last has filled it in.
    """

    title: str
    head: str
    text: Callable[[int], str]
    width: int
    is_now: bool = False


def columns_of(
    snapshot: Snapshot, *, detail: bool = False, shows_ulps: bool = False, in_short: bool = False
) -> tuple[Column, ...]:
    """The columns, the first to be read and the last to be left out first.

    Args:
        snapshot: whose weights.
        detail: whether all digits are shown, and more columns.
        shows_ulps: whether the steps stand against the last digits instead.
        in_short: whether heads are cut short for more columns.
    """
    formats = formats_of(snapshot, detail=detail)
    weights, best = snapshot.epoch_weights, snapshot.progress.best
    value = _numbers(WEIGHT, weights, formats.weights)
    if shows_ulps:
        return (value, *_meter(snapshot, detail=detail))
    updated = _when(snapshot, Role.UPDATE)
    with np.errstate(over="ignore", invalid="ignore"):
        to_go = best - weights
    columns = (
        value,
        _numbers(GRADIENT, snapshot.gradient, formats.gradient, _when(snapshot, Role.GRADIENT)),
        _numbers(STEP, snapshot.step, formats.weights, updated, in_short=in_short),
        _numbers(NEXT, snapshot.next_weights, formats.weights, updated),
        _numbers(BEST, best, _whole(best, formats.weights)),
        _numbers(TO_GO, to_go, formats.weights),
    )
    if not detail:
        return columns
    own = (_numbers(OWN, snapshot.raw_weights, ALL),) if snapshot.run.is_scaled else ()
    held = Column(HELD, HELD, lambda index: held_by(snapshot, index), len("not unique") + GAP)
    half = _numbers(HALF_ULP, snapshot.meter.half_ulp, ALL)
    return (*columns, held, *own, half)


def rows_of_columns(columns: Sequence[Column], room: int) -> tuple[tuple[Column, ...], ...]:
    """Share columns out to as many rows as it takes; one that is too wide stands alone."""
    rows: list[list[Column]] = [[]]
    for column in columns:
        if rows[-1] and sum(each.width for each in rows[-1]) + column.width > room:
            rows.append([])
        rows[-1].append(column)
    return tuple(map(tuple, rows))


@dataclass(frozen=True)
class _Filled:
    """Whether a column has numbers, and whether the last phase gave them."""

    is_there: bool = True
    is_now: bool = False


_BY_ITSELF = _Filled()


def _when(snapshot: Snapshot, role: Role) -> _Filled:
    """A column that a phase fills in: between epochs all are what the next one will do."""
    done = snapshot.phases_done
    ran = [code.role for code in snapshot.run.code[:done]]
    return _Filled(not done or role in ran, bool(done) and ran[-1] is role)


def _numbers(
    title: str,
    values: Floats,
    number_format: NumberFormat,
    filled: _Filled = _BY_ITSELF,
    *,
    in_short: bool = False,
) -> Column:
    head = SHORT[title] if in_short else title
    extremes = (values.min(), values.max(), values[np.abs(values).argmin()])
    texts: Iterable[str] = map(number_format.write, values if number_format == ALL else extremes)
    width = max(LEAST_WIDTH, len(head), *map(len, texts))

    def write(index: int) -> str:
        return number_format.write(values[index]) if filled.is_there else ""

    return Column(title, head, write, width + GAP, filled.is_now)


def _whole(values: Floats, number_format: NumberFormat) -> NumberFormat:
    """Numbers that are all whole are written as such."""
    is_whole = number_format != ALL and (values == np.rint(values)).all()
    return NumberFormat(0) if is_whole else number_format


def _meter(snapshot: Snapshot, *, detail: bool) -> tuple[Column, ...]:
    meter = snapshot.meter
    ends = [ALL] * 2 if detail else [format_for(meter.step, 4), format_for(meter.half_ulp, 4)]
    spent = BAR_WIDTH - 1
    return (
        _numbers(STEP, snapshot.step, ends[0]),
        _numbers(HALF_ULP, meter.half_ulp, ends[1]),
        Column(METER, METER, lambda index: bar(float(meter.spent[index]), spent), BAR_WIDTH + GAP),
        Column(RATIO, RATIO, lambda index: stuck_words(snapshot, index), LEAST_WIDTH + GAP),
    )


def held_by(snapshot: Snapshot, index: int) -> str:
    """What keeps a weight from where exact arithmetic ends."""
    if snapshot.theory.diverges:
        return "lr > limit"
    if snapshot.theory.is_free[index]:
        return "not unique"
    if snapshot.progress.is_stuck[index]:
        return "rounding"
    mode = int(snapshot.progress.slowest[index])
    return "nothing" if mode < 0 else f"mode {snapshot.theory.listed[mode] + 1}"


def stuck_words(snapshot: Snapshot, index: int) -> str:
    """How many half units in the last place the next step is, or that it is rounded away."""
    if snapshot.meter.is_stuck[index]:
        return "FROZEN" if snapshot.status is Status.FROZEN else "stuck"
    step, half_ulp = float(snapshot.meter.step[index]), float(snapshot.meter.half_ulp[index])
    ratio = step / half_ulp if half_ulp > 0 else math.inf
    if ratio > MOST_RATIO:
        return ""
    return f"×{compact(float(f'{ratio:.3g}'))}"
