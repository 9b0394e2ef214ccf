"""``linreg-tui train``: the trainer without a screen, the result on standard output."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from types import FrameType

from linreg_core import (
    Breakpoint,
    Export,
    LinregError,
    Ranks,
    Recipe,
    Repetition,
    Result,
    Status,
    StoredRun,
    Trainer,
    digits_of,
    rehearse_export,
    visible,
    write_export,
)
from tui.cli.commands.beginning import begun, handling, joined, rescued
from tui.cli.commands.checkpoints import CheckpointWriter
from tui.cli.options import REFUSED_EXIT
from tui.cli.streams import complain, print_result
from tui.cli.words import (
    Row,
    laid_out,
    not_unique,
    note_lines,
    plain_powers,
    problem_line,
    solved,
    table_row,
    verdict_lines,
    weight_row,
)
from tui.digits import FEW
from tui.text import compact

SLICE_SECONDS = 0.1
"""How often the progress bar moves, and how fast ctrl+c is heard."""

DIVERGED_EXIT = 3


def train(
    recipe: Recipe,
    breakpoints: tuple[Breakpoint, ...],
    exports: tuple[Export, ...] = (),
    *,
    read: tuple[str, ...] = (),
    writer: CheckpointWriter | None = None,
    stored: StoredRun | None = None,
    digits: int = FEW,
    as_json: bool,
) -> int:
    """Run a recipe's epochs, write files, print what came of it, and give the exit code.

    Before the first epoch there is nothing to lose: being asked to end ends at once. From then on
    files come first: whoever reads the result may stop reading, or never begin. Ctrl+c, or being
    asked to end, stops the run cleanly: what was reached is written and printed, and the exit code
    is 128 + the signal's number. So it does while files are being written: what is not whole is
    given up then. A second ctrl+c in the run ends at once. A file that cannot be written after all
    does not cost the result.

    Args:
        recipe: what to run.
        breakpoints: where to stop.
        exports: files to write.
        read: files beside the table that were read, and are not to be written over.
        writer: writes where the run stands; ``None``: nowhere.
        stored: where it is gone on from; ``None``: from the beginning.
        digits: significant ones of every number in the table.
        as_json: whether to print one JSON object, and nothing else.
    """
    processes = joined(recipe)
    with ExitStack() as at_last:
        at_last.callback(processes.leave)
        problem, run = begun(
            recipe,
            breakpoints,
            exports,
            read=read,
            writer=writer,
            stored=stored,
            processes=processes,
        )
        if problem.blocks is not None:
            at_last.callback(problem.blocks.close)
        before = 0.0 if stored is None else stored.seconds
        return _trained(
            run,
            recipe,
            exports,
            processes,
            writer=writer,
            before=before,
            digits=digits,
            as_json=as_json,
        )


def _trained(
    run: Repetition,
    recipe: Recipe,
    exports: tuple[Export, ...],
    processes: Ranks,
    *,
    writer: CheckpointWriter | None,
    before: float,
    digits: int,
    as_json: bool,
) -> int:
    """Run to the end, write and print; of several processes the first one does that."""
    epochs, is_first = recipe.epochs, processes.rank == 0
    with _signals_noted() as noted:
        seconds, trouble, stop_signal = before, "", 0
        with _progress(epochs if is_first else None) as show:
            try:
                while not (run.is_done or (stop_signal := processes.agreed(max(noted, default=0)))):
                    begun_at = time.perf_counter()
                    run.advance(SLICE_SECONDS)
                    seconds += time.perf_counter() - begun_at
                    show(run.trainer.epoch)
                    if is_first:
                        trouble = trouble or _saved(writer, run, seconds, now=False)
            except LinregError as error:
                raise rescued(error, writer, run, seconds) from None
        if is_first:
            trouble = trouble or _saved(writer, run, seconds, now=True)
        trainer = run.trainer
        interrupted = bool(stop_signal) and trainer.epoch < epochs
        result = Result.of(
            trainer.problem, run.start, trainer.snapshot(), interrupted=interrupted, seconds=seconds
        )
        reached = replace(recipe, epochs=trainer.epoch) if interrupted else recipe
        if not is_first:
            for export in exports:
                rehearse_export(export, trainer)
            return 0
        with _signals_noted() as noted_writing:
            written = [
                _written(export, trainer, result, reached, noted_writing) for export in exports
            ]
        said = [
            json.dumps(result.to_json(), allow_nan=False) if as_json else _table(result, digits)
        ]
        if not as_json:
            said += [line for line in written if line is not None]
        print_result("\n".join(said))
    if stop_signal or noted_writing:
        return 128 + (stop_signal or noted_writing[0])
    if None in written or trouble:
        return REFUSED_EXIT
    return DIVERGED_EXIT if result.status == Status.DIVERGED else 0


def _saved(writer: CheckpointWriter | None, run: Repetition, seconds: float, *, now: bool) -> str:
    """Write a checkpoint, if that is due; gives what went wrong, which costs no result."""
    try:
        if writer is not None:
            writer.write_if_due(run, seconds, now=now)
    except LinregError as error:
        complain(f"error: {visible(str(error))}")
        return error.code
    return ""


def _written(
    export: Export, trainer: Trainer, result: Result, recipe: Recipe, noted: list[int]
) -> str | None:
    """Write a file and tell what was written; ``None``: it was not, for a reason that is said.

    Being asked to end leaves no part of it behind.
    """
    with closing(write_export(export, trainer, result, recipe)) as parts:
        try:
            while not noted:
                next(parts)
        except StopIteration as end:
            return str(end.value)
        except LinregError as error:
            complain(f"error: {visible(str(error))}")
            return None
    complain(
        f"error: {visible(export.path)}: not written: {signal.Signals(noted[0]).name} came first"
    )
    return None


@contextmanager
def _signals_noted() -> Iterator[list[int]]:
    """Note the signals that ask to end, instead of ending; each one is noted only once."""
    noted: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        noted.append(number)
        signal.signal(number, signal.SIG_DFL)

    known = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    with handling(known, note):
        yield noted


@contextmanager
def _progress(epochs: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, if that is a terminal; ``None``: none."""
    if epochs is None or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _epoch: None
        return
    from rich.console import Console  # noqa: PLC0415  (40 ms: only for a terminal)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), "epochs", TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=epochs)
        yield lambda epoch: progress.update(task, completed=epoch)


