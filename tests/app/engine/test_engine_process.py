"""The engine in a process of its own: it obeys, it can be stopped, and its death costs a moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linreg_core import DataRequest, Snapshot, TableOptions, TrainConfig
from tests.app.driver import Write, inline
from tests.app.terminal import engines
from tui.engine.commands import (
    CancelOpen,
    Command,
    Configure,
    Fork,
    Goto,
    Open,
    Pause,
    Reset,
    Restart,
    Run,
    SetBreakpoints,
    SetPace,
)
from tui.engine.pace import Pace
from tui.engine.process import RESTART_SECONDS, ProcessEngine, _describe_exit, _without_run
from tui.engine.report import Activity, Answer, Quiet, Report

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing here takes a tenth of it on a quiet machine."""

Start = Callable[..., ProcessEngine]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts an engine, which ends with the test.

    Compiled loops would be loaded in every process: half a second of a processor.
    """
    engines = []

    def start_engine(
        source: str = "article", *, restart_seconds: float = RESTART_SECONDS, **config: object
    ) -> ProcessEngine:
        given: dict[str, Any] = {"run_by": "direct"} | config
        first = Open(DataRequest(source), config=TrainConfig(**given))
        engine = ProcessEngine(first, restart_seconds=restart_seconds)
        engines.append(engine)
        engine.start()
        return engine

    yield start_engine
    for engine in engines:
        engine.stop()


def until(engine: ProcessEngine, wanted: Callable[[Report], bool]) -> Report:
    """Wait for a report that is wanted."""
    end = time.monotonic() + PATIENCE
    while not wanted(report := engine.latest):
        assert time.monotonic() < end, f"still waiting at {report}"
        time.sleep(0.005)
    return report


def answered(ticket: int) -> Callable[[Report], bool]:
    """Whether the command of that ticket was the last to be handled, and nothing runs.

    What opens the problem takes a ticket, too: the first, and the next one with each restart.
    """
    return lambda report: report.answered == ticket and report.activity is Activity.IDLE


def epoch_of(report: Report) -> int:
    return -1 if report.snapshot is None else report.snapshot.epoch


def child() -> int:
    """The process id of the one engine."""
    (pid,) = engines()
    return pid


def same(one: Snapshot | None, other: Snapshot | None) -> bool:
    """Whether two snapshots are of the same state, bit for bit."""
    assert one is not None
    assert other is not None
    return (one.epoch, one.weights.tobytes(), one.gradient.tobytes(), one.loss) == (
        other.epoch,
        other.weights.tobytes(),
        other.gradient.tobytes(),
        other.loss,
    )


def test_it_gives_what_its_inline_twin_gives_bit_for_bit(start: Start) -> None:
    engine, twin = start(run_by="auto"), inline()
    first = engine.wait(PATIENCE)
    assert same(first.snapshot, twin.latest.snapshot)
    other = Configure(TrainConfig("numpy-two-weights", lr=0.01))
    commands: list[Command] = [Run(1), Run(12_345), other, Run(999), Reset(), Run(1)]
    for count, command in enumerate(commands, start=2):
        engine.send(command)
        twin.send(command)
        report = until(engine, answered(count))
        assert same(report.snapshot, twin.latest.snapshot)
        assert (report.run, report.config) == (twin.latest.run, twin.latest.config)


def test_it_runs_until_it_is_paused_and_the_newest_report_wins(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    heard: list[tuple[float, int]] = []
    engine.subscribe(lambda: heard.append((time.monotonic(), epoch_of(engine.latest))))
    engine.send(Run(None))
    until(engine, lambda report: epoch_of(report) > 100)
    time.sleep(1.0)
    paused_at = time.monotonic()
    report = pause(engine, 3)
    assert report.rate is not None
    assert report.rate > 0
    epochs = [epoch for _, epoch in heard]
    assert epochs == sorted(epochs)
    assert epochs[-1] == epoch_of(report)
    running = [moment for moment, _ in heard if moment < paused_at]
    assert len(running) <= 20 * (running[-1] - running[0]) + 2, "at most 20 reports a second"


def pause(engine: ProcessEngine, count: int) -> Report:
    """Pause a run, which is to take a tenth of a second, and half of one on a busy machine."""
    asked = time.monotonic()
    engine.send(Pause())
    report = until(engine, answered(count))
    assert time.monotonic() - asked < 0.5
    return report


@pytest.mark.parametrize("backend", ["numpy", "tensor"])
def test_a_run_of_a_trillion_epochs_can_be_paused_and_says_what_is_left(
    backend: str, start: Start
) -> None:
    engine = start(backend=backend, lr=1e-7)  # so slow that nothing freezes meanwhile
    until(engine, answered(1))
    engine.send(Run(10**12))
    running = until(engine, lambda report: epoch_of(report) > 100)
    assert (running.activity, running.target) == (Activity.RUNNING, 10**12)
    assert running.rate is not None
    assert 0 < epoch_of(pause(engine, 3)) < 10**12
    engine.send(Goto(10**12))
    until(engine, lambda report: report.answered == 4 and report.activity is Activity.RUNNING)
    pause(engine, 5)


def test_a_run_at_a_slow_pace_lights_up_phases_and_can_be_paused(start: Start) -> None:
    engine = start()
    until(engine, answered(1))
    engine.send(Run(None, Pace(10)))
    seen = until(engine, lambda report: report.snapshot is not None and epoch_of(report) == 2)
    assert (seen.activity, seen.pace, seen.is_slow) == (Activity.RUNNING, Pace(10), True)
    until(engine, lambda report: report.snapshot is not None and report.snapshot.phases_done > 0)
    engine.send(SetPace(Pace(1)))
    until(engine, lambda report: report.pace == Pace(1))
    paused = pause(engine, 4)
    assert (paused.activity, paused.pace) == (Activity.IDLE, None)
    assert epoch_of(paused) < 20


def test_a_refusal_comes_back_whole_and_the_run_stays(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    engine.send(Run(5))
    until(engine, answered(2))
    engine.send(Open(DataRequest("article", options=TableOptions(target="z"))))
    report = until(engine, answered(3))
    assert report.refusal is not None
    assert report.refusal.code == "option-not-for-builtin"
    assert (report.run, epoch_of(report)) == (1, 5)


def test_a_file_that_is_missing_is_the_first_report(start: Start, tmp_path: Path) -> None:
    report = start(str(tmp_path / "missing.csv")).wait(PATIENCE)
    assert report.refusal is not None
    assert report.refusal.code == "no-such-file"
    assert report.snapshot is None


def test_stop_ends_a_running_engine(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    engine.send(Run(None))
    until(engine, lambda report: report.activity is Activity.RUNNING)
    _check_stop(engine)


def test_stop_ends_an_engine_that_imports_torch(start: Start) -> None:
    engine = start(backend="tensor")
    until(engine, lambda report: report.activity is Activity.LOADING)
    _check_stop(engine)


def test_stop_ends_an_engine_that_has_only_just_been_started(start: Start) -> None:
    _check_stop(start())


def _check_stop(engine: ProcessEngine) -> None:
    begun = time.monotonic()
    engine.stop()
    assert time.monotonic() - begun < 2.0
    assert engines() == []
    assert engine.latest.activity is not Activity.STOPPED, "an end that is wanted is no accident"


def test_torch_loads_while_commands_wait_their_turn(start: Start) -> None:
    engine, twin = start(), inline()
    engine.wait(PATIENCE)
    commands: list[Command] = [Configure(TrainConfig("tensor")), Run(50)]
    for command in commands:
        engine.send(command)
    loading = until(engine, lambda report: report.activity is Activity.LOADING)
    assert loading.snapshot is not None, "the old run stays in sight"
    for command in commands:  # only now: here, too, it imports torch
        twin.send(command)
    assert same(until(engine, answered(3)).snapshot, twin.latest.snapshot)


@pytest.mark.parametrize("restart_seconds", [0.0, RESTART_SECONDS])
def test_a_killed_engine_goes_on_where_it_was(restart_seconds: float, start: Start) -> None:
    """At once if it had lived for a while; otherwise when something is asked of it."""
    engine = start(lr=0.001, run_by="auto", restart_seconds=restart_seconds)
    engine.wait(PATIENCE)
    engine.send(Run(12_345))
    before = until(engine, answered(2)).snapshot
    os.kill(child(), signal.SIGKILL)
    if restart_seconds:
        gone = until(engine, lambda report: report.activity is Activity.STOPPED)
        assert same(gone.snapshot, before)
        assert gone.notice is not None
        assert "SIGKILL" in gone.notice
        assert "any command restarts it" in gone.notice
    else:
        again = until(engine, answered(3))
        assert again.notice is not None
        assert "SIGKILL" in again.notice
        assert "epoch 12,345 was kept" in again.notice
        assert same(again.snapshot, before)
        assert again.config == TrainConfig(lr=0.001)
        assert before is not None
        assert again.snapshot is not None
        assert again.snapshot.curve.last.tobytes() == before.curve.last.tobytes()
    twin = inline(lr=0.001, epochs=12_345)
    twin.send(Run(1))
    engine.send(Run(1))
    assert same(until(engine, answered(4)).snapshot, twin.latest.snapshot)


def remembered(engine: ProcessEngine, latest: int) -> None:
    """Wait until the screen's side knows all epochs up to the latest."""
    deadline = time.monotonic() + PATIENCE
    while engine._remembered is None or engine._remembered.memory.latest != latest:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_after_a_restart_every_earlier_epoch_is_reached(start: Start) -> None:
    engine, twin = start(lr=0.001, restart_seconds=0.0), inline(lr=0.001, epochs=500_000)
    engine.wait(PATIENCE)
    engine.send(Run(500_000))
    until(engine, answered(2))
    remembered(engine, 500_000)
    heard: list[Activity] = []
    engine.subscribe(lambda: heard.append(engine.latest.activity))
    for restarts in (1, 2):
        os.kill(child(), signal.SIGKILL)
        until(engine, lambda _, count=restarts: heard.count(Activity.STARTING) == count)  # type: ignore[misc]
        again = until(engine, answered(2 + restarts))
        assert same(again.snapshot, twin.latest.snapshot)
        assert again.snapshot is not None
        assert (again.snapshot.origin, again.snapshot.latest) == (0, 500_000)
    engine.send(Goto(1_000))
    twin.send(Goto(1_000))
    assert same(until(engine, answered(5)).snapshot, twin.latest.snapshot)


