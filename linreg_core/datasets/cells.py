"""Cells of a table as numbers: the one place that knows polars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linreg_core.datasets.grammar import BLANKS, MISSING, NON_FINITE, NUMBER
from linreg_core.datasets.options import Missing
from linreg_core.datasets.records import Records, Shape


@dataclass(frozen=True, eq=False)
class Column:
    """One column, parsed; n is the number of rows, blank lines left out.

    Args:
        values: shape (n,), float64; nan where the cell is missing or no number, inf where the
            number is beyond float64.
        missing: shape (n,): whether the cell is empty or marked as missing.
        numbers: how many cells hold a number or a word such as nan or inf.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    numbers: int

    @property
    def is_numeric(self) -> bool:
        """Whether at least half of the cells that are not missing hold numbers.

        So one word among numbers is a mistake to be told, and a column of names is no mistake.
        """
        present = len(self.missing) - int(self.missing.sum())
        return present > 0 and 2 * self.numbers >= present

    @property
    def is_empty(self) -> bool:
        """Whether every cell is missing."""
        return bool(self.missing.all())

    def first_refused(self, missing: Missing) -> int | None:
        """Return the first row with a cell that is refused; ``None`` when there is none.

        Args:
            missing: whether missing cells are refused too.
        """
        accepted = np.isfinite(self.values)
        if missing == "drop":
            accepted |= self.missing
        return None if accepted.all() else int(np.argmin(accepted))


class Cells:
    """Records as text, a row each.

    Args:
        records: checked: every record that is not blank has ``shape.fields`` fields.
        shape: what the check counted.
    """

    def __init__(self, records: Records, shape: Shape) -> None:
        self._frame = pl.read_csv(
            records.data[: records.end],  # no copy when that is all
            has_header=False,
            # Our own names: the file's may hold anything, and polars reads "^…$" as a pattern.
            schema={str(field): pl.String for field in range(shape.fields)},
            separator=records.separator,
            skip_lines=records.data.count(b"\n", 0, records.start),
        )
        if self._frame.height != shape.records:
            raise RuntimeError(
                f"polars read {self._frame.height} records where there are {shape.records}"
            )
        self._records, self._shape = records, shape
        if len(shape.blank):
            keep = np.ones(shape.records, dtype=bool)
            keep[shape.blank] = False
            self._frame = self._frame.filter(pl.Series(keep))

    @property
    def rows(self) -> int:
        """How many rows there are, blank lines left out."""
        return self._frame.height

    def line_of(self, row: int, field: int) -> int:
        """Return the line of the file, counted from 1, on which a cell begins."""
        records = np.delete(np.arange(self._shape.records), self._shape.blank)
        return self._records.line_of(int(records[row]), field)

    def text(self, row: int, field: int) -> str:
        """Return one cell as it stands in the file, without its quotes."""
        return self._frame[row, field] or ""

    def column(self, field: int) -> Column:
        """Return one column, parsed."""
        cell = pl.col(str(field)).fill_null("").str.strip_chars(BLANKS)
        parsed = self._frame.select(
            values=pl.when(cell.str.contains(f"^{NUMBER}$")).then(cell).cast(pl.Float64),
            missing=cell.str.contains(f"^{MISSING}$"),
            words=cell.str.contains(f"^{NON_FINITE}$"),
        )
        numbers = parsed.height - parsed["values"].null_count() + int(parsed["words"].sum())
        return Column(
            parsed["values"].fill_null(np.nan).to_numpy(),
            parsed["missing"].to_numpy(),
            numbers,
        )
