"""Large tables: how long they take to read, what memory that needs, and how fast epochs are.

    python -m tests.benchmarks.tables

10⁶ rows of 3 features and a target, and 2·10⁵ of 49: once plain, as the fast path takes them, and
once with a cell missing every 500 rows, which it leaves to the strict code. Reading stands beside
polars' and pandas' own read of the same file, which check less: no shape line by line, no strict
numbers. Peak memory is the resident set of a fresh process each, less what it has after its
imports, as a multiple of the numbers. Epochs are on 10⁶ plain rows. An epoch reads X twice, once
forward and once for the gradient; those bytes stand beside what this machine copies in a second,
`numpy.copyto` from one large array to another counted as one read, one write.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import numpy as np

from linreg_core import BACKENDS, TableOptions, TrainConfig, Trainer, load_problem
from tests.benchmarks.backends import PROVED
from tests.benchmarks.measure import Figure, enough_epochs, interleave, median_ratio, show

ROWS, COLUMNS = 1_000_000, 4
WIDE_ROWS, WIDE_COLUMNS = 200_000, 50
MOST_TIMES_POLARS = {COLUMNS: 4.0, WIDE_COLUMNS: 5.0}
REPETITIONS = 5
MOST_TIMES_THE_NUMBERS = 3.0
GIB = 2**30


def figures() -> Iterator[Figure]:
    """Write tables, read them three ways, and train on the first."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "table.csv")
        for rows, columns in ((WIDE_ROWS, WIDE_COLUMNS), (ROWS, COLUMNS)):
            for missing in ("missing", ""):
                _write(path, rows, columns, every=500 if missing else rows + 1)
                yield from _reading(path, rows, columns, missing)
        yield from _training(path)


def _write(path: str, rows: int, columns: int, every: int) -> None:
    """Write normal numbers of 17 digits; one cell of every so many rows is empty."""
    table = np.random.default_rng(0).normal(size=(min(rows, 10_000), columns))
    lines = [",".join(f"{number:.17g}" for number in row) + "\n" for row in table.tolist()]
    lines[every - 1 :: every] = ["," + line.split(",", 1)[1] for line in lines[every - 1 :: every]]
    with open(path, "w", encoding="ascii") as file:
        file.write(",".join(f"x{place}" for place in range(columns)) + "\n")
        for _ in range(rows // len(lines)):
            file.writelines(lines)


def _reading(path: str, rows: int, columns: int, missing: str) -> Iterator[Figure]:
    readers = {"ours": _read_ours, "polars": _read_polars}
    if importlib.util.find_spec("pandas"):
        readers["pandas"] = _read_pandas
    numbers = 8 * rows * columns
    what = f"reading {rows:,} × {columns} numbers" + (", some missing" if missing else "")
    seconds = interleave({name: partial(read, path) for name, read in readers.items()}, REPETITIONS)
    peaks = {name: _peak(read, path) / numbers for name, read in readers.items()}
    mine = f"{median(seconds['ours']):.2f} s, {peaks['ours']:.1f}× the numbers"
    for other in ("polars", "pandas"):
        if other not in readers:
            yield Figure(what=f"{what}, beside {other}", ours=mine, yardstick=f"no {other} here")
            continue
        times = median_ratio(seconds["ours"], seconds[other])
        has_goal = other == "polars" and not missing
        yield Figure(
            what=f"{what}, beside {other}",
            ours=mine,
            yardstick=f"{median(seconds[other]):.2f} s, {peaks[other]:.1f}×",
            ratio=f"{times:.1f}× as long",
            goal=f"≤ {MOST_TIMES_POLARS[columns]:.0f}×" if has_goal else "",
            met=times <= MOST_TIMES_POLARS[columns] if has_goal else None,
        )
    yield Figure(
        what=f"peak memory of {what}",
        ours=f"{peaks['ours']:.1f}× the numbers",
        yardstick=f"{numbers / 2**20:.0f} MiB of numbers",
        goal="" if missing else f"≤ {MOST_TIMES_THE_NUMBERS:.0f}×",
        met=None if missing else peaks["ours"] <= MOST_TIMES_THE_NUMBERS,
    )


def _training(path: str) -> Iterator[Figure]:
    problem, bandwidth = load_problem(path), _bandwidth()
    for info in BACKENDS.values():
        if info.weights not in (None, COLUMNS):
            continue
        trainer = Trainer(problem, TrainConfig(backend=info.name))
        trainer.run(PROVED)
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
    return load_problem(path, TableOptions(missing="drop"))


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
