"""The rows that are drawn beside the model's predictions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.trainer import Trainer
from linreg_core.views.fit import MOST_ROWS, drawn_rows
from tests.core.cases import Case, problem_of, steady


@given(n=st.integers(1, 5000), seed=st.integers(0, 2**32))
@steady
def test_few_rows_spread_over_all_with_the_extremes_among_them(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    problem = problem_of(random.normal(size=(n, 2)), random.normal(size=n))
    rows = drawn_rows(problem)
    assert (np.diff(rows) > 0).all()
    assert len(rows) == n if n <= MOST_ROWS else MOST_ROWS <= len(rows) <= MOST_ROWS + 4
    assert np.diff(rows, prepend=0, append=n - 1).max() <= n // MOST_ROWS + 2
    for values in (problem.y, problem.X[:, 0]):
        assert {int(np.argmin(values)), int(np.argmax(values))} <= set(rows.tolist())


def test_predictions_are_the_backend_s_for_all_rows(seedless: Case) -> None:
    random = np.random.default_rng(0)
    problem = problem_of(random.normal(size=(700, 1)), random.normal(size=700))
    trainer = Trainer(problem, seedless.config(bias=True, lr=0.1))
    trainer.run(9)
    snapshot = trainer.snapshot()
    found, rows = snapshot.fit, drawn_rows(problem)
    slope, constant = snapshot.raw_weights
    assert (found.rows, found.feature_name, found.feature is None) == (700, "x1", False)
    np.testing.assert_array_equal(found.feature, problem.X[rows, 0])
    np.testing.assert_array_equal(found.target, problem.y[rows])
    expected = problem.X[rows, 0] * slope + constant
    np.testing.assert_allclose(found.prediction, expected, rtol=0, atol=50 * seedless.eps)
    assert found.prediction.dtype == np.float64


def test_several_features_are_no_line() -> None:
    case = Case("numpy", "float64", "cpu", 0)
    problem = problem_of([[1.0, 2.0], [2.0, 5.0]], [1.0, 2.0])
    found = Trainer(problem, case.config()).snapshot().fit
    assert found.feature is None
    assert found.feature_name == "x1"
