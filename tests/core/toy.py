"""A run whose every epoch is known beforehand: weights that follow a map on whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation, Tape
from linreg_core.timeline.breakpoints import Breakpoint
from linreg_core.timeline.checkpoint import Checkpoint
from linreg_core.timeline.history import History
from linreg_core.timeline.timeline import Timeline
from linreg_core.ways.way import Phases


@dataclass(frozen=True, eq=False)
class Map:
    """States 0, 1, ... and what each of them leads to, costs and how steep it is there.

    Args:
        successors: the next state of each, shape (states,).
        losses: shape (states,); inf where a run diverges.
        gradients: largest absolute gradients, shape (states,).
    """

    successors: NDArray[np.int64]
    losses: NDArray[np.float64]
    gradients: NDArray[np.float64]

    def path(self, epochs: int) -> NDArray[np.int64]:
        """The states of epochs 0 to ``epochs``."""
        state, states = 0, [0]
        for _ in range(epochs):
            state = int(self.successors[state])
            states.append(state)
        return np.array(states)


def rho(tail: int, length: int, seed: int = 0) -> Map:
    """A path that comes to a cycle of ``length`` states after ``tail`` others: a Greek rho."""
    states = tail + length
    successors = np.append(np.arange(1, states), tail)
    # A few different losses, so that they tie, rise and fall.
    losses = np.random.default_rng(seed).integers(1, 6, states) / 2.0
    return Map(successors, losses, losses[::-1].copy())


@st.composite
def maps(draw: st.DrawFn, *, diverging: bool = False) -> Map:
    """Tails and cycles of up to 60 states, with losses and gradients that tie, rise and fall."""
    made = rho(draw(st.integers(0, 40)), draw(st.integers(1, 20)), draw(st.integers(0, 2**32)))
    if diverging:
        made.losses[draw(st.integers(0, len(made.losses) - 1))] = np.inf
    return made


class Toy(Backend):
    """Runs a map; counts its epochs, and spoils each tape at the next run as backends may."""

    PHASES = ()

    def __init__(self, follows: Map) -> None:
        self.n = self.p = 1
        self.dtype = np.dtype(np.float64)
        self.map = follows
        self.at = 0
        self.epochs_run = 0
        self._tape: Tape | None = None

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        assert epochs >= 1
        if self._tape is not None:
            for told in (self._tape.states, self._tape.losses):
                told[:] = -1.0
        self.epochs_run += epochs
        states = np.empty(epochs + 1, dtype=np.int64)
        states[0] = self.at
        for epoch in range(epochs):
            self.at = int(self.map.successors[self.at])
            states[epoch + 1] = self.at
        self._tape = Tape(
            states=states[1:, np.newaxis].astype(np.float64),
            losses=self.map.losses[states[1:]],
            gradients=self.map.gradients[states[:-1], np.newaxis] if gradients else None,
        )
        return self._tape

    def evaluate(self) -> Evaluation:
        zeros = np.zeros(1)
        return Evaluation(self.loss_value(), self.gradient_vector(), zeros, zeros)

    def loss_value(self) -> float:
        return float(self.map.losses[self.at])

    def gradient_vector(self) -> Floats:
        return self.map.gradients[self.at : self.at + 1].copy()

    def prediction_and_residual(self) -> tuple[Floats, Floats]:
        raise NotImplementedError

    def state(self) -> Floats:
        return np.array([float(self.at)])

    def put_rows(self, X: Floats, y: Floats) -> None:
        raise NotImplementedError

    def put_gradient(self, gradient: Floats) -> None:
        raise NotImplementedError

    def restore(self, state: Floats) -> None:
        self.at = int(state[0])

    def set_up(self, *_: object) -> None: ...

    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return ()


@dataclass
class Ticks:
    """A clock that moves on by these steps in turn, so that stretches come out of any size.

    Steps of 0 let every stretch be eight times as long as the one before; a long one cuts it to 1.
    """

    steps: Sequence[float] = (0.0,)
    _now: float = 0.0
    _taken: int = field(default=0, init=False)

    def __call__(self) -> float:
        self._now += self.steps[self._taken % len(self.steps)]
        self._taken += 1
        return self._now


CLOCKS = st.lists(st.sampled_from([0.0, 0.0, 0.003, 0.01, 60.0]), min_size=1, max_size=7).map(Ticks)
"""Clocks that leave no pattern of stretches out."""


def timeline(
    follows: Map,
    clock: Ticks | None = None,
    *,
    origin: int = 0,
    tolerance: float | None = None,
    breakpoints: Sequence[Breakpoint] = (),
) -> tuple[Timeline, Toy]:
    """A line that begins at state 0 and epoch ``origin``, and the backend that runs it."""
    toy = Toy(follows)
    start = Checkpoint(origin, np.zeros(1), inherited(origin).curve())
    line = Timeline(toy, Phases(toy), start, tolerance=tolerance, clock=clock or Ticks())
    line.set_breakpoints(tuple(breakpoints))
    return line, toy


def inherited(origin: int) -> History:
    """The losses of some other run's epochs before ``origin``."""
    history = History()
    if origin > 0:
        history.record(0, np.linspace(9.0, 7.0, origin))
    return history


def chunks_of(total: int, cuts: Sequence[int]) -> Iterator[int]:
    """Split ``total`` epochs into runs of these lengths, in turn."""
    turn = 0
    while total > 0:
        chunk = min(cuts[turn % len(cuts)], total)
        yield chunk
        total -= chunk
        turn += 1
