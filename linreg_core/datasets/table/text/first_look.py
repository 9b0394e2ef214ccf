"""What the first megabyte of a text tells: what is no table is refused before all is read."""

from __future__ import annotations

import codecs
import re
import sys

from linreg_core.datasets.table import limits
from linreg_core.datasets.table.text.blocks import (
    Text,
    after_blank_lines,
    end_of_record,
    has_line_end,
    line_at,
)
from linreg_core.errors import LinregError

BINARY_HEAD_BYTES = 2**12

# Control characters that no text file has; tab, line ends, form feed and escape are left out.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_WIDE_MARKS = {
    b"\xff\xfe\0\0": "utf-32",
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def check_beginning(raw: Text, encoding: str, *, is_utf8: bool) -> None:
    """Refuse a text whose first record, or what stands in its place, is no part of a table.

    Args:
        raw: the bytes of a file.
        encoding: of the file, known to Python.
        is_utf8: whether that is UTF-8.

    Raises:
        LinregError: "binary", "not-utf8", "line-too-long", "too-many-columns".
    """
    if is_utf8:
        head = raw[: limits.MAX_RECORD_BYTES + 1]
    else:
        # No encoding takes more than four bytes for a character, and a mark stands before them.
        part = raw[: 4 * (limits.MAX_RECORD_BYTES + 2)]
        try:
            head = decoded_beginning(part, encoding).encode()
        except UnicodeError:
            return  # found again where all is decoded, and told there
        head = head[: limits.MAX_RECORD_BYTES + 1]
    _refuse_wide(head[:BINARY_HEAD_BYTES])
    _refuse_nul(head[:BINARY_HEAD_BYTES])
    _refuse_endless_line(head)


def decoded_beginning(part: bytes, encoding: str) -> str:
    """Return the beginning of a text, without the character that is cut in two.

    Raises:
        UnicodeError: when it is not in that encoding.
    """
    name = codecs.lookup(encoding).name
    if name in ("utf-16", "utf-32") and not part.startswith(tuple(_WIDE_MARKS)):
        # A text of all bytes needs no mark; where it may go on, Python asks for one.
        name += "-le" if sys.byteorder == "little" else "-be"
    return codecs.getincrementaldecoder(name)().decode(part)


def is_binary(raw: Text) -> bool:
    """Return whether a text begins with characters that no text has."""
    return _BINARY.search(raw[:BINARY_HEAD_BYTES]) is not None


def not_a_text() -> LinregError:
    """Return what is said about a binary file."""
    return LinregError("binary", "this is no text file; export the table as CSV")


def _refuse_wide(head: bytes) -> None:
    """Refuse text whose characters have two bytes or four, with or without a mark that says so."""
    for mark, encoding in _WIDE_MARKS.items():
        if head.startswith(mark):
            raise _wide(encoding)
    # Of Latin letters, digits and signs one byte of two is 0; of a few others it is not.
    half = len(head) // 2
    low, high = head[0::2].count(0), head[1::2].count(0)
    if half and max(low, high) >= 0.9 * half and min(low, high) <= 0.1 * half:
        raise _wide("utf-16-le" if high > low else "utf-16-be")


def _wide(encoding: str) -> LinregError:
    name = encoding.upper()[:6]
    return LinregError(
        "not-utf8", f"the file is {name} text; read it with --encoding {encoding}", line=1
    )


def _refuse_nul(head: bytes) -> None:
    """Refuse what is mostly NUL, as the holes of a sparse file are; one among the data is told."""
    if 2 * head.count(0) > len(head):
        raise not_a_text()


def _refuse_endless_line(head: bytes) -> None:
    if not has_line_end(head):
        head = head.replace(b"\r", b"\n")
    start = after_blank_lines(head, 0)
    try:
        end_of_record(head, start)
    except LinregError:
        if _BINARY.search(head[:BINARY_HEAD_BYTES]):
            raise not_a_text() from None
        bare = b"".join(head.split(b'"')[::2])
        if max(map(bare.count, (b",", b";", b"\t", b"|"))) >= limits.MAX_COLUMNS:
            columns = f"more than {limits.MAX_COLUMNS:,}"
            raise limits.too_many_columns(columns, line_at(head, start)) from None
        raise
