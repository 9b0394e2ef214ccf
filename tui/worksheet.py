"""One epoch written out, phase by phase, with numbers that add up as they stand. Pure.

Each line, worked out with the numbers as written, gives its result to one unit of its last digit;
where rounding in the backend's own dtype makes that impossible "≈" stands for "=".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Context, Decimal, localcontext

import numpy as np

from linreg_core import Role, Snapshot, Worksheet
from linreg_core.records import dataclass
from tui.digits import ALL, NumberFormat, few, format_for, prediction_format, shortest, sum_format
from tui.text import counted

EXACT = Context(prec=64, traps=[])
"""Numbers as written are worked out in these digits: float64 would add rounding of its own."""

MOST_MORE = 17
"""Digits that the numbers put in may have more than they have elsewhere."""

FACTOR_DIGITS = 3
"""Of a feature's value at first."""

Term = tuple[str, Decimal]
"""A part of a formula as it is written, and what it comes to."""


@dataclass(frozen=True)
class Formats:
    """How the numbers of one epoch are written, on the worksheet and in every table.

    Args:
        weights: weights, their steps and the next weights.
        gradient: the gradient.
        prediction: predictions and targets.
        residual: what is between them.
        loss: the mean squared error.
    """

    weights: NumberFormat
    gradient: NumberFormat
    prediction: NumberFormat
    residual: NumberFormat
    loss: NumberFormat


def formats_of(snapshot: Snapshot, *, detail: bool = False) -> Formats:
    """Choose them from the numbers of a state; all digits in detail."""
    if detail:
        return Formats(ALL, ALL, ALL, ALL, ALL)
    sample = snapshot.sample
    left = format_for(sample.residual)
    return Formats(
        weights=sum_format(snapshot.epoch_weights, snapshot.step),
        gradient=format_for(snapshot.gradient),
        prediction=prediction_format([*sample.prediction, *sample.target], left),
        residual=left,
        loss=format_for([snapshot.backend_loss]),
    )


def written(sheet: Worksheet, role: Role, formats: Formats) -> list[str]:
    """Write the lines of a phase with its numbers; none of one that has nothing to put in."""
    write = WRITERS.get(role)
    return [] if write is None else write(sheet, formats)


def _forward(sheet: Worksheet, formats: Formats) -> list[str]:
    lines = []
    for row, result in enumerate(sheet.prediction):

        def terms(more: int, row: int = row) -> Iterator[Term]:
            for x, w in zip(sheet.X[row], sheet.weights, strict=True):
                yield _product(_factor(x, more, formats), formats.weights.finer(more).write(w))
            rest = formats.prediction.finer(more).write(sheet.other_products[row])
            yield from _rest(sheet.count - len(sheet.weights), "weight", rest)

        text, sign, total = _equation(terms, formats.prediction.write(result))
        lines.append(f"row {row + 1}  {text} {sign} {total}")
    return lines + _more(sheet.rows - len(sheet.prediction), "row")


def given(value: np.floating, number_format: NumberFormat) -> str:
    """A target: as it was given where that is no longer than what it stands beside."""
    whole = shortest(value)
    decimals, room = whole.partition(".")[2], max(-(number_format.power or 0), 0)
    is_short = "e" not in whole and len(decimals) <= room
    return whole if number_format.power is None or is_short else number_format.write(value)


