"""Where a run stops: at the first epoch where a condition holds, however the run is cut up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.breakpoints import Breakpoint, Kind
from linreg_core.timeline.checkpoint import End, Status
from linreg_core.timeline.timeline import Timeline
from linreg_core.trainer import Trainer
from tests.core.cases import Case, article, bits, steady
from tests.core.timeline.test_history import told
from tests.core.toy import CLOCKS, Map, Ticks, chunks_of, inherited, maps, rho, timeline
from tests.lengths import examples

NOT_FINITE = Breakpoint(Kind.NOT_FINITE)
FROZEN = Breakpoint(Kind.FROZEN)
RISES = Breakpoint(Kind.LOSS_RISES)


class Referee:
    """A line by its definition: one epoch after the other, each judged when it is reached.

    A condition that stopped a run, or that held when the conditions were set or the line was moved,
    is no reason to stop before it has ceased to hold; at a fresh origin it is.
    """

    def __init__(
        self,
        follows: Map,
        horizon: int,
        *,
        origin: int = 0,
        tolerance: float | None = None,
        breakpoints: Sequence[Breakpoint] = (),
    ) -> None:
        self.states = follows.path(horizon)
        self.losses = follows.losses[self.states]
        self.gradients = follows.gradients[self.states]
        self.origin = self.epoch = self.latest = origin
        self.tolerance = tolerance
        self.breakpoints = breakpoints
        self.held: set[Breakpoint] = set()
        self.stopped_by: tuple[Breakpoint, ...] = ()
        self.end = None if np.isfinite(self.losses[0]) else End(Status.DIVERGED, origin, origin)

    @property
    def is_over(self) -> bool:
        return self.end is not None and self.epoch >= self.end.last

    def holds(self, condition: Breakpoint) -> bool:
        place, value = self.epoch - self.origin, condition.value
        match condition.kind:
            case Kind.EPOCH:
                return self.epoch == value
            case Kind.LOSS:
                return bool(value is not None and self.losses[place] < value)
            case Kind.GRADIENT:
                return bool(value is not None and self.gradients[place] < value)
            case Kind.LOSS_RISES:
                return bool(place > 0 and self.losses[place] > self.losses[place - 1])
            case Kind.FROZEN:
                return bool(self.states[place + 1] == self.states[place])
            case Kind.NOT_FINITE:
                return False

    def run(self, epochs: int) -> None:
        stopped = self._judge()
        while epochs > 0 and not (stopped or self.is_over):
            if not np.isfinite(self.losses[self.epoch - self.origin + 1]):
                self.end = End(Status.DIVERGED, self.epoch + 1, self.epoch)
                break
            self.epoch += 1
            epochs -= 1
            stopped = self._judge()
        self.latest = max(self.latest, self.epoch)
        if self.end is not None and self.is_over and self.end.status is Status.DIVERGED:
            stopped.add(NOT_FINITE)
        self.stopped_by = tuple(found for found in self.breakpoints if found in stopped)

    def goto(self, epoch: int) -> None:
        self.epoch, self.stopped_by = epoch, ()
        self.held = self._holding()

    def set_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        self.breakpoints = breakpoints
        self.held = set() if self.latest == self.origin else self._holding()

    def _holding(self) -> set[Breakpoint]:
        return {found for found in self.breakpoints if self.holds(found)}

    def _judge(self) -> set[Breakpoint]:
        """The conditions that stop here."""
        holding = self._holding()
        stopping, self.held = holding - self.held, holding
        place = self.epoch - self.origin
        if self.tolerance is not None and self.gradients[place] <= self.tolerance:
            self.end = End(Status.CONVERGED, self.epoch, self.epoch)
        return stopping


def agree(line: Timeline, referee: Referee) -> None:
    """Whether a line says and is what it should."""
    assert (line.epoch, line.latest, line.end) == (referee.epoch, referee.latest, referee.end)
    assert line.stopped_by == referee.stopped_by
    assert line.is_over == referee.is_over
    place = referee.epoch - referee.origin
    (state,) = line._backend.state()
    assert state == referee.states[place]
    assert line.before == (None if place == 0 else [referee.states[place - 1]])
    if FROZEN in line.stopped_by:
        assert line.recurrence is not None
        assert (line.recurrence.start, line.recurrence.length) == (line.epoch, 1)


def agree_on_curves(line: Timeline, referee: Referee, ends: Sequence[int]) -> None:
    """Whether the curve, and those up to earlier epochs, are those of runs straight on."""
    losses = referee.losses[: referee.latest - referee.origin + 1]
    for end in (*ends, referee.latest + 1):
        expected = inherited(referee.origin)
        if end > referee.origin and np.isfinite(losses[0]):
            expected.record(referee.origin, losses[: end - referee.origin])
        assert told(line.curve_before(end)) == told(expected.curve())
    assert told(line.curve) == told(expected.curve())
    agree(line, referee)


def conditions(origin: int) -> st.SearchStrategy[Breakpoint]:
    values = st.sampled_from([0.75, 1.0, 1.25, 1.75, 2.5, 3.0])
    return st.one_of(
        st.integers(origin, origin + 900).map(lambda epoch: Breakpoint(Kind.EPOCH, float(epoch))),
        st.builds(Breakpoint, st.just(Kind.LOSS), values),
        st.builds(Breakpoint, st.just(Kind.GRADIENT), values),
        st.sampled_from([RISES, FROZEN, NOT_FINITE]),
    )


MOVES = 12
LONGEST = 300


@given(data=st.data(), follows=maps() | maps(diverging=True), clock=CLOCKS)
@settings(steady, max_examples=examples(300))
def test_a_line_does_what_its_definition_says(data: DataObject, follows: Map, clock: Ticks) -> None:
    origin = data.draw(st.sampled_from([0, 0, 3, 1501]), label="origin")
    tolerance = data.draw(st.sampled_from([None, None, 0.5, 1.0]), label="tolerance")
    several = st.lists(conditions(origin), max_size=3, unique=True)
    found = data.draw(several, label="conditions")
    line, _ = timeline(follows, clock, origin=origin, tolerance=tolerance, breakpoints=found)
    referee = Referee(
        follows, MOVES * LONGEST + 1, origin=origin, tolerance=tolerance, breakpoints=found
    )
    agree(line, referee)
    moves = st.sampled_from(["run", "run", "run", "run for a time", "goto", "set"])
    for move in data.draw(st.lists(moves, min_size=1, max_size=MOVES), label="moves"):
        if move == "goto":
            epoch = data.draw(st.integers(origin, line.latest), label="epoch")
            line.goto(epoch)
            referee.goto(epoch)
        elif move == "set":
            found = data.draw(several, label="conditions")
            line.set_breakpoints(tuple(found))
            referee.set_breakpoints(found)
        else:
            epochs = data.draw(st.integers(0, 9) | st.integers(0, LONGEST), label="epochs")
            done = line.run(epochs, seconds=0.02 if "time" in move else None)
            ended = line.is_over or line.stopped_by or move == "run"
            referee.run(epochs if ended else done)
        agree(line, referee)
    ends = st.lists(st.integers(origin, line.latest + 1), max_size=2)
    agree_on_curves(line, referee, data.draw(ends, label="ends"))


@given(data=st.data(), follows=maps(), clock=CLOCKS)
@settings(steady, max_examples=examples(100))
def test_stops_do_not_depend_on_how_the_epochs_are_split(
    data: DataObject, follows: Map, clock: Ticks
) -> None:
    found = data.draw(st.lists(conditions(0), min_size=1, max_size=3, unique=True))
    cuts = data.draw(st.lists(st.integers(1, 70), min_size=1, max_size=5))
    whole, _ = timeline(follows, breakpoints=found)
    split, _ = timeline(follows, clock, breakpoints=found)
    for _ in range(4):  # stop, and go on
        begin = whole.epoch
        whole.run(500)
        for chunk in chunks_of(500, cuts):
            split.run(chunk)
            if split.stopped_by:
                break
        assert (split.epoch, split.stopped_by) == (whole.epoch, whole.stopped_by)
        assert whole.stopped_by or whole.epoch == begin + 500


# --- one condition after the other, told in words


def test_a_condition_that_holds_at_the_origin_stops_there_once() -> None:
    loss = Breakpoint(Kind.LOSS, 100.0)
    line, _ = timeline(rho(5, 3), breakpoints=[loss])
    assert (line.run(10), line.stopped_by) == (0, (loss,))
    assert (line.run(10), line.stopped_by) == (10, ())


def test_a_condition_that_ceased_to_hold_stops_again_in_every_turn_of_a_cycle() -> None:
    """However many turns have been seen: a stop is a reason to look at two more of them."""
    follows = Map(np.array([1, 2, 3, 0]), np.array([4.0, 3.0, 1.0, 3.0]), np.ones(4))
    line, _ = timeline(follows, breakpoints=[Breakpoint(Kind.LOSS, 2.0)])
    for turn in range(20):
        line.run(10**12)
        assert (line.epoch, len(line.stopped_by)) == (4 * turn + 2, 1)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_the_last_epoch_of_a_run_is_judged_by_its_own_gradient(chunk: int) -> None:
    """A tape tells a gradient an epoch later: run(k) must know it all the same."""
    follows = Map(np.append(np.arange(1, 50), 49), np.ones(50), np.arange(50.0, 0.0, -1.0))
    found = [Breakpoint(Kind.GRADIENT, 30.5), Breakpoint(Kind.LOSS, 0.5)]
    line, _ = timeline(follows, breakpoints=found)
    for part in chunks_of(20, [chunk]):
        assert line.stopped_by == ()
        line.run(part)
    assert (line.epoch, line.stopped_by) == (20, (found[0],))


@pytest.mark.parametrize("last", [6, 7, 10])
def test_all_conditions_that_hold_at_a_stop_are_told(last: int) -> None:
    """Also those that only the epoch after the last one shows."""
    follows = Map(np.append(np.arange(1, 7), 6), np.arange(7.0, 0.0, -1.0), np.ones(7))
    follows.gradients[6] = 0.1
    found = (
        FROZEN,
        Breakpoint(Kind.LOSS, 1.5),
        Breakpoint(Kind.GRADIENT, 0.5),
        Breakpoint(Kind.EPOCH, 6.0),
    )
    line, _ = timeline(follows, breakpoints=found)
    assert (line.run(last), line.stopped_by) == (6, found)
    assert line.repeats
    assert (line.run(last), line.stopped_by) == (last, ())


def test_a_way_to_infinity_stops_every_run_that_comes_to_its_end() -> None:
    follows = rho(30, 1)
    follows.losses[20] = np.inf
    line, _ = timeline(follows, breakpoints=[NOT_FINITE])
    assert (line.run(19), line.stopped_by) == (19, ())
    for back in (19, 18, 3, 0):
        line.goto(back)
        assert (line.run(100), line.stopped_by) == (19 - back, (NOT_FINITE,))
        assert line.end == End(Status.DIVERGED, 20, 19)
    line.goto(0)
    assert (line.run(19), line.stopped_by) == (19, (NOT_FINITE,))


@pytest.mark.parametrize("kind", [Kind.EPOCH, Kind.LOSS, Kind.GRADIENT])
def test_a_whole_number_is_a_number_too(kind: Kind) -> None:
    follows = Map(np.append(np.arange(1, 9), 8), np.arange(9.0, 0.0, -1.0), np.arange(9.0, 0, -1))
    line, _ = timeline(follows, breakpoints=[Breakpoint(kind, 5)])
    line.run(100)
    assert line.epoch == 5


# --- on the article's problem


def test_a_loss_is_reached_at_one_epoch_by_every_backend(seedless: Case) -> None:
    """Issue 3, must show 3, at a learning rate that takes 1,500 epochs and not 400,000."""
    condition = Breakpoint(Kind.LOSS, 1e-3)
    trainer = Trainer(article(), seedless.config(lr=0.03, init="zeros"))
    trainer.set_breakpoints((condition,))
    trainer.run(10_000)
    stop = trainer.snapshot()
    assert stop.stopped_by == (str(condition),)
    assert stop.loss < 1e-3
    trainer.back()
    assert trainer.snapshot().loss >= 1e-3

    plain = Trainer(article(), seedless.config(lr=0.03, init="zeros"))
    plain.run(stop.epoch)
    assert bits(plain.snapshot().weights, seedless.dtype) == bits(stop.weights, seedless.dtype)
    numpy = Trainer(article(), TrainConfig(dtype="float64", lr=0.03, init="zeros"))
    numpy.set_breakpoints((condition,))
    numpy.run(10_000)
    assert stop.epoch == pytest.approx(numpy.epoch, abs=0 if seedless.dtype == "float64" else 50)


def test_the_stop_at_a_gradient_is_the_first_epoch_with_one_that_small(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config(lr=0.03))
    trainer.set_breakpoints((Breakpoint(Kind.GRADIENT, 1.0),))
    trainer.run(10_000)
    sizes = []
    for back in (0, 1):
        trainer.goto(trainer.epoch - back)
        sizes.append(float(np.abs(trainer.snapshot().gradient).max()))
    assert sizes[0] < 1.0 <= sizes[1]


def test_a_run_that_is_stopped_where_it_freezes_is_told_as_frozen() -> None:
    """By the breakpoint, before the finder of recurrences has seen the state come back."""
    trainer, plain = (Trainer(article(), TrainConfig(dtype="float32", lr=0.03)) for _ in "ab")
    plain.run(10**6)
    trainer.set_breakpoints((Breakpoint(Kind.FROZEN),))
    trainer.run(10**6)
    assert trainer.stopped_by == (Breakpoint(Kind.FROZEN),)
    stopped = trainer.snapshot()
    told = (stopped.status, stopped.status_epoch, stopped.cycle_length)
    assert told == (Status.FROZEN, plain.status_epoch, None)
    assert trainer.epoch == plain.status_epoch
