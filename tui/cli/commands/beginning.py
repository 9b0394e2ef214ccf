"""How ``linreg-tui train`` begins: its processes meet, the data is loaded, nothing is run yet."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from types import FrameType
from typing import NoReturn

from linreg_core import (
    BACKENDS,
    Breakpoint,
    Export,
    LinregError,
    OnProgress,
    Problem,
    Ranks,
    Recipe,
    Repetition,
    StoredRun,
    check_exports,
    end_with_launcher,
    format_bytes,
    ignore_progress,
    is_launched,
    ranks,
    visible,
)
from tui.cli.commands.checkpoints import CheckpointWriter
from tui.cli.streams import complain
from tui.cli.waiting import WaitingLine, waiting
from tui.text import counted

RESCUE = "LINREG_TUI_RESCUE"
"""Names the file for a checkpoint that nobody asked for, where one of several processes is lost.
Set by our own launcher, which watches these processes."""

SURVIVED_EXIT = 75
"""The exit code of a process that has noticed that another one was lost."""


def is_watched() -> bool:
    """Whether our own launcher watches this process, and says what becomes of it."""
    return RESCUE in os.environ


def joined(recipe: Recipe) -> Ranks:
    """The processes that train together: this one alone, or those that were launched with it.

    Raises:
        LinregError: "usage" where several are to train what is in no file.
    """
    if not recipe.data.is_large:
        if is_launched():
            raise LinregError(
                "usage", "several processes train a table in files; name one, or leave out --nproc"
            )
        return Ranks()
    if is_launched():
        end_with_launcher()
    return ranks(on_gpu=recipe.config.device.startswith("cuda"))


def begun(
    recipe: Recipe,
    breakpoints: tuple[Breakpoint, ...],
    exports: tuple[Export, ...],
    *,
    read: tuple[str, ...],
    writer: CheckpointWriter | None,
    stored: StoredRun | None,
    processes: Ranks,
) -> tuple[Problem, Repetition]:
    """Load the data, and stand where the run begins; the arguments are those of `train`.

    Raises:
        LinregError: what is refused; of several processes the first one raises what one of them
            refuses, and the others end.
    """
    with ExitStack() as left, _showing_progress(recipe, processes) as on_progress:
        try:
            uses_torch = BACKENDS[recipe.config.backend].uses_torch or processes.size > 1
            recipe.data.large.require_memory(processes.on_machine, with_torch=uses_torch)
            problem = recipe.data.load(on_progress)
            if problem.blocks is not None:
                left.callback(problem.blocks.close)
            check_exports(exports, problem, recipe, read)
            if writer is not None:
                writer.check((*recipe.data.files, *read))
            if stored is not None:
                check_same(stored, problem)
        except LinregError as refusal:
            _refuse_together(refusal, processes)
        _agree(processes)
        own = _on_own_gpu(recipe)
        try:
            run = Repetition(
                problem,
                own,
                until=breakpoints,
                stored=stored,
                clock=processes.clock,
                on_progress=on_progress,
            )
        except LinregError as refusal:  # which all of them refuse
            _refuse_together(refusal, processes)
        left.pop_all()  # from here on they are the caller's to close
    return problem, run


def _refuse_together(refusal: LinregError, processes: Ranks) -> NoReturn:
    """Have one line say what one process, or all of them, refuse."""
    first = processes.size - processes.agreed(processes.size - processes.rank)
    if processes.rank == first:
        raise refusal
    sys.exit(0)


def _agree(processes: Ranks) -> None:
    """End where another process refuses what this one has no reason to."""
    if processes.agreed(0):
        sys.exit(0)


def _on_own_gpu(recipe: Recipe) -> Recipe:
    """The recipe for this process: each of a machine's has a GPU of its own."""
    if not is_launched() or recipe.config.device != "cuda":
        return recipe
    device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return replace(recipe, config=replace(recipe.config, device=device))


@contextmanager
def _showing_progress(recipe: Recipe, processes: Ranks) -> Iterator[OnProgress]:
    """Say what takes long, in the first process alone."""
    data = recipe.data
    if not data.is_large:
        with waiting(data.source) as line:
            yield line.update
        return
    if processes.rank == 0 and data.large.reduce == "blocks" and data.large.sample is None:
        _announce_blocks(recipe)
    shown = WaitingLine(os.path.basename(data.source.rstrip("/"))) if not processes.rank else None
    with _signals_raised(), shown or nullcontext():
        yield ignore_progress if shown is None else shown.update


def _announce_blocks(recipe: Recipe) -> None:
    """Say how much will be written, and where, unless it is there already."""
    from linreg_core import LargeTable  # noqa: PLC0415  (polars, which needs room)

    data = recipe.data
    with suppress(LinregError, OSError):  # which is said when it is loaded
        table = LargeTable.of(data.names, data.options, data.large)
        if not table.is_written:
            size, folder = format_bytes(table.foreseen_bytes()), str(table.folder.parent)
            files = counted(len(table.files), "file")
            complain(f"note: {files}, about {size} of blocks in {visible(folder)}")


@contextmanager
def _signals_raised() -> Iterator[None]:
    """Leave in order what is half written, when asked to end: ctrl+c does so already."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    with handling((signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT), leave):
        yield


@contextmanager
def handling(
    signals: Sequence[signal.Signals], handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Handle signals, but not those that are ignored: nohup means it."""
    caught = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
    before = [signal.signal(number, handler) for number in caught]
    try:
        yield
    finally:
        for number, former in zip(caught, before, strict=True):
            signal.signal(number, former)


def rescued(
    error: LinregError, writer: CheckpointWriter | None, run: Repetition, seconds: float
) -> LinregError:
    """Write where the run stands, when another process of it was lost; gives what is to be said."""
    if error.code != "rank-lost":
        return error
    rescue = os.environ.get(RESCUE)
    if writer is None or writer.path is None:
        if not rescue:
            return LinregError(error.code, f"{error.message}; with --checkpoint it could go on")
        writer = CheckpointWriter(rescue, overwrite=True, read=None)
    writer.write_if_due(run, seconds, now=True)
    where = f"epoch {run.trainer.epoch:,} is in {visible(writer.path or '')}"
    return LinregError(error.code, f"{error.message}; {where}: --resume goes on there")


def check_same(stored: StoredRun, problem: Problem) -> None:
    """Refuse other data than a checkpoint was made with; say what else is not as it was.

    Raises:
        LinregError: "data-changed".
    """
    from tui.sitting.machine import changes, machine  # noqa: PLC0415  (only here)

    if stored.data != problem.digest:
        raise LinregError(
            "data-changed",
            "the data is not that of the checkpoint; its weights would not fit: start anew",
            file=visible(stored.recipe.data.source),
        )
    if (changed := changes(stored.machine, machine())) is not None:
        complain(f"note: the bits may differ from those of a run never stopped: {changed}")
