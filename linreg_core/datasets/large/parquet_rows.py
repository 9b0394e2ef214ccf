"""The rows of a Parquet file of any size, some at a time, read in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np

from linreg_core import memory
from linreg_core.datasets.table import limits
from linreg_core.datasets.table.columns import Column
from linreg_core.datasets.table.parquet_process import started
from linreg_core.datasets.table.text.grammar import Grammar
from linreg_core.errors import LinregError

BATCH_ROWS = 2**16

HEAD_ROWS = 1_000

LEAST_ROOM = 2**28


def room_for_parquet(most: int | None) -> int:
    """Bytes that the process may take that reads a file: half of what there is, 256 MiB at least.

    Args:
        most: bytes for all of a run; ``None``: what is free.
    """
    free = memory.free()
    most = (2**40 if free is None else free.size) if most is None else most
    return max(LEAST_ROOM, most // 2)


def head_of_parquet(path: str, room: int) -> bytes:
    """The first rows of a Parquet file as a small file of the same columns.

    Args:
        path: where it is.
        room: see `room_for_parquet`.

    Raises:
        LinregError: "parquet" where it cannot be read, "not-enough-memory".
    """
    output = started({"path": os.path.abspath(path), "room": room, "head": HEAD_ROWS})
    try:
        return output.array(np.uint8, int(output.line()["bytes"])).tobytes()
    finally:
        output.end()


class ParquetRows:
    """An open Parquet file; it must be closed in the end.

    Args:
        path: where it is.
        room: see `room_for_parquet`.
        wanted: names of the columns to read, which must hold numbers or truth values; none: only
            what the file says of itself.

    Attributes:
        names: of its columns.
        rows: how many it has.

    Raises:
        LinregError: "parquet" where it cannot be read, "not-enough-memory", "no-rows",
            "too-many-columns".
    """

    def __init__(self, path: str, room: int, wanted: Sequence[str] = ()) -> None:
        self._wanted, self._different = wanted, list(dict.fromkeys(wanted))
        request = {"path": os.path.abspath(path), "room": room}
        self._output = started(request | {"columns": self._different, "batch": BATCH_ROWS})
        try:
            metadata = self._output.line()
            self.names: tuple[str, ...] = tuple(metadata["names"])
            self.rows, self._others = int(metadata["rows"]), metadata["others"]
            if not self.rows:
                raise LinregError("no-rows", "there is no row in the table; add the data")
            if len(self.names) > limits.MAX_COLUMNS:
                raise limits.too_many_columns(f"{len(self.names):,}")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process that reads it."""
        self._output.end()

    def columns(self, markers: Sequence[str]) -> Iterator[list[Column]]:
        """Yield the columns that are wanted, all of which it has, some rows at a time.

        Args:
            markers: what stands for a missing value.

        Raises:
            LinregError: "not-a-number" for a column that holds something else.
        """
        for name, type_ in self._others.items():
            raise LinregError(
                "not-a-number",
                f"the column holds values of the type {type_}; write them as numbers, or leave the "
                "column out",
                column=name,
            )
        missing_numbers = Grammar(".", tuple(markers)).missing_numbers
        while rows := int(self._output.line()["rows"]):
            found = {}
            for name in self._different:
                values = self._output.array(np.float64, rows)
                missing = np.isnan(values)
                if missing_numbers:
                    missing |= np.isin(values, missing_numbers)
                    values[missing] = np.nan
                found[name] = Column(values, missing, rows - int(missing.sum()))
            yield [found[name] for name in self._wanted]
