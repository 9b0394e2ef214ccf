"""What is known of the whole table, where the rows of a run are a sample of it."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.settings.settings import Settings
from linreg_core.theory.algebra.spectrum import Optimum, Spectrum


@dataclass(frozen=True, eq=False)
class Whole:
    """The least-squares fit of all rows, and what it makes of them, beside that of a sample.

    Args:
        rows: how many rows the table has.
        optimum: the fit of all of them, in the table's own units.
        of_sample: that of the rows in the sample.
        loss_of_sample: the mean squared error over all rows of the fit of the sample: what it
            costs to have looked at a part only.
        condition_number: of all rows' Hessian; see `Spectrum.condition_number`.
        auto_lr: 1/λmax of it; ``None`` where it has no direction.
    """

    rows: int
    optimum: Optimum
    of_sample: Floats
    loss_of_sample: float
    condition_number: float
    auto_lr: float | None

    @classmethod
    def of(cls, problem: Problem, spectrum: Spectrum, settings: Settings) -> Whole | None:
        """Tell it of a sample as a run sees it; ``None``: its rows are no sample."""
        whole = problem.whole
        if whole is None:
            return None
        known = Spectrum.of(whole, bias=settings.bias, standardize=settings.standardize)
        weights = spectrum.optimum.weights
        prediction = whole.X @ weights[: len(whole.features)]
        if settings.bias:
            prediction = prediction + weights[-1]
        with np.errstate(over="ignore"):
            loss = float(np.mean((prediction - whole.y) ** 2))
        largest = known.eigenvalues[:1]
        return cls(
            rows=whole.rows,
            optimum=known.optimum,
            of_sample=weights,
            loss_of_sample=loss,
            condition_number=known.condition_number,
            auto_lr=float(1 / largest[0]) if len(largest) else None,
        )
