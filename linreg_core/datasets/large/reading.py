"""The rows of several files, some at a time: the same columns of each, checked as ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.datasets.large.files import status_of
from linreg_core.datasets.large.parquet_rows import ParquetRows, head_of_parquet, room_for_parquet
from linreg_core.datasets.options import DEFAULT_OPTIONS, TableOptions
from linreg_core.datasets.table import column_choice
from linreg_core.datasets.table.columns import Column, Sheet
from linreg_core.datasets.table.parquet import MAGIC, ParquetSheet
from linreg_core.datasets.table.preview import beginning
from linreg_core.datasets.table.read import check_cells, sheet_of
from linreg_core.datasets.table.refusals import of_cell
from linreg_core.datasets.table.text.blocks import Text
from linreg_core.datasets.table.text.cells import Cells
from linreg_core.datasets.table.text.files import opened
from linreg_core.datasets.table.text.grammar import Grammar
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass
from linreg_core.safe_text import listed, quoted, shortened, visible
from linreg_core.stages import OnProgress

LACKING = "other rows may lack one, too"

_NEEDS_ALL = {
    "one_hot": "--one-hot",
    "dates": "--date",
    "degree": "--degree",
    "loose_numbers": "--loose-numbers",
    "comment": "--comment",
}
"""What is done only to a table that is in memory as a whole."""


@dataclass(frozen=True)
class Layout:
    """What is read of every file.

    Args:
        features: names of the columns to train on.
        target: name of the one to predict.
        options: how the files are written, what was guessed of the first one filled in.
        notes: what was guessed or left out.
    """

    features: tuple[str, ...]
    target: str
    options: TableOptions
    notes: tuple[Note, ...]

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of the columns that are read: the features, and the target last."""
        return (*self.features, self.target)


def layout_of(file: str, options: TableOptions, memory: int | None = None) -> Layout:
    """Choose the columns by the beginning of the first file.

    Args:
        file: its path.
        options: how it is written, and which columns are asked for.
        memory: bytes for all of a run; ``None``: what is free.

    Raises:
        LinregError: "needs-memory" for an option that needs all of the table at once, and as
            `read_table`.
    """
    for name, flag in _NEEDS_ALL.items():
        if getattr(options, name) != getattr(DEFAULT_OPTIONS, name):
            raise _needs_memory(flag)
    if options.separator == " ":
        raise _needs_memory("--separator blank")
    if options.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        raise _needs_memory(f"--encoding {options.encoding}")
    with _NamingTheFile(file), opened(file, most_bytes=None) as raw:
        sheet = _first_rows(raw, file, options, memory)
        found = column_choice.find(sheet, options)
        chosen = column_choice.choose(sheet, found, options)
        check_cells(chosen, sheet, options.missing)
        if sheet.guessed.get("separator") == " ":
            raise _needs_memory("a table whose columns are parted by blanks")
        features = tuple(sheet.names[position] for position in chosen.features)
        booleans = [note for note in chosen.notes if note.code == "boolean"]
        if booleans and isinstance(sheet, Cells):
            raise LinregError(
                "needs-memory",
                f"{booleans[0].message}, which is done only where a table fits in memory; write "
                "0 and 1, or leave the columns out with --without",
            )
        return Layout(
            features,
            sheet.names[chosen.target],
            replace(options, **sheet.guessed),  # type: ignore[arg-type]
            (*sheet.notes, *chosen.notes),
        )