def _loss(sheet: Worksheet, formats: Formats) -> list[str]:
    rows = []
    for prediction, target, residual in zip(
        sheet.prediction, sheet.target, sheet.residual, strict=True
    ):
        with np.errstate(over="ignore"):
            square = float(residual) ** 2 if abs(residual) < 1e150 else float(residual * residual)
        rows.append(
            (
                formats.prediction.write(prediction),
                given(target, formats.prediction),
                formats.residual.write(residual),
                shortest(square) if formats.residual == ALL else few(square),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for number, row in enumerate(rows, start=1):
        one, two, three, four = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        minus = f"({two.strip()})".rjust(len(two)) if two.strip().startswith("-") else two
        lines.append(f"row {number}  {one} - {minus} = {three}  squared {four}")
    rest = sheet.rows - len(rows)
    if rest > 0:
        lines.append(f"({counted(rest, 'more row')}, squares add up to {few(sheet.other_squares)})")
    return [*lines, f"MSE = {formats.loss.write(sheet.loss)}"]


def _gradient(sheet: Worksheet, formats: Formats) -> list[str]:
    lines = []
    for index, result in enumerate(sheet.gradient):

        def terms(more: int, index: int = index) -> Iterator[Term]:
            for x, left in zip(sheet.X[:, index], sheet.residual, strict=True):
                yield _product(_factor(x, more, formats), formats.residual.finer(more).write(left))
            rest = formats.residual.finer(more).write(sheet.other_slopes[index])
            yield from _rest(sheet.rows - len(sheet.residual), "row", rest)

        factor = Decimal(2) / Decimal(sheet.rows)
        text, sign, total = _equation(terms, formats.gradient.write(result), factor)
        lines.append(f"{sheet.names[index]}  2/{sheet.rows:,}·({text}) {sign} {total}")
    return lines + _more(sheet.count - len(sheet.gradient), "weight")


def _update(sheet: Worksheet, formats: Formats) -> list[str]:
    lines = []
    for name, w, slope, result in zip(
        sheet.names, sheet.weights, sheet.gradient, sheet.updated, strict=True
    ):

        def terms(more: int, w: float = w, slope: float = slope) -> Iterator[Term]:
            own = formats.weights.finer(max(more - 2, 0)).write(w)
            yield own, Decimal(own)
            rate = _shorter(sheet.lr, format_for([sheet.lr]).finer(more), formats)
            steep = formats.gradient.finer(more).write(slope)
            yield f"{rate}·{_bracketed(steep)}", -Decimal(rate) * Decimal(steep)

        text, sign, total = _equation(terms, formats.weights.write(result), joined=" - ")
        lines.append(f"{name}  {text} {sign} {total}")
    return lines + _more(sheet.count - len(sheet.weights), "weight")


WRITERS: dict[Role, Callable[[Worksheet, Formats], list[str]]] = {
    Role.LOOK: _forward,
    Role.LOSS: _loss,
    Role.GRADIENT: _gradient,
    Role.UPDATE: _update,
}


def _equation(
    terms: Callable[[int], Iterator[Term]],
    result: str,
    factor: Decimal = Decimal(1),
    joined: str = " + ",
) -> tuple[str, str, str]:
    """Choose the fewest digits of the terms with which they add up to a result as written."""
    unit, sign = unit_of(result), "≈" if Decimal(result).is_finite() else "="
    with localcontext(EXACT):
        for more in range(MOST_MORE * (sign == "≈")):
            texts, values = zip(*terms(more), strict=True)
            total = sum(values, Decimal(0)) * factor
            if abs(total - Decimal(result)) <= unit:
                return joined.join(texts), "=", result
        return joined.join(next(zip(*terms(0), strict=True))), sign, result


def unit_of(text: str) -> Decimal:
    """One unit of the last digit of a number as written; of what is not finite none."""
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)


def _product(one: str, other: str) -> Term:
    return f"{_bracketed(one)}·{_bracketed(other)}", Decimal(one) * Decimal(other)


def _rest(count: int, thing: str, text: str) -> Iterator[Term]:
    if count > 0:
        yield f"({counted(count, f'more {thing}')}: {text})", Decimal(text)


def _factor(value: np.floating, more: int, formats: Formats) -> str:
    """A feature's value: whole where it is short, else in few digits."""
    return _shorter(value, format_for([float(value)], FACTOR_DIGITS + more), formats)


def _shorter(value: float | np.floating, number_format: NumberFormat, formats: Formats) -> str:
    """A number that is given: whole where that is no longer than in its format, or in detail."""
    whole = shortest(value)
    return whole if formats.weights == ALL else min(whole, number_format.write(value), key=len)


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _more(count: int, what: str) -> list[str]:
    return [f"({counted(count, f'more {what}')})"] if count > 0 else []
