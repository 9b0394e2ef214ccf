"""Snapshots and reports to be shown, made without an app and without an engine."""

from __future__ import annotations

from linreg_core import Snapshot, TrainConfig, Trainer, load_problem
from tui.engine.report import Activity, Report


def trainer(source: str = "article", **config: object) -> Trainer:
    """A trainer alone, at epoch 0 of the article's problem or another."""
    return Trainer(load_problem(source), TrainConfig(**config))  # type: ignore[arg-type]


def after(epochs: int, source: str = "article", *, phases: int = 0, **config: object) -> Snapshot:
    """What a trainer alone comes to after some epochs, and some phases of the next one."""
    alone = trainer(source, **config)
    alone.run(epochs)
    for _ in range(phases):
        alone.phase()
    return alone.snapshot()


def report_of(
    snapshot: Snapshot | None, activity: Activity = Activity.IDLE, **more: object
) -> Report:
    """A report of a snapshot."""
    return Report(activity=activity, snapshot=snapshot, **more)  # type: ignore[arg-type]
