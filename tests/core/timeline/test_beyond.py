"""After the last epoch of a run that diverges: phases that are looked at and never count."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
import pytest

from linreg_core.backends.phases import Role
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.not_finite import Failure, Kind, made_by_phases
from linreg_core.timeline.phase_stepper import MOST_SOUGHT
from linreg_core.trainer import Trainer
from tests.core.cases import Case, article, bits, same, walk


def diverged(case: Case, **wishes: object) -> Trainer:
    """A trainer at the last epoch of a run that has diverged."""
    trainer = Trainer(article(), case.config(**{"lr": 1.0, **wishes}))
    trainer.run(10_000)
    assert trainer.status is Status.DIVERGED
    return trainer


def place(trainer: Trainer) -> tuple[int, int]:
    return trainer.beyond, trainer.phases_done


def test_they_are_the_backend_s_own_and_the_run_stays_as_it_was(seedless: Case) -> None:
    trainer = diverged(seedless)
    last, kept, memory = trainer.epoch, trainer.snapshot(), trainer.memory()
    alone = islice(walk(seedless.build(article(), lr=1.0)), last, last + 4)
    for beyond, (state, found) in enumerate(alone):
        for done in range(len(kept.run.code)):
            shown = trainer.snapshot()
            assert place(trainer) == (shown.beyond, shown.phases_done) == (beyond, done)
            assert shown.shown_epoch == last + beyond
            assert bits(shown.epoch_weights, seedless.dtype) == bits(state, seedless.dtype)
            assert bits(shown.gradient, seedless.dtype) == bits(found.gradient, seedless.dtype)
            assert bits(shown.backend_loss) == bits(found.loss)
            assert (shown.epoch, shown.latest, shown.status) == (last, last, Status.DIVERGED)
            assert bits(shown.committed_weights, seedless.dtype) == bits(
                kept.weights, seedless.dtype
            )
            assert bits(shown.curve.last) == bits(kept.curve.last)
            assert trainer.phase()
    assert trainer.memory().keyframes.tobytes() == memory.keyframes.tobytes()
    trainer.back()
    assert same(trainer.snapshot(), kept)


def test_a_run_that_finds_its_end_by_phases_goes_on_beyond_it(seedless: Case) -> None:
    trainer, other = diverged(seedless), Trainer(article(), seedless.config(lr=1.0))
    other.run(trainer.epoch)
    assert other.status is Status.READY
    for _ in other.snapshot().run.code:
        other.phase()
    assert (other.epoch, place(other)) == (trainer.epoch, (1, 0))
    assert other.snapshot().status is Status.DIVERGED
    other.back()
    assert same(other.snapshot(), trainer.snapshot())


def test_phase_by_phase_they_are_taken_back(seedless: Case) -> None:
    trainer = diverged(seedless)
    there = []
    for _ in range(3 * len(trainer.snapshot().run.code) + 1):
        there.append((place(trainer), trainer.snapshot()))
        trainer.phase()
    for where, before in reversed(there):
        assert trainer.back_phase()
        assert place(trainer) == where
        assert same(trainer.snapshot(), before)


def test_from_failure_to_failure_until_all_is_nan(seedless: Case) -> None:
    """Each is the first of its kind: made of the numbers of the epoch, and not one epoch before."""
    trainer, found = diverged(seedless), []
    last = trainer.epoch
    states = list(islice(walk(seedless.build(article(), lr=1.0)), last, 2 * last + 20))
    made = [
        made_by_phases(state, numbers, following)
        for (state, numbers), (following, _) in pairwise(states)
    ]
    while trainer.seek_failure():
        failure = trainer.snapshot().failure
        assert failure is not None
        here = failure.epoch - last
        assert made[here][failure.role] == (failure.given, failure.made)
        assert made[here - 1][failure.role][1] < failure.made
        found.append(failure)
    assert found[0].made is Kind.INF
    assert found[0].epoch == last + 1 == trainer.snapshot().status_epoch
    assert found[0].largest == np.finfo(seedless.dtype).max
    assert {failure.role for failure in found if failure.made is Kind.NAN} == set(made[0])
    assert np.isnan(trainer.snapshot().weights).all()
    where = place(trainer)
    assert not trainer.seek_failure()
    assert place(trainer) == where
    assert trainer.epoch == last


def test_a_step_that_overflows_fails_in_the_update() -> None:
    trainer = Trainer(article(), TrainConfig(lr=1e30, dtype="float32"))
    trainer.run(10)
    assert trainer.epoch == 0
    trainer.seek_failure()
    assert trainer.seek_failure()
    largest = float(np.finfo("float32").max)
    update = Failure(Role.UPDATE, 1, Kind.INF, Kind.FINITE, largest)
    assert trainer.snapshot().failure == update
    assert place(trainer) == (2, 0), "it was the last phase of the epoch"


def test_none_is_sought_for_ever() -> None:
    """At a rate just beyond the limit the gradient is finite for thousands of epochs more."""
    trainer = Trainer(article(), TrainConfig(lr=0.034))
    trainer.run(10_000)
    assert trainer.seek_failure()
    assert not trainer.seek_failure()
    assert place(trainer) == (1 + MOST_SOUGHT, 0)
    assert trainer.snapshot().failure is None
    assert trainer.seek_failure()


@pytest.mark.parametrize("wishes", [{"lr": 0.02}, {"lr": 0.02, "tol": 0.5}], ids=str)
def test_a_run_that_has_not_diverged_has_none(seedless: Case, wishes: dict[str, float]) -> None:
    trainer = Trainer(article(), seedless.config(**wishes))
    trainer.run(100)
    here = trainer.snapshot()
    assert not trainer.seek_failure()
    assert same(trainer.snapshot(), here)
    assert trainer.phase() is (here.status is Status.READY)


def test_whatever_else_is_asked_for_comes_back_to_the_run(seedless: Case) -> None:
    trainer = diverged(seedless)
    kept, last = trainer.snapshot(), trainer.epoch
    asked = (
        lambda: trainer.run(10),
        trainer.step,
        lambda: trainer.goto(last),
        trainer.back,
        trainer.checkpoint,
        lambda: trainer.set_breakpoints(()),
    )
    for ask in asked:
        for _ in range(7):
            trainer.phase()
        assert trainer.beyond > 0
        ask()
        assert same(trainer.snapshot(), kept)
    trainer.seek_failure()
    forked = trainer.fork(seedless.config(lr=1e-3))
    assert bits(forked.snapshot().weights, seedless.dtype) == bits(kept.weights, seedless.dtype)
    assert forked.origin == last
    trainer.seek_failure()
    where, shown = place(trainer), trainer.snapshot()
    assert same(trainer.epoch_snapshot(), kept)
    assert place(trainer) == where
    assert same(trainer.snapshot(), shown)
    assert shown.checkpoint().state.tobytes() == kept.checkpoint().state.tobytes()
    assert shown.checkpoint().epoch == last
