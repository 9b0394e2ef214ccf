"""Counts cells that are no plain numbers, or that are not quite the number they say."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linreg_core.datasets.table.columns import NO_OTHERS, Others
from linreg_core.datasets.table.readings import LOOSE, NO_UNIT, parted
from linreg_core.datasets.table.text.grammar import (
    BOOLEAN,
    DATE,
    MINUS,
    MISSING_WORDS,
    NUMBER,
    Mark,
    any_of,
)

EXACT = 2.0**53
"""Up to here float64 holds every integer."""


def others_of(
    texts: pl.Series,
    numbers: NDArray[np.float64],
    is_known: NDArray[np.bool_],
    shape: tuple[int, int],
    mark: Mark,
) -> list[Others]:
    """Return what is to be said of the cells of each column.

    Args:
        texts: the cells without blanks around them, column after column.
        numbers: those that they hold, nan elsewhere; the same shape.
        is_known: whether a cell is a number or missing; the same shape.
        shape: columns and rows.
        mark: the decimal mark.
    """
    is_odd = texts.str.contains(MINUS, literal=True).to_numpy() | (np.abs(numbers) >= EXACT)
    if (is_zero := numbers == 0).any():
        is_odd |= is_zero & texts.str.contains("^[^eE]*[1-9]").to_numpy()
    if not is_known.all():
        kinds = "|".join([LOOSE[mark], BOOLEAN, DATE, any_of(MISSING_WORDS)])
        is_odd |= ~is_known & texts.str.contains(f"^({kinds})$").to_numpy()
        is_odd |= texts.str.contains(f"^{any_of(MISSING_WORDS)}$").to_numpy()
    if not is_odd.any():
        return [NO_OTHERS] * shape[0]
    positions = np.flatnonzero(is_odd)
    cells = pl.DataFrame({"column": positions // shape[1], "text": texts.gather(positions)})
    kinds_of: dict[int, Counter[str]] = {}
    units_of: dict[int, Counter[str]] = {}
    for column, text, count in cells.group_by("column", "text").len().iter_rows():
        kind = kind_of(text, mark)
        kinds_of.setdefault(column, Counter())[kind] += count
        if kind == "dressed":
            _, unit = parted(text, mark) or (None, "")
            units_of.setdefault(column, Counter())[unit] += count
    return [_counted(kinds_of.get(column), units_of.get(column)) for column in range(shape[0])]


def kind_of(text: str, mark: Mark) -> str:
    """Return a field of `Others` for a cell, or "" for one that is nothing of that."""
    if re.fullmatch(NUMBER[mark], text):
        return _kind_of_number(text, mark)
    for pattern, kind in _KINDS.items():
        if re.fullmatch(pattern, text):
            return kind
    found = re.fullmatch(LOOSE[mark], text)
    return "dressed" if found and not re.fullmatch(NO_UNIT, found["behind"] or "") else ""


_KINDS = {BOOLEAN: "booleans", any_of(MISSING_WORDS): "words", DATE: "dates"}


def _kind_of_number(text: str, mark: Mark) -> str:
    plain = text.replace(mark, ".").replace(MINUS, "-")
    value = float(plain)
    if value == 0 and re.match("[^eE]*[1-9]", plain):
        return "zeros"
    is_whole = re.fullmatch("[+-]?[0-9]+", plain) and np.isfinite(value)
    if is_whole and int(value) != int(plain):
        return "inexact"
    return "minuses" if MINUS in text else ""


def _counted(kinds: Counter[str] | None, units: Counter[str] | None) -> Others:
    if kinds is None:
        return NO_OTHERS
    del kinds["dressed"], kinds[""]
    return Others(**kinds, dressed=units or Counter())
