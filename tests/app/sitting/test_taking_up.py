"""A sitting taken up again: whatever was done, it stands where it stood, to the last bit."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from linreg_core import DataRequest, Snapshot, Status, TrainConfig
from tests.app.driver import Write
from tests.app.sessions import Bench
from tests.core.cases import by_bits
from tests.lengths import IS_LONG
from tui.engine.commands import (
    Back,
    Command,
    Configure,
    Fork,
    Goto,
    Open,
    Phase,
    Reset,
    Revisit,
    Run,
    SetBreakpoints,
)
from tui.engine.runs.run import MOST_RUNS
from tui.sitting.state import State, events, followed, reported

OF_THE_WAY = {"stopped_by", "keyframe_stride", "ran"}
"""What tells how one came to where one is."""

CONFIGS = (
    TrainConfig(),
    TrainConfig(lr=0.01),
    TrainConfig(backend="numpy-two-weights", dtype="float32"),
    TrainConfig(lr="best:50", init="random", seed=3),
)


def told(snapshot: Snapshot) -> dict[str, object]:
    """All that a snapshot tells of where it is, by its bits."""
    return {
        field.name: by_bits(getattr(snapshot, field.name))
        for field in fields(snapshot)
        if field.name not in OF_THE_WAY
    }


def by_chance(chance: random.Random) -> Command:
    """Something that a person may do."""
    config = chance.choice(CONFIGS)
    number = chance.choice((1, 2, 3, 17, 120))
    kinds = (
        *(lambda: Run(number), lambda: Run(1), Back, Phase, Phase, lambda: Phase(back=True)),
        *(lambda: Goto(number), lambda: Fork(config), Fork, lambda: Configure(config)),
        *(lambda: Fork(edited=(chance.randrange(2), chance.gauss(0, 9))), Reset),
        *(lambda: Revisit(chance.randrange(1, 6)), lambda: SetBreakpoints("epoch == 40")),
    )
    return chance.choice(kinds)()


def done(bench: Bench, command: Command) -> None:
    """Have it done, to its end."""
    bench.handle(command)
    bench.session.finish()
    bench.session.send_report()


def bench_of(*commands: Command) -> Bench:
    """A session in which all that was done, to its end."""
    bench = Bench()
    for command in commands:
        done(bench, command)
    return bench


@pytest.mark.parametrize("seed", range(40 if IS_LONG else 8))
def test_whatever_was_done_is_taken_up_to_the_last_bit(seed: int) -> None:
    chance = random.Random(seed)
    bench = bench_of(Open(DataRequest("article")))
    written, state = State(), State()
    for _ in range(30):
        done(bench, by_chance(chance))
        if chance.random() < 0.7:  # the app sees the latest report, not every one
            now = reported(bench.latest, {})
            assert now is not None
            for event in events(state, now):
                written = followed(written, event)
            state = now
            assert written.runs.number == now.runs.number
    now = reported(bench.latest, {})
    assert now is not None
    for event in events(state, now):
        written = followed(written, event)
    present = written.runs.present
    assert present is not None
    again = Bench(
        Open(
            present.recipe.data,
            present.recipe.last_config,
            breakpoints=written.breakpoints,
            runs=written.runs,
        )
    )
    assert again.latest.refusal is None
    assert told(again.snapshot) == told(bench.snapshot)
    assert str(again.latest.notice).endswith("the same to the last bit")
    assert again.latest.config == bench.latest.config
    assert again.latest.breakpoints == bench.latest.breakpoints


def test_every_run_can_be_gone_back_to_where_it_stood() -> None:
    bench = bench_of(Open(DataRequest("article")))
    stood = {}
    commands: list[Command] = [Run(30), Fork(CONFIGS[1]), Configure(CONFIGS[2])]
    commands += [Fork(edited=(0, 7.0)), Reset()]
    for number, command in enumerate(commands, 1):
        done(bench, command)
        done(bench, Run(10 * number))
        done(bench, Back())
        stood[bench.latest.runs.number] = told(bench.snapshot)
    assert list(stood) == [1, 2, 3, 4, 5]
    for number in (2, 4, 1, 5, 3):
        done(bench, Revisit(number))
        assert told(bench.snapshot) == stood[number]
        assert bench.latest.runs.number == number
    assert [run.number for run in bench.latest.runs.runs] == [1, 2, 3, 4, 5]


def test_one_that_is_not_there_is_refused_and_changes_nothing() -> None:
    bench = bench_of(Open(DataRequest("article")), Run(3))
    before = bench.latest
    bench.handle(Revisit(7))
    assert str(bench.latest.refusal) == "there is no run 7 in this session"
    assert bench.latest.runs == before.runs


def test_going_back_to_a_run_on_another_problem_reads_it_again(write: Write) -> None:
    path = str(write("x,y\n1,2\n2,3\n3,5\n"))
    bench = bench_of(Open(DataRequest("article")), Run(3), Open(DataRequest(path)), Run(5))
    there = told(bench.snapshot)
    done(bench, Revisit(1))
    assert bench.snapshot.run.source == "article"
    assert bench.latest.ghosts == ()
    done(bench, Revisit(2))
    assert told(bench.snapshot) == there


def test_a_table_that_has_changed_is_said(write: Write) -> None:
    path = str(write("x,y\n1,2\n2,3\n3,5\n"))
    bench = bench_of(Open(DataRequest(path)), Run(3), Open(DataRequest("article")))
    write("x,y\n1,2\n2,3\n3,6\n")
    done(bench, Revisit(1))
    assert str(bench.latest.notice) == (
        "run 1 is back at epoch 3, but not with the same bits: the data has changed since"
    )


def test_a_table_that_is_gone_leaves_the_present_run(write: Write) -> None:
    path = write("x,y\n1,2\n2,3\n3,5\n")
    bench = bench_of(Open(DataRequest(str(path))), Run(3), Open(DataRequest("article")), Run(1))
    path.unlink()
    before = bench.snapshot
    done(bench, Revisit(1))
    assert bench.latest.refusal is not None
    assert bench.latest.refusal.code == "no-such-file"
    assert told(bench.snapshot) == told(before)


def test_to_choose_is_not_yet_to_run() -> None:
    bench = bench_of(Open(DataRequest("article")))
    for config in CONFIGS:
        done(bench, Configure(config))
    (only,) = bench.latest.runs.runs
    assert only.recipe.config == CONFIGS[-1]
    for _ in range(50):
        done(bench, Fork(CONFIGS[1]))
    assert len(bench.latest.runs.runs[-1].recipe.edits) == 1


def test_the_oldest_runs_are_forgotten() -> None:
    bench = bench_of(Open(DataRequest("article")))
    for _ in range(MOST_RUNS + 5):
        done(bench, Run(1))
        done(bench, Reset())
    numbers = [run.number for run in bench.latest.runs.runs]
    assert numbers == list(range(7, MOST_RUNS + 7))


def test_a_run_that_diverged_is_taken_up_as_such() -> None:
    bench = bench_of(Open(DataRequest("article"), TrainConfig(lr=0.04)), Run(2_000))
    assert bench.snapshot.status is Status.DIVERGED
    now = reported(bench.latest, {})
    assert now is not None
    taken = Open(DataRequest("article"), TrainConfig(lr=0.04), runs=now.runs)
    again = bench_of(taken)
    assert again.snapshot.status is Status.DIVERGED
    assert again.snapshot.status_epoch == bench.snapshot.status_epoch
    assert told(again.snapshot) == told(bench.snapshot)
