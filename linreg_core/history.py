"""The loss of every epoch in bounded memory, however many epochs there are.

Buckets are as wide as a histogram's with a fixed number of digits: every octave [2^j, 2^(j+1)) of
epochs is cut into 256 equal buckets, and the first 512 epochs have one each. So the newest half of
any plot has at least 256 points on a linear axis, the first decades keep theirs for a logarithmic
one, nothing is ever merged again, and 10^12 epochs need 8,700 buckets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.snapshot import Curve

OCTAVE_BITS = 8
"""log2 of the buckets of one octave."""


class History:
    """The loss curve, written in the order of the epochs."""

    def __init__(self, curve: Curve | None = None) -> None:
        size = 1024 if curve is None else len(curve.epoch)
        self._low, self._high, self._last = np.empty((3, size))
        self._used = 0
        if curve is not None:
            self._used = size
            for kept, values in zip(
                (self._low, self._high, self._last),
                (curve.low, curve.high, curve.last),
                strict=True,
            ):
                kept[:] = values

    def record(self, first: int, losses: NDArray[np.floating]) -> None:
        """Add the finite losses, shape (k,), k >= 1, of the epochs first, first + 1, ..."""
        buckets = bucket_of(np.arange(first, first + len(losses)))
        starts = np.flatnonzero(np.diff(buckets, prepend=-1))
        ends = np.append(starts[1:], len(losses)) - 1
        touched = buckets[starts]
        self._grow(int(touched[-1]) + 1)
        low = np.minimum.reduceat(losses, starts)
        high = np.maximum.reduceat(losses, starts)
        fresh = touched >= self._used
        self._low[touched] = np.where(fresh, low, np.minimum(low, self._low[touched]))
        self._high[touched] = np.where(fresh, high, np.maximum(high, self._high[touched]))
        self._last[touched] = losses[ends]
        self._used = max(self._used, int(touched[-1]) + 1)

    def curve(self) -> Curve:
        """What was recorded so far."""
        used = self._used
        arrays = [values[:used].copy() for values in (self._low, self._high, self._last)]
        epoch = first_epoch_of(np.arange(used))
        for array in (epoch, *arrays):
            array.setflags(write=False)
        return Curve(epoch, *arrays)

    def _grow(self, size: int) -> None:
        if size > len(self._low):
            room = max(size, 2 * len(self._low))
            self._low, self._high, self._last = (
                np.concatenate([values, np.empty(room - len(values))])
                for values in (self._low, self._high, self._last)
            )


def bucket_of(epoch: NDArray[np.int64]) -> NDArray[np.int64]:
    """The index of the bucket that each epoch >= 0 falls in; exact for epochs below 2^52."""
    octave = np.frexp(np.maximum(epoch, 1).astype(np.float64))[1].astype(np.int64) - 1
    shift = np.maximum(octave - OCTAVE_BITS, 0)
    return (shift << OCTAVE_BITS) + (epoch >> shift)


def first_epoch_of(bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first epoch of each bucket: what `bucket_of` undoes."""
    shift = np.maximum((bucket >> OCTAVE_BITS) - 1, 0)
    epoch: NDArray[np.int64] = (bucket - (shift << OCTAVE_BITS)) << shift
    return epoch
