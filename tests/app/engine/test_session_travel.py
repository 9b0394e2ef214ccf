"""The session's commands of time travel: phases, back, go to, breakpoints, forks and ghosts."""

from __future__ import annotations

import pytest

from linreg_core import BACKENDS, DataRequest, ExpressionError, Snapshot, TrainConfig
from tests.app.reports import after, trainer
from tests.app.sessions import Bench
from tui.engine.commands import (
    Back,
    Command,
    Configure,
    Fork,
    Goto,
    Open,
    Phase,
    Reset,
    Run,
    SetBreakpoints,
)
from tui.engine.ghosts import MOST_GHOSTS
from tui.engine.report import Activity

ARTICLE = Open(DataRequest("article"))


def place(snapshot: Snapshot) -> tuple[int, int]:
    """Epoch and phases."""
    return snapshot.epoch, snapshot.phases_done


def bench_at(epoch: int, **config: object) -> Bench:
    """A session whose run stands at an epoch."""
    bench = Bench(Open(DataRequest("article"), config=TrainConfig(**config)), Run(epoch))  # type: ignore[arg-type]
    bench.advance(epochs=epoch, seconds=1.0)
    assert place(bench.snapshot) == (epoch, 0)
    return bench


# --- Phases, back, go to --------------------------------------------------------------------------


def test_phases_make_epochs_and_are_taken_back_one_by_one() -> None:
    bench = Bench(ARTICLE)
    places = []
    for back in (False, False, False, False, False, True, True, True):
        bench.handle(Phase(back=back))
        places.append(place(bench.snapshot))
        assert bench.latest.activity is Activity.IDLE
    assert places == [(0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 0), (0, 3), (0, 2)]
    assert bench.snapshot.weights.tobytes() == after(0).weights.tobytes()


def test_an_epoch_finishes_the_one_in_progress() -> None:
    bench = Bench(ARTICLE, Phase(), Phase(), Run(1))
    assert place(bench.snapshot) == (1, 0)
    assert bench.snapshot.weights.tobytes() == after(1).weights.tobytes()


@pytest.mark.parametrize("command", [Back(), Goto(5), SetBreakpoints("frozen")])
def test_what_is_asked_inside_an_epoch_begins_at_the_epoch(command: Command) -> None:
    bench = bench_at(5)
    for each in (Phase(), Phase(), Phase(), command):
        bench.handle(each)
    assert place(bench.snapshot) == (5, 0)
    assert bench.snapshot.weights.tobytes() == after(5).weights.tobytes()


@pytest.mark.parametrize(("asked", "reached"), [(-3, 0), (0, 0), (399, 399), (1_000, 1_000)])
def test_an_epoch_that_was_run_is_there_at_once(asked: int, reached: int) -> None:
    bench = bench_at(1_000)
    bench.handle(Goto(asked))
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, reached)
    assert bench.snapshot.latest == 1_000
    assert bench.snapshot.weights.tobytes() == after(reached).weights.tobytes()


def test_an_epoch_that_is_to_come_is_run_to() -> None:
    bench = bench_at(1_000)
    for command in (Goto(20), Goto(5_000)):
        bench.handle(command)
    assert (bench.latest.activity, bench.latest.target) == (Activity.RUNNING, 5_000)
    while bench.session.is_running:
        bench.advance(epochs=997, seconds=1.0)
    assert (bench.snapshot.epoch, bench.snapshot.latest) == (5_000, 5_000)
    assert bench.snapshot.weights.tobytes() == after(5_000).weights.tobytes()


def test_a_long_run_is_gone_through_exactly() -> None:
    bench = bench_at(200_000)
    for epoch in (0, 199_999, 100_000, 77, 200_000, 131_073):
        bench.handle(Goto(epoch))
        assert bench.snapshot.weights.tobytes() == after(epoch).weights.tobytes()


def test_going_to_the_next_epoch_is_one_step() -> None:
    bench = bench_at(10)
    bench.handle(Goto(11))
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 11)


def test_beyond_the_end_of_a_run_is_its_end() -> None:
    bench = bench_at(1, lr=0.034)
    bench.handle(Goto(10**9))
    while bench.session.is_running:
        bench.advance(epochs=10_000, seconds=1.0)
    end = bench.snapshot.epoch
    for command in (Goto(3), Goto(10**9)):
        bench.handle(command)
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, end)


def test_back_at_the_first_epoch_stays_there() -> None:
    bench = Bench(ARTICLE, Back(), Phase(back=True))
    assert place(bench.snapshot) == (0, 0)
    assert bench.latest.refusal is None


@pytest.mark.parametrize("command", [Phase(), Phase(back=True), Back(), Goto(0), Goto(5), Reset()])
def test_every_move_ends_a_run_in_progress(command: Command) -> None:
    bench = Bench(ARTICLE, Run(None))
    bench.advance(epochs=100, seconds=1.0)
    bench.handle(command)
    assert (bench.latest.activity, bench.latest.target) == (Activity.IDLE, None)


NEEDS_A_RUN: list[Command] = [
    *(Phase(), Phase(back=True), Back(), Goto(1), Run(1), Reset()),
    *(Fork(), Fork(edited=(0, 1.0)), SetBreakpoints("frozen")),
]


@pytest.mark.parametrize("command", NEEDS_A_RUN)
def test_without_a_run_it_is_refused(command: Command) -> None:
    bench = Bench(Open(DataRequest("/nowhere.csv")), command)
    assert bench.latest.refusal is not None
    assert bench.latest.refusal.code == "no-run"


# --- Breakpoints ----------------------------------------------------------------------------------


