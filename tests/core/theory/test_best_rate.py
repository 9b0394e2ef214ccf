"""The best fixed rate for a number of epochs: no other one does better, in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from linreg_core.resolve import settle
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.best_rate import best_rate_for
from linreg_core.trainer import Trainer
from tests.core.cases import article, exact, problem_of


def excess(rate: Fraction, epochs: int, values: list[Fraction], start: list[Fraction]) -> Fraction:
    """How far the loss is above the least one: half the sum of λ (1 - ηλ)^2N c²."""
    pairs = zip(values, start, strict=True)
    return sum((v * (1 - rate * v) ** (2 * epochs) * c * c / 2 for v, c in pairs), Fraction(0))


@pytest.mark.parametrize("epochs", [1, 2, 7, 40])
@pytest.mark.parametrize("seed", range(12))
def test_no_other_rate_is_better(seed: int, epochs: int) -> None:
    """The function is convex, so it is enough to look on both sides of the rate."""
    random = np.random.default_rng(seed)
    m = int(random.integers(1, 6))
    eigenvalues = np.sort(10.0 ** random.uniform(-3, 3, m))[::-1]
    start = random.normal(size=m)
    rate = best_rate_for(epochs, eigenvalues, start)
    assert rate is not None
    values, first = ([Fraction(float(value)) for value in part] for part in (eigenvalues, start))
    found = excess(Fraction(rate), epochs, values, first)
    for share in (Fraction(1, 10**7), Fraction(1, 1000), Fraction(1, 10), Fraction(1, 2)):
        for other in (Fraction(rate) * (1 - share), Fraction(rate) * (1 + share)):
            assert found <= excess(other, epochs, values, first) * (1 + Fraction(1, 10**9))


def test_one_direction_is_done_in_one_epoch() -> None:
    assert best_rate_for(5, np.array([4.0]), np.array([3.0])) == pytest.approx(0.25, rel=1e-9)


def test_directions_without_distance_do_not_count() -> None:
    rate = best_rate_for(9, np.array([100.0, 2.0]), np.array([0.0, 1.0]))
    assert rate == pytest.approx(0.5, rel=1e-9)
    assert best_rate_for(9, np.array([100.0, 2.0]), np.zeros(2)) is None
    assert best_rate_for(9, np.empty(0), np.empty(0)) is None


def test_in_the_very_long_run_it_comes_near_the_rule_best() -> None:
    trainer = Trainer(article(), TrainConfig(lr="best"))
    found = [
        settle(TrainConfig(lr=f"best:{epochs}"), article())[0].lr for epochs in (10, 1000, 10**6)
    ]
    assert found == sorted(found)
    assert found[-1] < trainer.settings.lr
    assert found[-1] == pytest.approx(trainer.settings.lr, rel=1e-5)


@pytest.mark.parametrize("backend", ["numpy", "nn"])
def test_the_rule_begins_with_the_run_s_own_weights(backend: str) -> None:
    config = TrainConfig(backend=backend, dtype="float64", lr="best:30")
    trainer = Trainer(article(), config)
    assert trainer.settings.lr_rule == "best:30"
    descent = exact(trainer)
    expected = best_rate_for(30, descent.spectrum.eigenvalues, descent.start)
    assert trainer.settings.lr == pytest.approx(expected, rel=1e-15)
    losses = []
    for lr in ("best:30", "auto", "best"):
        run = Trainer(article(), TrainConfig(backend=backend, dtype="float64", lr=lr))
        run.run(30)
        losses.append(run.snapshot().loss)
    assert losses[0] == min(losses)


def test_of_a_problem_without_any_slope_none_follows() -> None:
    problem = problem_of(np.ones((3, 1)), [2.0, 2.0, 2.0])
    trainer = Trainer(problem, TrainConfig(lr="best:5", init=2.0))
    assert trainer.settings.lr == pytest.approx(0.5, rel=1e-9)
