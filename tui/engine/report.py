"""What comes back from the engine: the whole latest state as one report, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

from linreg_core import LinregError, TrainConfig
from linreg_core.records import dataclass
from tui.engine.commands import Open
from tui.engine.ghosts import Ghost
from tui.engine.pace import Pace
from tui.engine.runs.run import Runs

if TYPE_CHECKING:  # what a first report does not hold need not be imported for it
    from linreg_core import Compared, Memory, Paired, Prospect, Snapshot, Summary, TableHead


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
    REPEATING = "running again"
    """An earlier run, to where it stood."""
    IDLE = "idle"
    RUNNING = "running"
    COMPARING = "comparing"
    STOPPED = "stopped"
    """The trainer's process is gone and was not started again."""


BEFORE_A_RUN = (
    Activity.STARTING,
    Activity.READING,
    Activity.ANALYSING,
    Activity.REPEATING,
)
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


class Answer(Enum):
    """What a report tells of a command that was sent."""

    PENDING = auto()
    """Nothing so far."""
    TAKEN = auto()
    """It was done, or is being done as a job."""
    REFUSED = auto()
    LOST = auto()
    """The process that it was sent to is gone, and with it what was being done for it."""


@dataclass(frozen=True, eq=False)
class Refusal:
    """Why something was refused.

    Args:
        ticket: that of the command, also where its job could not go on.
        error: the reason.
    """

    ticket: int
    error: LinregError


@dataclass(frozen=True, eq=False)
class Report:
    """The whole latest state: an older report may always be dropped for a newer one.

    Args:
        activity: what the engine is doing.
        answered: the ticket of the latest command handled; 0 before the first.
        lost: the ticket up to which what was not done is lost with a process that ended; 0: none
            ended. Whoever hears the process fills that in.
        run: number of runs started so far, 0 before the first.
        config: what the present run was asked to be; ``None`` before the first run.
        snapshot: the run's state; ``None`` before the first run.
        target: the epoch at which the present `Run` will pause; ``None``: it will not.
        rate: epochs per second of the present or latest `Run`; ``None``: not measured.
        pace: that of the present `Run`; ``None``: nothing runs.
        is_slow: whether it goes so slowly that the phases light up one after the other.
        breakpoints: the text that set them.
        ghosts: earlier runs on this problem, for the plot, the oldest first.
        runs: all of the sitting.
        comparison: how far the two runs of `Compare` have come; ``None``: there are none.
        pair: two runs of the sitting side by side, once `CompareRuns` has run them; ``None``: none.
        written: how much of an export is written, 0 to 1; ``None``: none is being written.
        refusal: what is refused since the latest command; ``None``: nothing.
        refused: the latest refusal of all, for who asked; ``None``: nothing was refused so far.
        notice: something else the user should know, in one line; ``None``: nothing.
        opened: what loaded the present problem, without its checkpoint, ghosts and notice; ``None``
            before the first.
        summary: of the present problem.
        prospects: what runs on this problem would have, as far as it was asked for, by bias and
            standardising.
        preview: the beginning of the table looked at last; ``None``: none, or put away.
        stage: what is being done while it reads or analyses; ``None``: nothing that takes long.
        shown_config: what the run of the epoch shown was asked to be: before a fork, another one.
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
    pair: Paired | None = None
    written: float | None = None
    refusal: LinregError | None = None
    refused: Refusal | None = None
    notice: str | None = None
    opened: Open | None = None
    summary: Summary | None = None
    prospects: Mapping[tuple[bool, bool], Prospect] = field(default_factory=dict)
    preview: TableHead | None = None
    stage: Stage | None = None
    quiet: Quiet = Quiet()
    lost: int = 0
    pace: Pace | None = None
    is_slow: bool = False
    runs: Runs = field(default_factory=Runs)
    shown_config: TrainConfig | None = None

    def at_rest(self) -> Report:
        """What it tells when nothing runs any more."""
        return replace(self, activity=Activity.IDLE, target=None, pace=None, is_slow=False)

    def answer_to(self, ticket: int | None) -> Answer:
        """What is known of the command of that ticket; ``None``: it is not sent yet.

        It may be taken although its report was dropped for a newer one.
        """
        if ticket is None:
            return Answer.PENDING
        if ticket <= self.lost:
            return Answer.LOST
        if self.refused is not None and self.refused.ticket == ticket:
            return Answer.REFUSED
        return Answer.TAKEN if ticket <= self.answered else Answer.PENDING


@dataclass(frozen=True)
class Beat:
    """A sign of life of the engine's process, between reports."""
