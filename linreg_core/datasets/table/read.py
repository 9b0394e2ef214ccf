"""From a table to a problem: which columns, which rows, and what is refused on the way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets.options import (
    DEFAULT_OPTIONS,
    STANDARD_INPUT,
    Missing,
    TableOptions,
    flag_of,
)
from linreg_core.datasets.table import column_choice
from linreg_core.datasets.table.column_choice import Choice
from linreg_core.datasets.table.columns import Sheet
from linreg_core.datasets.table.features import assembled, levels_of, powers
from linreg_core.datasets.table.notes import notes_on, notes_on_cells
from linreg_core.datasets.table.parquet import MAGIC, ParquetSheet
from linreg_core.datasets.table.refusals import without
from linreg_core.datasets.table.text import dialect, header
from linreg_core.datasets.table.text.blocks import Text, is_blank
from linreg_core.datasets.table.text.cells import Cells
from linreg_core.datasets.table.text.files import as_utf8, opened
from linreg_core.datasets.table.text.grammar import Grammar, Mark
from linreg_core.datasets.table.text.lines import data_lines, hinting_at_lines_above
from linreg_core.errors import LinregError
from linreg_core.problem import Note, Problem
from linreg_core.safe_text import quoted, shortened, visible
from linreg_core.stages import OnProgress, ignore_progress

__all__ = ["TableOptions", "read_table"]

MOST_LISTED = 3
"""So many columns are told of that lack values."""

SMALL_BYTES = 2**20
"""So much is read in 30 ms: nobody waits for it."""


def read_table(
    path: str | os.PathLike[str],
    options: TableOptions = DEFAULT_OPTIONS,
    on_progress: OnProgress = ignore_progress,
) -> Problem:
    """Read a table of delimited text, or a Parquet file, as a problem.

    Every cell of the chosen columns must be a number by ``grammar.NUMBER`` or missing by
    ``grammar.MISSING``. A column that nobody asked for by name and of which less than half are
    numbers is left out, with a note.

    A text file is read half a megabyte at a time: a million rows of three columns take 2.7 times
    their numbers in memory (11 times, when the file is held as a whole). Standard input, another
    encoding than UTF-8 and blanks as separators need the whole text beside that.

    Args:
        path: a regular file of at most ``limits.MAX_FILE_BYTES``, or "-" for as much of standard
            input, of at most ``limits.MAX_COLUMNS`` columns. It is Parquet if it begins like one.
        options: how to read it.
        on_progress: called with how far it is read, unless it is small.

    Returns:
        The problem, in the file's units, its names as they stand in the file: they may hold
        anything, so make them visible before they go to a terminal. Notes: "separator-guessed",
        "header-looks-numeric", "perhaps-cut-off", "text-column", "empty-column", "rows-dropped",
        "one-hot", and those of ``notes.notes_on``.

    Raises:
        LinregError: with the file, and with line and column where there is one: what
            ``files.opened``, ``files.as_utf8``, ``dialect.settle``, ``header.split``,
            ``ParquetSheet``, ``column_choice.find``, ``column_choice.choose``,
            ``features.levels_of``, ``features.assembled`` and ``features.powers`` raise;
            "empty-file"; "missing-value", "not-a-number", "decimal-comma", "decimal-point" and
            "non-finite" for a cell; "no-rows" when every row is dropped; "not-enough-memory" when
            its numbers would not fit.
    """
    source = os.fspath(path)
    shown = "standard input" if source == STANDARD_INPUT else source
    try:
        with opened(source) as raw:
            is_small = len(raw[: SMALL_BYTES + 1]) <= SMALL_BYTES
            table = _Table(raw, options, ignore_progress if is_small else on_progress)
        del raw  # what was kept of the file goes before the numbers are copied
        return table.problem(shown)
    except LinregError as refusal:
        column = None if refusal.column is None else shortened(refusal.column)
        raise refusal.at(file=visible(shown), column=column) from None


class _Table:
    """Columns chosen and checked, all that is needed of the file.

    Args:
        raw: the bytes of the file.
        options: how to read them.
        on_progress: called with how far they are read.
    """

    def __init__(self, raw: Text, options: TableOptions, on_progress: OnProgress) -> None:
        sheet = sheet_of(raw, options, on_progress)
        self._chosen = column_choice.choose(sheet, column_choice.find(sheet, options), options)
        on_progress("putting the columns together")
        check_cells(self._chosen, sheet, options.missing)
        missing = _rows_missing(self._chosen)
        if missing.all():
            raise _no_rows(self._chosen, sheet.names)
        self._row_mask = ~missing
        self._names = sheet.names
        self._notes = [
            *sheet.notes,
            *self._chosen.notes,
            *notes_on_cells({sheet.names[p]: column for p, column in self._chosen.columns.items()}),
            *_since_the_earliest(self._chosen, sheet, options, self._row_mask),
            *_notes_on_rows(missing),
        ]
        self._levels = levels_of(sheet, self._chosen, self._row_mask)
        self._degree = options.degree
        self._table = {
            **asdict(options),
            **sheet.guessed,
            "target": sheet.names[self._chosen.target],
            "features": tuple(sheet.names[position] for position in self._chosen.features),
        }

    def problem(self, source: str) -> Problem:
        """Return the problem, once: the columns are let go."""
        chosen, row_mask = self._chosen, self._row_mask
        y = chosen.columns[chosen.target].values_at(row_mask)
        target = self._names[chosen.target]
        X, features, polynomial, notes = (
            assembled(chosen, self._names, self._levels, row_mask)
            if self._degree == 1
            else powers(chosen, self._names, self._degree, row_mask)
        )
        chosen.columns.clear()
        return Problem(
            source,
            X,
            y,
            features,
            target,
            dropped_rows=len(row_mask) - len(y),
            notes=(*self._notes, *notes, *notes_on(X, y, features, target)),
            polynomial=polynomial,
            table=self._table,
        )


def sheet_of(raw: Text, options: TableOptions, on_progress: OnProgress = ignore_progress) -> Sheet:
    """Open the bytes of a table; see `read_table` for what is refused."""
    if raw[: len(MAGIC)] == MAGIC:
        return ParquetSheet(raw, options)
    on_progress("looking through")
    text, separator = data_lines(as_utf8(raw, options.encoding), options)
    if is_blank(text):
        raise LinregError("empty-file", "the file is empty; name one that holds a table")
    separator = options.separator or separator
    mark: Mark = "," if options.decimal_comma else "."
    with hinting_at_lines_above(text, separator):
        records, notes = dialect.settle(text, separator, mark)
        head = header.split(records, mark, has_header=options.header)
    grammar = Grammar(mark, options.missing_values)
    return Cells(
        head.names, head.line, head.rows, grammar, (*notes, *head.notes), on_progress=on_progress
    )


def _since_the_earliest(
    chosen: Choice, sheet: Sheet, options: TableOptions, row_mask: NDArray[np.bool_]
) -> list[Note]:
    """Count the days of dates from the earliest one in the rows kept, and say so."""
    notes = []
    for name in options.dates:
        column = chosen.columns.get(sheet.names.index(name))
        if column is not None:
            first = float(column.values[row_mask].min())
            np.subtract(column.values, first, out=column.values)
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=first)
            beginning = f"{day:%Y-%m-%d}" if first == int(first) else f"{day:%Y-%m-%d %H:%M:%S}"
            notes.append(Note("date", f"{quoted(name)} is days since {beginning}"))
    return notes


def _rows_missing(chosen: Choice) -> NDArray[np.bool_]:
    """Return which rows lack a value in a chosen column, shape (n,)."""
    missing: NDArray[np.bool_] = np.logical_or.reduce(
        [column.missing for column in chosen.columns.values()]
    )
    return missing


def check_cells(chosen: Choice, sheet: Sheet, missing: Missing) -> None:
    """Refuse the first cell, in the file's order, that is no number, or no level where asked."""
    refused = []
    for position, column in chosen.columns.items():
        is_text = position in chosen.one_hot and not column.is_numeric
        row = column.first_missing(missing) if is_text else column.first_refused(missing)
        if row is not None:
            refused.append((row, position))
    if not refused:
        return
    raise sheet.refusal(*min(refused), _lacking(chosen, sheet.names))


