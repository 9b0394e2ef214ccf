"""Each torch backend on every device of this machine beside the same run on the cpu.

    python -m tests.benchmarks.devices

On small problems the time is that of some ten calls to the device, whatever they compute.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from statistics import median

from linreg_core import BACKENDS, Problem, TrainConfig, Trainer, load_problem
from linreg_core.backends.devices import available_devices
from tests.benchmarks.backends import drawn_problem
from tests.benchmarks.measure import Figure, enough_epochs, interleave, median_ratio, show

LARGE_SIZES = ((10_000, 20), (1_000_000, 3), (100_000, 500))
"""Rows and columns of the larger problems."""


def figures(repetitions: int = 11) -> Iterator[Figure]:
    """Measure every device but the cpu; where there is none, say so."""
    cpu, *others = available_devices()
    if not others:
        yield Figure("devices", f"only {cpu} on this machine", "nothing to compare with")
    problems = [load_problem("article"), *itertools.starmap(drawn_problem, LARGE_SIZES)]
    backends = [name for name, info in BACKENDS.items() if info.uses_torch]
    for device, problem, name in itertools.product(others, problems, backends):
        yield _beside(cpu, device, problem, name, repetitions)


def _beside(cpu: str, device: str, problem: Problem, name: str, repetitions: int) -> Figure:
    ours, theirs = (
        Trainer(problem, TrainConfig(name, device=where, lr=1e-4, bias=False, standardize=False))
        for where in (device, cpu)
    )
    many = {who: enough_epochs(run) for who, run in ((device, ours.run), (cpu, theirs.run))}
    seconds = interleave(
        {device: partial(ours.run, many[device]), cpu: partial(theirs.run, many[cpu])},
        repetitions,
    )
    each = {who: [taken / many[who] for taken in seconds[who]] for who in many}
    return Figure(
        what=f"{name} on {device}, {problem.rows:,}×{len(problem.features)}",
        ours=f"{median(each[device]) * 1e6:,.2f} µs/epoch",
        yardstick=f"{median(each[cpu]) * 1e6:,.2f} on the {cpu}",
        ratio=f"{median_ratio(each[cpu], each[device]):.2f}× as fast",
    )


if __name__ == "__main__":
    show(figures())
