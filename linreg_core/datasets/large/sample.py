"""Some rows of a table of unknown length, drawn at random in one pass."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats


class Reservoir:
    """Keeps the rows with the smallest of random numbers: each set of rows is equally likely.

    (Efraimidis & Spirakis, Information Processing Letters 97, 2006, with equal weights.)

    Args:
        count: how many rows to keep.
        columns: numbers of a row.
        seed: of the random numbers; the same rows in the same order give the same sample.
    """

    def __init__(self, count: int, columns: int, seed: int) -> None:
        self._count, self._chance = count, np.random.default_rng(seed)
        self._keys, self._rows = np.empty(0), np.empty((0, columns))
        self._order = np.empty(0, np.int64)
        self._seen = 0

    def add(self, rows: Floats) -> None:
        """Take in rows, shape (m, columns)."""
        keys = self._chance.random(len(rows))
        most = self._keys.max() if len(self._keys) == self._count else 1.0
        chosen = np.flatnonzero(keys < most)
        self._keys = np.concatenate([self._keys, keys[chosen]])
        self._rows = np.concatenate([self._rows, rows[chosen]])
        self._order = np.concatenate([self._order, self._seen + chosen])
        self._seen += len(rows)
        if len(self._keys) > self._count:
            smallest = np.argpartition(self._keys, self._count - 1)[: self._count]
            self._keys, self._rows = self._keys[smallest], self._rows[smallest]
            self._order = self._order[smallest]

    def rows(self) -> Floats:
        """The rows drawn, in the table's order."""
        return self._rows[np.argsort(self._order)]
