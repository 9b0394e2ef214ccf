"""The proof: what differs from the phases is found before it is used, or in the midst of a run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.numpy_matrix import NumpyMatrix
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.settings import Settings
from linreg_core.trainer import Trainer
from linreg_core.ways import candidates, proof
from linreg_core.ways.numpy_direct import DirectMatrix, _Rows
from linreg_core.ways.proof import WINDOW, Proof, Trials, twin
from linreg_core.ways.way import Way
from tests.core.cases import Case, drawn_problem
from tests.core.ways.ways import alike, made, run, told

CASE = Case("numpy", "float64", "cpu", 0)
IS_FASTER = Proof.is_faster
"""Before all tests leave the clock out."""


class OtherOrder(DirectMatrix):
    """Adds the rows from the last to the first, from some epoch on."""

    after = 0
    done = 0

    def descend(self, rows: _Rows, epochs: int) -> None:
        self.done += epochs
        if self.done <= self.after:
            super().descend(rows, epochs)
            return
        X, y, n, lr = self.backend.X, self.backend.y_true, self.backend.n, self.backend.lr
        backwards = np.ascontiguousarray(X[::-1])
        for epoch in range(epochs):
            rows.gradients[epoch] = backwards.T @ rows.errors[epoch][::-1] / (-n / 2)
            rows.weights[epoch + 1] = rows.weights[epoch] - lr * rows.gradients[epoch]
            rows.errors[epoch + 1] = y - (X @ rows.weights[epoch + 1][:, np.newaxis])[:, 0]


class FusedUpdate(DirectMatrix):
    """Rounds the update once where the phases round it twice: most runs end on the right bits."""

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        tape = super().run(epochs, gradients=True)
        assert tape.gradients is not None
        states, slopes = tape.states.copy(), tape.gradients
        with np.errstate(all="ignore"):
            if epochs > 1:
                before, step = states[:-1].astype(np.longdouble), slopes[1:].astype(np.longdouble)
                states[1:] = (before - np.longdouble(self.backend.lr) * step).astype(np.float64)
        return Tape(states, tape.losses, tape.gradients)


Plant = Callable[[type[DirectMatrix]], None]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Have another class run epochs directly."""

    def planted(kind: type[DirectMatrix]) -> None:
        def direct(backend: Backend, _: Settings) -> Way[Any]:
            assert isinstance(backend, NumpyMatrix)
            return kind(backend)

        monkeypatch.setattr(candidates, "direct", direct)

    return planted


def problem() -> Problem:
    return drawn_problem(CASE)


def test_a_way_is_used_once_a_window_of_the_run_and_one_drawn_at_random_are_equal() -> None:
    runner = made(CASE, problem(), run_by="direct").runner()
    run(runner, WINDOW, at_once=100)
    assert (runner.ran.way, runner.ran.epochs) == ("direct", {"phases": WINDOW})
    assert runner.ran.proved == 2 * WINDOW
    run(runner, 1000)
    assert runner.ran.epochs == {"phases": WINDOW, "direct": 1000}
    assert runner.ran.proved > 2 * WINDOW
    assert runner.ran.note is None


def test_few_epochs_are_run_by_the_phases() -> None:
    trainer = Trainer(problem(), TrainConfig())
    trainer.run(WINDOW - 1)
    assert trainer.ran.epochs == {"phases": WINDOW - 1}


