"""From a table file to a problem: which columns, which rows, and what is refused on the way."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets import choice, grammar, header
from linreg_core.datasets.cells import Cells
from linreg_core.datasets.choice import Choice
from linreg_core.datasets.files import read_utf8
from linreg_core.datasets.notes import notes_on
from linreg_core.datasets.options import DEFAULT_OPTIONS, Missing, TableOptions
from linreg_core.errors import LinregError
from linreg_core.problem import Note, Problem
from linreg_core.wording import quoted, shortened, visible

__all__ = ["TableOptions", "read_table"]


def read_table(path: str | os.PathLike[str], options: TableOptions = DEFAULT_OPTIONS) -> Problem:
    """Read a delimited text file as a problem.

    Every cell of the chosen columns must be a number by ``grammar.NUMBER`` or missing by
    ``grammar.MISSING``. A column that nobody asked for by name and of which less than half are
    numbers is left out, with a note.

    Args:
        path: a regular file of at most ``files.MAX_FILE_BYTES``.
        options: how to read it.

    Returns:
        The problem, in the file's units, its names as they stand in the file: they may hold
        anything, so make them visible before they go to a terminal. Notes: "header-looks-numeric",
        "text-column", "empty-column", "rows-dropped", and those of ``notes.notes_on``.

    Raises:
        LinregError: with the file, and with line and column where there is one: what
            ``files.read_utf8``, ``header.split``, ``Records.shape``, ``choice.find`` and
            ``choice.choose`` raise; "missing-value", "not-a-number" and "non-finite" for a cell;
            "no-rows" when every row is dropped.
    """
    source = os.fspath(path)
    try:
        return _read(source, options)
    except LinregError as refusal:
        raise LinregError(
            refusal.code,
            refusal.message,
            file=visible(source),
            line=refusal.line,
            column=None if refusal.column is None else shortened(refusal.column),
        ) from None


def _read(source: str, options: TableOptions) -> Problem:
    data = read_utf8(source, options.encoding)
    names, names_line, rows = header.split(data, options.separator, options.header)
    asked = choice.find(
        names, options.target, options.features, names_line if options.header else None
    )
    cells = Cells(rows, rows.shape(len(names)))
    chosen = choice.choose(cells, names, asked)
    _check_cells(chosen, cells, names, options.missing)
    missing = _rows_missing(chosen)
    notes = [*_notes_on_names(names, options), *chosen.notes, *_notes_on_rows(missing)]
    return _problem(source, chosen, names, ~missing, notes)


def _rows_missing(chosen: Choice) -> NDArray[np.bool_]:
    """Return which rows lack a value in a chosen column, shape (n,)."""
    missing: NDArray[np.bool_] = np.logical_or.reduce(
        [column.missing for column in chosen.columns.values()]
    )
    return missing


def _check_cells(chosen: Choice, cells: Cells, names: Sequence[str], missing: Missing) -> None:
    """Refuse the first cell, in the file's order, that is no number."""
    refused = [
        (row, position)
        for position, column in chosen.columns.items()
        if (row := column.first_refused(missing)) is not None
    ]
    if not refused:
        return
    row, position = min(refused)
    cell = cells.text(row, position)
    if grammar.is_missing(cell):
        code = "missing-value"
        message = (
            f"no value here ({quoted(cell)}); {_rows_missing(chosen).sum()} of {cells.rows} rows "
            "lack one: fill them in, or leave these rows out with --missing drop"
        )
    else:
        code, message = grammar.refusal(cell)
    raise LinregError(code, message, line=cells.line_of(row, position), column=names[position])


def _problem(
    source: str, chosen: Choice, names: Sequence[str], keep: NDArray[np.bool_], notes: list[Note]
) -> Problem:
    X = np.column_stack([chosen.columns[position].values[keep] for position in chosen.features])
    y = chosen.columns[chosen.target].values[keep]
    features = tuple(names[position] for position in chosen.features)
    target = names[chosen.target]
    return Problem(
        source,
        X,
        y,
        features,
        target,
        dropped_rows=len(keep) - len(y),
        notes=(*notes, *notes_on(X, y, features, target)),
    )


def _notes_on_names(names: Sequence[str], options: TableOptions) -> list[Note]:
    if options.header and all(map(grammar.is_number, names)):
        return [
            Note(
                "header-looks-numeric",
                "the first line holds numbers and was read as names; if it is data, use "
                "--no-header",
            )
        ]
    return []


def _notes_on_rows(missing: NDArray[np.bool_]) -> list[Note]:
    """Say how many rows are dropped.

    Raises:
        LinregError: "no-rows" when all are.
    """
    dropped = int(missing.sum())
    if dropped == len(missing):
        raise LinregError(
            "no-rows", "every row has a missing value; choose columns with --target, --features"
        )
    if not dropped:
        return []
    return [Note("rows-dropped", f"left out {dropped} of {len(missing)} rows: a value is missing")]
