"""Going to any epoch that was run: from a keyframe before it, forward again, bit for bit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.errors import LinregError
from linreg_core.precision import Recurrence, Sighting, same_bits
from linreg_core.records import dataclass
from linreg_core.timeline.curve import Curve
from linreg_core.timeline.history import History
from linreg_core.timeline.keyframes import Keyframes
from linreg_core.ways.way import Runs

RECENT = 16
"""Of so many epochs before the present one the states are known: enough to see a run jump."""


@dataclass(frozen=True, eq=False)
class Arrival:
    """What is known of an epoch that the backend was brought to.

    Args:
        loss: mean squared error there.
        recent: the states of the epochs just before, up to `RECENT` of them, shape (k, s).
        loss_before: the loss there; nan at the first epoch.
    """

    loss: float
    recent: Floats
    loss_before: float


class Travel:
    """Brings the backend to epochs that were run.

    Args:
        backend: is brought there.
        runs: does its epochs.
        keyframes: states along the way; the first is that of the first epoch that can be reached.
        recurrence: which state comes back; ``None``: none that is known.
    """

    def __init__(
        self,
        backend: Backend,
        runs: Runs,
        keyframes: Keyframes,
        recurrence: Recurrence | None,
    ) -> None:
        self._backend, self._runs = backend, runs
        self.keyframes = keyframes
        self.recurrence = recurrence

    @property
    def origin(self) -> int:
        """The first epoch that can be reached."""
        return self.keyframes[0][0]

    def nearest(self, epoch: int) -> tuple[int, Floats]:
        """How many epochs lead to the state of an epoch that was run, and from which state."""
        known = self._equivalent(epoch)
        keyframe, state = self.keyframes[self.keyframes.index_at_or_before(known)]
        return known - keyframe, state.copy()

    def go(self, epoch: int) -> Arrival:
        """Bring the backend to the state of an epoch that was run, or that repeats one."""
        known = self._equivalent(epoch)
        first = max(known - RECENT, self.origin)
        if self.recurrence is not None and known < epoch:  # the epochs before it are others
            first = max(first, self.recurrence.start)
        keyframe, state = self.keyframes[self.keyframes.index_at_or_before(first)]
        recent, loss_before = state[np.newaxis][:0], np.nan
        with self.unless_memory_fails():
            self._backend.restore(state)
            self._advance(first - keyframe)
            if known > self.origin:
                begin = self._backend.state()[np.newaxis]
                later = [tape.states.copy() for tape in self._replay(known - 1 - first)]
                recent, loss_before = np.concatenate([begin, *later]), self._backend.evaluate().loss
                self._runs.run(1)
            return Arrival(self._backend.evaluate().loss, recent, loss_before)

    def turn(self, epoch: int, length: int) -> Floats:
        """The losses of one turn of what repeats, from an epoch on, shape (length,)."""
        loss = self.go(epoch).loss
        later = [tape.losses.copy() for tape in self._replay(length - 1)]
        return np.concatenate([[loss], *later])

    def curve_before(self, end: int, curve: Curve, inherited: Curve) -> Curve:
        """Cut a curve, inside one of its buckets too: then some epochs are run again.

        Args:
            end: the first epoch that is left out; one of the curve, at least the first that can be
                reached.
            curve: the losses of all epochs.
            inherited: those of another run, with which it begins.
        """
        if end <= inherited.end:
            return inherited.cut(end)
        first = int(curve.epoch[np.searchsorted(curve.epoch, end, side="right") - 1])
        if first < self.origin:
            # Epochs of another run are in this bucket, which cannot be run again.
            history, first = History(inherited), max(inherited.end, self.origin)
        else:
            history = History(curve.cut(first))
        self._record_again(history, first, end)
        return history.curve()

    def trace(self, sighting: Sighting) -> Recurrence:
        """Find the first epoch whose state comes back, knowing one that does.

        Whether a state comes back is false up to that epoch and true from there on: a bisection
        over the keyframes leaves one stretch between two of them to be looked at state by state.
        """
        length = sighting.length
        if length == 1:
            return Recurrence(sighting.epoch - 1, 1)
        present, last = self._backend.state(), sighting.epoch - length

        def comes_back(index: int) -> bool:
            _, state = self.keyframes[index]
            self._backend.restore(state)
            self._advance(length)
            return bool(same_bits(self._backend.state(), state).all())

        with self.unless_memory_fails():
            count = self.keyframes.index_at_or_before(last) + 1
            index = bisect_left(range(count), True, key=comes_back)
            if index < count:
                last, _ = self.keyframes[index]
            start, state = self.keyframes[max(index - 1, 0)]
            self._backend.restore(state)
            later = [tape.states.copy() for tape in self._replay(last - start + length)]
        states = np.concatenate([state[np.newaxis], *later])
        self._backend.restore(present)
        back = same_bits(states[:-length], states[length:]).all(axis=1)
        return Recurrence(start + int(np.argmax(back)), length)

    @contextmanager
    def unless_memory_fails(self) -> Iterator[None]:
        """If there is too little, bring the backend back where it was: where the epoch says."""
        present = self._backend.state()
        try:
            yield
        except LinregError:
            self._backend.restore(present)
            raise

    def _record_again(self, history: History, first: int, end: int) -> None:
        """Write down epochs ``first`` to ``end - 1``, which were run before, once more."""
        known = end
        if self.recurrence is not None:
            known = min(end, max(first, self.recurrence.start + 1))
            if known < end:
                turn = self.turn(known, self.recurrence.length)
        if first < known:
            history.record(first, np.array([self.go(first).loss]))
            for tape in self._replay(known - 1 - first):
                first += len(tape.losses)
                history.record(first - len(tape.losses) + 1, tape.losses)
        if known < end:
            history.repeat(known, end - known, turn)

    def _equivalent(self, epoch: int) -> int:
        """The first epoch with the state of this one, as far as is known."""
        return epoch if self.recurrence is None else self.recurrence.equivalent(epoch)

    def _replay(self, epochs: int) -> Iterator[Tape]:
        """Run epochs that were run before, in bounded memory."""
        with self.unless_memory_fails():
            while epochs > 0:
                tape = self._runs.run(min(self._runs.most_epochs, epochs))
                epochs -= len(tape.losses)
                yield tape

    def _advance(self, epochs: int) -> None:
        for _ in self._replay(epochs):
            pass
