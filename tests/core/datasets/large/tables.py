"""Tables in files, and ranks as threads: what the tests of large tables are made of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.datasets.large.options import LargeOptions
from linreg_core.datasets.large.table import LargeTable
from linreg_core.datasets.options import TableOptions
from linreg_core.problem import Design
from linreg_core.processes.group import Ranks, own_blocks

T = TypeVar("T")


def values(rows: int, features: int, seed: int = 0) -> NDArray[np.float64]:
    """Features of unlike sizes and offsets, and a target that they explain in part."""
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(rows, features)) * 10.0 ** chance.integers(-2, 3, features)
    X += chance.normal(size=features) * 50
    y = X @ chance.normal(size=features) + chance.normal(size=rows)
    return np.column_stack([X, y])


def write_csv(path: Path, table: Floats, names: str = "") -> str:
    """Write every bit of a table; its columns are a, b, ... and y."""
    features = table.shape[1] - 1
    names = names or ",".join([*"abcdefghijklmnop"[:features], "y"])
    np.savetxt(path, table, delimiter=",", header=names, comments="", fmt="%.17g")
    return str(path)


def in_parts(folder: Path, table: Floats, count: int) -> list[str]:
    """Write a table as so many files."""
    folder.mkdir(exist_ok=True)
    parts = np.array_split(table, count)
    return [write_csv(folder / f"part-{n}.csv", part) for n, part in enumerate(parts, 1)]


def large(*names: str, cache: Path, block_rows: int | None = None, **options: object) -> LargeTable:
    """A table by blocks, kept in a folder."""
    chosen = LargeOptions(block_rows=block_rows, cache=str(cache), keep_cache=True)
    return LargeTable.of(names, TableOptions(**options), chosen)  # type: ignore[arg-type]


class OneBlock:
    """A table in memory as the only block of it."""

    workers = 1

    def __init__(self, table: Floats) -> None:
        self._X, self._y = table[:, :-1], table[:, -1].copy()
        self.rows = (len(table),)

    def gathered(
        self,
        design: Design,
        dtype: np.dtype[np.floating],
        width: int,
        work: Callable[[int, Floats, Floats], Floats],
    ) -> Floats:
        """What came of that block, shape (1, width)."""
        X = np.ones((len(self._y), len(design.names)), dtype)
        X[:, : len(design.features)] = (self._X - design.shift) / design.scale
        found = work(0, X, self._y.astype(dtype))
        assert found.shape == (width,)
        return found[np.newaxis]

    def close(self) -> None:
        """There is nothing to let go of."""


class Seats:
    """Several ranks in one process, each in a thread of its own."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._barrier = threading.Barrier(size)
        self._parts: list[Floats] = [np.empty(0)] * size

    def each(self, do: Callable[[Ranks], T]) -> list[T]:
        """Do the same in every rank at once; gives what came of it, by rank."""
        found: dict[int, T] = {}
        raised: list[BaseException] = []

        def run(rank: int) -> None:
            try:
                found[rank] = do(_Seat(self, rank))
            except BaseException as error:
                raised.append(error)
                self._barrier.abort()

        threads = [threading.Thread(target=run, args=(rank,)) for rank in range(self.size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if raised:
            raise raised[0]
        return [found[rank] for rank in range(self.size)]

    def exchanged(self, rank: int, part: Floats) -> list[Floats]:
        """What every rank has, once all of them have come here."""
        self._parts[rank] = part
        self._barrier.wait(timeout=120)
        parts = list(self._parts)
        self._barrier.wait(timeout=120)
        return parts


class _Seat(Ranks):
    def __init__(self, seats: Seats, rank: int) -> None:
        self._seats, self.rank, self.size = seats, rank, seats.size
        self.on_machine = seats.size

    def gathered(self, own: Floats, count: int) -> Floats:
        parts = self._seats.exchanged(self.rank, own)
        assert [len(part) for part in parts] == [
            len(own_blocks(count, rank, self.size)) for rank in range(self.size)
        ]
        return np.concatenate(parts)

    def agreed(self, wish: int) -> int:
        return int(
            max(float(part[0]) for part in self._seats.exchanged(self.rank, np.array([wish])))
        )

    def clock(self) -> float:
        return float(self._seats.exchanged(self.rank, np.array([super().clock()]))[0][0])
