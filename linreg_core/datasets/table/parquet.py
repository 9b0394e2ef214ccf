"""Parquet tables: numbers are numbers already, and text stays text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from linreg_core.datasets.options import DEFAULT_OPTIONS, TableOptions, flag_of
from linreg_core.datasets.table import limits
from linreg_core.datasets.table.columns import (
    MAX_LEVELS,
    Column,
    Labels,
    Others,
    require_room,
    too_many_levels,
)
from linreg_core.datasets.table.parquet_process import reading
from linreg_core.datasets.table.readings import AsText, Dates, Reading, parted
from linreg_core.datasets.table.refusals import of_cell, without
from linreg_core.datasets.table.text import grammar
from linreg_core.datasets.table.text.blocks import Text
from linreg_core.datasets.table.text.grammar import Grammar
from linreg_core.datasets.table.text.header import check_names
from linreg_core.datasets.table.text.others import kind_of
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import quoted, shortened

MAGIC = b"PAR1"
"""The first bytes of every Parquet file."""

MAX_NUMBERS = 2**27
"""Most rows times columns read, 1 GiB as float64."""

MAX_FREE_NUMBERS = 2**24
"""So many are read of the smallest file: 128 MiB as float64."""

MAX_RATIO = 1_000
"""Beyond them, a file's numbers may take so many times its own size."""

_TEXT_OPTIONS = ("separator", "decimal_comma", "encoding", "header", "skip_lines", "comment")


