"""What takes long: jobs, done a slice of time at a time, so that commands are heard meanwhile."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from dataclasses import replace
from enum import Enum, auto
from typing import ClassVar

from linreg_core import Comparison, Pair, Snapshot, Trainer
from linreg_core.records import dataclass
from tui.engine.pace import FULL, SLOW, Pace
from tui.engine.report import Activity, Report, Stage

REPORT_SECONDS = 0.1
"""Least time between two reports of a running run: ten pictures a second look live."""

REST_SECONDS = 0.01
"""How long a run waits that is ahead of its pace: a phase of a slow one is 20 ms or longer."""


class EndedBy(Enum):
    """Which commands end a job before it is done."""

    ANY_COMMAND = auto()
    RUN_COMMAND = auto()
    """One that stops, moves or replaces the run, or is refused."""
    NO_COMMAND = auto()


class Job(ABC):
    """Something that takes long; a session goes on with it between commands.

    Args:
        ended_by: which commands end it.
        survives_refusals: whether a refused command leaves it alone, whatever else that ends.
        doing: what there was too little memory for, if there was: "run an epoch".
        has_end: whether it ends by itself.
        is_done: whether nothing is left to do.
        ticket: of the command that began it.
        report_seconds: how long after the latest report another one is worth it; infinite where
            there is nothing new.
        rest_seconds: how long there is nothing to do.
    """

    ended_by: ClassVar[EndedBy]
    doing: ClassVar[str]
    survives_refusals: ClassVar[bool] = False
    has_end = True
    is_done = False
    report_seconds = REPORT_SECONDS
    rest_seconds = 0.0
    ticket = 0

    @abstractmethod
    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        """Go on.

        Args:
            seconds: for how long, about; ``None``: as long as it takes.
            epochs: how many to run at most, whatever the pace; ``None``: as many as that has.

        Raises:
            LinregError: when it cannot go on.
        """

    @abstractmethod
    def show(self, report: Report) -> Report:
        """The report, with how far the job is; once it is done, with what came of it."""

    def stop(self) -> None:
        """End it where it is, and leave nothing half done behind."""
        self.is_done = True


@dataclass
class CurrentRun:
    """The run on the screen.

    Args:
        trainer: runs it.
        start: its state when it was begun.
        seconds: spent in its epochs so far.
    """

    trainer: Trainer
    start: Snapshot
    seconds: float = 0.0


class RunJob(Job):
    """Runs epochs.

    Args:
        run: the run.
        epochs: how many more; ``None``: until something stops it.
        pace: how fast.
        clock: seconds.
    """

    ended_by = EndedBy.RUN_COMMAND
    doing = "run an epoch"

    def __init__(
        self, run: CurrentRun, epochs: int | None, pace: Pace, clock: Callable[[], float]
    ) -> None:
        self._run, self._clock = run, clock
        self._begun_at, self._first = clock(), run.trainer.here.epoch
        self._target = None if epochs is None else self._first + epochs
        self._rate: float | None = None
        self._fault: str | None = None
        self.go_at(pace)

    def go_at(self, pace: Pace) -> None:
        """Go on at this pace, from where the run is, also within an epoch."""
        trainer = self._run.trainer
        self._pace, self._paced_at = pace, self._clock()
        self._is_slow = pace.rate_after(0) <= SLOW
        self._paced_from = trainer.here.epoch + trainer.here.phases_done / self._phases
        self.has_end = self._target is not None and pace == FULL

    @property
    def _phases(self) -> int:
        return self._run.trainer.here.phase_count

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        trainer, passed = self._run.trainer, self._clock() - self._paced_at
        stood = trainer.here.epoch, trainer.here.phases_done
        due_epoch = self._paced_from + self._pace.epochs_after(passed)
        self._is_slow = self._pace.rate_after(passed) <= SLOW
        self.is_done, self.rest_seconds = self._is_at_end, 0.0
        if self.is_done:
            return
        if epochs is not None or math.isinf(due_epoch):
            self._run_epochs(epochs, seconds)
        else:
            self._follow(due_epoch, seconds)
        has_moved = stood != (trainer.here.epoch, trainer.here.phases_done)
        self.report_seconds = math.inf if not has_moved else 0 if self._is_slow else REPORT_SECONDS

    def _follow(self, due_epoch: float, seconds: float | None) -> None:
        """Go where the run is to be by now: to an epoch and, if it is slow, inside it."""
        trainer = self._run.trainer
        if trainer.here.epoch < int(due_epoch):
            self._run_epochs(int(due_epoch) - trainer.here.epoch, seconds)
        if trainer.here.epoch < int(due_epoch):
            self._paced_from -= int(due_epoch) - trainer.here.epoch  # what was too much is let go
            return
        self.rest_seconds = REST_SECONDS
        if self._is_slow and not self.is_done:
            while trainer.here.phases_done < int(due_epoch % 1 * self._phases):
                trainer.phase()

    def _run_epochs(self, epochs: int | None, seconds: float | None) -> None:
        trainer, begun = self._run.trainer, self._clock()
        if self._target is not None:
            left = self._target - trainer.here.epoch
            epochs = left if epochs is None else min(epochs, left)
        had_fault = trainer.ran.is_fault
        trainer.run(epochs, seconds=seconds)
        if trainer.ran.is_fault and not had_fault:
            self._fault = trainer.ran.note
        now = self._clock()
        self._run.seconds += now - begun
        if now > self._begun_at:
            self._rate = (trainer.here.epoch - self._first) / (now - self._begun_at)
        self.is_done = self._is_at_end or bool(trainer.here.stopped_by)

    @property
    def _is_at_end(self) -> bool:
        trainer = self._run.trainer.here
        has_settled = self._target is None and trainer.has_settled
        return trainer.is_over or has_settled or trainer.epoch == self._target

    def show(self, report: Report) -> Report:
        rate = report.rate if self._rate is None else self._rate
        report, self._fault = replace(report, notice=self._fault or report.notice), None
        if self.is_done:
            return replace(report.at_rest(), rate=rate)
        return replace(
            report,
            activity=Activity.RUNNING,
            target=self._target,
            rate=rate,
            pace=self._pace,
            is_slow=self._is_slow,
        )


class CompareJob(Job):
    """Runs both precisions side by side.

    Args:
        comparison: the two runs.
    """

    ended_by = EndedBy.ANY_COMMAND
    doing = "run an epoch"

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        self._comparison.advance(seconds)
        self.is_done = self._comparison.is_done

    def show(self, report: Report) -> Report:
        activity = Activity.IDLE if self.is_done else Activity.COMPARING
        return replace(report, activity=activity, comparison=self._comparison.summary())


class PairJob(Job):
    """Runs two runs again, side by side.

    Args:
        pair: the two.
    """

    ended_by = EndedBy.ANY_COMMAND
    doing = "run an epoch"

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        self._pair.advance(seconds)
        self.is_done = self._pair.result is not None

    def show(self, report: Report) -> Report:
        if self.is_done:
            return replace(report, activity=Activity.IDLE, stage=None, pair=self._pair.result)
        stage = Stage("both runs again", self._pair.share)
        return replace(report, activity=Activity.COMPARING, stage=stage)


class ExportJob(Job):
    """Writes a file.

    Args:
        parts: what writes it; see `write_export`.
        clock: seconds.

    Raises:
        LinregError: when it cannot be written.
    """

    ended_by = EndedBy.NO_COMMAND
    doing = "write a file"

    def __init__(self, parts: Generator[float, None, str], clock: Callable[[], float]) -> None:
        self._parts, self._clock, self._share = parts, clock, next(parts)
        self._written: str | None = None

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        deadline = None if seconds is None else self._clock() + seconds
        try:
            self._share = next(self._parts)
            while deadline is None or self._clock() < deadline:
                self._share = next(self._parts)
        except StopIteration as end:
            self.is_done, self._written = True, end.value

    def show(self, report: Report) -> Report:
        if self.is_done:
            return replace(report, written=None, notice=self._written or report.notice)
        return replace(report, written=self._share)

    def stop(self) -> None:
        super().stop()
        self._parts.close()
