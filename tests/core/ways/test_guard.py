"""The guard: which epochs of a stretch are run by the phases as well, each bit of them seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.timeline.keyframes import Keyframes
from linreg_core.ways.guard import EVERY, MANY, SHARE, Guard
from linreg_core.ways.way import Phases
from tests.core.cases import Case, drawn_problem
from tests.core.ways.ways import made

CASE = Case("numpy", "float64", "cpu", 0)
EPOCHS = 2 * MANY


class Bench:
    """A guard whose phases take a second for each time they are called."""

    def __init__(self, *, is_large: bool = False) -> None:
        self.backend: Backend = made(CASE, drawn_problem(CASE), lr=1e-3).backend
        self.phases = Phases(self.backend)
        self.now = 0.0
        self.again: list[tuple[float, int]] = []
        self._works = self.phases.run
        self.phases.run = self._run  # type: ignore[method-assign]
        self.guard = Guard(self.phases, lambda: self.now, is_large=is_large)

    def _run(self, epochs: int, **wishes: Any) -> Tape:
        self.now += 1
        self.again.append((float(self.backend.state()[0]), epochs))
        return self._works(epochs, **wishes)

    def stretch(self, epochs: int) -> tuple[Floats, Tape]:
        """A state, and what the phases make of it."""
        start = self.backend.state()
        return start, self.backend.run(epochs, gradients=True)

    def rows(self, start: Floats, tape: Tape) -> list[tuple[int, int]]:
        """The first row and the one after the last that were run, in the order of that."""
        before = [start[0], *tape.states[:-1, 0]]
        return [(before.index(weight), before.index(weight) + size) for weight, size in self.again]


def keyframes(epochs: int) -> Keyframes:
    return Keyframes(0, np.zeros((1, 1)), epochs // 8)


@pytest.mark.parametrize(
    ("seconds", "guarded"),
    [
        (0, [4]),
        (3, [4, 2]),
        (8, [4, 2, 6, 1, 3, 5, 7]),
        (100, [4, 2, 6, 1, 3, 5, 7]),
    ],
)
def test_the_last_epochs_and_those_around_keyframes_as_long_as_there_is_time(
    seconds: float, guarded: list[int]
) -> None:
    bench = Bench()
    start, tape = bench.stretch(EPOCHS)
    assert bench.guard.holds(start, tape, keyframes(EPOCHS).offsets(1, EPOCHS - 5), seconds / SHARE)
    row = [EPOCHS // 8 * index - 1 for index in guarded]
    expected = [(EPOCHS - 2, EPOCHS), *((each, each + 2) for each in row)]
    assert bench.rows(start, tape) == expected
    assert bench.guard.equal == 2 * len(expected)
    assert bench.backend.state().tobytes() == tape.states[-1].tobytes()


def test_in_a_short_stretch_no_keyframe_need_be_guarded() -> None:
    bench = Bench()
    start, tape = bench.stretch(MANY - 1)
    assert bench.guard.holds(start, tape, range(MANY - 1), 0)
    assert bench.rows(start, tape) == [(MANY - 3, MANY - 1)]


def test_a_single_epoch_is_guarded() -> None:
    bench = Bench()
    start, tape = bench.stretch(1)
    assert bench.guard.holds(start, tape, range(1), 100)
    assert bench.rows(start, tape) == [(0, 1)]


def test_what_took_longer_is_saved_of_later_stretches() -> None:
    bench = Bench()
    found = []
    for seconds in (0, 3, 3, 3, 0, 5):
        bench.again.clear()
        assert bench.guard.holds(*bench.stretch(EPOCHS), range(99, EPOCHS, 100), seconds / SHARE)
        found.append(len(bench.again))
    assert found == [2, 2, 2, 3, 2, 3]  # those that are owed are two


@pytest.mark.parametrize("row", [0, MANY, EPOCHS - 2, EPOCHS - 1])
@pytest.mark.parametrize("what", ["states", "losses", "gradients"])
def test_one_bit_of_any_number_that_is_guarded_is_seen(row: int, what: str) -> None:
    bench = Bench()
    start, tape = bench.stretch(EPOCHS)
    numbers = getattr(tape, what)
    numbers[row] = np.nextafter(numbers[row], np.inf)
    assert not bench.guard.holds(start, tape, [0, MANY - 1], 100)


def test_where_a_run_diverges_its_last_finite_epochs_are_guarded() -> None:
    bench = Bench()
    bench.backend.lr = 10.0
    start, tape = bench.stretch(EPOCHS)
    assert MANY > tape.sound > 10
    assert bench.guard.holds(start, tape, [5, MANY], 100)
    assert bench.rows(start, tape) == [(tape.sound - 1, tape.sound + 1), (5, 7)]


def test_of_a_large_table_single_epochs_are_guarded() -> None:
    bench = Bench(is_large=True)
    for epochs in (EVERY - 1, 1, EVERY + 5):
        assert bench.guard.holds(*bench.stretch(epochs), range(epochs), 100)
    assert [size for _, size in bench.again] == [1, 1]
