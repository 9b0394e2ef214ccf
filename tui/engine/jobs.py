"""What takes long: jobs, done a slice of time at a time, so that commands are heard meanwhile."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import ClassVar

from linreg_core import Comparison, Snapshot, Trainer
from tui.engine.report import Activity, Report


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
        doing: what there was too little memory for, if there was: "run an epoch".
        has_end: whether it ends by itself.
        is_done: whether nothing is left to do.
        ticket: of the command that began it.
    """

    ended_by: ClassVar[EndedBy]
    doing: ClassVar[str]
    has_end = True
    is_done = False
    ticket = 0

    @abstractmethod
    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        """Go on.

        Args:
            seconds: for how long, about; ``None``: as long as it takes.
            epochs: how many to run at most; ``None``, or where epochs are not counted: no limit.

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
        clock: seconds.
    """

    ended_by = EndedBy.RUN_COMMAND
    doing = "run an epoch"

    def __init__(self, run: CurrentRun, epochs: int | None, clock: Callable[[], float]) -> None:
        self._run, self._clock = run, clock
        self._begun_at, self._first = clock(), run.trainer.epoch
        self._target = None if epochs is None else self._first + epochs
        self._rate: float | None = None
        self.has_end = epochs is not None

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        trainer, begun = self._run.trainer, self._clock()
        if self._target is not None:
            left = self._target - trainer.epoch
            epochs = left if epochs is None else min(epochs, left)
        trainer.run(epochs, seconds=seconds)
        now = self._clock()
        self._run.seconds += now - begun
        if now > self._begun_at:
            self._rate = (trainer.epoch - self._first) / (now - self._begun_at)
        has_settled = self._target is None and trainer.has_settled
        is_stopped = trainer.is_over or bool(trainer.stopped_by) or has_settled
        self.is_done = is_stopped or trainer.epoch == self._target

    def show(self, report: Report) -> Report:
        rate = report.rate if self._rate is None else self._rate
        if self.is_done:
            return replace(report, activity=Activity.IDLE, target=None, rate=rate)
        return replace(report, activity=Activity.RUNNING, target=self._target, rate=rate)


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
        return replace(report, activity=activity, comparison=self._comparison.told())


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
