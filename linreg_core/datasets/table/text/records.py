"""The shape of a table's text: where its records and fields are, checked strictly (RFC 4180).

polars reads leniently: a short row is filled up, a misplaced quote repaired, in silence. So the
text is checked here first, and polars only ever gets what has one reading. The same marks tell
afterwards on which line of the file a cell stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets.table import limits
from linreg_core.datasets.table.limits import MAX_FIELD_BYTES
from linreg_core.datasets.table.text.blocks import Text, line_at
from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted

PIECE_BYTES = 2**19
"""Bytes looked at together. The marks of a piece take up to 18 times as much memory, when every
other byte is a separator."""

CUT_OFF_RECORDS = 10
"""Fewest records by which the last one is judged."""

_LF, _CR, _QUOTE = b'\n\r"'

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Records:
    """A stretch of at least one record within a table's text; the first is no blank line.

    A record is a line, or several where a field between quotes holds line breaks. A field is
    either free of quotes or wholly between them, with quotes inside it doubled. Lines end in LF
    or CR LF.

    Args:
        text: the whole table, UTF-8.
        separator: the character between two fields, ASCII.
        start: offset in ``text`` of the first record.
        end: offset behind the last record.
    """

    text: Text
    separator: str
    start: int
    end: int

    def pieces(self, fields: int) -> Iterator[Piece]:
        """Check every record and yield them all, some at a time.

        Args:
            fields: how many fields each record must have.

        Raises:
            LinregError: "quote", "field-too-long", "line-too-long" and "ragged", with the line.
        """
        for piece in self._pieces():
            if piece.lengths.max() > MAX_FIELD_BYTES:
                long = int(np.argmax(piece.lengths > MAX_FIELD_BYTES))
                self._refuse_long_field(piece.start + piece.field_start(long))
            ragged = (piece.counts != fields) & ~piece.blank
            if ragged.any():
                self._refuse_ragged(piece, int(np.argmax(ragged)), fields)
            yield piece

    def fields(self) -> int:
        """Return how many fields the first record has, after a check of all records.

        Raises:
            LinregError: "too-many-columns"; what `pieces` raises.
        """
        fields = int(next(self._pieces()).counts[0])
        if fields > limits.MAX_COLUMNS:
            raise limits.too_many_columns(f"{fields:,}", self.line_at(self.start))
        for _ in self.pieces(fields):
            pass
        return fields

    def first(self) -> Records:
        """Return the first record that is not blank alone, or else the first one.

        Of the records up to it no more than the quotes is checked.
        """
        for piece in self._pieces():
            filled = np.flatnonzero(~piece.blank)
            if len(filled):
                record = int(filled[0])
                start = piece.end_of(record - 1) if record else piece.start
                return replace(self, start=start, end=piece.end_of(record))
        return replace(self, end=next(self._pieces()).end_of(0))

    def line_at(self, offset: int) -> int:
        """Return the line of the text, counted from 1, on which a byte stands."""
        return line_at(self.text, offset)

    def _pieces(self) -> Iterator[Piece]:
        """Yield whole records, marked."""
        start, size = self.start, PIECE_BYTES
        while start < self.end:
            piece = self._mark(start, min(start + size, self.end))
            if piece is None:  # no record ends within so many bytes
                if size > limits.MAX_RECORD_BYTES:
                    raise limits.line_too_long(self.line_at(start))
                size = min(2 * size, limits.MAX_RECORD_BYTES + 1)
                continue
            yield piece
            start = piece.end
            size = PIECE_BYTES

    def _mark(self, start: int, end: int) -> Piece | None:
        """Return the whole records in ``text[start:end]`` with marks, ``None`` when none ends."""
        raw = self.text[start:end]
        text = np.frombuffer(raw, np.uint8)
        quotes = np.flatnonzero(text == _QUOTE)
        marks = np.flatnonzero((text == ord(self.separator)) | (text == _LF))
        if len(quotes):
            self._check_quotes(text, quotes, start)
            marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
        ends = np.flatnonzero(text[marks] == _LF)
        if end == self.end and (not len(ends) or marks[ends[-1]] < len(text) - 1):
            marks = np.append(marks, len(text))  # the last line needs no line end
            ends = np.append(ends, len(marks) - 1)
        if not len(ends):
            return None
        marks = marks[: ends[-1] + 1]
        return Piece(raw[: int(marks[-1]) + 1], start, marks, ends)

    def _check_quotes(self, text: NDArray[np.uint8], quotes: Positions, start: int) -> None:
        """Refuse a quote within a bare field, text behind a closing one, and one never closed."""
        opening, closing = quotes[0::2], quotes[1::2]
        # A doubled quote reads as one that closes and one that opens at once.
        beside = (ord(self.separator), _LF, _QUOTE)
        misplaced = opening[(opening > 0) & ~np.isin(text[opening - 1], beside)]
        if len(misplaced):
            raise LinregError(
                "quote",
                "a quote stands inside a field; put the whole field between quotes and double "
                "the quote",
                line=self.line_at(start + int(misplaced[0])),
            )
        inner = closing[closing < len(text) - 1]
        is_closed = np.isin(text[inner + 1], beside) | _are_line_ends(text, inner + 1)
        unclosed = opening[: len(inner)][~is_closed]
        if len(opening) > len(closing) and start + len(text) == self.end:
            unclosed = np.append(unclosed, quotes[-1])
        if len(unclosed):
            raise LinregError(
                "quote",
                "the field that opens with a quote here is not closed by one before a separator "
                "or line end; close it",
                line=self.line_at(start + int(unclosed[0])),
            )
        if len(opening) > len(closing) and len(text) - quotes[-1] > MAX_FIELD_BYTES:
            self._refuse_long_field(start + int(quotes[-1]))

    def _refuse_long_field(self, offset: int) -> None:
        raise LinregError(
            "field-too-long",
            f"a field has more than {MAX_FIELD_BYTES:,} characters; this is no table of numbers, "
            "or a quote is missing",
            line=self.line_at(offset),
        )

    def _refuse_ragged(self, piece: Piece, record: int, fields: int) -> None:
        count = int(piece.counts[record])
        separator = "blanks" if self.separator == " " else quoted(self.separator)
        raise LinregError(
            "ragged",
            f"{count} field{'s' if count > 1 else ''} where the first line has {fields}; complete "
            f"the row, or put a field that holds {separator} between quotes",
            line=self.line_at(piece.offset_of(record, 0)),
        )


def _are_line_ends(text: NDArray[np.uint8], offsets: Positions) -> NDArray[np.bool_]:
    """Return of which bytes is a CR that LF or the end follows."""
    following = np.append(text, _LF)[offsets + 1]
    ends: NDArray[np.bool_] = (text[offsets] == _CR) & (following == _LF)
    return ends


class Piece:
    """Some whole records, at least one.

    Args:
        text: their bytes.
        start: offset of ``text`` in the table's text.
        marks: where fields end in ``text``: separators and line ends outside quotes.
        ends: which of the marks end a record.

    Attributes:
        lengths: how many bytes each field has, its quotes included.
        counts: how many fields each record has.
        blank: whether each record is a blank line, or has nothing but separators.
    """

    def __init__(self, text: bytes, start: int, marks: Positions, ends: Positions) -> None:
        self.text, self.start = text, start
        self._marks, self._ends = marks, ends
        self.lengths: Positions = np.diff(marks, prepend=-1) - 1
        self.counts: Positions = np.diff(ends, prepend=-1)
        self.blank = self._blank()

    @property
    def end(self) -> int:
        """Offset in the table's text behind these records."""
        return self.start + len(self.text)

    def field_start(self, mark: int) -> int:
        """Return where the field begins in ``text`` that ends at a mark."""
        return int(self._marks[mark - 1]) + 1 if mark else 0

    def offset_of(self, record: int, field: int) -> int:
        """Return where a field of a record begins in the table's text, both counted from 0."""
        first = int(self._ends[record - 1]) + 1 if record else 0
        return self.start + self.field_start(first + field)

    def end_of(self, record: int) -> int:
        """Return the offset in the table's text behind a record, counted from 0."""
        return self.start + min(int(self._marks[self._ends[record]]) + 1, len(self.text))

    def filled(self) -> bytes:
        """Return the records that are not blank, as polars reads each field whole.

        It would drop a CR that ends a field, were there no quotes around it, and fails on a blank
        record of too many separators.
        """
        if b"\r" not in self.text and not self.blank.any():
            return self.text
        text = np.frombuffer(self.text, np.uint8)
        ends = np.minimum(self._marks[self._ends] + 1, len(text))
        is_filled = np.repeat(~self.blank, np.diff(ends, prepend=0))
        inner = np.delete(self._marks, self._ends)
        lengths = np.delete(self.lengths, self._ends)
        ending = (lengths > 0) & (text[inner - 1] == _CR)
        ends, lengths = inner[ending], lengths[ending]
        quotes = np.concatenate([ends - lengths, ends])
        rewritten = np.insert(text, quotes, _QUOTE)[np.insert(is_filled, quotes, True)]
        return rewritten.tobytes()

    def seems_cut_off(self) -> bool:
        """Return whether the last record has no line end, and a last field shorter than all others.

        Many files lack the last line end, and are whole; of few records nothing can be told.
        """
        text = np.frombuffer(self.text, np.uint8)
        if text[-1] == _LF or np.count_nonzero(~self.blank) < CUT_OFF_RECORDS:
            return False
        ends = self._ends[~self.blank]
        lengths = self.lengths[ends] - (text[self._marks[ends] - 1] == _CR)
        return bool(lengths[-1] < lengths[:-1].min())

    def _blank(self) -> NDArray[np.bool_]:
        ends = self._marks[self._ends]
        filled = np.diff(ends, prepend=-1) - self.counts
        last = np.frombuffer(self.text, np.uint8)[np.maximum(ends - 1, 0)]
        blank: NDArray[np.bool_] = (filled == 0) | ((filled == 1) & (last == _CR))
        return blank
