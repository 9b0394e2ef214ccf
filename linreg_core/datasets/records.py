"""The shape of a table's text: where its records and fields are, checked strictly (RFC 4180).

polars reads leniently: a short row is filled up, a misplaced quote repaired, in silence. So the
text is checked here first, and polars only ever gets what has one reading. The same marks tell
afterwards on which line of the file a cell stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linreg_core.errors import LinregError

MAX_FIELD_BYTES = 131_072
"""Longest field read; a longer one is a quote that never closes, or no table."""

# Bytes looked at together. The marks of a piece take up to 18 times as much memory (77 MB, when
# every other byte is a separator).
_PIECE_BYTES = 2**22

_LF, _CR, _QUOTE = b'\n\r"'

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Shape:
    """What ``Records.shape`` found.

    Args:
        records: how many records there are, blank lines included.
        fields: how many fields each record has that is not blank.
        blank: which records are blank lines, counted from 0, ascending.
    """

    records: int
    fields: int
    blank: Positions


@dataclass(frozen=True)
class Records:
    """A stretch of at least one record within a file; the first is no blank line.

    A record is a line, or several where a field between quotes holds line breaks. A field is
    either free of quotes or wholly between them, with quotes inside it doubled. Lines end in LF
    or CR LF.

    Args:
        data: the whole file, UTF-8.
        separator: the character between two fields, ASCII.
        start: offset in ``data`` of the first record.
        end: offset behind the last record.
    """

    data: bytes
    separator: str
    start: int
    end: int

    def shape(self, fields: int = 0) -> Shape:
        """Check every record and return what was counted.

        Args:
            fields: how many fields each record must have; 0: as many as the first.

        Raises:
            LinregError: "quote", "field-too-long" and "ragged", with the line.
        """
        records = 0
        blanks = []
        for piece in self._pieces():
            lengths = np.diff(piece.marks, prepend=-1) - 1
            if lengths.max() > MAX_FIELD_BYTES:
                long = int(np.argmax(lengths > MAX_FIELD_BYTES))
                self._refuse_long_field(piece.start + piece.field_start(long))
            counts = np.diff(piece.ends, prepend=-1)
            blank = self._blank(piece, counts, lengths)
            fields = fields or int(counts[0])
            ragged = (counts != fields) & ~blank
            if ragged.any():
                self._refuse_ragged(piece, counts, int(np.argmax(ragged)), fields)
            blanks.append(np.flatnonzero(blank) + records)
            records += len(counts)
        return Shape(records, fields, np.concatenate(blanks))

    def line_of(self, record: int, field: int) -> int:
        """Return the line of the file, counted from 1, on which a field begins.

        Args:
            record: which record, counted from 0, blank lines included.
            field: which field of it, counted from 0.
        """
        for piece in self._pieces():
            if record < len(piece.ends):
                first = piece.first_mark(record) + field
                return self._line(piece.start + piece.field_start(first))
            record -= len(piece.ends)
        raise IndexError(record)

    def _pieces(self) -> Iterator[_Piece]:
        """Yield whole records, a piece at a time, marked."""
        start, size = self.start, _PIECE_BYTES
        while start < self.end:
            piece = self._mark(start, min(start + size, self.end))
            if piece is None:  # no record ends within so many bytes
                size *= 2
                continue
            yield piece
            start += int(piece.marks[-1]) + 1
            size = _PIECE_BYTES

    def _mark(self, start: int, end: int) -> _Piece | None:
        """Return the marks of the whole records in ``data[start:end]``, ``None`` when none ends."""
        text = np.frombuffer(self.data, np.uint8, end - start, start)
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
        return _Piece(text, start, marks[: ends[-1] + 1], ends)

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
                line=self._line(start + int(misplaced[0])),
            )
        inner = closing[closing < len(text) - 1]
        unclosed = opening[: len(inner)][~np.isin(text[inner + 1], (*beside, _CR))]
        if len(opening) > len(closing) and start + len(text) == self.end:
            unclosed = np.append(unclosed, quotes[-1])
        if len(unclosed):
            raise LinregError(
                "quote",
                "the field that opens with a quote here is not closed by one before a separator "
                "or line end; close it",
                line=self._line(start + int(unclosed[0])),
            )
        if len(opening) > len(closing) and len(text) - quotes[-1] > MAX_FIELD_BYTES:
            self._refuse_long_field(start + int(quotes[-1]))

    def _blank(self, piece: _Piece, counts: Positions, lengths: Positions) -> NDArray[np.bool_]:
        """Return which records of a piece are blank lines."""
        length = lengths[piece.ends]
        last = piece.text[np.maximum(piece.marks[piece.ends] - 1, 0)]
        empty = (length == 0) | ((length == 1) & (last == _CR))
        blank: NDArray[np.bool_] = empty & (counts == 1)
        return blank

    def _refuse_long_field(self, offset: int) -> None:
        raise LinregError(
            "field-too-long",
            f"a field has more than {MAX_FIELD_BYTES:,} characters; this is no table of numbers, "
            "or a quote is missing",
            line=self._line(offset),
        )

    def _refuse_ragged(self, piece: _Piece, counts: Positions, record: int, fields: int) -> None:
        count = int(counts[record])
        raise LinregError(
            "ragged",
            f"{count} field{'s' if count > 1 else ''} where the first line has {fields}; complete "
            f"the row, or put a field that holds '{self.separator}' between quotes",
            line=self._line(piece.start + piece.field_start(piece.first_mark(record))),
        )

    def _line(self, offset: int) -> int:
        return self.data.count(b"\n", 0, offset) + 1


@dataclass(frozen=True)
class _Piece:
    """Some whole records with their marks.

    Args:
        text: the bytes, perhaps with a part of the next record behind.
        start: offset of ``text`` in the file.
        marks: where fields end in ``text``: separators and line ends outside quotes.
        ends: which of the marks end a record.
    """

    text: NDArray[np.uint8]
    start: int
    marks: Positions
    ends: Positions

    def first_mark(self, record: int) -> int:
        """Return which mark ends the first field of a record."""
        return int(self.ends[record - 1]) + 1 if record else 0

    def field_start(self, mark: int) -> int:
        """Return where the field begins in ``text`` that ends at a mark."""
        return int(self.marks[mark - 1]) + 1 if mark else 0


def end_of_record(data: bytes, start: int) -> int:
    """Return the offset behind the record that begins at ``start``: behind its line end."""
    end, quotes = start, 0
    while (line_end := data.find(b"\n", end)) >= 0:
        quotes += data.count(b'"', end, line_end)
        end = line_end + 1
        if quotes % 2 == 0:
            return end
    return len(data)
