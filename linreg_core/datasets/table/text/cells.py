"""The cells of a text table, by polars: text in, numbers out, some records at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np
import polars as pl

from linreg_core import memory
from linreg_core.datasets.table.columns import (
    MAX_LEVELS,
    Column,
    GrowingColumn,
    Labels,
    require_room,
    too_many_levels,
)
from linreg_core.datasets.table.text import grammar, typed
from linreg_core.datasets.table.text.grammar import (
    BLANKS,
    MISSING,
    NON_FINITE,
    NUMBER,
    OTHER_MARK,
    Mark,
)
from linreg_core.datasets.table.text.records import Piece, Records
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import shortened
from linreg_core.stages import Tell, tell_nobody

_CUT_OFF = Note(
    "perhaps-cut-off",
    "the last line has no line end, and its last number is shorter than those above: if the file "
    "was cut off, so is that number",
)


class _Part(NamedTuple):
    """Some columns of some rows: where these end, and whether the last one seems cut off."""

    columns: Sequence[Column]
    end: int
    seems_cut_off: bool = False


class Cells:
    """A text table whose names are known: a ``columns.Sheet``.

    Args:
        names: names of the columns.
        names_line: the line they stand on, or ``None``.
        rows: what stands below them.
        mark: the decimal mark.
        notes: what was guessed or seen on the way.
        tell: hears how far they are read.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        names_line: int | None,
        rows: Records,
        mark: Mark,
        notes: tuple[Note, ...],
        *,
        tell: Tell = tell_nobody,
    ) -> None:
        self.names, self.names_line, self.notes = names, names_line, notes
        self._rows, self._mark, self._tell = rows, mark, tell

    def columns(self, positions: Sequence[int]) -> dict[int, Column]:
        """Return some columns; checks every record on the way.

        Raises:
            LinregError: what ``Records.pieces`` raises, and "not-enough-memory" as soon as it can
                be told that so many numbers would not fit.
        """
        growing = {position: GrowingColumn() for position in positions}
        rows, foreseen = 0, 0.0
        for part in self._parts(positions):
            rows += len(part.columns[0].values)
            share = (part.end - self._rows.start) / (self._rows.end - self._rows.start)
            if rows / share > 1.25 * foreseen:  # in the first piece, or where rows become shorter
                foreseen = rows / share
                numeric = sum(column.is_numeric for column in part.columns)
                require_room(int(foreseen), numeric, len(positions))
            for position, column in zip(positions, part.columns, strict=True):
                growing[position].append(column, int(1.1 * rows / share))
        last = len(self.names) - 1
        if last in positions and part.columns[-1].is_numeric and part.seems_cut_off:
            self.notes = (*self.notes, _CUT_OFF)
        return {position: grown.column() for position, grown in growing.items()}

    def labels(self, position: int) -> Labels:
        """Return one column as text without the blanks around it."""
        codes: dict[str, int] = {}
        parts = []
        for frame in self._frames([position]):
            cells = frame[str(position)].fill_null("").str.strip_chars(BLANKS)
            for level in cells.unique(maintain_order=True):
                if not grammar.is_missing(level):
                    codes.setdefault(level, len(codes))
            if len(codes) > MAX_LEVELS:
                raise too_many_levels(self.names[position])
            coded = cells.replace_strict(codes, default=-1, return_dtype=pl.Int32)
            parts.append(coded.to_numpy())
        return Labels(np.concatenate(parts), tuple(codes))

    def first_rows(self, count: int) -> tuple[tuple[str, ...], ...]:
        """Return the first rows as they stand there, without blanks and quotes around the cells."""
        for frame in self._frames(range(len(self.names))):
            rows = frame.head(count).rows()
            return tuple(
                tuple(shortened((cell or "").strip(BLANKS)) for cell in row) for row in rows
            )
        return ()

    def refusal(self, row: int, position: int, lacking: str) -> LinregError:
        """Return what is said about a cell, with its line."""
        for piece in self._rows.pieces(len(self.names)):
            filled = np.flatnonzero(~piece.blank)
            if row < len(filled):
                frame = self._frame(piece, [position])
                cell = frame[row, 0] or ""
                offset = piece.offset_of(int(filled[row]), position)
                code, message = grammar.refusal(cell, self._mark, lacking)
                return LinregError(
                    code, message, line=self._rows.line_at(offset), column=self.names[position]
                )
            row -= len(filled)
        raise IndexError(row)

    def _parts(self, positions: Sequence[int]) -> Iterator[_Part]:
        """Yield some columns, some rows at a time.

        Where some are not plain, a few MiB are read strictly, and less is tried fast behind them:
        so a table that is never plain takes only a little longer.
        """
        rows, most = self._rows, 1
        while rows.start < rows.end:
            plain = typed.numbers(rows, len(self.names), positions, self._mark, most)
            if plain is not None:
                numbers, end = plain
                missing = np.zeros(numbers.shape[1], dtype=np.bool_)
                yield _Part([Column(row, missing, len(row)) for row in numbers], end)
                self._tell_read(end)
                rows, most = replace(rows, start=end), min(2 * most, typed.MOST_PIECES)
                continue
            for piece in islice(rows.pieces(len(self.names)), typed.MOST_PIECES):
                if not piece.blank.all():
                    frame = self._frame(piece, positions).select(map(str, positions))
                    yield _Part(_parsed(frame, self._mark), piece.end, piece.seems_cut_off())
                self._tell_read(piece.end)
            rows, most = replace(rows, start=piece.end), 1

    def _frames(self, positions: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yield some columns as text, some records at a time."""
        for piece in self._rows.pieces(len(self.names)):
            if not piece.blank.all():
                yield self._frame(piece, positions)
            self._tell_read(piece.end)

    def _frame(self, piece: Piece, positions: Sequence[int]) -> pl.DataFrame:
        return _frame(piece, len(self.names), positions, self._rows.separator)

    def _tell_read(self, end: int) -> None:
        start = self._rows.start
        self._tell("reading", (end - start) / (self._rows.end - start))


def first_row(records: Records, fields: int) -> tuple[str, ...]:
    """Return the fields of the first record as they stand there, without their quotes."""
    piece = next(records.pieces(fields))
    row = _frame(piece, fields, range(fields), records.separator).row(0)
    return tuple(cell or "" for cell in row)


def _frame(piece: Piece, fields: int, positions: Sequence[int], separator: str) -> pl.DataFrame:
    """Return some columns of the records that are no blank lines, as text; null for no text."""
    memory.require_reserve(f"read {fields:,} columns", typed.COLUMN_BYTES * fields)
    # At the very beginning polars passes over blank lines, a byte order mark and returns: there
    # stands a record of our own.
    own = (separator * (fields - 1) + "\n").encode()
    frame = pl.read_csv(
        own + piece.quoted(),
        has_header=False,
        # Our own names: the file's may hold anything, and polars reads "^…$" as a pattern.
        schema={str(field): pl.String for field in range(fields)},
        columns=list(positions),
        separator=separator,
    )[1:]
    if frame.height != len(piece.blank):
        raise RuntimeError(f"polars read {frame.height} records where there are {len(piece.blank)}")
    return frame.filter(pl.Series(~piece.blank)) if piece.blank.any() else frame


def _parsed(frame: pl.DataFrame, mark: Mark) -> list[Column]:
    """Return the columns of a frame of text.

    All of them as one long column: of 5,000 rows of 2,000 columns each piece has 27 rows, and to
    ask polars column by column took 103 s where this takes 3 s.
    """
    shape = frame.width, frame.height
    cells = frame.unpivot().select(cell=pl.col("value").str.strip_chars(BLANKS))
    cell = pl.col("cell")
    pointed = cell if mark == "." else cell.str.replace(mark, ".", literal=True)
    number = pl.when(cell.str.contains(f"^{NUMBER[mark]}$")).then(pointed).cast(pl.Float64)
    values = cells.select(number).to_series()
    numbers = values.fill_null(np.nan).to_numpy().reshape(shape)
    if not values.null_count():  # as in most pieces
        return [Column(row, np.zeros(len(row), dtype=np.bool_), len(row)) for row in numbers]
    filled = cell.fill_null("")
    seen = cells.select(
        missing=filled.str.contains(f"^{MISSING}$"),
        # A number with only digits is one with either mark: count it once.
        number=values.is_not_null()
        | filled.str.contains(f"^({NON_FINITE}|{NUMBER[OTHER_MARK[mark]]})$"),
    )
    missing, count = (seen[name].to_numpy().reshape(shape) for name in ("missing", "number"))
    return [Column(*row) for row in zip(numbers, missing, count.sum(axis=1).tolist(), strict=True)]
