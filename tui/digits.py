"""How many digits of a number are shown: few and true ones, or all. Pure.

Every number is the nearest to the one that the backend computed, never changed to make a sum come
out. What is added up has one `NumberFormat`, so a sum holds to one unit of the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from linreg_core.records import dataclass

FEW = 5
"""Significant digits of what is largest in a column, unless `show_digits` says another number."""

STEP_DIGITS, LEAST_DECIMALS, MOST_DECIMALS = 4, 3, 5
"""Of the largest step; weights, steps and the next weights share their decimals."""

MOST_FIXED = 1e7
"""From here on numbers are written with an exponent."""

FINEST_FIXED = -8
"""The last place, as a power of ten, beyond which small ones are, too."""

LEAST_FINE = 0.1
"""From here on a number is not small: 1.25e0 says no more than 1.25."""

SURPLUS = 2
"""Digits that a prediction has more than what is left of it beside its target, at most."""


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of a column are written: up to which digit.

    Args:
        power: of ten, that of the last digit; ``None``: all digits are shown.
    """

    power: int | None

    def finer(self, digits: int) -> NumberFormat:
        """The format with so many digits more."""
        return self if self.power is None else NumberFormat(self.power - digits)

    def write(self, value: float | np.floating) -> str:
        """Write a number as Python reads it: 0.0815, 1.8e-8 where nothing of it were left, inf."""
        if not math.isfinite(value):
            return f"{float(value):g}"
        if value == 0:
            return "0"
        if self.power is None:
            return shortest(value)
        number, power = float(value), self.power
        if abs(number) < 10.0**power / 2:
            return _exponential(number, 1)
        is_fine = power < FINEST_FIXED and abs(number) < LEAST_FINE
        if abs(number) < MOST_FIXED and power <= 0 and not is_fine:
            return f"{number:.{-power}f}"
        return _exponential(number, max(_size(number) - power, 0))


ALL = NumberFormat(None)
"""All digits."""


def shortest(value: float | np.floating) -> str:
    """The shortest text from which the number, of its own dtype, is read again: 0.1, 1e-5."""
    text = str(value)
    mantissa, _, exponent = text.removesuffix(".0").partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


SHARE_DECIMALS = 4


def show_digits(count: int) -> None:
    """Show so many digits where few are shown, from now on."""
    global FEW  # noqa: PLW0603  (said once, before anything is shown)
    FEW = count


def format_for(values: Iterable[float], digits: int | None = None) -> NumberFormat:
    """The format of a column whose largest number has so many significant digits."""
    sizes = [_size(value) for value in map(float, values) if value and math.isfinite(value)]
    if not sizes:
        return NumberFormat(0)
    power = max(sizes) - (digits or FEW) + 1
    return NumberFormat(min(power, 0) if max(sizes) < math.log10(MOST_FIXED) else power)


def sum_format(weights: Iterable[float], steps: Iterable[float]) -> NumberFormat:
    """The format of weights, the steps from them and the weights after these."""
    weights, steps = tuple(map(float, weights)), tuple(map(float, steps))
    largest = max((abs(value) for value in weights + steps if math.isfinite(value)), default=0.0)
    if largest >= MOST_FIXED or largest < 10.0 ** (1 - MOST_DECIMALS):
        return format_for([largest])
    power = format_for(steps, STEP_DIGITS).power or 0
    return NumberFormat(min(max(power, -MOST_DECIMALS), -LEAST_DECIMALS))


def prediction_format(predictions: Iterable[float], residual: NumberFormat) -> NumberFormat:
    """The format of predictions and targets whose difference has a format."""
    whole = format_for(predictions, FEW + SURPLUS)
    if residual.power is None or whole.power is None:
        return residual
    return NumberFormat(max(residual.power, whole.power))


def few(value: float) -> str:
    """Write one number in few significant digits: 377.39."""
    return format_for([value]).write(value)


def significant(value: float, digits: int) -> str:
    """Write a number in so many significant digits, also those at the end that are 0."""
    mantissa, _, exponent = f"{value:#.{digits}g}".partition("e")
    mantissa = mantissa.removesuffix(".")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def share(part: float) -> str:
    """Write a share such as R², of which 1 is all."""
    return f"{part:.{SHARE_DECIMALS}f}"


def rate(lr: float) -> str:
    """Write a learning rate: as it was given, or where that is longer in few digits."""
    return min(shortest(lr), few(lr), key=len)


def _size(value: float) -> int:
    """The power of ten of the first digit, of the number rounded to `FEW` digits."""
    return int(f"{value:.{FEW - 1}e}".partition("e")[2])


def _exponential(value: float, decimals: int) -> str:
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
