"""The trainer: no bit depends on how a run is split, what it tells, and how it keeps its time."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from operator import methodcaller
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.backends.base import Tape
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.pace import STRETCH_SECONDS
from linreg_core.trainer import Trainer
from tests.core.cases import (
    CHUNKINGS,
    Case,
    article,
    bits,
    drawn_problem,
    everything,
    few,
    run_in_chunks,
    same,
    walk,
)
from tests.lengths import if_long

# --- no bit depends on the way


@given(chunks=CHUNKINGS)
@few
def test_a_snapshot_does_not_depend_on_how_the_epochs_were_split(
    case: Case, chunks: list[int]
) -> None:
    problem = drawn_problem(case, bias=True)
    one_by_one, split = (Trainer(problem, case.config(bias=True)) for _ in range(2))
    for _ in range(sum(chunks)):
        assert one_by_one.step()
    run_in_chunks(split, chunks, sum(chunks))
    assert same(split.snapshot(), one_by_one.snapshot())


def test_reset_is_a_fresh_start(case: Case) -> None:
    trainer, fresh = (Trainer(article(), case.config(lr=0.02)) for _ in range(2))
    start = fresh.snapshot()
    trainer.run(30)
    assert not same(trainer.snapshot(), start)
    trainer.reset()
    assert same(trainer.snapshot(), start)
    assert trainer.run(30) == fresh.run(30) == 30
    assert same(trainer.snapshot(), fresh.snapshot())


@pytest.mark.parametrize("wishes", [{"lr": 1.0}, {"lr": 0.03, "tol": 0.5}], ids=str)
def test_reset_opens_a_run_that_had_ended(seedless: Case, wishes: dict[str, float]) -> None:
    trainer = Trainer(article(), seedless.config(**wishes))
    trainer.run(1000)
    end = trainer.snapshot()
    assert end.status is not Status.READY
    trainer.reset()
    assert trainer.snapshot().status is Status.READY
    trainer.run(1000)
    assert same(trainer.snapshot(), end)


@given(before=st.integers(0, 700), after=st.integers(1, 90))
@few
def test_a_checkpoint_goes_on_elsewhere_bit_for_bit(
    seedless: Case, before: int, after: int
) -> None:
    whole, first, second = (Trainer(article(), seedless.config()) for _ in range(3))
    first.run(before)
    checkpoint = first.checkpoint()
    first.run(5)  # what follows does not reach the checkpoint
    second.run(3)  # nor does what was there before
    second.resume(pickle.loads(pickle.dumps(checkpoint)))
    assert (second.epoch, second.origin) == (before, 0)
    second.run(after)
    whole.run(before + after)
    assert same(second.snapshot(), whole.snapshot())
    for trainer in (second, whole):
        trainer.goto(before // 2)
    assert same(second.snapshot(), whole.snapshot())


@pytest.mark.parametrize("told", [300, *if_long([0, 700])])
def test_a_memory_that_does_not_reach_a_checkpoint_is_run_on(seedless: Case, told: int) -> None:
    whole, resumed = (Trainer(article(), seedless.config()) for _ in range(2))
    whole.run(told)
    memory = whole.memory()
    whole.run(720 - told)
    resumed.resume(
        replace(whole.snapshot().checkpoint(), memory=pickle.loads(pickle.dumps(memory)))
    )
    assert same(resumed.snapshot(), whole.snapshot())
    for trainer in (whole, resumed):
        trainer.goto(100)
    assert same(resumed.snapshot(), whole.snapshot())


@pytest.mark.parametrize(("dtype", "lr"), [("float32", 0.03), ("float32", 0.01)])
def test_a_resumed_run_has_settled_when_it_had(dtype: str, lr: float) -> None:
    whole, resumed, later = (Trainer(article(), TrainConfig(dtype=dtype, lr=lr)) for _ in range(3))
    whole.run(10)
    early = whole.checkpoint()
    whole.run(10**9)
    assert whole.status in (Status.FROZEN, Status.CYCLE)
    resumed.resume(whole.checkpoint())
    later.resume(early)
    later.run(10**9)
    assert same(resumed.snapshot(), whole.snapshot())
    # How many epochs after that are kept for pictures depends on where stretches end.
    assert everything(later.snapshot()) == everything(whole.snapshot())


def test_a_checkpoint_of_an_ended_run_ends_at_once_and_alike(seedless: Case) -> None:
    ended, resumed = (Trainer(article(), seedless.config(lr=1.0)) for _ in range(2))
    ended.run(1000)
    resumed.resume(ended.checkpoint())
    assert resumed.run(1000) == 0
    assert resumed.status is Status.DIVERGED
    assert resumed.status_epoch == ended.status_epoch


@pytest.mark.parametrize(
    ("ask", "fails_at"),
    [
        (methodcaller("run", 50), 1),
        (methodcaller("goto", 4), 1),  # on the way from the keyframe to the epoch before
        (methodcaller("goto", 4), 2),  # and on that to the epoch itself
        (methodcaller("back"), 1),
    ],
)
def test_after_too_little_memory_a_trainer_is_where_it_says_it_is(
    seedless: Case, ask: Callable[[Trainer], None], fails_at: int
) -> None:
    trainer, other = (Trainer(article(), seedless.config()) for _ in range(2))
    trainer.run(1100)  # so that keyframes are 2 epochs apart
    other.run(1100)
    trainer.goto(1095)
    here = trainer.snapshot()
    backend = trainer._backend
    works, calls = backend.run, 0

    def fails_once(epochs: int, *, gradients: bool = False) -> Tape:
        nonlocal calls
        calls += 1
        tape = works(epochs, gradients=gradients)
        if calls == fails_at:
            raise LinregError("out-of-memory", "too little memory")
        return tape

    backend.run = fails_once  # type: ignore[method-assign]
    with pytest.raises(LinregError, match="too little memory"):
        ask(trainer)
    assert same(trainer.snapshot(), here)
    trainer.run(55)
    other.run(50)
    assert same(trainer.snapshot(), other.snapshot())


@pytest.mark.parametrize(
    ("epoch", "phases"), [(0, 1), (701, 0), (701, 4), *if_long([(0, 0), (0, 4), (701, 1)])]
)
def test_a_run_goes_on_from_what_a_snapshot_shows(seedless: Case, epoch: int, phases: int) -> None:
    """In the past and inside an epoch, too."""
    trainer, resumed = (Trainer(article(), seedless.config()) for _ in range(2))
    trainer.run(720)
    trainer.goto(epoch)
    for _ in range(phases % len(trainer.snapshot().run.code)):
        trainer.phase()
    resumed.resume(pickle.loads(pickle.dumps(trainer.snapshot())).checkpoint())
    trainer.goto(epoch)
    assert (resumed.epoch, resumed.origin) == (epoch, epoch)
    assert bits(resumed.snapshot().weights, seedless.dtype) == bits(
        trainer.snapshot().weights, seedless.dtype
    )
    trainer.run(725 - epoch)
    resumed.run(725 - epoch)
    found, expected = resumed.snapshot(), trainer.snapshot()
    # The forecast in its words is of the closed form from where the run began: an epoch off.
    assert found.verdict.code == expected.verdict.code
    assert same(replace(found, verdict=expected.verdict), expected)


# --- what a snapshot tells


def test_a_snapshot_tells_the_state_and_the_step_that_led_to_it(case: Case) -> None:
    problem = drawn_problem(case, rows=40)
    trainer = Trainer(problem, case.config(lr=0.1, init="random"))
    (before, _), (after, there) = islice(walk(case.build(problem, lr=0.1, init="random")), 2)

    start = trainer.snapshot()
    assert (start.epoch, start.change, start.status_epoch) == (0, None, None)
    assert (start.growth, start.progress.to_go.shape) == (None, before.shape)
    assert bits(start.weights, case.dtype) == bits(before, case.dtype)
    assert trainer.run(0) == 0
    assert same(trainer.snapshot(), start)

    assert trainer.step()
    end = trainer.snapshot()
    assert end.epoch == 1
    assert end.change is not None
    for told, expected in (
        (end.weights, after),
        (end.change, after - before),
        (end.gradient, there.gradient),
        (end.sample.prediction, there.prediction[:16]),
        (end.sample.residual, there.residual[:16]),
    ):
        assert bits(told, case.dtype) == bits(expected, case.dtype)
    assert end.backend_loss == there.loss
    assert bits(end.sample.target) == bits(problem.y[:16])


def test_the_curve_holds_the_loss_of_every_epoch(seedless: Case) -> None:
    walked = islice(walk(seedless.build(article())), 101)
    losses = np.array([evaluation.loss for _, evaluation in walked])
    trainer = Trainer(article(), seedless.config())
    run_in_chunks(trainer, [1, 7, 40], 100)
    curve = trainer.snapshot().curve
    assert curve.epoch.tolist() == list(range(101))
    assert curve.end == 101
    assert bits(curve.low) == bits(curve.high) == bits(curve.last) == bits(losses)


def test_an_earlier_snapshot_and_its_curve_never_change(case: Case) -> None:
    trainer = Trainer(article(), case.config())
    trainer.run(10)
    snapshot = trainer.snapshot()
    told = everything(snapshot)
    trainer.run(600)
    trainer.snapshot()
    trainer.reset()
    assert everything(snapshot) == told
    curve = snapshot.curve
    for array in (curve.epoch, curve.low, curve.high, curve.last):
        assert not array.flags.writeable


class HomesOnly(pickle.Unpickler):
    """Notes the package of every type in a pickle: the texts in it may well speak of torch."""

    def __init__(self, packed: io.BytesIO) -> None:
        super().__init__(packed)
        self.homes: set[str] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.homes.add(module.partition(".")[0])
        return super().find_class(module, name)


def test_only_numpy_and_python_leave_the_core(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config())
    trainer.run(3)
    snapshot = trainer.snapshot()
    packed = pickle.dumps((snapshot, trainer.checkpoint()))
    reader = HomesOnly(io.BytesIO(packed))
    assert same(reader.load()[0], snapshot)
    assert {"linreg_core", "numpy"} <= reader.homes <= {"linreg_core", "numpy", "_codecs"}
    assert type(snapshot.loss) is float
    for array in (snapshot.weights, snapshot.gradient, snapshot.change, snapshot.raw_weights):
        assert type(array) is np.ndarray


# --- the time budget


class WorkClock:
    """A clock that only the epochs of its trainer move on."""

    def __init__(self, seconds_per_epoch: float) -> None:
        self.seconds_per_epoch = seconds_per_epoch
        self.trainer: Trainer | None = None

    def __call__(self) -> float:
        assert self.trainer is not None
        return self.trainer.epoch * self.seconds_per_epoch


def timed_trainer(case: Case, seconds_per_epoch: float) -> Trainer:
    clock = WorkClock(seconds_per_epoch)
    clock.trainer = Trainer(article(), case.config(), clock=clock)
    return clock.trainer


@given(budgets=st.lists(st.floats(0.0, 0.4), min_size=1, max_size=3))
@few
def test_a_time_budget_is_kept_to_within_one_stretch(seedless: Case, budgets: list[float]) -> None:
    trainer = timed_trainer(seedless, 0.001)
    for seconds in budgets:
        done = trainer.run(10**6, seconds=seconds)
        assert seconds <= done * 0.001 + 1e-9
        assert done * 0.001 < seconds + STRETCH_SECONDS
    assert trainer.status is Status.READY


def test_a_slow_epoch_is_never_followed_by_one_past_the_budget(seedless: Case) -> None:
    trainer = timed_trainer(seedless, 3.0)
    assert [trainer.run(10, seconds=seconds) for seconds in (1.0, 0.0, 7.0)] == [1, 0, 3]


def test_a_budget_that_suffices_changes_no_bit(seedless: Case) -> None:
    hurried, unhurried = (Trainer(article(), seedless.config()) for _ in range(2))
    hurried.run(50, seconds=3600.0)
    unhurried.run(50)
    assert same(hurried.snapshot(), unhurried.snapshot())


def test_a_trainer_never_changes_its_problem(case: Case) -> None:
    problem: Problem = drawn_problem(case, bias=True)
    before = (problem.X.tobytes(), problem.y.tobytes())
    trainer = Trainer(problem, case.config(bias=True, standardize=True))
    trainer.run(20)
    trainer.snapshot()
    trainer.reset()
    assert (problem.X.tobytes(), problem.y.tobytes()) == before
