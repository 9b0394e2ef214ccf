"""Forward, back, into an epoch, into a fork: always the bits that single epochs would bring."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core.arrays import Floats
from linreg_core.backends import BACKENDS, load_backend
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.breakpoints import parse_breakpoints
from linreg_core.config import DTYPES, TrainConfig
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.snapshot import Curve, Snapshot, Status
from linreg_core.timeline import Checkpoint
from linreg_core.trainer import Trainer, settle
from tests.core.cases import Case, article, bits, everything, few, problem_of, same, walk
from tests.core.test_history import recorded, told

# Columns nearly at right angles: some 20 epochs and the run has settled, in float64 some 40.
PROBLEM = problem_of([[1.0, 2.0], [2.0, -1.0], [0.1, 0.3]], [3.0, -0.7, 1.1])
FAR = 3000
"""Long after; the curve's buckets are 8 epochs wide there."""


@dataclass(frozen=True)
class Moment:
    """A state, and the backend's numbers there."""

    weights: Floats
    evaluation: Evaluation


class Track:
    """The epochs of a run by nothing but single epochs of a backend of its own.

    Args:
        config: what is run.
        start: weights of the first epoch; ``None``: the initial ones.
        losses: of the epochs before the first.
    """

    def __init__(
        self, config: TrainConfig, start: Floats | None = None, losses: Sequence[float] = ()
    ) -> None:
        settled, design = settle(config, PROBLEM)
        backend: Backend = load_backend(config.backend)(design, settled)
        if start is not None:
            backend.restore(start)
        self.config = config
        self.losses = list(losses)
        self.origin = self.latest = self.epoch = len(self.losses)
        self.phases = 0
        self.known_before = self.origin
        self._walk = walk(backend)
        self._moments: list[Moment] = []
        self._seen: dict[bytes, int] = {}
        self._turn = 0

    def at(self, epoch: int) -> Moment:
        """The state of an epoch; once a state has come back, no more are run."""
        place = epoch - self.origin
        while not self._turn and len(self._moments) <= place:
            moment = Moment(*next(self._walk))
            first = self._seen.setdefault(moment.weights.tobytes(), len(self._moments))
            self._turn = len(self._moments) - first
            self._moments.append(moment)
        if place >= len(self._moments):
            place -= -(-(place - len(self._moments) + 1) // self._turn) * self._turn
        return self._moments[place]

    def curve(self, end: int) -> Curve:
        """That of all epochs before ``end``, written out."""
        own = [self.at(epoch).evaluation.loss for epoch in range(self.origin, end)]
        return recorded(np.array(self.losses + own), [])

    def followed_by(self, config: TrainConfig, start: Floats) -> Track:
        """A track that begins where this one stands, and remembers its losses."""
        own = [self.at(epoch).evaluation.loss for epoch in range(self.origin, self.epoch)]
        return Track(config, start, self.losses + own)

    def moved_to(self, epoch: int) -> None:
        self.epoch, self.phases = epoch, 0
        self.latest = max(self.latest, epoch)


def agree(snapshot: Snapshot, track: Track, dtype: str) -> None:
    """Whether a snapshot tells what single epochs would have brought."""
    present = track.at(track.epoch)
    names = [name for name, _ in snapshot.worksheet.lines]
    updated = track.phases > names.index("update")
    weights = track.at(track.epoch + 1).weights if updated else present.weights
    assert (snapshot.epoch, snapshot.origin, snapshot.latest, snapshot.phases_done) == (
        track.epoch,
        track.origin,
        track.latest,
        track.phases,
    )
    assert bits(snapshot.weights, dtype) == bits(weights, dtype)
    assert bits(snapshot.gradient, dtype) == bits(present.evaluation.gradient, dtype)
    assert bits(snapshot.sample.residual, dtype) == bits(present.evaluation.residual, dtype)
    assert snapshot.loss == present.evaluation.loss
    if track.phases:
        assert snapshot.change is not None
        assert bits(snapshot.change, dtype) == bits(weights - present.weights, dtype)
        assert (snapshot.worksheet.epoch, snapshot.worksheet.done) == (track.epoch, track.phases)
    elif track.epoch == track.origin:
        assert snapshot.change is None
    else:
        assert snapshot.change is not None
        before = track.at(track.epoch - 1).weights
        assert bits(snapshot.change, dtype) == bits(weights - before, dtype)


MOVES = [
    "step",
    "phase",
    "phase",
    "phase",
    "back phase",
    "back phase",
    "back",
    "goto",
    "run",
    "run",
    "run for a time",
    "stop",
    "far",
    "reset",
    "resume",
    "fork",
    "look",
]


def forks(case: Case) -> st.SearchStrategy[dict[str, Any]]:
    """What a fork may change; a backend brings the article's dtype unless one is named."""
    same_case = {"backend": case.backend, "dtype": case.dtype}
    return st.one_of(
        st.just(same_case),
        st.fixed_dictionaries(
            {"backend": st.sampled_from(list(BACKENDS)), "dtype": st.sampled_from(DTYPES)}
        ),
        st.sampled_from(["auto", "best", 0.1, 0.15]).map(lambda lr: {**same_case, "lr": lr}),
    )


@given(data=st.data())
@settings(few, max_examples=12)
def test_every_way_to_an_epoch_leads_to_the_same_bits(seedless: Case, data: DataObject) -> None:
    config = seedless.config(lr="auto", init="random")
    trainer, track = Trainer(PROBLEM, config), Track(config)
    dtype = seedless.dtype
    left_behind: list[tuple[Trainer, tuple[object, ...]]] = []
    for move in data.draw(st.lists(st.sampled_from(MOVES), min_size=3, max_size=16), label="moves"):
        phases = len(trainer.snapshot().run.code)
        match move:
            case "step":
                assert trainer.step()
                track.moved_to(track.epoch + 1)
            case "phase":
                assert trainer.phase()
                track.phases += 1
                if track.phases == phases:
                    track.moved_to(track.epoch + 1)
            case "back phase":
                is_first = track.phases == 0 and track.epoch == track.origin
                assert trainer.back_phase() == (not is_first)
                if track.phases > 0:
                    track.phases -= 1
                elif not is_first:
                    track.moved_to(track.epoch - 1)
                    track.phases = phases - 1
            case "back":
                trainer.back()
                track.moved_to(max(track.epoch - (track.phases == 0), track.origin))
            case "goto":
                epoch = data.draw(st.integers(track.origin, track.latest), label="epoch")
                trainer.goto(epoch)
                track.moved_to(epoch)
            case "run" | "run for a time":
                epochs = data.draw(st.integers(1, 15), label="epochs")
                done = trainer.run(epochs, seconds=60.0 if "time" in move else None)
                assert done == epochs
                track.moved_to(track.epoch + epochs)
            case "stop":
                ahead = data.draw(st.integers(1, 15), label="ahead")
                trainer.set_breakpoints(parse_breakpoints(f"epoch == {track.epoch + ahead}"))
                assert trainer.run(FAR) == ahead
                trainer.set_breakpoints(())
                track.moved_to(track.epoch + ahead)
            case "far":
                trainer.run(FAR)
                assert trainer.has_settled
                track.moved_to(track.epoch + FAR)
            case "reset":
                trainer.reset()
                track = Track(track.config)
            case "resume":
                checkpoint = pickle.loads(pickle.dumps(trainer.checkpoint()))
                left_behind.append((trainer, everything(trainer.snapshot())))
                trainer = Trainer(PROBLEM, track.config)
                trainer.resume(checkpoint)
                track = track.followed_by(track.config, checkpoint.weights)
            case "fork":
                trainer.goto(trainer.epoch)  # out of the epoch, as a fork does
                wishes = data.draw(forks(seedless), label="wishes")
                edit = st.none() | st.lists(st.floats(-9, 9), min_size=2, max_size=2)
                edited = data.draw(edit, label="weights")
                left_behind.append((trainer, everything(trainer.snapshot())))
                changed = replace(track.config, **wishes)
                trainer = trainer.fork(changed, None if edited is None else np.array(edited))
                dtype = wishes["dtype"]
                start = track.at(track.epoch).weights if edited is None else np.array(edited) + 0.0
                track = track.followed_by(changed, start.astype(dtype))
        agree(trainer.snapshot(), track, dtype)
    assert told(trainer.snapshot().curve) == told(track.curve(track.latest + 1))
    assert told(trainer.checkpoint().curve) == told(track.curve(track.epoch))
    track.moved_to(track.epoch)
    agree(trainer.snapshot(), track, dtype)
    for other, was in left_behind:
        assert everything(other.snapshot()) == was


# --- inside an epoch


def test_phases_lead_to_the_next_epoch_and_back_again(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config(init="random"))
    phases = len(trainer.snapshot().run.code)
    told_on_the_way = [everything(trainer.snapshot())]
    for _ in range(3 * phases):
        assert trainer.phase()
        told_on_the_way.append(everything(trainer.snapshot()))
    assert trainer.epoch == 3
    for expected in reversed(told_on_the_way[:-1]):
        assert trainer.back_phase()
        assert without_latest(everything(trainer.snapshot())) == without_latest(expected)
    assert not trainer.back_phase()
    assert (trainer.epoch, trainer.latest) == (0, 3)


def without_latest(told_once: tuple[object, ...]) -> tuple[object, ...]:
    """What does not depend on how far the run has been: neither the latest epoch nor the curve."""
    return (told_once[0], told_once[2], *told_once[4:-5])


@pytest.mark.parametrize("phases", [1, 2, 3])
@pytest.mark.parametrize("action", ["step", "run", "back", "goto", "checkpoint", "fork"])
def test_whatever_else_is_asked_for_inside_an_epoch_begins_before_it(
    seedless: Case, phases: int, action: str
) -> None:
    trainer, plain = (Trainer(article(), seedless.config()) for _ in range(2))
    trainer.run(5)
    plain.run(5)
    for _ in range(phases):
        trainer.phase()
    match action:
        case "step":
            assert trainer.step()
            plain.step()
        case "run":
            assert trainer.run(4) == 4
            plain.run(4)
        case "back":
            trainer.back()
        case "goto":
            trainer.goto(5)
        case "checkpoint":
            checkpoint = trainer.checkpoint()
            assert checkpoint.epoch == 5
            expected = plain.checkpoint().weights
            assert bits(checkpoint.weights, seedless.dtype) == bits(expected, seedless.dtype)
        case "fork":
            forked = trainer.fork(trainer.config)
            assert forked.epoch == 5
            weights = forked.snapshot().weights
            assert bits(weights, seedless.dtype) == bits(plain.snapshot().weights, seedless.dtype)
    assert same(trainer.snapshot(), plain.snapshot())


def test_a_run_that_is_over_has_no_further_phase(seedless: Case) -> None:
    """Up to there the phases show how numbers overflow, and never raise."""
    trainer = Trainer(article(), seedless.config(lr=1e9))
    trainer.run(1000)
    assert trainer.status is Status.DIVERGED
    end = trainer.snapshot()
    assert not trainer.phase()
    assert trainer.back_phase()
    while trainer.phase():
        trainer.snapshot()
    assert same(trainer.snapshot(), end)

    once = Trainer(article(), seedless.config(lr=1e9))
    once.run(end.epoch)
    while once.phase():  # into the epoch that is not finite
        last = once.snapshot()
    assert last.phases_done == 0
    assert (once.epoch, once.status) == (end.epoch, Status.DIVERGED)


def test_a_step_is_not_held_up_by_a_condition_that_holds_where_it_begins(seedless: Case) -> None:
    by_epochs, by_phases = (Trainer(article(), seedless.config()) for _ in range(2))
    for trainer in (by_epochs, by_phases):
        trainer.set_breakpoints(parse_breakpoints("loss < 1e9 or gradient < 1e9"))
    assert by_epochs.step()
    for _ in by_phases.snapshot().run.code:
        assert by_phases.phase()
    assert (by_epochs.epoch, by_phases.epoch) == (1, 1)
    assert same(by_epochs.snapshot(), by_phases.snapshot())


# --- forks


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_fork_without_other_weights_keeps_every_bit(dtype: str) -> None:
    """Zeros have signs, too."""
    problem = problem_of([[1.0, 0.0]], [0.0])
    trainer = Trainer(problem, TrainConfig(dtype=dtype))
    start = np.array([0.5, -0.0], dtype=dtype)
    trainer.resume(Checkpoint(7, start, recorded(np.ones(7), [])))
    forked = trainer.fork(trainer.config)
    assert bits(forked.snapshot().weights, dtype) == bits(start, dtype)
    edited = trainer.fork(trainer.config, np.array([-0.0, 1.0]))
    assert bits(edited.snapshot().weights, dtype) == bits(np.array([0.0, 1.0], dtype), dtype)


@pytest.mark.parametrize("first", [600, 1501, 3000])
def test_a_fork_of_a_fork_has_the_losses_of_both(first: int) -> None:
    """Also where both begin in one bucket of the curve, which tells only its extremes."""
    trainer = Trainer(article(), TrainConfig())
    trainer.run(first + 100)
    trainer.goto(first)
    forked = trainer.fork(TrainConfig(lr=2e-4))
    forked.run(50)
    losses = losses_of(trainer, range(first)) + losses_of(forked, range(first, first + 51))
    for second in (first, first + 1, first + 2, first + 9):
        forked.goto(second)
        again = forked.fork(TrainConfig(lr=3e-4), np.array([1.0, -1.0]))
        again.run(5)
        own = losses_of(again, range(second, second + 6))
        assert told(again.snapshot().curve) == told(recorded(np.array(losses[:second] + own), []))


def losses_of(trainer: Trainer, epochs: range) -> list[float]:
    """One by one; the trainer is left where it was."""
    here = trainer.epoch
    trainer.goto(epochs.start)
    losses = [trainer.snapshot().loss]
    for _ in epochs[1:]:
        trainer.step()
        losses.append(trainer.snapshot().loss)
    trainer.goto(here)
    return losses


def test_a_fork_takes_the_conditions_along_and_stops_where_they_hold_already() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.set_breakpoints(parse_breakpoints("loss < 1e4"))
    trainer.run(FAR)
    stop = trainer.epoch
    assert trainer.stopped_by
    forked = trainer.fork(TrainConfig(lr=1e-3))
    assert forked.snapshot().breakpoints == (("loss < 10000.0", None),)
    assert (forked.run(10), forked.epoch, bool(forked.stopped_by)) == (0, stop, True)
    assert (forked.run(10), forked.epoch, forked.stopped_by) == (10, stop + 10, ())
    assert (trainer.run(10), trainer.stopped_by) == (10, ())


@pytest.mark.parametrize(
    ("wishes", "weights", "code"),
    [
        ({"bias": True}, None, "fork"),
        ({"standardize": True}, None, "fork"),
        ({}, [1.0], "bad-value"),
        ({}, [[1.0, 2.0]], "bad-value"),
        ({}, [1.0, np.nan], "bad-value"),
        ({}, [1.0, -np.inf], "bad-value"),
        ({"dtype": "float32"}, [1.0, 1e39], "bad-value"),
        ({"dtype": "float32", "lr": 1e39}, None, "overflow"),
        ({"backend": "tensor", "device": "cuda:99"}, None, "device-missing"),
    ],
)
def test_a_fork_that_means_nothing_is_refused_and_changes_nothing(
    wishes: dict[str, Any], weights: list[float] | None, code: str
) -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(9)
    trainer.back()
    before = everything(trainer.snapshot())
    with pytest.raises(LinregError) as refusal:
        trainer.fork(TrainConfig(**wishes), None if weights is None else np.array(weights))
    assert refusal.value.code == code
    assert "\n" not in refusal.value.message
    assert everything(trainer.snapshot()) == before


def test_a_reset_fork_is_a_run_of_its_own_settings_from_epoch_0(seedless: Case) -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(20)
    forked = trainer.fork(seedless.config(init="random"))
    forked.reset()
    assert same(
        forked.snapshot(), Trainer(article(), seedless.config(init="random")).snapshot()
    )


# --- the line of epochs


def test_home_and_end_and_the_past(case: Case) -> None:
    trainer = Trainer(article(), case.config())
    trainer.run(700)
    end = trainer.snapshot()
    trainer.goto(0)
    start = trainer.snapshot()
    assert (start.epoch, start.origin, start.latest, start.change) == (0, 0, 700, None)
    assert bits(start.weights, case.dtype) == bits(
        Trainer(article(), case.config()).snapshot().weights, case.dtype
    )
    assert told(start.curve) == told(end.curve)  # the plot keeps what is ahead
    trainer.back()
    assert trainer.epoch == 0
    trainer.goto(700)
    assert same(trainer.snapshot(), end)
    trainer.goto(350)
    trainer.run(10**3)
    straight = Trainer(article(), case.config())
    straight.run(1350)
    assert same(trainer.snapshot(), straight.snapshot())


def test_a_checkpoint_is_an_origin(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config())
    trainer.run(1501)
    checkpoint = trainer.checkpoint()
    resumed = Trainer(article(), seedless.config())
    resumed.resume(checkpoint)
    resumed.run(3)
    resumed.goto(0)
    assert (resumed.epoch, resumed.origin, resumed.latest) == (1501, 1501, 1504)
    assert not resumed.back_phase()
    weights = resumed.snapshot().weights
    assert bits(weights, seedless.dtype) == bits(checkpoint.weights, seedless.dtype)
    trainer.run(3)
    assert told(resumed.snapshot().curve) == told(trainer.snapshot().curve)
