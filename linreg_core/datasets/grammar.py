"""What a cell may hold: a number, a marker for a missing value, or nothing we take.

``float()`` is no use here: it takes ``1_000``, digits of any script, and turns ``1e400`` into
infinity. The patterns are for a whole cell without the blanks around it, and are written so that
Python and polars (the Rust crate regex) read them alike.
"""

from __future__ import annotations

import re

from linreg_core.wording import quoted

BLANKS = " \t"
"""The characters that may stand around a value."""

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"

NON_FINITE = r"(?i:[+-]?(nan|inf|infinity))"
"""Words for what is a float but no finite number; never a marker for a missing value."""

MISSING_MARKERS = ("", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "-", "--", ".", "?")
"""What stands for a missing value, in small or capital letters."""

MISSING = f"(?i:{'|'.join(re.escape(marker) for marker in MISSING_MARKERS)})"


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number, finite in float64 or not."""
    return re.fullmatch(NUMBER, cell.strip(BLANKS)) is not None


def is_missing(cell: str) -> bool:
    """Return whether a cell is empty or holds a marker for a missing value."""
    return re.fullmatch(MISSING, cell.strip(BLANKS)) is not None


def refusal(cell: str) -> tuple[str, str]:
    """Return code and message for a cell that is neither a finite number nor missing."""
    if is_number(cell):
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
    return (
        "not-a-number",
        f"{quoted(cell)} is not a number; write it like -12.5 or 3e-4, or leave the column out "
        "with --features",
    )
