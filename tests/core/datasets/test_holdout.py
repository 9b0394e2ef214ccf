"""Rows held out: which, and that nothing of them reaches the training."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from linreg_core import MadeOptions, Split, load_problem, parse_split
from linreg_core.datasets.holdout import held_out
from linreg_core.errors import LinregError
from linreg_core.problem import Design, Problem, Rows
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.table import MAX_SEED
from linreg_core.trainer import Trainer
from linreg_core.views.held_out import HeldOutRecord
from linreg_core.views.snapshot import Snapshot
from tests.core.cases import Case, bits, few, problem_of, steady
from tests.core.tables import Write


def numbered(rows: int) -> Problem:
    """A problem whose rows can be told apart."""
    return problem_of(np.arange(rows)[:, np.newaxis], -np.arange(rows), as_article=False)


def end_of(problem: Problem, epochs: int = 30, **wishes: object) -> Snapshot:
    trainer = Trainer(problem, TrainConfig(**wishes))  # type: ignore[arg-type]
    trainer.run(epochs)
    return trainer.snapshot()


# --- which rows


def test_blank_texts_hold_no_row_out() -> None:
    assert parse_split(" ", "") == Split()
    assert parse_split("0.25", "3") == Split(0.25, 3)


@given(
    rows=st.integers(2, 300),
    share=st.floats(0, 1, exclude_min=True, exclude_max=True),
    seed=st.integers(0, MAX_SEED),
)
@steady
def test_every_row_is_in_one_part(rows: int, share: float, seed: int) -> None:
    whole, split = numbered(rows), Split(share, seed)
    if rows * share < 0.5 or rows * (1 - share) <= 0.5:
        with pytest.raises(LinregError, match="each part needs"):
            held_out(whole, split)
        return
    problem, again = held_out(whole, split), held_out(whole, split)
    test = problem.test
    assert test is not None
    assert abs(len(test.y) - rows * share) <= 0.5 + 1e-9
    assert problem.rows + len(test.y) == rows
    assert sorted([*problem.y, *test.y]) == sorted(whole.y)
    for X, y in ((problem.X, problem.y), (test.X, test.y)):
        assert (np.diff(X[:, 0]) > 0).all(), "the order of the rows stays"
        assert (X[:, 0] == -y).all()
    assert bits(problem.X) == bits(again.X)


@pytest.mark.parametrize(
    ("rows", "share", "count"),
    [(100, 0.07, 7), (10, 0.25, 3), (10, 0.2, 2), (2, 0.5, 1), (3, 0.3, 1)],
)
def test_how_many_rows(rows: int, share: float, count: int) -> None:
    test = held_out(numbered(rows), Split(share)).test
    assert test is not None
    assert len(test.y) == count


def test_the_choice_stays_the_same() -> None:
    test = held_out(numbered(10), Split(0.3, seed=0)).test
    assert test is not None
    assert test.X[:, 0].tolist() == CHOSEN
    other = held_out(numbered(10), Split(0.3, seed=1)).test
    assert other is not None
    assert other.X[:, 0].tolist() != CHOSEN


CHOSEN = [2, 4, 6]
"""Measured once, of ten rows."""


@pytest.mark.parametrize(("share", "part"), [(0.01, "test on"), (0.99, "train on")])
def test_a_part_without_rows_is_refused(share: float, part: str) -> None:
    with pytest.raises(LinregError, match=f"none to {part}") as caught:
        load_problem("article", split=Split(share))
    assert caught.value.code == "bad-split"


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5, math.nan, math.inf])
def test_a_share_is_between_0_and_1(share: float) -> None:
    with pytest.raises(LinregError, match="--test-size must be") as caught:
        Split(share)
    assert caught.value.code == "bad-option"


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_a_seed_is_in_its_range(seed: int) -> None:
    with pytest.raises(LinregError, match="--split-seed must be"):
        Split(0.5, seed)


def test_rows_of_a_file_are_held_out_too(write: Write) -> None:
    path = str(write("x,y\n" + "".join(f"{row},{row % 7}\n" for row in range(20))))
    problem = load_problem(path, split=Split(0.2))
    assert problem.test is not None
    assert (problem.rows, len(problem.test.y)) == (16, 4)
    note = problem.notes[-1]
    assert note.code == "rows-held-out"
    assert "16 of 20 rows" in note.message


def test_without_a_split_nothing_is_held_out() -> None:
    problem = load_problem("line")
    assert (problem.test, problem.notes) == (None, ())
    assert end_of(problem).test is None


@pytest.mark.parametrize(
    ("X", "y"), [([[1.0, 2.0]], [1.0]), ([[1.0]], [1.0, 2.0]), (np.empty((0, 1)), [])]
)
def test_rows_held_out_have_the_problem_s_columns(X: object, y: object) -> None:
    with pytest.raises(LinregError) as caught:
        replace(numbered(3), test=Rows(X, y))  # type: ignore[arg-type]
    assert caught.value.code == "shape"


# --- no leak


@given(factor=st.floats(-1e6, 1e6), shift=st.floats(-1e6, 1e6))
@few
def test_rows_held_out_change_no_bit_of_the_training(
    seedless: Case, factor: float, shift: float
) -> None:
    d = 2 - (seedless.backend == "numpy-two-weights")
    made = MadeOptions(columns=d) if d > 1 else MadeOptions()
    problem = load_problem("plane" if d > 1 else "line", made=made, split=Split(0.3))
    assert problem.test is not None
    other = Rows(problem.test.X * factor + shift, problem.test.y * factor - shift)
    ends = []
    for test in (problem.test, other, None):
        trainer = Trainer(replace(problem, test=test), seedless.config())
        trainer.run(15)
        ends.append(trainer.snapshot())
    for end in ends[1:]:
        assert end.run.settings == ends[0].run.settings
        assert bits(end.weights, seedless.dtype) == bits(ends[0].weights, seedless.dtype)
        assert bits(end.raw_weights) == bits(ends[0].raw_weights)
        assert (end.metrics, bits(end.curve.last)) == (ends[0].metrics, bits(ends[0].curve.last))


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_the_same_rows_held_out_would_be_the_same_design(bias: bool, standardize: bool) -> None:
    design = Design.of(load_problem("plane"), bias=bias, standardize=standardize)
    assert bits(design.of_others(load_problem("plane").X)) == bits(design.X)
    assert design.of_others(np.ones((2, 2))).shape == (2, 2 + bias)


# --- how good the fit is on them


def test_the_fit_on_rows_held_out_is_scikit_learn_s(seedless: Case) -> None:
    name = "line" if seedless.backend == "numpy-two-weights" else "plane"
    problem = load_problem(name, split=Split(0.3))
    trainer = Trainer(problem, seedless.config())
    trainer.run(3)
    end, rows = trainer.snapshot(), problem.test
    assert end.test is not None
    assert rows is not None
    *weights, bias = end.raw_weights
    prediction = rows.X @ weights + bias
    measured, tolerance = end.test.metrics, 100 * seedless.eps
    assert measured.rows == len(rows.y)
    assert measured.loss == pytest.approx(mean_squared_error(rows.y, prediction), rel=tolerance)
    assert measured.r2 == pytest.approx(r2_score(rows.y, prediction), rel=tolerance)
    assert measured.mae == pytest.approx(mean_absolute_error(rows.y, prediction), rel=tolerance)
    assert measured.rmse == math.sqrt(measured.loss)


@pytest.mark.parametrize("y", [[3.0], [3.0, 3.0]])
def test_r2_needs_targets_that_differ(y: list[float]) -> None:
    test = Rows(np.arange(len(y))[:, np.newaxis], y)  # type: ignore[arg-type]
    end = end_of(replace(numbered(5), test=test))
    assert end.test is not None
    assert end.test.metrics.r2 is None
    assert end.metrics.r2 is not None
    assert end.test.metrics.loss > 0


def test_rows_far_beyond_those_trained_on_have_an_infinite_loss() -> None:
    test = Rows(np.array([[1e308], [-1e308]]), np.array([0.0, 1.0]))
    end = end_of(replace(numbered(5), test=test))
    assert end.test is not None
    assert (end.test.metrics.loss, end.test.metrics.r2) == (math.inf, None)
    assert np.isinf(end.test.losses).all()
    assert math.isfinite(end.loss)


# --- along the run


def losses_by_hand(trainer: Trainer, epochs: list[int]) -> list[float]:
    """The losses at some epochs, each gone to and judged in the problem's own units."""
    rows, here, losses = trainer.problem.test, trainer.epoch, []
    assert rows is not None
    for epoch in epochs:
        trainer.goto(epoch)
        *weights, bias = trainer.snapshot().raw_weights
        losses.append(float(np.mean((rows.X @ weights + bias - rows.y) ** 2)))
    trainer.goto(here)
    return losses


