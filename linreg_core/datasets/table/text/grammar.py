"""What a cell may hold: a number, a marker for a missing value, or something else.

``float()`` is no use here: it takes ``1_000``, digits of any script, and turns ``1e400`` into
infinity. The patterns are for a whole cell without the blanks around it, and are written so that
Python and polars (the Rust crate regex) read them alike.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from linreg_core.records import dataclass

BLANKS = " \t"
"""The characters that may stand around a value."""

Mark = Literal[".", ","]
"""The decimal mark. Only the one that was asked for makes a number: ``1.500`` and ``1,500`` are
1500 to some readers and 1.5 to others."""

OTHER_MARK: dict[Mark, Mark] = {".": ",", ",": "."}

MINUS = "\u2212"
"""The minus of typesetters, read as the one of the keyboard."""

NUMBER: dict[Mark, str] = {
    mark: rf"[+{MINUS}-]?([0-9]+{re.escape(mark)}?[0-9]*|{re.escape(mark)}[0-9]+)"
    rf"([eE][+{MINUS}-]?[0-9]+)?"
    for mark in (".", ",")
}

INFINITE = r"(?i:[+-]?(inf|infinity))"
"""Words for what is a float but no finite number; never a marker for a missing value."""

MISSING_MARKERS = (
    *("", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "-", "--", ".", "?"),
    *("nan", "+nan", "-nan"),
)
"""What stands for a missing value, in small or capital letters."""

MISSING_WORDS = ("unknown", "missing")
"""What stands for one in a column of numbers; in a column of text each is a level of its own."""

BOOLEAN = r"(?i:true|false)"

DATE = (
    r"([0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{4}|[0-9]{2}))"
)
"""What looks like a date; whether it is one, tells the calendar."""


def any_of(texts: tuple[str, ...]) -> str:
    """Return a pattern for some texts, in small or capital letters."""
    return f"(?i:{'|'.join(map(re.escape, texts))})"


def as_number(cell: str, mark: Mark) -> float | None:
    """Return the number that a cell holds, perhaps infinite; ``None`` if it holds none."""
    text = cell.strip(BLANKS)
    if not re.fullmatch(NUMBER[mark], text):
        return None
    return float(text.replace(mark, ".").replace(MINUS, "-"))


def is_number(cell: str, mark: Mark) -> bool:
    """Return whether a cell holds a number, finite in float64 or not."""
    return as_number(cell, mark) is not None


@dataclass(frozen=True)
class Grammar:
    """How the cells of a table are written.

    Args:
        mark: the decimal mark.
        missing_values: what stands for a missing value beside ``MISSING_MARKERS``; see
            ``TableOptions``.
    """

    mark: Mark = "."
    missing_values: tuple[str, ...] = ()

    @cached_property
    def missing(self) -> str:
        """The pattern of a missing value."""
        own = "|".join(re.escape(text.strip(BLANKS)) for text in self.missing_values)
        return any_of(MISSING_MARKERS) + (f"|{own}" if own else "")

    @cached_property
    def missing_numbers(self) -> tuple[float, ...]:
        """The numbers that stand for a missing value."""
        texts = tuple(text.strip(BLANKS) for text in self.missing_values)
        numbers = (as_number(text, self.mark) for text in texts)
        infinite = (float(text) for text in texts if re.fullmatch(INFINITE, text))
        return (*(number for number in numbers if number is not None), *infinite)

    def is_missing(self, cell: str) -> bool:
        """Return whether a cell is empty or holds a marker for a missing value."""
        return re.fullmatch(self.missing, cell.strip(BLANKS)) is not None


PLAIN = Grammar()
