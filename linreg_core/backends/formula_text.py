"""A formula with numbers put in, so that it can be worked out by hand.

The result is the number that was computed, rounded. The numbers put in are written with as many
digits as it takes for the formula, worked out with the numbers as written, to give the result as
written. Where rounding in float32 makes that impossible the result keeps fewer digits, and in the
end "≈" stands for "=".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import partial

LEAST_DIGITS = 4
OPERAND_DIGITS = range(3, 18)

EXACT = Context(prec=64, traps=[])
"""Numbers as written are worked out in these digits: in float64 the rounding errors of what cancels
would be the backend's own, and a line would seem to give a result that its reader does not find.
"""

Write = Callable[[float], str]
"""Writes a number."""


@dataclass(frozen=True)
class Terms:
    """A sum to be written out.

    Args:
        pairs: factors of each term; ``None`` for a first factor that is not written.
        rest: the sum of the terms that are not written out.
        more: how many those are; <= 0: none.
        factor: numerator and denominator in front of the sum; (1, 1) is not written.
        is_squares: whether a term is the square of its second factor.
    """

    pairs: Sequence[tuple[float | None, float]]
    rest: float
    more: int
    factor: tuple[int, int] = (1, 1)
    is_squares: bool = False


def written_out(name: str, terms: Terms, result: float, most_digits: int) -> str:
    """A line like ``MSE = 1/3·[(−2)² + 1²] = 1.666667``."""
    numerator, denominator = terms.factor

    def evaluate(write: Write) -> tuple[str, Decimal]:
        texts, total = [], Decimal(0)
        for first, second in terms.pairs:
            one, two = "" if first is None else write(first), write(second)
            if terms.is_squares:
                texts.append(f"({two})²" if "e" in two or "-" in two else f"{two}²")
                total += Decimal(two) * Decimal(two)
            else:
                texts.append(f"{_bracketed(one)}·{_bracketed(two)}" if one else _bracketed(two))
                total += Decimal(one or 1) * Decimal(two)
        if terms.more > 0:
            rest = write(terms.rest)
            texts.append(f"… {terms.more:,} more: {_bracketed(rest)}")
            total += Decimal(rest)
        text = " + ".join(texts)
        if terms.factor != (1, 1):
            text = f"{numerator}/{denominator:,}·[{text}]"
        return text, total * numerator / denominator

    return _fit(f"{name} =", evaluate, result, most_digits)


def stepped_down(name: str, step: tuple[float, float, float], result: float, digits: int) -> str:
    """A line like ``x1 ← 2 − 0.1·(−5) = 2.5``; a step is weight, learning rate and gradient."""

    def evaluate(write: Write) -> tuple[str, Decimal]:
        one, two, three = map(write, step)
        text = f"{one} − {two}·{_bracketed(three)}"
        return text, Decimal(one) - Decimal(two) * Decimal(three)

    return _fit(f"{name} ←", evaluate, result, digits)


def _fit(
    head: str, evaluate: Callable[[Write], tuple[str, Decimal]], result: float, most_digits: int
) -> str:
    """Choose the digits: most of the result first, then fewest of the numbers put in."""
    for result_digits in range(most_digits, LEAST_DIGITS - 1, -1):
        shown = write_number(result, result_digits)
        for digits in OPERAND_DIGITS:
            with localcontext(EXACT):
                text, value = evaluate(partial(write_number, digits=digits))
            if write_number(float(value), result_digits) == shown:
                return head + _minus(f" {text} = {shown}")
    text, _ = evaluate(partial(write_number, digits=LEAST_DIGITS))
    return head + _minus(f" {text} ≈ {shown}")


def write_number(value: float, digits: int) -> str:
    """A number rounded to so many significant digits, in the shortest form."""
    text = f"{value:.{digits}g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def _minus(text: str) -> str:
    """Write minus signs as such; those of exponents stay as they are typed."""
    return re.sub(r"(?<!e)-(?=[0-9.])", "−", text)
