"""What a cell may hold: a number, a marker for a missing value, or nothing we take.

``float()`` is no use here: it takes ``1_000``, digits of any script, and turns ``1e400`` into
infinity. The patterns are for a whole cell without the blanks around it, and are written so that
Python and polars (the Rust crate regex) read them alike.
"""

from __future__ import annotations

import re
from typing import Literal

from linreg_core.safe_text import quoted

BLANKS = " \t"
"""The characters that may stand around a value."""

Mark = Literal[".", ","]
"""The decimal mark. Only the one that was asked for makes a number: ``1.500`` and ``1,500`` are
1500 to some readers and 1.5 to others."""

NUMBER: dict[Mark, str] = {
    mark: rf"[+-]?([0-9]+{re.escape(mark)}?[0-9]*|{re.escape(mark)}[0-9]+)([eE][+-]?[0-9]+)?"
    for mark in (".", ",")
}

OTHER_MARK: dict[Mark, Mark] = {".": ",", ",": "."}

NON_FINITE = r"(?i:[+-]?(nan|inf|infinity))"
"""Words for what is a float but no finite number; never a marker for a missing value."""

MISSING_MARKERS = ("", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "-", "--", ".", "?")
"""What stands for a missing value, in small or capital letters."""

MISSING = f"(?i:{'|'.join(re.escape(marker) for marker in MISSING_MARKERS)})"


def is_number(cell: str, mark: Mark) -> bool:
    """Return whether a cell holds a number, finite in float64 or not."""
    return re.fullmatch(NUMBER[mark], cell.strip(BLANKS)) is not None


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty or holds a marker for a missing value."""
    return re.fullmatch(MISSING, cell.strip(BLANKS)) is not None


def refusal(cell: str, mark: Mark, lacking: str) -> tuple[str, str]:
    """Return code and message for a cell that is no finite number.

    Args:
        cell: what it holds.
        mark: the decimal mark.
        lacking: how many rows lack a value, for a cell that does.
    """
    if is_missing(cell):
        return (
            "missing-value",
            f"no value here ({quoted(cell)}); {lacking}: fill them in, or leave these rows out "
            "with --missing drop",
        )
    if is_number(cell, mark):
        return (
            "non-finite",
            f"{quoted(cell)} is beyond float64, which ends at 1.8e308; rescale the column",
        )
    if re.fullmatch(NON_FINITE, cell.strip(BLANKS)):
        return (
            "non-finite",
            f"{quoted(cell)} is not a finite number; correct it, or leave the cell empty if the "
            "value is missing",
        )
    if is_number(cell, OTHER_MARK[mark]):
        return _other_mark(cell, mark)
    return (
        "not-a-number",
        f"{quoted(cell)} is not a number; write it like -12{mark}5 or 3e-4, or leave the column "
        "out with --features",
    )


def _other_mark(cell: str, mark: Mark) -> tuple[str, str]:
    if mark == ".":
        return (
            "decimal-comma",
            f"{quoted(cell)} has a comma: if it is the decimal mark, read the table with "
            "--decimal-comma; if it parts thousands, take it out",
        )
    return (
        "decimal-point",
        f"{quoted(cell)} has a point, but --decimal-comma reads the comma as the decimal mark: "
        "leave that option out, or correct the cell",
    )
