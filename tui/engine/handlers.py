"""What is done for each command: one function each, and the table that names them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from linreg_core import (
    BranchTrainer,
    Breakpoint,
    Comparison,
    Export,
    LinregError,
    Problem,
    Recipe,
    Result,
    Snapshot,
    Summary,
    TrainConfig,
    Trainer,
    condition_number,
    parse_breakpoints,
    table_head,
    write_export,
)
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.jobs import CompareJob, ExportJob, RunJob
from tui.engine.report import Activity
from tui.engine.workspace import Workspace

# Going through the epochs.


def run(work: Workspace, command: commands.Run) -> None:
    """Run one epoch at once, more of them as a job; after a divergence look where numbers fail."""
    current = work.current()
    if current.trainer.here.is_over:
        if command.epochs == 1:
            work.stopped().trainer.seek_failure()
        return
    if command.epochs == 1:
        begun = work.clock()
        work.stopped().trainer.step()
        current.seconds += work.clock() - begun
    else:
        work.stand_still()
        work.start(RunJob(current, command.epochs, command.pace, work.clock))


def set_pace(work: Workspace, command: commands.SetPace) -> None:
    """Go on at another pace; if nothing runs, say at which a run will go."""
    runs = [job for job in work.jobs if isinstance(job, RunJob)]
    for job in runs:
        job.go_at(command.pace)
    if not runs:
        work.report = replace(work.report, notice=f"space runs at this pace: {command.pace}")


def pause(work: Workspace, _: commands.Pause) -> None:
    """Stand still."""
    work.current()
    work.stand_still()


def phase(work: Workspace, command: commands.Phase) -> None:
    """Go one phase on, or back."""
    trainer = work.stopped().trainer
    if command.back:
        trainer.back_phase()
    else:
        trainer.phase()


def back(work: Workspace, _: commands.Back) -> None:
    """Go one epoch back."""
    work.stopped().trainer.back()


def goto(work: Workspace, command: commands.Goto) -> None:
    """Go to an epoch, or as near as one has been, and run from there."""
    trainer = work.stopped().trainer
    trainer.goto(command.epoch)
    here = trainer.here.epoch
    if command.epoch > here:
        run(work, commands.Run(command.epoch - here))


def reset(work: Workspace, _: commands.Reset) -> None:
    """Begin anew."""
    work.stopped().trainer.reset()


def set_breakpoints(work: Workspace, command: commands.SetBreakpoints) -> None:
    """Stop later runs there; one that goes on, too."""
    work.current().trainer.set_breakpoints(_breakpoints(command.text))
    notice = (
        f"Runs stop where {command.text.strip()}."
        if command.text.strip()
        else "No breakpoint is set."
    )
    work.report = replace(work.report, breakpoints=command.text, notice=notice)


# Another run.


def open_problem(work: Workspace, command: commands.Open) -> None:
    """Load a problem, and begin a run on it."""
    if work.run is not None:
        work.send(replace(work.report, activity=Activity.READING))
    tell = work.telling(Activity.READING)
    problem = command.data.load(tell)
    opened = replace(
        work.report,
        opened=replace(command, checkpoint=None, ghosts=(), notice=None),
        summary=Summary.of(problem),
        conditions={},
        preview=None,
        config=command.config,
        shown_config=command.config,
        breakpoints=command.breakpoints,
        ghosts=command.ghosts,
        notice=command.notice,
    )
    _breakpoints(command.breakpoints)
    if work.run is None:
        # Kept before the run is built: if that is refused, the next one takes the problem.
        work.problem, work.report = problem, opened
    trainer = _build(work, problem, command.config, command.breakpoints)
    if command.checkpoint is not None:
        trainer.resume(command.checkpoint)
    work.problem, work.run, work.axes, work.report = problem, None, None, opened
    work.begin(trainer, command.config)


def configure(work: Workspace, command: commands.Configure) -> None:
    """Begin a run with other settings on the present problem."""
    if work.problem is None:
        raise LinregError("no-problem", "there is no problem to run")
    trainer = _build(work, work.problem, command.config, work.report.breakpoints)
    work.begin(trainer, command.config)


def fork(work: Workspace, command: commands.Fork) -> None:
    """Begin a run where the present one is."""
    trainer = work.current().trainer
    config = command.config or trainer.here.config
    work.say_if_loading(config)
    weights = None if command.point is None else trainer.here.weights_at(command.point)
    if command.edited is not None:
        index, value = command.edited
        weights = trainer.snapshot().kept_weights.astype(np.float64)
        weights[index] = value
    work.begin(trainer.fork(config, weights), config)


def _build(work: Workspace, problem: Problem, config: TrainConfig, breakpoints: str) -> Trainer:
    work.say_if_loading(config)
    trainer = BranchTrainer(problem, config, tell=work.telling(Activity.ANALYSING))
    trainer.set_breakpoints(_breakpoints(breakpoints))
    return trainer


def _breakpoints(text: str) -> tuple[Breakpoint, ...]:
    return parse_breakpoints(text) if text.strip() else ()


# Looking, comparing, taking away: the run stays where it is.


def look_along(work: Workspace, command: commands.LookAlong) -> None:
    """Draw the landscape over other axes, that of later runs, too."""
    work.current().trainer.look_along(command.axes)
    work.axes = command.axes


def preview(work: Workspace, command: commands.Preview) -> None:
    """Look at the beginning of a table."""
    head = None
    if command.data is not None:
        head = table_head(command.data)
    work.report = replace(work.report, preview=head)


def tell_condition(work: Workspace, command: commands.AskCondition) -> None:
    """Tell one condition number more."""
    if work.problem is None:
        return
    bias, standardize = command.bias, command.standardize
    try:
        number = condition_number(work.problem, bias=bias, standardize=standardize)
    except LinregError:
        number = math.nan
    known = {**work.report.conditions, (bias, standardize): number}
    work.report = replace(work.report, conditions=known)


def compare(work: Workspace, command: commands.Compare) -> None:
    """Run both precisions side by side."""
    trainer = work.stopped().trainer.here
    work.say_if_loading(trainer.config)
    comparison = Comparison(trainer.problem, trainer.config, command.epochs, clock=work.clock)
    work.start(CompareJob(comparison))


def export(work: Workspace, command: Export) -> None:
    """Write a file."""
    current, opened = work.current(), work.report.opened
    assert opened is not None, "it came with the run"
    work.stand_still()
    if any(isinstance(job, ExportJob) for job in work.jobs):
        raise LinregError("busy", "a file is being written; wait until it is")
    trainer = current.trainer.here
    start = current.start if trainer is current.trainer else _start(trainer)
    end, seconds = trainer.epoch_snapshot(), current.seconds
    result = Result.of(trainer.problem, start, end, interrupted=False, seconds=seconds)
    recipe = Recipe(
        opened.data,
        trainer.config,
        epochs=trainer.epoch,
    )
    work.start(ExportJob(write_export(command, trainer, result, recipe), work.clock))


def _start(trainer: Trainer) -> Snapshot:
    """The first epoch of a run; the trainer stays at its own."""
    epoch = trainer.epoch
    trainer.goto(trainer.origin)
    start = trainer.snapshot()
    trainer.goto(epoch)
    return start


# The process itself.


def answer(work: Workspace, _: commands.Restart) -> None:
    """Say that there is nothing to be started again."""
    notice = "the training process answers; R is for when it does not"
    work.report = replace(work.report, notice=notice)


def do_nothing(_work: Workspace, _: commands.CancelOpen | commands.StopComparing) -> None:
    """Nothing is being opened, or compared any more: any command has ended that."""


HANDLERS: dict[type[Command], Callable[[Workspace, Any], None]] = {
    commands.Run: run,
    commands.SetPace: set_pace,
    commands.Pause: pause,
    commands.Phase: phase,
    commands.Back: back,
    commands.Goto: goto,
    commands.Reset: reset,
    commands.SetBreakpoints: set_breakpoints,
    commands.Open: open_problem,
    commands.Configure: configure,
    commands.Fork: fork,
    commands.LookAlong: look_along,
    commands.Preview: preview,
    commands.AskCondition: tell_condition,
    commands.Compare: compare,
    Export: export,
    commands.Restart: answer,
    commands.CancelOpen: do_nothing,
    commands.StopComparing: do_nothing,
}
"""What is done for a command, by its type; each may raise LinregError to refuse it."""
