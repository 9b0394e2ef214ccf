"""Holds a way that was proved to the phases, still, while it runs.

The epoch that leads to every keyframe and the one after it, and the last `LAST` of every stretch,
are run by the phases as well; of a large table those that lead to keyframes. How far keyframes lie
apart, each way says: see `Way.least_stride`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Tape
from linreg_core.ways.proof import same
from linreg_core.ways.way import Phases, is_large

LAST = 2
"""So many epochs at the end of every stretch are guarded; of a large table, whose stretches are
often a single epoch, none."""


class Guard:
    """Looks at every stretch that a way has run.

    Args:
        phases: those of the backend.

    Attributes:
        equal: how many epochs were run by the phases as well, and were equal in every bit.
    """

    def __init__(self, phases: Phases) -> None:
        self._phases, self._is_large = phases, is_large(phases.backend)
        self.equal = 0

    def holds(self, start: Floats, tape: Tape, keyframes: Iterable[int]) -> bool:
        """Whether what is guarded of a stretch is what the phases make of it.

        The backend is left at its end where it is.

        Args:
            start: the state before the stretch, shape (s,).
            tape: what the way has told of it, gradients included.
            keyframes: which states are kept, see `Runs.run`.
        """
        backend = self._phases.backend
        for first, last in self._guarded(tape, keyframes):
            backend.restore(tape.states[first - 1] if first else start)
            again = self._phases.run(last - first, gradients=True)
            assert tape.gradients is not None
            part = slice(first, last)
            if not same(again, Tape(tape.states[part], tape.losses[part], tape.gradients[part])):
                return False
            self.equal += last - first
        backend.restore(tape.states[-1])
        return True

    def _guarded(self, tape: Tape, keyframes: Iterable[int]) -> Iterator[tuple[int, int]]:
        """The first row and the one after the last of every part that is run once more."""
        epochs = len(tape.losses)
        if not np.isfinite(tape.states[-1]).all() or not np.isfinite(tape.losses[-1]):
            epochs = min(tape.sound + 1, epochs)  # where it diverges is what is told of it
        after = 0 if self._is_large else 1
        parts = [(epoch - 1, epoch + after) for epoch in keyframes]
        if not self._is_large:
            parts.append((epochs - LAST, epochs))
        first = last = 0
        for begin, end in sorted(parts):
            if begin > last:
                if first < last:
                    yield first, last
                first = begin
            last = min(max(last, end), epochs)
        if first < last:
            yield first, last
