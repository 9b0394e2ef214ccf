"""A table's bytes, read a part at a time: a file is never in memory as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets.table import limits
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


class StreamText:
    """What comes from a stream, read as far as it is asked for, and kept.

    Args:
        stream: open for reading for as long as this is used.
        begun: what was read of it already.
    """

    def __init__(self, stream: BinaryIO, begun: bytes) -> None:
        self._stream, self._data = stream, bytearray(begun)
        self._has_ended = False

    def __len__(self) -> int:
        self._read_up_to(limits.MAX_FILE_BYTES + 1)
        if len(self._data) > limits.MAX_FILE_BYTES:
            raise limits.too_large(f"more than {limits.MAX_FILE_BYTES:,}")
        return len(self._data)

    def __getitem__(self, part: slice, /) -> bytes:
        if part.stop is None:
            len(self)
        else:
            self._read_up_to(part.stop)
        with memoryview(self._data) as data:
            return bytes(data[part])

    def _read_up_to(self, end: int) -> None:
        while len(self._data) < end and not self._has_ended:
            block = self._stream.read(min(end - len(self._data), _BLOCK_BYTES))
            self._data += block
            self._has_ended = not block


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


def is_blank(text: Text) -> bool:
    """Return whether a text holds nothing but blanks and line ends."""
    return all(block.isspace() for _, block in blocks(text))


def after_blank_lines(text: Text, start: int) -> int:
    """Return where the first line at or behind ``start`` begins that is not blank."""
    begin = start
    for offset, block in blocks(text, start):
        skipped = len(block) - len(block.lstrip(b"\r\n"))
        if line_ends := block.rfind(b"\n", 0, skipped) + 1:
            begin = offset + line_ends
        if skipped < len(block):
            return begin
    return len(text)


def has_line_end(text: Text) -> bool:
    """Return whether an LF stands outside quotes."""
    quotes = 0
    for _, block in blocks(text):
        parts = block.split(b'"')
        if any(b"\n" in part for part in parts[quotes % 2 :: 2]):
            return True
        quotes += len(parts) - 1
    return False


def ends_of_records(text: bytes) -> NDArray[np.intp]:
    """Return the offsets of the line ends that do not stand between quotes."""
    characters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    quotes = np.flatnonzero(characters == ord('"'))
    bare: NDArray[np.intp] = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return bare


def end_of_record(text: Text, start: int) -> int:
    """Return the offset behind the record that begins at ``start``: behind its line end.

    Raises:
        LinregError: "line-too-long" when it does not end within ``limits.MAX_RECORD_BYTES``.
    """
    size = 2**16
    while True:
        window = text[start : start + size]
        ends = ends_of_records(window)
        if len(ends) and ends[0] < limits.MAX_RECORD_BYTES:
            return start + int(ends[0]) + 1
        if len(window) > limits.MAX_RECORD_BYTES:
            raise limits.line_too_long(line_at(text, start))
        if len(window) < size:
            return start + len(window)
        size *= 2
