"""Holds a way to the phases: every epoch of a window, every bit of weights, gradient and loss.

Where a run ends proves nothing: with one operation fused that is not, most runs still end on the
right bits. What tells two orders of addition apart are numbers with all their digits, and weights
near the size of their own step, where the rounding of an update shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.precision import same_bits
from linreg_core.problem import Design
from linreg_core.records import dataclass
from linreg_core.settings.settings import Settings
from linreg_core.ways.way import Way

WINDOW = 256
"""How many epochs of the run itself are compared, and how many from states drawn at random."""

MOST_NUMBERS = 2**22
"""Of larger tables there is no second one of random numbers, and only a few states are drawn."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Epochs that the phases have run.

    Args:
        start: the state before them, shape (s,).
        tape: what they told, gradients included.
        seconds: how long they took for each of them.
    """

    start: Floats
    tape: Tape
    seconds: float


def tried(backend: Backend, run: Callable[..., Tape], epochs: int) -> Trial:
    """Run epochs of a backend by its phases, and take down all of it; see `Runs.run`."""
    start, begun = backend.state(), perf_counter()
    tape = run(epochs, gradients=True)
    seconds = perf_counter() - begun
    return Trial(start, copied(tape), seconds / len(tape.losses))


class Trials:
    """States drawn at random, and what the phases make of them; the same every time.

    Args:
        backend: whose phases.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._chance = np.random.default_rng(0)
        backend.restore(np.zeros_like(backend.state()))
        with np.errstate(all="ignore"):
            step = np.abs(np.asarray(backend.lr * backend.evaluate().gradient, np.float64))
        self._step = step if np.isfinite(step).all() and step.all() else np.ones(backend.p)
        self._states = self._draw()

    def next(self, epochs: int) -> Trial:
        """Draw a state, and run the phases from there."""
        self.backend.restore(next(self._states))
        return tried(self.backend, self.backend.run, epochs)

    def _draw(self) -> Iterator[Floats]:
        p, dtype, chance = self.backend.p, self.backend.dtype, self._chance
        most, least = float(np.finfo(dtype).max), float(np.finfo(dtype).tiny)

        def normal(low: float = 0, high: float = 0) -> Floats:
            """Numbers with all their digits, each of another size."""
            numbers: Floats = chance.normal(size=p) * 2.0 ** chance.uniform(low, high, size=p)
            return numbers

        while True:
            for state in (
                normal(),
                normal(-2, 6) * self._step,
                normal(-3, 3),
                np.where(chance.random(p) < 0.5, np.copysign(0.0, normal()), normal()),
                normal(-2, 6) * self._step,
                normal(-6, 0),
                normal(-1, 1) * most**0.5,
                normal(-2, 6) * self._step,
                normal() * 2.0 ** chance.uniform(-60, 60),
                normal(-2, 2),
                normal() * least,
            ):
                with np.errstate(over="ignore"):
                    drawn = state.astype(dtype)
                yield drawn


def twin(backend: Backend, design: Design, settings: Settings) -> Backend | None:
    """A backend of the same kind on random numbers of the same shape; ``None``: it is too large."""
    if design.X.size > MOST_NUMBERS:
        return None
    chance = np.random.default_rng(1)
    X = chance.normal(size=design.X.shape)
    if design.has_bias:
        X[:, -1] = 1
    X = np.asfortranarray(X) if not design.X.flags.c_contiguous else X
    drawn = replace(design, X=X, y=chance.normal(size=len(X)))
    return type(backend)(drawn, settings)


def copied(tape: Tape) -> Tape:
    """A tape that the next run does not write over."""
    gradients = None if tape.gradients is None else tape.gradients.copy()
    return Tape(tape.states.copy(), tape.losses.copy(), gradients)


def same(one: Tape, other: Tape) -> bool:
    """Whether two tapes tell the same bits, up to the first epoch that is not finite.

    Of that one only the gradient that led to it is ever told, and nothing of those after it.
    """
    assert one.gradients is not None
    assert other.gradients is not None
    pairs = zip(*((t.states, t.losses, t.gradients) for t in (one, other)), strict=True)
    if all(left.tobytes() == right.tobytes() for left, right in pairs):
        return True
    sound = one.sound
    slopes = slice(sound + 1)
    return sound == other.sound and (
        bool(same_bits(one.states[:sound], other.states[:sound]).all())
        and bool(same_bits(one.losses[:sound], other.losses[:sound]).all())
        and bool(_equal(one.gradients[slopes], other.gradients[slopes]).all())
    )


def _equal(left: Floats, right: Floats) -> NDArray[np.bool_]:
    """Which numbers have the same bits; every NaN is the same NaN."""
    equal: NDArray[np.bool_] = same_bits(left, right) | (np.isnan(left) & np.isnan(right))
    return equal


@dataclass
class Proof:
    """How far a way has been proved.

    Args:
        name: its name.
        way: runs the epochs of the run.
        trials: the same for backends, and states of those.
        least: how many epochs of the run must be equal.
        wanted: how many from such states.
        length: how many from one of them.
        window: how many epochs of the run were equal.
        drawn: how many from those states.
        seconds: what an epoch took at least, by the way and by the phases.
    """

    name: str
    way: Way[Any]
    trials: tuple[tuple[Way[Any], Trials], ...]
    least: int
    wanted: int
    length: int
    window: int = 0
    drawn: int = 0
    seconds: tuple[float, float] = (inf, inf)

    @property
    def is_done(self) -> bool:
        """Whether enough was equal."""
        return self.window >= self.least and self.drawn >= self.wanted

    @property
    def is_faster(self) -> bool:
        """Whether the way takes less time than the phases, as far as was seen."""
        by_way, by_phases = self.seconds
        return by_way < by_phases

    def holds(self, trial: Trial) -> bool:
        """Whether the way tells the same of a trial, and of as many epochs drawn at random."""
        if not self._agrees(self.way, trial):
            return False
        self.window += len(trial.tape.losses)
        while self.drawn < min(self.window, self.wanted):
            way, trials = self.trials[-1 - self.drawn // self.length % len(self.trials)]
            drawn = trials.next(self.length)
            if not self._agrees(way, drawn):
                return False
            self.drawn += len(drawn.tape.losses)
        return True

    def _agrees(self, way: Way[Any], trial: Trial) -> bool:
        """Whether a way tells of a trial what the phases told, and ends where they ended."""
        epochs, expected = len(trial.tape.losses), trial.tape
        way.backend.restore(trial.start)
        begun = perf_counter()
        tape = way.run(epochs, gradients=True)
        seconds = (perf_counter() - begun) / epochs
        self.seconds = (min(self.seconds[0], seconds), min(self.seconds[1], trial.seconds))
        if not same(tape, expected):
            return False
        is_finite = expected.sound == epochs
        return not is_finite or bool(same_bits(way.backend.state(), expected.states[-1]).all())
