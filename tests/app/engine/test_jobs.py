"""What takes long: how a session goes on with a job, shows it, ends it; and its refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linreg_core import Axes, DataRequest, LinregError, TrainConfig
from tests.app.reports import trainer
from tests.app.sessions import Bench
from tui.engine.commands import (
    AskProspect,
    CancelOpen,
    Command,
    Configure,
    Goto,
    LookAlong,
    Open,
    Pause,
    Phase,
    Preview,
    Reset,
    Run,
    SetBreakpoints,
)
from tui.engine.jobs import CurrentRun, EndedBy, Job, RunJob
from tui.engine.pace import FULL
from tui.engine.report import Activity, Report

ARTICLE = Open(DataRequest("article"))


class Count(Job):
    """Counts to ten, and writes the number where an export writes its share."""

    doing = "count"

    def __init__(self, ended_by: EndedBy, fault: BaseException | None = None) -> None:
        self.ended_by = ended_by  # type: ignore[misc]
        self.fault, self.count, self.is_stopped = fault, 0, False

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        if self.fault is not None:
            raise self.fault
        self.count = 10 if seconds is None else self.count + 1
        self.is_done = self.count == 10

    def show(self, report: Report) -> Report:
        return replace(report, written=None if self.is_done else self.count / 10)

    def stop(self) -> None:
        super().stop()
        self.is_stopped = True


def counting(ended_by: EndedBy, fault: BaseException | None = None) -> tuple[Bench, Count]:
    """A session with one job, after three epochs."""
    bench, job = Bench(ARTICLE, Run(1), Run(1), Run(1)), Count(ended_by, fault)
    bench.session._work.jobs.append(job)
    return bench, job


def test_a_job_is_shown_as_it_goes_on_and_dropped_when_it_is_done() -> None:
    bench, _ = counting(EndedBy.NO_COMMAND)
    shares = []
    while bench.session.has_work:
        bench.now += 1.0
        bench.session.advance(seconds=0.1)
        shares.append(bench.latest.written)
    assert shares == [*(count / 10 for count in range(1, 10)), None]
    assert bench.snapshot.epoch == 3


def test_what_ends_by_itself_is_finished_and_a_run_without_end_is_not() -> None:
    bench, job = counting(EndedBy.NO_COMMAND)
    bench.handle(Run(None))
    bench.session.finish()
    assert (job.is_done, job.is_stopped) == (True, False)
    assert bench.latest.activity is Activity.RUNNING
    assert bench.snapshot.epoch == 3
    bench.handle(Run(7))
    bench.session.finish()
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.IDLE, 10)


STANDING: list[Command] = [
    Preview(None),
    AskProspect(bias=True, standardize=False),
    SetBreakpoints("epoch == 9"),
    LookAlong(Axes("weights", (0,))),
    CancelOpen(),
]
MOVING: list[Command] = [
    Run(1),
    Run(None),
    Pause(),
    Phase(),
    Goto(1),
    Reset(),
    ARTICLE,
    Configure(TrainConfig()),
    SetBreakpoints("nonsense"),
]


@pytest.mark.parametrize("ended_by", EndedBy)
@pytest.mark.parametrize("command", [*STANDING, *MOVING], ids=repr)
def test_a_job_is_ended_by_the_commands_that_it_says(command: Command, ended_by: EndedBy) -> None:
    bench, job = counting(ended_by)
    bench.handle(command)
    ended = ended_by is EndedBy.ANY_COMMAND or (
        ended_by is EndedBy.RUN_COMMAND and command in MOVING
    )
    assert (job.is_stopped, job in bench.session._work.jobs) == (ended, not ended)
    assert bench.latest.written == (None if ended else 0.0)


@pytest.mark.parametrize(
    ("fault", "code"),
    [(LinregError("odd", "no odd numbers"), "odd"), (MemoryError(), "not-enough-memory")],
    ids=["refused", "short of memory"],
)
def test_a_job_that_cannot_go_on_is_a_refusal_and_the_others_go_on(
    fault: BaseException, code: str
) -> None:
    bench, job = counting(EndedBy.NO_COMMAND, fault)
    bench.handle(Run(None))
    bench.advance(5, seconds=1.0)
    assert bench.latest.refusal is not None
    assert bench.latest.refusal.code == code
    assert job.is_stopped
    bench.advance(5, seconds=1.0)
    assert (bench.latest.activity, bench.snapshot.epoch) == (Activity.RUNNING, 13)


def test_all_jobs_are_ended_with_the_session() -> None:
    bench, job = counting(EndedBy.NO_COMMAND)
    bench.session.end()
    assert job.is_stopped
    assert not bench.session.has_work


def test_a_run_counts_its_epochs_and_seconds_and_ends_at_its_target() -> None:
    now = 0.0
    alone = trainer()
    run = CurrentRun(alone, alone.snapshot())
    job = RunJob(run, 50, FULL, lambda: now)
    report = Report(rate=7.0)
    assert job.show(report).rate == 7.0, "not measured yet"
    now = 2.0
    job.advance(None, 20)
    shown = job.show(report)
    assert (shown.activity, shown.target, shown.rate) == (Activity.RUNNING, 50, 10.0)
    job.advance(None, 1_000)
    shown = job.show(report)
    assert (shown.activity, shown.target, shown.rate) == (Activity.IDLE, None, 25.0)
    assert alone.epoch == 50
    assert run.seconds == 0.0, "the clock stood still while epochs ran"


def test_a_run_without_a_target_has_no_end() -> None:
    alone = trainer()
    job = RunJob(CurrentRun(alone, alone.snapshot()), None, FULL, lambda: 0.0)
    job.advance(None, 30)
    assert (job.has_end, job.is_done, alone.epoch) == (False, False, 30)
    job.stop()
    assert job.show(Report(Activity.RUNNING)).activity is Activity.IDLE
