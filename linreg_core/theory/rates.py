"""The learning rates that follow from the spectrum."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError


def learning_rate(rule: Literal["auto", "best"], eigenvalues: Floats) -> float:
    """The learning rate that a rule gives.

    Args:
        rule: "auto" is 1/λmax, half of the limit 2/λmax beyond which a run diverges; "best" is
            2/(λmin + λmax), the fixed rate with the fastest slowest direction, where λmin is the
            smallest eigenvalue that is not zero.
        eigenvalues: of the Hessian, those that are not zero, largest first, shape (m,).

    Raises:
        LinregError: "no-learning-rate" when no finite positive rate follows.
    """
    rate = auto_rate(eigenvalues) if rule == "auto" else best_rate(eigenvalues)
    if rate is None:
        raise LinregError(
            "no-learning-rate",
            f"no learning rate follows from these features by the rule {rule!r} (all are zero, or "
            "their squares overflow); give --lr a number, or --standardize",
        )
    return rate


def auto_rate(eigenvalues: Floats) -> float | None:
    """1/λmax; ``None`` when that is no rate."""
    return _rate(1, eigenvalues[:1])


def limit_rate(eigenvalues: Floats) -> float | None:
    """2/λmax, with which or more a run never settles; ``None`` when that is no rate."""
    return _rate(2, eigenvalues[:1])


def best_rate(eigenvalues: Floats) -> float | None:
    """2/(λmin + λmax); ``None`` when that is no rate."""
    rate = _rate(2, np.concatenate([eigenvalues[:1], eigenvalues[-1:]]))
    # From a condition number of 1e16 on it rounds to the limit itself, where nothing ever settles.
    while rate is not None and rate * eigenvalues[0] >= 2:
        rate = math.nextafter(rate, 0)
    return rate


def _rate(share: float, eigenvalues: Floats) -> float | None:
    """``share`` divided by the sum of some eigenvalues, if that is a rate."""
    with np.errstate(over="ignore", divide="ignore"):
        rate = float(share / np.sum(eigenvalues)) if len(eigenvalues) else 0.0
    return rate if np.isfinite(rate) and rate > 0 else None
