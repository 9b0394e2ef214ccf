"""A million epochs by the fastest way that is proved, beside the article's own loop.

    python -m tests.benchmarks.ways

Ours is `Trainer.run(1_000_000)` of a trainer that has run nothing: the phases that begin it, the
proof, what is recorded, frozen runs and cycles, and the epochs that are run by the phases as well.
The article's loop, which records nothing, is timed over fewer epochs in the same turns, and told
for a million. In float32 the torch runs freeze after a quarter of it, and the rest is counted and
not run: so the same in float64, of which every epoch is run, stands beside the same loop. "cold" is
a new process with an empty cache, in which numba is imported and compiles while the run goes on.

What is recorded and guarded is told apart, for the same million by a way that was proved before, in
processor time for each epoch that it ran, beside its bare loop. The parts are timed in a run of
their own, and told as shares of that loop too.

Large tables are 10^6 rows of 3 and of 20 columns, once the order of addition was found out and
proved. An epoch reads X twice, once forward and once for the gradient; those bytes are told as a
share of what this machine copies in the same seconds, one read and one write of 256 MiB. Both loops
run 64 epochs at a time: after fewer the threads of the other one's library are still awake.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Any
from unittest import mock

import numpy as np

from linreg_core import BACKENDS, DTYPES, TrainConfig, Trainer, load_problem
from linreg_core.precision import RecurrenceFinder
from linreg_core.timeline.history import History
from linreg_core.timeline.keyframes import Keyframes
from linreg_core.timeline.trajectory import Trajectory
from linreg_core.ways.guard import Guard
from linreg_core.ways.loading import LOADER
from tests.benchmarks.backends import ARTICLE_LOOPS, as_in_the_article, drawn_problem
from tests.benchmarks.measure import Figure, interleave, median_ratio, show

MILLION = 1_000_000
LOOP_EPOCHS = 2_000
BARE_EPOCHS = 2**15
GOALS = {"numpy-two-weights": 10.0, "numpy": 10.0, "tensor": 500.0, "nn": 500.0}
"""How many times as fast as the article's loop."""

MOST_TIMES_THE_LOOP = 3.0
PARTS = {
    "guard": (Guard, "holds"),
    "recurrence": (RecurrenceFinder, "look"),
    "history": (History, "record"),
    "trajectory": (Trajectory, "record"),
    "keyframes": (Keyframes, "record"),
}
"""Where what is recorded and guarded of a stretch is done."""

ROWS, COLUMNS = 1_000_000, (3, 20)
LEAST_TIMES_THE_ARTICLE = 1.3
LEAST_SHARE = 0.5
BURST = 64
LOADING_SECONDS = 60
"""So long at most epochs go on while loops for a large table are compiled."""

COLD = """
import time
from linreg_core import TrainConfig, Trainer, load_problem
trainer = Trainer(load_problem("article"), TrainConfig(backend="{backend}"))
begun = time.perf_counter()
trainer.run({epochs})
print(f"{{time.perf_counter() - begun:.1f}} s,", trainer.ran.way, "at last")
"""


def figures(repetitions: int = 7) -> Iterator[Figure]:
    """Measure every backend warm, what recording costs, and one run cold."""
    for dtype in DTYPES:
        LOADER.ask(dtype)
        LOADER.wait()
    for name, info in BACKENDS.items():
        for dtype in (info.dtype, "float64") if info.uses_torch else (info.dtype,):
            yield _million(name, dtype, repetitions)
    for name in BACKENDS:
        for dtype in DTYPES:
            yield _recording(name, dtype, repetitions)
    for name in ("tensor", "nn"):
        yield _cold(name)
    for columns in COLUMNS:
        for name, info in BACKENDS.items():
            if info.weights is None:
                yield _large(name, columns, repetitions)


def _million(name: str, dtype: str, repetitions: int) -> Figure:
    X, y = as_in_the_article(name, np.array([[1, 2], [3, 4], [5, 6]]), np.array([50, 110, 170]))
    trainers: list[Trainer] = []
    seconds = interleave(
        {
            "article": partial(ARTICLE_LOOPS[name], X, y, LOOP_EPOCHS),
            "ours": lambda: trainers.append(_run(name, dtype, MILLION)),
        },
        repetitions,
    )
    theirs = [each * MILLION / LOOP_EPOCHS for each in seconds["article"]]
    times, trainer = median_ratio(theirs, seconds["ours"]), trainers[-1]
    return Figure(
        what=f"{name}, {dtype}: {MILLION:,} epochs, {trainer.status}, {trainer.ran.way}",
        ours=f"{median(seconds['ours']):.3f} s, {trainer.ran.proved:,} epochs proved",
        yardstick=f"{median(theirs):.1f} s article's loop",
        ratio=f"{times:,.0f}× as fast",
        goal=f"≥ {GOALS[name]:g}×",
        met=times >= GOALS[name],
    )


