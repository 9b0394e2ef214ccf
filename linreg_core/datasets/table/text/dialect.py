"""How a text table is written: what stands between its fields."""

from __future__ import annotations

import re

from linreg_core.datasets.table import limits
from linreg_core.datasets.table.text.blocks import (
    Text,
    after_blank_lines,
    end_of_record,
    ends_of_records,
)
from linreg_core.datasets.table.text.frames import first_row
from linreg_core.datasets.table.text.grammar import Mark, is_number
from linreg_core.datasets.table.text.header import fitted
from linreg_core.datasets.table.text.records import Records
from linreg_core.errors import LinregError
from linreg_core.problem import Note

_CHARACTERS: dict[Mark, str] = {".": ",;\t|", ",": ";\t|"}
_SPOKEN = {",": "a comma", ";": "';'", "\t": "a tab", "|": "'|'", " ": "blanks"}
_TYPED = {",": "','", ";": "';'", "\t": "tab", "|": "'|'", " ": "blank"}

_HEAD_BYTES = 2**16


def settle(text: Text, separator: str | None, mark: Mark) -> tuple[Records, tuple[Note, ...]]:
    """Return the records of a text, not yet checked, and a note when their separator was guessed.

    A comma in the first line needs no guess. Otherwise the separator is the one character of
    ``, ; | tab`` that stands in the first line, or, of several, the one that gives every record
    the same number of fields. Where none of them stands there, blanks are tried, and where the
    decimal mark is a comma, the comma at the very last. So whatever is guessed either gives one
    width, above 1, to the whole table, or the table is refused.

    Args:
        text: the table, UTF-8, with at least one line that is not blank.
        separator: the one asked for; ``None``: guess.
        mark: the decimal mark.

    Raises:
        LinregError: "ambiguous-separator" when several give one width each.
    """
    if separator is None:
        separator = _guessed(text, mark)
        if separator != ",":
            return _records(text, separator), (_note(separator),)
    return _records(text, separator), ()


def _note(separator: str) -> Note:
    return Note(
        "separator-guessed",
        f"the columns were read as separated by {_SPOKEN[separator]}; --separator names another",
    )


def _records(text: Text, separator: str) -> Records:
    if separator == " ":
        text = _single_blanks(text[:])
    return Records(text, separator, after_blank_lines(text, 0), len(text))


def _guessed(text: Text, mark: Mark) -> str:
    start = after_blank_lines(text, 0)
    first = text[start : end_of_record(text, start)]
    found = [character for character in _CHARACTERS[mark] if _splits(first, character)]
    if "," in found and _are_decimal_commas(first):
        found.append(" ")
    if len(found) > 1:
        fitting = [character for character in found if _fits(text, character)]
        if len(fitting) > 1:
            raise LinregError(
                "ambiguous-separator",
                f"the columns may be separated by {' or '.join(_SPOKEN[c] for c in fitting)}; say "
                f"which: --separator {' or '.join(_TYPED[c] for c in fitting)}",
            )
        found = fitting or found
    if found:
        return found[0]
    return " " if _splits(first.strip(), " ") and _are_blanks(text, start, first) else ","


def _splits(record: bytes, separator: str) -> bool:
    """Return whether a separator stands in a record outside quotes."""
    return any(separator.encode() in part for part in record.split(b'"')[::2])


def _are_decimal_commas(record: bytes) -> bool:
    """Return whether a record is numbers with decimal commas between blanks.

    As 1,5 2,5 is: commas split it into three fields, of which the one in the middle looks like
    text, and a column of text is left out.
    """
    fields = record.decode().split()
    return len(fields) > 1 and all(is_number(field, ",") for field in fields)


def _fits(text: Text, separator: str) -> bool:
    """Return whether a separator gives all records of a text one width, above 1."""
    records = _records(text, separator)
    try:
        return records.fields() > 1
    except LinregError:
        return _fits_below(records)


def _fits_below(records: Records) -> bool:
    """Return whether all records but the first have one width, and there is a name for each."""
    text, start = records.text, records.start
    below = after_blank_lines(text, end_of_record(text, start))
    if below == len(text):
        return False
    try:
        rows = Records(text, records.separator, below, len(text))
        first = Records(text, records.separator, start, below)
        fields = rows.fields()
        names = first_row(first)
        return fields > 1 and len(fitted(names, rows, ".")) == fields
    except LinregError:
        return False


def _are_blanks(text: Text, start: int, first: bytes) -> bool:
    """Return whether blanks separate the columns; the beginning of most other texts denies it."""
    if len(first.split()) > limits.MAX_COLUMNS:  # nothing else is so often in a line
        return True
    head = text[start : start + _HEAD_BYTES]
    ends = ends_of_records(head)
    return (not len(ends) or _fits(head[: ends[-1] + 1], " ")) and _fits(text, " ")


def _single_blanks(text: bytes) -> bytes:
    """Return a text with one space for every run of blanks outside quotes, and none at line ends.

    No line is added or taken away, so lines keep their numbers.
    """
    parts = text.split(b'"')
    parts[::2] = map(_collapsed, parts[::2])
    return b'"'.join(parts).strip(b" ")


def _collapsed(text: bytes) -> bytes:
    text = re.sub(rb"  +", b" ", text.replace(b"\t", b" "))
    return text.replace(b" \r\n", b"\n").replace(b" \n", b"\n").replace(b"\n ", b"\n")
