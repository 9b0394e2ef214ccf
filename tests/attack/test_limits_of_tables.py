"""Tables too wide, endless or hollow: refused from their beginning, however long they are."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from linreg_core import DataRequest, TableOptions, load_problem, table_head
from linreg_core.datasets.table.limits import MAX_COLUMNS, MAX_FILE_BYTES, MAX_RECORD_BYTES
from linreg_core.datasets.table.read import sheet_of
from linreg_core.errors import LinregError
from tests.attack.fuzzing import PATIENCE
from tests.core.tables import Write, codes, refusal_of

MIB = 2**20


class Repeated:
    """A text of 1 GiB that is made when it is asked for, and counts what is asked.

    Args:
        head: how it begins.
        block: what comes after that, again and again.
    """

    def __init__(self, head: bytes, block: bytes) -> None:
        self._head, self._block = head, block * (1 + MIB // len(block))
        self.asked = 0

    def __len__(self) -> int:
        return MAX_FILE_BYTES

    def __getitem__(self, part: slice, /) -> bytes:
        start, end, _ = part.indices(len(self))
        self.asked += end - start
        assert self.asked < 64 * MIB, "the answer stands in the beginning"
        data, at = self._head[start:end], max(0, start - len(self._head))
        missing = end - start - len(data)
        at %= len(self._block)
        return data + (self._block * (2 + missing // len(self._block)))[at : at + missing]


def names(count: int, separator: str = ",") -> bytes:
    """Return a first line."""
    return separator.join(f"c{number}" for number in range(count)).encode() + b"\n"


ENDLESS = {
    "quotes": (b"", b'"', "line-too-long"),
    "zeros of a hole": (b"", b"\0", "binary"),
    "letters": (b"", b"x", "line-too-long"),
    "blanks": (b"", b" ", "line-too-long"),
    "words": (b"", b"one two ", "line-too-long"),
    "cells": (b"", b"1,", "too-many-columns"),
    "semicolons": (b"", b"1;", "too-many-columns"),
    "a quote never closed": (b'"', b"1,2,3\n", "line-too-long"),
    "commas between quotes": (b'"', b",", "line-too-long"),
    "controls": (b"", b"\x01", "binary"),
    "200,000 columns": (names(200_000), b"1,", "too-many-columns"),
    "not UTF-8, in lines": (b"", b"x\xff,1\n", "not-utf8"),
    "UTF-16": ("a,b\n".encode("utf-16"), "1,2\n".encode("utf-16-le"), "not-utf8"),
    "UTF-16 without a mark": (b"", "1,2\n".encode("utf-16-le"), "not-utf8"),
    "UTF-16, big end first": (b"", "1,2\n".encode("utf-16-be"), "not-utf8"),
}
"""How a text begins, what comes after that for ever, and what is said of it."""

LATER = {
    "100,000 columns": (names(100_000), b"1,", "too-many-columns"),
    "columns by tabs": (names(10_000, "\t"), b"1\t", "too-many-columns"),
    "columns by blanks": (names(10_000, " "), b"1 ", "too-many-columns"),
    "one column more": (names(MAX_COLUMNS + 1), b"1,", "too-many-columns"),
    "a quote never closed in a row": (b'a,y\n1,"', b"1,2\n", "field-too-long"),
    "a long row": (b"a,y\n1,", b"1", "line-too-long"),
    "a row of many cells": (b"a,y\n1,", b"1,", "line-too-long"),
    "a row of quotes": (b"a,y\n1,", b'"', "line-too-long"),
    "cells of old Macintoshes": (b"a,b\r1,", b"3,", "line-too-long"),
}
"""The same where the first record has an end; all is looked through first for what is no UTF-8."""


@pytest.mark.parametrize("case", ENDLESS)
def test_what_is_endless_is_refused_from_its_beginning(case: str) -> None:
    head, block, code = ENDLESS[case]
    with pytest.raises(LinregError) as caught:
        sheet_of(Repeated(head, block), TableOptions())
    assert caught.value.code == code


@pytest.mark.parametrize("case", ENDLESS | LATER)
def test_the_same_in_a_file_and_where_it_is_looked_at(case: str, write: Write) -> None:
    head, block, code = (ENDLESS | LATER)[case]
    path = write(head + block * (8 * MIB // len(block)))
    assert refusal_of(path).code == code
    looked = table_head(DataRequest(str(path))).refusal
    assert looked is not None
    assert looked.code == code


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
@pytest.mark.parametrize("case", ["letters", "cells", "quotes", "200,000 columns"])
def test_the_same_in_other_encodings(case: str, encoding: str) -> None:
    head, block, code = ENDLESS[case]
    begun = (head or b"x").decode().encode(encoding)  # with a mark
    going_on = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    text = Repeated(begun, block.decode().encode(going_on))
    with pytest.raises(LinregError) as caught:
        sheet_of(text, TableOptions(encoding=encoding))
    assert caught.value.code == code


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_as_many_columns_as_are_said_are_read(separator: str, write: Write) -> None:
    row = separator.join(str(number % 7) for number in range(MAX_COLUMNS)).encode()
    path = write(names(MAX_COLUMNS, separator) + row + b"\n")
    assert load_problem(str(path)).X.shape == (1, MAX_COLUMNS - 1)
    path = write(names(MAX_COLUMNS + 1, separator) + row + separator.encode() + b"1\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line) == ("too-many-columns", 1)
    assert f"{MAX_COLUMNS + 1:,} columns" in refusal.message
    assert f"at most {MAX_COLUMNS:,}" in refusal.message


def test_one_hot_columns_make_no_more_features_than_are_read(write: Write) -> None:
    count = MAX_COLUMNS // 99 + 1
    rows = [",".join([f"k{row}"] * count + [str(row * row)]) for row in range(100)]
    path = write("\n".join([names(count + 1).decode().strip(), *rows]))
    some = [f"c{number}" for number in range(count)]
    assert refusal_of(path, one_hot=tuple(some)).code == "too-many-columns"
    assert load_problem(str(path), TableOptions(one_hot=tuple(some[:-1]))).X.shape[0] == 100


@pytest.mark.parametrize("length", [MAX_RECORD_BYTES, MAX_RECORD_BYTES + 2])
def test_a_line_may_be_as_long_as_is_said(length: int, write: Write) -> None:
    row = b"1,2," + b",".join([b"x" * 100_000] * 10) + b","
    row += b"x" * (length - len(row) - 1) + b"\n"
    path = write(names(13) + row)
    if length <= MAX_RECORD_BYTES:
        assert load_problem(str(path)).features == ("c0",)
    else:
        refusal = refusal_of(path)
        assert (refusal.code, refusal.line) == ("line-too-long", 2)


def test_files_without_a_size_are_read() -> None:
    path = Path("/proc/self/mounts")
    if not path.exists() or path.stat().st_size:
        pytest.skip("there is no /proc here, or its files have a size")
    refusal = refusal_of(path)
    assert refusal.code != "empty-file"


def test_a_file_that_says_more_than_it_holds_is_read() -> None:
    """Files in /sys say 4,096 bytes and hold a few."""
    path = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if not path.exists():
        pytest.skip("there is no /sys here")
    assert refusal_of(path).code == "no-rows"


@pytest.mark.parametrize("encoding", ["punycode", "idna", "unicode_escape", "undefined"])
def test_encodings_of_no_file_are_unknown(encoding: str, write: Write) -> None:
    path = write("x,y\n1,2\n")
    assert refusal_of(path, encoding=encoding).code == "unknown-encoding"


STREAM = """
import sys
from linreg_core import LinregError, load_problem
try:
    load_problem("-")