def test_after_a_restart_one_can_still_go_back_past_a_fork(start: Start) -> None:
    """Also where the screen shows an epoch before it."""
    engine, twin = start(run_by="auto", restart_seconds=0.0), inline()
    engine.wait(PATIENCE)
    commands: list[Command] = [Run(50), Fork(TrainConfig(lr=2e-4)), Run(20), Goto(30)]
    for count, command in enumerate(commands, start=2):
        engine.send(command)
        twin.send(command)
        until(engine, answered(count))
    remembered(engine, 70)
    os.kill(child(), signal.SIGKILL)
    again = until(engine, answered(6))
    assert same(again.snapshot, twin.latest.snapshot)
    assert again.snapshot is not None
    assert (again.snapshot.forks, again.config, again.shown_config) == (
        (50,),
        TrainConfig(lr=2e-4),
        TrainConfig(),
    )
    engine.send(Goto(60))
    twin.send(Goto(60))
    assert same(until(engine, answered(7)).snapshot, twin.latest.snapshot)


def test_a_frozen_run_says_the_same_first_epoch_after_a_restart(start: Start) -> None:
    engine = start(lr=0.01, dtype="float32", restart_seconds=0.0)
    engine.wait(PATIENCE)
    engine.send(Run(10**9))
    before = until(engine, answered(2)).snapshot
    assert before is not None
    until(engine, lambda report: epoch_of(report) == 10**9)
    remembered(engine, 10**9)
    before = engine.latest.snapshot
    os.kill(child(), signal.SIGKILL)
    again = until(engine, answered(3)).snapshot
    assert again is not None
    assert before is not None
    assert (again.status, again.status_epoch) == (before.status, before.status_epoch)
    assert same(again, before)