def _recording(name: str, dtype: str, repetitions: int) -> Figure:
    """A million epochs again, by a way that was proved before."""
    trainer = _run(name, dtype, BARE_EPOCHS)
    way = trainer._runner._way

    def again() -> None:
        trainer.reset()
        trainer.run(MILLION)

    def bare() -> None:
        for _ in range(MILLION // BARE_EPOCHS):
            way.run(BARE_EPOCHS)

    seconds = interleave({"bare": bare, "whole": again}, repetitions, clock=time.process_time)
    before = trainer.ran
    parts = _parts(again)
    epochs = trainer.ran.epochs[way.name] - before.epochs[way.name]
    loop = [each / (MILLION // BARE_EPOCHS * BARE_EPOCHS) for each in seconds["bare"]]
    whole = [each / epochs for each in seconds["whole"]]
    times = median_ratio(whole, loop)
    shares = (f"{part} {each / epochs / median(loop):.2f}" for part, each in parts.items())
    return Figure(
        what=f"{name}, {dtype}: an epoch, recorded and guarded",
        ours=f"{median(whole) * 1e9:.0f} ns; × the loop: {', '.join(shares)}; "
        f"{trainer.ran.proved - before.proved:,} of {epochs:,} guarded",
        yardstick=f"{median(loop) * 1e9:.0f} ns {way.name} loop",
        ratio=f"{times:.1f}× as long",
        goal=f"≤ {MOST_TIMES_THE_LOOP:g}×",
        met=times <= MOST_TIMES_THE_LOOP,
    )


def _parts(run: Callable[[], None]) -> dict[str, float]:
    """Seconds of what is recorded and guarded, by its name, in one run."""
    seconds = dict.fromkeys(PARTS, 0.0)

    def timed(part: str, works: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            begun = time.process_time()
            found = works(*arguments)
            seconds[part] += time.process_time() - begun
            return found

        return counted

    with ExitStack() as patches:
        for part, (owner, method) in PARTS.items():
            changed = timed(part, getattr(owner, method))
            patches.enter_context(mock.patch.object(owner, method, changed))
        run()
    return seconds


def _large(name: str, columns: int, repetitions: int) -> Figure:
    problem = drawn_problem(ROWS, columns)
    config = TrainConfig(backend=name, lr=1e-4, bias=False, standardize=False)
    trainer, begun = Trainer(problem, config), time.perf_counter()
    trainer.run(1)
    trainer._runner.prepare()
    while trainer.ran.way != "compiled" and time.perf_counter() - begun < LOADING_SECONDS:
        trainer.run(8)
    X, y = as_in_the_article(name, problem.X, problem.y)
    source, target = np.ones(2**25), np.empty(2**25)
    seconds = interleave(
        {
            "article": partial(ARTICLE_LOOPS[name], X, y, BURST),
            "ours": partial(trainer.run, BURST),
            "copy": partial(np.copyto, target, source),
        },
        repetitions,
    )
    ours, theirs = ([each / BURST for each in seconds[who]] for who in ("ours", "article"))
    dtype = np.dtype(trainer.settings.dtype)
    rates = [2 * ROWS * columns * dtype.itemsize / each for each in ours]
    copied = [2 * source.nbytes / each for each in seconds["copy"]]
    times, share = median_ratio(theirs, ours), median_ratio(rates, copied)
    return Figure(
        what=f"{name}, {ROWS:,}×{columns} {dtype}, {trainer.ran.way}",
        ours=f"{median(ours) * 1e3:.1f} ms, {share:.2f} of the copy bandwidth by X alone",
        yardstick=f"{median(theirs) * 1e3:.1f} ms article's loop, {median(copied) / 1e9:.0f} GB/s",
        ratio=f"{times:.1f}× as fast",
        goal=f"≥ {LEAST_TIMES_THE_ARTICLE:g}×, ≥ {LEAST_SHARE:g}",
        met=times >= LEAST_TIMES_THE_ARTICLE and share >= LEAST_SHARE,
    )


def _run(name: str, dtype: str, epochs: int) -> Trainer:
    trainer = Trainer(load_problem("article"), TrainConfig(backend=name, dtype=dtype))
    trainer.run(epochs)
    return trainer


def _cold(name: str) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        told = []
        for _ in range(2):
            run = subprocess.run(
                [sys.executable, "-c", COLD.format(backend=name, epochs=MILLION)],
                env={**os.environ, "NUMBA_CACHE_DIR": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            told.append(run.stdout.strip())
    return Figure(
        what=f"{name}: {MILLION:,} epochs in a new process",
        ours=f"{told[0]} with an empty cache",
        yardstick=f"{told[1]} with a full one",
    )


if __name__ == "__main__":
    show(figures())
