"""Parquet tables: numbers are numbers already, and text stays text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from linreg_core.datasets.options import DEFAULT_OPTIONS, TableOptions
from linreg_core.datasets.table import limits
from linreg_core.datasets.table.columns import (
    MAX_LEVELS,
    Column,
    Labels,
    require_room,
    too_many_levels,
)
from linreg_core.datasets.table.parquet_process import reading
from linreg_core.datasets.table.text import grammar
from linreg_core.datasets.table.text.blocks import Text
from linreg_core.datasets.table.text.header import check_names
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import shortened

MAGIC = b"PAR1"
"""The first bytes of every Parquet file."""

MAX_NUMBERS = 2**27
"""Most rows times columns read, 1 GiB as float64."""

MAX_FREE_NUMBERS = 2**24
"""So many are read of the smallest file: 128 MiB as float64."""

MAX_RATIO = 1_000
"""Beyond them, a file's numbers may take so many times its own size."""

_TEXT_OPTIONS = ("separator", "decimal_comma", "encoding", "header")


class ParquetSheet:
    """A Parquet table: a ``columns.Sheet``. Null is missing; nan and infinite are refused.

    Only columns of integers, floats and decimals are numeric. A column of text is one of text,
    whatever it holds; so are truth values and dates.

    Args:
        data: the whole file.
        options: how to read it.
        most_rows: read no more of its rows; ``None``: all.

    Raises:
        LinregError: "option-not-for-parquet" for an option that says how text is written;
            "parquet" when the file cannot be read as one; "no-rows", "no-features" for a single
            column, "too-many-columns", "too-large" and "not-enough-memory"; what
            ``header.check_names`` raises.
    """

    names_line = None
    notes: tuple[Note, ...] = ()

    def __init__(self, data: Text, options: TableOptions, *, most_rows: int | None = None) -> None:
        for name in _TEXT_OPTIONS:
            if getattr(options, name) != getattr(DEFAULT_OPTIONS, name):
                raise LinregError(
                    "option-not-for-parquet",
                    f"{name} is set, but says how text is written, and this is a Parquet file; "
                    "leave it out",
                )
        self._told: list[dict[str, Any]] = []
        self._columns: list[Column] = []
        self._labels: dict[int, Labels] = {}
        for position, (told, column, labels) in enumerate(_read(data, most_rows)):
            self._told.append(told)
            self._columns.append(column)
            if labels is not None:
                self._labels[position] = labels
        self.names = tuple(str(told["name"]) for told in self._told)
        check_names(self.names, None)

    def columns(self, positions: Sequence[int]) -> dict[int, Column]:
        """Return some columns."""
        return {position: self._columns[position] for position in positions}

    def labels(self, position: int) -> Labels:
        """Return one column as text."""
        if position in self._labels:
            return self._labels[position]
        if self._told[position]["is_long"]:
            raise LinregError(
                "field-too-long",
                f"a text has more than {limits.MAX_FIELD_BYTES:,} bytes: too long to be a level; "
                "leave the column out of --one-hot",
                column=self.names[position],
            )
        if self._told[position]["kind"] == "text":
            raise too_many_levels(self.names[position])
        raise self._no_numbers(position)

    def first_rows(self, count: int) -> tuple[tuple[str, ...], ...]:
        """Return the first rows; a cell that is neither number nor text is its type."""
        cells = [self._cells(position, count) for position in range(len(self.names))]
        return tuple(zip(*cells, strict=True))

    def _cells(self, position: int, count: int) -> list[str]:
        column, told = self._columns[position], self._told[position]
        if told["kind"] == "number":
            texts = [repr(value).removesuffix(".0") for value in column.values[:count].tolist()]
        elif position in self._labels:
            labels = self._labels[position]
            texts = [shortened(labels.levels[code]) for code in labels.codes[:count]]
        else:
            texts = [f"({told['type']})"] * len(column.missing[:count])
        return [
            "" if is_missing else text
            for text, is_missing in zip(texts, column.missing[:count], strict=True)
        ]

    def refusal(self, row: int, position: int, lacking: str) -> LinregError:
        """Return what is said about a cell, with its row, from 1: there are no lines."""
        column = self._columns[position]
        if column.missing[row]:
            cell = "null"
        elif self._told[position]["kind"] == "number":
            cell = repr(float(column.values[row]))
        else:
            return self._no_numbers(position)
        code, message = grammar.refusal(cell, ".", lacking)
        return LinregError(code, f"row {row + 1}: {message}", column=self.names[position])

    def _no_numbers(self, position: int) -> LinregError:
        return LinregError(
            "not-a-number",
            f"the column holds values of the type {self._told[position]['type']}, no numbers; "
            "leave it out with --features, or make features of text with --one-hot",
            column=self.names[position],
        )


def _read(
    data: Text, most_rows: int | None
) -> Iterator[tuple[dict[str, Any], Column, Labels | None]]:
    """Yield what is told of each column, the column, and its labels if it is text with few."""
    allowed = {
        "max_numbers": max_numbers(len(data)),
        "max_columns": limits.MAX_COLUMNS,
        "max_levels": MAX_LEVELS,
        "max_text": limits.MAX_FIELD_BYTES,
        "most_rows": most_rows,
    }
    with reading(data, allowed) as output:
        size = output.line()
        rows, columns = int(size["rows"]), int(size["columns"])
        _check_size(rows, columns, max_numbers(len(data)))
        if most_rows is None:
            require_room(rows, int(size["numeric"]), columns)
        for _ in range(columns):
            told = output.line()
            if told["kind"] == "number":
                values, missing = output.array(np.float64, rows), output.array(np.bool_, rows)
                yield told, Column(values, missing, rows - int(missing.sum())), None
            else:
                codes, levels = output.array(np.int32, rows), told["levels"]
                labels = None if levels is None else Labels(codes, tuple(levels))
                yield told, Column(np.full(rows, np.nan), codes < 0, 0), labels


def max_numbers(file_bytes: int) -> int:
    """Return how many numbers are read of a file of that size.

    A small file may unpack to any size: 300 KB of zeros took 10 GB. One that says anything of a
    target and its features is not packed a thousand times.
    """
    return min(MAX_NUMBERS, max(MAX_FREE_NUMBERS, MAX_RATIO * file_bytes // 8))


def _check_size(rows: int, columns: int, most: int) -> None:
    if columns < 2:
        raise LinregError("no-features", "only one column found; add a feature or a target")
    if columns > limits.MAX_COLUMNS:
        raise limits.too_many_columns(f"{columns:,}")
    if not rows:
        raise LinregError("no-rows", "there is no row in the table; add the data")
    if rows * columns > most:
        raise LinregError(
            "too-large",
            f"the table has {rows:,} rows and {columns:,} columns, and of a Parquet file of this "
            f"size at most {most:,} numbers are read here; take a part of it",
        )
