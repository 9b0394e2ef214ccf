"""What the numbers of a table should make the user wary of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.datasets.table.columns import Column
from linreg_core.problem import Note
from linreg_core.safe_text import listed, shortened


def notes_on(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    """Return what is odd about a problem's numbers.

    Args:
        X: features, shape (n, d), finite.
        y: target, shape (n,), finite.
        features: d names.
        target: name of y.

    Returns:
        Notes "underdetermined" or "more-features-than-rows"; "constant-feature",
        "constant-target", "target-is-feature"; "underflow-risk", "overflow-risk". What a run does
        with them is not known here: whether it has a bias, and which columns depend on others.
    """
    notes = _notes_on_size(*X.shape)
    if len(y) > 1:  # of a single row every column is constant, and the note above says enough
        lowest, highest = (np.append(pick(X, axis=0), pick(y)) for pick in (np.min, np.max))
        notes += notes_on_constants(lowest, highest, features, target)
    if target in features:
        name = shortened(target)
        notes.append(
            Note("target-is-feature", f"{name} is both target and feature: it fits itself")
        )
    notes += _notes_far_out(X, y, features, target)
    return notes + _notes_on_range(X, y, features, target)


def notes_on_cells(columns: Mapping[str, Column]) -> list[Note]:
    """Return what is to be said of cells that were read, by the columns' names.

    Returns:
        Notes "minus-sign"; "integer-not-exact" and "rounded-to-zero", which float64 does; and
        "date-like", of whole numbers such as 20240131.
    """
    notes = []
    for kind, code, message in (
        ("minuses", "minus-sign", "a typesetter's minus was read as one"),
        ("inexact", "integer-not-exact", "integers beyond 2^53 were rounded to float64"),
        ("zeros", "rounded-to-zero", "numbers too small for float64 were rounded to 0"),
    ):
        counts = {name: getattr(column.others, kind) for name, column in columns.items()}
        counted = [f"{shortened(name)} {count:,}" for name, count in counts.items() if count]
        if counted:
            notes.append(Note(code, f"{message}; how many: {listed(counted)}"))
    dates = [name for name, column in columns.items() if _are_days(column.values)]
    if dates:
        message = f"may be dates written as numbers: {listed(dates)}; --date makes days of them"
        notes.append(Note("date-like", message))
    return notes


def _are_days(values: NDArray[np.float64]) -> bool:
    """Whether numbers, at least two different ones, are all days as 20240131 is."""
    values = values[np.isfinite(values)]
    if not len(values) or values.min() < 19_000_101 or values.max() > 21_001_231:
        return False
    month, day = values // 100 % 100, values % 100
    is_day = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (values % 1 == 0)
    return bool(is_day.all() and values.min() < values.max())


_MARKER = re.compile(r"-?(?:9{2,}|8{3,})|-?9999|-1")
"""Numbers that files are full of where a value is missing."""

_SOME = 1000
"""So many rows tell of most columns that nothing in them stands far out."""

_TAIL = 3
"""So many different values at either end may stand far out."""


def _notes_far_out(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    """Say which numbers may stand for missing values: they are farther out than all others span.

    Such as -999 tell it once, any other number where it comes three times.
    """
    outliers = []
    for name, values in [*zip(features, X.T, strict=True), (target, y)]:
        outliers += [f"{value:g} in {shortened(name)}" for value in _far_out(values)]
    if not outliers:
        return []
    return [
        Note(
            "far-out",
            f"far from all others: {listed(outliers)}; if it stands for a missing value, "
            "--missing-values names it",
        )
    ]


def _far_out(values: NDArray[np.float64]) -> list[float]:
    """Return the values that may stand for a missing one."""
    few = np.concatenate([values[:: max(1, len(values) // _SOME)], [values.min(), values.max()]])
    if not len(_ends_far_out(np.unique(few))):  # as in most columns; to sort all takes longer
        return []
    different, counts = np.unique(values, return_counts=True)
    far = _ends_far_out(different)
    return [
        float(value)
        for value, count in zip(different, counts, strict=True)
        if value in far and (count > 2 or _MARKER.fullmatch(f"{value:g}"))
    ]


def _ends_far_out(different: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first or the last few of sorted numbers, if the others span less than the gap."""
    with np.errstate(over="ignore"):
        for ends in (different, -different[::-1]):
            for out in range(1, min(_TAIL, len(ends) - 2) + 1):
                if ends[out] - ends[out - 1] > 1.5 * (ends[-1] - ends[out]):
                    return ends[:out] if ends is different else -ends[:out]
    return different[:0]


def _notes_on_size(n: int, d: int) -> list[Note]:
    rows = f"{n:,} row{'s' if n > 1 else ''}"
    if d > n > 1:
        message = f"{d:,} features but only {rows}: endlessly many weights are equally good"
        return [Note("more-features-than-rows", message)]
    if d + 1 > n:
        message = f"{rows} cannot settle the {d + 1:,} weights of a run with a bias"
        return [Note("underdetermined", message)]
    return []


def notes_on_constants(
    lowest: Floats, highest: Floats, features: Sequence[str], target: str
) -> list[Note]:
    """Return notes on columns that do not differ: "constant-feature" and "constant-target".

    Args:
        lowest: the smallest number of each feature, and of the target last, shape (d + 1,).
        highest: the largest.
        features: d names.
        target: name of y.
    """
    notes = []
    is_constant = lowest == highest
    constant = _named(features, is_constant[:-1])
    if constant:
        notes.append(Note("constant-feature", f"the same value in every row: {listed(constant)}"))
    if is_constant[-1]:
        notes.append(
            Note(
                "constant-target",
                f"the target {shortened(target)} has the same value in every row: R² is 0/0",
            )
        )
    return notes


def _notes_on_range(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    names = [*features, target]
    largest = np.append(np.abs(X).max(axis=0), np.abs(y).max())
    limits = np.finfo(np.float64)
    tiny = _named(names, (largest > 0) & (largest < np.sqrt(limits.tiny)))
    huge = _named(names, largest > np.sqrt(limits.max / len(y)))
    notes = []
    if tiny:
        notes.append(
            Note(
                "underflow-risk",
                f"so small that the squares underflow in float64: {listed(tiny)}; rescale",
            )
        )
    if huge:
        notes.append(
            Note(
                "overflow-risk",
                f"so large that the sum of squares overflows in float64: {listed(huge)}; rescale",
            )
        )
    return notes


def _named(names: Sequence[str], chosen: NDArray[np.bool_]) -> list[str]:
    return [name for name, is_chosen in zip(names, chosen, strict=True) if is_chosen]
