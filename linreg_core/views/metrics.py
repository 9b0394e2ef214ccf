"""How good a fit is: what its residuals come to, on the rows trained on or on others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import Floats


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
        mae: mean absolute error, in units of the target.
    """

    rows: int
    loss: float
    r2: float | None
    r2_about_zero: float | None
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
        about_zero = r_squared(y, loss, about=0.0)
        return cls(len(y), loss, r_squared(y, loss), about_zero, math.sqrt(loss), mae)


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
