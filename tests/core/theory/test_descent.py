"""The closed form of a run, against real runs in float64."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.backends.modes import GradientDescentModes, Modes
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.descent import Approach, ExactDescent
from linreg_core.theory.forecast import overflow_epoch
from linreg_core.trainer import Trainer
from tests.core.cases import article, exact, problem_of, steady
from tests.core.exact_algebra import descended

CLOSE = 1e-11
"""Relative to the largest weight; 1e-9 is promised, below 1e-13 was measured."""


@st.composite
def runs(draw: st.DrawFn) -> tuple[Problem, TrainConfig]:
    """A random problem and settings with which it does not diverge.

    With fewer rows than features, columns that repeat others, and columns that never vary.
    """
    n, d = draw(st.integers(1, 12), label="n"), draw(st.integers(1, 6), label="d")
    random = np.random.default_rng(draw(st.integers(0, 2**32), label="numbers"))
    X = random.normal(size=(n, d)) * 10.0 ** random.uniform(-1, 1, size=d)
    if draw(st.booleans(), label="collinear"):
        X[:, -1] = 2 * X[:, 0]
    if draw(st.booleans(), label="constant"):
        X[:, 0] = 3.0
    problem = problem_of(X, random.normal(size=n))
    bias, standardize = draw(st.booleans(), label="bias"), draw(st.booleans(), label="standardize")
    spectrum = Spectrum.of(problem, bias=bias, standardize=standardize)
    share = draw(st.sampled_from([1e-3, 0.1, 0.5, 0.9, 0.99]), label="share of the limit")
    largest = spectrum.eigenvalues[0] if len(spectrum.eigenvalues) else 1.0
    seed = draw(st.integers(0, 99), label="seed")
    given: dict[str, Any] = {"bias": bias, "standardize": standardize, "init": "random"}
    return problem, TrainConfig(lr=float(share * 2 / largest), seed=seed, **given)


def error(found: Floats, trainer: Trainer) -> float:
    """Relative to the largest weight that the run has or tends to."""
    weights = trainer.snapshot().weights
    size = max(np.abs(weights).max(), np.abs(exact(trainer).limit).max())
    return float(np.abs(found - weights).max() / size)


@given(run=runs(), epochs=st.integers(0, 3000))
@steady
def test_a_leap_lands_where_the_run_does(run: tuple[Problem, TrainConfig], epochs: int) -> None:
    problem, config = run
    trainer = Trainer(problem, config)
    trainer.run(epochs)
    found = exact(trainer).leap(trainer.epoch)
    assert error(found, trainer) < CLOSE
    start, loss = exact(trainer).losses(np.array([0, trainer.epoch]))
    assert loss == pytest.approx(trainer.snapshot().loss, rel=CLOSE, abs=1e-12 * start)


@given(run=runs(), first=st.integers(1, 200), share=st.sampled_from([0.1, 0.7, 1.4, 0.95]))
@steady
def test_a_fork_is_leapt_from_its_own_origin(
    run: tuple[Problem, TrainConfig], first: int, share: float
) -> None:
    problem, config = run
    trainer = Trainer(problem, config)
    trainer.run(first)
    weights = np.linspace(-1, 1, len(trainer.snapshot().weights))
    theory = trainer.theory
    lr = share * (theory.auto_lr or 1.0)
    fork = trainer.fork(TrainConfig(**{**vars(config), "lr": lr}), weights)
    assert exact(fork).origin == fork.theory.origin == first
    np.testing.assert_allclose(exact(fork).leap(first), weights, rtol=0, atol=1e-12)
    fork.run(300)
    assert error(exact(fork).leap(fork.epoch), fork) < CLOSE


@given(run=runs())
@steady
def test_the_loss_curve_is_the_run_s(run: tuple[Problem, TrainConfig]) -> None:
    problem, config = run
    trainer = Trainer(problem, config)
    trainer.run(400)
    curve = trainer.snapshot().curve
    found = trainer.theory.losses(curve.epoch)
    np.testing.assert_allclose(found, curve.last, rtol=CLOSE, atol=1e-12 * curve.last[0])
    np.testing.assert_array_equal(found, exact(trainer).losses(curve.epoch))


@given(run=runs(), epoch=st.integers(0, 10**12))
@steady
def test_the_loss_of_a_leap_is_that_of_its_weights(
    run: tuple[Problem, TrainConfig], epoch: int
) -> None:
    trainer = Trainer(*run)
    descent = exact(trainer)
    design = descent.spectrum.design
    expected = objective.loss(design.X, descent.leap(epoch), design.y)
    found = descent.losses(np.array([epoch]))[0]
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12 * float(np.mean(design.y**2)))


# --- against decimals of 200 digits

EPOCHS = (0, 1, 2, 10, 1000, 10**6, 10**9)


def errors(
    X: Floats, y: Floats, epochs: tuple[int, ...] = EPOCHS, **wishes: Any
) -> tuple[ExactDescent, Floats, Floats]:
    """A descent, and the relative errors of its worst weight and of its loss at each epoch."""
    trainer = Trainer(problem_of(X, y), TrainConfig(**{"lr": "auto", **wishes}))
    descent, rate = exact(trainer), trainer.settings.rate
    weights, losses = [], []
    for epoch in epochs:
        expected, loss = descended(descent.spectrum.design, descent.weights, rate, epoch)
        weights.append(np.abs(descent.leap(epoch) / expected - 1).max())
        losses.append(abs(descent.losses(np.array([epoch]))[0] / loss - 1))
    return descent, np.array(weights), np.array(losses)


@pytest.mark.parametrize("apart", [1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-10])
@pytest.mark.parametrize("standardize", [False, True])
def test_columns_that_nearly_agree_leave_the_first_epochs_exact(
    apart: float, standardize: bool
) -> None:
    """Condition numbers from 1e3 to 1e21: the limit and the error cancel, the changes do not.

    The singular values are those of columns that differ in their last digit: after k epochs that
    has moved the flattest weights by k roundings, and in the end by the condition of the columns.
    """
    random = np.random.default_rng(0)
    X = random.normal(size=(12, 3))
    X[:, 2] = X[:, 0] + apart * X[:, 2]
    descent, weights, losses = errors(X, random.normal(size=12), bias=True, standardize=standardize)
    condition = descent.spectrum.closeness
    assert weights[0] == 0
    assert (weights < 1e-13 + 1e-15 * np.minimum(EPOCHS, 30 * condition)).all()
    assert (losses < 1e-14 + 1e-15 * np.minimum(EPOCHS, condition) * (condition < 1e6)).all()


@pytest.mark.parametrize("spread", [1, 3, 9, 15, 30, 100])
@pytest.mark.parametrize("bias", [False, True])
def test_units_however_unequal_leave_every_epoch_exact(spread: float, bias: bool) -> None:
    """But the first, where 1 - lr λ of the steepest direction is but the rounding of λ."""
    random = np.random.default_rng(1)
    X = random.normal(size=(12, 3)) * 10.0 ** random.uniform(-spread, spread, size=3)
    epochs = (0, 3, *EPOCHS[3:])
    _, weights, losses = errors(X, random.normal(size=12), epochs, bias=bias, standardize=False)
    assert weights[0] == 0
    assert weights.max() < 1e-12
    assert losses.max() < 1e-13


@pytest.mark.parametrize("seed", range(5))
def test_unequal_units_of_more_columns_than_rows_leave_every_epoch_exact(seed: int) -> None:
    """What the data does not determine stays where it began, in each weight to its own digits."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(2, 3)) * 10.0 ** random.uniform(-60, 60, size=3)
    _, weights, losses = errors(X, random.normal(size=2), (0, 100, 10**6), standardize=False)
    assert weights[0] == 0
    assert weights.max() < 1e-12
    assert losses.max() < 1e-12


