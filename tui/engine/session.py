"""The trainer behind the commands: the same for the engine's process and for its inline twin."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from linreg_core import (
    BACKENDS,
    LinregError,
    Problem,
    Status,
    TrainConfig,
    Trainer,
    load_problem,
)
from tui.engine.messages import Activity, Command, Configure, Open, Pause, Report, Reset, Run

REPORT_SECONDS = 0.1
"""Least time between two reports of a running run: ten pictures a second look live."""

SLICE_SECONDS = 0.02
"""How long the trainer runs before it looks for commands."""


class Session:
    """Holds a trainer, does what commands say, and reports.

    Args:
        send: called with every report.
        clock: seconds, for rates and for the time between reports.
    """

    def __init__(
        self,
        send: Callable[[Report], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._send = send
        self._clock = clock
        self._report = Report()
        self._problem: Problem | None = None
        self._trainer: Trainer | None = None
        self._run_started = (0.0, 0)
        self._reported_at = 0.0

    @property
    def is_running(self) -> bool:
        """Whether `advance` has something to do."""
        return self._report.activity is Activity.RUNNING

    def handle(self, command: Command) -> None:
        """Do what the command says; what is refused leaves everything as it was."""
        self._report = replace(self._report, refusal=None, notice=None)
        try:
            self._obey(command)
        except LinregError as error:
            self._report = replace(self._report, activity=Activity.IDLE, target=None, refusal=error)
        self._report = replace(self._report, answered=self._report.answered + 1)
        self.tell()

    def advance(self, *, epochs: int = sys.maxsize, seconds: float | None = SLICE_SECONDS) -> None:
        """Go on with a run.

        Args:
            epochs: how many to run at most, short of the run's own target.
            seconds: for how long, about; ``None``: as long as it takes.
        """
        trainer, target = self._trainer, self._report.target
        if trainer is None or not self.is_running:
            return
        if target is not None:
            epochs = min(epochs, target - trainer.epoch)
        try:
            trainer.run(epochs, seconds=seconds)
        except LinregError as error:
            self._report = replace(self._report, activity=Activity.IDLE, target=None, refusal=error)
        if trainer.status is not Status.READY or trainer.epoch == target:
            self._report = replace(self._report, activity=Activity.IDLE, target=None)
        if not self.is_running or self._clock() - self._reported_at >= REPORT_SECONDS:
            self._measure()
            self.tell()

    def tell(self) -> None:
        """Report the present state."""
        if self._trainer is not None:
            self._report = replace(self._report, snapshot=self._trainer.snapshot())
        self._reported_at = self._clock()
        self._send(self._report)

    def fail(self, notice: str) -> None:
        """Report a fault of our own; the last good state stays on screen."""
        self._report = replace(self._report, activity=Activity.IDLE, target=None, notice=notice)
        self._send(self._report)

    def _obey(self, command: Command) -> None:
        match command:
            case Open():
                problem = load_problem(command.source, command.options)
                if self._trainer is None:  # what a refused first run leaves to the next
                    self._problem = problem
                    self._report = replace(self._report, config=command.config)
                self._start(problem, command.config)
                self._report = replace(self._report, notice=command.notice)
                if command.checkpoint is not None and self._trainer is not None:
                    self._trainer.resume(command.checkpoint)
            case Configure() if self._problem is not None:
                self._start(self._problem, command.config)
            case Run():
                self._run(command.epochs)
            case Pause():
                if self.is_running:
                    self._measure()
                self._report = replace(self._report, activity=Activity.IDLE, target=None)
            case Reset() if self._trainer is not None:
                self._trainer.reset()
                self._report = replace(self._report, activity=Activity.IDLE, target=None, rate=None)

    def _start(self, problem: Problem, config: TrainConfig) -> None:
        if BACKENDS[config.backend].uses_torch and "torch" not in sys.modules:
            # 2-3 s: say so before they pass.
            self._send(replace(self._report, activity=Activity.LOADING, notice="loading torch ..."))
        trainer = Trainer(problem, config)
        self._problem, self._trainer = problem, trainer
        self._report = replace(
            self._report,
            activity=Activity.IDLE,
            run=self._report.run + 1,
            config=config,
            target=None,
            rate=None,
        )

    def _run(self, epochs: int | None) -> None:
        trainer = self._trainer
        if trainer is None:
            raise LinregError("no-run", "no run yet: choose a backend (1-4) or c for setup")
        if trainer.status is not Status.READY:
            return
        self._run_started = (self._clock(), trainer.epoch)
        target = None if epochs is None else trainer.epoch + epochs
        if epochs == 1:
            trainer.step()
            self._report = replace(self._report, activity=Activity.IDLE, target=None, rate=None)
        else:
            self._report = replace(self._report, activity=Activity.RUNNING, target=target)

    def _measure(self) -> None:
        started, epoch = self._run_started
        seconds = self._clock() - started
        if self._trainer is not None and seconds > 0:
            self._report = replace(self._report, rate=(self._trainer.epoch - epoch) / seconds)
