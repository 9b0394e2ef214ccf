"""The fast path: what it reads, bit for bit as the strict code does, and what it leaves to that."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from linreg_core.datasets.table.limits import MAX_FIELD_BYTES
from linreg_core.datasets.table.text import grammar, typed
from linreg_core.datasets.table.text.grammar import Mark
from linreg_core.datasets.table.text.records import PIECE_BYTES, Records
from tests.core.tables import Write, refusal_of

LONG_LINE = b"123456789.12345,-12345.67891234\n"
CHARACTERS = "019.+-eE "


def numbers(text: str, separator: str = ",", mark: Mark = ".") -> list[list[float]] | None:
    """Return the two columns of a text as the fast path reads them."""
    data = text.encode()
    read = typed.numbers(Records(data, separator, 0, len(data)), 2, [0, 1], mark, 8)
    if read is None:
        return None
    assert read[1] == len(data)
    columns: list[list[float]] = read[0].tolist()
    return columns


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "separator", "mark"),
    [
        ("1,2.5|-3,+0.5|", ",", "."),
        ("1;2,5|-3;+,5|", ";", ","),
        ("1\t2.50\n-3.\t0000.5|", "\t", "."),
        ("1 25e-1|-3 5E-1|", " ", "."),
        ("  1,\t2.5|-3, 0.5|", ",", "."),
    ],
)
def test_plain_numbers_are_read(text: str, separator: str, mark: Mark, end: str) -> None:
    assert numbers(text.replace("|", end), separator, mark) == [[1.0, -3.0], [2.5, 0.5]]


LEFT = {
    "a quote": 'x"1",2\n',
    "a byte order mark": "\ufeff1,2\n",
    "a blank line": "1,2\n\n3,4\n",
    "a blank line at first": "\n1,2\n",
    "a blank line of a return": "1,2\n\r\n",
    "a field too few": "1,2\n3\n",
    "a field too many": "1,2\n3,4,5\n",
    "a field too few, and one too many": "1,2\n3\n4,5,6\n",
    "a field of one line on the next": "1,2,3\n4\n",
    "no number": "1,2\n3,\n",
    "a blank for a number": "1,2\n , 4\n",
    "a marker": "1,2\n3,-\n",
    "a word": "1,2\n3,nan\n",
    "a blank behind": "1 ,2\n",
    "too large a number": "1,2\n3,1e999\n",
    "an integer that may not be exact": f"1,{2**53}\n",
    "a negative one": f"1,-{2**53}.0\n",
    "a number that rounds to 0": "1,2\n3,1e-400\n",
    "one with a capital letter": "1,2\n3,-1E-400\n",
    "one without an exponent": f"1,2\n3,0.{'0' * 330}1\n",
    "a long field": f"1,2\n3,{'0' * MAX_FIELD_BYTES}\n",
    "a return": "1\r,2\n",
    "a return within a number": "1,2\r3\n4,5\n",
    "a return before another": "1,2\r\r\n",
    "no line end": "1,2\n3,4",
    "underscores": "1_0,2\n",
    "hexadecimal": "0x10,2\n",
    "another script": "١,2\n",
    "a decimal comma": "1,5,2\n",
    "a NUL": "1\0,2\n",
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_not_certain_is_left_to_the_strict_code(text: str) -> None:
    assert numbers(text) is None


def test_a_point_where_the_comma_is_the_mark_is_left(write: Write) -> None:
    assert numbers("1,5;2\n", ";", ",") == [[1.5], [2.0]]
    assert numbers("1.5;2\n", ";", ",") is None
    assert numbers("1,5\n", ",", ",") == [[1.0], [5.0]]


def test_a_zero_is_read_beside_exponents_only_where_none_is_rounded() -> None:
    assert numbers("0,2\n3,4\n") == [[0.0, 3.0], [2.0, 4.0]]
    assert numbers("0,2e0\n3,4\n") is None
    assert numbers("1,2e0\n3,4e-300\n") == [[1.0, 3.0], [2.0, 4e-300]]


def test_every_short_cell_is_read_by_the_grammar(is_long: bool) -> None:
    """What polars takes beyond it, of whatever version, stays shut out."""
    cells = [
        "".join(cell)
        for length in range(1, 6 if is_long else 5)
        for cell in itertools.product(CHARACTERS, repeat=length)
    ]
    pattern = re.compile(f"[ ]*{grammar.NUMBER['.']}")
    sound = [cell for cell in cells if pattern.fullmatch(cell) and abs(float(cell)) < 2**53]
    expected = np.array([float(cell) for cell in sound])
    lines = [f"{cell},1\n" for cell, value in zip(sound, expected, strict=True) if value]
    read = numbers("".join(lines))
    assert read is not None
    assert np.array(read[0]).tobytes() == expected[expected != 0].tobytes()
    zeros = [cell for cell, value in zip(sound, expected, strict=True) if not value]
    bare = [cell for cell in zeros if "e" not in cell.lower()]
    read = numbers("".join(f"{cell},1\n" for cell in bare))
    assert read is not None
    assert np.array(read[0]).tobytes() == np.array([float(cell) for cell in bare]).tobytes()
    for cell in cells if is_long else cells[:600]:
        if not pattern.fullmatch(cell):
            assert numbers(f"{cell},1\n") is None, cell


@pytest.mark.parametrize(
    ("line", "count", "most"),
    [(LONG_LINE, 3, 3), (LONG_LINE, 20, 7), (b"123,456\n", 20, 2), (b"1,2\n", 20, 1)],
)
def test_as_many_pieces_as_are_plain_and_fit_are_read(line: bytes, count: int, most: int) -> None:
    """Lines of 32, 8 and 4 bytes, so that a piece begins where one does."""
    text = count * (PIECE_BYTES // len(line)) * line + b"1,word\n"
    read = typed.numbers(Records(text, ",", 0, len(text)), 2, [1], ".", 7)
    assert read is not None
    assert read[1] == most * PIECE_BYTES
    assert read[0].shape == (1, most * PIECE_BYTES // len(line))


def test_the_place_of_a_fault_far_down_is_told(write: Write) -> None:
    lines = 12 * PIECE_BYTES // 8
    path = write(b"x,y\n" + lines * b"123,456\n" + b"1,oops\n" + lines * b"123,456\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 2 + lines, "y")
