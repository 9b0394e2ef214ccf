"""From columns to the features of a problem: numbers, levels as 0 and 1, powers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets.table import limits
from linreg_core.datasets.table.column_choice import Choice
from linreg_core.datasets.table.columns import (
    MAX_LEVELS,
    Labels,
    Sheet,
    require_room,
    too_many_levels,
)
from linreg_core.errors import LinregError
from linreg_core.polynomial import Polynomial
from linreg_core.problem import Note
from linreg_core.records import dataclass
from linreg_core.safe_text import listed, quoted


@dataclass(frozen=True, eq=False)
class Levels:
    """A one-hot column, in the rows kept.

    Args:
        codes: shape (kept rows,), which level each row holds.
        names: the levels in order, at least two: numbers by size, text by its characters.
    """

    codes: NDArray[np.intp]
    names: tuple[str, ...]


class Features(NamedTuple):
    """The features of a problem.

    Args:
        X: shape (kept rows, d).
        names: of its columns.
        polynomial: what they are powers of; ``None``: of nothing.
        notes: what was made.
    """

    X: NDArray[np.float64]
    names: tuple[str, ...]
    polynomial: Polynomial | None
    notes: list[Note]


def levels_of(sheet: Sheet, chosen: Choice, row_mask: NDArray[np.bool_]) -> dict[int, Levels]:
    """Return the levels of the one-hot columns, by position, as they are in the rows kept.

    A column of numbers has its numbers as levels, so that 1 and 1.0 are one; codes such as 1, 2
    and 3 for three countries are what one-hot columns are for, and a cell among them that is no
    number is refused as in any column of numbers.

    Raises:
        LinregError: "too-many-levels", "one-level".
    """
    found = {}
    for position in filter(chosen.one_hot.__contains__, chosen.features):
        column, name = chosen.columns[position], sheet.names[position]
        if column.is_numeric:
            levels = _by_size(column.values_at(row_mask))
        else:
            levels = _by_text(sheet.labels(position), row_mask)
        if len(levels.names) > MAX_LEVELS:
            raise too_many_levels(name)
        if len(levels.names) < 2:
            raise LinregError(
                "one-level",
                f"every row has {quoted(levels.names[0])}: it explains nothing; leave the column "
                "out",
                column=name,
            )
        found[position] = levels
    return found


def _by_size(values: NDArray[np.float64]) -> Levels:
    different, codes = np.unique(values, return_inverse=True)
    return Levels(codes, tuple(repr(value).removesuffix(".0") for value in different.tolist()))


def _by_text(labels: Labels, row_mask: NDArray[np.bool_]) -> Levels:
    present = np.unique(labels.codes[row_mask])
    order = sorted(present, key=labels.levels.__getitem__)
    rank = np.zeros(len(labels.levels), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return Levels(rank[labels.codes[row_mask]], tuple(labels.levels[code] for code in order))


def assembled(
    chosen: Choice,
    names: Sequence[str],
    levels: Mapping[int, Levels],
    row_mask: NDArray[np.bool_],
) -> Features:
    """Return columns, and notes "one-hot".

    Takes the columns out of ``chosen`` as they are copied, so that they are not there twice.

    Args:
        chosen: the columns, checked.
        names: names of all columns of the table.
        levels: the one-hot columns, by position.
        row_mask: which rows are kept, shape (n,).

    Raises:
        LinregError: "too-many-columns" and "not-enough-memory" for what is made of them,
            "duplicate-name" when a name made here is that of another feature or of the target.
    """
    features = [names[position] for position in chosen.features]
    made = [_names_made(names[position], levels.get(position)) for position in chosen.features]
    rows, wide = int(np.count_nonzero(row_mask)), sum(map(len, made))
    if wide > limits.MAX_COLUMNS:
        raise _too_many_features(wide)
    if wide > len(made):  # more numbers than were read
        require_room(rows, wide, 0)
    _check_names(features, made, names[chosen.target])
    X = np.empty((rows, wide))
    begin = 0
    for position, block in zip(chosen.features, made, strict=True):
        columns = X[:, begin : begin + len(block)]
        begin += len(block)
        column = chosen.columns.pop(position)
        if position in levels:
            codes = levels[position].codes
            columns[:] = codes[:, np.newaxis] == np.arange(1, len(block) + 1)
        else:
            columns[:, 0] = column.values_at(row_mask)
    notes = [_note(names[position], levels[position]) for position in levels]
    return Features(X, tuple(name for block in made for name in block), None, notes)


def powers(
    chosen: Choice, names: Sequence[str], degree: int, row_mask: NDArray[np.bool_]
) -> Features:
    """Return powers of the one feature.

    Args:
        chosen: the columns, checked.
        names: names of all columns of the table.
        degree: the highest power, at least 2.
        row_mask: which rows are kept, shape (n,).

    Raises:
        LinregError: "degree-features" when there is more than one feature to take powers of,
            "not-enough-memory" for them, "overflow" for a power beyond float64, "duplicate-name"
            when the target has the name of a power.
    """
    features = [names[position] for position in chosen.features]
    if len(features) > 1:
        raise LinregError(
            "degree-features",
            f"--degree {degree} takes powers of one feature, and there are {len(features)} "
            f"({listed(features)}); name one with --features",
        )
    require_room(int(np.count_nonzero(row_mask)), degree, 0)
    x = chosen.columns[chosen.features[0]].values_at(row_mask)
    polynomial = Polynomial.around(features[0], degree, x)
    for made in (polynomial.powers, polynomial.names):
        _check_names(features, [made], names[chosen.target])
    return Features(polynomial.columns(x), polynomial.names, polynomial, [])


def _too_many_features(wide: int) -> LinregError:
    return LinregError(
        "too-many-columns",
        f"--one-hot makes it {wide:,} features, and at most {limits.MAX_COLUMNS:,} are trained "
        "here; name fewer columns",
    )


def _names_made(name: str, levels: Levels | None) -> list[str]:
    return [name] if levels is None else [f"{name}={level}" for level in levels.names[1:]]


def _check_names(features: Sequence[str], made: Sequence[Sequence[str]], target: str) -> None:
    """Refuse a name that is there twice; the target itself may be a feature, with a note."""
    all_names = Counter(name for block in made for name in block)
    new = {name for old, block in zip(features, made, strict=True) for name in block if name != old}
    all_names[target] += target in new
    name, times = all_names.most_common(1)[0]
    if times > 1:
        raise LinregError(
            "duplicate-name",
            "a feature that --one-hot or --degree makes would have this column's name; rename it",
            column=name,
        )


def _note(name: str, levels: Levels) -> Note:
    first, *others = levels.names
    return Note(
        "one-hot",
        f"{quoted(name)} became {len(others)} feature{'s' if len(others) > 1 else ''} of 0 and 1; "
        f"its level {quoted(first)} is dropped: the weights of the others compare with it",
    )
