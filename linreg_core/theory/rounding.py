"""What rounding does to a gradient: a bound of its error, and the gradient without any.

Near the best weights predictions and targets cancel: a residual is a small difference of numbers
that are known to their own last digit only, and so is what the gradient makes of it.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats

MOST_EXACT = 2**17
"""Rows times weights up to which a gradient is computed exactly: some 0.1 s."""

_AT_ONCE = 2**17

_DIGITS, _HIGHEST = np.finfo(np.float64).nmant + 1, np.finfo(np.float64).maxexp


def residual_terms(X: Floats, weights: Floats, y: Floats) -> Floats:
    """The size of what is added up to a residual, |X| |w| + |y|, shape (n,); may be infinite.

    Args:
        X: design matrix, shape (n, p).
        weights: shape (p,), in the run's units.
        y: target, shape (n,).
    """
    with np.errstate(over="ignore", invalid="ignore"):
        terms: Floats = np.abs(X) @ np.abs(weights.astype(np.float64)) + np.abs(y)
    return terms


def gradient_noise(X: Floats, weights: Floats, y: Floats, dtype: str) -> Floats:
    """How wrong rounding may make each derivative of the loss, shape (p,); may be infinite.

    With the unit roundoff u of the dtype, residuals r = X w - y and p products for each of them,

        u (2/n) |X|ᵀ (p |X| |w| + |y| + √n |r|)

    to first order (Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapter 3). Only
    in the sum over n rows errors are taken to be independent, √n instead of n (Higham & Mary, SIAM
    Journal on Scientific Computing 41, 2019): the last bound is never met.

    Args:
        X: design matrix, shape (n, p).
        weights: shape (p,), in the run's units.
        y: target, shape (n,).
        dtype: in which the gradient is computed, "float32" or "float64".
    """
    n, p = X.shape
    kind = np.finfo(dtype)
    unit, least = float(kind.eps) / 2, float(kind.smallest_subnormal)
    own = weights.astype(np.float64)
    noise: Floats = np.zeros(p)
    rows = max(1, _AT_ONCE // p)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for first in range(0, n, rows):
            part, target = X[first : first + rows], y[first : first + rows]
            sizes = np.abs(part)
            terms = p * (sizes @ np.abs(own)) + np.abs(target)
            terms += math.sqrt(n) * np.abs(part @ own - target)
            noise += (unit * terms + p * least) @ sizes  # below the least a product is lost
        noise *= 2 / n
    return noise + 2 * least


def exact_gradient(X: Floats, weights: Floats, y: Floats) -> Floats:
    """The derivatives of the loss in rational arithmetic, rounded once, shape (p,).

    Every float is an integer times a power of two, and Python's integers have all digits.

    Args:
        X: design matrix as the run has it, rounded to its dtype, shape (n, p).
        weights: likewise, shape (p,).
        y: likewise, shape (n,).

    Returns:
        A derivative beyond float64 is infinite.
    """
    (rows, of_rows), (own, of_own), (target, of_target) = map(_integers, (X, weights, y))
    least = min(of_rows + of_own, of_target)
    residual = (rows @ own << of_rows + of_own - least) - (target << of_target - least)
    scale = Fraction(2) ** (of_rows + least + 1) / len(y)
    return np.array([_rounded(total * scale) for total in rows.T @ residual])


def _integers(values: Floats) -> tuple[NDArray[np.object_], int]:
    """Integers, and the power of two that they are to be multiplied by."""
    mantissas, exponents = np.frexp(values.astype(np.float64))
    least = int(np.min(exponents, where=values != 0, initial=_HIGHEST))
    digits = np.ldexp(mantissas, _DIGITS).astype(np.int64).astype(object)
    return digits << np.maximum(exponents - least, 0).astype(object), least - _DIGITS


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
