"""What is told of a run beforehand: learning rates, directions in words, forecasts."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import load_problem
from linreg_core.arrays import Floats
from linreg_core.backends.modes import default_rule, learning_rate
from linreg_core.errors import LinregError
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.theory import MOST_LISTED, Theory
from linreg_core.trainer import Trainer
from tests.core.cases import ARTICLE_X, article, problem_of, steady


def eigenvalues_of(X: Floats) -> Floats:
    return Spectrum.of(problem_of(X, np.ones(len(X))), bias=False, standardize=False).eigenvalues


def theory_of(X: Floats, **wishes: object) -> Theory:
    return Trainer(problem_of(X, np.ones(len(X))), TrainConfig(**wishes)).theory  # type: ignore[arg-type]


# --- learning rates


def test_the_article_s_learning_rates() -> None:
    """FIELD_NOTES: stable below 0.033063, best 0.032967."""
    assert f"{2 * learning_rate('auto', eigenvalues_of(ARTICLE_X)):.6f}" == "0.033063"
    assert f"{learning_rate('best', eigenvalues_of(ARTICLE_X)):.6f}" == "0.032967"


def contraction(lr: float, eigenvalues: Floats) -> float:
    """What the slowest mode is multiplied by in one epoch; 1 or more: it never settles."""
    return float(np.abs(1 - lr * eigenvalues).max())


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), p=st.integers(1, 8))
@steady
def test_the_rules_give_the_rates_they_promise(seed: int, n: int, p: int) -> None:
    X = np.random.default_rng(seed).normal(size=(n, p)) + np.eye(n, p)
    eigenvalues = eigenvalues_of(X)
    auto, best = (learning_rate(rule, eigenvalues) for rule in ("auto", "best"))
    assert auto == pytest.approx(1 / eigenvalues[0], rel=1e-12)
    assert contraction(auto, eigenvalues) < 1
    assert contraction(1.999 * auto, eigenvalues) < 1 < contraction(2.001 * auto, eigenvalues)
    for other in (auto, 0.9 * best, 0.999 * best, 1.001 * best, 1.1 * best):
        assert contraction(best, eigenvalues) <= contraction(other, eigenvalues) + 1e-12


@pytest.mark.parametrize(
    ("smallest", "rule"), [(2.0, "slow"), (1.81, "slow"), (1.79, "auto"), (1e-9, "auto")]
)
def test_a_rate_that_nobody_chose_leaves_something_to_see(smallest: float, rule: str) -> None:
    eigenvalues = np.array([2.0, smallest])
    assert default_rule(eigenvalues) == rule
    assert contraction(learning_rate(rule, eigenvalues), eigenvalues) > 0.1


@pytest.mark.parametrize("backend", ["numpy", "tensor"])
def test_a_line_through_points_is_not_over_after_one_epoch(backend: str) -> None:
    trainer = Trainer(load_problem("line"), TrainConfig(backend))
    settings = trainer.snapshot().run.settings
    assert settings.lr_rule == "slow"
    assert settings.lr == pytest.approx(0.05)
    trainer.run(1)
    assert trainer.snapshot().loss > 1.5 * trainer.theory.floor


@pytest.mark.parametrize("rule", ["auto", "slow", "best"])
@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200, 1.7e308], ids=str)
def test_no_learning_rate_follows_from_features_without_finite_squares(
    rule: Literal["auto", "best"], size: float
) -> None:
    with pytest.raises(LinregError) as refusal:
        learning_rate(rule, eigenvalues_of(np.array([[size, size], [size, -size]])))
    assert refusal.value.code == "no-learning-rate"
    assert "--standardize" in refusal.value.message
    assert "\n" not in refusal.value.message


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), p=st.integers(1, 8))
@steady
def test_theory_tells_the_rates_that_the_rules_give(seed: int, n: int, p: int) -> None:
    X = np.random.default_rng(seed).normal(size=(n, p))
    told, eigenvalues = theory_of(X), eigenvalues_of(X)
    assert told.auto_lr == learning_rate("auto", eigenvalues)
    assert told.best_lr == learning_rate("best", eigenvalues)
    assert told.lr_limit == pytest.approx(2 / eigenvalues[0], rel=1e-14)


@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200], ids=str)
def test_without_a_rate_theory_has_none_to_tell(size: float) -> None:
    told = theory_of(np.array([[size, size], [size, -size]]), lr=0.5)
    assert (told.lr_limit, told.best_lr, told.auto_lr) == (None, None, None)
    assert told.growth is None
    assert told.epochs_per_digit is None


@pytest.mark.parametrize(
    ("share", "diverges", "settles"),
    [(0.99, False, True), (1.01, True, False), (0.5, False, True)],
)
def test_one_per_cent_around_the_limit_decides(share: float, diverges: bool, settles: bool) -> None:
    limit = Trainer(article(), TrainConfig()).theory.lr_limit
    assert limit is not None
    told = Trainer(article(), TrainConfig(lr=share * limit)).theory
    assert told.diverges is diverges
    assert (told.epochs_per_digit is not None) is settles
    assert told.growth == pytest.approx(abs(1 - 2 * share), abs=1e-12)


def test_the_article_s_price_of_a_digit() -> None:
    """FIELD_NOTES: 130,578 epochs at 1e-4, 13,057 at 1e-3."""
    told = Trainer(article(), TrainConfig()).theory
    assert told.epochs_per_digit == pytest.approx(130_578, abs=1)
    assert told.epochs_per_digit_at(1e-3) == pytest.approx(13_057, abs=1)


def test_a_price_beyond_any_number_is_none() -> None:
    assert theory_of(np.array([[1e-155]]), lr=0.5).epochs_per_digit is None


# --- in words


def test_the_article_s_directions() -> None:
    assert Trainer(article(), TrainConfig()).theory.directions == (
        "0.62·x1 + 0.78·x2",
        "0.78·x1 - 0.62·x2",
    )


@given(seed=st.integers(0, 2**32), p=st.integers(1, 6))
@steady
def test_directions_are_told_by_their_largest_components(seed: int, p: int) -> None:
    X = np.random.default_rng(seed).normal(size=(12, p)) * 10.0 ** np.arange(p)
    problem = problem_of(X, np.ones(12))
    directions = Spectrum.of(problem, bias=False, standardize=False).directions
    told = Trainer(problem, TrainConfig()).theory.directions
    assert len(told) == p
    for direction, words in zip(directions.T, told, strict=True):
        named = re.findall(r"x(\d)", words)
        largest = int(np.argmax(np.abs(direction)))
        assert str(largest + 1) in named
        assert 1 <= len(named) <= 3
        assert all(abs(direction[int(name) - 1]) >= 0.05 for name in named)


def test_of_many_directions_the_fastest_and_the_slowest_are_told() -> None:
    m = MOST_LISTED + 7
    told = theory_of(np.random.default_rng(0).normal(size=(m, m)), lr=1e-3)
    half = MOST_LISTED // 2
    assert told.listed.tolist() == [*range(half), *range(m - half, m)]
    assert len(told.directions) == MOST_LISTED
    assert len(told.eigenvalues) == m


def test_a_name_from_outside_is_made_visible() -> None:
    problem = problem_of([[1.0], [2.0]], [1.0, 2.0])
    object.__setattr__(problem, "features", ("a\x1b[31m",))
    assert Trainer(problem, TrainConfig()).theory.directions == ("a\\x1b[31m",)


# --- the end


def test_where_many_weights_fit_the_limit_is_the_one_that_the_start_leads_to() -> None:
    """FIELD_NOTES: from 0 the article with a bias lands on (13.33, 16.67), bias 3.33, loss 0."""
    told = Trainer(article(), TrainConfig(bias=True, init="zeros")).theory
    assert (told.rank, told.is_unique) == (2, False)
    np.testing.assert_allclose(told.limit, [40 / 3, 50 / 3, 10 / 3], rtol=1e-12)
    assert told.floor == 0


def test_a_unique_optimum_is_the_limit_from_anywhere() -> None:
    for seed in range(3):
        told = Trainer(article(), TrainConfig(init="random", seed=seed)).theory
        assert told.is_unique
        assert told.limit.tolist() == told.optimum.weights.tolist()
        assert told.dependence is None