def _table(result: Result, digits: int) -> str:
    """The result for a person's eyes."""
    end, problem = result.end, result.problem
    settings = end.run.settings
    rate = compact(end.epoch / result.seconds) if result.seconds > 0 else "-"
    best, true = solved(end.theory), _true_weights(result)
    titles = ("trained", "least squares", *(("that made y",) if true else ()))
    lines: list[str | Row] = [
        problem_line(problem),
        *note_lines(end.run.notes),
        f"{settings.backend} on {settings.device} in {settings.dtype}, "
        f"learning rate {compact(settings.lr)}",
        f"{_ending(result)} after {end.epoch:,} epochs, {rate} epochs/s",
        *([f"run by {end.ran.way}: {end.ran.note}"] if end.ran.note else []),
        *verdict_lines(end.verdict),
        "",
        table_row("weight", *titles),
    ]
    for index, name in enumerate(end.run.names):
        values = (end.raw_weights[index], best[index], *true[index : index + 1])
        lines.append(weight_row(name, *values))
    lines += _judgement(result)
    rounding = abs(end.raw_weights) * 10 ** -digits_of(settings.dtype)
    powers = plain_powers(
        end.run, (end.raw_weights, rounding), (result.optimum.weights, result.optimum.error)
    )
    lines += [""] * bool(powers) + powers
    if end.theory.dependence is not None:
        lines += ["", *not_unique(end.theory.dependence)]
    return laid_out(lines, digits)


def _true_weights(result: Result) -> list[float]:
    """The weights that made the target, one for each weight of the run; none if not known."""
    true = result.problem.true_weights
    return [] if true is None else true[: len(result.end.run.names)].tolist()


def _judgement(result: Result) -> list[str | Row]:
    """How good the fit is, on each part of the rows."""
    end = result.end
    parts, own = [end.metrics], f"loss in {end.run.settings.dtype}"
    lines: list[str | Row] = []
    has_bias = end.run.settings.bias
    if end.test is not None:
        parts.append(end.test.metrics)
        lines = [
            "",
            table_row("", "trained on", "held out", "least squares"),
            table_row("rows", *(f"{part.rows:,}" for part in parts)),
        ]
    return [
        *lines,
        table_row("mean squared error", *(part.loss for part in parts), result.optimum.loss),
        table_row("R²", *(part.r2 for part in parts)),
        *([] if has_bias else [table_row("R² about 0", *(part.r2_about_zero for part in parts))]),
        table_row("root mean squared error", *(part.rmse for part in parts)),
        table_row("mean absolute error", *(part.mae for part in parts)),
        *([] if end.backend_loss == end.loss else [table_row(own, end.backend_loss)]),
    ]


def _ending(result: Result) -> str:
    end = result.end
    if result.status in (Status.FROZEN, Status.CYCLE):
        turn = f" of {end.cycle_length:,}" if end.cycle_length else ""
        return f"{result.status}{turn} since epoch {end.status_epoch:,};"
    if end.stopped_by:
        return f"stopped by {' and '.join(end.stopped_by)}"
    if result.status != Status.DIVERGED:
        return result.status
    return "diverged; the last finite weights are those"