def check(trainer: Trainer) -> None:
    """Whether what is told of the rows held out is what they come to."""
    test = trainer.snapshot().test
    assert test is not None
    assert (test.epochs[0], test.epochs[-1]) == (trainer.origin, trainer.epoch)
    assert (np.diff(test.epochs) > 0).all()
    assert test.losses[-1] == test.metrics.loss
    expected = losses_by_hand(trainer, test.epochs.tolist())
    np.testing.assert_allclose(test.losses, expected, rtol=1e-9)


@given(moves=st.lists(st.tuples(st.sampled_from(["run", "goto", "phase"]), st.integers(0, 60))))
@few
def test_the_losses_are_those_of_the_epochs_however_they_are_reached(
    moves: list[tuple[str, int]],
) -> None:
    trainer = Trainer(load_problem("ill-conditioned", split=Split(0.2)), TrainConfig())
    for move, number in moves:
        match move:
            case "run":
                trainer.run(number)
            case "goto":
                trainer.goto(number)
            case _:
                trainer.phase()
        trainer.snapshot()
    trainer.goto(trainer.epoch)
    check(trainer)


def test_a_fork_has_losses_of_its_own() -> None:
    trainer = Trainer(load_problem("ill-conditioned", split=Split(0.2)), TrainConfig())
    trainer.run(500)
    trainer.snapshot()
    fork = trainer.fork(TrainConfig(lr=0.1), np.array([5.0, -5.0, 1.0]))
    fork.run(100)
    check(fork)
    fork.reset()
    fork.run(7)
    check(fork)


def test_each_kept_epoch_is_judged_once() -> None:
    rows = Rows(np.array([[0.0], [1.0]]), np.array([0.0, 2.0]))
    record = HeldOutRecord(rows, Design.of(numbered(5), bias=False, standardize=False))
    epochs, weights = np.arange(4), np.array([[0.0], [1.0], [2.0], [3.0]])
    losses = [2.0, 0.5, 0.0, 0.5]
    assert record.up_to(epochs, weights).losses.tolist() == losses
    weights[:3] = np.nan  # known by now: not looked at again
    assert record.up_to(epochs, weights).losses.tolist() == losses
    assert record.up_to(epochs[:2], weights[[0, 3]]).losses.tolist() == [2.0, 0.5]
    later = np.append(weights, [[4.0]], axis=0)
    assert record.up_to(np.arange(5), later).losses.tolist() == [*losses, 2.0]
