"""The gradient's rounding: bound and exact value against rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from linreg_core.arrays import Floats
from linreg_core.backends.load import load_backend
from linreg_core.problem import Problem
from linreg_core.resolve import settle
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.rounding import exact_gradient, gradient_noise, residual_terms
from tests.core.cases import problem_of

KINDS = ("near the best", "anywhere", "large offset", "unequal units", "many rows")


def state(kind: str, seed: int) -> tuple[Problem, Floats]:
    """A problem of two columns, so that every backend takes it, and weights to stand at."""
    random = np.random.default_rng(seed)
    n = 150 if kind == "many rows" else int(random.integers(2, 20))
    X = random.normal(size=(n, 2)) + 3 * random.normal(size=2)
    if kind == "unequal units":
        X = X * 10.0 ** random.uniform(-5, 5, size=2)
    y = X @ (random.normal(size=2) / np.abs(X).max(axis=0)) + 0.1 * random.normal(size=n)
    if kind == "large offset":
        y = y + 1e6
    best: Floats = np.linalg.lstsq(X, y, rcond=None)[0]
    away = 1.0 if kind == "anywhere" else 10.0 ** random.uniform(-9, -3)
    return problem_of(X, y), best * (1 + away * random.normal(size=2))


def rational_gradient(X: Floats, weights: Floats, y: Floats) -> list[Fraction]:
    """Of the numbers as they are, without any rounding."""
    rows = [[Fraction(float(x)) for x in row] for row in X]
    own = [Fraction(float(w)) for w in weights]
    residuals = [
        sum((x * w for x, w in zip(row, own, strict=True)), Fraction(0)) - Fraction(float(t))
        for row, t in zip(rows, y, strict=True)
    ]
    return [
        Fraction(2, len(rows))
        * sum((row[j] * r for row, r in zip(rows, residuals, strict=True)), Fraction(0))
        for j in range(len(own))
    ]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("backend", ["numpy", "numpy-two-weights", "tensor", "nn"])
def test_no_backend_s_gradient_is_more_wrong_than_the_bound(backend: str, dtype: str) -> None:
    """And the bound is no absurd one: of a hundred states some come near it."""
    shares = []
    for seed in range(100):
        problem, weights = state(KINDS[seed % len(KINDS)], seed)
        settings, spectrum = settle(TrainConfig(backend=backend, dtype=dtype), problem)
        run, design = load_backend(backend)(spectrum.design, settings), spectrum.design
        own = weights.astype(dtype)
        run.restore(own)
        gradient = run.evaluate().gradient
        X, y = design.X.astype(dtype), design.y.astype(dtype)
        noise = gradient_noise(X.astype(np.float64), own, y.astype(np.float64), dtype)
        for found, exact, most in zip(
            gradient.tolist(), rational_gradient(X, own, y), noise.tolist(), strict=True
        ):
            shares.append(abs(float(Fraction(found) - exact)) / most)
    assert max(shares) <= 1
    assert max(shares) > 0.1
    assert np.median(shares) > 0.01


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_exact_gradient_is_the_rational_one_rounded_once(kind: str, dtype: str) -> None:
    for seed in range(10):
        problem, weights = state(kind, seed)
        X, w, y = (values.astype(dtype) for values in (problem.X, weights, problem.y))
        assert exact_gradient(X, w, y).tolist() == list(map(float, rational_gradient(X, w, y)))


def test_sizes_as_unequal_as_they_come() -> None:
    X = np.array([[1e300, -5e-324], [0.0, 1e-310], [3.0, 0.0]])
    w, y = np.array([1e-300, 2.0]), np.array([1.0, 0.0, -5e-324])
    assert exact_gradient(X, w, y).tolist() == list(map(float, rational_gradient(X, w, y)))
    assert exact_gradient(1e300 * np.ones((2, 1)), np.array([-1e9]), y[:2]).tolist() == [-np.inf]
    assert exact_gradient(np.zeros((2, 1)), np.zeros(1), np.zeros(2)).tolist() == [0.0]


def test_the_terms_of_a_residual() -> None:
    X, weights, y = np.array([[1.0, -2.0]]), np.array([3.0, 4.0]), np.array([-5.0])
    assert residual_terms(X, weights, y).tolist() == [3 + 8 + 5]
