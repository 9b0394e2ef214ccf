"""Where a run ends: the first epoch that is not finite, or the first with a small gradient."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.arrays import Floats
from linreg_core.backends.base import Evaluation
from linreg_core.backends.modes import learning_rate
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from tests.core.cases import (
    ARTICLE_X,
    CHUNKINGS,
    Case,
    article,
    bits,
    drawn_problem,
    few,
    problem_of,
    run_in_chunks,
    walk,
)

# --- divergence


def first_bad_epoch(walked: Sequence[tuple[Floats, Evaluation]]) -> int:
    """DESIGN: diverged at k means that loss or a weight is not finite after epoch k."""
    return next(
        epoch
        for epoch, (weights, evaluation) in enumerate(walked)
        if not (np.isfinite(evaluation.loss) and np.isfinite(weights).all())
    )


@pytest.mark.parametrize("lr", [1.0, 1e9])
@given(chunks=CHUNKINGS)
@few
def test_a_run_diverges_at_the_first_epoch_that_is_not_finite(
    seedless: Case, lr: float, chunks: list[int]
) -> None:
    walked = list(islice(walk(seedless.build(article(), lr=lr)), 100))
    k = first_bad_epoch(walked)
    weights, evaluation = walked[k - 1]
    trainer = Trainer(article(), seedless.config(lr=lr))

    run_in_chunks(trainer, chunks, 100)

    end = trainer.snapshot()
    assert (end.status, end.status_epoch, end.epoch) == (Status.DIVERGED, k, k - 1)
    assert bits(end.weights, seedless.dtype) == bits(weights, seedless.dtype)
    assert bits(end.gradient, seedless.dtype) == bits(evaluation.gradient, seedless.dtype)
    assert bits(np.float64(end.backend_loss)) == bits(np.float64(evaluation.loss))
    assert end.change is not None
    assert bits(end.change, seedless.dtype) == bits(weights - walked[k - 2][0], seedless.dtype)
    assert end.curve.last[-1] == end.backend_loss
    spectrum = Spectrum.of(article(), bias=False, standardize=False)
    assert end.theory.auto_lr == learning_rate("auto", spectrum.eigenvalues)
    assert len(end.curve.epoch) == k
    assert (trainer.run(10), trainer.step(), trainer.epoch) == (0, False, k - 1)


def test_a_loss_may_overflow_before_the_weights_do(seedless: Case) -> None:
    """So that the test above is known to see both: FIELD_NOTES, lr 1e9."""
    walked = list(islice(walk(seedless.build(article(), lr=1e9)), 100))
    weights, evaluation = walked[first_bad_epoch(walked)]
    assert np.isfinite(weights).all()
    assert not np.isfinite(evaluation.loss)


def test_a_start_that_is_not_finite_has_diverged_at_epoch_0(seedless: Case) -> None:
    largest = float(np.finfo(seedless.dtype).max) / 4
    trainer = Trainer(problem_of([[1.0], [2.0]], [largest, -largest]), seedless.config(bias=True))
    assert trainer.run(5) == 0
    start = trainer.snapshot()
    assert (start.status, start.status_epoch, start.epoch) == (Status.DIVERGED, 0, 0)
    assert np.isfinite(start.weights).all()
    assert start.curve.epoch.shape == (0,)
    assert start.theory.auto_lr is not None


def test_a_divergence_without_a_stable_learning_rate_has_none_to_tell(seedless: Case) -> None:
    largest = float(np.finfo(seedless.dtype).max) / 4
    trainer = Trainer(problem_of([[0.0, 0.0]], [largest]), seedless.config())
    start = trainer.snapshot()
    assert (start.status, start.theory.auto_lr) == (Status.DIVERGED, None)


@pytest.mark.parametrize("tol", [None, 0.5])
def test_a_gradient_that_overflows_at_the_start_is_no_error_and_no_convergence(
    seedless: Case, tol: float | None
) -> None:
    """The loss is finite at epoch 0 and its derivative is not: the run diverges at epoch 1."""
    scale = float(np.finfo(seedless.dtype).max) ** 0.5
    problem = problem_of([[2 * scale, 2 * scale]], [2 * scale])
    trainer = Trainer(problem, seedless.config(init=0.25, tol=tol))
    start = trainer.snapshot()
    assert np.isfinite(start.loss)
    assert not np.isfinite(start.gradient).any()
    trainer.run(5)
    assert (trainer.status, trainer.status_epoch, trainer.epoch) == (Status.DIVERGED, 1, 0)


# --- convergence


@given(data=st.data())
@few
def test_a_run_converges_at_the_first_epoch_with_a_gradient_that_small(
    seedless: Case, data: st.DataObject
) -> None:
    problem, epochs = drawn_problem(seedless), 60
    walked = list(islice(walk(seedless.build(problem, lr="auto")), epochs + 1))
    sizes = [float(np.abs(evaluation.gradient).max()) for _, evaluation in walked]
    # A tolerance in the middle of a step between two epochs, so that no rounding decides.
    k = data.draw(st.integers(1, 12), label="k")
    lowest = min(sizes[:k])
    assert sizes[k] < lowest
    tol = (lowest * sizes[k]) ** 0.5 / sizes[0]
    trainer = Trainer(problem, seedless.config(lr="auto", tol=tol))
    chunks = data.draw(st.sampled_from([[k], [k - 1, 1], [1] * k]) | CHUNKINGS, label="chunks")

    run_in_chunks(trainer, chunks, epochs)

    end = trainer.snapshot()
    assert (end.status, end.status_epoch, end.epoch) == (Status.CONVERGED, k, k)
    assert bits(end.weights, seedless.dtype) == bits(walked[k][0], seedless.dtype)
    assert end.change is not None
    assert bits(end.change, seedless.dtype) == bits(walked[k][0] - walked[k - 1][0], seedless.dtype)
    assert len(end.curve.epoch) == k + 1
    assert (trainer.run(10), trainer.step(), trainer.epoch) == (0, False, k)


def test_a_run_that_stops_short_of_convergence_can_go_on(seedless: Case) -> None:
    problem = drawn_problem(seedless)
    trainer = Trainer(problem, seedless.config(lr="auto", tol=1e-3))
    trainer.run(10_000)
    k = trainer.epoch
    trainer.reset()
    assert (trainer.run(k - 1), trainer.status) == (k - 1, Status.READY)
    assert (trainer.run(1), trainer.status) == (1, Status.CONVERGED)


@pytest.mark.parametrize("epochs", [0, 1, 50])
def test_a_run_that_starts_at_an_optimum_has_converged_at_epoch_0(
    seedless: Case, epochs: int
) -> None:
    problem = problem_of(ARTICLE_X, np.zeros(3))
    trainer = Trainer(problem, seedless.config(init="zeros", tol=1e-6))
    assert trainer.run(epochs) == 0
    end = trainer.snapshot()
    assert (end.status, end.status_epoch, end.loss) == (Status.CONVERGED, 0, 0.0)
    assert end.change is None


def test_without_a_tolerance_nothing_converges(seedless: Case) -> None:
    """A gradient of 0 is no convergence: the run goes on, and the state is known to be frozen."""
    trainer = Trainer(problem_of(ARTICLE_X, np.zeros(3)), seedless.config(init="zeros"))
    assert (trainer.run(50), trainer.status, trainer.status_epoch) == (50, Status.FROZEN, 0)
    assert not trainer.is_over
