"""The numbers of the worksheet: the backend's own, bit for bit, and sums of all others."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core.backends.load import load_backend
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from linreg_core.views.worksheet import FIRST, MOST_ROWS, MOST_WEIGHTS, Worksheet
from tests.core.cases import Case, article, bits, problem_of, problems, steady, walk
from tests.lengths import examples


def sheet_of(trainer: Trainer) -> Worksheet:
    sheet = trainer.snapshot().worksheet
    assert sheet is not None
    return sheet


def is_sum(value: float, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether a number is the sum of products, as far as float64 goes."""
    pairs = zip(one.astype(float).tolist(), other.astype(float).tolist(), strict=True)
    products = [Fraction(a) * Fraction(b) for a, b in pairs]
    rounding = len(products) * Fraction(1, 2**51) * sum(map(abs, products))
    return abs(Fraction(float(value)) - sum(products)) <= rounding


@given(data=st.data())
@settings(steady, max_examples=examples(12))
def test_every_number_is_the_backend_s_own(seedless: Case, data: DataObject) -> None:
    """Between epochs and after any phase: those of the epoch itself and of the next one."""
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(seedless, bias=bias))
    lr = data.draw(st.sampled_from([1e-4, "auto", "best"]), label="lr")
    epoch = data.draw(st.integers(0, 3) | st.integers(0, 60), label="epoch")
    wishes = {"bias": bias, "lr": lr, "init": data.draw(st.sampled_from(["random", "article"]))}
    assume(lr == 1e-4 or problem.X.any())  # or no rate follows
    trainer = Trainer(problem, seedless.config(**wishes))
    assume(trainer.run(epoch + 1) == epoch + 1)
    trainer.goto(epoch)
    backend = seedless.build(problem, **wishes)
    (weights, found), (following, _) = islice(walk(backend), epoch, epoch + 2)
    for _ in range(data.draw(st.integers(0, len(load_backend(seedless.backend).PHASES) - 1))):
        trainer.phase()
    snapshot, sheet = trainer.snapshot(), sheet_of(trainer)
    X, dtype = trainer.design.X, seedless.dtype
    (n, p), (r, f) = X.shape, sheet.X.shape
    assert (sheet.rows, sheet.count) == (n, p)
    assert r == (n if n <= MOST_ROWS else FIRST)
    assert f == (p if p <= MOST_WEIGHTS else FIRST)
    assert bits(snapshot.epoch_weights, dtype) == bits(weights, dtype)
    assert bits(snapshot.next_weights, dtype) == bits(following, dtype)
    for told, own in (
        (sheet.weights, weights[:f]),
        (sheet.X, X[:r, :f].astype(dtype)),
        (sheet.prediction, found.prediction[:r]),
        (sheet.target, problem.y[:r].astype(dtype)),
        (sheet.residual, found.residual[:r]),
        (sheet.gradient, found.gradient[:f]),
        (sheet.updated, following[:f]),
    ):
        assert bits(told, dtype) == bits(own, dtype)
    assert (sheet.loss, sheet.lr) == (found.loss, trainer.settings.lr)
    others = found.residual[r:]
    assert is_sum(sheet.other_squares, others, others)
    for row in range(r):
        assert is_sum(sheet.other_products[row], X[row, f:], weights[f:])
    for weight in range(f):
        assert is_sum(sheet.other_slopes[weight], X[r:, weight], others)


@given(data=st.data())
@settings(steady, max_examples=examples(12))
def test_looking_at_what_is_next_changes_nothing(seedless: Case, data: DataObject) -> None:
    """A run that is looked at before every phase ends where one that is not looked at ends."""
    problem = data.draw(problems(seedless, bias=False))
    looked, plain = (Trainer(problem, seedless.config(bias=False, lr=1e-4)) for _ in range(2))
    for _ in range(2 * len(load_backend(seedless.backend).PHASES)):
        looked.snapshot()
        looked.phase()
    plain.run(2)
    ends = looked.snapshot(), plain.snapshot()
    assert ends[0].weights.tobytes() == ends[1].weights.tobytes()


def test_the_step_is_what_leads_to_the_next_weights(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config())
    trainer.run(7)
    snapshot = trainer.snapshot()
    summed = snapshot.epoch_weights + snapshot.step
    assert bits(summed, seedless.dtype) == bits(snapshot.next_weights, seedless.dtype)


def test_it_is_not_made_where_nobody_reads_it() -> None:
    assert Trainer(article(), TrainConfig()).snapshot(written=False).worksheet is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e15, 1e60, 1e100, 1.3e154])
def test_numbers_of_any_size_are_taken(dtype: str, scale: float) -> None:
    """Where a square or a gradient overflows, too."""
    if scale > float(np.finfo(dtype).max):
        pytest.skip("does not fit the dtype")
    trainer = Trainer(problem_of([[1.0]], [1.031 * scale]), TrainConfig(dtype=dtype, init="zeros"))
    assert len(sheet_of(trainer).names) == 1