def test_a_killed_engine_keeps_breakpoints_and_ghosts(start: Start) -> None:
    engine = start(restart_seconds=0.0)
    engine.wait(PATIENCE)
    other = Configure(TrainConfig("numpy-two-weights"))
    commands: list[Command] = [SetBreakpoints("epoch == 70"), Run(50), other, Run(60), Goto(40)]
    for count, command in enumerate(commands, start=2):
        engine.send(command)
        before = until(engine, answered(count))
    remembered(engine, 60)
    for epoch, opened in ((40, 7), (41, 9)):
        os.kill(child(), signal.SIGKILL)
        again = until(engine, answered(opened))
        assert again.breakpoints == "epoch == 70"
        assert [ghost.label for ghost in again.ghosts] == [ghost.label for ghost in before.ghosts]
        assert len(again.ghosts) == 1
        assert again.config == before.config
        assert epoch_of(again) == epoch
        assert again.snapshot is not None
        assert (again.snapshot.origin, again.snapshot.latest) == (0, 60)
        engine.send(Run(1))
        until(engine, answered(opened + 1))
    engine.send(Run(1_000))
    stopped = until(engine, answered(11))
    assert epoch_of(stopped) == 70
    assert same(stopped.snapshot, inline(backend="numpy-two-weights", epochs=70).latest.snapshot)


