"""Polynomials: centred columns, and their weights in plain powers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core import Problem, TrainConfig, Trainer
from linreg_core.polynomial import Polynomial
from linreg_core.problem import Rows
from linreg_core.theory.algebra.spectrum import passing_spectrum
from tests.core.cases import steady

Doubles = NDArray[np.float64]

YEARS = np.arange(1999.0, 2018.0)


def problem_in(x: Doubles, y: Doubles, degree: int) -> Problem:
    """A polynomial problem, with rows held out."""
    polynomial = Polynomial.around("x", degree, x)
    X = polynomial.columns(x)
    test = Rows(polynomial.columns(x[:2] + 1), y[:2])
    return Problem("made", X, y, polynomial.names, "y", polynomial=polynomial, test=test)


@pytest.mark.parametrize(
    ("x", "centre", "name"),
    [
        (YEARS, 2008, "(x - 2008)^2"),
        (np.array([0.0, 0.4, 1.0]), 0.5, "(x - 0.5)^2"),
        (np.array([-30.0, -10.0]), -20, "(x + 20)^2"),
        (np.array([-1.0, 1.0]), 0, "x^2"),
        (np.array([7.0, 7.0]), 0, "x^2"),
        (np.array([852.0, 2000.0, 4478.0]), 2400, "(x - 2400)^2"),
        (np.array([-1.7e308, 1.7e308]), 0, "x^2"),
    ],
)
def test_the_centre_is_the_mean_in_few_digits(x: Doubles, centre: float, name: str) -> None:
    polynomial = Polynomial.around("x", 2, x)
    assert polynomial.centre == centre
    assert polynomial.names == ("x", name)
    assert polynomial.powers == ("x", "x^2")


def test_years_are_no_longer_alike() -> None:
    problem = problem_in(YEARS, YEARS, 2)
    assert passing_spectrum(problem, bias=True, standardize=True).condition_number < 2
    plain = problem.for_bias(False)
    assert passing_spectrum(plain, bias=True, standardize=True).condition_number > 1e6


numbers = st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.6g}"))


@given(weights=st.lists(numbers, min_size=3, max_size=8), centre=numbers)
@steady
def test_plain_powers_are_the_same_polynomial(weights: list[float], centre: float) -> None:
    """In rational arithmetic, at more places than there are weights."""
    polynomial = Polynomial("x", len(weights) - 1, centre)
    expanded = polynomial.expanded(np.array(weights))
    of_powers, bias = weights[:-1], weights[-1]
    terms = []
    for place in range(len(weights)):
        # The k-th coefficient by Taylor's formula at 0, of w1 x + sum of wk (x - c)^k + b.
        coefficient = Fraction(bias) if place == 0 else Fraction(0)
        coefficient += Fraction(of_powers[0]) if place == 1 else 0
        for k, weight in enumerate(of_powers[1:], start=2):
            if k >= place:
                coefficient += (
                    Fraction(weight) * math.comb(k, place) * (-Fraction(centre)) ** (k - place)
                )
        terms.append(float(coefficient))
    assert expanded.tolist() == [*terms[1:], terms[0]]


def test_digits_that_cancel_are_not_told() -> None:
    polynomial = Polynomial("x", 2, 1e6)
    weights = np.array([2e6, 1.0, 1e12])  # x² + 4·10⁶ x + ...: (x - 10⁶)² + 2·10⁶ x + 10¹²
    told = polynomial.rounded_expansion(weights, 1e-9 * np.abs(weights))
    assert math.isnan(told[0])  # 2·10⁶ - 2·10⁶
    assert told[1] == 1.0
    assert np.isnan(polynomial.rounded_expansion(weights, np.array([np.nan, 0, 0]))).all()
    assert np.isnan(polynomial.expanded(np.array([np.inf, 0, 0]))).all()


def test_without_a_bias_nothing_is_subtracted() -> None:
    x = np.array([1.0, 2.0, 4.0, 5.0])
    problem = problem_in(x, x**2, 2)
    assert problem.features == ("x", "(x - 3)^2")
    assert Trainer(problem, TrainConfig()).problem is problem
    trainer = Trainer(problem, TrainConfig(bias=False))
    assert trainer.problem.features == ("x", "x^2")
    assert trainer.problem.X.tolist() == np.column_stack([x, x**2]).tolist()
    assert trainer.problem.test is not None
    assert trainer.problem.test.X.tolist() == [[2, 4], [3, 9]]
    assert trainer.snapshot().theory.optimum.weights == pytest.approx([0, 1])
