"""The fit on rows held out, along a run: computed here, in float64, whatever the backend is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.problem import Design, Rows
from linreg_core.records import dataclass
from linreg_core.views.metrics import Metrics


@dataclass(frozen=True, eq=False)
class HeldOutFit:
    """What a run's weights come to on the rows held out.

    Args:
        metrics: at the weights of the epoch.
        epochs: some epochs from the origin up to this one, it included, int64, rising, shape (k,).
        losses: the mean squared error at each of them, float64, shape (k,); may be infinite.
    """

    metrics: Metrics
    epochs: NDArray[np.int64]
    losses: NDArray[np.float64]


class HeldOutRecord:
    """The loss on rows held out at the epochs whose weights a run keeps, each computed once.

    Args:
        rows: held out, in the problem's own units.
        design: of the run: its shift and scale come from the rows trained on.
    """

    def __init__(self, rows: Rows, design: Design) -> None:
        self._X, self._y = design.of_others(rows.X), rows.y
        self._losses: list[float] = []

    def up_to(self, epochs: NDArray[np.int64], weights: Floats) -> HeldOutFit:
        """Judge the last of some epochs.

        Args:
            epochs: as `Trajectory.up_to` gives them: those kept, which later calls repeat, and the
                present one, shape (k,).
            weights: theirs, in the run's units, float64, shape (k, p).
        """
        count = len(epochs) - 1
        for state in weights[len(self._losses) : count]:
            self._losses.append(self._loss(state))
        present = weights[-1]
        loss = self._loss(present)
        with np.errstate(over="ignore", invalid="ignore"):
            residual = objective.residual(self._X, present, self._y)
        losses = np.array([*self._losses[:count], loss])
        return HeldOutFit(Metrics.of(loss, residual, self._y), epochs, losses)

    def _loss(self, weights: Floats) -> float:
        """The loss; infinite where numbers on the way are."""
        with np.errstate(over="ignore", invalid="ignore"):
            loss = objective.loss(self._X, weights, self._y)
        return math.inf if math.isnan(loss) else loss
