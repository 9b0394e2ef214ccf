"""What can be taken away from a run as a file: its history, its result, a script, a recipe."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Literal

from linreg_core.errors import LinregError
from linreg_core.output.files import NewFile, check_paths_differ, check_writable
from linreg_core.output.recipes.recipe import Recipe
from linreg_core.output.result import Result
from linreg_core.output.script import data_csv, data_parts, needs_data_file, script
from linreg_core.problem import BIAS, Design, Problem
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted, visible
from linreg_core.timeline.replay import Replay, Stretch
from linreg_core.trainer import Trainer

ExportKind = Literal["history", "weights", "script", "recipe"]

EXPORT_SUFFIXES: dict[ExportKind, str] = {
    "history": ".csv",
    "weights": ".json",
    "script": ".py",
    "recipe": ".toml",
}
"""What can be exported, and how the name of such a file ends."""

MOST_ROWS = 1_000_000
"""Longest history: 10 s of NumPy on the article's problem, 1 min of autograd; 110 MB."""

DATA_SUFFIX = "-data.csv"
"""What the name of a script's data ends with, instead of its own suffix."""


@dataclass(frozen=True)
class Export:
    """A file that is wished for.

    Args:
        kind: what it holds.
        path: where it is to be.
        overwrite: whether it may be put over a file that is there.
        epochs: of a history, the first and the last epoch, which is cut to the latest that was
            run; ``None``: those that are kept for plots.
        view: of a recipe, how the run is looked at; ``None``: that is not told.

    Raises:
        LinregError: "bad-epochs" for a range that is empty or has more than `MOST_ROWS`.
    """

    kind: ExportKind
    path: str
    overwrite: bool = False
    epochs: tuple[int, int] | None = None
    view: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.epochs is None:
            return
        first, last = self.epochs
        if not 0 <= first <= last:
            raise LinregError(
                "bad-epochs", f"epochs must go up, from 0 on, as in 0-1000; got {first:,}-{last:,}"
            )
        if last - first >= MOST_ROWS:
            raise LinregError(
                "bad-epochs",
                f"{first:,}-{last:,} are {last - first + 1:,} epochs, and a history has at most "
                f"{MOST_ROWS:,}; take a part of them",
            )

    def paths(self, problem: Problem) -> tuple[str, ...]:
        """The files that it makes: its own, and before it that of the data a script may need."""
        if self.kind == "script" and needs_data_file(problem):
            return os.path.splitext(self.path)[0] + DATA_SUFFIX, self.path
        return (self.path,)


def parse_epochs(text: str) -> tuple[int, int]:
    """Read a range of epochs as a person types it: 0-1000, 1,000 - 2,000, or one epoch.

    Raises:
        LinregError: "bad-epochs".
    """
    match = re.fullmatch(r"([0-9]{1,16})(?:-([0-9]{1,16}))?", re.sub(r"[ ,_]", "", text))
    if match is None:
        raise LinregError("bad-epochs", f"epochs are written like 0-1000; got {quoted(text)}")
    return int(match[1]), int(match[2] or match[1])


def check_exports(
    exports: Sequence[Export], problem: Problem, recipe: Recipe, read: Sequence[str] = ()
) -> None:
    """Refuse what cannot be written where it is to be, before anything is run for it.

    Args:
        exports: all files that are wished for.
        problem: what is to be run.
        recipe: how to repeat that.
        read: files beside the table that were read for it, and are not to be written over.

    Raises:
        LinregError: see `check_writable`, `check_paths_differ` and `Recipe.to_toml`.
    """
    for export in exports:
        if export.kind == "script" and not problem.has_own_rows:
            raise LinregError(
                "rows-not-held",
                "a script holds the rows, and those of this table are not in memory; export a "
                "recipe, or take a --sample",
                file=visible(export.path),
            )
        for path in export.paths(problem):
            check_writable(path, overwrite=export.overwrite, inputs=(*recipe.data.files, *read))
        if export.kind == "recipe":
            recipe.to_toml(os.path.dirname(export.path))
    check_paths_differ([path for export in exports for path in export.paths(problem)])


