"""What is said about a cell that is refused, and what to set so that it is read."""

from __future__ import annotations

import re

from linreg_core.datasets.options import flag_of
from linreg_core.datasets.table.readings import LOOSE, parted
from linreg_core.datasets.table.text.grammar import (
    BLANKS,
    DATE,
    INFINITE,
    MISSING_WORDS,
    OTHER_MARK,
    Grammar,
    Mark,
    is_number,
)
from linreg_core.errors import Advice, LinregError
from linreg_core.safe_text import quoted

MOST_MARKER = 20
"""Longest text that may stand for a missing value, as far as is guessed."""


def of_cell(
    cell: str, name: str, grammar: Grammar, lacking: str, *, has_both_marks: bool = False
) -> LinregError:
    """Return what is said about a cell that is no finite number, without its place.

    Args:
        cell: what it holds.
        name: its column's; "": it has none.
        grammar: how the table is written.
        lacking: how many rows lack a value, for a cell that does.
        has_both_marks: whether other cells have the other decimal mark, so that to read that one
            instead does not help.
    """
    text, mark = cell.strip(BLANKS), grammar.mark
    if grammar.is_missing(text) or text.lower() in MISSING_WORDS:
        message = (
            f"no value here ({quoted(cell)}); {lacking}: fill them in, or leave these rows out "
            "with --missing drop"
        )
        return _refused("missing-value", message, name, ("missing", "drop"))
    if is_number(text, mark):
        message = f"{quoted(cell)} is beyond float64, which ends at 1.8e308; rescale the column"
        return _refused("non-finite", message, name)
    if re.fullmatch(INFINITE, text):
        marker: Advice = ("missing_values", (text,))
        message = f"{quoted(cell)} is not a finite number; correct it, or say that it is missing: "
        return _refused("non-finite", message + flag_of(marker), name, marker)
    if is_number(text, OTHER_MARK[mark]):
        return _other_mark(cell, name, mark, has_both_marks=has_both_marks)
    return _no_number(cell, name, mark)


def _no_number(cell: str, name: str, mark: Mark) -> LinregError:
    text, out = cell.strip(BLANKS), without(name)
    if re.fullmatch(LOOSE[mark], text):
        if (read := parted(text, mark)) is None:
            message = f"{quoted(cell)} is not a number; write it as one{_or(out)}"
            return _refused("not-a-number", message, name, *out)
        loose: Advice = ("loose_numbers", True)
        message = (
            f"{quoted(cell)} is a number with something around it; {flag_of(loose)} reads "
            f"{f'{read[0]:.15g}'.replace('.', mark)}{_or(out)}"
        )
        return _refused("not-a-number", message, name, loose, *out)
    if re.fullmatch(DATE, text) and name:
        date: Advice = ("dates", (name,))
        message = f"{quoted(cell)} looks like a date; {flag_of(date)} makes days of them{_or(out)}"
        return _refused("not-a-number", message, name, date, *out)
    markers: tuple[Advice, ...] = ()
    missing = ""
    if "," not in text and len(text) <= MOST_MARKER:
        markers = (("missing_values", (text,)),)
        missing = f"; if it stands for a missing value, {flag_of(markers[0])}"
    message = f"{quoted(cell)} is not a number; write it like -12{mark}5 or 3e-4{missing}{_or(out)}"
    return _refused("not-a-number", message, name, *markers, *out)


def without(name: str) -> tuple[Advice, ...]:
    """Return the advice to leave a column out, if an option can name it."""
    return (("without", (name,)),) if name.strip() and "," not in name else ()


def _or(out: tuple[Advice, ...]) -> str:
    return f", or leave the column out: {flag_of(out[0])}" if out else ""


_SPOKEN: dict[Mark, str] = {",": "comma", ".": "point"}
_CODES: dict[Mark, str] = {".": "decimal-comma", ",": "decimal-point"}


def _other_mark(cell: str, name: str, mark: Mark, *, has_both_marks: bool) -> LinregError:
    """Return what is said about a number with the other decimal mark; `_no_number` for thousands.

    Where both marks are decimal ones in a table, neither option helps.
    """
    out, other = without(name), OTHER_MARK[mark]
    between: tuple[Advice, ...] = ()
    thousands = "if it parts thousands, take it out"
    if (read := parted(cell, mark)) is not None:
        between = (("loose_numbers", True),)
        thousands = f"if it parts thousands, {flag_of(between[0])} reads {read[0]:.15g}"
    if has_both_marks:
        message = (
            f"{quoted(cell)} has a {_SPOKEN[other]}, and other cells have a {_SPOKEN[mark]}: "
            f"correct it; {thousands}{_or(out)}"
        )
        return _refused(_CODES[mark], message, name, *between, *out)
    if mark == ",":
        message = (
            f"{quoted(cell)} has a point, but --decimal-comma reads the comma as the decimal "
            f"mark: leave that option out; {thousands}"
        )
        return _refused("decimal-point", message, name, ("decimal_comma", False), *between)
    message = (
        f"{quoted(cell)} has a comma: if it is the decimal mark, read the table with "
        f"--decimal-comma; {thousands}"
    )
    return _refused("decimal-comma", message, name, ("decimal_comma", True), *between)


def _refused(code: str, message: str, name: str, *advice: Advice) -> LinregError:
    return LinregError(code, message, column=name or None, advice=advice)
