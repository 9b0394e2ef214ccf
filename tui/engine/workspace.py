"""What commands work on: the problem, the run, the jobs, and the report that tells of them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import replace

from linreg_core import BACKENDS, Axes, LinregError, OnProgress, Problem, TrainConfig, Trainer
from tui.engine.ghosts import MOST_GHOSTS, Ghost
from tui.engine.jobs import REPORT_SECONDS, CurrentRun, EndedBy, Job
from tui.engine.report import Activity, Refusal, Remembered, Report, Stage
from tui.engine.runs.run import Runs


class Workspace:
    """The state of a session.

    Args:
        send: called with every report.
        clock: seconds.

    Attributes:
        report: the latest, as far as it is known without asking the run and the jobs.
        problem: the present one; ``None`` before the first.
        run: the present one; ``None`` before the first.
        axes: what the landscape is drawn over; ``None``: what the run itself chooses.
        jobs: what is not done yet.
        ticket: of the command that is being handled, or that began the job that goes on.
    """

    def __init__(
        self, send: Callable[[Report | Remembered], None], clock: Callable[[], float]
    ) -> None:
        self.send = send
        self.clock = clock
        self.report = Report()
        self.problem: Problem | None = None
        self.run: CurrentRun | None = None
        self.axes: Axes | None = None
        self.jobs: list[Job] = []
        self.ticket = 0
        self._reported_at = 0.0

    # The run.

    def current(self) -> CurrentRun:
        """The present run.

        Raises:
            LinregError: "no-run".
        """
        if self.run is None and self.report.activity is Activity.ANALYSING:
            raise LinregError("no-run", "no run yet: it begins when the problem is analysed")
        if self.run is None:
            raise LinregError("no-run", "no run yet: choose a backend (1-4) or c for setup")
        return self.run

    def left_runs(self) -> Runs:
        """The runs of the sitting, the present one as it stands."""
        here = None if self.run is None else self.run.trainer.snapshot(written=False)
        return self.report.runs.left(here)

    def left_ghosts(self) -> tuple[Ghost, ...]:
        """Those on the plot, and the present run, if anything of it was run."""
        ghosts, present = self.report.ghosts, self.run
        if present is None or present.trainer.latest == present.trainer.origin:
            return ghosts
        return (*ghosts, Ghost.of(present.trainer))[-MOST_GHOSTS:]

    def begin(self, trainer: Trainer, config: TrainConfig, runs: Runs) -> None:
        """Make a trainer the present one; the one before stays on the plot as a ghost.

        Args:
            trainer: the new one.
            config: what it was asked to be.
            runs: those of the sitting, with the new one as the present one.
        """
        self.stand_still()
        ghosts = self.left_ghosts()
        with contextlib.suppress(LinregError):  # axes that the new run has not
            trainer.look_along(self.axes)
        self.run, number = CurrentRun(trainer, trainer.snapshot()), self.report.run + 1
        self.report = replace(
            self.report, run=number, config=config, rate=None, ghosts=ghosts, runs=runs
        )

    def stand_still(self) -> None:
        """End the run or the comparison that goes on; a file is written to its end."""
        self.end_jobs(EndedBy.RUN_COMMAND, EndedBy.ANY_COMMAND)
        self.report = self.report.at_rest()

    def stopped(self) -> CurrentRun:
        """The present run, standing still to be moved, without the rate of how it went before.

        Raises:
            LinregError: "no-run".
        """
        run = self.current()
        self.stand_still()
        self.report = replace(self.report, rate=None)
        return run

    # The jobs.

    def start(self, job: Job) -> None:
        """Have it gone on with between commands."""
        job.ticket = self.ticket
        self.jobs.append(job)

    def end_jobs(self, *kinds: EndedBy) -> None:
        """End the jobs that such commands end."""
        for job in tuple(self.jobs):
            if job.ended_by in kinds:
                job.stop()
                self.drop(job)

    def drop(self, job: Job) -> None:
        """Keep of a job that is done what came of it."""
        self.report = job.show(self.report)
        if job in self.jobs:  # one that begins a run ends all others, and itself
            self.jobs.remove(job)

    # The report.

    def is_report_due(self, seconds: float) -> bool:
        """Whether the last one was so long ago."""
        return self.clock() - self._reported_at >= seconds

    def send_report(self) -> None:
        """Report the present state."""
        for job in self.jobs:
            self.report = job.show(self.report)
        if self.run is not None:
            # Nobody reads a worksheet ten times a second.
            written = self.report.activity is not Activity.RUNNING or self.report.is_slow
            trainer = self.run.trainer
            snapshot, config = trainer.snapshot(written=written), trainer.here.config
            self.report = replace(self.report, snapshot=snapshot, shown_config=config)
        self._reported_at = self.clock()
        self.send(self.report)

    def refuse(self, error: LinregError) -> None:
        """Say in the next report what is refused."""
        error = error.with_traceback(None)  # that would keep all that was being made
        self.report = replace(self.report, refusal=error, refused=Refusal(self.ticket, error))

    def progress_reporter(self, activity: Activity) -> OnProgress:
        """What reports the stages of something that takes long; of a stage, not too often."""
        sent: Stage | None = None

        def report_progress(what: str, share: float | None = None) -> None:
            nonlocal sent
            if sent is None or sent.what != what or self.is_report_due(REPORT_SECONDS):
                sent, self._reported_at = Stage(what, share), self.clock()
                self.send(replace(self.report, activity=activity, stage=sent))

        return report_progress

    def say_if_loading(self, config: TrainConfig) -> None:
        """Report that torch has to be imported, if it has: 2-3 s before they pass."""
        if BACKENDS[config.backend].uses_torch and "torch" not in sys.modules:
            notice = "loading torch ..."
            self.send(replace(self.report, activity=Activity.LOADING, notice=notice))
