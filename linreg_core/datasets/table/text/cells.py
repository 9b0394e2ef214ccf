"""The cells of a text table, by polars: text in, numbers out, some records at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from linreg_core import memory
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
from linreg_core.datasets.table.text.blocks import end_of_record
from linreg_core.datasets.table.text.grammar import (
    BLANKS,
    INFINITE,
    MINUS,
    MISSING_WORDS,
    NUMBER,
    OTHER_MARK,
    Grammar,
    any_of,
    is_number,
)
from linreg_core.datasets.table.text.lines import telling_what_stands_above
from linreg_core.datasets.table.text.others import others_of
from linreg_core.datasets.table.text.records import Piece, Records
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import shortened
from linreg_core.stages import Tell, tell_nobody

_COLUMN_BYTES = 6 * 1024
"""What polars takes for each column of a frame, however few rows it has: 5 KiB."""

_CUT_OFF = Note(
    "perhaps-cut-off",
    "the last line has no line end, and its last number is shorter than those above: if the file "
    "was cut off, so is that number",
)


class Cells:
    """A text table whose names are known: a ``columns.Sheet``.

    Args:
        names: names of the columns.
        names_line: the line they stand on, or ``None``.
        rows: what stands below them.
        grammar: how the cells are written.
        notes: what was guessed or seen on the way.
        tell: hears how far they are read.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        names_line: int | None,
        rows: Records,
        grammar: Grammar,
        notes: tuple[Note, ...],
        *,
        tell: Tell = tell_nobody,
    ) -> None:
        self.names, self.names_line, self.notes = names, names_line, notes
        self._rows, self._grammar, self._tell = rows, grammar, tell
        self._readings: dict[int, Reading] = {}

    def columns(self, positions: Sequence[int]) -> dict[int, Column]:
        """Return some columns; checks every record on the way.

        Raises:
            LinregError: what ``Records.pieces`` raises, and "not-enough-memory" as soon as it can
                be told that so many numbers would not fit.
        """
        growing = {position: GrowingColumn() for position in positions}
        rows, foreseen = 0, 0.0
        for piece, frame in self._frames(positions):
            rows += frame.height
            share = (piece.end - self._rows.start) / (self._rows.end - self._rows.start)
            parts = _parsed(frame.select(map(str, positions)), self._grammar)
            if rows / share > 1.25 * foreseen:  # in the first piece, or where rows become shorter
                foreseen = rows / share
                numeric = sum(column.is_numeric for column in parts)
                require_room(int(foreseen), numeric, len(parts))
            for position, part in zip(positions, parts, strict=True):
                growing[position].append(part, int(1.1 * rows / share))
        last = len(self.names) - 1
        if last in positions and parts[-1].is_numeric and piece.seems_cut_off():
            self.notes = (*self.notes, _CUT_OFF)
        return {position: column.column() for position, column in growing.items()}

    def converted(self, position: int, reading: Reading) -> Column:
        """Return a column of which a reading makes numbers."""
        self._readings[position] = reading
        growing = GrowingColumn()
        for _, frame in self._frames([position]):
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
        for _, frame in self._frames([position]):
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
        for _, frame in self._frames(range(len(self.names))):
            rows = frame.head(count).rows()
            return tuple(
                tuple(shortened((cell or "").strip(BLANKS)) for cell in row) for row in rows
            )
        return ()

    def refusal(self, row: int, position: int, lacking: str) -> LinregError:
        """Return what is said about a cell, with its line."""
        name, width = self.names[position], len(self.names)
        for piece in self._pieces():
            filled = np.flatnonzero(~piece.blank)
            if row < len(filled):
                frame = _frame(piece, width, range(width), self._rows.separator)
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
        told = of_cell(cell, name, self._grammar, lacking, has_both_marks=self._has_both_marks())
        return LinregError(
            told.code, told.message, line=line, column=told.column, advice=told.advice
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
            f"line {line} is no data: if it holds units, {flag_of(units)}; if it holds the names, "
            f"{flag_of(names)}",
            line=line,
            advice=(units, names),
        )

    def _has_both_marks(self) -> bool:
        """Whether numbers are written with a point and others with a comma."""
        seen = set()
        for _, frame in self._frames(range(len(self.names))):
            cell = frame.unpivot()["value"].str.strip_chars(BLANKS)
            for mark, number in NUMBER.items():
                if (cell.str.contains(f"^{number}$") & cell.str.contains(mark, literal=True)).any():
                    seen.add(mark)
            if len(seen) > 1:
                return True
        return False

    def _pieces(self) -> Iterator[Piece]:
        with telling_what_stands_above(self._rows.text, self._rows.separator):
            yield from self._rows.pieces(len(self.names))

    def _frames(self, positions: Sequence[int]) -> Iterator[tuple[Piece, pl.DataFrame]]:
        start, end = self._rows.start, self._rows.end
        for piece in self._pieces():
            if not piece.blank.all():
                yield piece, _frame(piece, len(self.names), positions, self._rows.separator)
            self._tell("reading", (piece.end - start) / (end - start))


def first_row(records: Records, fields: int | None) -> tuple[str, ...]:
    """Return the fields of the first record as they stand there, without their quotes.

    Args:
        records: of which the first ones are checked.
        fields: how many each must have; ``None``: as many as the first one has.
    """
    first = Records(
        records.text, records.separator, records.start, end_of_record(records.text, records.start)
    )
    fields = first.fields() if fields is None else fields
    piece = next(first.pieces(fields))
    row = _frame(piece, fields, range(fields), records.separator).row(0)
    return tuple(cell or "" for cell in row)


def _frame(piece: Piece, fields: int, positions: Sequence[int], separator: str) -> pl.DataFrame:
    """Return some columns of the records that are no blank lines, as text; null for no text."""
    memory.require_reserve(f"read {fields:,} columns", _COLUMN_BYTES * fields)
    first = int(np.argmin(piece.blank))  # polars passes over blank lines only at the beginning
    frame = pl.read_csv(
        piece.text[piece.offset_of(first, 0) - piece.start :],
        has_header=False,
        # Our own names: the file's may hold anything, and polars reads "^…$" as a pattern.
        schema={str(field): pl.String for field in range(fields)},
        columns=list(positions),
        separator=separator,
    )
    blank = piece.blank[first:]
    if frame.height != len(blank):
        raise RuntimeError(f"polars read {frame.height} records where there are {len(blank)}")
    return frame.filter(pl.Series(~blank)) if blank.any() else frame


def _parsed(frame: pl.DataFrame, grammar: Grammar) -> list[Column]:
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
    if grammar.missing_numbers:
        numbers = np.where(np.isin(numbers, grammar.missing_numbers), np.nan, numbers)
        missing = missing | (np.isnan(numbers.ravel()) & values.is_not_null().to_numpy())
    others = others_of(texts, numbers.ravel(), is_number | missing, shape, grammar.mark)
    is_number, missing = (is_number & ~missing).reshape(shape), missing.reshape(shape)
    counts = is_number.sum(axis=1).tolist()
    return [Column(*row) for row in zip(numbers, missing, counts, others, strict=True)]