class TableRows:
    """The rows of files, in their order; can be gone through once.

    Args:
        files: their paths.
        layout: what is read of each.
        on_progress: called with how far it is.
        memory: bytes for all of a run; ``None``: what is free.

    Attributes:
        rows_seen: how many rows were read.
        rows_dropped: how many of them lacked a value.
    """

    def __init__(
        self,
        files: Sequence[str],
        layout: Layout,
        on_progress: OnProgress,
        memory: int | None = None,
    ) -> None:
        self._files, self._layout, self._on_progress = files, layout, on_progress
        self._room = room_for_parquet(memory)
        self._sizes = [status_of(file).st_size for file in files]
        self.rows_seen = self.rows_dropped = 0

    def parts(self) -> Iterator[Floats]:
        """Yield features and target, shape (m, d + 1), float64, finite.

        Raises:
            LinregError: "other-columns" for a file that has not the columns of the first one; as
                `read_table` for cells; with the file.
        """
        done = 0
        for number, (file, size) in enumerate(zip(self._files, self._sizes, strict=True), 1):
            on_progress = partial(self._on_file_progress, number, done, size)
            with _NamingTheFile(file), opened(file, most_bytes=None) as raw:
                is_parquet = raw[: len(MAGIC)] == MAGIC
                yield from (
                    self._of_parquet(file, on_progress)
                    if is_parquet
                    else self._of_text(raw, on_progress)
                )
            done += size

    def _on_file_progress(
        self, number: int, before: int, own: int, _what: str, share: float | None = None
    ) -> None:
        """Report how far all files are read, where one of them is."""
        many = f"file {number} of {len(self._files)}: " if len(self._files) > 1 else ""
        done = before + round(own * (share or 0))
        self._on_progress(f"{many}reading", done / max(sum(self._sizes), 1))

    def _sheet_of(self, raw: Text, on_progress: OnProgress) -> Cells:
        """Open a text that is written as the first one is."""
        options = self._layout.options
        try:
            sheet = sheet_of(raw, options, on_progress)
        except LinregError as refusal:
            if refusal.code != "no-features" or len(self._files) == 1:
                raise
            raise LinregError(
                "other-columns",
                f"a single column, where those of the first file are parted by "
                f"{quoted(options.separator or '')}; write all files alike",
            ) from None
        assert isinstance(sheet, Cells)
        return sheet

    def _of_text(self, raw: Text, on_progress: OnProgress) -> Iterator[Floats]:
        sheet = self._sheet_of(raw, on_progress)
        positions = self._positions(sheet.names)
        order = sorted(positions)
        row = 0
        for part in sheet.parts(order):
            columns = dict(zip(order, part.columns, strict=True))
            yield self._checked(
                [columns[position] for position in positions], sheet, positions, row
            )
            row += len(part.columns[0].values)
        if not row:
            raise LinregError("no-rows", "there is nothing in the rows; add the data")

    def _of_parquet(self, file: str, on_progress: OnProgress) -> Iterator[Floats]:
        with closing(ParquetRows(file, self._room, self._layout.wanted)) as table:
            positions, row = self._positions(table.names), 0
            for columns in table.columns(self._layout.options.missing_values):
                yield self._checked(columns, None, positions, row)
                row += len(columns[0].values)
                on_progress("reading", row / table.rows)

    def _positions(self, names: tuple[str, ...]) -> list[int]:
        wanted = self._layout.wanted
        missing = [name for name in wanted if name not in names]
        if missing:
            raise LinregError(
                "other-columns",
                f"it has no column {quoted(missing[0])}, which the first file has; it has "
                f"{listed(list(names))}",
            )
        return [names.index(name) for name in wanted]

    def _checked(
        self, columns: Sequence[Column], sheet: Sheet | None, positions: Sequence[int], row: int
    ) -> Floats:
        """The rows of a part that are trained on; refuses the first cell that is no number."""
        missing = self._layout.options.missing
        refused = [
            (found, index)
            for index, column in enumerate(columns)
            if (found := column.first_refused(missing)) is not None
        ]
        if refused:
            at, index = min(refused)
            if sheet is not None:
                raise sheet.refusal(row + at, positions[index], LACKING)
            raise self._refusal(columns[index], at, row + at, index)
        lacks = np.logical_or.reduce([column.missing for column in columns])
        values = np.column_stack([column.values for column in columns])
        self.rows_seen += len(values)
        self.rows_dropped += int(lacks.sum())
        return values[~lacks] if lacks.any() else values

    def _refusal(self, column: Column, at: int, row: int, index: int) -> LinregError:
        """What is said of a cell of a Parquet file, with its row, from 1."""
        name = self._layout.wanted[index]
        cell = "null" if column.missing[at] else f"{column.values[at]:.15g}"
        grammar = Grammar(".", self._layout.options.missing_values)
        error = of_cell("" if cell == "null" else cell, name, grammar, LACKING)
        return LinregError(
            error.code, f"row {row + 1:,}: {error.message}", column=name, advice=error.advice
        )


def _first_rows(raw: Text, file: str, options: TableOptions, memory: int | None) -> Sheet:
    if raw[: len(MAGIC)] == MAGIC:
        return ParquetSheet(head_of_parquet(file, room_for_parquet(memory)), options)
    return beginning(raw, options)[0]


def _needs_memory(what: str) -> LinregError:
    return LinregError(
        "needs-memory",
        f"{what} needs the whole table in memory, and this one is read in parts; leave it out, or "
        "take a part of the rows",
    )


class _NamingTheFile:
    """Let what is refused say in which file."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __enter__(self) -> None: ...

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, LinregError) and error.file is None:
            column = None if error.column is None else shortened(error.column)
            raise error.at(file=visible(self._file), column=column) from None
