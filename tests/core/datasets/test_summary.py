"""The columns of a problem in a few numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linreg_core import load_problem
from linreg_core.problem import Problem
from linreg_core.views.summary import MOST_SUMMARISED, Summary

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def problem_of(table: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Problem:
    """The last column is the target."""
    names = tuple(f"x{place}" for place in range(table.shape[1] - 1))
    return Problem("made", table[:, :-1], table[:, -1], names, "y")


def test_the_article_s_columns_the_target_first() -> None:
    summary = Summary.of(load_problem("article"))
    assert summary.names == ("y", "x1", "x2")
    assert summary.low.tolist() == [50, 1, 2]
    assert summary.mean.tolist() == [110, 3, 4]
    assert summary.high.tolist() == [170, 5, 6]
    assert (summary.rows, summary.features, summary.dropped_rows) == (3, 2, 0)


@given(arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(2, 4)), elements=FINITE))
def test_the_mean_of_finite_values_lies_between_them(
    table: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    summary = Summary.of(problem_of(table))
    assert summary.high.tolist() == [table[:, -1].max(), *table[:, :-1].max(axis=0)]
    assert (summary.low <= summary.mean).all()
    assert (summary.mean <= summary.high).all()


@pytest.mark.parametrize("value", [1.7e308, 5e-324, 0.1])
def test_the_mean_of_equal_values_is_that_value(value: float) -> None:
    summary = Summary.of(problem_of(np.full((7, 3), value)))
    assert summary.mean.tolist() == [value] * 3


def test_of_a_wide_table_only_the_first_features() -> None:
    table = np.arange(3.0 * (MOST_SUMMARISED + 6)).reshape(3, -1)
    summary = Summary.of(problem_of(table))
    assert summary.features == MOST_SUMMARISED + 5
    assert len(summary.names) == len(summary.low) == MOST_SUMMARISED + 1
    assert summary.names[-1] == f"x{MOST_SUMMARISED - 1}"
