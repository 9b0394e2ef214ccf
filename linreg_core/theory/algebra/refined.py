"""The least-squares solution refined with residuals of twice the precision.

Iterative refinement on the normal equations, w + (XᵀX)⁻¹ Xᵀ(y − X w), with the factors at hand.
What limits it is the rounding of the residual and of the gradient. Each of them computed as the sum
of two numbers, they have some 32 digits, and where the steps contract the solution becomes as good
as its own rounding (Björck, Numerical Methods for Least Squares Problems, sections 2.9 and 6.6;
Ogita, Rump & Oishi, Accurate Sum and Dot Product, SIAM J. Sci. Comput. 26, 2005).
"""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Design, Problem
from linreg_core.theory.algebra.error_bound import UNIT

MOST_NUMBERS = 20_000
"""Rows times columns up to which it is done: some 5 ms."""

CONTRACTION = 0.1
"""A step leaves this part of an error at most."""

STEPS = 2

Pair = tuple[Floats, Floats]
"""Numbers of twice the precision: each is the sum of a large part and a small one."""


def refined(
    problem: Problem,
    standard: Design,
    right: Floats,
    singular: Floats,
    weights: Floats,
    *,
    rounding: Floats,
) -> tuple[Floats, Floats]:
    """Refine a solution, and bring it into the problem's own units.

    It stays as it is where it is not unique, where there are too many numbers, where other rows
    stand for the problem's, or where steps need not contract: errors of u in the factors make one
    of u κ² in a step, and the offset of a column multiplies it.

    Args:
        problem: what is solved.
        standard: its design with standardised columns.
        right: V, the right singular vectors of that design's X, shape (p, m).
        singular: S, its singular values that are not zero, largest first, shape (m,).
        weights: the solution, in that design's units, shape (p,).
        rounding: its `error_bound`, shape (p,).

    Returns:
        The weights in the problem's own units and bounds of their errors, each of shape (p,).
    """
    raw = standard.to_raw(weights)
    is_small = standard.X.size <= MOST_NUMBERS and problem.has_own_rows
    if len(singular) < len(weights) or not is_small:
        return raw, rounding
    with np.errstate(all="ignore"):
        offset = np.max(np.abs(standard.shift) / standard.scale, initial=1.0)
        if not UNIT * (singular[0] / singular[-1]) ** 2 * offset < CONTRACTION:
            return raw, rounding
        X = np.column_stack([problem.X, np.ones(problem.rows)][: 1 + standard.has_bias])
        # Divided by powers of two all sizes are about 1: no digit is lost, no small part vanishes.
        units, unit = _powers_of_two(X), float(_powers_of_two(problem.y))
        X, y, d = X / units, problem.y / unit, len(standard.features)
        inverse = right / singular
        large: Floats = raw * units / unit
        small = step = np.zeros_like(large)
        for _ in range(STEPS):
            gradient = _gradient(X, y, (large, small)) * units
            if standard.has_bias:
                gradient[:d] -= standard.shift * gradient[d]
            gradient[:d] /= standard.scale
            step = standard.to_raw(inverse @ (inverse.T @ gradient)) * units
            large, rest = _sum(large, step)
            large, small = _sum(large, small + rest)
        # What is left out, a step more, and the rounding that twice the precision has.
        error: Floats = (np.abs(small) + np.abs(step)) * unit / units
        error += 8 * UNIT * offset * rounding
        better: Floats = large * unit / units
    return (better, error) if np.isfinite(error).all() else (raw, rounding)


def _gradient(X: Floats, y: Floats, weights: Pair) -> Floats:
    """Xᵀ(y − X w), shape (p,): as good as if it were computed in twice the precision."""
    large, small = weights
    high, low = _product(X, large)
    residual, rest = _total(
        np.vstack([y, -high.T]), np.vstack([np.zeros_like(y), -(low + X * small).T])
    )
    high, low = _product(X, residual[:, np.newaxis])
    gradient, lost = _total(high, low + X * rest[:, np.newaxis])
    return gradient + lost


def _total(high: Floats, low: Floats) -> Pair:
    """The sums of numbers of twice the precision along the first axis, in halves."""
    while len(high) > 1:
        if len(high) % 2:
            high, low = (np.concatenate([part, np.zeros_like(part[:1])]) for part in (high, low))
        high, rest = _sum(high[::2], high[1::2])
        low = low[::2] + low[1::2] + rest
    return _sum(high[0], low[0])


def _sum(a: Floats, b: Floats) -> Pair:
    """The sum a + b and what its rounding loses (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _product(a: Floats, b: Floats) -> Pair:
    """The product a · b and what its rounding loses (Dekker)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest


def _halves(a: Floats) -> Pair:
    """Two numbers of 26 bits that add up to one of 53 (Veltkamp)."""
    scaled = (2.0**27 + 1) * a
    high = scaled - (scaled - a)
    return high, a - high


def _powers_of_two(values: Floats) -> Floats:
    """One near the largest size of each column, or of a vector."""
    largest = np.abs(values).max(axis=0)
    return np.where(largest > 0, 2.0 ** np.frexp(largest)[1], 1.0)
