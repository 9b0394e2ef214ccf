"""How good a fit is: what its residuals come to, on the rows trained on or on others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import Floats


@dataclass(frozen=True)
class Metrics:
    """Four numbers of one part of the rows, in float64 against the data's own target.

    They may be infinite, where squares overflow.

    Args:
        rows: how many rows they are of, >= 1.
        loss: mean squared error, in squared units of the target.
        r2: share of the target's variance about the mean of these very rows that is explained;
            ``None`` where these rows' targets do not differ, or the loss is not finite.
        rmse: root of the loss, in units of the target.
        mae: mean absolute error, in units of the target.
    """

    rows: int
    loss: float
    r2: float | None
    rmse: float
    mae: float

    @classmethod
    def of(cls, loss: float, residual: Floats, y: Floats) -> Metrics:
        """Judge a fit.

        Args:
            loss: the mean of the squared residuals, as it was computed; nan counts as infinite.
            residual: prediction minus target, float64, shape (n,).
            y: target, float64, shape (n,).
        """
        loss = math.inf if math.isnan(loss) else loss
        with np.errstate(over="ignore", invalid="ignore"):
            mae = float(np.mean(np.abs(residual), dtype=np.float64))
        return cls(len(y), loss, r_squared(y, loss), math.sqrt(loss), mae)


def r_squared(y: Floats, loss: float) -> float | None:
    """Share of the variance of y, shape (n,), about its mean that a fit with this loss explains.

    ``None`` when y does not vary (0/0) or the loss is not finite.
    """
    if (y == y[0]).all() or not math.isfinite(loss):
        return None
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        share = float(1 - loss / np.var(y))
    return share if math.isfinite(share) else None