@pytest.mark.parametrize("epochs", [1, 7, 100, 4096])
def test_a_breakpoint_stops_at_the_first_epoch_however_the_run_is_sliced(epochs: int) -> None:
    """And the same one is stopped at by a trainer alone, which no slicing can mislead."""
    bench = Bench(
        Open(DataRequest("article"), config=TrainConfig(lr=0.03)), SetBreakpoints("loss < 10")
    )
    bench.handle(Run(None))
    while bench.session.is_running:
        bench.advance(epochs=epochs, seconds=0.01)
    epoch = bench.snapshot.epoch
    assert after(epoch, lr=0.03).loss < 10 <= after(epoch - 1, lr=0.03).loss
    assert bench.snapshot.stopped_by == ("loss < 10.0",)
    bench.handle(Run(1))
    assert not bench.snapshot.stopped_by


def test_a_bad_text_keeps_the_breakpoints_that_are_set() -> None:
    bench = Bench(ARTICLE, SetBreakpoints("epoch == 40"))
    bench.handle(SetBreakpoints("epoch == 20 or loss < x"))
    assert isinstance(bench.latest.refusal, ExpressionError)
    assert bench.latest.refusal.position == 22
    assert bench.latest.breakpoints == "epoch == 40"
    bench.handle(Run(100))
    bench.advance(epochs=100, seconds=1.0)
    assert bench.snapshot.epoch == 40


def test_a_session_is_opened_with_breakpoints_or_not_at_all() -> None:
    bench = Bench(Open(DataRequest("article"), breakpoints="epoch == 3"), Run(10))
    bench.advance(epochs=10, seconds=1.0)
    assert (bench.snapshot.epoch, bench.latest.breakpoints) == (3, "epoch == 3")
    refused = Bench(Open(DataRequest("article"), breakpoints="epoch = 3")).latest
    assert isinstance(refused.refusal, ExpressionError)
    assert refused.snapshot is None


@pytest.mark.parametrize(
    "command", [Configure(TrainConfig(lr=0.01)), Fork(), Fork(edited=(0, 1.0))]
)
def test_breakpoints_outlive_a_run(command: Command) -> None:
    bench = Bench(ARTICLE, SetBreakpoints("epoch == 6"), Run(1), command, Run(100))
    bench.advance(epochs=100, seconds=1.0)
    assert bench.snapshot.epoch == 6


# --- Forks and ghosts -----------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_fork_goes_on_from_the_present_weights(backend: str) -> None:
    config = TrainConfig(backend, lr=1e-3)
    bench = bench_at(50)
    for command in (Goto(20), Fork(config), Run(30)):
        bench.handle(command)
    bench.advance(epochs=30, seconds=1.0)
    original = trainer()
    original.run(20)
    twin = original.fork(config)
    twin.run(30)
    assert (bench.snapshot.origin, bench.snapshot.epoch) == (20, 50)
    assert bench.snapshot.weights.tobytes() == twin.snapshot().weights.tobytes()
    assert bench.latest.config == config
    (ghost,) = bench.latest.ghosts
    assert ghost.label == f"lr 0.0001, epochs 0 to 50, {BACKENDS['numpy'].label} float64"


def test_a_weight_by_hand_is_the_only_difference() -> None:
    bench = bench_at(20)
    other = bench.snapshot.weights[0]
    bench.handle(Fork(edited=(1, -2.5)))
    assert bench.snapshot.weights.tolist() == [other, -2.5]
    assert bench.latest.config == TrainConfig()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39])
def test_a_weight_that_is_not_finite_in_the_dtype_is_refused(value: float) -> None:
    bench = bench_at(20, dtype="float32")
    before = bench.latest
    bench.handle(Fork(edited=(1, value)))
    refused = bench.latest
    assert refused.refusal is not None
    assert refused.refusal.code == "bad-value"
    assert (refused.run, refused.config, refused.ghosts) == (before.run, before.config, ())
    assert bench.snapshot.weights.tobytes() == after(20, dtype="float32").weights.tobytes()


@pytest.mark.parametrize("fork", [Fork(edited=(1, 1e39)), Fork(TrainConfig(bias=True))])
def test_a_fork_that_is_refused_leaves_the_epoch_in_progress(fork: Fork) -> None:
    bench = bench_at(20, dtype="float32")
    for command in (Phase(), Phase(), fork):
        bench.handle(command)
    assert bench.latest.refusal is not None
    assert place(bench.snapshot) == (20, 2)


def test_a_fork_may_not_change_what_the_weights_mean() -> None:
    bench = bench_at(20)
    bench.handle(Fork(TrainConfig(bias=True)))
    assert bench.latest.refusal is not None
    assert bench.latest.refusal.code == "fork"
    assert (bench.latest.run, bench.snapshot.epoch) == (1, 20)


def test_the_last_runs_stay_as_ghosts_in_their_order() -> None:
    bench = Bench(ARTICLE)
    for run in range(1, MOST_GHOSTS + 3):
        for _ in range(run):
            bench.handle(Run(1))
        bench.handle(Configure(TrainConfig(lr=run * 1e-3)))
    latest = [ghost.label.split(", ")[1].rpartition(" ")[2] for ghost in bench.latest.ghosts]
    assert latest == [str(run) for run in range(3, MOST_GHOSTS + 3)]


@pytest.mark.parametrize(
    "between", [(), (Phase(),), (Run(1), Reset())], ids=["nothing", "a phase", "a reset"]
)
def test_a_run_of_no_epochs_leaves_no_ghost(between: tuple[Command, ...]) -> None:
    bench = Bench(ARTICLE, *between, Configure(TrainConfig(lr=0.01)))
    assert bench.latest.ghosts == ()