def _lacking(chosen: Choice, names: Sequence[str]) -> str:
    """Say how many rows lack a value, and in which columns most of them do."""
    missing = _rows_missing(chosen)
    counts = {position: int(column.missing.sum()) for position, column in chosen.columns.items()}
    worst = sorted(filter(counts.__getitem__, counts), key=counts.__getitem__, reverse=True)
    counted = ", ".join(f"{shortened(names[p])} {counts[p]:,}" for p in worst[:MOST_LISTED])
    more = "" if len(worst) <= MOST_LISTED else ", ..."
    return f"{missing.sum():,} of {len(missing):,} rows lack one ({counted}{more})"


def _notes_on_rows(missing: NDArray[np.bool_]) -> list[Note]:
    """Say how many rows are dropped."""
    dropped = int(missing.sum())
    if not dropped:
        return []
    return [Note("rows-dropped", f"left out {dropped} of {len(missing)} rows: a value is missing")]


def _no_rows(chosen: Choice, names: Sequence[str]) -> LinregError:
    """Return what is said when every row lacks a value; `without` the worst column some may not."""
    worst = max(chosen.columns, key=lambda position: chosen.columns[position].missing.sum())
    advice = without(names[worst])
    hint = f": {flag_of(advice[0])}" if advice else ""
    return LinregError(
        "no-rows",
        f"every row has a missing value; {_lacking(chosen, names)}; leave out the columns that "
        f"cost most{hint}",
        advice=advice,
    )
