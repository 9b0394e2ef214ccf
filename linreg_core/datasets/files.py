"""The door for tables: what may be opened at all, and its text as UTF-8."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from linreg_core.datasets.options import STANDARD_INPUT
from linreg_core.datasets.text import FileText, Text, blocks, line_at
from linreg_core.errors import LinregError
from linreg_core.wording import quoted

MAX_FILE_BYTES = 2**30
"""Largest table read: 1 GiB.

One-digit cells, the shortest there are, take 4 times the file's size as float64, and reading takes
up to 3 times that.
"""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_COMPRESSED = re.compile(
    rb"(?P<gzip>\x1f\x8b)"
    rb"|(?P<zip>PK\x03\x04)"
    rb"|(?P<bzip2>BZh[1-9]1AY&SY)"
    rb"|(?P<xz>\xfd7zXZ\x00)"
    rb"|(?P<zstd>\x28\xb5\x2f\xfd)"
)
# Control characters that no text file has; tab, line ends, form feed and escape are left out.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@contextmanager
def opened(source: str) -> Iterator[Text]:
    """Give the bytes of a regular file, or of standard input, without a UTF-8 byte order mark.

    A file is read when it is asked for a part; standard input at once, and kept.

    Args:
        source: the path, or ``STANDARD_INPUT``.

    Raises:
        LinregError: "no-such-file", "not-a-file", "too-large", "unreadable", "compressed".
    """
    try:
        if source == STANDARD_INPUT:
            data = _standard_input()
            _refuse_compressed(data)
            yield data.removeprefix(_UTF8_MARK)
            return
        size = _checked_size(source)
        with open(source, "rb") as file:
            head = file.read(16)
            _refuse_compressed(head)
            yield FileText(file, len(_UTF8_MARK) if head.startswith(_UTF8_MARK) else 0, size)
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
        LinregError: "unknown-encoding", "binary", "not-utf8" and, for any other encoding,
            "not-decodable".
    """
    try:
        "".encode(encoding)  # refuses what is no text encoding, such as base64
        is_utf8 = codecs.lookup(encoding).name == "utf-8"
    except (LookupError, ValueError):
        raise LinregError(
            "unknown-encoding",
            f"{quoted(encoding)} is no encoding known here; try utf-8, latin-1, cp1252 or utf-16",
        ) from None
    if is_utf8:
        _check_utf8(raw)
        return _without_lone_returns(raw)
    try:
        text = raw[:].decode(encoding).encode("utf-8")
    except UnicodeError as reason:
        raise LinregError(
            "not-decodable",
            f"the file is not {quoted(encoding)} text ({reason}); name the right --encoding",
        ) from None
    return _without_lone_returns(text.removeprefix(_UTF8_MARK))


def _standard_input() -> bytes:
    if sys.stdin is None:  # closed, as <&- leaves it
        raise LinregError("unreadable", "standard input is closed; pipe a table into it")
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(f"more than {MAX_FILE_BYTES:,}")
    return data


def _checked_size(path: str) -> int:
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
    if status.st_size > MAX_FILE_BYTES:
        raise _too_large(f"{status.st_size:,}")
    return status.st_size


def _too_large(size: str) -> LinregError:
    return LinregError(
        "too-large",
        f"the table has {size} bytes, and at most {MAX_FILE_BYTES:,} are read here; take a part "
        "of its rows or columns",
    )


def _refuse_compressed(head: bytes) -> None:
    packed = _COMPRESSED.match(head)
    if packed:
        raise LinregError(
            "compressed", f"this is a {packed.lastgroup} file, not a table; unpack it first"
        )


def _without_lone_returns(text: Text) -> Text:
    """Let lines end in LF where no line does: old Macintosh programs end them in CR alone."""
    if any(b"\n" in block for _, block in blocks(text)):
        return text
    return text[:].replace(b"\r", b"\n")


def _check_utf8(raw: Text) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for _, block in blocks(raw):
            # ASCII, as most files of numbers are, needs no decoding; a character may be cut in two.
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _not_utf8(raw) from None


def _not_utf8(raw: Text) -> LinregError:
    """Return what is said about a text that is not UTF-8."""
    data = raw[:]
    if data.startswith(_UTF16_MARKS):
        return LinregError(
            "not-utf8", "the file is UTF-16 text; read it with --encoding utf-16", line=1
        )
    if _BINARY.search(data):
        return LinregError("binary", "this is no text file; export the table as CSV")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as reason:
        at = reason.start
    return LinregError(
        "not-utf8",
        f"byte 0x{data[at]:02x} is not UTF-8; if the file comes from an older Windows program, "
        "try --encoding cp1252 (or latin-1)",
        line=line_at(data, at),
    )
