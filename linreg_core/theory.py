"""What can be known of a run beforehand: where it should end, and which learning rates work.

Gradient descent on the mean squared error is a linear map of the weights; its Hessian
(2/n) XᵀX decides everything. Nothing here trains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.problem import Design, Problem


@dataclass(frozen=True, eq=False)
class Optimum:
    """The least-squares solution, in float64.

    Args:
        weights: in the problem's own units, shape (p,), the bias last; when there are many
            solutions, the one that is shortest on standardised columns.
        loss: the mean squared error there, the smallest there is.
    """

    weights: Floats
    loss: float


def hessian_eigenvalues(X: Floats) -> Floats:
    """Eigenvalues of (2/n) XᵀX that are not zero in float64, largest first.

    They are squared singular values of X, which keeps twice the digits that XᵀX would leave to
    the small ones.

    Args:
        X: design matrix, shape (n, p).

    Returns:
        Shape (r,), where r <= p is the rank; empty when X is all zeros.
    """
    n, p = X.shape
    triangle = np.linalg.qr(X, mode="r") if n > p else X
    singular = np.linalg.svd(triangle, compute_uv=False)
    with np.errstate(over="ignore"):
        tolerance = singular.max() * (max(n, p) * np.finfo(np.float64).eps)
        eigenvalues: Floats = 2 / n * singular[singular > tolerance] ** 2
    return eigenvalues


def learning_rate(rule: Literal["auto", "best"], X: Floats) -> float:
    """The learning rate that a rule gives for a design matrix of shape (n, p).

    Args:
        rule: "auto" is 1/λmax, half of the limit 2/λmax beyond which a run diverges; "best" is
            2/(λmin + λmax), the fixed rate with the fastest worst mode, where λmin is the smallest
            eigenvalue that is not zero.
        X: the design matrix.

    Raises:
        LinregError: "no-learning-rate" when no finite positive rate follows.
    """
    eigenvalues = hessian_eigenvalues(X)
    if len(eigenvalues):
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            largest, smallest = eigenvalues[0], eigenvalues[-1]
            rate = float(1 / largest if rule == "auto" else 2 / (smallest + largest))
        if np.isfinite(rate) and rate > 0:
            return rate
    raise LinregError(
        "no-learning-rate",
        f"no learning rate follows from these features by the rule {rule!r} (all are zero, or "
        "their squares overflow); give --lr a number, or --standardize",
    )


def optimum(problem: Problem, *, bias: bool) -> Optimum:
    """Solve the least-squares problem by SVD on standardised columns.

    Standardised columns keep the digits that units would cost: a raw solution keeps 6 of the 11
    certified digits of the NIST set Pontius, and none of Filip's.
    """
    design = Design.of(problem, bias=bias, standardize=True)
    weights = np.linalg.lstsq(design.X, design.y, rcond=None)[0]
    with np.errstate(over="ignore", invalid="ignore"):
        return Optimum(design.to_raw(weights), objective.loss(design.X, weights, design.y))