def test_a_diverged_run_stays_diverged_after_a_restart(start: Start) -> None:
    engine = start(lr=0.034)
    engine.wait(PATIENCE)
    engine.send(Run(20_000))
    before = until(engine, answered(2))
    os.kill(child(), signal.SIGKILL)
    until(engine, lambda report: report.activity is Activity.STOPPED)
    engine.send(Run(1))
    after = until(engine, answered(4))
    assert before.snapshot is not None
    assert after.snapshot is not None
    assert after.snapshot.status == before.snapshot.status
    assert after.snapshot.status_epoch == before.snapshot.status_epoch


def test_an_opened_problem_is_kept_by_a_restart(start: Start, write: Write) -> None:
    engine = start(restart_seconds=0.0)
    engine.wait(PATIENCE)
    path, options = str(write("a,b,c\n1,2,4\n2,1,3\n4,5,7\n")), TableOptions(target="a")
    engine.send(Open(DataRequest(path, options)))
    until(engine, answered(2))
    engine.send(Run(7))
    before = until(engine, answered(3))
    os.kill(child(), signal.SIGKILL)
    again = until(engine, answered(4))
    assert same(again.snapshot, before.snapshot)
    assert again.snapshot is not None
    assert (again.snapshot.run.source, again.snapshot.run.target) == (path, "a")


def test_opening_a_large_table_can_be_given_up(start: Start, tmp_path: Path) -> None:
    """Long before it is read: what is given up ends at once."""
    engine = start(run_by="auto")
    engine.wait(PATIENCE)
    engine.send(Run(33))
    before = until(engine, answered(2))
    engine.send(Open(DataRequest(large_table(tmp_path))))
    reading = until(engine, lambda report: report.activity is Activity.READING)
    assert same(reading.snapshot, before.snapshot), "the old run stays in sight"
    engine.send(CancelOpen())
    again = until(engine, answered(5))
    assert again.notice == "opening was given up; epoch 33 was kept"
    assert same(again.snapshot, before.snapshot)
    assert again.opened == Open(DataRequest("article"))


@pytest.mark.parametrize("activity", [Activity.IDLE, Activity.RUNNING])
def test_an_engine_that_is_stopped_is_said_to_be_silent_until_it_goes_on(
    activity: Activity, start: Start
) -> None:
    engine = start()
    engine.wait(PATIENCE)
    if activity is Activity.RUNNING:
        engine.send(Run(None))
        until(engine, lambda report: epoch_of(report) > 100)
    os.kill(child(), signal.SIGSTOP)
    silent = until(engine, lambda report: report.quiet.silent >= 3)
    assert silent.activity is activity
    os.kill(child(), signal.SIGCONT)
    until(engine, lambda report: report.quiet == Quiet())
    engine.send(Reset())
    until(engine, lambda report: report.activity is Activity.IDLE and epoch_of(report) == 0)


