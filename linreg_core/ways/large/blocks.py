"""Epochs of a large table: its rows are shared among threads, each of which passes over them once.

Every block of rows is predicted, its errors are taken and squared, and projected on the columns
while it is in cache, all in the order in which the library adds. There is no such way where the
library gives each of its threads some of the columns and all of the rows, as NumPy does of tables
with many columns: a second pass over all rows took as long as the library's own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.precision import same_bits
from linreg_core.records import dataclass
from linreg_core.ways.bound import data_of
from linreg_core.ways.large.loops import compiled, written
from linreg_core.ways.large.orders import find_order
from linreg_core.ways.large.products import products_of
from linreg_core.ways.way import Way

LEAST_ROWS = 2**15
"""From more rows on torch adds by several threads."""

PART = 128
"""NumPy halves a sum of more numbers."""


@dataclass(frozen=True, eq=False)
class Plan:
    """In which order an epoch is added up.

    Args:
        predict, project, both: loops in the order of both products; see `loops.written`.
        rest_fused: whether products of rows that make no group are rounded once with their sum.
        update_fused: likewise of the update.
        width: how many numbers torch adds at once; 0 of NumPy.
    """

    predict: Any
    project: Any
    both: Any
    rest_fused: bool
    update_fused: bool
    width: int


def fits(backend: Backend) -> bool:
    """Whether a table is large, and kept row by row."""
    X: Any = vars(backend)["X"]
    by_rows = X.flags.c_contiguous if isinstance(X, np.ndarray) else X.is_contiguous()
    return backend.n > LEAST_ROWS and bool(by_rows)


def find_plans(backend: Backend) -> list[Plan]:
    """Find out how the library adds where a backend calls it, and compile loops that do likewise.

    It takes some seconds; the backend is only read.

    Returns:
        What may be the order of its epochs, the likeliest first: those that predict every row,
        project, and sum as the library does. Nothing where there is none.
    """
    library, data = products_of(backend), data_of(backend)
    X, dtype, threads = data.X, backend.dtype, library.threads
    order = find_order(library.predict, library.project, X.shape, backend.p, str(dtype))
    if order is None:
        return []
    (n, d), chance = X.shape, np.random.default_rng(0)
    predict, project, both = compiled(written(order, d))
    w, g = (chance.normal(size=size).astype(dtype) for size in (backend.p, n))
    predicted = np.empty(n, dtype)
    predict(X, w, predicted)
    if backend.p > d:
        predicted += w[d]
    if not same_bits(predicted, library.predict(X, w)).all():
        return []
    projected, summed = library.project(X, g), library.sum(g)
    plans = [
        Plan(predict, project, both, rest_fused, update_fused, width)
        for rest_fused in (True, False)
        if same_bits(_projected(project, X, g, threads, rest_fused), projected).all()
        for width in library.widths
        if width == 0 or _summed(g, threads, width) == summed
        for update_fused in library.is_update_fused
    ]
    if plans:
        Blocks(backend, plans[0]).warm_up()
    return plans


def _projected(project: Any, X: Floats, g: Floats, threads: int, rest_fused: bool) -> Floats:
    d = X.shape[1]
    total = np.zeros(d, X.dtype)
    for begin, end in _shares(len(X), threads):
        sums = np.zeros(d, X.dtype)
        project(X[begin:end], g[begin:end], sums, rest_fused)
        total = sums if begin == 0 else total + sums
    return total


def _summed(values: Floats, threads: int, width: int) -> float:
    from linreg_core.ways.kernels.sums import cascade  # noqa: PLC0415  (numba)

    zero = values.dtype.type(0)
    shares = [
        cascade(values[begin:end], width, zero) for begin, end in _shares(len(values), threads)
    ]
    return float(cascade(np.array(shares, values.dtype), width, zero))


class Blocks(Way[Backend]):
    """A backend's epochs, a block of rows after the other.

    Args:
        backend: one of the article's, on the cpu; see `fits`.
        plan: in which order.
    """

    name = "compiled"

    def __init__(self, backend: Backend, plan: Plan) -> None:
        from linreg_core.ways.kernels import blocks, native  # noqa: PLC0415  (numba)

        super().__init__(backend)
        self.member: Plan = plan
        data = data_of(backend)
        self._loops, dtype, threads = blocks, backend.dtype, products_of(backend).threads
        self._X, self._y, self._whose, self._numbers = data.X, data.y, data.whose, data.numbers
        n, d = data.X.shape
        self._shares = _shares(n, threads)
        self._how = (plan.width, plan.rest_fused)
        self._w, self._g = np.empty(backend.p, dtype), np.empty(n, dtype)
        self._room = [
            (
                *(np.empty(blocks.BLOCK, dtype) for _ in range(2)),
                np.empty((2, 4, 4 * max(plan.width, 1)), dtype),
            )
            for _ in self._shares
        ]
        self._sums = np.zeros((len(self._shares), d), dtype)
        self._totals = np.zeros((len(self._shares), 2), dtype)
        begins = _parts(n) if data.whose == native.NUMPY else np.zeros(1, np.int64)
        self._parts = (begins, np.zeros(len(begins) - 1, dtype), _across(begins, self._shares))

    def warm_up(self) -> None:
        """Have everything compiled; the backend is only read."""
        self._w[:] = 0
        self._look()
        self._descend(np.empty_like(self._w))

    def bound_to(self, backend: Backend) -> Blocks:
        return Blocks(backend, self.member)

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        p, dtype = self.backend.p, self.backend.dtype
        states, slopes = (np.empty((epochs, p), dtype) for _ in range(2))
        losses = np.empty(epochs, dtype)
        start, w = self.backend.state(), self._w
        w[:] = start
        if not self.goes_on(start):
            self._look()
        self._end = None
        for epoch in range(epochs):
            self._descend(slopes[epoch])
            states[epoch] = w
            losses[epoch] = self._look()
        self._end = w.copy()
        self.backend.restore(self._end)
        return Tape(states, losses, slopes if gradients else None)

    def _descend(self, gradient: Floats) -> None:
        how = (self.member.width, self.member.update_fused, self._X.shape[1])
        self._loops.descend(
            *(self._whose, how, self._numbers, self._w, self._totals, self._sums, gradient)
        )

    def _look(self) -> Any:
        """Predict at the present weights, and find the gradient there; the loss."""
        _each([partial(self._look_at, share) for share in range(len(self._shares))])
        return self._loops.mean_square(
            *(self._whose, self.member.width, self._numbers, self._g, self._parts, self._totals)
        )

    def _look_at(self, share: int) -> None:
        self._loops.look(
            *(self.member.predict, self.member.project, self.member.both, self._whose),
            *(self._shares[share], self._X, self._y, self._w),
            *(self._numbers, self._g, self._how, self._parts),
            *(self._room[share], self._sums[share], self._totals[share]),
        )


def _each(tasks: Sequence[Callable[[], None]]) -> None:
    """Do all of these at once, one of them here."""
    others = [_pool().submit(task) for task in tasks[1:]]
    tasks[0]()
    for other in others:
        other.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="rows")


def _shares(n: int, threads: int) -> list[tuple[int, int]]:
    """Rows shared among threads: from which to which."""
    size = -(-n // threads)
    return [(begin, min(begin + size, n)) for begin in range(0, n, size)]


def _parts(n: int) -> NDArray[np.int64]:
    """Where NumPy's sum of n numbers is cut, down to parts of at most `PART`, and n."""
    begins, left = [], [(0, n)]
    while left:
        begin, size = left.pop()
        if size <= PART:
            begins.append(begin)
            continue
        half = size // 2 - size // 2 % 8
        left += [(begin + half, size - half), (begin, half)]
    return np.array([*begins, n])


def _across(begins: NDArray[np.int64], shares: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Which parts have rows of more than one share."""
    ends = np.array([stop for _, stop in shares])
    first, last = (
        np.searchsorted(ends, rows, side="right") for rows in (begins[:-1], begins[1:] - 1)
    )
    return np.flatnonzero(first != last)
