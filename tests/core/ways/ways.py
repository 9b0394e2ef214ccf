"""What the tests of the ways share: a backend with its ways, and epochs beside epochs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.load import load_backend
from linreg_core.problem import Design, Problem
from linreg_core.resolve import settle
from linreg_core.settings.settings import Settings
from linreg_core.trainer import Trainer
from linreg_core.ways.loading import LOADER, Stage
from linreg_core.ways.runner import Runner
from tests.core.cases import Case, bits, problem_of, same


@dataclass(frozen=True)
class Made:
    """A backend, and what it was made of."""

    backend: Backend
    design: Design
    settings: Settings

    def runner(self) -> Runner:
        return Runner(self.backend, self.design, self.settings)


def made(case: Case, problem: Problem, kind: type[Backend] | None = None, **wishes: Any) -> Made:
    """Make a backend, perhaps of another class."""
    settings, spectrum = settle(case.config(**wishes), problem)
    backend = (kind or load_backend(case.backend))(spectrum.design, settings)
    return Made(backend, spectrum.design, settings)


def drawn(chance: np.random.Generator, backend: str, *, bias: bool) -> Problem:
    """A problem of 1 to 200 rows and 1 to 8 columns, with as many weights as the backend takes."""
    rows = int(chance.integers(1, 201) if chance.random() < 0.7 else chance.integers(1, 9))
    columns = 2 - bias if backend == "numpy-two-weights" else int(chance.integers(1, 9))
    return problem_of(chance.normal(size=(rows, columns)), chance.normal(size=rows))


def load_numba(dtype: str) -> None:
    """Have the compiled loops of a dtype."""
    LOADER.ask(dtype)
    LOADER.wait()
    assert LOADER.stage(dtype) is Stage.READY, LOADER.why_not


def alike(one: Trainer, other: Trainer) -> bool:
    """Whether two runs tell the same, whichever ways ran them."""
    left = one.snapshot()
    return same(left, replace(other.snapshot(), run=left.run))


def told(tape: Tape, dtype: str) -> tuple[int, bytes, bytes, bytes]:
    """All the bits of a tape up to the first epoch that is not finite, and how many epochs."""
    assert tape.gradients is not None
    sound = tape.sound
    parts = (tape.states[:sound], tape.losses[:sound], tape.gradients[: sound + 1])
    states, losses, gradients = (bits(part, dtype) for part in parts)
    return len(tape.losses), states, losses, gradients


def run(runner: Runner, epochs: int, at_once: int = 300, stride: int = 10**9) -> Tape:
    """Run epochs a stretch at a time, and put the stretches together.

    Of each the states of epochs that lie ``stride`` apart are told to be kept.
    """
    parts: list[tuple[Floats, Floats, Floats]] = []
    left = epochs
    while left > 0:
        several = min(left, at_once)
        tape = runner.run(several, gradients=True, keyframes=range(stride, several + 1, stride))
        assert tape.gradients is not None
        left -= len(tape.losses)
        parts.append((tape.states.copy(), tape.losses.copy(), tape.gradients.copy()))
    states, losses, gradients = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Tape(states, losses, gradients)
