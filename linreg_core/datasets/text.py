"""A table's bytes, read a part at a time: a file is never in memory as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from linreg_core.errors import LinregError

_BLOCK_BYTES = 2**20


class Text(Protocol):
    """What can be asked for its length and for a slice of its bytes, as ``bytes`` can."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> bytes: ...


class FileText:
    """A part of an open file.

    Args:
        file: open for reading for as long as this is used.
        start: where the part begins, in bytes.
        end: where it ends: what is written to the file behind that later is not seen.
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._end = file, start, end

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, part: slice, /) -> bytes:
        start, end, _ = part.indices(len(self))
        self._file.seek(self._start + start)
        data = self._file.read(max(0, end - start))
        if len(data) < end - start:
            raise LinregError(
                "unreadable", "the file became shorter while it was read; try once more"
            )
        return data


def blocks(text: Text, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes from ``start`` to ``end`` (``None``: the end) in turn, with their offsets."""
    end = len(text) if end is None else end
    for offset in range(start, end, _BLOCK_BYTES):
        yield offset, text[offset : min(end, offset + _BLOCK_BYTES)]


def first_match(text: Text, one_byte: re.Pattern[bytes], start: int = 0) -> int | None:
    """Return the offset of the first byte that a pattern matches; ``None`` when none does."""
    for offset, block in blocks(text, start):
        found = one_byte.search(block)
        if found:
            return offset + found.start()
    return None


def line_at(text: Text, offset: int) -> int:
    """Return the line, counted from 1, on which a byte stands."""
    return 1 + sum(block.count(b"\n") for _, block in blocks(text, 0, offset))


def after_blank_lines(text: Text, start: int) -> int:
    """Return where the first line at or behind ``start`` begins that is not blank."""
    found = first_match(text, re.compile(rb"[^\r\n]"), start)
    return len(text) if found is None else found


def end_of_record(text: Text, start: int) -> int:
    """Return the offset behind the record that begins at ``start``: behind its line end."""
    size = 2**16
    while True:
        window = text[start : start + size]
        end, quotes = 0, 0
        while (line_end := window.find(b"\n", end)) >= 0:
            quotes += window.count(b'"', end, line_end)
            end = line_end + 1
            if quotes % 2 == 0:
                return start + end
        if start + size >= len(text):
            return len(text)
        size *= 2
