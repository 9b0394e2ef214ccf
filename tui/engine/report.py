"""What comes back from the engine: the whole latest state as one report, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linreg_core import (
    Compared,
    LinregError,
    Memory,
    Snapshot,
    Summary,
    TableHead,
    TrainConfig,
)
from tui.engine.commands import Open
from tui.engine.ghosts import Ghost


@dataclass(frozen=True, eq=False)
class Remembered:
    """What the engine remembers of a run's epochs, for one that is started in its place.

    Args:
        run: which run, as in `Report`.
        memory: of its epochs.
    """

    run: int
    memory: Memory


class Activity(StrEnum):
    """What the engine is doing."""

    STARTING = "starting"
    LOADING = "loading"
    READING = "reading"
    """A table, for the first run or one that is to replace the present one."""
    ANALYSING = "analysing"
    """A problem, before a run on it can begin."""
    IDLE = "idle"
    RUNNING = "running"
    COMPARING = "comparing"
    STOPPED = "stopped"
    """The trainer's process is gone and was not started again."""

    @property
    def is_lost(self) -> bool:
        """Whether the trainer's process is gone, so that what was asked of it has no answer."""
        return self in (Activity.STARTING, Activity.STOPPED)


BEFORE_A_RUN = (Activity.STARTING, Activity.READING, Activity.ANALYSING)
"""While the first problem is on its way it is not yet known whether it can be run."""


@dataclass(frozen=True)
class Stage:
    """What is being done that takes long.

    Args:
        what: in a few words: "reading".
        share: how much of it is done, 0 to 1; ``None``: it cannot be told.
    """

    what: str
    share: float | None = None


@dataclass(frozen=True)
class Quiet:
    """For how long nothing was heard of the engine's process, in whole seconds; 0: not for long.

    Args:
        silent: since it gave a sign of life. A process that computes does so all the time.
        busy: since it reported anything, while something that was asked of it is not answered.
    """

    silent: int = 0
    busy: int = 0


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
        breakpoints: the text that set them.
        ghosts: earlier runs, the oldest first.
        comparison: how far the two runs of `Compare` have come; ``None``: there are none.
        written: how much of an export is written, 0 to 1; ``None``: none is being written.
        refusal: why the latest command was refused; ``None``: it was not.
        notice: something else the user should know, in one line; ``None``: nothing.
        opened: what loaded the present problem, without its checkpoint, ghosts and notice; ``None``
            before the first.
        summary: of the present problem.
        conditions: the condition numbers asked for on this problem, by bias and standardising; nan
            where it cannot be standardised.
        preview: the beginning of the table looked at last; ``None``: none, or put away.
        stage: what is being done while it reads or analyses; ``None``: nothing that takes long.
        quiet: whether the process still answers. Whoever hears the process fills that in.
    """

    activity: Activity = Activity.STARTING
    answered: int = 0
    run: int = 0
    config: TrainConfig | None = None
    snapshot: Snapshot | None = None
    target: int | None = None
    rate: float | None = None
    breakpoints: str = ""
    ghosts: tuple[Ghost, ...] = ()
    comparison: Compared | None = None
    written: float | None = None
    refusal: LinregError | None = None
    notice: str | None = None
    opened: Open | None = None
    summary: Summary | None = None
    conditions: Mapping[tuple[bool, bool], float] = field(default_factory=dict)
    preview: TableHead | None = None
    stage: Stage | None = None
    quiet: Quiet = Quiet()


@dataclass(frozen=True)
class Beat:
    """A sign of life of the engine's process, between reports."""
