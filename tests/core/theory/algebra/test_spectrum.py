"""The Hessian and the least-squares solution, against other people's solvers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression
from statsmodels.datasets import longley

from linreg_core.arrays import Floats
from linreg_core.problem import Design, Problem
from linreg_core.theory.algebra.factors import UNEQUAL, Factors
from linreg_core.theory.algebra.spectrum import (
    MOST_NAMED,
    Optimum,
    Spectrum,
    passing_spectrum,
)
from tests.core.cases import ARTICLE_X, article, problem_of, steady
from tests.core.exact_algebra import assert_eigenvalues, gram
from tests.core.references import columns, nist, records


def well_conditioned(seed: int, n: int, p: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(n, p)) + np.eye(n, p)


def spectrum_of(X: Floats, *, bias: bool = False, standardize: bool = False) -> Spectrum:
    return Spectrum.of(problem_of(X, np.ones(len(X))), bias=bias, standardize=standardize)


def optimum(problem: Problem, *, bias: bool) -> Optimum:
    return Spectrum.of(problem, bias=bias, standardize=False).optimum


# --- the Hessian


def test_the_article_s_spectrum() -> None:
    """FIELD_NOTES: 60.4903 and 0.17634, condition number 343."""
    found = spectrum_of(ARTICLE_X)
    largest, smallest = found.eigenvalues
    assert f"{largest:.4f} {smallest:.5f} {found.condition_number:.0f}" == "60.4903 0.17634 343"


@given(seed=st.integers(0, 2**32), n=st.integers(1, 40), p=st.integers(1, 8), bias=st.booleans())
@steady
def test_eigenvalues_and_directions_are_those_of_the_hessian(
    seed: int, n: int, p: int, bias: bool
) -> None:
    found = spectrum_of(well_conditioned(seed, n, p), bias=bias)
    X = found.design.X
    hessian = 2 / n * X.T @ X
    expected = np.linalg.eigvalsh(hessian)[::-1]
    m = len(found.eigenvalues)
    assert m == found.rank == np.linalg.matrix_rank(X)
    np.testing.assert_allclose(found.eigenvalues, expected[:m], rtol=0, atol=1e-12 * expected[0])
    assert (np.diff(found.eigenvalues) <= 0).all()
    turned = found.directions * found.eigenvalues
    np.testing.assert_allclose(hessian @ found.directions, turned, rtol=0, atol=1e-12 * expected[0])
    np.testing.assert_allclose(found.directions.T @ found.directions, np.eye(m), atol=1e-12)
    ratio = expected[0] / expected[m - 1]
    assert found.condition_number == pytest.approx(ratio, rel=1e-13 * ratio + 1e-12)


def test_eigenvalues_keep_the_digits_that_the_hessian_itself_would_lose() -> None:
    """Columns 1 and 1 + 1e-10: the small eigenvalue is 5e-21 of the large one."""
    X = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-10]])
    gap = X[1, 1] - 1  # as rounded
    largest, smallest = spectrum_of(X).eigenvalues
    # λ₁ λ₂ is the determinant of the Hessian XᵀX.
    assert largest * smallest == pytest.approx(gap**2, rel=1e-5)
    from_the_hessian = np.linalg.eigvalsh(X.T @ X)[0]
    assert abs(from_the_hessian - smallest) > smallest / 2


@pytest.mark.parametrize(
    ("X", "bias", "rank"),
    [
        (ARTICLE_X, False, 2),
        (ARTICLE_X, True, 2),  # FIELD_NOTES' trap: x2 = x1 + 1, and a column of ones
        (np.ones((5, 4)), False, 1),
        (np.ones((5, 4)), True, 1),
        (np.zeros((5, 4)), False, 0),
        (np.zeros((5, 4)), True, 1),
        (np.eye(3, 7), False, 3),
    ],
)
def test_zero_eigenvalues_are_left_out(X: Floats, bias: bool, rank: int) -> None:
    for standardize in (False, True):
        found = spectrum_of(X, bias=bias, standardize=standardize)
        assert len(found.eigenvalues) == found.rank == rank
        assert found.is_unique == (rank == X.shape[1] + bias)
        assert found.null is not None
        assert found.null.shape == (X.shape[1] + bias, X.shape[1] + bias - rank)
        assert np.abs(found.standard.X @ found.null).max(initial=0) < 1e-12


@given(seed=st.integers(0, 2**32), scales=st.lists(st.floats(-150, 150), min_size=2, max_size=4))
@steady
def test_units_make_no_dependency(seed: int, scales: list[float]) -> None:
    X = well_conditioned(seed, 9, len(scales))
    same_units, own_units = spectrum_of(X), spectrum_of(X * 10.0 ** np.array(scales))
    assert own_units.rank == same_units.rank
    assert own_units.is_unique


@pytest.mark.parametrize(("size", "known"), [(1e-200, 1), (1e200, 2)], ids=str)
def test_an_eigenvalue_beyond_float64_leaves_the_rank(size: float, known: int) -> None:
    """That of 1e-200 underflows; beside that of 1e200, which is infinite, the other is known."""
    found = spectrum_of(np.array([[1.0, size], [1.0, -size], [2.0, size]]))
    assert (found.rank, len(found.eigenvalues)) == (2, known)
    assert found.is_complete == (known == 2)
    assert found.condition_number == np.inf


@given(seed=st.integers(0, 2**32), scales=st.lists(st.floats(-8, 8), min_size=1, max_size=4))
@steady
def test_units_change_eigenvalues_as_rational_arithmetic_says(
    seed: int, scales: list[float]
) -> None:
    """With a bias and without, of columns up to 10^16 apart; on two sides of each eigenvalue."""
    X = well_conditioned(seed, 7, len(scales)) * 10.0 ** np.array(scales)
    for bias in (False, True):
        found = spectrum_of(X, bias=bias)
        hessian = [[value * Fraction(2, 7) for value in row] for row in gram(found.design.X)]
        lengths = np.linalg.norm(found.design.X, axis=0)
        lost = min(float(lengths.max() / lengths.min()), UNEQUAL)
        worst = float(np.linalg.cond(found.standard.X))
        assert found.is_complete
        assert_eigenvalues(hessian, found.eigenvalues, 1e-15 * lost * worst + 1e-14 * worst)


def test_dependent_columns_in_unequal_units_leave_the_eigenvalues_that_are_not_zero() -> None:
    """A time in seconds and in nanoseconds, and a column of size 1."""
    seconds = 1.7e9 + 8.0 * np.arange(9)
    X = np.column_stack([seconds, 2.0**30 * seconds, np.arange(9) % 4])
    found = spectrum_of(X)
    hessian = [[value * Fraction(2, 9) for value in row] for row in gram(X)]
    assert (found.rank, found.is_complete) == (2, True)
    # The exact one is 0 beside these two.
    assert_eigenvalues(hessian, np.append(found.eigenvalues, 0.0), 1e-12)


def test_columns_that_agree_to_the_last_digit_but_for_their_offset_hide_a_direction() -> None:
    """Of standardised columns it is known, of these it is not."""
    found = spectrum_of(1e17 + 16.0 * np.arange(9)[:, np.newaxis], bias=True)
    assert (found.rank, len(found.eigenvalues), found.is_complete) == (2, 1, False)
    assert spectrum_of(found.design.X[:, :1], bias=True, standardize=True).is_complete


def test_with_no_eigenvalue_the_condition_number_is_1() -> None:
    assert spectrum_of(np.zeros((3, 2))).condition_number == 1


def test_a_condition_number_needs_no_finite_eigenvalues() -> None:
    found = spectrum_of(np.array([[1e200, 0.0], [0.0, 2e200]]))
    assert np.isinf(found.eigenvalues).all()
    assert found.condition_number == pytest.approx(4, rel=1e-12)


def test_more_weights_than_anyone_reads_have_a_spectrum_without_names() -> None:
    X = np.random.default_rng(0).normal(size=(20, MOST_NAMED + 1))
    found = spectrum_of(X, bias=True)
    assert (found.rank, found.null, found.is_unique) == (20, None, False)
    assert found.directions.shape == (MOST_NAMED + 2, 20)


def test_a_problem_is_analysed_once() -> None:
    problem = article()
    first = Spectrum.of(problem, bias=True, standardize=False)
    assert Spectrum.of(problem, bias=True, standardize=False) is first
    assert Spectrum.of(problem, bias=True, standardize=True) is not first
    assert Spectrum.of(article(), bias=True, standardize=False) is not first


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
    found = optimum(problem_of(X * 10**log_scale, y), bias=bias)
    expected = [*oracle.coef_, *([oracle.intercept_] if bias else [])]
    in_units = np.append(found.weights[:d] * 10**log_scale, found.weights[d:])
    np.testing.assert_allclose(in_units, expected, rtol=1e-9, atol=1e-10)
    assert found.loss == pytest.approx(np.mean((y - oracle.predict(X)) ** 2), rel=1e-9)


def test_the_optimum_of_longley_as_statsmodels_ships_it() -> None:
    """NIST certifies these (StRD, Longley); statsmodels ships the data with the package."""
    data = longley.load_pandas()
    found = optimum(problem_of(data.exog, data.endog), bias=True)
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


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(2, 60),
    d=st.integers(1, 8),
    bias=st.booleans(),
    unit=st.floats(-100, 100),
)
@steady
def test_a_least_loss_that_is_rounding_only_is_0_and_no_other_is(
    seed: int, n: int, d: int, bias: bool, unit: float
) -> None:
    """A residual of a billionth of the target is no rounding."""
    random = np.random.default_rng(seed)
    rows = np.round(random.normal(size=(n, d)), 3)
    X, ones = rows * 10.0**unit, np.ones((n, int(bias)))
    y = X @ np.round(random.normal(size=d), 2) + bias * np.round(10.0**unit, 2)
    assert optimum(problem_of(X, y), bias=bias).loss == 0
    columns, off = np.hstack([rows, ones]), random.normal(size=n)
    off -= columns @ np.linalg.lstsq(columns, off, rcond=None)[0]
    if np.abs(off).max() > 1e-3 and y.any():  # there is something that no weights explain
        off *= 1e-9 * np.abs(y).max()
        found = optimum(problem_of(X, y + off), bias=bias).loss
        assert found == pytest.approx(np.mean(off**2), rel=1e-2)


def test_many_solutions_give_one_that_is_exact_and_shortest_on_standardised_columns() -> None:
    problem = article()  # x2 = x1 + 1: with a bias the solutions fill a line
    found = optimum(problem, bias=True)
    assert found.loss == 0
    np.testing.assert_allclose(
        problem.X @ found.weights[:2] + found.weights[2], problem.y, rtol=1e-12
    )
    # Both standardised columns are the same, so the shortest solution uses both alike.
    spread = problem.X.std(axis=0)
    w1, w2 = found.weights[:2] * spread
    assert w1 == pytest.approx(w2, rel=1e-12)


def test_a_feature_that_never_varies_leaves_the_optimum_to_the_others() -> None:
    found = optimum(problem_of([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]], [3, 5, 7]), bias=True)
    assert found.weights == pytest.approx([0.0, 2.0, 1.0], rel=1e-12, abs=1e-12)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 12), d=st.integers(1, 8), bias=st.booleans())
@steady
def test_the_solution_in_the_run_s_units_is_the_optimum(
    seed: int, n: int, d: int, bias: bool
) -> None:
    X = np.random.default_rng(seed).normal(size=(n, d)) * 3 + 1
    problem = problem_of(X, np.random.default_rng(seed + 1).normal(size=n))
    for standardize in (False, True):
        found = Spectrum.of(problem, bias=bias, standardize=standardize)
        raw = found.design.to_raw(found.solution)
        size = np.abs(found.optimum.weights).max()
        np.testing.assert_allclose(raw, found.optimum.weights, rtol=0, atol=1e-12 * size)
        residual = found.design.X @ found.solution - found.design.y
        assert np.mean(residual**2) == pytest.approx(found.optimum.loss, rel=1e-9, abs=1e-20)


@pytest.mark.parametrize("size", [1e-310, 1e200, 1e308], ids=str)
def test_an_optimum_that_float64_cannot_hold_is_told_and_never_raised(size: float) -> None:
    in_target = optimum(problem_of([[1.0], [2.0], [4.0]], [size, -size, size]), bias=True)
    in_feature = optimum(problem_of([[size], [-size], [size]], [1.0, 2.0, 4.0]), bias=True)
    assert in_target.weights.shape == in_feature.weights.shape == (2,)
    assert np.isfinite(in_feature.loss)


# --- certified and exact answers from outside the project

# Powers up to x^10 and x^5 cost digits: measured 7.5e-9 and 1.9e-9; the others are below 1e-11.
DIGITS = {"Filip": 1e-7, "Wampler1": 1e-8}


@pytest.mark.parametrize("name", ["Norris", "NoInt1", "NoInt2", "Longley", "Wampler1", "Filip"])
def test_the_optimum_has_the_digits_that_nist_certifies(name: str) -> None:
    problem, bias, certified, sum_of_squares = nist(name)
    found = optimum(problem, bias=bias)
    digits = DIGITS.get(name, 1e-9)
    np.testing.assert_allclose(found.weights, certified, rtol=digits)
    rss = found.loss * problem.rows
    assert rss == pytest.approx(sum_of_squares, rel=digits, abs=1e-12)


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
    found = optimum(problem_of(table[:, :-1], table[:, -1]), bias=True)
    expected = [*map(float, record["coef"].values()), float(record["intercept"])]
    np.testing.assert_allclose(found.weights, expected, rtol=1e-9)
    assert found.loss == pytest.approx(float(record["mse"]), rel=1e-12)


def test_no_weights_near_the_optimum_are_better() -> None:
    problem: Problem = problem_of(well_conditioned(1, 20, 3), np.arange(20.0))
    found = optimum(problem, bias=True)
    X = Design.of(problem, bias=True, standardize=False).X
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 1e-3:
        assert np.mean((X @ (found.weights + step) - problem.y) ** 2) > found.loss


# --- how often it is computed


@pytest.mark.parametrize("columns", [3, MOST_NAMED + 1])
def test_a_design_is_factored_once_whatever_is_asked_of_it(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    rows, works = [], Factors.of

    def counted(design: Design, *, full: bool) -> Factors:
        rows.append(len(design.X))
        return works(design, full=full)

    monkeypatch.setattr(Factors, "of", counted)
    X = well_conditioned(0, columns + 5, columns) * 3 + 1
    problem, *others = (problem_of(X, X[:, 0]) for _ in range(3))
    found = [Spectrum.of(problem, bias=True, standardize=each) for each in (True, False)]
    passing = [passing_spectrum(problem, bias=True, standardize=each) for each in (True, False)]
    numbers = [each.condition_number for each in passing]
    assert rows == [len(X)]
    assert numbers == [each.condition_number for each in found]
    for each, other, standardize in zip(found, others, (True, False), strict=True):
        alone = Spectrum.of(other, bias=True, standardize=standardize)
        assert alone.eigenvalues.tobytes() == each.eigenvalues.tobytes()
        assert alone.directions.tobytes() == each.directions.tobytes()
        assert alone.optimum.weights.tobytes() == each.optimum.weights.tobytes()
    assert len(rows) == 3
    passing_spectrum(problem, bias=False, standardize=True)
    assert len(rows) == 4