def test_a_target_whose_squares_overflow_leaves_distances_that_are_not_0() -> None:
    descent = exact(Trainer(problem_of([[1.0], [2.0]], [1e200, -1e200]), TrainConfig(lr=0.1)))
    assert descent.start.all()
    weights, _ = descended(descent.spectrum.design, descent.weights, 0.1, 3)
    np.testing.assert_allclose(descent.leap(3), weights, rtol=1e-14)


@pytest.mark.parametrize("bias", [False, True])
def test_a_timestamp_in_nanoseconds_beside_a_column_of_size_1(bias: bool) -> None:
    random = np.random.default_rng(2)
    X = np.column_stack([1.7e18 + 3.6e12 * np.arange(30), random.normal(size=30)])
    y = X[:, 1] / 2 + random.normal(size=30)
    _, weights, losses = errors(X, y, (0, 4, 1000, 10**9), bias=bias, standardize=False)
    # With a bias, a column of ones and the stamps agree to 5 digits.
    assert weights.max() < (1e-10 if bias else 1e-14)
    assert losses.max() < 1e-14


def test_the_months_of_a_series_beside_its_rows() -> None:
    """They agree to 12 digits, so that weights of 1e8 are in the end what fits best."""
    rows = np.arange(1.0, 41.0)
    X = np.column_stack([rows, [float(f"{1990 + (row - 1) / 12:.11f}") for row in rows]])
    y = np.random.default_rng(3).normal(size=40).round(2)
    descent, weights, losses = errors(X, y, (0, 1, 10, 1000), bias=True, standardize=True)
    assert np.abs(descent.limit).max() > 1e6
    assert weights.max() < 1e-10
    assert losses.max() < 1e-12


