"""The door for files: what may be opened at all, and its text as UTF-8."""

from __future__ import annotations

import codecs
import os
import re
import stat

from linreg_core.errors import LinregError
from linreg_core.wording import quoted

MAX_FILE_BYTES = 2**30
"""Largest table read: 1 GiB.

Reading takes 4.4 times the file's size in memory for floats written in full (100 MB, 0.8 s), and
23 times for one-digit cells (24 MB, 1.5 s), which are the shortest there are.
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


def read_utf8(path: str, encoding: str) -> bytes:
    """Return the text of a regular file as UTF-8 without a byte order mark.

    Args:
        path: the file.
        encoding: a name that Python knows, of the encoding the file is in.

    Raises:
        LinregError: "no-such-file", "not-a-file", "too-large", "unreadable", "compressed",
            "unknown-encoding", "binary", "not-utf8" and, for any other encoding, "not-decodable".
    """
    raw = _read(path)
    packed = _COMPRESSED.match(raw)
    if packed:
        raise LinregError(
            "compressed", f"this is a {packed.lastgroup} file, not a table; unpack it first"
        )
    return _as_utf8(raw, encoding).removeprefix(_UTF8_MARK)


def _read(path: str) -> bytes:
    try:
        # Before opening: to open a FIFO waits, perhaps for ever, until somebody writes to it.
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise LinregError(
                "not-a-file", "not an ordinary file (a folder, pipe or device); name a table file"
            )
        if status.st_size > MAX_FILE_BYTES:
            raise LinregError(
                "too-large",
                f"the file has {status.st_size:,} bytes, more than the {MAX_FILE_BYTES:,} read "
                "here; take a part of its rows or columns",
            )
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise LinregError("no-such-file", "there is no such file; check the path") from None
    except OSError as reason:
        raise LinregError("unreadable", f"cannot be read: {reason.strerror}") from None
    except ValueError as reason:  # a NUL in the path
        raise LinregError("unreadable", f"cannot be read: {reason}") from None


def _as_utf8(raw: bytes, encoding: str) -> bytes:
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
        return raw
    try:
        return raw.decode(encoding).encode("utf-8")
    except UnicodeError as reason:
        raise LinregError(
            "not-decodable",
            f"the file is not {quoted(encoding)} text ({reason}); name the right --encoding",
        ) from None


def _check_utf8(raw: bytes) -> None:
    if raw.isascii():  # spares the decoded copy for most files of numbers
        return
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as reason:
        if raw.startswith(_UTF16_MARKS):
            raise LinregError(
                "not-utf8", "the file is UTF-16 text; read it with --encoding utf-16", line=1
            ) from None
        if _BINARY.search(raw):
            raise LinregError("binary", "this is no text file; export the table as CSV") from None
        raise LinregError(
            "not-utf8",
            f"byte 0x{raw[reason.start]:02x} is not UTF-8; if the file comes from an older "
            "Windows program, try --encoding cp1252 (or latin-1)",
            line=raw.count(b"\n", 0, reason.start) + 1,
        ) from None
