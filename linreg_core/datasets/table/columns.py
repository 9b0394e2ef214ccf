"""What is read of a table, whatever kind of file it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from operator import add
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linreg_core import memory
from linreg_core.datasets.options import Missing
from linreg_core.datasets.table.readings import Reading
from linreg_core.datasets.table.table_head import Role
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass

MAX_LEVELS = 100
"""Most levels of a one-hot column: the states of a country fit, postal codes do not."""

MOST_UNITS = 2
"""Of more units than these it is not numbers that a column holds, but names such as 12A and 3C."""


@dataclass(frozen=True)
class Others:
    """Cells that are no plain numbers, or not quite the number they say: how many of each kind.

    Args:
        booleans: true or false.
        dates: what looks like a date.
        dressed: numbers with something around them, by their unit.
        words: of ``grammar.MISSING_WORDS``.
        minuses: numbers with the minus of typesetters.
        inexact: integers that float64 does not hold.
        zeros: numbers other than 0 that float64 rounds to 0.
    """

    booleans: int = 0
    dates: int = 0
    dressed: Counter[str] = field(default_factory=Counter)
    words: int = 0
    minuses: int = 0
    inexact: int = 0
    zeros: int = 0

    def __add__(self, other: Others) -> Others:
        return Others(*map(add, vars(self).values(), vars(other).values()))


NO_OTHERS = Others()


@dataclass(frozen=True, eq=False)
class Column:
    """One column as numbers; n is the number of rows, blank lines left out.

    Args:
        values: shape (n,), float64; nan where the cell is missing or no number, inf where the
            number is beyond float64.
        missing: shape (n,): whether the cell is empty or marked as missing.
        numbers: how many cells hold a number, with whichever decimal mark, or a word such as inf.
        others: what the other cells hold.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    numbers: int
    others: Others = NO_OTHERS

    @property
    def role(self) -> Role:
        """What it holds: that of which at least half of the cells are that are not missing.

        So one word among numbers is a mistake to be told, and a column of names is no mistake.
        Truth values are ones where all are; and what has three units is text.
        """
        present, others = len(self.missing) - int(self.missing.sum()), self.others
        dressed = others.dressed.total() if len(others.dressed) <= MOST_UNITS else 0
        if not present:
            return "empty"
        if 2 * self.numbers >= present:
            return "number"
        if others.booleans == present:
            return "boolean"
        if 2 * others.dates >= present:
            return "date"
        return "dressed" if 2 * (self.numbers + dressed) >= present else "text"

    @property
    def is_numeric(self) -> bool:
        """Whether it is one of numbers."""
        return self.role == "number"

    def values_at(self, row_mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the values of some rows, shape (k,), without a copy when they are all rows."""
        return self.values if row_mask.all() else self.values[row_mask]

    def first_refused(self, missing: Missing) -> int | None:
        """Return the first row with a cell that is refused as a number; ``None`` without one.

        Args:
            missing: whether missing cells are refused too.
        """
        return self._first(np.isfinite(self.values), missing)

    def first_missing(self, missing: Missing) -> int | None:
        """Return the first row with a cell that is refused as a level; ``None`` without one."""
        return self._first(~self.missing, missing)

    def _first(self, accepted: NDArray[np.bool_], missing: Missing) -> int | None:
        if missing == "drop":
            accepted = accepted | self.missing
        return None if accepted.all() else int(np.argmin(accepted))


class GrowingColumn:
    """A column that is read a part at a time.

    Room is reserved for the rows expected, and what is reserved and never written takes no memory.
    Joining the parts at the end would have each number there twice.
    """

    def __init__(self) -> None:
        self._values = np.empty(0)
        self._missing = np.empty(0, dtype=np.bool_)
        self._rows = self._numbers = 0
        self._others = NO_OTHERS

    def append(self, part: Column, expected: int) -> None:
        """Add rows.

        Args:
            part: the next rows.
            expected: about how many rows there will be at the end.
        """
        begin, self._rows = self._rows, self._rows + len(part.values)
        if self._rows > len(self._values):
            room = max(self._rows, expected)
            values, missing = self._values[:begin], self._missing[:begin]
            self._values, self._missing = np.empty(room), np.empty(room, dtype=np.bool_)
            self._values[:begin], self._missing[:begin] = values, missing
        self._values[begin : self._rows] = part.values
        self._missing[begin : self._rows] = part.missing
        self._numbers += part.numbers
        if part.others is not NO_OTHERS:
            self._others += part.others

    def column(self) -> Column:
        """Return all rows."""
        rows = slice(self._rows)
        return Column(self._values[rows], self._missing[rows], self._numbers, self._others)


@dataclass(frozen=True, eq=False)
class Labels:
    """One column as text.

    Args:
        codes: shape (n,), integers: which of the levels each cell holds.
        levels: the different texts, in the order in which they come.
    """

    codes: NDArray[np.int32]
    levels: tuple[str, ...]


class Sheet(Protocol):
    """A table that is open: names and cells."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, at least two, all different; several may be blank."""

    @property
    def names_line(self) -> int | None:
        """The line they stand on, from 1; ``None`` when they stand on none."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was guessed or seen on the way to the names."""

    @property
    def guessed(self) -> Mapping[str, object]:
        """What was found of how it is written, as options of `TableOptions`, by name."""

    def columns(self, positions: Sequence[int]) -> Mapping[int, Column]:
        """Return some columns, by position.

        Raises:
            LinregError: when the cells do not make up a table.
        """

    def converted(self, position: int, reading: Reading) -> Column:
        """Return a column of which a reading makes numbers.

        What ``refusal`` says of its cells is then what the reading says.
        """

    def labels(self, position: int) -> Labels:
        """Return one column as text.

        Raises:
            LinregError: "too-many-levels" for more than ``MAX_LEVELS``; "not-a-number" where a
                cell is no text either, but a list, say.
        """

    def first_rows(self, count: int) -> tuple[tuple[str, ...], ...]:
        """Return at most so many rows as text, each cell visible and cut to one line."""

    def refusal(self, row: int, position: int, lacking: str) -> LinregError:
        """Return what is said about a cell that is refused, and where it stands.

        Args:
            row: which row, from 0, blank lines left out.
            position: which column.
            lacking: how many rows lack a value, for a cell that does.
        """


def too_many_levels(name: str) -> LinregError:
    """Return what is said about a column with too many levels."""
    return LinregError(
        "too-many-levels",
        f"more than {MAX_LEVELS} different values: too many to make a feature of each; leave the "
        "column out of --one-hot",
        column=name,
    )


def require_room(rows: int, numeric: int, columns: int) -> None:
    """Refuse a table whose numbers would not fit, with all that is made of them.

    Args:
        rows: about how many there are.
        numeric: how many columns are of numbers.
        columns: how many columns are read.

    Raises:
        LinregError: "not-enough-memory".
    """
    copies = max(memory.NUMBERS_FACTOR * numeric, 2 * numeric + 2 * columns)
    doing = f"read about {rows:,} rows of {columns:,} columns"
    memory.require(8 * rows * copies + memory.RESERVE, doing)
