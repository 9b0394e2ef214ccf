"""Tables larger than memory: what they take, how right they are, how processes share them.

    python -m tests.benchmarks.large [GIB] [FOLDER]

A table of 10 features in 8 CSV files, GIB in all (1/4 unless told, 4 for a real one), is made in
FOLDER (a temporary one). Its numbers are multiples of 1/64, so that sums of their products are
whole numbers and the exact weights a system of fractions. Peak memory is the sum of the resident
sets of the whole process tree, looked at 50 times a second. An epoch stands beside one pass of
scikit-learn's partial_fit over the same blocks and beside polars' own plain pass over the same
files, sums of all columns by its streaming engine; all of them on the cores of this machine.

The last lines are no measurement of many machines but a simulation: one process gathers and adds
what 64 ranks would send, by the same code, and to that comes the latency of an exchange of two
ranks, measured here, once for each of the R - 1 steps of a ring.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from linreg_core import DataRequest, LargeOptions, TableOptions, TrainConfig, Trainer
from linreg_core.processes.group import own_blocks
from tests.benchmarks.measure import Figure, show

FEATURES, FILES = 10, 8
UNIT = 64
ROWS_AT_ONCE = 100_000
EPOCHS = 5
MEMORY = 2**30
GIB, MIB = 2**30, 2**20

Whole = NDArray[np.int64]


def figures(gib: float = 0.25, folder: str | None = None) -> Iterator[Figure]:
    """Make the table and train on it."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        table = Path(place, "table")
        products = write_table(table, int(gib * GIB))
        rows = products[-1, -1]
        size = sum(file.stat().st_size for file in table.iterdir())
        what = f"{size / GIB:.2f} GiB of CSV, {rows:,} rows"
        cache = ("--cache", place, "--keep-cache", "--target", "y")
        told, peak, seconds = _trained(table, *cache, "--memory", "1G", epochs=EPOCHS)
        yield Figure(
            what=f"{what}: peak memory of the process tree",
            ours=f"{peak / MIB:,.0f} MiB",
            yardstick=f"{size / MIB:,.0f} MiB of text",
            ratio=f"{peak / size:.3f}",
            goal="<= 1 GiB",
            met=peak <= MEMORY,
        )
        yield Figure(
            what="  reading it once and writing its blocks",
            ours=f"{seconds - told['seconds']:,.1f} s",
            yardstick=f"{_polars_pass(table):,.1f} s for polars' plain pass",
        )
        yield from _exactness(told, products)
        yield from _epochs(table, place, cache, told)
        yield from _ranks(told, rows)
        yield _theory()


def write_table(folder: Path, size: int) -> Whole:
    """Write about so many bytes; gives the sums of products of [x, y, 1] in units, exactly."""
    folder.mkdir()
    chance = np.random.default_rng(7)
    weights = np.arange(1, FEATURES + 1)
    products = np.zeros((FEATURES + 2, FEATURES + 2), np.int64)
    for number in range(FILES):
        with open(folder / f"part-{number}.csv", "wb") as file:
            while file.tell() < size / FILES:
                X = chance.integers(-300 * UNIT, 300 * UNIT, (ROWS_AT_ONCE, FEATURES))
                X[:, 3] += 2000 * UNIT
                y = X @ weights + UNIT * chance.integers(-50, 50, ROWS_AT_ONCE)
                columns = {f"x{j}": X[:, j] / UNIT for j in range(FEATURES)} | {"y": y / UNIT}
                frame = pl.DataFrame(columns)
                file.write(frame.write_csv(include_header=file.tell() == 0).encode())
                rows = np.column_stack([X, y, np.ones_like(y)])
                products += rows.T @ rows
    return products


