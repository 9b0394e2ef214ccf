"""The door for tables: what may be opened at all, and its text as UTF-8."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO

from linreg_core.datasets.options import STANDARD_INPUT
from linreg_core.datasets.table import limits
from linreg_core.datasets.table.not_tables import HEAD_BYTES, refuse_what_is_no_table
from linreg_core.datasets.table.text.blocks import (
    FileText,
    StreamText,
    Text,
    blocks,
    has_line_end,
    is_blank,
    line_at,
)
from linreg_core.datasets.table.text.first_look import check_beginning, is_binary, not_a_text
from linreg_core.errors import LinregError
from linreg_core.safe_text import quoted

_TRUSTED_BYTES = 2**16
"""From here on a file is believed what it says of its size: in /proc it is 0, in /sys 4,096."""

_UTF8_MARK = b"\xef\xbb\xbf"
_DROP_A_MARK = ("utf-16", "utf-32")
"""Encodings of which Python leaves out a mark at the beginning."""

_NO_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
"""Encodings of Python's that no file is written in; punycode takes hours for a megabyte."""


@contextmanager
def opened(source: str, *, most_bytes: int | None = limits.MAX_FILE_BYTES) -> Iterator[Text]:
    """Give the bytes of a regular file, or of standard input, without a UTF-8 byte order mark.

    A large file is read when it is asked for a part; a small one and standard input as far as they
    are asked for, and kept.

    Args:
        source: the path, or ``STANDARD_INPUT``.
        most_bytes: the largest file; ``None``: of any size.

    Raises:
        LinregError: "no-such-file", "not-a-file", "too-large", "unreadable"; what
            ``refuse_what_is_no_table`` raises.
    """
    try:
        if source == STANDARD_INPUT:
            if sys.stdin is None:  # closed, as <&- leaves it
                raise LinregError("unreadable", "standard input is closed; pipe a table into it")
            yield StreamText(sys.stdin.buffer, _begun(sys.stdin.buffer))
            return
        size = _checked_size(source, most_bytes)
        with open(source, "rb", opener=_without_waiting) as file:
            begun = _begun(file)
            if size < _TRUSTED_BYTES:
                yield StreamText(file, begun)
            else:
                yield FileText(file, file.tell() - len(begun), size)
    except FileNotFoundError:
        raise LinregError("no-such-file", "there is no such file; check the path") from None
    except OSError as reason:
        raise LinregError("unreadable", f"cannot be read: {reason.strerror}") from None


def as_utf8(raw: Text, encoding: str) -> Text:
    """Return a text as UTF-8 whose lines end in LF or CR LF.

    UTF-8 stays where it is; what has to be rewritten is held in memory as a whole.

    Args:
        raw: the bytes of a file.
        encoding: a name that Python knows, of the encoding they are in.

    Raises:
        LinregError: "unknown-encoding"; what `check_beginning` raises; "binary", "not-utf8" and,
            for any other encoding, "not-decodable".
    """
    try:
        "".encode(encoding)  # refuses what is no text encoding, such as base64
        name = codecs.lookup(encoding).name
        if name in _NO_FILES:
            raise LookupError
    except (LookupError, ValueError):
        raise LinregError(
            "unknown-encoding",
            f"{quoted(encoding)} is no encoding known here; try utf-8, latin-1, cp1252 or utf-16",
        ) from None
    is_utf8 = name in ("utf-8", "utf-8-sig")  # `opened` has left out the mark of both
    check_beginning(raw, encoding, is_utf8=is_utf8)
    if is_utf8:
        _check_utf8(raw)
        return _without_lone_returns(raw)
    try:
        text = raw[:].decode(encoding)
    except UnicodeError as reason:
        raise LinregError(
            "not-decodable",
            f"the file is not {quoted(encoding)} text ({reason}); name the right --encoding",
        ) from None
    text = text if name in _DROP_A_MARK else text.removeprefix("\ufeff")
    return _without_lone_returns(text.encode())


def _begun(file: BinaryIO) -> bytes:
    """Return the first bytes of a file, without a mark, when a table may begin like this."""
    head = file.read(HEAD_BYTES).removeprefix(_UTF8_MARK)
    refuse_what_is_no_table(head)
    return head


def _without_waiting(path: str, flags: int) -> int:
    """Open a file that may wait for its data, as /proc/kmsg does: it is refused instead."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _checked_size(path: str, most_bytes: int | None) -> int:
    """Return how many bytes a regular file holds."""
    try:
        # Before opening: to open a FIFO waits, perhaps for ever, until somebody writes to it.
        status = os.stat(path)
    except ValueError as reason:  # a NUL in the path
        raise LinregError("unreadable", f"cannot be read: {reason}") from None
    if not stat.S_ISREG(status.st_mode):
        raise LinregError(
            "not-a-file", "not an ordinary file (a folder, pipe or device); name a table file"
        )
    if most_bytes is not None and status.st_size > most_bytes:
        raise limits.too_large(f"{status.st_size:,}")
    return status.st_size


def _without_lone_returns(text: Text) -> Text:
    """Let lines end in LF where no line does: old Macintosh programs end them in CR alone."""
    if has_line_end(text) or is_blank(text):
        return text
    return text[:].translate(bytes.maketrans(b"\r", b"\n"))


def _check_utf8(raw: Text) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    end = len(raw)
    for offset, block in chain(blocks(raw), [(end, b"")]):
        begun = decoder.getstate()[0]  # a character may be cut in two
        if block.isascii() and not begun:  # as most files of numbers are
            continue
        try:
            decoder.decode(block, final=offset == end)
        except UnicodeDecodeError as reason:
            raise _not_utf8(raw, offset - len(begun) + reason.start) from None


def _not_utf8(raw: Text, at: int) -> LinregError:
    """Return what is said about a text whose byte at an offset is not UTF-8."""
    if is_binary(raw):
        return not_a_text()
    return LinregError(
        "not-utf8",
        f"byte 0x{raw[at : at + 1].hex()} is not UTF-8; if the file comes from an older Windows "
        "program, try --encoding cp1252 (or latin-1)",
        line=line_at(raw, at),
    )
