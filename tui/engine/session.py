"""The trainer behind the commands: the same for the engine's process and for its inline twin."""

from __future__ import annotations

import contextlib
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from linreg_core import (
    BACKENDS,
    Axes,
    Breakpoint,
    Comparison,
    Export,
    LinregError,
    Problem,
    Recipe,
    Result,
    Snapshot,
    Summary,
    Tell,
    TrainConfig,
    Trainer,
    condition_number,
    load_problem,
    parse_breakpoints,
    refusing_shortage,
    table_head,
)
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.ghosts import MOST_GHOSTS, Ghost
from tui.engine.report import Activity, Remembered, Report, Stage
from tui.engine.writer import Writer

REPORT_SECONDS = 0.1
"""Least time between two reports of a running run: ten pictures a second look live."""

SLICE_SECONDS = 0.02
"""How long the trainer runs before it looks for commands."""

REMEMBER_SECONDS, REMEMBER_BYTES = 1.0, 2**20
"""Least time between two memories of a run, and of so many bytes; of more it is as much longer."""


class Session:
    """Holds a trainer, does what commands say, and reports.

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
        self._send = send
        self._clock = clock
        self._report = Report()
        self._problem: Problem | None = None
        self._trainer: Trainer | None = None
        self._comparison: Comparison | None = None
        self._axes: Axes | None = None
        self._start: Snapshot | None = None
        self._seconds = 0.0
        self._writer = Writer(clock)
        self._handled = 0
        self._remembered = (0, 0)
        self._remember_at = 0.0
        self._run_started = (0.0, 0)
        self._reported_at = 0.0

    @property
    def has_work(self) -> bool:
        """Whether `advance` has something to do."""
        return self.is_running or self.is_writing

    @property
    def is_writing(self) -> bool:
        """Whether an export is being written."""
        return self._writer.is_writing

    @property
    def is_running(self) -> bool:
        """Whether a run goes on, or a comparison."""
        return self._report.activity in (Activity.RUNNING, Activity.COMPARING)

    def handle(self, command: Command) -> None:
        """Do what the command says; what is refused leaves everything as it was."""
        self._report = replace(self._report, refusal=None, notice=None)
        self._handled += 1
        self._end_comparison()
        with self._refusing("do this"):
            self._obey(command)
        self._report = replace(self._report, answered=self._handled)
        self.tell()

    def advance(self, *, epochs: int | None = None, seconds: float | None = SLICE_SECONDS) -> None:
        """Go on with a run or with a comparison, and with an export.

        Args:
            epochs: how many to run at most, short of the run's own target; ``None``: no limit. A
                comparison knows none.
            seconds: for how long, about; ``None``: as long as it takes.
        """
        if self.is_writing:
            self._write_on(seconds)
        trainer, target = self._trainer, self._report.target
        if trainer is None or not self.is_running:
            return
        if self._comparison is not None:
            self._advance_comparison(self._comparison, seconds)
            return
        if target is not None:
            left = target - trainer.epoch
            epochs = left if epochs is None else min(epochs, left)
        begun = self._clock()
        with self._refusing("run an epoch"):
            trainer.run(epochs, seconds=seconds)
        self._seconds += self._clock() - begun
        settled = target is None and trainer.has_settled
        if trainer.is_over or trainer.stopped_by or settled or trainer.epoch == target:
            self._stand_still()
        if not self.is_running or self._clock() - self._reported_at >= REPORT_SECONDS:
            self._measure()
            self.tell()

    def tell(self) -> None:
        """Report the present state."""
        if self._trainer is not None:
            # Nobody reads a worksheet ten times a second.
            snapshot = self._trainer.snapshot(written=self._report.activity is not Activity.RUNNING)
            self._report = replace(self._report, snapshot=snapshot)
        if self._comparison is not None:
            self._report = replace(self._report, comparison=self._comparison.told())
        self._reported_at = self._clock()
        self._send(self._report)

    def remember(self) -> float | None:
        """Send what is remembered of the run's epochs, if that is new and was not sent just now.

        Returns:
            In how many seconds it is to be called again; ``None``: nothing is new.
        """
        if self._trainer is None:
            return None
        here, now = (self._report.run, self._trainer.latest), self._clock()
        if here == self._remembered:
            return None
        if now < self._remember_at:
            return self._remember_at - now
        memory = self._trainer.memory()
        self._send(Remembered(self._report.run, memory))
        self._remembered = here
        self._remember_at = now + REMEMBER_SECONDS * max(1.0, memory.size / REMEMBER_BYTES)
        return None

    def fail(self, notice: str) -> None:
        """Report a fault of our own; the last good state stays on screen."""
        self.end()
        self._stand_still(notice=notice, written=None, answered=self._handled)
        self._send(self._report)

    def end(self) -> None:
        """Leave no half of an export behind."""
        self._writer.stop()

    @contextlib.contextmanager
    def _refusing(self, doing: str) -> Iterator[None]:
        """Report what is refused, for lack of memory too, and stand still."""
        try:
            with refusing_shortage(doing):
                yield
        except LinregError as error:
            # Its traceback would keep all that was being made.
            self._stand_still(refusal=error.with_traceback(None))

    # What the commands do: see HANDLERS and RUN_HANDLERS at the end.

    def _obey(self, command: Command) -> None:
        if (handle := HANDLERS.get(type(command))) is not None:
            handle(self, command)
        elif self._trainer is None:
            raise LinregError("no-run", "no run yet: choose a backend (1-4) or c for setup")
        else:
            RUN_HANDLERS[type(command)](self, self._trainer, command)

    def _open(self, command: commands.Open) -> None:
        if self._trainer is not None:
            self._send(replace(self._report, activity=Activity.READING))
        tell = self._telling(Activity.READING)
        problem = load_problem(command.source, command.options, command.made, command.split, tell)
        opened = {
            "opened": replace(command, checkpoint=None, ghosts=(), notice=None),
            "summary": Summary.of(problem),
            "conditions": {},
            "preview": None,
            "config": command.config,
            "breakpoints": command.breakpoints,
            "ghosts": command.ghosts,
            "notice": command.notice,
        }
        _breakpoints(command.breakpoints)
        if self._trainer is None:
            # Kept before the run is built: if that is refused, the next one takes the problem.
            self._problem = problem
            self._report = replace(self._report, **opened)  # type: ignore[arg-type]
        trainer = self._build(problem, command.config, command.breakpoints)
        if command.checkpoint is not None:
            trainer.resume(command.checkpoint)
        self._problem, self._trainer, self._axes = problem, None, None
        self._report = replace(self._report, **opened)  # type: ignore[arg-type]
        self._begin(trainer, command.config)

    def _preview(self, command: commands.Preview) -> None:
        head = None
        if command.source:
            head = table_head(command.source, command.options, command.made, command.split)
        self._report = replace(self._report, preview=head)

    def _tell_condition(self, command: commands.AskCondition) -> None:
        if self._problem is None:
            return
        bias, standardize = command.bias, command.standardize
        try:
            number = condition_number(self._problem, bias=bias, standardize=standardize)
        except LinregError:
            number = math.nan
        known = {**self._report.conditions, (bias, standardize): number}
        self._report = replace(self._report, conditions=known)

    def _configure(self, command: commands.Configure) -> None:
        if self._problem is None:
            raise LinregError("no-problem", "there is no problem to run")
        trainer = self._build(self._problem, command.config, self._report.breakpoints)
        self._begin(trainer, command.config)

    def _answer(self, _: commands.Restart) -> None:
        notice = "the training process answers; R is for when it does not"
        self._report = replace(self._report, notice=notice)

    def _fork(self, trainer: Trainer, command: commands.Fork) -> None:
        config = command.config or trainer.config
        self._say_if_loading(config)
        weights = None
        if command.edited is not None:
            index, value = command.edited
            weights = trainer.snapshot().epoch_weights.astype(np.float64)
            weights[index] = value
        self._begin(trainer.fork(config, weights), config)

    def _build(self, problem: Problem, config: TrainConfig, breakpoints: str) -> Trainer:
        self._say_if_loading(config)
        trainer = Trainer(problem, config, tell=self._telling(Activity.ANALYSING))
        trainer.set_breakpoints(_breakpoints(breakpoints))
        return trainer

    def _telling(self, activity: Activity) -> Tell:
        """What reports the stages of something that takes long; of a stage, not too often."""
        told: Stage | None = None

        def tell(what: str, share: float | None = None) -> None:
            nonlocal told
            is_new = told is None or told.what != what
            if is_new or self._clock() - self._reported_at >= REPORT_SECONDS:
                told, self._reported_at = Stage(what, share), self._clock()
                self._send(replace(self._report, activity=activity, stage=told))

        return tell

    def _say_if_loading(self, config: TrainConfig) -> None:
        if BACKENDS[config.backend].uses_torch and "torch" not in sys.modules:
            # 2-3 s: say so before they pass.
            loading = replace(self._report, activity=Activity.LOADING, notice="loading torch ...")
            self._send(loading)

    def _begin(self, trainer: Trainer, config: TrainConfig) -> None:
        """Make a trainer the present one; the one before stays on the plot as a ghost."""
        ghosts, old = self._report.ghosts, self._trainer
        if old is not None and old.latest > old.origin:
            ghosts = (*ghosts, Ghost.of(old))[-MOST_GHOSTS:]
        with contextlib.suppress(LinregError):  # axes that the new run has not
            trainer.look_along(self._axes)
        self._trainer, self._start, self._seconds = trainer, trainer.snapshot(), 0.0
        self._stand_still(run=self._report.run + 1, config=config, rate=None, ghosts=ghosts)

    def _run(self, trainer: Trainer, command: commands.Run) -> None:
        if trainer.is_over:
            return
        epochs = command.epochs
        self._run_started = (self._clock(), trainer.epoch)
        if epochs == 1:
            trainer.step()
            self._seconds += self._clock() - self._run_started[0]
            self._stand_still(rate=None)
        else:
            target = None if epochs is None else trainer.epoch + epochs
            self._report = replace(self._report, activity=Activity.RUNNING, target=target)

    def _pause(self, _trainer: Trainer, _command: commands.Pause) -> None:
        if self.is_running:
            self._measure()
        self._stand_still()

    def _phase(self, trainer: Trainer, command: commands.Phase) -> None:
        self._stand_still(rate=None)
        if command.back:
            trainer.back_phase()
        else:
            trainer.phase()

    def _back(self, trainer: Trainer, _: commands.Back) -> None:
        self._stand_still(rate=None)
        trainer.back()

    def _goto(self, trainer: Trainer, command: commands.Goto) -> None:
        self._stand_still(rate=None)
        trainer.goto(command.epoch)
        if command.epoch > trainer.epoch:
            self._run(trainer, commands.Run(command.epoch - trainer.epoch))

    def _reset(self, trainer: Trainer, _: commands.Reset) -> None:
        self._stand_still(rate=None)
        trainer.reset()

    def _set_breakpoints(self, trainer: Trainer, command: commands.SetBreakpoints) -> None:
        trainer.set_breakpoints(_breakpoints(command.text))
        self._report = replace(self._report, breakpoints=command.text)

    def _look_along(self, trainer: Trainer, command: commands.LookAlong) -> None:
        trainer.look_along(command.axes)
        self._axes = command.axes

    def _compare(self, trainer: Trainer, command: commands.Compare) -> None:
        self._stand_still(rate=None)
        self._say_if_loading(trainer.config)
        self._comparison = Comparison(
            trainer.problem, trainer.config, command.epochs, clock=self._clock
        )
        self._report = replace(self._report, activity=Activity.COMPARING)

    def _advance_comparison(self, comparison: Comparison, seconds: float | None) -> None:
        with self._refusing("run an epoch"):
            comparison.advance(seconds)
        if comparison.is_done:
            self._stand_still()
        if not self.is_running or self._clock() - self._reported_at >= REPORT_SECONDS:
            self.tell()

    def _end_comparison(self) -> None:
        self._comparison = None
        self._report = replace(self._report, comparison=None)
        if self._report.activity is Activity.COMPARING:
            self._stand_still()

    def _export(self, trainer: Trainer, export: Export) -> None:
        assert self._start is not None, "there is a trainer"
        self._stand_still()
        end, seconds = trainer.epoch_snapshot(), self._seconds
        result = Result.of(trainer.problem, self._start, end, interrupted=False, seconds=seconds)
        opened = self._report.opened
        assert opened is not None, "it came with the trainer"
        recipe = Recipe(
            opened.source,
            opened.options,
            opened.made,
            opened.split,
            trainer.config,
            epochs=trainer.epoch,
        )
        self._writer.begin(export, trainer, result, recipe)
        self._report = replace(self._report, written=0.0)

    def _write_on(self, seconds: float | None) -> None:
        changes = self._writer.go_on(seconds)
        self._report = replace(self._report, **changes)  # type: ignore[arg-type]
        if not self.is_writing or self._clock() - self._reported_at >= REPORT_SECONDS:
            self.tell()

    def _measure(self) -> None:
        started, epoch = self._run_started
        seconds = self._clock() - started
        if self._trainer is not None and seconds > 0:
            self._report = replace(self._report, rate=(self._trainer.epoch - epoch) / seconds)

    def _stand_still(self, **changes: object) -> None:
        self._report = replace(self._report, activity=Activity.IDLE, target=None, **changes)  # type: ignore[arg-type]


HANDLERS: dict[type[Command], Callable[[Session, Any], None]] = {
    commands.Open: Session._open,
    commands.Configure: Session._configure,
    commands.Preview: Session._preview,
    commands.AskCondition: Session._tell_condition,
    commands.Restart: Session._answer,
    commands.CancelOpen: lambda _session, _: None,  # nothing is being opened
    commands.StopComparing: lambda _session, _: None,  # as any command has done
}
"""What is done for commands that need no run."""

RUN_HANDLERS: dict[type[Command], Callable[[Session, Trainer, Any], None]] = {
    commands.Run: Session._run,
    commands.Pause: Session._pause,
    commands.Phase: Session._phase,
    commands.Back: Session._back,
    commands.Goto: Session._goto,
    commands.Reset: Session._reset,
    commands.SetBreakpoints: Session._set_breakpoints,
    commands.LookAlong: Session._look_along,
    commands.Fork: Session._fork,
    commands.Compare: Session._compare,
    Export: Session._export,
}
"""What is done for commands to a run."""


def _breakpoints(text: str) -> tuple[Breakpoint, ...]:
    return parse_breakpoints(text) if text.strip() else ()
