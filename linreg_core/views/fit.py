"""Rows of the data beside what the model predicts for them, few enough to be drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from linreg_core.records import dataclass

MOST_ROWS = 500


@dataclass(frozen=True, eq=False)
class Fit:
    """Rows spread evenly over the problem, k <= `MOST_ROWS` + 4 of them.

    The rows of the smallest and the largest target and first feature are always among them.

    Args:
        feature: values of the only feature, shape (k,); ``None`` where there are several.
        feature_name: its name, or the first one's.
        target: shape (k,).
        prediction: at the weights of the epoch, as the backend computed it, shape (k,).
        rows: how many rows the problem has.
    """

    feature: Floats | None
    feature_name: str
    target: Floats
    prediction: Floats
    rows: int


def drawn_rows(problem: Problem) -> NDArray[np.int64]:
    """Indices of the rows to draw, rising, shape (k,)."""
    rows = len(problem.y)
    even = np.linspace(0, rows - 1, min(rows, MOST_ROWS)).astype(np.int64)
    ends = [
        pick(values) for values in (problem.y, problem.X[:, 0]) for pick in (np.argmin, np.argmax)
    ]
    return np.unique(np.concatenate([even, ends]))


def fit(problem: Problem, rows: NDArray[np.int64], prediction: Floats) -> Fit:
    """Pick rows out of a problem and of the backend's prediction for all of it, shape (n,)."""
    alone = len(problem.features) == 1
    return Fit(
        feature=problem.X[rows, 0] if alone else None,
        feature_name=problem.features[0],
        target=problem.y[rows],
        prediction=prediction[rows].astype(np.float64),
        rows=problem.rows,
    )
