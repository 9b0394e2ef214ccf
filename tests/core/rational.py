"""Least squares in rational arithmetic: what the numbers of a problem, taken exactly, determine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from tests.core.cases import problem_of

KINDS = (
    *("plain", "whole", "units", "offset", "nearly dependent", "powers", "far units"),
    *("whole offset", "noisy", "large target", "tiny spread", "no noise"),
)
"""Of problems for which linear algebra in float64 is easy or hard."""


def drawn(kind: str, seed: int) -> Problem:
    """A small problem of a kind; in some a weight or the bias is 0 but for the rounding of y."""
    random = np.random.default_rng([KINDS.index(kind), seed])
    n = int(random.integers(4, 20))
    d = int(random.integers(1, min(5, n - 1)))
    X = random.normal(size=(n, d))
    if kind in ("whole", "whole offset"):
        X = np.round(10 * X) + 1e6 * (kind == "whole offset")
    elif kind in ("units", "far units"):
        most = 6 if kind == "units" else 100
        X *= 10.0 ** random.uniform(-most, most, size=d)
    elif kind == "offset":
        X += 10.0 ** random.uniform(0, 8, size=d)
    elif kind == "nearly dependent" and d > 1:
        X[:, 1] = X[:, 0] + 10.0 ** -random.uniform(2, 12) * X[:, 1]
    elif kind == "powers":
        X = np.linspace(1, 3, n)[:, np.newaxis] ** np.arange(1, d + 1)
    elif kind == "tiny spread":
        X[:, 0] = 1e-3 * X[:, 0] + 10.0 ** random.uniform(0, 8)
    weights, bias = random.normal(size=d), float(random.normal()) * (seed % 5 > 0)
    if seed % 3 == 0:
        weights[random.integers(d)] = 0
    y = X / np.abs(X).max(axis=0) @ weights + bias + 1e7 * (kind == "large target")
    if kind in ("noisy", "large target"):
        y += random.normal(size=n)
    return problem_of(X, y, as_article=False)


def least_squares(problem: Problem, *, bias: bool) -> list[Fraction]:
    """The solution of the normal equations, which must be unique, the bias last."""
    rows = [[*map(Fraction, row), *([Fraction(1)] * bias)] for row in problem.X.tolist()]
    target, p = [Fraction(value) for value in problem.y.tolist()], len(rows[0])
    system = [
        [sum((row[i] * row[j] for row in rows), Fraction(0)) for j in range(p)]
        + [sum((row[i] * y for row, y in zip(rows, target, strict=True)), Fraction(0))]
        for i in range(p)
    ]
    for column in range(p):
        pivot = next(row for row in range(column, p) if system[row][column] != 0)
        system[column], system[pivot] = system[pivot], system[column]
        head = system[column]
        for row in range(p):
            if row != column and system[row][column] != 0:
                factor = system[row][column] / head[column]
                system[row] = [a - factor * b for a, b in zip(system[row], head, strict=True)]
    return [system[i][p] / system[i][i] for i in range(p)]


def errors(weights: Floats, solution: Sequence[Fraction]) -> list[Fraction]:
    """The exact size of each weight's error."""
    return [abs(Fraction(w) - c) for w, c in zip(weights.tolist(), solution, strict=True)]


def true_digits(weights: Floats, solution: Sequence[Fraction]) -> float:
    """The digits of the worst weight, infinite where all are exact; of a 0 the absolute ones."""
    wrong = [
        float(error / (abs(c) or 1))
        for error, c in zip(errors(weights, solution), solution, strict=True)
    ]
    return min(math.inf if one == 0 else -math.log10(one) for one in wrong)