except LinregError as refusal:
    print(refusal.code)
    print(len(sys.stdin.buffer.read(1)))
"""


def test_of_an_endless_standard_input_only_the_beginning_is_read() -> None:
    with open("/dev/zero", "rb") as zeros:
        ended = subprocess.run(
            [sys.executable, "-c", STREAM],
            stdin=zeros,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert ended.stdout.split() == ["binary", "1"]


def test_a_long_list_of_features_is_refused_soon(write: Write) -> None:
    """As a recipe may hold it; each name was compared with all before it, which took hours."""
    asked = tuple(f"c{number}" for number in range(200_000))
    begun = time.monotonic()
    assert refusal_of(write("c0,c1,y\n1,2,3\n"), features=asked).code == "unknown-column"
    assert time.monotonic() - begun < PATIENCE


ROWS = [f"{row},{row * row + 100}" for row in range(20)]


@pytest.mark.parametrize(
    ("last", "is_noted"),
    [("20,5", True), ("20,500", False), ("20,5\n", False), ("20,5\r\n", False), ("20,50\r", True)],
)
def test_a_number_that_seems_cut_off_is_noted(last: str, is_noted: bool, write: Write) -> None:
    for end in ("\n", "\r\n"):
        problem = load_problem(str(write(end.join(["x,y", *ROWS, last]))))
        assert ("perhaps-cut-off" in codes(problem)) == is_noted


def test_of_few_rows_nothing_is_told_of_a_cut(write: Write) -> None:
    assert codes(load_problem(str(write("x,y\n1,10\n2,30\n3,5")))) == []