def test_at_its_first_epoch_it_is_where_the_run_begins_whatever_the_limit_is() -> None:
    """A target of 1.7e9: the limit and what is left cancel in nine digits."""
    trainer = Trainer(problem_of([[1.0], [2.0], [4.0]], [1.7e9, 1.7e9 + 60, 1.7e9 + 90]),
                      TrainConfig(bias=True, init="random"))  # fmt: skip
    assert exact(trainer).leap(0).tolist() == trainer.snapshot().weights.tolist()


@pytest.mark.parametrize("a", [1.0, 3.1, 0.2])
def test_a_start_that_is_0_but_for_rounding_is_0(a: float) -> None:
    """Rows (a, b), (b, a) and y = a - b: (1, 1) is steepest, and y has no part in it."""
    b = 2.3
    problem = problem_of([[a, b], [b, a]], [a - b, b - a])
    lr = 2.5 / (a + b) ** 2  # of the Hessian XᵀX, with n = 2, the largest eigenvalue
    assert abs(1 - lr * (a - b) ** 2) < 1
    descent = exact(Trainer(problem, TrainConfig(lr=lr, init=0.0)))
    assert descent.modes.growth[0] > 1
    assert (descent.start == 0).tolist() == [True, False]
    np.testing.assert_allclose(descent.leap(10**6), [1.0, -1.0], rtol=1e-12)
    assert overflow_epoch(descent, "float64") is None


# --- powers


@pytest.mark.parametrize("factor", [1 - 1e-12, 0.5, 0.0, -0.5, -1.0, 1.25, -1.25])
def test_changes_are_what_distances_become_minus_what_they_were(factor: float) -> None:
    epochs, rule = np.arange(60), modes(factor)
    step = Fraction(1.0) - Fraction(rule.eigenvalues[0])
    expected = [float(step**epoch - 1) for epoch in epochs.tolist()]
    np.testing.assert_allclose(rule.changes(epochs)[:, 0], expected, rtol=1e-13)
    plain = Modes.changes(rule, epochs)[:, 0]  # what another rule has without doing anything
    np.testing.assert_allclose(plain, expected, atol=1e-15, rtol=1e-13)


def modes(*factors: float) -> GradientDescentModes:
    """Directions whose distances are multiplied by these, at a learning rate of 1."""
    return GradientDescentModes(1 - np.array(factors), np.ones(len(factors)), 1.0)


def test_epoch_0_is_the_start() -> None:
    found = modes(0.0, 0.5, -0.5, -1.0, -3.0).powers(np.array([0]))
    assert found.tolist() == [[1.0] * 5]


