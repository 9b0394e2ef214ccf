"""What a run keeps: memory between 10⁴ and 10⁶ epochs, and the size of a snapshot.

    python -m tests.benchmarks.memory [EPOCHS]

Resident memory is read from /proc, so on Linux only, of a fresh process each: one that only
trains, and the app's engine. Beside it stands what keeping every loss as a float64 would take.
"""

from __future__ import annotations

import multiprocessing
import pickle
import resource
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from linreg_core import DataRequest, Snapshot, TrainConfig, Trainer, load_problem
from tests.benchmarks.measure import Figure, show
from tui.engine.commands import Open, Run
from tui.engine.process import ProcessEngine

FIRST = 10_000
"""Epochs after which the first look is taken: every buffer of a run has its full size by then."""

LAST = 1_000_000
KIB, MIB = 2**10, 2**20


def figures(epochs: int = LAST) -> Iterator[Figure]:
    """Measure a run of ``epochs`` > `FIRST` epochs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_train, args=(theirs, epochs), daemon=True)
    process.start()
    (before, first), (after, last) = ours.recv(), ours.recv()
    process.join()
    yield _growth("trainer's process", before, after, epochs)
    yield _growth("engine's process", *_engine_memory(epochs), epochs)
    yield Figure(
        what=f"pickled snapshot at epoch {epochs:,}",
        ours=f"{len(last) / KIB:,.0f} KiB",
        yardstick=f"{len(first) / KIB:,.0f} KiB at epoch {FIRST:,}",
        ratio=f"{len(last) / len(first):.2f}× as large",
    )


def _growth(whose: str, before: int, after: int, epochs: int) -> Figure:
    every_loss = 8 * (epochs - FIRST)
    return Figure(
        what=f"{whose}: growth from epoch {FIRST:,} to {epochs:,}",
        ours=f"{(after - before) / MIB:.2f} MiB on {before / MIB:.0f}",
        yardstick=f"{every_loss / MIB:.1f} MiB for every loss",
        ratio=f"{(after - before) / every_loss:.1%}",
    )


def _train(connection: Connection, epochs: int) -> None:
    """Run in a fresh process; tell the memory and a pickled snapshot at `FIRST` and at the end."""
    trainer = Trainer(load_problem("article"), TrainConfig())
    for target in (FIRST, epochs):
        trainer.run(target - trainer.epoch)
        connection.send((_resident("self"), pickle.dumps(trainer.snapshot())))


def _engine_memory(epochs: int) -> tuple[int, int]:
    """Resident bytes of the app's engine at `FIRST` epochs and at the end."""
    engine = ProcessEngine(Open(DataRequest("article")))
    engine.start()
    try:
        memory = []
        for target in (FIRST, epochs):
            engine.send(Run(target - _snapshot(engine, 0).epoch))
            _snapshot(engine, target)
            memory.append(_resident(str(engine.pid)))
    finally:
        engine.stop()
    return memory[0], memory[1]


def _snapshot(engine: ProcessEngine, epoch: int) -> Snapshot:
    """Wait for a snapshot of this epoch or a later one."""
    while (snapshot := engine.latest.snapshot) is None or snapshot.epoch < epoch:
        time.sleep(0.01)
    return snapshot


def _resident(process: str) -> int:
    """Bytes of memory that a process, by its number or "self", holds now."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    show(figures(*(int(argument) for argument in sys.argv[1:2])))
