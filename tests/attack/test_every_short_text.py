"""Every short text of the characters that shape a table: read as RFC 4180 has it, or refused.

polars reads leniently: marks and returns it drops in silence, text behind a quote it mends. What is
read here is read a second time by a few lines of our own, so that whatever else polars forgives is
found, in this version of it and the next.
"""

from __future__ import annotations

import itertools
import re

import pytest

from linreg_core import TableOptions
from linreg_core.datasets.table.read import sheet_of
from linreg_core.errors import LinregError
from linreg_core.safe_text import shortened

CHARACTERS = '1,"\r\n\ufeff'

LINE_END = re.compile(r"\r?(\n|\Z)")
FIELD = re.compile(r'"((?:[^"]|"")*)"|((?:[^",\r\n]|\r(?!\n|\Z))*)')
LINE_OF_RETURNS = re.compile(r"(\A|\n)\r\r+\n")
"""Blank before the first row, and a row of one field below: no cell is lost by it."""

Rows = list[list[str]]


@pytest.mark.parametrize("names", ["x,y\n", ""])
def test_every_short_text_is_read_strictly_or_refused(names: str, is_long: bool) -> None:
    options = TableOptions(separator=",", header=bool(names))
    for length in range(1, 7 if is_long else 5):
        for characters in itertools.product(CHARACTERS, repeat=length):
            text = names + "".join(characters)
            if LINE_OF_RETURNS.search(text) is None:
                rows = strictly(text)
                names_of, below = (rows[0], rows[1:]) if names and rows else ([], rows)
                expected = below if are_one_table(names_of, below) else []
                assert read(text, options) == expected, [text]


def read(text: str, options: TableOptions) -> Rows:
    """Return the rows of two columns or more; none when they are refused."""
    try:
        rows = sheet_of(text.encode(), options).first_rows(100)
    except LinregError:
        return []
    return [list(row) for row in rows]


def strictly(text: str) -> Rows:
    """Return all rows, by no code of ours."""
    if "\n" not in "".join(text.split('"')[::2]):
        text = text.replace("\r", "\n")
    rows: Rows = []
    at = 0
    while at < len(text):
        row, begin = [], at
        while (field := FIELD.match(text, at)) is not None:
            quoted, bare = field.groups()
            row.append(shortened(bare if quoted is None else quoted.replace('""', '"')))
            at = field.end()
            if text[at : at + 1] != ",":
                break
            at += 1
        written = text[begin:at]
        end = LINE_END.match(text, at)
        if end is None:
            return []
        at = end.end()
        if written.strip(","):
            rows.append(row)
    return rows


def are_one_table(names: list[str], rows: Rows) -> bool:
    """Whether rows are of one width, two or more, and that of the names, should there be any.

    Names may lack that of a first column of text, and those of empty columns on the right.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths == {1}:
        return False
    unnamed = rows[0][len(names) :]
    has_index = len(unnamed) == 1 and rows[0][0].strip("1") != ""
    return (
        not names
        or len(rows[0]) == len(names)
        or (len(rows[0]) > len(names) and (has_index or not any(unnamed)))
    )
