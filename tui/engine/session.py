"""The trainer behind the commands: the same for the engine's process and for its inline twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from linreg_core import LinregError, refusing_shortage
from tui.engine.commands import Command
from tui.engine.handlers import HANDLERS
from tui.engine.jobs import EndedBy, ExportJob, Job
from tui.engine.report import Refusal, Remembered, Report
from tui.engine.workspace import Workspace

SLICE_SECONDS = 0.02
"""How long the jobs go on before the session looks for commands."""

REMEMBER_SECONDS, REMEMBER_BYTES = 1.0, 2**20
"""Least time between two memories of a run, and of so many bytes; of more it is as much longer."""


class Session:
    """Does what commands say, goes on with jobs between them, and reports.

    Args:
        send: called with every report, and by `remember`.
        clock: seconds, for rates and for the time between reports.
    """

    def __init__(
        self,
        send: Callable[[Report | Remembered], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._work = Workspace(send, clock)
        self._handled = 0
        self._remembered = (0, 0)
        self._remember_at = 0.0

    def handle(self, command: Command, ticket: int) -> None:
        """Do what the command says; what is refused leaves everything as it was.

        Args:
            command: what to do.
            ticket: what the report calls the command.
        """
        work = self._work
        work.ticket = self._handled = ticket
        work.end_jobs(EndedBy.ANY_COMMAND)
        work.report = replace(work.report, refusal=None, notice=None, comparison=None, pair=None)
        try:
            with refusing_shortage("do this"):
                HANDLERS[type(command)](work, command)
        except LinregError as error:
            if not any(job.survives_refusals for job in work.jobs):
                work.stand_still()
            work.refuse(error)
        work.report = replace(work.report, answered=ticket)
        work.send_report()

    def advance(self, *, epochs: int | None = None, seconds: float | None = SLICE_SECONDS) -> None:
        """Go on with all jobs; see `Job.advance`."""
        for job in tuple(self._work.jobs):
            self._advance(job, seconds, epochs)

    def finish(self) -> None:
        """Go on with each job that ends by itself until it has."""
        for job in tuple(self._work.jobs):
            if job.has_end:
                self._advance(job, None)

    def _advance(self, job: Job, seconds: float | None, epochs: int | None = None) -> None:
        work = self._work
        work.ticket = job.ticket
        try:
            with refusing_shortage(job.doing):
                job.advance(seconds, epochs)
        except LinregError as error:
            job.stop()
            work.refuse(error)
        if job.is_done:
            work.drop(job)
        if job.is_done or work.is_report_due(job.report_seconds):
            work.send_report()

    def prepare(self) -> None:
        """Have the run's fastest way made ready meanwhile."""
        if self._work.run is not None:
            self._work.run.trainer.prepare()

    @property
    def has_work(self) -> bool:
        """Whether `advance` has something to do."""
        return bool(self._work.jobs)

    @property
    def rest_seconds(self) -> float:
        """For how long `advance` would find nothing to do."""
        return min((job.rest_seconds for job in self._work.jobs), default=0.0)

    @property
    def is_running(self) -> bool:
        """Whether a run goes on, or a comparison."""
        return any(job.ended_by is not EndedBy.NO_COMMAND for job in self._work.jobs)

    @property
    def is_writing(self) -> bool:
        """Whether an export is being written."""
        return any(isinstance(job, ExportJob) for job in self._work.jobs)

    def send_report(self) -> None:
        """Report the present state."""
        self._work.send_report()

    def remember(self) -> float | None:
        """Send what is remembered of the run's epochs, if that is new and was not sent just now.

        Returns:
            In how many seconds it is to be called again; ``None``: nothing is new.
        """
        work = self._work
        if work.run is None:
            return None
        number, trainer, now = work.report.run, work.run.trainer, work.clock()
        here = (number, trainer.latest)
        if here == self._remembered:
            return None
        if now < self._remember_at:
            return self._remember_at - now
        memory = trainer.memory()
        work.send(Remembered(number, memory))
        self._remembered = here
        self._remember_at = now + REMEMBER_SECONDS * max(1.0, memory.size / REMEMBER_BYTES)
        return None

    def fail(self, notice: str) -> None:
        """Report a fault of our own; the last good state stays on screen."""
        self.end()
        work = self._work
        work.stand_still()
        refused = Refusal(work.ticket, LinregError("internal", notice))
        work.report = replace(work.report, written=None, notice=notice, refused=refused)
        work.report = replace(work.report, answered=self._handled)
        work.send(work.report)

    def end(self) -> None:
        """End all jobs; no half of a file is left behind."""
        for job in self._work.jobs:
            job.stop()
        self._work.jobs.clear()
