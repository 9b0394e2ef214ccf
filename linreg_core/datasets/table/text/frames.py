"""Records as frames of polars, and frames as columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from linreg_core import memory
from linreg_core.datasets.table.columns import Column
from linreg_core.datasets.table.text.grammar import (
    BLANKS,
    INFINITE,
    MINUS,
    MISSING_WORDS,
    NUMBER,
    OTHER_MARK,
    Grammar,
    any_of,
)
from linreg_core.datasets.table.text.others import others_of
from linreg_core.datasets.table.text.records import Piece, Records

COLUMN_BYTES = 6 * 1024
"""What polars takes for each column of a frame, however few rows it has: 5 KiB."""


def first_row(records: Records) -> tuple[str, ...]:
    """Return the fields of the first record as they stand there, without their quotes."""
    first = records.first()
    fields = first.fields()
    frame = frame_of(next(first.pieces(fields)), fields, range(fields), records.separator)
    return tuple(cell or "" for cell in frame.row(0)) if len(frame) else ("",) * fields


def frame_of(piece: Piece, fields: int, positions: Sequence[int], separator: str) -> pl.DataFrame:
    """Return some columns of the records that are no blank lines, as text; null for no text."""
    memory.require_reserve(f"read {fields:,} columns", COLUMN_BYTES * fields)
    # At the very beginning polars passes over blank lines, a byte order mark and returns: there
    # stands a record of our own.
    own = (separator * (fields - 1) + "\n").encode()
    frame = pl.read_csv(
        own + piece.filled(),
        has_header=False,
        # Our own names: the file's may hold anything, and polars reads "^…$" as a pattern.
        schema={str(field): pl.String for field in range(fields)},
        columns=list(positions),
        separator=separator,
    )[1:]
    records = np.count_nonzero(~piece.blank)
    if frame.height != records:
        raise RuntimeError(f"polars read {frame.height} records where there are {records}")
    return frame.select(map(str, positions))


def parsed(frame: pl.DataFrame, grammar: Grammar) -> list[Column]:
    """Return the columns of a frame of text.

    All of them as one long column: of 5,000 rows of 2,000 columns each piece has 27 rows, and to
    ask polars column by column took 103 s where this takes 3 s.
    """
    shape = frame.width, frame.height
    cells = frame.unpivot().select(cell=pl.col("value").str.strip_chars(BLANKS))
    cell = pl.col("cell")
    plain = cell.str.replace_all(MINUS, "-", literal=True)
    if grammar.mark != ".":
        plain = plain.str.replace(grammar.mark, ".", literal=True)
    number = pl.when(cell.str.contains(f"^{NUMBER[grammar.mark]}$")).then(plain).cast(pl.Float64)
    values = cells.select(number).to_series()
    numbers = values.fill_null(np.nan).to_numpy().reshape(shape)
    texts = cells["cell"].fill_null("")
    if values.null_count():
        # A number with only digits is one with either mark: count it once.
        other = f"^({INFINITE}|{NUMBER[OTHER_MARK[grammar.mark]]})$"
        is_number = (values.is_not_null() | texts.str.contains(other)).to_numpy()
        missing = texts.str.contains(f"^({grammar.missing}|{any_of(MISSING_WORDS)})$").to_numpy()
    else:  # as in most pieces
        is_number, missing = np.ones(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
    others = others_of(texts, numbers.ravel(), is_number | missing, shape, grammar.mark)
    is_number, missing = (is_number & ~missing).reshape(shape), missing.reshape(shape)
    counts = is_number.sum(axis=1).tolist()
    columns = zip(numbers, missing, counts, others, strict=True)
    return [marked(Column(*column), grammar) for column in columns]


def marked(column: Column, grammar: Grammar) -> Column:
    """Return a column without the numbers that stand for a missing value."""
    if not grammar.missing_numbers:
        return column
    is_marked = np.isin(column.values, grammar.missing_numbers)
    return replace(
        column,
        values=np.where(is_marked, np.nan, column.values),
        missing=column.missing | is_marked,
        numbers=column.numbers - int(is_marked.sum()),
    )