@pytest.mark.parametrize("at_once", [1, 40, WINDOW - 1])
def test_a_proof_is_begun_where_it_could_come_to_its_end(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    asked: list[int] = []
    trainer = Trainer(problem(), TrainConfig(run_by="direct"))
    monkeypatch.setattr(candidates, "direct", lambda *_: asked.append(trainer.epoch))
    while not asked:
        trainer.run(at_once)
    assert asked == [(WINDOW - 1) // at_once * at_once]


def test_by_the_phases_alone_if_that_is_asked_for() -> None:
    runner = made(CASE, problem(), run_by="phases").runner()
    run(runner, 3 * WINDOW)
    assert (runner.ran.way, runner.ran.epochs) == ("phases", {"phases": 3 * WINDOW})


@pytest.mark.parametrize("kind", [OtherOrder, FusedUpdate])
def test_another_order_is_found_at_the_first_proof(plant: Plant, kind: type[DirectMatrix]) -> None:
    plant(kind)
    runner = made(CASE, problem(), run_by="direct", lr=1e-3).runner()
    tape = run(runner, 1000)
    ran = runner.ran
    assert (ran.way, ran.epochs, ran.is_fault) == ("phases", {"phases": 1000}, False)
    assert ran.note is not None
    assert "not proved" in ran.note
    expected = made(CASE, problem(), lr=1e-3).backend.run(1000, gradients=True)
    assert told(tape, "float64") == told(expected, "float64")


@pytest.mark.parametrize(
    ("run_by", "seconds", "way"),
    [
        ("auto", 0.9, "direct"),
        ("auto", 1.0, "phases"),
        ("auto", 1.1, "phases"),
        ("direct", 1.1, "direct"),
    ],
)
def test_a_way_that_is_proved_but_no_faster_is_left_unless_it_was_asked_for(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, run_by: str, seconds: float, way: str
) -> None:
    """By a clock that tells a second for each epoch of the phases; the first ones take longer."""
    now, later = 0.0, itertools.chain([9.0, 7.0], itertools.repeat(0.0))
    by_phases = NumpyMatrix.run

    class Timed(DirectMatrix):
        def run(self, epochs: int, *, gradients: bool = False) -> Tape:
            nonlocal now
            now += seconds * epochs + next(later)
            return super().run(epochs, gradients=gradients)

    def timed(backend: NumpyMatrix, epochs: int, *, gradients: bool = False) -> Tape:
        nonlocal now
        now += epochs
        return by_phases(backend, epochs, gradients=gradients)

    plant(Timed)
    monkeypatch.setitem(candidates.NAMES, "auto", ("direct",))
    monkeypatch.setattr(Proof, "is_faster", IS_FASTER)
    monkeypatch.setattr(proof, "perf_counter", lambda: now)
    monkeypatch.setattr(NumpyMatrix, "run", timed)
    runner = made(CASE, problem(), run_by=run_by, lr=1e-3).runner()
    tape = run(runner, 1000)
    assert (runner.ran.way, runner.ran.is_fault) == (way, False)
    told_why = "the direct way was proved, but is no faster here"
    assert runner.ran.note == (None if way == "direct" else told_why)
    assert runner.ran.proved >= 2 * WINDOW
    expected = made(CASE, problem(), lr=1e-3).backend.run(1000, gradients=True)
    assert told(tape, "float64") == told(expected, "float64")


def test_a_difference_in_the_midst_of_a_run_takes_the_stretch_back(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OtherOrder, "after", 3000)
    plant(OtherOrder)
    trainer, reference = (
        Trainer(problem(), TrainConfig(run_by=way, lr=1e-3)) for way in ("direct", "phases")
    )
    for _ in range(10):
        trainer.run(1000)
    reference.run(10_000)
    ran = trainer.ran
    assert (ran.way, ran.is_fault) == ("phases", True)
    assert 0 < ran.epochs["direct"] <= 3000
    assert sum(ran.epochs.values()) == 10_000
    assert ran.note is not None
    assert "taken back" in ran.note
    assert "\n" not in ran.note
    assert alike(trainer, reference)


def test_the_record_has_no_seam_where_the_way_changes() -> None:
    by_phases, by_auto = (
        Trainer(problem(), TrainConfig(run_by=way, lr=1e-3)) for way in ("phases", "direct")
    )
    for trainer in (by_phases, by_auto):
        trainer.run(5000)
    assert by_auto.ran.way == "direct"
    assert alike(by_auto, by_phases)
    for epoch in (4999, 257, 256, 255, 1):
        by_auto.goto(epoch)
        by_phases.goto(epoch)
        assert alike(by_auto, by_phases)


def test_the_states_of_trials_are_of_all_sizes_and_signs() -> None:
    found = made(CASE, problem())
    other = twin(found.backend, found.design, found.settings)
    assert other is not None
    trials = Trials(other)
    assert (other.n, other.p) == (found.backend.n, found.backend.p)
    states = np.array([trials.next(1).start for _ in range(66)])
    sizes = np.abs(states[states != 0])
    assert sizes.max() > 1e100
    assert sizes.min() < 1e-300
    assert np.signbit(states[states == 0]).any()
    assert not np.signbit(states[states == 0]).all()
