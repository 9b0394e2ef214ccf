"""What leaves the core: frozen values of NumPy and Python, never a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import PhaseSource
from linreg_core.fit import Fit
from linreg_core.heldout import HeldOutFit
from linreg_core.metrics import Metrics
from linreg_core.precision import UlpMeter
from linreg_core.problem import Note
from linreg_core.settings import Settings
from linreg_core.theory.landscape import Landscape
from linreg_core.theory.progress import Progress
from linreg_core.theory.told import Theory
from linreg_core.worksheet import Worksheet


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
class Bucket:
    """What is known of the loss of some epochs in a row.

    Args:
        first: the first of them, >= 0.
        newest: the last of them that was recorded, >= first.
        low: the smallest loss.
        high: the largest loss.
        last: the loss of the newest.
    """

    first: int
    newest: int
    low: float
    high: float
    last: float


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

    def bucket(self, epoch: int) -> Bucket | None:
        """The bucket that an epoch falls in; ``None`` where none was recorded."""
        place = int(np.searchsorted(self.epoch, epoch, side="right")) - 1
        if place < 0 or epoch >= self.end:
            return None
        is_last = place + 1 == len(self.epoch)
        return Bucket(
            int(self.epoch[place]),
            (self.end if is_last else int(self.epoch[place + 1])) - 1,
            *(float(values[place]) for values in (self.low, self.high, self.last)),
        )

    def cut(self, end: int) -> Curve:
        """The buckets that begin before ``end``; the last one may know extremes of later epochs."""
        used = int(np.searchsorted(self.epoch, end))
        low, high, last = (values[:used] for values in (self.low, self.high, self.last))
        return Curve(self.epoch[:used], low, high, last, min(self.end, end))

    def thinned(self, buckets: int) -> Curve:
        """The same curve in at most so many buckets, their neighbours put together."""
        if len(self.epoch) <= buckets:
            return self
        starts = np.linspace(0, len(self.epoch), buckets, endpoint=False).astype(np.int64)
        return Curve(
            self.epoch[starts],
            np.minimum.reduceat(self.low, starts),
            np.maximum.reduceat(self.high, starts),
            self.last[np.append(starts[1:], len(self.epoch)) - 1],
            self.end,
        )


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that is needed to go on with a run elsewhere, bit for bit.

    Args:
        epoch: number of updates done.
        state: all that the next epoch depends on, shape (s,), in the run's units and dtype: the
            weights first, then what the rule of descent keeps beside them.
        curve: the loss of the epochs before this one; this one's may be in it, too.
    """

    epoch: int
    state: Floats
    curve: Curve


@dataclass(frozen=True)
class RunInfo:
    """What stays the same for a whole run.

    Args:
        source: the problem's name or file.
        rows: number of observations that are trained on, n.
        features: the feature names, d of them.
        target: the target's name.
        names: one name per weight, p of them, the bias last.
        is_scaled: whether the run's weights differ in units from the problem's.
        notes: what was done to the data, or seen in it, on the way in.
        settings: what is run.
        code: the code of every phase, in the order in which they run.
    """

    source: str
    rows: int
    features: tuple[str, ...]
    target: str
    names: tuple[str, ...]
    is_scaled: bool
    notes: tuple[Note, ...]
    settings: Settings
    code: tuple[PhaseSource, ...]


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
        origin: the first epoch of the run: 0, or where it was forked off another one.
        latest: the latest epoch that was run; more than ``epoch`` in the past.
        status: where the run stands at this epoch.
        status_epoch: the epoch that decided the status; ``None`` when it is "ready".
        cycle_length: how many epochs a cycle has; ``None`` when the status is not "cycle".
        stopped_by: the breakpoints that ended the latest run, in words.
        breakpoints: those that are set, in words, and the epoch of those on an epoch.
        keyframe_stride: how many epochs lie between two states that are kept.
        phases_done: how many phases of the epoch in progress have been run; 0 between epochs.
        worksheet: the formulas with the numbers of the epoch in progress; between epochs those of
            the epoch that led here.
        shapes: names and shapes of the arrays as the backend holds them.
        weights: in the run's units and dtype, shape (p,); inside an epoch, after the update, those
            of the next one.
        epoch_weights: those of the epoch itself, shape (p,).
        epoch_state: all that the next epoch depends on, at the epoch itself, shape (s,).
        raw_weights: the same in the problem's own units, float64, shape (p,).
        change: weights minus those one epoch before, shape (p,); ``None`` where that epoch is
            not known.
        gradient: derivative of the loss by each weight, shape (p,), in the run's dtype, at the
            weights of the epoch.
        metrics: how good the fit is on the rows trained on, at the weights of the epoch.
        test: how good it is on the rows held out; ``None``: there are none.
        growth: what the last epoch multiplied the root of the loss by; ``None`` where the epoch
            before is not known, or its loss is 0.
        meter: the next update against the digits that the dtype has.
        theory: the run in exact arithmetic.
        progress: how far the run has come on the way that theory knows.
        landscape: the loss over two coordinates, and the way of the weights up to here.
        fit: rows of the data and what the model predicts for them.
        sample: the first rows.
        curve: the loss of all epochs up to the latest.
    """

    run: RunInfo
    epoch: int
    origin: int
    latest: int
    status: Status
    status_epoch: int | None
    cycle_length: int | None
    stopped_by: tuple[str, ...]
    breakpoints: tuple[tuple[str, int | None], ...]
    keyframe_stride: int
    phases_done: int
    worksheet: Worksheet
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    weights: Floats
    epoch_weights: Floats
    epoch_state: Floats
    raw_weights: Floats
    change: Floats | None
    gradient: Floats
    metrics: Metrics
    test: HeldOutFit | None
    growth: float | None
    meter: UlpMeter
    theory: Theory
    progress: Progress
    landscape: Landscape
    fit: Fit
    sample: Sample
    curve: Curve

    @property
    def loss(self) -> float:
        """Mean squared error at the weights of the epoch."""
        return self.metrics.loss

    def checkpoint(self) -> Checkpoint:
        """The epoch shown here, to go on from elsewhere."""
        return Checkpoint(self.epoch, self.epoch_state, self.curve.cut(self.epoch + 1))
