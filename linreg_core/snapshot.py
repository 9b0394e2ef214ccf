"""What leaves the core: frozen values of NumPy and Python, never a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.config import Settings
from linreg_core.problem import Note


class Status(StrEnum):
    """Where a run stands."""

    READY = "ready"
    """More epochs can be run."""
    DIVERGED = "diverged"
    """Loss or a weight is not finite after the next epoch; the last finite state is kept."""
    CONVERGED = "converged"
    """The largest absolute gradient has fallen to ``tol`` times that of epoch 0."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The loss of every epoch so far, in buckets whose width grows with the epoch.

    All arrays have shape (b,), b >= 0, and are read-only. A bucket's extremes are the extremes of
    all its epochs: none is lost, however many there were.

    Args:
        epoch: first epoch of each bucket, int64, strictly rising from 0.
        low: smallest loss in the bucket, float64.
        high: largest loss in the bucket, float64.
        last: loss of the bucket's last epoch so far, float64.
        end: number of epochs recorded: the newest is ``end - 1``.
    """

    epoch: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    last: NDArray[np.float64]
    end: int


@dataclass(frozen=True)
class RunInfo:
    """What stays the same for a whole run.

    Args:
        source: the problem's name or file.
        rows: number of observations, n.
        features: the feature names, d of them.
        target: the target's name.
        names: one name per weight, p of them, the bias last.
        is_scaled: whether the run's weights differ in units from the problem's.
        notes: what was done to the data, or seen in it, on the way in.
        settings: what is run.
    """

    source: str
    rows: int
    features: tuple[str, ...]
    target: str
    names: tuple[str, ...]
    is_scaled: bool
    notes: tuple[Note, ...]
    settings: Settings


@dataclass(frozen=True, eq=False)
class Sample:
    """The first rows of the problem at the present weights; all arrays have shape (k,), k <= 16."""

    target: Floats
    prediction: Floats
    residual: Floats


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state after ``epoch`` updates, all numbers as the backend computed them.

    Args:
        run: what is run.
        epoch: number of updates done, >= 0.
        status: where the run stands.
        status_epoch: the epoch that decided the status; ``None`` when it is "ready".
        weights: in the run's units and dtype, shape (p,).
        raw_weights: the same in the problem's own units, float64, shape (p,).
        change: weights minus those one epoch before, shape (p,); ``None`` where that epoch is
            not known.
        gradient: derivative of the loss by each weight, shape (p,), in the run's dtype.
        loss: mean squared error at these weights.
        stable_lr: after a divergence, the learning rate 1/λmax, half of the limit; ``None`` before
            one, and where no such rate exists.
        sample: the first rows.
        curve: the loss of all epochs up to this one.
    """

    run: RunInfo
    epoch: int
    status: Status
    status_epoch: int | None
    weights: Floats
    raw_weights: Floats
    change: Floats | None
    gradient: Floats
    loss: float
    stable_lr: float | None
    sample: Sample
    curve: Curve
