"""The loss of a run over its epochs, in buckets, as a value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.records import dataclass


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
        index = int(np.searchsorted(self.epoch, epoch, side="right")) - 1
        if index < 0 or epoch >= self.end:
            return None
        is_last = index + 1 == len(self.epoch)
        return Bucket(
            int(self.epoch[index]),
            (self.end if is_last else int(self.epoch[index + 1])) - 1,
            *(float(values[index]) for values in (self.low, self.high, self.last)),
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
