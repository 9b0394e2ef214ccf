"""The loss of every epoch in bounded memory, however many epochs there are.

Buckets are as wide as a histogram's with a fixed number of digits: every octave [2^j, 2^(j+1)) of
epochs is cut into 256 equal buckets, and the first 512 epochs have one each. So the newest half of
any plot has at least 256 points on a linear axis, the first decades keep theirs for a logarithmic
one, nothing is ever merged again, and 10^12 epochs need 8,700 buckets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.timeline.curve import Curve

OCTAVE_BITS = 8
"""log2 of the buckets of one octave."""

_AT_ONCE = 65_536


class History:
    """The loss curve, written in the order of the epochs.

    Args:
        curve: what was recorded before; ``None``: nothing.
    """

    def __init__(self, curve: Curve | None = None) -> None:
        self._values = _empty(1024)
        self._used = self._end = 0
        if curve is not None:
            self._used, self._end = len(curve.epoch), curve.end
            self._make_room(self._used)
            self._values[:, : self._used] = curve.low, curve.high, curve.last

    def record(self, first: int, losses: Floats) -> None:
        """Add the finite losses, shape (k,), k >= 1, of the epochs first, first + 1, ..."""
        oldest, newest = bucket_of(np.array([first, first + len(losses) - 1]))
        touched = np.arange(oldest, newest + 1)
        starts = np.maximum(first_epoch_of(touched) - first, 0)
        self._used = int(newest) + 1
        self._end = first + len(losses)
        self._make_room(self._used)
        low, high, last = self._values
        low[touched] = np.minimum(low[touched], np.minimum.reduceat(losses, starts))
        high[touched] = np.maximum(high[touched], np.maximum.reduceat(losses, starts))
        last[touched] = losses[np.append(starts[1:], len(losses)) - 1]

    def repeat(self, first: int, epochs: int, losses: Floats) -> None:
        """Add ``epochs`` >= 1 epochs from ``first`` on whose losses repeat those of a cycle.

        Where buckets are wider than the cycle they get its extremes, and nothing is written out.

        Args:
            first: the one after the last epoch recorded.
            epochs: how many.
            losses: of one turn of the cycle, shape (p,), beginning with that of ``first``.
        """
        turn, stop = len(losses), first + epochs
        begin = first
        while begin < min(stop, turn << (OCTAVE_BITS + 1)):
            end = min(begin + _AT_ONCE, stop)
            self.record(begin, losses[(np.arange(begin, end) - first) % turn])
            begin = end
        if begin == stop:
            return
        self._used = int(bucket_of(np.array(stop - 1))) + 1
        self._end = stop
        self._make_room(self._used)
        buckets = np.arange(int(bucket_of(np.array(begin))), self._used)
        begins = np.maximum(first_epoch_of(buckets), begin)
        ends = np.minimum(first_epoch_of(buckets + 1), stop)
        low, high, last = self._values
        last[buckets] = losses[(ends - 1 - first) % turn]
        inner = buckets[1:-1]  # only the first and the last one can hold less than a turn
        low[inner], high[inner] = losses.min(), losses.max()
        for i in {0, len(buckets) - 1}:
            bucket, start, end = buckets[i], begins[i], ends[i]
            part = losses[(np.arange(start, min(end, start + turn)) - first) % turn]
            low[bucket] = min(low[bucket], part.min())
            high[bucket] = max(high[bucket], part.max())

    def curve(self) -> Curve:
        """What was recorded so far."""
        epoch = first_epoch_of(np.arange(self._used))
        values = self._values[:, : self._used].copy()
        for array in (epoch, values):
            array.setflags(write=False)
        low, high, last = values
        return Curve(epoch, low, high, last, self._end)

    def _make_room(self, size: int) -> None:
        room = self._values.shape[1]
        if size > room:
            self._values = np.hstack([self._values, _empty(max(size, 2 * room) - room)])


def _empty(size: int) -> NDArray[np.float64]:
    """Room for low, high and last of buckets that no epoch has fallen into, shape (3, size)."""
    return np.repeat([[np.inf], [-np.inf], [np.nan]], size, axis=1)


def bucket_of(epoch: NDArray[np.int64], bits: int = OCTAVE_BITS) -> NDArray[np.int64]:
    """The index of the bucket that each epoch >= 0 falls in; exact for epochs below 2^52.

    Args:
        epoch: any shape.
        bits: log2 of the buckets of one octave.
    """
    octave = np.frexp(np.maximum(epoch, 1).astype(np.float64))[1].astype(np.int64) - 1
    shift = np.maximum(octave - bits, 0)
    return (shift << bits) + (epoch >> shift)


def first_epoch_of(bucket: NDArray[np.int64], bits: int = OCTAVE_BITS) -> NDArray[np.int64]:
    """The first epoch of each bucket: what `bucket_of` undoes."""
    shift = np.maximum((bucket >> bits) - 1, 0)
    epoch: NDArray[np.int64] = (bucket - (shift << bits)) << shift
    return epoch
