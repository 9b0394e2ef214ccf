"""The way of the states, in bounded memory: near epochs early on, ever wider apart later.

Epochs are kept in pairs: a run that jumps from side to side every epoch would look like one that
stays on one side if every second, or every hundredth, epoch were kept.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.timeline.history import bucket_of, first_epoch_of

OCTAVE_BITS = 3
"""log2 of the pairs kept per octave: the first 32 epochs all, 10^6 epochs in 288, 10^12 in 608."""

MOST_NUMBERS = 2**22
"""32 MiB of states at most, of a problem with many weights."""


class Trajectory:
    """The states at some epochs of a run, the first one included.

    Args:
        epochs: those that are kept so far, rising, shape (k,), k >= 1.
        states: theirs, shape (k, s).
    """

    def __init__(self, epochs: NDArray[np.int64], states: Floats) -> None:
        self._first = int(epochs[0])
        self._bits = OCTAVE_BITS if states.shape[1] <= MOST_NUMBERS >> 10 else 0
        self._epochs: list[int] = epochs.tolist()
        self._states = [state.copy() for state in states]

    def stored(self) -> tuple[NDArray[np.int64], Floats]:
        """The epochs that are stored, shape (k,), and their states, shape (k, s)."""
        return np.array(self._epochs, dtype=np.int64), np.array(self._states)

    def record(self, epoch: int, states: Floats) -> None:
        """Keep what is to be kept of the epochs ``epoch``, ``epoch + 1``, ...

        Args:
            epoch: the one after the last epoch recorded.
            states: shape (k, s), k >= 1.
        """
        first, last = epoch - self._first, epoch - self._first + len(states) - 1
        oldest, newest = bucket_of(np.array([first - 1, last]), self._bits)
        begins = first_epoch_of(np.arange(oldest, newest + 1), self._bits)
        for offset in np.unique([begins, begins + 1]).tolist():
            if first <= offset <= last:
                self._epochs.append(self._first + offset)
                self._states.append(states[offset - first].copy())

    def end(self, epoch: int, state: Floats) -> None:
        """Keep the last epoch that anything is kept of, too; at or after the last recorded."""
        if epoch > self._epochs[-1]:
            self._epochs.append(epoch)
            self._states.append(state.copy())

    def up_to(self, epoch: int, state: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The epochs kept before ``epoch`` and that one itself, and their states.

        Args:
            epoch: at or after the first.
            state: that of that epoch, shape (s,).

        Returns:
            Epochs, shape (k,), and states, shape (k, s), float64, k >= 1.
        """
        count = int(np.searchsorted(self._epochs, epoch))
        epochs = np.array([*self._epochs[:count], epoch], dtype=np.int64)
        return epochs, np.array([*self._states[:count], state], dtype=np.float64)
