"""In which order a library adds the terms of a product: found out, not assumed.

Where the terms i and j are a huge number and its opposite and all others are 1, those that were
added before the two met are lost: what is left of the sum tells how many terms the smallest partial
sum with both of them has. All pairs together tell the whole tree (FPRev: Xie et al., 2024). Where i
and j are u·c and -u·c and all others are 0, the sum is 0 unless one of both products was added
without being rounded before.

Nothing here has to be right: what is made of it is held to the phases before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.records import dataclass

PRODUCT, FUSED, PLAIN, PLUS = range(4)
"""What is done to a stack of numbers: put a product on it; add one to the uppermost, rounded once,
or twice; add the uppermost to the one below."""

MOST_COLUMNS = 64
"""Of more columns there are too many pairs to be tried."""

PROBED_ROWS = 2**17
"""So many rows are enough to be treated like more of them."""

SET = 8
"""So many rows are added together at most before they are added to what was."""

HUGE = {"float32": 2.0**60, "float64": 2.0**80}
UNEVEN = {"float32": 1 + 2.0**-13, "float64": 1 + 2.0**-28}
"""The square of it is a little more than it is rounded to."""

Program = NDArray[np.int64]
"""Shape (k, 2): what is done, and with which term."""

Tree = int | tuple["Tree", "Tree"]
Sizes = dict[tuple[int, int], float]


@dataclass(frozen=True)
class Columns:
    """How some neighbouring columns are projected on the errors.

    Args:
        first, stop: which columns.
        grouped: how many rows make a group.
        program: what is added up of a group.
        sums: what is then added to what was before, one after the other: the next of the numbers
            that are left on the stack, from the lowest on, -1, or the product of one of the rows,
            >= 0, without being rounded.
    """

    first: int
    stop: int
    grouped: int
    program: Program
    sums: tuple[int, ...]


@dataclass(frozen=True)
class Order:
    """In which order both products of an epoch are added up.

    Args:
        row: the terms of one prediction; a bias is added at the end.
        columns: how the errors are projected on all the columns.
    """

    row: Program
    columns: tuple[Columns, ...]


Predict = Callable[[Floats, Floats], Floats]
"""From X, shape (n, d), and weights, shape (p,), to predictions, shape (n,)."""

Project = Callable[[Floats, Floats], Floats]
"""From X, shape (n, d), and errors, shape (n,), to Xᵀ·errors, shape (d,)."""


def find_order(
    predict: Predict, project: Project, shape: tuple[int, int], p: int, dtype: str
) -> Order | None:
    """Find out in which order a library adds; ``None``: it cannot be told.

    Args:
        predict: how it multiplies X and weights.
        project: how it multiplies Xᵀ and errors.
        shape: of X, (n, d), kept row by row.
        p: how many weights, d or, where a bias is added, d + 1.
        dtype: "float32" or "float64".
    """
    n, d = shape
    rows = min(n, PROBED_ROWS)
    if d > MOST_COLUMNS:
        return None
    row = _row(predict, rows, d, p, dtype)
    if row is None:
        return None
    probe = _Probe(project, np.ones((rows, d), dtype), dtype)
    columns = [_column(probe, j) for j in range(d)]
    known = [column for column in columns if column is not None]
    return Order(row, _neighbours(known)) if len(known) == d else None


# The terms of a prediction: the pairs are tried in one product, each in a row of its own.


def _row(predict: Predict, rows: int, d: int, p: int, dtype: str) -> Program | None:
    pairs = list(combinations(range(d), 2))
    sizes: Sizes = {}
    signs: Sizes = {}
    huge, uneven = HUGE[dtype], UNEVEN[dtype]
    for left, right, rest, weight, found in (
        (huge, -huge, 1.0, 1.0, sizes),
        (uneven, -uneven, 0.0, uneven, signs),
    ):
        X = np.full((rows, d), rest, dtype)
        of_row = np.arange(rows) % max(len(pairs), 1)
        if pairs:
            firsts, seconds = np.array(pairs).T
            X[np.arange(rows), firsts[of_row]] = left
            X[np.arange(rows), seconds[of_row]] = right
        weights = np.full(p, weight, dtype)
        weights[d:] = rest
        predicted = predict(X, weights)
        if not (predicted == np.resize(predicted[: len(pairs)], rows)).all() and pairs:
            return None  # not every row is treated alike
        found.update(zip(pairs, predicted.tolist(), strict=False))
        if p > d:
            X = np.full((rows, d), rest, dtype)
            X[np.arange(rows), np.arange(rows) % d] = left
            weights[d:] = right * weight  # as it is rounded
            predicted = predict(X, weights)
            found.update({(j, d): predicted[j].item() for j in range(d)})
    joined = {pair: p - left for pair, left in sizes.items()}
    steps: list[tuple[int, int]] = []
    _write(_tree(list(range(p)), joined), signs, steps)
    if p > d and steps.pop() != (PLAIN, d):
        return None
    return np.array(steps, np.int64)


# The rows of a projection: each pair is a product of its own, which tells of all columns.


class _Probe:
    """Pairs of rows, tried once."""

    def __init__(self, project: Project, X: Floats, dtype: str) -> None:
        self._project, self._X = project, X
        self._huge, self._uneven = HUGE[dtype], UNEVEN[dtype]
        self._ones = np.ones(len(X), dtype)
        self._sizes: dict[tuple[int, int], Floats] = {}
        self._signs: dict[tuple[int, int], Floats] = {}

    def sizes(self, i: int, j: int) -> Floats:
        """How many rows the smallest sum with two of them has, by column, shape (d,)."""
        if (i, j) not in self._sizes:
            projected = self._try(i, j, self._huge, self._ones)
            self._sizes[i, j] = len(self._X) - projected
        return self._sizes[i, j]

    def signs(self, i: int, j: int) -> Floats:
        """Which of two rows is added without being rounded: i > 0, neither 0, j < 0; (d,)."""
        if (i, j) not in self._signs:
            self._X[:] = 0
            errors = self._ones * self._X.dtype.type(self._uneven)
            self._signs[i, j] = self._try(i, j, self._uneven, errors)
            self._X[:] = 1
        return self._signs[i, j]

    def _try(self, i: int, j: int, number: float, errors: Floats) -> Floats:
        before = self._X[[i, j]]
        self._X[i], self._X[j] = number, -number
        projected = self._project(self._X, errors).copy()
        self._X[[i, j]] = before
        return projected


def _column(probe: _Probe, j: int) -> Columns | None:
    """How one column is projected."""
    first = SET
    joined = [probe.sizes(0, i)[j] for i in range(1, 3 * first)]

    def groups_of(size: int) -> bool:
        return all(i // size * size < n <= (i // size + 1) * size for i, n in enumerate(joined, 1))

    grouped = next((size for size in (1, 2, 4, 8) if groups_of(size)), None)
    if grouped is None:
        return None
    rows = range(first, first + grouped)
    links: dict[float, list[int]] = {}
    for row in rows:
        links.setdefault(float(probe.sizes(0, row)[j]), []).append(row - first)
    sizes: Sizes = {}
    signs: Sizes = {}
    for a, b in combinations(rows, 2):
        sizes[a - first, b - first] = float(probe.sizes(a, b)[j])
        signs[a - first, b - first] = float(probe.signs(a, b)[j])
    steps: list[tuple[int, int]] = []
    sums = []
    for size in sorted(links):
        tree = _tree(links[size], sizes)
        if isinstance(tree, int) and probe.signs(0, first + tree)[j] < 0:
            sums.append(tree)
        else:
            sums.append(-1)
            _write(tree, signs, steps)
    program = np.array(steps, np.int64).reshape(-1, 2)
    return Columns(j, j + 1, grouped, program, tuple(sums))


def _neighbours(columns: list[Columns]) -> tuple[Columns, ...]:
    """Columns that are projected alike, put together."""
    found = columns[:1]
    for column in columns[1:]:
        last = found[-1]
        if (
            column.grouped == last.grouped
            and column.sums == last.sums
            and np.array_equal(column.program, last.program)
        ):
            found[-1] = replace(last, stop=column.stop)
        else:
            found.append(column)
    return tuple(found)


# From pairs to a tree, and from a tree to a program.


def _tree(terms: list[int], sizes: Sizes) -> Tree:
    first, rest = terms[0], terms[1:]
    met: dict[float, list[int]] = {}
    for term in rest:
        met.setdefault(sizes[first, term], []).append(term)
    tree: Tree = first
    for size in sorted(met):
        tree = (tree, _tree(met[size], sizes))
    return tree


def _write(tree: Tree, signs: Sizes, steps: list[tuple[int, int]]) -> None:
    if isinstance(tree, int):
        steps.append((PRODUCT, tree))
        return
    left, right = tree
    if isinstance(left, int) and (not isinstance(right, int) or _is_fused(left, right, signs)):
        left, right = right, left
    _write(left, signs, steps)
    if isinstance(right, int):
        steps.append((FUSED if _is_fused(right, _first(left), signs) else PLAIN, right))
    else:
        _write(right, signs, steps)
        steps.append((PLUS, 0))


def _first(tree: Tree) -> int:
    return tree if isinstance(tree, int) else _first(tree[0])


def _is_fused(term: int, other: int, signs: Sizes) -> bool:
    """Whether a term is added to a sum with another one without being rounded before."""
    return signs[term, other] > 0 if term < other else signs[other, term] < 0
