"""The way of the weights, in bounded memory: near epochs early on, ever wider apart later.

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
"""32 MiB of weights at most, of a problem with many."""


class Trajectory:
    """The weights at some epochs of a run, the first one included.

    Args:
        epoch: the first epoch.
        weights: its weights, shape (p,).
    """

    def __init__(self, epoch: int, weights: Floats) -> None:
        self._first = epoch
        self._bits = OCTAVE_BITS if len(weights) <= MOST_NUMBERS >> 10 else 0
        self._epochs = [epoch]
        self._weights = [weights.copy()]

    def record(self, epoch: int, weights: Floats) -> None:
        """Keep what is to be kept of the epochs ``epoch``, ``epoch + 1``, ...

        Args:
            epoch: the one after the last epoch recorded.
            weights: shape (k, p), k >= 1.
        """
        first, last = epoch - self._first, epoch - self._first + len(weights) - 1
        oldest, newest = bucket_of(np.array([first - 1, last]), self._bits)
        begins = first_epoch_of(np.arange(oldest, newest + 1), self._bits)
        for place in np.unique([begins, begins + 1]).tolist():
            if first <= place <= last:
                self._epochs.append(self._first + place)
                self._weights.append(weights[place - first].copy())

    def up_to(self, epoch: int, weights: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The epochs kept before ``epoch`` and that one itself, shape (k,), and their weights.

        Args:
            epoch: at or after the first.
            weights: those of that epoch, shape (p,).

        Returns:
            Epochs, shape (k,), and weights, shape (k, p), float64, k >= 1.
        """
        kept = int(np.searchsorted(self._epochs, epoch))
        epochs = np.array([*self._epochs[:kept], epoch], dtype=np.int64)
        return epochs, np.array([*self._weights[:kept], weights], dtype=np.float64)