def test_keys_for_a_stopped_engine_wait_and_never_hold_the_screen_up(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    os.kill(child(), signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(20_000):  # ten times what fits into a pipe
        engine.send(Run(1))
    assert time.monotonic() - began < 5
    os.kill(child(), signal.SIGCONT)
    until(engine, lambda report: epoch_of(report) >= 100)


def test_a_silent_engine_can_be_started_again_where_it_was(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    engine.send(Run(33))
    before = until(engine, answered(2))
    stopped = child()
    os.kill(stopped, signal.SIGSTOP)
    engine.send(Run(1))
    until(engine, lambda report: report.quiet.silent > 0)
    engine.send(Restart())
    again = until(engine, answered(5))
    assert again.notice is not None
    assert again.notice.endswith("was started again; epoch 33 was kept")
    assert same(again.snapshot, before.snapshot)
    assert has_ended(stopped)
    engine.send(Restart())
    answers = until(engine, answered(6))
    assert answers.notice == "the training process answers; R is for when it does not"


def test_nothing_goes_on_when_its_process_is_gone() -> None:
    busy = Report(Activity.RUNNING, target=9, written=0.25, quiet=Quiet(silent=3))
    gone = _without_run(busy, Activity.STOPPED, "it ended")
    assert (gone.activity, gone.target, gone.written) == (Activity.STOPPED, None, None)
    assert (gone.notice, gone.quiet) == ("it ended", Quiet())


def test_what_was_asked_of_a_process_that_died_is_lost_and_what_comes_after_is_not(
    start: Start,
) -> None:
    engine = start(restart_seconds=0.0)
    engine.wait(PATIENCE)
    done = engine.send(Run(33))
    until(engine, answered(done))
    os.kill(child(), signal.SIGSTOP)
    lost = [engine.send(Run(1)) for _ in range(3)]
    assert [engine.latest.answer_to(ticket) for ticket in lost] == [Answer.PENDING] * 3
    os.kill(child(), signal.SIGKILL)
    until(engine, lambda report: report.answer_to(lost[-1]) is Answer.LOST)
    later = engine.send(Run(7))
    assert later > lost[-1]
    report = until(engine, answered(later))
    assert [report.answer_to(ticket) for ticket in lost] == [Answer.LOST] * 3
    assert report.answer_to(later) is Answer.TAKEN
    assert epoch_of(report) == 40


def test_what_is_sent_while_a_process_dies_is_lost_or_done_and_nothing_waits(start: Start) -> None:
    engine = start(restart_seconds=0.0)
    engine.wait(PATIENCE)
    os.kill(child(), signal.SIGKILL)
    tickets = []
    while engine.latest.lost == 0 or engine.latest.activity is not Activity.IDLE:
        tickets.append(engine.send(Run(1)))
        time.sleep(0.001)
    report = until(engine, answered(tickets[-1]))
    answers = [report.answer_to(ticket) for ticket in tickets]
    assert set(answers) <= {Answer.LOST, Answer.TAKEN}
    assert epoch_of(report) == answers.count(Answer.TAKEN)


def test_leaving_a_stopped_engine_takes_no_time(start: Start) -> None:
    engine = start()
    engine.wait(PATIENCE)
    process = child()
    os.kill(process, signal.SIGSTOP)
    engine.stop()
    assert has_ended(process)


def test_an_idle_engine_rests(start: Start) -> None:
    """Its signs of life cost next to nothing, 0.1 % of a core, once it has loaded numba."""
    engine = start()
    engine.wait(PATIENCE)
    shares = []
    for _ in range(int(PATIENCE // 2)):
        before = ticks_of(child())
        time.sleep(2)
        shares.append((ticks_of(child()) - before) / os.sysconf("SC_CLK_TCK") / 2)
        if shares[-1] < 0.1:
            return
    pytest.fail(f"it never rested: {shares}")


def ticks_of(pid: int) -> int:
    """The processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def large_table(folder: Path, blocks: int = 50) -> str:
    """The path of a table of so many times 5 MB; it takes some seconds until 50 are read."""
    path = folder / "large.csv"
    row = ",".join(["0.123456789"] * 40) + "\n"
    with open(path, "w") as file:
        file.write(",".join(f"x{place}" for place in range(40)) + "\n")
        for _ in range(blocks):
            file.write(row * 10_000)
    return str(path)


def test_an_engine_that_dies_of_the_first_problem_is_not_started_again(
    start: Start, tmp_path: Path
) -> None:
    """It would die of it again, for ever, and nothing would be said."""
    engine = start(large_table(tmp_path), restart_seconds=0.0)
    until(engine, lambda report: report.stage is not None and report.stage.share is not None)
    os.kill(child(), signal.SIGKILL)
    gone = engine.wait(PATIENCE)
    assert gone.activity is Activity.STOPPED
    assert gone.refusal is not None
    assert gone.refusal.code == "engine"
    assert "ended while reading (killed by SIGKILL" in str(gone.refusal)


def test_an_engine_that_dies_of_another_problem_comes_back_with_the_old_one(
    start: Start, tmp_path: Path
) -> None:
    engine = start()
    engine.wait(PATIENCE)
    engine.send(Run(33))
    before = until(engine, answered(2))
    engine.send(Open(DataRequest(large_table(tmp_path))))
    reading = until(engine, lambda report: report.stage is not None)
    assert same(reading.snapshot, before.snapshot)
    os.kill(child(), signal.SIGABRT)
    again = until(engine, answered(4))
    assert again.notice is not None
    assert "the training process ended while" in again.notice
    assert "epoch 33 was kept" in again.notice
    assert same(again.snapshot, before.snapshot)


def test_shares_of_a_large_table_rise_until_it_is_there(start: Start, tmp_path: Path) -> None:
    engine = start()
    engine.wait(PATIENCE)
    seen = []
    engine.subscribe(lambda: seen.append(engine.latest.stage))
    engine.send(Open(DataRequest(large_table(tmp_path, blocks=8))))
    until(engine, lambda report: report.run == 2)
    shares = [stage.share for stage in seen if stage is not None and stage.what == "reading"]
    told = [share for share in shares if share is not None]
    assert told == sorted(told)
    assert len(set(told)) > 1
    assert [stage.what for stage in seen if stage is not None][-1].startswith("computing the spec")
    assert engine.latest.stage is None


PARENT = """
    import time
    from linreg_core import DataRequest, TrainConfig
    from tui.engine.commands import Open, Run, Fork
    from tui.engine.process import ProcessEngine

    if __name__ == "__main__":
        engine = ProcessEngine(Open(DataRequest("article")))
        engine.start()
        engine.wait(30)
        {then}
        print(engine.pid, flush=True)
        time.sleep(60)
"""


@pytest.mark.parametrize("then", ["", "engine.send(Run(None))"], ids=["idle", "running"])
def test_an_engine_whose_screen_is_killed_ends(then: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT).format(then=then))
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    engine = int(parent.stdout.readline())
    assert not has_ended(engine)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + PATIENCE
    while not has_ended(engine):
        assert time.monotonic() < end
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or dead and only waits for its new parent to notice."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return listed.stdout.strip() == b"" or listed.stdout.strip().startswith(b"Z")


def test_what_native_code_of_the_engine_writes_goes_to_its_log(tmp_path: Path) -> None:
    code = (
        "import os; from tui.engine.serving import _redirect_output; _redirect_output(); "
        "os.write(1, b'native out'); os.write(2, b', native err')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        timeout=60,
        env=os.environ | {"XDG_STATE_HOME": str(tmp_path)},
    )
    assert (ended.stdout, ended.stderr) == (b"", b"")
    (log,) = tmp_path.rglob("engine.log")
    assert log.read_bytes() == b"native out, native err"


@pytest.mark.parametrize(
    ("code", "words"),
    [(3, "exit code 3"), (-signal.SIGSEGV, "SIGSEGV"), (-signal.SIGKILL, "SIGKILL")],
)
def test_how_an_engine_ended_is_said(code: int, words: str) -> None:
    assert words in _describe_exit(code)
