"""The best fixed learning rate for a number of epochs: not that of the very long run.

After N epochs of gradient descent the loss is above its least by f(η) = Σ ½ λᵢ (1 − η λᵢ)^(2N) cᵢ²,
where c are the first distances along the directions of the Hessian. An even power of an affine
function is convex, and so is f: it has one least value between 0 and 2/λmax. 2/(λmin + λmax) only
makes the slowest direction fastest; it pays after several times λmax/λmin epochs.
"""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats

GOLDEN = (5**0.5 - 1) / 2

STEPS = 90
"""Each leaves 0.618 of the interval: 90 leave 1.6e-19 of it."""


def best_rate_for(epochs: int, eigenvalues: Floats, start: Floats) -> float | None:
    """The fixed rate with the least loss after so many epochs.

    Args:
        epochs: how many, N >= 1.
        eigenvalues: of the Hessian, largest first, > 0, shape (m,).
        start: the first distance along each direction, shape (m,).

    Returns:
        ``None`` where no finite positive rate follows: without any direction or distance.
    """
    moving = (start != 0) & np.isfinite(start) & np.isfinite(eigenvalues)
    if not moving.any():
        return None
    values = eigenvalues[moving]
    energy = np.log(values) + 2 * np.log(np.abs(start[moving]))

    def log_excess(share: float) -> float:
        """Log 2 f at a share of the limit 2/λmax; -inf where nothing is left."""
        with np.errstate(divide="ignore"):
            factors = np.log(np.abs(1 - share * 2 * (values / values[0])))
        return float(np.logaddexp.reduce(energy + 2 * epochs * factors))

    low, high = 0.0, 1.0
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = log_excess(left), log_excess(right)
    for _ in range(STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = log_excess(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = log_excess(right)
    with np.errstate(over="ignore"):
        rate = float((low + high) / values[0])
    return rate if np.isfinite(rate) and rate > 0 else None
