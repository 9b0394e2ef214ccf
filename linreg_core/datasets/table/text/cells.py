"""The cells of a text table, by polars: text in, numbers out, some records at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np
import polars as pl

from linreg_core.datasets.options import flag_of
from linreg_core.datasets.table.columns import (
    MAX_LEVELS,
    Column,
    GrowingColumn,
    Labels,
    require_room,
    too_many_levels,
)
from linreg_core.datasets.table.readings import LOOSE, Reading
from linreg_core.datasets.table.refusals import of_cell
from linreg_core.datasets.table.text import typed
from linreg_core.datasets.table.text.frames import frame_of, marked, parsed
from linreg_core.datasets.table.text.grammar import BLANKS, NUMBER, Grammar, is_number
from linreg_core.datasets.table.text.lines import hinting_at_lines_above
from linreg_core.datasets.table.text.records import Piece, Records
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import shortened
from linreg_core.stages import OnProgress, ignore_progress

_CUT_OFF = Note(
    "perhaps-cut-off",
    "the last line has no line end, and its last number is shorter than those above: if the file "
    "was cut off, so is that number",
)


class Part(NamedTuple):
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
        grammar: how the cells are written.
        notes: what was guessed or seen on the way.
        on_progress: called with how far they are read.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        names_line: int | None,
        rows: Records,
        grammar: Grammar,
        notes: tuple[Note, ...],
        *,
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        self.names, self.names_line, self.notes = names, names_line, notes
        self._rows, self._grammar, self._on_progress = rows, grammar, on_progress
        self._readings: dict[int, Reading] = {}

    @property
    def guessed(self) -> Mapping[str, object]:
        """The separator, and whether the first line holds names."""
        return {"separator": self._rows.separator, "header": self.names_line is not None}

    def columns(self, positions: Sequence[int]) -> dict[int, Column]:
        """Return some columns; checks every record on the way.

        Raises:
            LinregError: what ``Records.pieces`` raises, and "not-enough-memory" as soon as it can
                be told that so many numbers would not fit.
        """
        growing = {position: GrowingColumn() for position in positions}
        rows, foreseen = 0, 0.0
        for part in self.parts(positions):
            rows += len(part.columns[0].values)
            share = (part.end - self._rows.start) / (self._rows.end - self._rows.start)
            if rows / share > 1.25 * foreseen:  # in the first piece, or where rows become shorter
                foreseen = rows / share
                numeric = sum(column.is_numeric for column in part.columns)
                require_room(int(foreseen), numeric, len(positions))
            for position, column in zip(positions, part.columns, strict=True):
                growing[position].append(column, int(1.1 * rows / share))
        if not rows:
            raise LinregError("no-rows", "there is nothing in the rows; add the data")
        last = len(self.names) - 1
        if last in positions and part.columns[-1].is_numeric and part.seems_cut_off:
            self.notes = (*self.notes, _CUT_OFF)
        return {position: grown.column() for position, grown in growing.items()}

    def converted(self, position: int, reading: Reading) -> Column:
        """Return a column of which a reading makes numbers."""
        self._readings[position] = reading
        growing = GrowingColumn()
        for frame in self._frames([position]):
            cells = frame[str(position)].fill_null("").str.strip_chars(BLANKS)
            texts = cells.unique(maintain_order=True).to_list()
            known = {text: reading.number(text) for text in texts}
            values = cells.replace_strict(known, return_dtype=pl.Float64)
            missing = cells.str.contains(f"^({self._grammar.missing})$").to_numpy()
            numbers = values.to_numpy().copy()
            numbers[missing] = np.nan
            growing.append(Column(numbers, missing, int(values.count())), 0)
        return growing.column()

    def labels(self, position: int) -> Labels:
        """Return one column as text without the blanks around it."""
        codes: dict[str, int] = {}
        parts = []
        for frame in self._frames([position]):
            cells = frame[str(position)].fill_null("").str.strip_chars(BLANKS)
            for level in cells.unique(maintain_order=True):
                if not self._grammar.is_missing(level):
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
        name, width = self.names[position], len(self.names)
        for piece in self._pieces(self._rows):
            filled = np.flatnonzero(~piece.blank)
            if row < len(filled):
                frame = self._frame(piece, range(width))
                cells = [cell or "" for cell in frame.row(row)]
                offset = piece.offset_of(int(filled[row]), position)
                break
            row -= len(filled)
        line, cell = self._rows.line_at(offset), cells[position]
        reading = self._readings.get(position)
        if (
            row == 0
            and piece.start == self._rows.start
            and self.names_line
            and self._is_of_words(cells)
        ):
            return self._words(line)
        if reading is not None and not self._grammar.is_missing(cell):
            code, message = reading.refusal(cell.strip(BLANKS))
            return LinregError(code, message, line=line, column=name)
        error = of_cell(cell, name, self._grammar, lacking, has_both_marks=self._has_both_marks())
        return LinregError(
            error.code, error.message, line=line, column=error.column, advice=error.advice
        )

    def _is_of_words(self, cells: Sequence[str]) -> bool:
        """Whether a row holds no number, and each of its cells a word or two."""
        return all(
            cell.strip(BLANKS)
            and not self._grammar.is_missing(cell)
            and not re.fullmatch(LOOSE[self._grammar.mark], cell.strip(BLANKS))
            and not any(is_number(cell, mark) for mark in NUMBER)
            for cell in cells
        )

    def _words(self, line: int) -> LinregError:
        """Return what is said about a first row of words: they are units, or the names."""
        above = "1" if line == 2 else f"1-{line - 1}"
        units, names = (("skip_lines", lines) for lines in (str(line), above))
        return LinregError(
            "not-a-number",
            f"no data: if line {line} holds units, {flag_of(units)}; if it holds the names, "
            f"{flag_of(names)}",
            line=line,
            advice=(units, names),
        )

    def _has_both_marks(self) -> bool:
        """Whether numbers are written with a point and others with a comma."""
        seen = set()
        for frame in self._frames(range(len(self.names))):
            cell = frame.unpivot()["value"].str.strip_chars(BLANKS)
            for mark, number in NUMBER.items():
                if (cell.str.contains(f"^{number}$") & cell.str.contains(mark, literal=True)).any():
                    seen.add(mark)
            if len(seen) > 1:
                return True
        return False

    def parts(self, positions: Sequence[int]) -> Iterator[Part]:
        """Yield some columns, some rows at a time.

        Where some are not plain, a few MiB are read strictly, and less is tried fast behind them:
        so a table that is never plain takes only a little longer.
        """
        rows, most = self._rows, 1
        while rows.start < rows.end:
            plain = typed.numbers(rows, len(self.names), positions, self._grammar.mark, most)
            if plain is not None:
                numbers, end = plain
                missing = np.zeros(numbers.shape[1], dtype=np.bool_)
                columns = [Column(row, missing, len(row)) for row in numbers]
                yield Part([marked(column, self._grammar) for column in columns], end)
                self._report_read(end)
                rows, most = replace(rows, start=end), min(2 * most, typed.MOST_PIECES)
                continue
            for piece in islice(self._pieces(rows), typed.MOST_PIECES):
                if not piece.blank.all():
                    columns = parsed(self._frame(piece, positions), self._grammar)
                    yield Part(columns, piece.end, piece.seems_cut_off())
                self._report_read(piece.end)
            rows, most = replace(rows, start=piece.end), 1

    def _frames(self, positions: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Yield some columns as text, some records at a time."""
        for piece in self._pieces(self._rows):
            if not piece.blank.all():
                yield self._frame(piece, positions)
            self._report_read(piece.end)

    def _pieces(self, rows: Records) -> Iterator[Piece]:
        with hinting_at_lines_above(rows.text, rows.separator):
            yield from rows.pieces(len(self.names))

    def _frame(self, piece: Piece, positions: Sequence[int]) -> pl.DataFrame:
        return frame_of(piece, len(self.names), positions, self._rows.separator)

    def _report_read(self, end: int) -> None:
        start = self._rows.start
        self._on_progress("reading", (end - start) / (self._rows.end - start))
