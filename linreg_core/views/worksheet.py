"""The numbers of one epoch that are written out, so that it can be checked by hand.

Every number is the one that the backend computed; of many rows or weights the rest is one sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Evaluation
from linreg_core.records import dataclass

MOST_ROWS, MOST_WEIGHTS = 4, 3
"""What is written out whole."""

FIRST = 2
"""How many are written out of more of them: a line of a terminal has no room for three."""


@dataclass(frozen=True, eq=False)
class Worksheet:
    """An epoch from its weights to the next ones; the arrays are in the run's dtype.

    Args:
        names: of the weights that are written out, f of them.
        weights: those before the update, shape (f,).
        X: the rows that are written out, shape (r, f), r <= `MOST_ROWS`, f <= `MOST_WEIGHTS`.
        prediction: shape (r,).
        target: shape (r,).
        residual: prediction minus target, shape (r,).
        loss: the mean squared error of all rows.
        gradient: shape (f,).
        lr: the learning rate.
        updated: the weights after the update, shape (f,).
        rows: how many rows there are, n.
        count: how many weights there are, p.
        other_products: of each row, the sum of x·w over the other weights, float64, shape (r,).
        other_squares: the sum of the other rows' squared residuals.
        other_slopes: of each weight, the sum of x·(ŷ - y) over the other rows, float64, shape (f,).
    """

    names: tuple[str, ...]
    weights: Floats
    X: Floats
    prediction: Floats
    target: Floats
    residual: Floats
    loss: float
    gradient: Floats
    lr: float
    updated: Floats
    rows: int
    count: int
    other_products: Floats
    other_squares: float
    other_slopes: Floats

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        *,
        data: tuple[Floats, Floats],
        weights: Floats,
        found: Evaluation,
        lr: float,
        updated: Floats,
    ) -> Worksheet:
        """Pick what is written out.

        Args:
            names: of the weights, p of them.
            data: design matrix, shape (n, p), and target, shape (n,), float64.
            weights: before the update, shape (p,), in the run's dtype.
            found: the backend's numbers at these.
            lr: the learning rate.
            updated: the weights after the update, shape (p,).
        """
        X, y = data
        r = len(y) if len(y) <= MOST_ROWS else FIRST
        f = len(weights) if len(weights) <= MOST_WEIGHTS else FIRST
        with np.errstate(all="ignore"):
            residual = found.residual.astype(np.float64)
            others = residual[r:]
            return cls(
                names=tuple(names[:f]),
                weights=weights[:f],
                X=X[:r, :f].astype(weights.dtype),
                prediction=found.prediction[:r].copy(),
                target=y[:r].astype(weights.dtype),
                residual=found.residual[:r].copy(),
                loss=found.loss,
                gradient=found.gradient[:f],
                lr=lr,
                updated=updated[:f],
                rows=len(y),
                count=len(weights),
                other_products=X[:r, f:] @ weights[f:].astype(np.float64),
                other_squares=float(others @ others),
                other_slopes=others @ X[r:, :f],
            )
