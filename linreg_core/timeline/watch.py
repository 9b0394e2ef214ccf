"""What stops a run: breakpoints, and the tolerance, watched epoch by epoch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Tape
from linreg_core.precision import same_as_before
from linreg_core.timeline.breakpoints import Breakpoint, Kind, Window


class Verdict(NamedTuple):
    """What a window of epochs comes to.

    Args:
        accepted: how many epochs after the window's first are accepted.
        stopped_by: the breakpoints that hold there.
        converged: whether the run has converged there.
    """

    accepted: int
    stopped_by: tuple[Breakpoint, ...]
    converged: bool


class Watch:
    """Judges epochs in the order in which they are run.

    A breakpoint that holds where a run stopped is *held*: it is no reason to stop again before it
    has ceased to hold.

    Args:
        epoch: where the watch begins.
        tolerance: the largest absolute gradient at which the run has converged; ``None``: never.
    """

    def __init__(self, epoch: int, tolerance: float | None) -> None:
        self.since = epoch
        """The epoch since which nothing was changed and nothing has stopped."""
        self.breakpoints: tuple[Breakpoint, ...] = ()
        """What to watch for; whoever changes it says with `stand` from where on."""
        self._tolerance = tolerance
        self._held: set[Breakpoint] = set()

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to watch."""
        return not self.breakpoints and self._tolerance is None

    @property
    def needs_states(self) -> bool:
        """Whether anything but the number of an epoch matters."""
        of_epochs = all(found.kind is Kind.EPOCH for found in self.breakpoints)
        return self._tolerance is not None or not of_epochs

    @property
    def needs_gradients(self) -> bool:
        """Whether gradients matter."""
        return self._tolerance is not None or self.has(Kind.GRADIENT)

    def has(self, kind: Kind) -> bool:
        """Whether there is a breakpoint of that kind."""
        return any(found.kind is kind for found in self.breakpoints)

    def window(
        self, epoch: int, losses: tuple[float, float], start: Floats, tape: Tape, sound: int
    ) -> Window:
        """What is known of an epoch and of those after it.

        Args:
            epoch: its number.
            losses: one epoch before it, and at it.
            start: its state, shape (s,).
            tape: the epochs after it.
            sound: how many of them are finite.
        """
        loss_before, loss = losses
        gradients, frozen = np.full((2, sound + 1), np.nan)
        if tape.gradients is not None:
            known = np.abs(tape.gradients[: sound + 1]).max(axis=1)
            gradients[: len(known)] = known
        if self.has(Kind.FROZEN):
            known = same_as_before(start, tape.states)[: sound + 1]
            frozen[: len(known)] = known
        return Window(epoch, loss_before, np.append(loss, tape.losses[:sound]), gradients, frozen)

    def next_epoch(self, epoch: int, target: int) -> int:
        """The first epoch after ``epoch`` that has a breakpoint by its number, or the target."""
        numbers = [int(found.value or 0) for found in self.breakpoints if found.kind is Kind.EPOCH]
        return min([target, *(number for number in numbers if epoch < number <= target)])

    def stand(self, here: Window | None, epoch: int) -> None:
        """Begin anew at an epoch.

        Args:
            here: what is known of it: what holds there is held; ``None``: nothing is.
            epoch: its number.
        """
        self._held = set()
        if here is not None:
            self._held = {found for found in self.breakpoints if here.holds(found).any()}
        self.since = epoch

    def judge(self, window: Window) -> Verdict:
        """Find the first epoch of a window at which a run is to stop."""
        stops: dict[Breakpoint, int] = {}
        for found in self.breakpoints:
            indices = np.flatnonzero(window.holds(found))
            if found in self._held:
                fails = np.flatnonzero(window.fails(found))
                indices = indices[indices > fails[0]] if len(fails) else indices[:0]
            if len(indices):
                stops[found] = int(indices[0])
        accepted = min([len(window.losses) - 1, *stops.values()])
        converged = False
        if self._tolerance is not None:
            small = np.flatnonzero(window.gradients[: accepted + 1] <= self._tolerance)
            if len(small):
                accepted, converged = int(small[0]), True
        stopped_by = tuple(found for found, index in stops.items() if index == accepted)
        if stopped_by:
            self.since = window.epoch + accepted
        ceased = {held for held in self._held if window.fails(held)[: accepted + 1].any()}
        self._held = (self._held - ceased) | set(stopped_by)
        return Verdict(accepted, stopped_by, converged)
