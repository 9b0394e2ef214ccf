"""A large table: how long it takes to read, what memory that needs, and how fast epochs are on it.

    python -m tests.benchmarks.tables

10⁶ rows of 3 features and a target. Reading stands beside polars' and pandas' own read of the same
file, which check less: no shape line by line, no strict numbers. Peak memory is the resident set of
a fresh process each, less what it has after its imports, as a multiple of the numbers. An epoch
reads X twice, once forward and once for the gradient; those bytes stand beside what this machine
copies in a second, `numpy.copyto` from one large array to another counted as one read, one write.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import numpy as np

from linreg_core import BACKENDS, TrainConfig, Trainer, load_problem
from tests.benchmarks.measure import Figure, enough_epochs, interleave, show

ROWS, COLUMNS = 1_000_000, 4
NUMBERS = 8 * ROWS * COLUMNS
REPETITIONS = 5
MOST_TIMES_THE_NUMBERS = 3.0
GIB = 2**30


def figures() -> Iterator[Figure]:
    """Write a table, read it three ways, and train on it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        table = np.random.default_rng(0).normal(size=(ROWS, COLUMNS))
        np.savetxt(path, table, fmt="%.17g", delimiter=",", header="a,b,c,y", comments="")
        yield from _reading(str(path))
        yield from _training(str(path))


def _reading(path: str) -> Iterator[Figure]:
    readers = {"ours": _read_ours, "polars": _read_polars, "pandas": _read_pandas}
    seconds = interleave({name: partial(read, path) for name, read in readers.items()}, REPETITIONS)
    peaks = {name: _peak(read, path) / NUMBERS for name, read in readers.items()}
    mine = median(seconds["ours"])
    for other in ("polars", "pandas"):
        theirs = median(seconds[other])
        yield Figure(
            what=f"reading {ROWS:,} × {COLUMNS} numbers, beside {other}",
            ours=f"{mine:.2f} s",
            yardstick=f"{theirs:.2f} s, {peaks[other]:.1f}× the numbers",
            ratio=f"{mine / theirs:.1f}× as long",
        )
    yield Figure(
        what="peak memory of reading",
        ours=f"{peaks['ours']:.1f}× the numbers",
        yardstick=f"{NUMBERS / 2**20:.0f} MiB of numbers",
        goal=f"≤ {MOST_TIMES_THE_NUMBERS:.0f}×",
        met=peaks["ours"] <= MOST_TIMES_THE_NUMBERS,
    )


def _training(path: str) -> Iterator[Figure]:
    problem, bandwidth = load_problem(path), _bandwidth()
    for info in BACKENDS.values():
        if info.weights not in (None, COLUMNS):
            continue
        trainer = Trainer(problem, TrainConfig(backend=info.name))
        epochs = enough_epochs(trainer.run)
        (seconds,) = interleave({"run": partial(trainer.run, epochs)}, REPETITIONS).values()
        rate = epochs / median(seconds)
        X_bytes = ROWS * COLUMNS * np.dtype(trainer.settings.dtype).itemsize
        yield Figure(
            what=f"{info.name} on {ROWS:,} × {COLUMNS} with a bias, {trainer.settings.dtype}",
            ours=f"{rate:,.0f} epochs/s",
            yardstick=f"{bandwidth / GIB:.1f} GiB/s copied",
            ratio=f"{2 * X_bytes * rate / bandwidth:.0%} of it by X alone",
        )


def _bandwidth() -> float:
    """Bytes a second that a copy between two large arrays reads and writes."""
    source, target = np.ones(2**25), np.empty(2**25)
    (seconds,) = interleave({"copy": partial(np.copyto, target, source)}, REPETITIONS).values()
    return 2 * source.nbytes / median(seconds)


def _read_ours(path: str) -> object:
    return load_problem(path)


def _read_polars(path: str) -> object:
    import polars as pl

    return pl.read_csv(path).to_numpy()


def _read_pandas(path: str) -> object:
    import pandas as pd

    return pd.read_csv(path).to_numpy()


def _peak(read: Callable[[str], object], path: str) -> int:
    """How many bytes a fresh process grows by at most while it reads."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_tell_peak, args=(theirs, read, path), daemon=True)
    process.start()
    peak: int = ours.recv()
    process.join()
    return peak


def _tell_peak(connection: Connection, read: Callable[[str], object], path: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as small:
        small.write("a,b,c,y\n1,2,3,4\n5,6,7,9\n")
        small.flush()
        read(small.name)  # its imports
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = _resident("VmRSS")
    result = read(path)
    connection.send(_resident("VmHWM") - before)
    del result


def _resident(what: str) -> int:
    """VmRSS, the resident set now, or VmHWM, its peak, in bytes; on Linux only."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if what in line)
    return 1024 * int(line.split()[1])


if __name__ == "__main__":
    show(figures())
