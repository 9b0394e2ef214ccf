"""What holds a run, as facts: which weight is told about, and what its derivative is worth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linreg_core.problem import Design
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.standstill import Held, Standing, Trust
from linreg_core.trainer import Trainer
from tests.core.cases import article, problem_of

HELD = Held(
    name="x",
    weight=1.0,
    gap=1e-7,
    step=1e-8,
    is_stuck=True,
    gradient=1.0,
    noise=0.1,
    exact=None,
    terms=0.0,
    terms_gap=0.0,
)


@pytest.mark.parametrize(
    ("gradient", "noise", "exact", "trust"),
    [
        (1.0, 0.5, None, Trust.SOUND),
        (-1.0, 0.51, None, Trust.UNKNOWN),
        (0.0, 1e-9, None, Trust.UNKNOWN),
        (1.0, 9.0, 1.5, Trust.SOUND),
        (1.0, 9.0, 1.51, Trust.ROUNDING),
        (-1.0, 9.0, 1.0, Trust.ROUNDING),
        (0.0, 9.0, 1e-30, Trust.ROUNDING),
        (1e-30, 9.0, 0.0, Trust.ROUNDING),
        (0.0, 9.0, 0.0, Trust.ZERO),
    ],
)
def test_what_a_derivative_is_worth(
    gradient: float, noise: float, exact: float | None, trust: Trust
) -> None:
    assert replace(HELD, gradient=gradient, noise=noise, exact=exact).trust is trust


def standing(trainer: Trainer) -> tuple[Standing, Held | None]:
    """The trainer's present state, looked at closely, and the weight that is told about."""
    snapshot = trainer.snapshot()
    found = Standing.of(trainer.design, snapshot.weights, snapshot.gradient, closely=True)
    return found, found.held(snapshot.meter)


def test_the_largest_weight_that_moves_is_told_about() -> None:
    """x1 = 100 is right from the start and stays; x2 moves."""
    problem = problem_of([[1.0, 0.0], [0.0, 1.0]], [100.0, 1.0])
    trainer = Trainer(problem, TrainConfig(lr=0.25)).fork(
        TrainConfig(lr=0.25), weights=np.array([100.0, 0.0])
    )
    _, held = standing(trainer)
    assert held is not None
    assert (held.name, held.is_stuck) == ("x2", False)


def test_what_is_not_finite_is_not_told() -> None:
    trainer = Trainer(article(), TrainConfig(dtype="float32"))
    beyond = np.array([np.inf, 1.0], dtype=np.float32)
    broken = Standing.of(trainer.design, beyond, beyond, closely=True)
    assert broken.exact is None
    assert broken.held(trainer.snapshot().meter) is None
    assert broken.left(trainer.approach, trainer.theory) is None
    assert not broken.gains(0.1)


def test_a_distance_within_the_rounding_of_the_limit_is_nothing() -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.02))
    trainer.run(1_000_000)
    found, _ = standing(trainer)
    limit = replace(found, weights=trainer.approach.limit * (1 + 1e-16))
    assert limit.left(trainer.approach, trainer.theory) is None
    away = replace(found, weights=trainer.approach.limit * (1 + 1e-9))
    assert away.left(trainer.approach, trainer.theory) is not None


def test_a_state_looked_at_in_passing_has_its_bound_alone() -> None:
    design = Design.of(article(), bias=False, standardize=False)
    found = Standing.of(design, np.ones(2), np.ones(2), closely=False)
    assert found.exact is None
    assert not found.gains(0.01)
    assert (found.noise > 0).all()
