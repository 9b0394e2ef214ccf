"""What looking for frozen runs and cycles costs, what it saves, and how fast going back is.

    python -m tests.benchmarks.time_travel

The cost is the time that `RecurrenceFinder.look` takes for a stretch of epochs, as a share of the
time that running the stretch takes. The saving is 1,000,000 epochs of the article's tensor run,
which is frozen after a quarter of them, beside 1,000,000 times an epoch that is really run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from statistics import median

from linreg_core import BACKENDS, TrainConfig, Trainer, load_problem
from linreg_core.precision import RecurrenceFinder
from tests.benchmarks.measure import Figure, enough_epochs, interleave, median_ratio, show

REPETITIONS = 15
MOST_SHARE = 0.03
MOST_OF_REAL_EPOCHS = 0.3
MILLION = 1_000_000
LONGEST_GOTO_SECONDS = 0.3


def figures() -> Iterator[Figure]:
    """Measure detection for every backend, then the saving, then going back."""
    for name in BACKENDS:
        yield _detection(name)
    yield _saving()
    yield from _going_back()


def _detection(name: str) -> Figure:
    trainer = Trainer(load_problem("article"), TrainConfig(backend=name, run_by="direct"))
    backend, runner = trainer._backend, trainer._runner
    trainer.run(1024)
    epochs = min(enough_epochs(runner.run), 4096)
    start = backend.state()
    weights = runner.run(epochs).states.copy()
    finder = RecurrenceFinder(0, start)
    look = partial(finder.look, 1, start, weights)
    seconds = interleave({"look": look, "run": partial(runner.run, epochs)}, REPETITIONS)
    share = median_ratio(seconds["look"], seconds["run"])
    return Figure(
        what=f"{name}: looking for repetitions in {epochs:,} epochs",
        ours=f"{median(seconds['look']) * 1e6:.0f} µs",
        yardstick=f"{median(seconds['run']) * 1e6:,.0f} µs to run them",
        ratio=f"{share:.1%}",
        goal=f"≤ {MOST_SHARE:.0%}",
        met=share <= MOST_SHARE,
    )


def _saving() -> Figure:
    trainer = Trainer(load_problem("article"), TrainConfig(backend="tensor", run_by="direct"))
    begun = time.perf_counter()
    trainer.run(100_000)
    real = (time.perf_counter() - begun) * MILLION / trainer.epoch
    trainer.reset()
    begun = time.perf_counter()
    trainer.run(MILLION)
    seconds = time.perf_counter() - begun
    return Figure(
        what=f"tensor: {MILLION:,} epochs, {trainer.status} since {trainer.status_epoch:,}",
        ours=f"{seconds:.1f} s",
        yardstick=f"{real:.1f} s for as many real epochs",
        ratio=f"{seconds / real:.2f}",
        goal=f"≤ {MOST_OF_REAL_EPOCHS}",
        met=seconds / real <= MOST_OF_REAL_EPOCHS,
    )


def _going_back() -> Iterator[Figure]:
    trainer = Trainer(load_problem("article"), TrainConfig())
    begun = time.perf_counter()
    trainer.run(MILLION)
    forward = time.perf_counter() - begun
    for epoch in (0, MILLION - 1, MILLION // 2):
        begun = time.perf_counter()
        trainer.goto(epoch)
        seconds = time.perf_counter() - begun
        yield Figure(
            what=f"numpy: to epoch {epoch:,} after {MILLION:,}",
            ours=f"{seconds * 1e3:.1f} ms",
            yardstick=f"{forward * 1e3:,.0f} ms to run them all",
            ratio=f"{seconds / forward:.2%}",
            goal=f"< {LONGEST_GOTO_SECONDS * 1e3:.0f} ms",
            met=seconds < LONGEST_GOTO_SECONDS,
        )


if __name__ == "__main__":
    show(figures())
