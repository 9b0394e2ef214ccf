"""The fast path: records of plain numbers and nothing else, which polars reads as numbers at once.

That takes a fraction of the time in which text is read, looked at and then made numbers. The strict
code (``records``, ``cells``) stays the reference: whatever has not one reading for certain is left
to it, and so is every refusal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linreg_core import memory
from linreg_core.datasets.table.limits import MAX_FIELD_BYTES
from linreg_core.datasets.table.text.frames import COLUMN_BYTES
from linreg_core.datasets.table.text.grammar import BLANKS, Mark
from linreg_core.datasets.table.text.records import PIECE_BYTES, Records

MOST_PIECES = 8
"""So many pieces are read at once: of single ones polars takes 1.4 times as long."""

_CELLS = 2**18
"""From so many cells on no piece is added: those of a few digits take more memory than as text."""

_ROOM = 16 * memory.MIB
"""For a stretch as text and, twice, as numbers."""

_EXACT = 2.0**53
"""From here on float64 does not hold every integer."""

_ZEROS = b"0" * 300
"""Part of any number without an exponent that is not 0 and is 0 in float64."""


def numbers(
    rows: Records, fields: int, positions: Sequence[int], mark: Mark, most: int
) -> tuple[NDArray[np.float64], int] | None:
    """Return some columns of the first records, and the offset behind these.

    Args:
        rows: the records, not checked.
        fields: how many fields each must have.
        positions: which columns.
        mark: the decimal mark.
        most: how many pieces of ``rows`` to read at most.

    Returns:
        Shape (columns, records): finite, below 2**53, and 0 only where 0 is written; of whole
        pieces. ``None``: the strict code must read the next one.
    """
    text, records = _plain(rows, fields, mark, most)
    room = memory.free_within_limits()
    if not text or (room and room.size < memory.RESERVE + _ROOM + COLUMN_BYTES * fields):
        return None
    frame = pl.read_csv(
        text.replace(b",", b".") if mark == "," != rows.separator else text,
        has_header=False,
        schema={str(field): pl.Float64 for field in range(fields)},
        columns=list(positions),
        separator=rows.separator,
        ignore_errors=True,  # no number becomes null, and that nan
    )
    table = frame.select(map(str, positions)).to_numpy().T
    if table.shape[1] != records:
        raise RuntimeError(f"polars read {table.shape[1]} records where there are {records}")
    if not (table.min() > -_EXACT and table.max() < _EXACT):  # also where there is a nan
        return None
    if not table.all() and any(part in text for part in (b"e", b"E", _ZEROS)):
        return None
    return table, rows.start + len(text)


def _plain(rows: Records, fields: int, mark: Mark, most: int) -> tuple[bytes, int]:
    """Return the first pieces, as ``Records.pieces`` cuts them, while they are plain.

    And how many records they are.
    """
    record = rows.separator * (fields - 1) + "\n"
    others = f"0123456789+-eE{mark}{BLANKS}\r".replace(rows.separator, "")
    pieces: list[bytes] = []
    start, cells = rows.start, 0
    while len(pieces) < most and cells < _CELLS:
        window = rows.text[start : min(start + PIECE_BYTES, rows.end)]
        piece = window[: window.rfind(b"\n") + 1]
        if start + len(window) == rows.end and len(piece) < len(window):
            break  # the last line has no line end: perhaps it is cut off
        marks = piece.translate(None, others.encode())
        if not piece or not _is_plain(piece, marks, record.encode()):
            break
        pieces.append(piece)
        cells += len(marks)
        start += len(piece)
    return b"".join(pieces), cells // fields


def _is_plain(piece: bytes, marks: bytes, record: bytes) -> bool:
    """Return whether a piece is short lines of so many fields, and nothing else.

    Args:
        piece: some lines.
        marks: what is left of them without the characters of numbers.
        record: what should be left of each line.
    """
    return (
        marks == record * (len(marks) // len(record))
        and (b"\r" not in piece or piece.count(b"\r") == piece.count(b"\r\n"))
        and not _has_long_line(piece)
    )


def _has_long_line(piece: bytes) -> bool:
    """Return whether a line, and so perhaps a field, is longer than a field may be."""
    start = 0
    while start < len(piece):
        end = piece.rfind(b"\n", start, start + MAX_FIELD_BYTES) + 1
        if not end:
            return True
        start = end
    return False
