"""States kept along the way, so that going back is going forward again from a state nearby."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats

MOST_KEYFRAMES = 1024
"""With 10^6 epochs by the phases one in 1,024 is kept: 5 ms of replay for NumPy, 0.1 s for
autograd."""

MOST_NUMBERS = 2**22
"""32 MiB of states at most, of a problem with many weights."""


class Keyframes:
    """The states of every ``stride``-th epoch from the first one on.

    When there is no more room, or they are asked to lie farther apart, every second one is dropped
    and the stride doubles, so the memory stays the same whatever the number of epochs.

    Args:
        epoch: the first epoch.
        states: those of the first keyframes, shape (k, s), k >= 1.
        stride: how many epochs lie between two of them.
    """

    def __init__(self, epoch: int, states: Floats, stride: int = 1) -> None:
        self._first = epoch
        self._count: int = len(states)
        size = states.shape[1]
        self._limit = max(2, min(MOST_KEYFRAMES, MOST_NUMBERS // size))
        self._states = np.empty((self._limit, size), dtype=states.dtype)
        self._states[: self._count] = states
        self.stride = stride
        """How many epochs lie between two keyframes."""

    @property
    def states(self) -> Floats:
        """Those of all keyframes, shape (k, s)."""
        return self._states[: self._count]

    def record(self, epoch: int, states: Floats) -> None:
        """Keep what is to be kept of the epochs ``epoch``, ``epoch + 1``, ...

        Args:
            epoch: the one after the last epoch recorded.
            states: shape (k, s).
        """
        newest = epoch - self._first + len(states) - 1
        while newest // self.stride >= self._limit:
            self._thin_out()
        wanted = self._count * self.stride - (epoch - self._first)
        new = states[wanted :: self.stride]
        self._states[self._count : self._count + len(new)] = new
        self._count += len(new)

    def widen(self, stride: int) -> None:
        """From now on keep the states of epochs that lie at least so far apart."""
        while self.stride < stride:
            self._thin_out()

    def offsets(self, epoch: int, epochs: int) -> range:
        """Which of so many epochs >= 1, from ``epoch`` on, are kept once all are recorded."""
        since = epoch - self._first
        stride = self.stride
        while (since + epochs - 1) // stride >= self._limit:
            stride *= 2
        return range(-since % stride, epochs, stride)

    def index_at_or_before(self, epoch: int) -> int:
        """The index of the keyframe nearest to an epoch >= the first."""
        return min((epoch - self._first) // self.stride, self._count - 1)

    def __getitem__(self, index: int) -> tuple[int, Floats]:
        """A keyframe's epoch, and its state, shape (s,)."""
        return self._first + index * self.stride, self._states[index]

    def __len__(self) -> int:
        return self._count

    def _thin_out(self) -> None:
        thinned = self._states[: self._count : 2]
        self._states[: len(thinned)] = thinned.copy()
        self._count = len(thinned)
        self.stride *= 2
