"""Spectrum, learning rates and optimum, against other people's solvers and certified answers."""

from __future__ import annotations

import csv
import json
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from statsmodels.datasets import longley

from linreg_core import theory
from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.problem import Design, Problem
from tests.core.cases import ARTICLE_X, SHARED, article, problem_of, steady

NIST = SHARED / "nist" / "certified.json"
REFERENCE = SHARED / "data" / "reference_ols.json"


def well_conditioned(seed: int, n: int, p: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(n, p)) + np.eye(n, p)


# --- the spectrum


def test_the_article_s_spectrum() -> None:
    """FIELD_NOTES: 60.4903 and 0.17634, condition number 343."""
    largest, smallest = theory.hessian_eigenvalues(ARTICLE_X)
    assert f"{largest:.4f} {smallest:.5f} {largest / smallest:.0f}" == "60.4903 0.17634 343"


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), p=st.integers(1, 8))
@steady
def test_eigenvalues_are_those_of_the_hessian_largest_first(seed: int, n: int, p: int) -> None:
    X = well_conditioned(seed, n, p)
    found = theory.hessian_eigenvalues(X)
    expected = np.linalg.eigvalsh(2 / n * X.T @ X)[::-1]
    assert len(found) == min(n, p)
    np.testing.assert_allclose(found, expected[: len(found)], rtol=0, atol=1e-12 * expected[0])


def test_zero_eigenvalues_are_left_out() -> None:
    """FIELD_NOTES' trap: x2 = x1 + 1, so that a column of ones adds nothing."""
    with_bias = np.column_stack([ARTICLE_X, np.ones(3)])
    assert len(theory.hessian_eigenvalues(with_bias)) == 2
    assert len(theory.hessian_eigenvalues(np.ones((5, 4)))) == 1
    assert len(theory.hessian_eigenvalues(np.zeros((5, 4)))) == 0


# --- learning rates


def test_the_article_s_learning_rates() -> None:
    """FIELD_NOTES: stable below 0.033063, best 0.032967."""
    assert f"{2 * theory.learning_rate('auto', ARTICLE_X):.6f}" == "0.033063"
    assert f"{theory.learning_rate('best', ARTICLE_X):.6f}" == "0.032967"


def contraction(lr: float, X: Floats) -> float:
    """What the slowest mode is multiplied by in one epoch; 1 or more: it never settles."""
    return float(np.abs(1 - lr * theory.hessian_eigenvalues(X)).max())


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), p=st.integers(1, 8))
@steady
def test_the_rules_give_the_rates_they_promise(seed: int, n: int, p: int) -> None:
    X = well_conditioned(seed, n, p)
    auto, best = (theory.learning_rate(rule, X) for rule in ("auto", "best"))
    assert auto == pytest.approx(1 / theory.hessian_eigenvalues(X)[0], rel=1e-12)
    assert contraction(auto, X) < 1
    assert contraction(1.999 * auto, X) < 1 < contraction(2.001 * auto, X)
    for other in (auto, 0.9 * best, 0.999 * best, 1.001 * best, 1.1 * best):
        assert contraction(best, X) <= contraction(other, X) + 1e-12


@pytest.mark.parametrize("rule", ["auto", "best"])
@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200, 1.7e308], ids=str)
def test_no_learning_rate_follows_from_features_without_finite_squares(
    rule: Literal["auto", "best"], size: float
) -> None:
    with pytest.raises(LinregError) as refusal:
        theory.learning_rate(rule, np.array([[size, size], [size, -size]]))
    assert refusal.value.code == "no-learning-rate"
    assert "--standardize" in refusal.value.message
    assert "\n" not in refusal.value.message


# --- the optimum


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(9, 60),
    d=st.integers(1, 6),
    bias=st.booleans(),
    log_scale=st.floats(-100, 100),
)
@steady
def test_the_optimum_is_scikit_learn_s(
    seed: int, n: int, d: int, bias: bool, log_scale: float
) -> None:
    X = well_conditioned(seed, n, d)
    y = np.random.default_rng(seed).normal(size=n) + 2
    oracle = LinearRegression(fit_intercept=bias).fit(X, y)
    found = theory.optimum(problem_of(X * 10**log_scale, y), bias=bias)
    expected = [*oracle.coef_, *([oracle.intercept_] if bias else [])]
    in_units = np.append(found.weights[:d] * 10**log_scale, found.weights[d:])
    np.testing.assert_allclose(in_units, expected, rtol=1e-9, atol=1e-10)
    assert found.loss == pytest.approx(np.mean((y - oracle.predict(X)) ** 2), rel=1e-9)


