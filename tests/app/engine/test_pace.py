"""Paces: when epochs are run, and that they are the same epochs."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import BACKENDS, DataRequest, TrainConfig
from tests.app.reports import after
from tests.app.sessions import Bench
from tui.engine.commands import Open, Pause, Run, SetBreakpoints, SetPace
from tui.engine.jobs import REST_SECONDS
from tui.engine.pace import ACCELERATING, FULL, PACES, SLOW, UNBOUND_SECONDS, Pace
from tui.engine.report import Activity

ARTICLE = Open(DataRequest("article"))
PHASES = 4


def paced(pace: Pace, *, epochs: int | None = None, config: TrainConfig | None = None) -> Bench:
    return Bench(Open(DataRequest("article"), config=config or TrainConfig()), Run(epochs, pace))


def test_paces_are_told_in_words_and_have_a_first_and_a_last() -> None:
    assert [str(pace) for pace in PACES] == [
        "1 epochs/s",
        "2 epochs/s",
        "5 epochs/s",
        "10 epochs/s",
        "50 epochs/s",
        "accelerating",
        "full speed",
    ]
    assert [pace.shifted(1) for pace in PACES] == [*PACES[1:], FULL]
    assert [pace.shifted(-1) for pace in PACES] == [PACES[0], *PACES[:-1]]


def test_accelerating_doubles_every_second_and_has_a_million_in_twenty() -> None:
    assert [ACCELERATING.rate_after(second) for second in range(4)] == [2, 4, 8, 16]
    assert ACCELERATING.epochs_after(0) == 0
    assert 8 < ACCELERATING.epochs_after(2) < 10, "the first ten are seen one by one"
    assert 1e6 < ACCELERATING.epochs_after(20) < 4e6
    assert math.isinf(ACCELERATING.epochs_after(UNBOUND_SECONDS))
    assert math.isinf(ACCELERATING.rate_after(1e6))


@given(st.sampled_from(PACES), st.floats(0, 29), st.floats(0, 1))
def test_what_is_run_in_a_moment_is_the_rate_there(pace: Pace, at: float, share: float) -> None:
    moment = share * 1e-3
    if pace is not FULL:
        run = pace.epochs_after(at + moment) - pace.epochs_after(at)
        assert run == pytest.approx(moment * pace.rate_after(at), rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("rate", [1, 2, 5, 10, 50])
def test_a_run_has_so_many_epochs_a_second(rate: int) -> None:
    bench = paced(Pace(rate))
    for second in (1, 2, 3):
        bench.wait(1.0)
        epoch, inside = bench.snapshot.epoch, bench.snapshot.phases_done
        assert rate * second - 1 <= epoch + inside / PHASES <= rate * second
    assert bench.latest.activity is Activity.RUNNING
    assert bench.latest.pace == Pace(rate)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_slow_run_lights_up_every_phase_of_every_epoch(backend: str) -> None:
    bench = paced(Pace(SLOW), config=TrainConfig(backend=backend))
    phases = len(bench.snapshot.run.code)
    first = len(bench.reports)
    bench.wait(0.51)
    seen = [report.snapshot for report in bench.reports[first:] if report.snapshot]
    places = [snapshot.epoch * phases + snapshot.phases_done for snapshot in seen]
    assert places == list(range(1, 5 * phases + 1))
    assert all(snapshot.worksheet is not None for snapshot in seen), "and its numbers"
    assert all(report.is_slow for report in bench.reports[first:])


def test_a_faster_run_stays_between_epochs_and_writes_nothing_out() -> None:
    bench = paced(Pace(50))
    bench.wait(1.0)
    running = [report.snapshot for report in bench.reports[2:] if report.snapshot]
    assert {snapshot.phases_done for snapshot in running} == {0}
    assert {snapshot.worksheet for snapshot in running} == {None}
    assert len(running) <= 11


def test_nothing_is_reported_while_nothing_happens() -> None:
    bench = paced(Pace(1))
    before = len(bench.reports)
    bench.wait(10.0)
    assert len(bench.reports) - before == pytest.approx(10 * PHASES, abs=1)
    assert bench.session.rest_seconds == REST_SECONDS


@given(
    st.lists(st.tuples(st.sampled_from(PACES[:-1]), st.floats(0.01, 1.5)), min_size=1, max_size=5),
    st.integers(1, 40),
)
def test_paces_and_breakpoints_keep_the_bits(legs: list[tuple[Pace, float]], stop: int) -> None:
    bench = Bench(ARTICLE, SetBreakpoints(f"epoch == {stop}"), Run(None, legs[0][0]))
    for pace, seconds in legs:
        bench.handle(SetPace(pace))
        bench.wait(seconds, every=0.05)
    bench.handle(Pause())
    assert bench.latest.activity is Activity.IDLE
    assert bench.snapshot.epoch <= stop
    expected = after(bench.snapshot.epoch)
    assert bench.snapshot.epoch_weights.tobytes() == expected.epoch_weights.tobytes()
    if bench.snapshot.epoch == stop:
        assert bench.snapshot.stopped_by == (f"epoch == {stop}",)
        assert bench.snapshot.phases_done == 0


@pytest.mark.parametrize("pace", PACES[:-1], ids=str)
def test_a_run_stops_exactly_at_a_breakpoint_and_goes_on_from_there(pace: Pace) -> None:
    bench = Bench(ARTICLE, SetBreakpoints("epoch == 7"), Run(None, pace))
    bench.wait(12.0, every=0.05)
    assert (bench.latest.activity, bench.latest.pace) == (Activity.IDLE, None)
    assert (bench.snapshot.epoch, bench.snapshot.phases_done) == (7, 0)
    bench.handle(Run(None, pace))
    bench.wait(2.5, every=0.05)
    assert bench.latest.activity is Activity.RUNNING
    assert bench.snapshot.epoch > 8


def test_a_target_is_reached_exactly_at_a_pace() -> None:
    bench = paced(Pace(5), epochs=3)
    bench.wait(0.5)
    assert (bench.latest.activity, bench.latest.target) == (Activity.RUNNING, 3)
    bench.wait(0.5)
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 3)
    assert bench.snapshot.phases_done == 0


def test_a_pause_stands_where_the_run_is_seen_and_it_goes_on_from_there() -> None:
    bench = paced(Pace(1))
    bench.wait(1.5)
    bench.handle(Pause())
    assert (bench.snapshot.epoch, bench.snapshot.phases_done) == (1, 2)
    bench.wait(5.0)
    bench.handle(Run(None, Pace(1)))
    assert (bench.snapshot.epoch, bench.snapshot.phases_done) == (1, 2)
    bench.wait(0.3)
    assert (bench.snapshot.epoch, bench.snapshot.phases_done) == (1, 3)


def test_another_pace_goes_on_from_where_the_run_is() -> None:
    bench = paced(Pace(2))
    bench.wait(2.0)
    bench.handle(SetPace(Pace(50)))
    assert (bench.snapshot.epoch, bench.latest.pace) == (4, Pace(50))
    bench.wait(1.0)
    bench.handle(SetPace(Pace(1)))
    assert bench.snapshot.epoch == pytest.approx(54, abs=1)
    bench.wait(2.0)
    assert bench.snapshot.epoch == pytest.approx(56, abs=1)


def test_what_was_too_much_for_the_machine_is_not_made_up_for() -> None:
    bench = paced(Pace(50))
    bench.now += 1.0
    bench.session.advance(epochs=None, seconds=0.0)  # no time for any of the 50
    bench.now += 0.1
    bench.session.advance(epochs=None, seconds=None)
    bench.session.send_report()
    assert bench.snapshot.epoch == pytest.approx(5, abs=1)


def test_accelerating_reaches_full_speed() -> None:
    bench = Bench(ARTICLE, SetBreakpoints("epoch == 3_000_000"), Run(None, ACCELERATING))
    bench.now += UNBOUND_SECONDS + 1
    bench.session.advance(seconds=0.02)
    assert bench.session.rest_seconds == 0.0
    assert bench.snapshot.epoch > 0


def test_epochs_of_an_accelerating_run_come_ever_faster() -> None:
    bench = paced(ACCELERATING)
    epochs = []
    for _ in range(6):
        bench.wait(1.0)
        bench.session.send_report()
        epochs.append(bench.snapshot.epoch)
    run = [later - earlier for earlier, later in pairwise([0, *epochs])]
    assert all(1.7 < later / earlier < 2.4 for earlier, later in pairwise(run[1:]))


def test_a_pace_is_taken_for_the_next_run_where_nothing_runs() -> None:
    bench = Bench(ARTICLE, SetPace(Pace(5)))
    assert bench.latest.notice == "space runs at this pace: 5 epochs/s"
    assert bench.latest.activity is Activity.IDLE


def test_a_run_that_has_settled_is_over_at_once() -> None:
    bench = paced(FULL, config=TrainConfig(lr=0.02))
    while bench.latest.activity is Activity.RUNNING:
        bench.advance(epochs=10_000, seconds=1.0)
    epoch = bench.snapshot.epoch
    bench.handle(Run(None, Pace(1)))
    bench.wait(3.0)
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, epoch)
    assert bench.snapshot.phases_done == 0
