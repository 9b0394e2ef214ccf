"""How good a fit is: what its residuals come to, on the rows trained on or on others."""

from __future__ import annotations

import math

import numpy as np

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.problem import Design
from linreg_core.records import dataclass


@dataclass(frozen=True)
class Metrics:
    """Five numbers of one part of the rows, in float64 against the data's own target.

    They may be infinite, where squares overflow.

    Args:
        rows: how many rows they are of, >= 1.
        loss: mean squared error, in squared units of the target.
        r2: share of the target's variance about the mean of these very rows that is explained;
            ``None`` where these rows' targets do not differ, or the loss is not finite.
        r2_about_zero: the same about 0, 1 − Σr²/Σy², which is what statistics programs print for a
            model without a bias: its mean prediction is free to be anything. ``None`` likewise.
        rmse: root of the loss, in units of the target.
        mae: mean absolute error, in units of the target; ``None`` where it is not known: no squares
            and products tell it.
    """

    rows: int
    loss: float
    r2: float | None
    r2_about_zero: float | None
    rmse: float
    mae: float | None

    @classmethod
    def of(cls, loss: float, residual: Floats, y: Floats) -> Metrics:
        """Judge a fit.

        Args:
            loss: the mean of the squared residuals, as it was computed; nan counts as infinite.
            residual: prediction minus target, float64, shape (n,).
            y: target, float64, shape (n,).
        """
        with np.errstate(over="ignore", invalid="ignore"):
            mae = float(np.mean(np.abs(residual), dtype=np.float64))
        return cls.by(loss, y, len(y), mae)

    @classmethod
    def by(cls, loss: float, y: Floats, rows: int, mae: float | None) -> Metrics:
        """Judge a fit whose mean absolute error is known, or not; y may stand for more rows."""
        loss = math.inf if math.isnan(loss) else loss
        about_zero = r_squared(y, loss, about=0.0)
        return cls(rows, loss, r_squared(y, loss), about_zero, math.sqrt(loss), mae)


def r_squared(y: Floats, loss: float, about: float | None = None) -> float | None:
    """Share of the spread of y that a fit with this loss explains.

    Args:
        y: target, shape (n,).
        loss: mean squared error.
        about: what the spread is taken about; ``None``: the mean of y.

    Returns:
        ``None`` when y does not differ from that (0/0), or the loss is not finite.
    """
    if about is None and (y == y[0]).all():
        return None
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        spread = np.var(y) if about is None else np.mean((y - about) ** 2)
        share = float(1 - loss / spread)
    return share if math.isfinite(share) else None


def absolute_error(design: Design, weights: Floats) -> float | None:
    """The mean absolute error over all blocks of a design; ``None``: its rows are not there.

    Args:
        design: of a table whose rows are not in memory.
        weights: in the run's units, shape (p,).
    """
    if design.blocks is None:
        return None
    own = weights.astype(np.float64)

    def total(_worker: int, X: Floats, y: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.array([np.abs(objective.residual(X, own, y)).sum()])

    sums = design.blocks.gathered(design, np.dtype(np.float64), 1, total)
    return float(sums.sum() / design.rows)
