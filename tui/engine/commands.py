"""What the screen may ask the engine for: commands, all frozen."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from linreg_core import DataRequest, TrainConfig
from linreg_core.records import dataclass
from tui.engine.ghosts import Ghost
from tui.engine.pace import FULL, Pace
from tui.engine.runs.run import Runs

if TYPE_CHECKING:  # they would import the trainer, which only the engine needs
    from linreg_core import Axes, Checkpoint, Export


@dataclass(frozen=True)
class Open:
    """Load a problem and start a run on it; if refused, the old run stays.

    Args:
        data: the problem, and how to read or make it; see `DataRequest.for_screen`.
        config: what to run.
        checkpoint: where the run stands; ``None``: at epoch 0.
        breakpoints: as in `SetBreakpoints`.
        ghosts: earlier runs.
        notice: what the report should say; ``None``: nothing.
        runs: those of a sitting that is taken up, of which the present one is run again to where
            it stood, unless there is a checkpoint; ``None``: the run is one more of this sitting.
    """

    data: DataRequest
    config: TrainConfig = field(default_factory=TrainConfig)
    checkpoint: Checkpoint | None = None
    breakpoints: str = ""
    ghosts: tuple[Ghost, ...] = ()
    notice: str | None = None
    runs: Runs | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", self.data.for_screen())


@dataclass(frozen=True)
class Revisit:
    """Go back to an earlier run of the sitting, where it stood, by running it again.

    Args:
        number: the run's.
    """

    number: int


@dataclass(frozen=True)
class CancelOpen:
    """Give up what is being opened or gone back to; the old run stays, without earlier epochs."""


@dataclass(frozen=True)
class Preview:
    """Look at the beginning of a table; it does not touch the run.

    Args:
        data: as in `Open`; ``None``: put away what was seen last.
    """

    data: DataRequest | None


@dataclass(frozen=True)
class AskProspect:
    """Tell what a run with such bias and standardising would have; it does not touch the run."""

    bias: bool
    standardize: bool


@dataclass(frozen=True)
class Configure:
    """Start a run with other settings on the same problem; if refused, the old run stays."""

    config: TrainConfig


@dataclass(frozen=True)
class Run:
    """Run this many more epochs; ``None``: until paused."""

    epochs: int | None
    pace: Pace = FULL


@dataclass(frozen=True)
class SetPace:
    """Go on at this pace with what is running."""

    pace: Pace


@dataclass(frozen=True)
class Phase:
    """Run the next phase of an epoch, or take the last one back."""

    back: bool = False


@dataclass(frozen=True)
class Back:
    """Take the epoch in progress back, or the last one."""


@dataclass(frozen=True)
class Goto:
    """Go to an epoch: in the past at once, in the future by running there."""

    epoch: int


@dataclass(frozen=True)
class SetBreakpoints:
    """Stop later runs where one of these conditions holds; an empty text removes all."""

    text: str


@dataclass(frozen=True)
class Fork:
    """Start a run at the present epoch.

    Args:
        config: its configuration; ``None``: the present one.
        edited: a weight by its index, and its new value in the run's units; ``None``: no weight.
        point: coordinates in the landscape to begin at; ``None``: where it stands.
    """

    config: TrainConfig | None = None
    edited: tuple[int, float] | None = None
    point: tuple[float, ...] | None = None


@dataclass(frozen=True)
class LookAlong:
    """Draw the landscape over these axes; it does not touch the run."""

    axes: Axes


@dataclass(frozen=True)
class Compare:
    """Run the present configuration in float32 and in float64, up to an epoch, beside the run.

    The run itself is paused and stays where it is; any other command ends the comparison.
    """

    epochs: int


@dataclass(frozen=True)
class CompareRuns:
    """Run two runs of the sitting again, side by side; the present one stays where it is.

    Any other command ends it.

    Args:
        numbers: of the two.
    """

    numbers: tuple[int, int]


@dataclass(frozen=True)
class StopComparing:
    """End the comparison, if there is one, and forget it."""


@dataclass(frozen=True)
class Restart:
    """End a process that does not answer, and start it again from the latest report."""


@dataclass(frozen=True)
class Pause:
    """Stop where the run is."""


@dataclass(frozen=True)
class Reset:
    """Go back to epoch 0 and the same initial weights."""


OwnCommand = (
    Open
    | Revisit
    | CancelOpen
    | Preview
    | AskProspect
    | Configure
    | Fork
    | Run
    | SetPace
    | Phase
    | Back
    | Goto
    | SetBreakpoints
    | LookAlong
    | Compare
    | CompareRuns
    | StopComparing
    | Restart
    | Pause
    | Reset
)

Command: TypeAlias = "OwnCommand | Export"
"""What the engine obeys; an export is asked for as the core describes it."""
