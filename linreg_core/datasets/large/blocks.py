"""The rows of a stored table as a run sees them, block by block, by threads and processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
from threadpoolctl import threadpool_limits

from linreg_core.arrays import Floats
from linreg_core.datasets.large.contents import Contents
from linreg_core.datasets.large.store import Store
from linreg_core.problem import Design
from linreg_core.processes.group import Ranks

Work = Callable[[int, Floats, Floats], Floats]

COPIES = 6
"""What a worker holds of a block at the peak, in float64: as it is stored, as it is trained on, and
what torch makes of it."""

BESIDE = 2**28
"""Bytes that Python, NumPy and polars take with no block in memory; torch takes as many again."""


class StoredBlocks:
    """The blocks of a store; see `RowBlocks`.

    Libraries use one thread for a block, so that its bits do not depend on how many there are, and
    as many blocks are worked on at once as there are processors.

    Args:
        store: open.
        contents: what it holds.
        processes: that train together.
        memory: bytes that this process may take; ``None``: no limit.
    """

    def __init__(
        self, store: Store, contents: Contents, processes: Ranks, memory: int | None
    ) -> None:
        self._store, self._processes = store, processes
        self.rows = contents.block_sizes
        self._block_rows, self._columns = self.rows[0], len(contents.features) + 1
        self._buffers: dict[tuple[int, int, str], tuple[Floats, Floats]] = {}
        self.workers = self._affordable(memory)
        self._pool = ThreadPoolExecutor(self.workers)
        threadpool_limits(1)  # for good

    def _affordable(self, memory: int | None) -> int:
        """How many blocks may be worked on at once, at least one."""
        processors = _processors() // self._processes.on_machine
        wanted = max(1, min(processors, len(self._processes.own(len(self.rows)))))
        if memory is None:
            return wanted
        own = memory // self._processes.on_machine - 2 * BESIDE
        return max(1, min(wanted, own // (COPIES * 8 * self._block_rows * self._columns)))

    def gathered(
        self, design: Design, dtype: np.dtype[np.floating], width: int, work: Work
    ) -> Floats:
        """See `RowBlocks.gathered`."""
        own = self._processes.own(len(self.rows))
        found: dict[int, Floats] = {}
        left, lock = iter(own), Lock()

        def do(worker: int) -> None:
            _use_one_thread_of_torch()
            for block in _shared(left, lock):
                found[block] = work(worker, *self._block(worker, block, design, dtype))

        if self.workers == 1:
            do(0)
        else:
            for done in [self._pool.submit(do, worker) for worker in range(self.workers)]:
                done.result()
        parts = np.array([found[block] for block in own]).reshape(-1, width)
        return self._processes.gathered(parts, len(self.rows))

    def _block(
        self, worker: int, block: int, design: Design, dtype: np.dtype[np.floating]
    ) -> tuple[Floats, Floats]:
        """A block as the run sees it, X of shape (b, p) and y of shape (b,)."""
        rows, d = self.rows[block], self._columns - 1
        raw, X = self._room(worker, rows, design, dtype)
        first = block * self._block_rows * self._columns
        self._store.read(first, raw)
        self._store.expect(first + raw.size, raw.size)
        values, y = raw[: rows * d].reshape(rows, d), raw[rows * d :]
        with np.errstate(over="ignore", invalid="ignore"):
            values -= design.shift
            values /= design.scale
            X[:, :d] = values
            return X, y if dtype == np.float64 else y.astype(dtype)

    def _room(
        self, worker: int, rows: int, design: Design, dtype: np.dtype[np.floating]
    ) -> tuple[Floats, Floats]:
        """Arrays of a worker's own for a block: as it is stored, and X with its ones."""
        p = len(design.names)
        key = (worker, rows, f"{dtype} {p}")
        if key not in self._buffers:
            X = np.ones((rows, p), dtype)
            self._buffers[key] = (np.empty(rows * self._columns), X)
        return self._buffers[key]

    def close(self) -> None:
        """Let go of threads, memory and the store."""
        self._pool.shutdown()
        self._buffers.clear()
        self._store.close()


def _use_one_thread_of_torch() -> None:
    """Have torch use one in the calling thread, of which its MKL knows nothing of other threads."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shared(items: Iterator[int], lock: Lock) -> Iterator[int]:
    """Items that several threads take from the same iterator."""
    while True:
        with lock:
            item = next(items, None)
        if item is None:
            return
        yield item
