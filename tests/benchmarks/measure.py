"""Timing side by side, and the table that shows what came of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

REPETITION_SECONDS = 0.05
"""How long one repetition of a contender should take: long beside a timer, short beside a drift."""


@dataclass(frozen=True)
class Figure:
    """One line of the report: what we measured beside what it is compared with.

    Args:
        what: what was measured.
        ours: the value, with its unit.
        yardstick: the value it is compared with, and what that is; empty: nothing.
        ratio: the two compared.
        goal: what the ratio, or ours, should be; empty: it is only told.
        met: whether it is; ``None`` where there is no goal.
    """

    what: str
    ours: str
    yardstick: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


def interleave(
    contenders: Mapping[str, Callable[[], object]],
    repetitions: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds of every contender, taken in turns, so that a busy machine slows all of them alike.

    Args:
        contenders: what to time, by name; each is called once before, untimed.
        repetitions: how often each is timed, >= 1.
        clock: seconds.
    """
    for contender in contenders.values():
        contender()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repetitions):
        for name, contender in contenders.items():
            begun = clock()
            contender()
            seconds[name].append(clock() - begun)
    return seconds


def median_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the ratios of neighbours, which slow drifts of the machine cancel out of."""
    return median(a / b for a, b in zip(numerators, denominators, strict=True))


def enough_epochs(run: Callable[[int], object]) -> int:
    """How many epochs ``run`` takes about `REPETITION_SECONDS` for."""
    epochs = 1
    while True:
        begun = time.perf_counter()
        run(epochs)
        seconds = time.perf_counter() - begun
        if seconds > REPETITION_SECONDS / 4:
            return max(1, round(epochs * REPETITION_SECONDS / seconds))
        epochs *= 2


def show(figures: Iterable[Figure]) -> None:
    """Print the figures as a table once all are there, and each one's name as it comes."""
    console = Console(width=120)
    table = Table("what", "ours", "compared with", "ratio", "goal", "")
    load = os.getloadavg()[0]
    with console.status("") as status:
        for figure in figures:
            status.update(f"measured: {figure.what}")
            mark = {True: "met", False: "MISSED", None: ""}[figure.met]
            table.add_row(
                figure.what, figure.ours, figure.yardstick, figure.ratio, figure.goal, mark
            )
    table.caption = (
        f"load average {load:.1f} before and {os.getloadavg()[0]:.1f} after, "
        f"{os.cpu_count()} cores; the benchmarks themselves are 1 to 2 of it"
    )
    console.print(table)
