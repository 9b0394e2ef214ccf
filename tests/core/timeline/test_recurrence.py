"""Frozen runs and cycles: found with their first epoch and length, and then not run but counted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core import TableOptions, load_problem
from linreg_core.precision import Recurrence, RecurrenceFinder, same_bits
from linreg_core.problem import Problem
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.breakpoints import Breakpoint, Kind
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.keyframes import MOST_KEYFRAMES
from linreg_core.trainer import Trainer
from linreg_core.ways.way import STRETCH_NUMBERS
from tests.core.cases import Case, bits, few, problem_of, same, steady, walk
from tests.core.timeline.test_history import recorded, told
from tests.core.toy import CLOCKS, Map, Ticks, chunks_of, maps, rho, timeline
from tests.lengths import examples
from tests.places import SHARED

LONG = STRETCH_NUMBERS // 16
"""The longest stretch of a small problem."""


def first_return(states: Iterable[bytes]) -> Recurrence | None:
    """By remembering every state."""
    seen: dict[bytes, int] = {}
    for epoch, state in enumerate(states):
        if state in seen:
            return Recurrence(seen[state], epoch - seen[state])
        seen[state] = epoch
    return None


def known(follows: Map, origin: int = 0) -> Recurrence:
    path = follows.path(len(follows.losses))
    found = first_return(state.tobytes() for state in path)
    assert found is not None
    return Recurrence(found.start + origin, found.length)


# --- finding


@given(follows=maps(), clock=CLOCKS, origin=st.sampled_from([0, 700]))
@settings(steady, max_examples=examples(150))
def test_a_recurrence_is_found_whatever_the_stretches(
    follows: Map, clock: Ticks, origin: int
) -> None:
    line, toy = timeline(follows, clock, origin=origin)
    line.run(None)
    assert line.recurrence == known(follows, origin)
    assert toy.epochs_run < 50 * len(follows.losses) + 100


@pytest.mark.parametrize(
    ("tail", "length"),
    [
        (0, 1),
        (0, 2),
        (1, 1),
        (1, LONG + 1),
        (0, 2 * LONG + 1),
        (MOST_KEYFRAMES - 1, 1),
        (MOST_KEYFRAMES + 1, 2),
        (5 * MOST_KEYFRAMES + 3, 7),
        (9000, 4000),
        (20_001, 2),
    ],
)
@pytest.mark.parametrize("origin", [0, 1501])
def test_long_tails_and_long_cycles_are_found_and_counted(
    tail: int, length: int, origin: int
) -> None:
    follows = rho(tail, length)
    line, toy = timeline(follows, origin=origin)
    line.run(None)
    assert line.recurrence == Recurrence(origin + tail, length)
    run = toy.epochs_run
    target = 10**12 + 12345
    line.run(target - line.epoch)
    assert line.epoch == line.latest == target
    state, state_before = ([tail + (target - origin - tail - back) % length] for back in (0, 1))
    assert toy.state() == state
    assert line.before == state_before
    assert toy.epochs_run - run < 4 * (length + line.keyframe_stride) + 10


@given(
    tail=st.integers(0, 300),
    length=st.integers(1, 300),
    stretch=st.integers(1, 200),
    first=st.sampled_from([0, 17]),
)
@settings(steady, max_examples=examples(100))
def test_a_state_is_seen_again_within_the_time_that_brent_promises(
    tail: int, length: int, stretch: int, first: int
) -> None:
    states = rho(tail, length).path(4 * max(tail, length) + 2 * stretch).astype(np.float64)
    finder = RecurrenceFinder(first, states[:1])
    for begin in range(0, len(states) - stretch, stretch):
        following = states[begin + 1 : begin + stretch + 1, np.newaxis]
        sighting = finder.look(first + begin, states[begin : begin + 1], following)
        if sighting is not None:
            break
    assert sighting is not None
    seen = sighting.epoch - first
    assert sighting.length == length
    assert tail + length <= seen <= 4 * max(tail, length) + stretch
    if length == 1:
        assert seen == tail + 1


@given(start=st.integers(0, 50), length=st.integers(1, 20), epoch=st.integers(0, 500))
@settings(steady, max_examples=examples(100))
def test_an_equivalent_epoch_has_the_same_state_and_the_same_one_before(
    start: int, length: int, epoch: int
) -> None:
    path = rho(start, length).path(600)
    found = Recurrence(start, length).equivalent(epoch)
    assert 0 <= found <= min(epoch, start + length)
    assert path[found] == path[epoch]
    if epoch > 0:
        assert path[found - 1] == path[epoch - 1]


def test_states_are_compared_by_their_bits() -> None:
    one = np.array([0.0, -0.0, 1.0, np.nan], dtype=np.float32)
    other = np.array([0.0, 0.0, np.nextafter(np.float32(1), 2), np.nan], dtype=np.float32)
    assert same_bits(one, other).tolist() == [True, False, False, True]


# --- on the backends


def settling_problem(seed: int) -> Problem:
    """Two weights, a condition number of at most 9: the best rate halves the error every epoch."""
    random = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(random.normal(size=(2, 2)))
    X = np.vstack([rotation * random.uniform(1, 3, size=2), np.zeros((1, 2))])
    return problem_of(X, random.normal(size=3) * 10.0 ** random.integers(-2, 3))


@given(seed=st.integers(0, 2**32), rate=st.sampled_from(["best", "auto"]))
@few
def test_backends_settle_where_every_state_remembered_says(
    seedless: Case, seed: int, rate: str
) -> None:
    """Compared with all states of single epochs; the run is cut otherwise and goes on for ever."""
    problem = settling_problem(seed)
    most = 300
    states = (state.tobytes() for state, _ in walk(seedless.build(problem, lr=rate)))
    expected = first_return(islice(states, most))
    trainer = Trainer(problem, seedless.config(lr=rate))
    if expected is None:
        trainer.run(most - 1)
        assert trainer.status is Status.READY
        return
    trainer.run(7)
    trainer.run(None)
    snapshot = trainer.snapshot()
    assert snapshot.status_epoch == expected.start
    assert snapshot.cycle_length == (None if expected.length == 1 else expected.length)
    assert snapshot.status is (Status.FROZEN if expected.length == 1 else Status.CYCLE)

    equivalent = expected.equivalent(10**12)
    trainer.run(10**12 - trainer.epoch)
    plain = Trainer(problem, seedless.config(lr=rate))
    plain.run(equivalent)
    there, here = trainer.snapshot(), plain.snapshot()
    for told_there, told_here in (
        (there.weights, here.weights),
        (there.change, here.change),
        (there.gradient, here.gradient),
    ):
        assert bits(told_there, seedless.dtype) == bits(told_here, seedless.dtype)
    assert (there.epoch, there.loss) == (10**12, here.loss)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_problems_above_end_frozen_and_in_cycles(dtype: str) -> None:
    """So that the test above is known to see both."""
    seen = set()
    for seed in range(40):
        trainer = Trainer(settling_problem(seed), TrainConfig(dtype=dtype, lr="best"))
        trainer.run(300)
        seen.add(trainer.status)
    assert {Status.FROZEN, Status.CYCLE} <= seen


def test_norris_in_float32_ends_in_a_cycle() -> None:
    """Issue 3, must show 4. Both eigenvalues are 2, so that it is there after a few epochs."""
    path = SHARED / "nist" / "Norris.csv"
    if not path.exists():
        pytest.skip("needs the shared NIST data")
    problem = load_problem(str(path), TableOptions())
    case = Case("numpy", "float32", "cpu", 0)
    trainer = Trainer(problem, case.config(lr="best"))
    trainer.run(100_000)
    expected = first_return(state.tobytes() for state, _ in walk(case.build(problem, lr="best")))
    snapshot = trainer.snapshot()
    assert snapshot.status is Status.CYCLE
    assert snapshot.cycle_length is not None
    assert expected == Recurrence(trainer.status_epoch or 0, snapshot.cycle_length)


@pytest.mark.parametrize("backend", [info.name for info in BACKENDS.values() if info.uses_torch])
def test_a_frozen_torch_run_ends_as_the_epochs_would(backend: str) -> None:
    """Every one of 600 epochs is run by the one, the other counts those after it froze."""
    problem = settling_problem(3)
    config = TrainConfig(backend=backend, lr="best", init="zeros")
    counted, run = Trainer(problem, config), Case(backend, "float32", "cpu", 0)
    counted.run(600)
    assert counted.has_settled
    walked = list(islice(walk(run.build(problem, lr="best", init="zeros")), 601))
    losses = np.array([evaluation.loss for _, evaluation in walked])
    snapshot = counted.snapshot()
    assert bits(snapshot.weights, "float32") == bits(walked[600][0], "float32")
    assert told(snapshot.curve) == told(recorded(losses, []))


# --- not running what is known


@given(
    data=st.data(),
    follows=maps(),
    clock=CLOCKS,
    cuts=st.lists(st.integers(1, 2000), min_size=1, max_size=4),
)
@settings(steady, max_examples=examples(60))
def test_counted_epochs_leave_the_curve_of_epochs_that_were_run(
    data: DataObject, follows: Map, clock: Ticks, cuts: list[int]
) -> None:
    last = data.draw(st.integers(0, 6000), label="last")
    line, toy = timeline(follows, clock)
    for chunk in chunks_of(last, cuts):
        line.run(chunk)
    states = follows.path(last)
    losses = follows.losses[states]
    assert told(line.curve) == told(recorded(losses, []))
    assert toy.state() == [states[last]]
    end = data.draw(st.integers(0, last), label="end")
    assert told(line.curve_before(end)) == told(recorded(losses[:end], []))
    assert toy.state() == [states[last]]


def test_a_curve_up_to_any_epoch_of_a_counted_run_is_made_without_running_them() -> None:
    """A bucket at 10^12 is 2^31 epochs wide."""
    line, toy = timeline(rho(600, 3))
    line.run(10**12)
    run = toy.epochs_run
    end = 700_000_000_001
    curve = line.curve_before(end)
    assert toy.epochs_run - run < 10_000
    line.goto(end)
    assert curve.end == end
    assert curve.epoch[-1] < end
    assert curve.last[-1] == toy.map.losses[600 + (end - 1 - 600) % 3]
    turn = toy.map.losses[600:]
    assert (curve.low[-2], curve.high[-2]) == (turn.min(), turn.max())


@pytest.mark.parametrize("kind", [Kind.LOSS, Kind.GRADIENT, Kind.LOSS_RISES])
def test_conditions_that_never_hold_are_watched_for_two_turns_and_no_more(kind: Kind) -> None:
    value = None if kind is Kind.LOSS_RISES else 1e-9
    follows = rho(30, 4)
    follows.losses[30:] = 1.0
    line, toy = timeline(follows, origin=3)
    line.run(10**6)
    line.set_breakpoints((Breakpoint(kind, value),))
    run = toy.epochs_run
    assert (line.run(10**12), line.stopped_by) == (10**12, ())
    assert toy.epochs_run - run < 1000
    line.goto(10**12)
    (state,) = toy.state()
    assert state == 30 + (10**12 - 3 - 30) % 4


@pytest.mark.parametrize("chunk", [1, 5, 999])
def test_epochs_before_the_recurrence_are_exact_after_a_condition_was_set_far_out(
    chunk: int,
) -> None:
    """Nothing that is run after counting may thin out the states that were kept before."""
    follows = rho(2500, 3)
    line, toy = timeline(follows)
    line.run(10**9)
    stride = line.keyframe_stride
    line.set_breakpoints((Breakpoint(Kind.GRADIENT, 1e-9),))
    line.run(chunk)
    assert line.keyframe_stride == stride < 20
    for epoch in (0, 1, 1000, 2499, 2500, 2503, 10**8, 10**9 + chunk):
        line.goto(epoch)
        assert toy.state() == [epoch if epoch < 2500 else 2500 + (epoch - 2500) % 3]


def test_stops_on_epochs_are_made_in_what_is_only_counted() -> None:
    stops = (10**6, 10**9, 10**9 + 1)
    line, toy = timeline(
        rho(10, 3), breakpoints=[Breakpoint(Kind.EPOCH, float(stop)) for stop in stops]
    )
    for stop in stops:
        line.run(10**12)
        assert line.epoch == stop
        assert [found.value for found in line.stopped_by] == [stop]
    line.goto(5)  # from the past
    line.run(10**12)
    assert line.epoch == stops[0]
    assert toy.epochs_run < 5_000


def test_a_run_without_a_number_of_epochs_ends_when_it_has_settled() -> None:
    line, _ = timeline(rho(10, 3))
    line.run(None)
    assert line.repeats
    assert line.run(None) == 0
    line.goto(4)
    line.run(None)
    assert line.repeats


def test_a_run_in_the_past_of_a_settled_one_has_not_settled(seedless: Case) -> None:
    trainer = Trainer(settling_problem(1), seedless.config(lr="best"))
    trainer.run(2_000)
    end = trainer.snapshot()
    assert end.status_epoch is not None
    trainer.goto(end.status_epoch - 1)
    assert (trainer.status, trainer.status_epoch) == (Status.READY, None)
    trainer.goto(end.status_epoch)
    assert trainer.status is end.status
    trainer.run(2_000 - trainer.epoch)
    assert same(trainer.snapshot(), end)
