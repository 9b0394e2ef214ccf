"""Forward, back, into an epoch, into a fork: always the bits that single epochs would bring."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import DataObject

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.backends.load import load_backend
from linreg_core.errors import LinregError
from linreg_core.resolve import settle
from linreg_core.settings.catalogue import BACKENDS, DTYPES
from linreg_core.settings.config import LearningRate, TrainConfig
from linreg_core.timeline.breakpoints import parse_breakpoints
from linreg_core.timeline.checkpoint import Checkpoint, Status
from linreg_core.timeline.curve import Curve
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot
from tests.core.cases import Case, article, bits, everything, problem_of, same, steady, walk
from tests.core.timeline.test_history import recorded, told
from tests.lengths import examples

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
        settled, spectrum = settle(config, PROBLEM)
        backend: Backend = load_backend(config.backend)(spectrum.design, settled)
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
    names = [code.phase for code in snapshot.run.code]
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
    assert snapshot.backend_loss == present.evaluation.loss
    assert bits(snapshot.epoch_weights, dtype) == bits(present.weights, dtype)
    following = track.at(track.epoch + 1).weights
    assert bits(snapshot.next_weights, dtype) == bits(following, dtype)
    if updated:
        before: Floats | None = present.weights
    else:
        before = None if track.epoch == track.origin else track.at(track.epoch - 1).weights
    if before is None:
        assert snapshot.change is None
    else:
        assert snapshot.change is not None
        assert bits(snapshot.change, dtype) == bits(weights - before, dtype)


FORK_DTYPES = st.sampled_from(DTYPES)
FORK_BACKENDS = st.sampled_from(list(BACKENDS))
FORK_RATES = st.sampled_from(["auto", "best", 0.1, 0.15])
WEIGHTS = st.lists(st.floats(-9, 9), min_size=2, max_size=2)


class Journey(RuleBasedStateMachine):
    """A trainer goes anywhere; a track says what single epochs would have brought there."""

    case: ClassVar[Case]

    def __init__(self) -> None:
        super().__init__()
        config = self.case.config(lr="auto", init="random")
        self.trainer, self.track = Trainer(PROBLEM, config), Track(config)
        self.left_behind: list[tuple[Trainer, tuple[object, ...]]] = []

    @property
    def dtype(self) -> str:
        return self.trainer.settings.dtype

    @property
    def phases(self) -> int:
        """How many make an epoch."""
        return len(self.trainer.snapshot().run.code)

    @rule()
    def step(self) -> None:
        assert self.trainer.step()
        self.track.moved_to(self.track.epoch + 1)

    @rule(times=st.integers(1, 6))
    def phase(self, times: int) -> None:
        for _ in range(times):
            assert self.trainer.phase()
            self.track.phases += 1
            if self.track.phases == self.phases:
                self.track.moved_to(self.track.epoch + 1)

    @rule(times=st.integers(1, 6))
    def back_phase(self, times: int) -> None:
        track = self.track
        for _ in range(times):
            is_first = track.phases == 0 and track.epoch == track.origin
            assert self.trainer.back_phase() == (not is_first)
            if track.phases > 0:
                track.phases -= 1
            elif not is_first:
                track.moved_to(track.epoch - 1)
                track.phases = self.phases - 1

    @rule()
    def back(self) -> None:
        self.trainer.back()
        before = self.track.epoch - (self.track.phases == 0)
        self.track.moved_to(max(before, self.track.origin))

    @rule(data=st.data())
    def goto(self, data: DataObject) -> None:
        epoch = data.draw(st.integers(self.track.origin, self.track.latest), label="epoch")
        self.trainer.goto(epoch)
        self.track.moved_to(epoch)

    @rule(epochs=st.integers(1, 15), seconds=st.sampled_from([None, 60.0]))
    def run_some(self, epochs: int, seconds: float | None) -> None:
        assert self.trainer.run(epochs, seconds=seconds) == epochs
        self.track.moved_to(self.track.epoch + epochs)

    @rule()
    def run_far(self) -> None:
        self.trainer.run(FAR)
        assert self.trainer.has_settled
        self.track.moved_to(self.track.epoch + FAR)

    @rule(ahead=st.integers(1, 15) | st.integers(1, FAR))
    def run_to_a_stop(self, ahead: int) -> None:
        self.trainer.set_breakpoints(parse_breakpoints(f"epoch == {self.track.epoch + ahead}"))
        assert self.trainer.run(2 * FAR) == ahead
        self.trainer.set_breakpoints(())
        self.track.moved_to(self.track.epoch + ahead)

    @rule()
    def reset(self) -> None:
        self.trainer.reset()
        self.track = Track(self.track.config)

    @rule(remembers=st.booleans())
    def resume(self, remembers: bool) -> None:
        checkpoint = pickle.loads(pickle.dumps(self.trainer.checkpoint()))
        self._leave()
        self.trainer = Trainer(PROBLEM, self.track.config)
        if remembers:
            self.trainer.resume(checkpoint)
            self.track.moved_to(self.track.epoch)
        else:
            self.trainer.resume(replace(checkpoint, memory=None))
            self.track = self.track.followed_by(self.track.config, checkpoint.state)

    @rule(
        backend=st.none() | FORK_BACKENDS,
        dtype=st.none() | FORK_DTYPES,
        lr=st.none() | FORK_RATES,
        weights=st.none() | WEIGHTS,
    )
    def fork(
        self,
        backend: str | None,
        dtype: str | None,
        lr: LearningRate | None,
        weights: list[float] | None,
    ) -> None:
        config = self.track.config
        changed = replace(
            config,
            backend=backend or config.backend,
            dtype=dtype or config.dtype,
            lr=lr or config.lr,
        )
        self.trainer.goto(self.trainer.epoch)  # out of the epoch, as a fork does
        self._leave()
        edited = None if weights is None else np.array(weights)
        start = self.track.at(self.track.epoch).weights if edited is None else edited + 0.0
        self.trainer = self.trainer.fork(changed, edited)
        self.track = self.track.followed_by(changed, start.astype(self.dtype))

    def _leave(self) -> None:
        self.left_behind.append((self.trainer, everything(self.trainer.snapshot())))

    @invariant()
    def is_where_single_epochs_lead(self) -> None:
        agree(self.trainer.snapshot(), self.track, self.dtype)

    def teardown(self) -> None:
        """At the end of the journey: the whole curve, and all that was left behind."""
        trainer, track = self.trainer, self.track
        assert told(trainer.snapshot().curve) == told(track.curve(track.latest + 1))
        assert told(trainer.checkpoint().curve) == told(track.curve(track.epoch))
        track.moved_to(track.epoch)
        agree(trainer.snapshot(), track, self.dtype)
        for other, was in self.left_behind:
            assert everything(other.snapshot()) == was


def test_every_way_to_an_epoch_leads_to_the_same_bits(seedless: Case) -> None:
    class JourneyOfCase(Journey):
        case = seedless

    journeys = settings(steady, max_examples=examples(12), stateful_step_count=14)
    run_state_machine_as_test(JourneyOfCase, settings=journeys)


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


def without_latest(told_once: tuple[tuple[str, object], ...]) -> list[tuple[str, object]]:
    """What does not depend on how far the run has been: neither the latest epoch nor the curve."""
    return [(name, told) for name, told in told_once if name not in ("latest", "curve")]


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
            expected = plain.checkpoint().state
            assert bits(checkpoint.state, seedless.dtype) == bits(expected, seedless.dtype)
        case "fork":
            forked = trainer.fork(trainer.config)
            assert forked.epoch == 5
            weights = forked.snapshot().weights
            assert bits(weights, seedless.dtype) == bits(plain.snapshot().weights, seedless.dtype)
    assert same(trainer.snapshot(), plain.snapshot())


def test_a_run_that_has_converged_has_no_further_phase(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config(lr=0.02, tol=0.5))
    trainer.run(1000)
    assert trainer.status is Status.CONVERGED
    end = trainer.snapshot()
    assert not trainer.phase()
    assert trainer.back_phase()
    while trainer.phase():
        trainer.snapshot()
    assert same(trainer.snapshot(), end)


def test_phases_show_how_numbers_overflow_and_never_raise(seedless: Case) -> None:
    """See `test_beyond`: whether the end is known before, or found by these phases."""
    over, once = (Trainer(article(), seedless.config(lr=1e9)) for _ in range(2))
    over.run(1000)
    assert over.status is Status.DIVERGED
    end = over.snapshot()
    once.run(end.epoch)
    for trainer in (over, once):
        for _ in range(120):
            assert trainer.phase()
            trainer.snapshot()
        assert np.isnan(trainer.snapshot().weights).all()
        trainer.back()
        assert same(trainer.snapshot(), end)


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


@pytest.mark.parametrize("first", [600, 1501, 3001])
def test_a_fork_of_a_fork_has_the_losses_of_both(first: int) -> None:
    """Also where both begin in one bucket of the curve, which tells only its extremes."""
    trainer = Trainer(article(), TrainConfig())
    trainer.run(first + 100)
    trainer.goto(first)
    forked = trainer.fork(TrainConfig(lr=2e-4))
    forked.run(50)
    before = losses_from(TrainConfig(), np.full(2, 0.1), first)
    between = losses_from(TrainConfig(lr=2e-4), trainer.checkpoint().state, 50)
    for second in (0, 1, 2, 9):
        forked.goto(first + second)
        start = np.array([1.0, -1.0])
        again = forked.fork(TrainConfig(lr=3e-4), start)
        again.run(5)
        losses = before + between[:second] + losses_from(TrainConfig(lr=3e-4), start, 6)
        assert told(again.snapshot().curve) == told(recorded(np.array(losses), []))


def losses_from(config: TrainConfig, start: Floats, epochs: int) -> list[float]:
    """Of so many epochs of the article's problem from a state on, one by one."""
    backend = Case(config.backend, "float64", "cpu", 0).build(article(), lr=config.lr)
    backend.restore(start)
    return [evaluation.loss for _, evaluation in islice(walk(backend), epochs)]


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
    assert same(forked.snapshot(), Trainer(article(), seedless.config(init="random")).snapshot())


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


def test_a_checkpoint_without_a_memory_is_an_origin(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config())
    trainer.run(1501)
    checkpoint = replace(trainer.checkpoint(), memory=None)
    resumed = Trainer(article(), seedless.config())
    resumed.resume(checkpoint)
    resumed.run(3)
    resumed.goto(0)
    assert (resumed.epoch, resumed.origin, resumed.latest) == (1501, 1501, 1504)
    assert not resumed.back_phase()
    weights = resumed.snapshot().weights
    assert bits(weights, seedless.dtype) == bits(checkpoint.state, seedless.dtype)
    trainer.run(3)
    assert told(resumed.snapshot().curve) == told(trainer.snapshot().curve)


def test_breakpoints_on_an_epoch_are_marked_there() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.set_breakpoints(parse_breakpoints("epoch == 500 or loss < 1 or epoch == 7"))
    marked = (("epoch == 500", 500), ("loss < 1.0", None), ("epoch == 7", 7))
    assert trainer.snapshot().breakpoints == marked
