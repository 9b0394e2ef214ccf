"""Another run: on another problem, with other settings, as a fork, or an earlier one again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from linreg_core import (
    BranchTrainer,
    Breakpoint,
    DataRequest,
    Edit,
    LinregError,
    Problem,
    Recipe,
    Repetition,
    Status,
    Summary,
    TrainConfig,
    Trainer,
    analyse,
    edited,
    parse_breakpoints,
    work_before,
)
from tui.engine import commands
from tui.engine.report import Activity
from tui.engine.runs.analysis import AnalyseJob
from tui.engine.runs.run import Standing, repetition_notice, up_to, with_edit
from tui.engine.workspace import Workspace


def open_problem(work: Workspace, command: commands.Open) -> None:
    """Load a problem, and begin a run on it, or go on with one."""
    if work.run is not None:
        work.send(replace(work.report, activity=Activity.READING))
    _begin_on(work, command, command.data.load(work.progress_reporter(Activity.READING)))


def revisit(work: Workspace, command: commands.Revisit) -> None:
    """Go on with an earlier run of the sitting."""
    left, opened = work.left_runs(), work.report.opened
    run = left.get(command.number)
    if run is None or opened is None:
        raise LinregError("no-run", f"there is no run {command.number} in this session")
    data = run.recipe.data
    is_same, problem = data == opened.data, problem_of(work, data)
    again = commands.Open(
        data,
        run.recipe.last_config,
        breakpoints=work.report.breakpoints,
        ghosts=work.left_ghosts() if is_same else (),
        runs=left.gone_to(run.number),
    )
    _begin_on(work, again, problem)


def problem_of(work: Workspace, data: DataRequest) -> Problem:
    """The problem of some data: the present one, or one that is loaded."""
    opened = work.report.opened
    if work.problem is not None and opened is not None and data == opened.data:
        return work.problem
    return data.load(work.progress_reporter(Activity.READING))


def _begin_on(work: Workspace, command: commands.Open, problem: Problem) -> None:
    """Begin what is asked for on a problem that is loaded."""
    opened = replace(
        work.report,
        opened=replace(command, checkpoint=None, ghosts=(), notice=None, runs=None),
        summary=Summary.of(problem),
        prospects={},
        preview=None,
        config=command.config,
        shown_config=command.config,
        breakpoints=command.breakpoints,
        ghosts=command.ghosts,
        notice=command.notice,
    )
    read_breakpoints(command.breakpoints)
    if work.run is None:
        # Kept before the run is built: if that is refused, the next one takes the problem.
        work.problem, work.report = problem, opened
    if what := work_before(command.config, problem):
        compute = partial(analyse, command.config, problem)
        _begin_after(work, what, compute, lambda _: _begin_on(work, command, problem))
        return
    if command.runs is not None and command.checkpoint is None:
        trainer, notice = _taken_up(work, problem, command)
        opened = replace(opened, notice=notice)
    else:
        trainer = _build(work, problem, command.config, command.breakpoints)
    if command.checkpoint is not None:
        trainer.resume(command.checkpoint)
    recipe = Recipe(command.data, command.config, epochs=0)
    if command.runs is None:
        runs = work.left_runs().begun(recipe, trainer)
    else:
        runs = command.runs.known_better(trainer)
    work.problem, work.run, work.axes, work.report = problem, None, None, opened
    work.begin(trainer, command.config, runs)


def _taken_up(work: Workspace, problem: Problem, command: commands.Open) -> tuple[Trainer, str]:
    """The present run of a sitting, run again to where it stood, and what is to be said of it."""
    assert command.runs is not None, "there is a sitting"
    run = command.runs.present
    if run is None:
        raise LinregError("no-run", "this session has no run to go on with")
    standing, on_progress = run.standing, work.progress_reporter(Activity.REPEATING)
    last = run.origin if standing is None else standing.latest
    work.say_if_loading(run.recipe.last_config)
    again = Repetition(problem, replace(run.recipe, epochs=last), on_progress=on_progress)
    trainer = again.finish(on_progress)
    trainer.set_breakpoints(read_breakpoints(command.breakpoints))
    if standing is None:
        return trainer, command.notice or ""
    trainer.goto(standing.epoch)
    if standing.status == Status.DIVERGED and standing.epoch == standing.latest:
        trainer.run(1)  # which says so, and stays there
    for _ in range(standing.phases):
        trainer.phase()
    if not standing.bits:
        return trainer, command.notice or ""
    is_same = Standing.of(trainer.snapshot(written=False)).bits == standing.bits
    return trainer, repetition_notice(run, standing, problem, command.notice, is_same=is_same)


def configure(work: Workspace, command: commands.Configure) -> None:
    """Begin a run with other settings on the present problem."""
    if work.problem is None or work.report.opened is None:
        raise LinregError("no-problem", "there is no problem to run")
    if what := work_before(command.config, work.problem):
        compute = partial(analyse, command.config, work.problem)
        _begin_after(work, what, compute, lambda _: configure(work, command))
        return
    trainer = _build(work, work.problem, command.config, work.report.breakpoints)
    recipe = Recipe(work.report.opened.data, command.config, epochs=0)
    work.begin(trainer, command.config, work.left_runs().begun(recipe, trainer))


def fork(work: Workspace, command: commands.Fork) -> None:
    """Begin a run where the present one is."""
    trainer, left = work.current().trainer, work.left_runs()
    here = trainer.here
    config = command.config or here.config
    work.say_if_loading(config)
    weight, value = command.edited or (None, None)
    point = None if command.point is None else here.weights_at(command.point).tolist()
    edit = Edit(here.epoch, config, weight, value, None if point is None else tuple(point))
    assert left.present is not None, "there is a run"
    recipe = with_edit(up_to(left.present.recipe, here.epoch), edit)
    forked = edited(trainer, edit)
    work.begin(forked, config, left.begun(recipe, forked))


def _begin_after(
    work: Workspace, what: str, compute: Callable[[], None], begin: Callable[[None], None]
) -> None:
    """Have something computed, and begin then; until then the present run may go on instead."""
    work.stand_still()
    work.report = replace(work.report, notice=None)  # the same may have been begun before
    work.start(AnalyseJob(what, compute, begin, work.clock))


def _build(work: Workspace, problem: Problem, config: TrainConfig, breakpoints: str) -> Trainer:
    work.say_if_loading(config)
    trainer = BranchTrainer(problem, config)
    trainer.set_breakpoints(read_breakpoints(breakpoints))
    return trainer


def read_breakpoints(text: str) -> tuple[Breakpoint, ...]:
    """Read the conditions of breakpoints; an empty text is none."""
    return parse_breakpoints(text) if text.strip() else ()