def _exact(products: Whole) -> list[Fraction]:
    """The exact least-squares weights, the bias last, in the table's units."""
    kept = [*range(FEATURES), FEATURES + 1]
    rows = [[Fraction(int(products[i, j])) for j in (*kept, FEATURES)] for i in kept]
    for column, head in enumerate(rows):
        for other, row in enumerate(rows):
            if other != column:
                factor = row[column] / head[column]
                rows[other][:] = [a - factor * b for a, b in zip(row, head, strict=True)]
    weights = [row[-1] / row[place] for place, row in enumerate(rows)]
    return [*weights[:-1], weights[-1] / UNIT]


def _exactness(told: dict[str, Any], products: Whole) -> Iterator[Figure]:
    optimum = told["optimum"]
    ours = [*optimum["weights"].values(), optimum["bias"]]
    errors = [
        float(abs(Fraction(w) - c) / max(abs(c), Fraction(1)))
        for w, c in zip(ours, _exact(products), strict=True)
    ]
    yield Figure(
        what="  best weights, against exact sums in fractions",
        ours=f"{max(errors):.1e} off at most",
        goal="<= 1e-9",
        met=max(errors) <= 1e-9,
    )


def _epochs(
    table: Path, cache: str, options: Sequence[str], told: dict[str, Any]
) -> Iterator[Figure]:
    """An epoch by one process and by two, and what it is beside others' passes."""
    alone = told["seconds"] / EPOCHS
    other = _one_pass_of_sklearn(table, cache)
    size = 8 * told["problem"]["rows"] * (FEATURES + 1)
    yield Figure(
        what="  an epoch, one process",
        ours=f"{alone:.2f} s, {size / alone / GIB:.2f} GiB/s",
        yardstick=f"{other:.2f} s for one pass of partial_fit",
        ratio=f"{other / alone:.1f}× as fast",
    )
    for count in (2, 4):
        several, _, _ = _trained(table, *options, "--nproc", str(count), epochs=EPOCHS)
        each = several["seconds"] / EPOCHS
        same = all(several[name] == told[name] for name in ("weights", "bias", "backend_loss"))
        yield Figure(
            what=f"  an epoch, {count} processes",
            ours=f"{each:.2f} s",
            yardstick=f"{alone:.2f} s for one, on {os.cpu_count()} cores",
            ratio=f"{alone / each:.2f}× as fast",
            goal="equal bits",
            met=same,
        )
    gram, _, _ = _trained(table, "--target", "y", "--reduce", "gram", epochs=100_000)
    yield Figure(
        what="  an epoch by --reduce gram",
        ours=f"{gram['seconds'] / 100_000 * 1e6:.2f} µs",
        yardstick=f"{alone:.2f} s over the rows",
        ratio=f"{alone / (gram['seconds'] / 100_000):,.0f}× as fast",
    )


