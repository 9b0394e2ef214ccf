"""How far a run has come, and what holds it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import Case, article, drawn_problem, exact, problem_of, steady
from tests.core.references import digits_correct


@given(
    seed=st.integers(0, 2**32),
    bias=st.booleans(),
    standardize=st.booleans(),
    epochs=st.integers(0, 60),
)
@steady
def test_what_is_left_is_the_limit_minus_the_weights(
    seed: int, bias: bool, standardize: bool, epochs: int
) -> None:
    random = np.random.default_rng(seed)
    problem = problem_of(random.normal(size=(9, 3)) + 1, random.normal(size=9))
    trainer = Trainer(problem, TrainConfig(bias=bias, standardize=standardize, lr="auto"))
    trainer.run(epochs)
    snapshot = trainer.snapshot()
    found, theory, descent = snapshot.progress, snapshot.theory, exact(trainer)
    np.testing.assert_array_equal(found.to_go, theory.limit - snapshot.raw_weights)
    expected = min(
        *digits_correct(snapshot.raw_weights, theory.limit), theory.reference.known_digits or 0
    )
    assert found.digits == pytest.approx(expected, abs=1e-12)
    # Along the directions it is what exact arithmetic has left, and together all of the way.
    expected_left = descent.remaining(descent.leap(epochs))
    size = np.abs(descent.start).max()
    np.testing.assert_allclose(found.remaining, expected_left, rtol=0, atol=1e-12 * size)
    way = descent.spectrum.directions @ found.remaining
    np.testing.assert_allclose(way, snapshot.weights - descent.limit, rtol=0, atol=1e-12 * size)


def test_late_in_a_run_the_slowest_direction_holds_every_weight() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(20_000)
    snapshot = trainer.snapshot()
    assert snapshot.progress.slowest.tolist() == [1, 1]
    assert snapshot.theory.directions[1] == "0.78·x1 - 0.62·x2"


def test_each_weight_is_held_by_the_direction_with_the_largest_share_of_its_way() -> None:
    """Two columns of their own: each weight is a direction, and x2's is the steeper one."""
    trainer = Trainer(problem_of([[1.0, 0.0], [0.0, 9.0]], [4.0, 5.0]), TrainConfig(lr=1e-3))
    trainer.run(3)
    assert trainer.snapshot().progress.slowest.tolist() == [1, 0]


def test_without_a_direction_nothing_holds_a_weight() -> None:
    snapshot = Trainer(problem_of(np.zeros((2, 2)), [1.0, 2.0]), TrainConfig()).snapshot()
    assert snapshot.progress.slowest.tolist() == [-1, -1]
    assert snapshot.progress.remaining.shape == (0,)
    assert snapshot.progress.to_go.tolist() == [0, 0]


def test_a_converged_run_has_the_digits_of_its_dtype(case: Case) -> None:
    trainer = Trainer(drawn_problem(case), case.config(lr="best"))
    trainer.run(300)
    snapshot = trainer.snapshot()
    assert snapshot.progress.digits is not None
    assert snapshot.progress.digits > -np.log10(case.eps) - 2
    small = 100 * case.eps * np.abs(snapshot.theory.limit).max()
    assert snapshot.progress.to_go == pytest.approx(0, abs=small)