def write_export(
    export: Export, trainer: Trainer, result: Result, recipe: Recipe
) -> Generator[float, None, str]:
    """Write what is wished for, a part at a time; to close the generator leaves nothing behind.

    The trainer may go on meanwhile: what is written is what it was when the first part was.

    Args:
        export: what, and where.
        trainer: the run.
        result: what came of it so far; its end stands between two epochs.
        recipe: how to repeat it.

    Yields:
        The share that is written, from 0 to 1.

    Returns:
        What was written, in one line.

    Raises:
        LinregError: see `NewFile`; "bad-epochs" for epochs that were not run; "not-repeatable"
            for a recipe of a run that does not begin as its configuration says.
    """
    contents, parts, summary = _contents(export, trainer, result, recipe)
    new_file = partial(NewFile, overwrite=export.overwrite, inputs=recipe.data.files)
    written = 0
    with ExitStack() as stack:
        files = [
            (stack.enter_context(new_file(path)), content)
            for path, content in zip(export.paths(result.problem), contents, strict=True)
        ]
        yield 0.0
        for file, content in files:
            for part in content:
                file.write(part)
                written += 1
                yield written / parts
        for file, _ in files:
            file.put()
    return f"wrote {visible(export.path)}" + summary


def rehearse_export(export: Export, trainer: Trainer) -> None:
    """Run the epochs that writing it runs: of several processes only one writes."""
    if export.kind == "history":
        for _ in trainer.replay(export.epochs).stretches():
            pass


def _contents(
    export: Export, trainer: Trainer, result: Result, recipe: Recipe
) -> tuple[list[Iterable[str]], int, str]:
    """The parts of the text of each file, how many there are, what to say of them."""
    match export.kind:
        case "history":
            replay = trainer.replay(export.epochs)
            summary = f": {replay.rows:,} rows, epochs {replay.first:,} to {replay.last:,}"
            return [history_csv(replay, trainer.design)], replay.parts + 1, summary
        case "weights":
            return [[json.dumps(result.to_json(), allow_nan=False) + "\n"]], 1, ""
        case "script":
            *data, _ = export.paths(result.problem)
            name = os.path.basename(data[0]) if data else None
            start = result.start.epoch_weights
            code = script(result.problem, trainer.design, start, result.end, name)
            if name is None:
                return [[code]], 1, ""
            parts = data_parts(result.problem) + 1
            return [data_csv(result.problem), [code]], parts, f" and {visible(name)}, its data"
        case "recipe":
            if not (recipe.edits or trainer.begins_as_configured):
                raise LinregError(
                    "not-repeatable",
                    f"a recipe cannot tell this run, which begins at epoch {trainer.origin:,} "
                    "with weights of another run or set by hand; export a script instead",
                )
            return [[recipe.to_toml(os.path.dirname(export.path))]], 1, ""


def history_csv(replay: Replay, design: Design) -> Iterator[str]:
    r"""The epochs of a replay as a table, one row each.

    Columns: epoch, loss; weight_NAME for each feature, and bias, in the problem's own units; the
    same as run_weight_NAME and run_bias in the run's units where those differ; gradient_NAME and
    bias_gradient, derivatives of the loss by the weights of the run.

    Numbers read back bit-equal: those of a float32 run are written as the float64 that they are.
    A gradient may be inf, -inf or nan, in the last row of a run that diverged. The first line
    holds all names in quotes, and whatever characters a name has, also control characters and
    line ends, stand in it as they are: a reader of CSV gets the same name back. Lines end in \n.

    Yields:
        Parts of the text.
    """
    yield _heading(design)
    for stretch in replay.stretches():
        yield "".join(",".join(map(repr, row)) + "\n" for row in _rows(stretch, design))


def _heading(design: Design) -> str:
    groups = [("weight_", BIAS), ("gradient_", f"{BIAS}_gradient")]
    if design.is_scaled:
        groups.insert(1, ("run_weight_", f"run_{BIAS}"))
    names = ["epoch", "loss"]
    for prefix, bias in groups:
        names += [prefix + name for name in design.features]
        names += [bias] if design.has_bias else []
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(names)
    return line.getvalue()


def _rows(stretch: Stretch, design: Design) -> Iterator[list[float]]:
    """The numbers of each epoch, in the order of the heading."""
    run = stretch.weights.tolist()
    gradients = stretch.gradients.tolist()
    for index, (epoch, loss) in enumerate(
        zip(stretch.epochs.tolist(), stretch.losses, strict=True)
    ):
        # One by one, as in a snapshot: the sums of all at once would have other bits.
        raw = design.to_raw(stretch.weights[index]).tolist()
        own = run[index] if design.is_scaled else []
        yield [epoch, loss, *raw, *own, *gradients[index]]
