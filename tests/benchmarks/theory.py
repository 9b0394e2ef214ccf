"""What it takes to know a run beforehand: the spectrum once, then any epoch, then a whole curve.

    python -m tests.benchmarks.theory

The article's problem, and one of 2,000 features. The yardstick of a leap is the run it saves; that
of a curve of 400 points is 400 leaps.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from statistics import median

import numpy as np

from linreg_core import Problem, TrainConfig, Trainer, load_problem
from linreg_core.theory.algebra.spectrum import Spectrum
from tests.benchmarks.measure import Figure, interleave, show
from tests.core.cases import exact

REPETITIONS = 15
MANY_ROWS, MANY_FEATURES = 2_500, 2_000
POINTS = 400
MILLION = 1_000_000
MOST_LEAP_SHARE = 1e-3


def figures() -> Iterator[Figure]:
    """Measure the spectrum, a leap and a curve, for few weights and for many."""
    for problem, lr in ((load_problem("article"), 1e-4), (_many_features(), 1e-3)):
        d = len(problem.features)
        begun = time.perf_counter()
        Spectrum.of(problem, bias=False, standardize=False)
        seconds = time.perf_counter() - begun
        yield Figure(f"{d:,} weights: the spectrum", ours=f"{seconds * 1e3:,.1f} ms")
        yield from _leap(Trainer(problem, TrainConfig(lr=lr)), d)


def _leap(trainer: Trainer, d: int) -> Iterator[Figure]:
    descent = exact(trainer)
    epochs = np.geomspace(1, MILLION, POINTS).astype(np.int64)
    seconds = interleave(
        {
            "leap": partial(descent.leap, MILLION),
            "curve": partial(descent.losses, epochs),
            "snapshot": trainer.snapshot,
        },
        REPETITIONS,
    )
    begun = time.perf_counter()
    trainer.run(MILLION, seconds=1.0)
    run = (time.perf_counter() - begun) * MILLION / trainer.epoch
    leap, curve, snapshot = (median(seconds[name]) for name in ("leap", "curve", "snapshot"))
    yield Figure(
        what=f"{d:,} weights: a leap of {MILLION:,} epochs",
        ours=f"{leap * 1e6:,.0f} µs",
        yardstick=f"{run:,.1f} s to run them",
        ratio=f"{leap / run:.1e}",
        goal=f"≤ {MOST_LEAP_SHARE}",
        met=leap / run <= MOST_LEAP_SHARE,
    )
    yield Figure(
        what=f"{d:,} weights: the loss at {POINTS} epochs",
        ours=f"{curve * 1e3:,.2f} ms",
        yardstick=f"{POINTS * leap * 1e3:,.1f} ms for as many leaps",
        ratio=f"{curve / (POINTS * leap):.2f}",
    )
    yield Figure(
        f"{d:,} weights: a snapshot, all of this included", ours=f"{snapshot * 1e3:,.2f} ms"
    )


def _many_features() -> Problem:
    random = np.random.default_rng(0)
    X = random.normal(size=(MANY_ROWS, MANY_FEATURES))
    names = tuple(f"x{place + 1}" for place in range(MANY_FEATURES))
    return Problem("many", X, random.normal(size=MANY_ROWS), names, "y")


if __name__ == "__main__":
    show(figures())
