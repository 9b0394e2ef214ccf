"""What is done for each command: one function each, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from linreg_core import (
    Comparison,
    Export,
    LinregError,
    Pair,
    Prospect,
    Result,
    Snapshot,
    Trainer,
    long_work,
    table_head,
    write_export,
)
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.jobs import CompareJob, ExportJob, PairJob, RunJob
from tui.engine.runs.analysis import ProspectJob
from tui.engine.runs.beginning import (
    configure,
    fork,
    open_problem,
    problem_of,
    read_breakpoints,
    revisit,
)
from tui.engine.runs.run import up_to
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
    """Begin anew; of the sitting it is another run."""
    trainer, left = work.stopped().trainer, work.left_runs()
    trainer.reset()
    assert left.present is not None, "there is a run"
    recipe = replace(left.present.recipe, config=trainer.config, edits=())
    work.report = replace(work.report, runs=left.begun(recipe, trainer))


def set_breakpoints(work: Workspace, command: commands.SetBreakpoints) -> None:
    """Stop later runs there; one that goes on, too."""
    work.current().trainer.set_breakpoints(read_breakpoints(command.text))
    notice = (
        f"Runs stop where {command.text.strip()}."
        if command.text.strip()
        else "No breakpoint is set."
    )
    work.report = replace(work.report, breakpoints=command.text, notice=notice)


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


def add_prospect(work: Workspace, command: commands.AskProspect) -> None:
    """Report one prospect more."""
    if work.problem is None:
        return
    problem, preparation = work.problem, (command.bias, command.standardize)

    def compute() -> Prospect:
        return Prospect.of(problem, bias=command.bias, standardize=command.standardize)

    def then(prospect: Prospect) -> None:
        if work.problem is problem:
            prospects = {**work.report.prospects, preparation: prospect}
            work.report = replace(work.report, prospects=prospects)

    if what := long_work(problem, bias=command.bias, standardize=command.standardize):
        work.start(ProspectJob(what, compute, then, work.clock))
    else:
        then(compute())


def compare(work: Workspace, command: commands.Compare) -> None:
    """Run both precisions side by side."""
    trainer = work.stopped().trainer.here
    work.say_if_loading(trainer.config)
    comparison = Comparison(trainer.problem, trainer.config, command.epochs, clock=work.clock)
    work.start(CompareJob(comparison))


def compare_runs(work: Workspace, command: commands.CompareRuns) -> None:
    """Run two runs of the sitting again."""
    work.stopped()
    runs = work.left_runs()
    found = [run for number in command.numbers if (run := runs.get(number)) is not None]
    if len(found) < 2 or any(run.standing is None for run in found):
        raise LinregError("no-run", "there are no two such runs in this session")
    problems = [problem_of(work, run.recipe.data) for run in found]
    if found[0].recipe.data == found[1].recipe.data:
        problems[1] = problems[0]
    recipes = [
        replace(run.recipe, epochs=run.standing.latest) for run in found if run.standing is not None
    ]
    for recipe in recipes:
        work.say_if_loading(recipe.last_config)
    pair = Pair((problems[0], problems[1]), (recipes[0], recipes[1]), clock=work.clock)
    work.start(PairJob(pair))


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
    present = work.report.runs.present
    assert present is not None, "it is on the screen"
    state = {"epoch": trainer.epoch, "breakpoints": work.report.breakpoints}
    view = {**command.view, **state} if command.view is not None else {}
    recipe = replace(up_to(present.recipe, trainer.epoch), epochs=trainer.epoch, view=view)
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
    commands.Revisit: revisit,
    commands.Configure: configure,
    commands.Fork: fork,
    commands.LookAlong: look_along,
    commands.Preview: preview,
    commands.AskProspect: add_prospect,
    commands.Compare: compare,
    commands.CompareRuns: compare_runs,
    Export: export,
    commands.Restart: answer,
    commands.CancelOpen: do_nothing,
    commands.StopComparing: do_nothing,
}
"""What is done for a command, by its type; each may raise LinregError to refuse it."""
