"""Both precisions side by side: two trainers' bits, digits by brute force, bounded memory."""

from __future__ import annotations

import itertools
import math
import pickle
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linreg_core import (
    Comparison,
    LinregError,
    Problem,
    Status,
    TrainConfig,
    Trainer,
)
from linreg_core.backends.modes import GradientDescentModes
from linreg_core.comparison import exact_digits
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.descent import Approach, ExactDescent
from linreg_core.theory.reference import Reference
from tests.core.cases import ARTICLE_X, ARTICLE_Y, article, few, problem_of


def apart(problem: Problem, config: TrainConfig, epochs: int) -> list[Trainer]:
    """Two trainers, run one after the other."""
    trainers = [Trainer(problem, replace(config, dtype=name)) for name in ("float32", "float64")]
    for trainer in trainers:
        trainer.run(epochs)
    return trainers


@given(ticks=st.lists(st.floats(1e-4, 1.0), min_size=1, max_size=20), epochs=st.integers(1, 2_500))
@example(ticks=[0.2, 0.03], epochs=9_000)
@few
def test_any_slicing_gives_the_bits_of_two_separate_trainers(
    ticks: list[float], epochs: int
) -> None:
    steps, now = itertools.cycle(ticks), itertools.accumulate(itertools.cycle(ticks))
    config = TrainConfig(lr=1e-3)
    comparison = Comparison(article(), config, epochs, clock=lambda: next(now))
    while not comparison.is_done:
        comparison.advance(50 * next(steps))
    for side, trainer in zip(
        comparison.summary().sides, apart(article(), config, epochs), strict=True
    ):
        snapshot = trainer.snapshot()
        assert (side.dtype, side.epoch) == (trainer.settings.dtype, epochs)
        assert side.weights.tobytes() == snapshot.raw_weights.tobytes()
        assert (side.loss, side.digits[-1]) == (snapshot.backend_loss, snapshot.progress.digits)
        assert (side.status, side.status_epoch) == (snapshot.status, snapshot.status_epoch)


@pytest.mark.parametrize("backend", ["numpy", "tensor", "nn"])
def test_both_begin_with_the_weights_of_the_configuration_s_own_dtype(backend: str) -> None:
    """nn.Linear draws other numbers in float64."""
    config = TrainConfig(backend=backend, seed=3)
    begin = Trainer(article(), config).snapshot().weights
    comparison = Comparison(article(), config, 10)
    for side in comparison.summary().sides:
        assert side.weights.tolist() == begin.astype(side.dtype).tolist()


def test_the_run_is_shared_in_turns() -> None:
    now = itertools.count()
    # Once compiled loops are there for one dtype, it is much the faster one.
    config = TrainConfig(run_by="direct")
    comparison = Comparison(article(), config, 10**9, clock=lambda: next(now) * 1e-3)
    for _ in range(2):
        comparison.advance(0.02)
    one, other = comparison.summary().sides
    assert one.epoch > 0
    assert 0.3 < one.epoch / other.epoch < 3
    assert not comparison.is_done


def test_digits_along_the_way_are_those_of_each_epoch_by_brute_force() -> None:
    comparison = Comparison(article(), TrainConfig(lr=1e-3), 3_000)
    comparison.advance(None)
    for side in comparison.summary().sides:
        walker = Trainer(article(), TrainConfig(lr=1e-3, dtype=side.dtype))
        for epoch, digits in zip(side.epochs.tolist(), side.digits.tolist(), strict=True):
            walker.run(epoch - walker.epoch)
            errors = np.abs(walker.snapshot().raw_weights - [10, 20]) / [10, 20]
            # The optimum is rounded itself: 1e-15 of 10 may be missing.
            assert digits == pytest.approx(max(-math.log10(errors.max()), 0), abs=1e-9)
        assert side.worst == int(np.argmax(errors))


def test_exact_digits_are_those_of_rational_arithmetic() -> None:
    """Also past the digits that a float64 weight has: errors keep theirs."""
    lr, x = Fraction(1, 8), Fraction(3, 2)  # one weight: an epoch multiplies the error by 1 - 9/16
    problem = problem_of([[1.5]], [3.0])
    spectrum = Spectrum.of(problem, bias=False, standardize=False)
    approach = Approach.of(spectrum, 0, np.zeros(1))
    modes = GradientDescentModes(spectrum.eigenvalues, approach.start, float(lr))
    descent = ExactDescent.along(approach, modes)
    epochs = np.arange(0, 45, 4)
    factor = abs(1 - 2 * lr * x * x)
    expected = [-math.log10(factor**epoch) for epoch in epochs.tolist()]
    assert expected[-1] > 15
    found = exact_digits(descent, Reference.of(descent), epochs)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_the_article_s_headline() -> None:
    """10.0429 and 19.9661 in float32; 10.00000008 and 19.99999994 in float64."""
    comparison = Comparison(article(), TrainConfig(init="zeros"), 1_000_000)
    comparison.advance(None)
    compared = comparison.summary()
    one, other = compared.sides
    assert [f"{weight:.4f}" for weight in one.weights] == ["10.0429", "19.9661"]
    assert [f"{weight:.8f}" for weight in other.weights] == ["10.00000008", "19.99999994"]
    assert (one.status, other.status) == (Status.FROZEN, Status.READY)
    assert one.held is not None
    assert other.held is not None
    assert one.held.step <= one.held.gap / 2
    assert other.held.step > other.held.gap
    assert one.left is not None
    assert one.left.is_flattest
    assert one.left.share > 0.999
    assert compared.exact_digits[-1] == pytest.approx(other.digits[-1], abs=0.01)
    auto = Trainer(article(), TrainConfig(lr="auto", init="zeros", dtype="float32"))
    auto.run(None)
    assert compared.auto[0].digits == pytest.approx(auto.snapshot().progress.digits, abs=0.2)


def test_frozen_runs_of_any_length_cost_little_time_and_memory() -> None:
    comparison = Comparison(article(), TrainConfig(lr=0.02), 10**12)
    comparison.advance(None)
    compared = comparison.summary()
    assert all(side.epoch == 10**12 for side in compared.sides)
    assert len(compared.exact_epochs) < 700
    assert all(len(side.epochs) < 700 for side in compared.sides)
    assert len(pickle.dumps(compared)) < 50_000


def test_a_run_that_diverges_is_done() -> None:
    comparison = Comparison(article(), TrainConfig(lr=0.034), 100_000)
    comparison.advance(None)
    for side, trainer in zip(
        comparison.summary().sides, apart(article(), TrainConfig(lr=0.034), 100_000), strict=True
    ):
        assert side.is_done
        assert (side.status, side.epoch) == (Status.DIVERGED, trainer.epoch)
    assert comparison.is_done


def test_data_too_large_for_float32_is_refused() -> None:
    with pytest.raises(LinregError) as refusal:
        Comparison(problem_of(ARTICLE_X * 1e100, ARTICLE_Y), TrainConfig(), 10)
    assert refusal.value.code == "overflow"
    assert "float32" in refusal.value.message