def _ranks(told: dict[str, Any], rows: int) -> Iterator[Figure]:
    """What is read and sent in an epoch, and 64 ranks simulated."""
    blocks = -(-rows // told["problem"]["table"]["block_rows"])
    latency = _latency()
    alone = told["seconds"] / EPOCHS
    for count in (1, 4, 64):
        own = [len(own_blocks(blocks, rank, count)) for rank in range(count)]
        parts = [np.ones((size, FEATURES + 2)) for size in own]
        begun = time.perf_counter()
        gathered = np.concatenate(parts)
        total = np.zeros(FEATURES + 2)
        for part in gathered:
            total += part / rows
        adding = time.perf_counter() - begun
        wait = (count - 1) * latency
        epoch = alone * max(own) / blocks + adding + wait
        yield Figure(
            what=f"  simulated: {count} ranks with a machine each",
            ours=f"{epoch * 1e3:,.0f} ms an epoch",
            yardstick=f"{adding * 1e3:.1f} ms to add, {wait * 1e3:.1f} ms to wait",
            ratio=f"{8 * rows * (FEATURES + 1) / count / MIB:,.0f} MiB read, "
            f"{gathered.nbytes / 1024:,.0f} KiB received by each",
        )


def _latency() -> float:
    """Seconds of an exchange between two ranks of this machine."""
    code = (
        "import time, torch, torch.distributed as d\n"
        "d.init_process_group('gloo')\n"
        "t = torch.zeros(16, 12, dtype=torch.float64)\n"
        "r = [torch.empty_like(t) for _ in range(2)]\n"
        "for n in range(300):\n"
        "    if n == 100: begun = time.perf_counter()\n"
        "    d.all_gather(r, t)\n"
        "if d.get_rank() == 0: print((time.perf_counter() - begun) / 200)\n"
        "d.destroy_process_group()\n"
    )
    with tempfile.TemporaryDirectory() as place:
        script = Path(place, "latency.py")
        script.write_text(code, encoding="ascii")
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        told = subprocess.run(
            [*launcher, "--nproc-per-node", "2", str(script)],
            capture_output=True,
            text=True,
            check=True,
        )
    return float(told.stdout.split()[-1])


def _theory() -> Figure:
    """Theory by blocks beside theory in memory, of a table that fits both."""
    with tempfile.TemporaryDirectory() as place:
        table = Path(place, "table")
        write_table(table, 40 * MIB)
        files = sorted(map(str, table.iterdir()))
        whole = Path(place, "whole.csv")
        pl.scan_csv(files).collect().write_csv(whole)
        large = LargeOptions(cache=place)
        request = DataRequest(files[0], more=tuple(files[1:]), large=large)
        one = Trainer(request.load(), TrainConfig())
        other = Trainer(DataRequest(str(whole)).load(), TrainConfig())
        pairs = [
            (one.theory.eigenvalues, other.theory.eigenvalues),
            (one.theory.optimum.weights, other.theory.optimum.weights),
            (np.array([one.theory.floor]), np.array([other.theory.floor])),
        ]
        worst = max(float(np.max(np.abs(a / b - 1))) for a, b in pairs)
        if one.problem.blocks is not None:
            one.problem.blocks.close()
    return Figure(
        what="theory by blocks beside theory in memory",
        ours=f"{worst:.1e} apart at most",
        goal="<= 1e-8",
        met=worst <= 1e-8,
    )


def _one_pass_of_sklearn(table: Path, cache: str) -> float:
    """Seconds of scikit-learn's partial_fit over the blocks that are kept there."""
    from sklearn.linear_model import SGDRegressor

    large = LargeOptions(cache=cache, keep_cache=True)
    problem = DataRequest(str(table), TableOptions(target="y"), large=large).load()
    assert problem.blocks is not None
    trainer = Trainer(problem, TrainConfig())
    model, seconds = SGDRegressor(penalty=None), 0.0

    def fit(_worker: int, X: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
        nonlocal seconds
        begun = time.perf_counter()
        model.partial_fit(X[:, :-1], y)
        seconds += time.perf_counter() - begun
        return np.zeros(1)

    problem.blocks.workers = 1  # type: ignore[misc]
    problem.blocks.gathered(trainer.design, np.dtype(np.float64), 1, fit)
    problem.blocks.close()
    return seconds


def _polars_pass(table: Path) -> float:
    begun = time.perf_counter()
    pl.scan_csv(str(table / "*.csv")).select(pl.all().sum()).collect(engine="streaming")
    return time.perf_counter() - begun


def _trained(table: Path, *options: str, epochs: int) -> tuple[dict[str, Any], int, float]:
    """What ``train --json`` says, the peak of its process tree in bytes, and its seconds."""
    arguments = [sys.executable, "-m", "tui", "train", str(table), *options]
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(
        [*arguments, "--epochs", str(epochs), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_resident, _tree(process.pid))))
            time.sleep(0.02)
        assert process.stdout is not None
        return json.loads(process.stdout.read()), peak, time.perf_counter() - begun


def _tree(pid: int) -> list[int]:
    found = [pid]
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            children = Path(f"/proc/{pid}/task/{thread}/children").read_text(encoding="ascii")
            for child in children.split():
                found += _tree(int(child))
    except OSError:
        pass  # it has just ended
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    asked = sys.argv[1:]
    show(figures(float(asked[0]) if asked else 0.25, asked[1] if len(asked) > 1 else None))