class ParquetSheet:
    """A Parquet table: a ``columns.Sheet``. Null and nan are missing, infinite is refused.

    Columns of integers, floats and decimals are numeric. One of text is never one of numbers as it
    stands, but may be read as such. Where target and features are named, only these are read.

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
    guessed: Mapping[str, object] = MappingProxyType({})

    def __init__(self, data: Text, options: TableOptions, *, most_rows: int | None = None) -> None:
        for name in _TEXT_OPTIONS:
            if getattr(options, name) != getattr(DEFAULT_OPTIONS, name):
                raise LinregError(
                    "option-not-for-parquet",
                    f"{name} is set, but says how text is written, and this is a Parquet file; "
                    "leave it out",
                )
        self._grammar = Grammar(".", options.missing_values)
        self._metadata: list[dict[str, Any]] = []
        self._columns: list[Column] = []
        self._labels: dict[int, Labels] = {}
        self._readings: dict[int, Reading] = {}
        for position, (metadata, column, labels) in enumerate(_read(data, options, most_rows)):
            self._metadata.append(metadata)
            missing = column.missing
            if labels is not None:
                self._labels[position] = _without_markers(labels, self._grammar)
                missing = self._labels[position].codes < 0
            elif self._grammar.missing_numbers:
                missing = missing | np.isin(column.values, self._grammar.missing_numbers)
                column.values[missing] = np.nan
            self._columns.append(replace(column, missing=missing))
        self.names = tuple(str(metadata["name"]) for metadata in self._metadata)
        check_names(self.names, None)

    def columns(self, positions: Sequence[int]) -> dict[int, Column]:
        """Return some columns; what is no number as it stands, as text."""
        return {position: self._column(position) for position in positions}

    def _column(self, position: int) -> Column:
        column, metadata = self._columns[position], self._metadata[position]
        present = len(column.missing) - int(column.missing.sum())
        if metadata["kind"] == "number":
            others = Others(inexact=metadata["inexact"])
            return replace(column, numbers=present, others=others)
        if metadata["kind"] in ("boolean", "date"):
            is_date = metadata["kind"] == "date"
            others = Others(dates=present) if is_date else Others(booleans=present)
            return replace(column, values=np.full(len(column.values), np.nan), others=others)
        return replace(column, others=self._others_of_text(position, present))

    def _others_of_text(self, position: int, present: int) -> Others:
        """Tell what texts hold, by all of them, or by the first ones of many."""
        texts = Counter(self._metadata[position]["sample"])
        if position in self._labels:
            labels = self._labels[position]
            counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.levels))
            texts = Counter(dict(zip(labels.levels, counts.tolist(), strict=True)))
        kinds: dict[str, Counter[str]] = {}
        for text, count in texts.items():
            plain = text.strip(grammar.BLANKS)
            is_number = grammar.is_number(plain, ".")
            kind = "dressed" if is_number else kind_of(plain, ".")
            _, unit = parted(plain, ".") or (None, "")
            kinds.setdefault(kind, Counter())[unit] += present * count // texts.total()
        return Others(
            booleans=kinds.get("booleans", Counter()).total(),
            dates=kinds.get("dates", Counter()).total(),
            dressed=kinds.get("dressed", Counter()),
        )

    def converted(self, position: int, reading: Reading) -> Column:
        """Return a column of which a reading makes numbers, if it is not one already.

        Raises:
            LinregError: "not-a-number" for text of too many different values.
        """
        column, kind = self._columns[position], self._metadata[position]["kind"]
        self._readings[position] = reading
        if kind == "number" and isinstance(reading, Dates):
            texts = [f"{value:.15g}" for value in column.values.tolist()]
            days = [reading.number(text) for text in texts]
            values = np.array([np.nan if day is None else day for day in days])
            return replace(column, values=values)
        if isinstance(reading, AsText):
            return self._column(position)
        if kind in ("number", "boolean", "date"):
            return replace(column, numbers=len(column.values))
        labels = self.labels(position)
        known = [reading.number(level.strip(grammar.BLANKS)) for level in labels.levels]
        table = np.array([*(np.nan if n is None else n for n in known), np.nan])
        numbers = sum(number is not None for number in known)
        return replace(column, values=table[labels.codes], numbers=len(labels.codes) * numbers)

    def labels(self, position: int) -> Labels:
        """Return one column as text."""
        if position in self._labels:
            return self._labels[position]
        if self._metadata[position]["is_long"]:
            raise LinregError(
                "field-too-long",
                f"a text has more than {limits.MAX_FIELD_BYTES:,} bytes: too long to be a level; "
                "leave the column out of --one-hot",
                column=self.names[position],
            )
        if self._metadata[position]["kind"] == "text":
            raise too_many_levels(self.names[position])
        raise self._no_numbers(position)

    def first_rows(self, count: int) -> tuple[tuple[str, ...], ...]:
        """Return the first rows; a cell that is neither number nor text is its type."""
        cells = [self._cells(position, count) for position in range(len(self.names))]
        return tuple(zip(*cells, strict=True))

    def _cells(self, position: int, count: int) -> list[str]:
        column, metadata = self._columns[position], self._metadata[position]
        if metadata["kind"] == "number":
            texts = [repr(value).removesuffix(".0") for value in column.values[:count].tolist()]
        elif position in self._labels:
            labels = self._labels[position]
            texts = [shortened(labels.levels[code]) for code in labels.codes[:count]]
        else:
            texts = [f"({metadata['type']})"] * len(column.missing[:count])
        return [
            "" if is_missing else text
            for text, is_missing in zip(texts, column.missing[:count], strict=True)
        ]

    def refusal(self, row: int, position: int, lacking: str) -> LinregError:
        """Return what is said about a cell, with its row, from 1: there are no lines."""
        column, kind = self._columns[position], self._metadata[position]["kind"]
        name, reading = self.names[position], self._readings.get(position)
        if column.missing[row]:
            cell = "null"
        elif kind == "number":
            cell = f"{column.values[row]:.15g}"
        elif position in self._labels:
            labels = self._labels[position]
            cell = labels.levels[labels.codes[row]]
        else:
            return self._no_numbers(position)
        error = of_cell(cell, name, self._grammar, lacking)
        if reading is not None and not column.missing[row]:
            code, message = reading.refusal(cell.strip(grammar.BLANKS))
            error = LinregError(code, message, column=name)
        elif grammar.is_number(cell, ".") and kind == "text":
            advice = (("loose_numbers", True), *without(name))
            message = f"{quoted(cell)} is text here; {flag_of(advice[0])} reads it as a number"
            error = LinregError("not-a-number", message, column=name, advice=advice)
        return LinregError(
            error.code, f"row {row + 1}: {error.message}", column=name, advice=error.advice
        )

    def _no_numbers(self, position: int) -> LinregError:
        advice, metadata = without(self.names[position]), self._metadata[position]
        sample = f" such as {quoted(metadata['sample'][0])}" if metadata["sample"] else ""
        return LinregError(
            "not-a-number",
            f"the column holds values of the type {metadata['type']}{sample}; write them as "
            f"numbers, or leave the column out{f': {flag_of(advice[0])}' if advice else ''}",
            column=self.names[position],
            advice=advice,
        )


def _without_markers(labels: Labels, grammar_: Grammar) -> Labels:
    """Return labels whose cells are missing that hold a marker that was asked for."""
    if not grammar_.missing_values:
        return labels
    marked = [level in grammar_.missing_values for level in labels.levels]
    codes = np.where(np.array([*marked, False])[labels.codes], -1, labels.codes)
    return Labels(codes.astype(np.int32), labels.levels)


def _read(
    data: Text, options: TableOptions, most_rows: int | None
) -> Iterator[tuple[dict[str, Any], Column, Labels | None]]:
    """Yield what is told of each column, the column, and its labels if it is text with few."""
    allowed = {
        "max_numbers": max_numbers(len(data)),
        "max_columns": limits.MAX_COLUMNS,
        "max_levels": MAX_LEVELS,
        "max_text": limits.MAX_FIELD_BYTES,
        "most_rows": most_rows,
        "wanted": _wanted(options) if most_rows is None else None,
    }
    with reading(data, allowed) as output:
        size = output.line()
        rows, columns = int(size["rows"]), int(size["columns"])
        _check_size(rows, columns, max_numbers(len(data)))
        if most_rows is None:
            require_room(rows, int(size["numeric"]), columns)
        for _ in range(columns):
            metadata = output.line()
            if metadata["kind"] in ("number", "boolean", "date"):
                values, missing = output.array(np.float64, rows), output.array(np.bool_, rows)
                yield metadata, Column(values, missing | np.isnan(values), 0), None
            elif metadata["kind"] == "skipped":
                yield metadata | {"sample": []}, Column(np.empty(0), np.empty(0, np.bool_), 0), None
            else:
                codes, levels = output.array(np.int32, rows), metadata["levels"]
                labels = None if levels is None else Labels(codes, tuple(levels))
                yield metadata, Column(np.full(rows, np.nan), codes < 0, 0), labels


def _wanted(options: TableOptions) -> list[str] | None:
    """The only columns that play a part, where that is known beforehand."""
    if options.target is None or options.features is None:
        return None
    return [options.target, *options.features, *options.one_hot]


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
