"""What goes between the screen and the trainer: commands down, reports up, all frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from linreg_core import Checkpoint, LinregError, Snapshot, TableOptions, TrainConfig


@dataclass(frozen=True)
class Open:
    """Load a problem and start a run on it.

    Args:
        source: a built-in problem's name, or a file's path.
        options: how to read the file.
        config: what to run.
        checkpoint: where the run stands; ``None``: at epoch 0.
        notice: what the report should say; ``None``: nothing.
    """

    source: str
    options: TableOptions = field(default_factory=TableOptions)
    config: TrainConfig = field(default_factory=TrainConfig)
    checkpoint: Checkpoint | None = None
    notice: str | None = None


@dataclass(frozen=True)
class Configure:
    """Start a run with other settings on the same problem; if refused, the old run stays."""

    config: TrainConfig


@dataclass(frozen=True)
class Run:
    """Run this many more epochs; ``None``: until paused."""

    epochs: int | None


@dataclass(frozen=True)
class Pause:
    """Stop where the run is."""


@dataclass(frozen=True)
class Reset:
    """Go back to epoch 0 and the same initial weights."""


Command = Open | Configure | Run | Pause | Reset


class Activity(StrEnum):
    """What the engine is doing."""

    STARTING = "starting"
    LOADING = "loading"
    IDLE = "idle"
    RUNNING = "running"
    STOPPED = "stopped"
    """The trainer's process is gone and was not started again."""


@dataclass(frozen=True, eq=False)
class Report:
    """The whole latest state: an older report may always be dropped for a newer one.

    Args:
        activity: what the engine is doing.
        answered: number of commands handled so far.
        run: number of runs started so far, 0 before the first.
        config: what the present run was asked to be; ``None`` before the first run.
        snapshot: the run's state; ``None`` before the first run.
        target: the epoch at which the present `Run` will pause; ``None``: it will not.
        rate: epochs per second of the present or latest `Run`; ``None``: not measured.
        refusal: why the latest command was refused; ``None``: it was not.
        notice: something else the user should know, in one line; ``None``: nothing.
    """

    activity: Activity = Activity.STARTING
    answered: int = 0
    run: int = 0
    config: TrainConfig | None = None
    snapshot: Snapshot | None = None
    target: int | None = None
    rate: float | None = None
    refusal: LinregError | None = None
    notice: str | None = None