@pytest.mark.parametrize("factor", [0.5, -0.5, -1.0, 0.999, -1.25])
def test_powers_are_those_of_arithmetic(factor: float) -> None:
    epochs = np.arange(1, 60)
    np.testing.assert_allclose(modes(factor).powers(epochs)[:, 0], factor**epochs, rtol=1e-13)


def test_a_learning_rate_of_1_over_lambda_takes_one_epoch() -> None:
    epochs = np.array([0, 1, 2, 10**12])
    assert modes(0.0).powers(epochs)[:, 0].tolist() == [1, 0, 0, 0]
    descent = exact(Trainer(problem_of([[2.0]], [6.0]), TrainConfig(lr=0.125)))
    assert descent.leap(1).tolist() == [3.0]
    assert descent.losses(epochs).tolist() == [(2 * 0.1 - 6) ** 2, 0, 0, 0]


def test_at_the_limit_the_distance_only_changes_its_sign() -> None:
    epochs = np.array([0, 1, 2, 10**12, 10**12 + 1])
    assert modes(-1.0).powers(epochs)[:, 0].tolist() == [1, -1, 1, 1, -1]


def test_beyond_the_limit_the_distance_ends_beyond_any_float64() -> None:
    descent = exact(Trainer(article(), TrainConfig(lr=0.034)))
    assert np.isfinite(descent.leap(12_000)).all()
    assert np.isinf(descent.leap(20_000)).all()
    assert descent.losses(np.array([20_000])).tolist() == [np.inf]


def test_a_direction_without_distance_stays_so_whatever_it_is_multiplied_by() -> None:
    exploding = GradientDescentModes(np.array([4.0, np.inf]), np.zeros(2), 1.0)
    assert exploding.excess(np.array([0, 1, 10**6])).tolist() == [0, 0, 0]


def test_10_to_the_12_epochs_keep_the_digits_of_a_slow_direction() -> None:
    """1 - 1e-12 rounds to a number whose power 10^12 has only 5 digits of exp(-1)."""
    found = GradientDescentModes(np.array([1e-12]), np.ones(1), 1.0).powers(np.array([10**12]))[
        0, 0
    ]
    assert found == pytest.approx(np.exp(-1), rel=1e-11)


def test_a_leap_of_10_to_the_12_epochs_is_at_the_optimum() -> None:
    trainer = Trainer(article(), TrainConfig())
    assert exact(trainer).leap(10**12).tolist() == trainer.theory.limit.tolist()
    np.testing.assert_allclose(trainer.theory.limit, [10, 20], rtol=1e-13)


def test_many_epochs_at_once_are_those_one_by_one() -> None:
    random = np.random.default_rng(0)
    many = GradientDescentModes(random.uniform(0.1, 1.9, 700), random.normal(size=700), 1.0)
    epochs = np.arange(2000)  # more than fit into one block of powers
    found = many.excess(epochs)
    for epoch in (0, 1, 1497, 1498, 1999):
        assert found[epoch] == many.excess(epochs[epoch : epoch + 1])[0]


def test_what_is_left_of_the_way_shrinks_along_each_direction_by_its_factor() -> None:
    descent = exact(Trainer(article(), TrainConfig(lr=0.02)))
    left = descent.remaining(descent.leap(7))
    np.testing.assert_allclose(
        left, descent.start * (1 - 0.02 * descent.spectrum.eigenvalues) ** 7, rtol=1e-9
    )


def test_a_solution_beyond_float64_is_told_and_never_raised() -> None:
    problem = problem_of([[1e-310], [-1e-310]], [1.0, 2.0])
    spectrum = Spectrum.of(problem, bias=True, standardize=True)
    approach = Approach.of(spectrum, 0, np.zeros(2))
    modes = GradientDescentModes(spectrum.eigenvalues, approach.start, 0.5)
    descent = ExactDescent.along(approach, modes)
    assert descent.leap(5).shape == (2,)
    assert np.isfinite(descent.losses(np.array([0, 5]))).all()
