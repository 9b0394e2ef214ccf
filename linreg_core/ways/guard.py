"""Holds a way that was proved to the phases, still, while it runs.

The last `LAST` epochs of every stretch are run by the phases as well; then those that lead to its
keyframes and away from them, first of the keyframes that stay longest: of one in any case where a
stretch has `MANY` epochs, and of the others until all this has taken `SHARE` of the time that the
way has taken. What it takes beyond that is saved of later stretches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Tape
from linreg_core.ways.proof import same
from linreg_core.ways.way import Phases

LAST = 2
"""So many epochs at the end of every stretch are guarded."""

MANY = 1024
"""Of stretches with so many epochs one keyframe is, however long that takes."""

SHARE = 0.75
"""With all that is recorded, runs of few rows take 2 to 3 times as long as the bare loop."""

EVERY = 32
"""Of a large table's epochs, of which each takes long, one in so many is, and nothing else."""


class Guard:
    """Looks at every stretch that a way has run.

    Args:
        phases: those of the backend.
        is_large: whether its table is large.
        clock: seconds of this thread; says how long the phases may take.

    Attributes:
        equal: how many epochs were run by the phases as well, and were equal in every bit.
    """

    def __init__(self, phases: Phases, clock: Callable[[], float], *, is_large: bool) -> None:
        self._phases, self._clock, self._is_large = phases, clock, is_large
        self._unguarded = self.equal = 0
        self._spare = self._until = 0.0

    def holds(self, start: Floats, tape: Tape, keyframes: Iterable[int], seconds: float) -> bool:
        """Whether what is guarded of a stretch is what the phases make of it.

        The backend is left at its end where it is.

        Args:
            start: the state before the stretch, shape (s,).
            tape: what the way has told of it, gradients included.
            keyframes: which rows of it are kept, those first that stay longest.
            seconds: how long the way has taken.
        """
        backend = self._phases.backend
        begun = self._clock()
        self._spare = min(self._spare, 0) + SHARE * seconds
        self._until = begun + self._spare
        for first, last in self._guarded(tape, keyframes):
            backend.restore(tape.states[first - 1] if first else start)
            again = self._phases.run(last - first, gradients=True)
            assert tape.gradients is not None
            part = slice(first, last)
            if not same(again, Tape(tape.states[part], tape.losses[part], tape.gradients[part])):
                return False
            self.equal += last - first
        self._spare -= self._clock() - begun
        backend.restore(tape.states[-1])
        return True

    def _guarded(self, tape: Tape, keyframes: Iterable[int]) -> Iterator[tuple[int, int]]:
        """The first row and the one after the last of every part that is run once more."""
        epochs = len(tape.losses)
        self._unguarded += epochs
        if self._is_large:
            if self._unguarded >= EVERY:
                self._unguarded = 0
                yield epochs - 1, epochs
            return
        if not np.isfinite(tape.states[-1]).all() or not np.isfinite(tape.losses[-1]):
            epochs = min(tape.sound + 1, epochs)  # where it diverges is what is told of it
        end = max(epochs - LAST, 0)
        yield end, epochs
        is_owed = epochs >= MANY
        for row in keyframes:
            if not is_owed and self._clock() >= self._until:
                return
            if row < end:
                is_owed = False
                yield row, row + 2
