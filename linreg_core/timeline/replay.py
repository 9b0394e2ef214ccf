"""Epochs that were run, run once more to tell all that the backend knew at each of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.timeline.timeline import Timeline
from linreg_core.ways.way import Runs

MOST_EPOCHS_AT_ONCE = 256
"""1 ms of NumPy, 0.1 s of autograd: between two stretches one can do something else."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some epochs, and the backend's own numbers at each of them.

    Args:
        epochs: their numbers, shape (k,), k >= 1.
        weights: in the run's units and dtype, shape (k, p).
        losses: the mean squared error at those weights, k of them.
        gradients: derivative of the loss by each weight, shape (k, p), in the run's dtype; inf
            or nan where the next epoch diverged.
    """

    epochs: NDArray[np.int64]
    weights: Floats
    losses: list[float]
    gradients: Floats


class Replay:
    """Goes through epochs of a run, a stretch at a time, in bounded memory.

    Every number is that of the backend at the time: states were kept and
    are run forward from there, bit for bit; loss and gradient are computed by its phases.

    Args:
        backend: one of its own, built like the run's.
        runs: does its epochs.
        line: the run; it is not needed any more once the replay is made.
        epochs: the first and the last of a range, which ends at the latest epoch at the latest;
            ``None``: those that are kept for plots, dense at first and ever wider apart, with the
            latest.

    Attributes:
        first, last: the first and the last epoch that it tells of.
        rows: how many it tells of.

    Raises:
        LinregError: "bad-epochs" for a range of which no epoch was run.
    """

    def __init__(
        self, backend: Backend, runs: Runs, line: Timeline, epochs: tuple[int, int] | None
    ) -> None:
        self._backend, self._runs = backend, runs
        self._at_once = max(1, min(MOST_EPOCHS_AT_ONCE, runs.most_epochs))
        self._stored: tuple[NDArray[np.int64], Floats] | None = None
        if epochs is None:
            self.first, self.last = line.origin, line.latest
            self._go_to(line, line.latest)
            self._stored = line.whole_path(backend.state())
            self.rows = len(self._stored[0])
        else:
            self.first, self.last = epochs[0], min(epochs[1], line.latest)
            if not line.origin <= self.first <= self.last:
                raise LinregError(
                    "bad-epochs",
                    f"epochs {epochs[0]:,} to {epochs[1]:,} were not run; the run has "
                    f"{line.origin:,} to {line.latest:,}",
                )
            self._go_to(line, self.first)
            self.rows = self.last - self.first + 1

    @property
    def parts(self) -> int:
        """How many stretches there are."""
        return -(-self.rows // self._at_once)

    def stretches(self) -> Iterator[Stretch]:
        """All the epochs in their order; once only."""
        return self._range() if self._stored is None else self._points(*self._stored)

    def _go_to(self, line: Timeline, epoch: int) -> None:
        left, state = line.nearest(epoch)
        self._backend.restore(state)
        while left > 0:
            left -= len(self._runs.run(min(left, self._runs.most_epochs)).losses)

    def _points(self, epochs: NDArray[np.int64], states: Floats) -> Iterator[Stretch]:
        """States that were kept need no epochs between them."""
        for begin in range(0, len(epochs), self._at_once):
            part = slice(begin, begin + self._at_once)
            here = states[part].astype(self._backend.dtype)
            evaluations = []
            for state in here:
                self._backend.restore(state)
                evaluations.append(self._backend.evaluate())
            gradients = np.array([evaluation.gradient for evaluation in evaluations])
            losses = [evaluation.loss for evaluation in evaluations]
            yield Stretch(epochs[part], self._backend.weights_of(here), losses, gradients)

    def _range(self) -> Iterator[Stretch]:
        """Every epoch. A tape has the gradient that led to a state, so it goes one further."""
        backend, first = self._backend, self.first
        loss = backend.evaluate().loss
        while first <= self.last:
            start = backend.state()
            tape = self._runs.run(min(self._at_once, self.last - first + 1), gradients=True)
            assert tape.gradients is not None
            later = tape.losses.tolist()
            yield Stretch(
                np.arange(first, first + len(later)),
                self._backend.weights_of(np.concatenate([start[np.newaxis], tape.states[:-1]])),
                [loss, *later[:-1]],
                tape.gradients.copy(),
            )
            loss, first = later[-1], first + len(later)
