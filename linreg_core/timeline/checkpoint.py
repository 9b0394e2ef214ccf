"""Where a run stands and what is remembered of it, as values: all that it takes to go on."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.precision import Recurrence
from linreg_core.records import dataclass
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.curve import Curve


class Status(StrEnum):
    """Where a run stands."""

    READY = "ready"
    """More epochs can be run."""
    FROZEN = "frozen"
    """The next update changes no bit, so no later one can."""
    CYCLE = "cycle"
    """The state comes back after more than one epoch, for ever."""
    DIVERGED = "diverged"
    """Loss or a weight would not be finite after the next epoch; the last finite state is kept."""
    CONVERGED = "converged"
    """The largest absolute gradient has fallen to ``tol`` times that of epoch 0."""


@dataclass(frozen=True)
class End:
    """Why no further epoch can be run.

    Args:
        status: diverged or converged.
        epoch: the epoch that decided it.
        last: the last epoch of the run.
    """

    status: Status
    epoch: int
    last: int


@dataclass(frozen=True, eq=False)
class Memory:
    """What a timeline remembers of its epochs, so that another one can reach them all.

    Args:
        origin: the first epoch that can be reached.
        latest: the latest epoch that was run.
        inherited: the loss of epochs of the run before, where this one is a fork of it.
        curve: the loss of all epochs up to the latest.
        stride: how many epochs lie between two keyframes, the first of which is the origin.
        keyframes: the states there, shape (k, s), in the run's dtype.
        path_epochs: the epochs of the trajectory, shape (t,).
        path_states: the states there, shape (t, s), in the run's dtype.
        recurrence: which state comes back; ``None``: none that is known.
        end: why no epoch can follow the latest; ``None``: one can.
        past: the run that this one was forked off; ``None``: it is no fork, or that is forgotten.
    """

    origin: int
    latest: int
    inherited: Curve
    curve: Curve
    stride: int
    keyframes: Floats
    path_epochs: NDArray[np.int64]
    path_states: Floats
    recurrence: Recurrence | None
    end: End | None
    past: Past | None = None

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        own = self.keyframes.nbytes + self.path_states.nbytes + 4 * self.curve.last.nbytes
        return own + (0 if self.past is None else self.past.memory.size)


@dataclass(frozen=True, eq=False)
class Past:
    """A run that another one was forked off.

    Args:
        config: what it was asked to be.
        memory: of its epochs.
    """

    config: TrainConfig
    memory: Memory


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that is needed to go on with a run elsewhere, bit for bit.

    Args:
        epoch: number of updates done.
        state: all that the next epoch depends on, shape (s,), in the run's units and dtype: the
            weights first, then what the rule of descent keeps beside them.
        curve: the loss of the epochs before this one; this one's may be in it, too.
        memory: what is remembered of the epochs around it; ``None``: nothing, so that this one is
            the first that can be reached.
    """

    epoch: int
    state: Floats
    curve: Curve
    memory: Memory | None = None
