"""The guard: which epochs of a stretch are run by the phases as well, each bit of them seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.pace import Pace
from linreg_core.trainer import Trainer
from linreg_core.ways import way
from linreg_core.ways.guard import Guard
from linreg_core.ways.way import Phases
from tests.core.cases import Case, drawn_problem, steady
from tests.core.ways.ways import alike, made

CASE = Case("numpy", "float64", "cpu", 0)
EPOCHS = 2000


class Bench:
    """A guard, and what its phases were asked for."""

    def __init__(self) -> None:
        self.backend: Backend = made(CASE, drawn_problem(CASE), lr=1e-3).backend
        self.phases = Phases(self.backend)
        self.again: list[tuple[float, int]] = []
        self._works = self.phases.run
        self.phases.run = self._run  # type: ignore[method-assign]
        self.guard = Guard(self.phases)

    def _run(self, epochs: int, **wishes: Any) -> Tape:
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


LAST = (EPOCHS - 2, EPOCHS)


@pytest.mark.parametrize(
    ("keyframes", "expected"),
    [
        ([], [LAST]),
        ([500, 1000], [(499, 501), (999, 1001), LAST]),
        ([0, 1, 2, 3], [(0, 4), LAST]),
        ([0], [(0, 1), LAST]),
        ([7, 9, 12], [(6, 10), (11, 13), LAST]),
        ([EPOCHS - 2], [(EPOCHS - 3, EPOCHS)]),
        ([EPOCHS - 1], [LAST]),
        ([EPOCHS], [LAST]),
        (range(EPOCHS + 1), [(0, EPOCHS)]),
    ],
)
def test_the_epochs_around_keyframes_and_the_last_ones(
    keyframes: list[int], expected: list[tuple[int, int]]
) -> None:
    bench = Bench()
    start, tape = bench.stretch(EPOCHS)
    assert bench.guard.holds(start, tape, keyframes)
    assert bench.rows(start, tape) == expected
    assert bench.guard.equal == sum(end - begin for begin, end in expected)
    assert bench.backend.state().tobytes() == tape.states[-1].tobytes()


@pytest.mark.parametrize("keyframes", [[], [0], [1]])
def test_a_single_epoch_is_guarded_once(keyframes: list[int]) -> None:
    bench = Bench()
    start, tape = bench.stretch(1)
    assert bench.guard.holds(start, tape, keyframes)
    assert bench.rows(start, tape) == [(0, 1)]


@pytest.mark.parametrize("row", [0, 999, 1000, EPOCHS - 2, EPOCHS - 1])
@pytest.mark.parametrize("what", ["states", "losses", "gradients"])
def test_one_bit_of_any_number_that_is_guarded_is_seen(row: int, what: str) -> None:
    bench = Bench()
    start, tape = bench.stretch(EPOCHS)
    numbers = getattr(tape, what)
    numbers[row] = np.nextafter(numbers[row], np.inf)
    assert not bench.guard.holds(start, tape, [0, 1000])


def test_where_a_run_diverges_its_last_finite_epochs_are_guarded() -> None:
    bench = Bench()
    bench.backend.lr = 10.0
    start, tape = bench.stretch(EPOCHS)
    assert 1000 > tape.sound > 10
    assert bench.guard.holds(start, tape, [6, 1000])
    assert bench.rows(start, tape) == [(5, 7), (tape.sound - 1, tape.sound + 1)]


def test_of_a_large_table_the_epochs_that_lead_to_keyframes_are_guarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(way, "LARGE", 1)
    bench = Bench()
    start, tape = bench.stretch(EPOCHS)
    assert bench.guard.holds(start, tape, [0, 64, 128, EPOCHS])
    assert bench.rows(start, tape) == [(63, 64), (127, 128), (EPOCHS - 1, EPOCHS)]
    bench.again.clear()
    assert bench.guard.holds(*bench.stretch(1), [])
    assert bench.again == []


# In a run.


def trainer_of(backend: str, run_by: str = "direct") -> Trainer:
    case = Case(backend, "float64", "cpu", 0)
    problem = drawn_problem(case)
    return Trainer(problem, TrainConfig(backend, dtype="float64", run_by=run_by, lr=1e-4))


class Steps:
    """Every epoch that the phases of a trainer run: from which state to which."""

    def __init__(self, trainer: Trainer) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        phases = trainer._runner._phases
        backend, works = phases.backend, phases.run

        def run(epochs: int, **wishes: Any) -> Tape:
            start = backend.state()
            tape = works(epochs, **wishes)
            states = [start.tobytes(), *(state.tobytes() for state in tape.states)]
            self.pairs += pairwise(states)
            return tape

        phases.run = run  # type: ignore[method-assign]


@pytest.mark.parametrize("backend", ["numpy", "numpy-two-weights", "tensor", "nn"])
@given(data=st.data())
@steady
def test_the_phases_have_led_to_every_keyframe_that_a_run_holds_and_away_from_it(
    backend: str, data: st.DataObject
) -> None:
    trainer = trainer_of(backend)
    steps = Steps(trainer)
    for _ in range(data.draw(st.integers(1, 3), label="parts")):
        trainer.goto(data.draw(st.integers(0, trainer.latest), label="from"))
        trainer.run(data.draw(st.integers(1, 4000), label="epochs"))
    trainer.goto(trainer.latest)
    trainer.run(1)
    memory, way_s = trainer.memory(), trainer._runner._way
    assert memory.stride >= way_s.least_stride
    befores, afters = (set(states) for states in zip(*steps.pairs, strict=True))
    held = [state.tobytes() for state in memory.keyframes]
    last = memory.origin + memory.stride * (len(held) - 1)
    assert set(held[1:]) <= afters
    assert set(held[: -1 if last == memory.latest else None]) <= befores


@pytest.mark.parametrize(
    ("keyframe", "after", "is_seen"),
    [
        (26, -1, False),
        (26, 0, True),
        (26, 1, True),
        (26, 2, False),
        (26, 8, False),
        (25, 0, True),  # the last epoch of a stretch
        (25, 1, True),  # the first of the next one
        (25, 2, False),
    ],
)
def test_a_difference_at_a_keyframe_in_the_midst_of_a_run_is_seen(
    monkeypatch: pytest.MonkeyPatch, keyframe: int, after: int, is_seen: bool
) -> None:
    monkeypatch.setattr(Pace, "learn", lambda pace, *_: setattr(pace, "epochs", 1000))
    trainer, reference = trainer_of("numpy"), trainer_of("numpy", "phases")
    trainer.run(600)
    assert trainer.ran.way == "direct"
    spoilt = keyframe * trainer.snapshot().keyframe_stride + after
    works = trainer._runner._way.run

    def run(epochs: int, **wishes: Any) -> Tape:
        tape, row = works(epochs, **wishes), spoilt - trainer.epoch - 1
        if 0 <= row < epochs:
            tape.losses[row] = np.nextafter(tape.losses[row], np.inf)
        return tape

    trainer._runner._way.run = run  # type: ignore[method-assign]
    trainer.run(4400)
    reference.run(5000)
    assert trainer.ran.is_fault is is_seen
    assert trainer.ran.way == ("phases" if is_seen else "direct")
    if is_seen:
        for epoch in (5000, spoilt, 3):
            trainer.goto(epoch)
            reference.goto(epoch)
            one = trainer.snapshot()
            assert alike(trainer, reference), one.epoch
