"""A polynomial in one feature: its columns are powers of the distance from a centre.

Powers of the years 1999 to 2017 agree to 16 digits, those of their distance from 2008 do not: the
condition number of X falls from 7e18 to 49. Both span the same polynomials, so both have the same
best fit.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.precision import in_known_digits
from linreg_core.records import dataclass


@dataclass(frozen=True)
class Polynomial:
    """What the columns of X are: x, (x - centre)², ..., (x - centre)^degree.

    Args:
        feature: the name of x.
        degree: the highest power, at least 2.
        centre: in the units of x; 0 for plain powers.
    """

    feature: str
    degree: int
    centre: float = 0.0

    @classmethod
    def around(cls, feature: str, degree: int, x: Floats) -> Polynomial:
        """Centre it at the mean of x, shape (n,): in few digits, to a twentieth of the range."""
        tenth = float(x.max()) / 10 - float(x.min()) / 10
        if not tenth:
            return cls(feature, degree)
        mean = float((x / len(x)).sum())
        return cls(feature, degree, round(mean, -math.floor(math.log10(tenth))))

    @property
    def powers(self) -> tuple[str, ...]:
        """The names of x, x², ... up to the degree."""
        return self.feature, *(f"{self.feature}^{k}" for k in range(2, self.degree + 1))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        if not self.centre:
            return self.powers
        sign = "-" if self.centre > 0 else "+"
        base = f"({self.feature} {sign} {repr(abs(self.centre)).removesuffix('.0')})"
        return self.feature, *(f"{base}^{k}" for k in range(2, self.degree + 1))

    @property
    def uncentred(self) -> Polynomial:
        """The same in plain powers."""
        return replace(self, centre=0.0)

    def columns(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """The columns for some x, shape (n,): shape (n, degree).

        Raises:
            LinregError: "overflow" for a power beyond float64.
        """
        X = np.empty((len(x), self.degree))
        X[:, 0] = x
        with np.errstate(over="ignore", under="ignore"):
            for k in range(2, self.degree + 1):
                X[:, k - 1] = (x - self.centre) ** k
                if not np.isfinite(X[:, k - 1]).all():
                    raise LinregError(
                        "overflow",
                        f"power {k} is beyond float64, which ends at 1.8e308; rescale the column "
                        f"or use --degree {k - 1}",
                        column=self.feature,
                    )
        return X

    def expanded(self, weights: Floats) -> Floats:
        """Give weights of the columns, the bias last, as weights of plain powers.

        Args:
            weights: shape (degree + 1,).

        Returns:
            The same shape, each the float64 next to the exact number; nan where one is not finite.
        """
        return self._expanded(weights, -Fraction(self.centre))

    def rounded_expansion(self, weights: Floats, errors: Floats) -> Floats:
        """Give the same in the digits that are left of them; nan where none is.

        Args:
            weights: of the columns, the bias last, shape (degree + 1,).
            errors: bounds of their errors; may be nan or infinite.
        """
        expanded, left = self.expanded(weights), self._expanded(errors, abs(Fraction(self.centre)))
        return np.where((expanded == 0) & (left != 0), np.nan, in_known_digits(expanded, left))

    def _expanded(self, weights: Floats, shift: Fraction) -> Floats:
        """Write w_k (x + shift)^k, for k from 2 on, in powers of x; weights: w_1, w_2, ..., w_0."""
        if not np.isfinite(weights).all():
            return np.full(self.degree + 1, np.nan)
        *of_powers, bias = map(Fraction, weights.tolist())
        total = [bias, *of_powers]
        for k in range(2, self.degree + 1):
            weight, total[k] = total[k], Fraction(0)
            for j in range(k + 1):
                total[j] += weight * math.comb(k, j) * shift ** (k - j)
        return np.array([_as_float(value) for value in (*total[1:], total[0])])


def _as_float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