def test_the_optimum_of_longley_as_statsmodels_ships_it() -> None:
    """NIST certifies these (StRD, Longley); statsmodels ships the data with the package."""
    data = longley.load_pandas()
    found = theory.optimum(problem_of(data.exog, data.endog), bias=True)
    certified = [
        15.0618722713733,
        -0.358191792925910e-01,
        -2.02022980381683,
        -1.03322686717359,
        -0.511041056535807e-01,
        1829.15146461355,
        -3482258.63459582,
    ]
    np.testing.assert_allclose(found.weights, certified, rtol=1e-9)
    assert found.loss * 16 == pytest.approx(836424.055505915, rel=1e-12)


def test_many_solutions_give_one_that_is_exact_and_shortest_on_standardised_columns() -> None:
    problem = article()  # x2 = x1 + 1: with a bias the solutions fill a line
    found = theory.optimum(problem, bias=True)
    assert found.loss < 1e-24
    np.testing.assert_allclose(
        problem.X @ found.weights[:2] + found.weights[2], problem.y, rtol=1e-12
    )
    # Both standardised columns are the same, so the shortest solution uses both alike.
    spread = problem.X.std(axis=0)
    w1, w2 = found.weights[:2] * spread
    assert w1 == pytest.approx(w2, rel=1e-12)


def test_a_feature_that_never_varies_leaves_the_optimum_to_the_others() -> None:
    found = theory.optimum(problem_of([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]], [3, 5, 7]), bias=True)
    assert found.weights == pytest.approx([0.0, 2.0, 1.0], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("size", [1e-310, 1e200, 1e308], ids=str)
def test_an_optimum_that_float64_cannot_hold_is_told_and_never_raised(size: float) -> None:
    in_target = theory.optimum(problem_of([[1.0], [2.0], [4.0]], [size, -size, size]), bias=True)
    in_feature = theory.optimum(problem_of([[size], [-size], [size]], [1.0, 2.0, 4.0]), bias=True)
    assert in_target.weights.shape == in_feature.weights.shape == (2,)
    assert np.isfinite(in_feature.loss)


# --- certified and exact answers from outside the project


def records(name: str) -> dict[str, Any]:
    path = {"nist": NIST, "reference": REFERENCE}[name]
    if not path.exists():
        pytest.skip(f"{path.name} is not here: it is not part of the project")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def columns(path: str, names: list[str], delimiter: str = ",") -> Floats:
    """The rows of a table in which every cell of these columns is a number."""
    with (SHARED / path).open(encoding="utf-8", newline="") as file:
        rows = []
        for row in csv.DictReader(file, delimiter=delimiter):
            try:
                rows.append([float(row[name]) for name in names])
            except ValueError:
                continue
    return np.array(rows)


# Powers up to x^10 and x^5 cost digits: measured 7.5e-9 and 1.9e-9; the others are below 1e-11.
DIGITS = {"Filip": 1e-7, "Wampler1": 1e-8}


@pytest.mark.parametrize("name", ["Norris", "NoInt1", "NoInt2", "Longley", "Wampler1", "Filip"])
def test_the_optimum_has_the_digits_that_nist_certifies(name: str) -> None:
    record = records("nist")[name]
    table = columns(f"nist/{name}.csv", record["columns"])
    y, X = table[:, 0], table[:, 1:]
    if record["degree"]:
        X = X ** np.arange(1, record["degree"] + 1)
    bias = record["intercept"]
    found = theory.optimum(problem_of(X, y), bias=bias)
    weights = np.roll(found.weights, 1) if bias else found.weights  # NIST names the bias first
    digits = DIGITS.get(name, 1e-9)
    np.testing.assert_allclose(weights, record["params"], rtol=digits)
    rss = record["residual_sum_of_squares"]
    assert found.loss * len(y) == pytest.approx(rss, rel=digits, abs=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "galton",
        "cars",
        "anscombe1",
        "anscombe4",
        "stackloss",
        "mtcars_wt",
        "mtcars_all",
        "trees",
        "diabetes",
        "autompg",
        "penguins",
        "winequality",
    ],
)
def test_the_optimum_of_real_tables(name: str) -> None:
    record = records("reference")[name]
    names = [*record["features"], record["target"]]
    table = columns(f"data/{record['file']}", names, record["delimiter"])
    assert len(table) == record["n_used"]
    found = theory.optimum(problem_of(table[:, :-1], table[:, -1]), bias=True)
    expected = [*map(float, record["coef"].values()), float(record["intercept"])]
    np.testing.assert_allclose(found.weights, expected, rtol=1e-9)
    assert found.loss == pytest.approx(float(record["mse"]), rel=1e-12)


def test_no_weights_near_the_optimum_are_better() -> None:
    problem: Problem = problem_of(well_conditioned(1, 20, 3), np.arange(20.0))
    found = theory.optimum(problem, bias=True)
    X = Design.of(problem, bias=True, standardize=False).X
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 1e-3:
        assert np.mean((X @ (found.weights + step) - problem.y) ** 2) > found.loss
