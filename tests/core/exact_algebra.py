"""Linear algebra in rational numbers and long decimals, where a float is exactly what it is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Design


def gram(X: Floats) -> list[list[Fraction]]:
    """XᵀX, exactly."""
    columns = [[Fraction(value) for value in column] for column in X.T.tolist()]
    return [[sum((a * b for a, b in zip(x, y, strict=True)), Fraction()) for y in columns]
            for x in columns]  # fmt: skip


def eigenvalues_below(symmetric: list[list[Fraction]], bound: Fraction) -> int:
    """How many eigenvalues of a symmetric matrix are below a bound that is none of them.

    As many as negative pivots of the matrix minus the bound (Sylvester's law of inertia).
    """
    rows = [list(row) for row in symmetric]
    for i, row in enumerate(rows):
        row[i] -= bound
    below = 0
    for k, pivot in enumerate(rows):
        assert pivot[k] != 0, "no elimination without exchanges: choose another bound"
        below += pivot[k] < 0
        for row in rows[k + 1 :]:
            share = row[k] / pivot[k]
            for j in range(k, len(row)):
                row[j] -= share * pivot[j]
    return below


def assert_eigenvalues(symmetric: list[list[Fraction]], told: Floats, relative: float) -> None:
    """Each of those told, largest first, is right to this part of itself; 0 is not looked at."""
    count = len(symmetric)
    assert len(told) == count
    for place, value in enumerate(told.tolist()):
        if value:
            low, high = (Fraction(value) * (1 + Fraction(sign * relative)) for sign in (-1, 1))
            assert eigenvalues_below(symmetric, low) <= count - 1 - place
            assert eigenvalues_below(symmetric, high) >= count - place


def descended(design: Design, weights: Floats, lr: float, epochs: int) -> tuple[Floats, float]:
    """The weights, shape (p,), and the loss after so many epochs, in decimals of 200 digits.

    An epoch is a linear map of the weights and 1; its power is found by squaring.
    """
    with localcontext(prec=200):
        X = [[Decimal(value) for value in row] for row in design.X.tolist()]
        y = [Decimal(value) for value in design.y.tolist()]
        n, p = design.X.shape
        columns = [*zip(*X, strict=True), tuple(-value for value in y)]
        rate = 2 * Decimal(lr) / n
        epoch = [
            [(i == j) - rate * _dot(columns[i], columns[j]) for j in range(p + 1)] for i in range(p)
        ] + [[Decimal(0)] * p + [Decimal(1)]]
        state = [*(Decimal(value) for value in weights.tolist()), Decimal(1)]
        while epochs:
            if epochs % 2:
                state = [_dot(row, state) for row in epoch]
            across = list(zip(*epoch, strict=True))
            epoch = [[_dot(row, column) for column in across] for row in epoch]
            epochs //= 2
        residuals = [_dot(row, state[:p]) - value for row, value in zip(X, y, strict=True)]
        loss = _dot(residuals, residuals) / n
        return np.array([float(value) for value in state[:p]]), float(loss)


def _dot(a: Sequence[Decimal], b: Sequence[Decimal]) -> Decimal:
    return sum((x * y for x, y in zip(a, b, strict=True)), Decimal())
