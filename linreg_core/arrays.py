"""Arrays of numbers: their one name in signatures, and where and how wide columns lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
"""An array of float32 or float64; docstrings give its shape."""


def center(X: Floats) -> Floats:
    """The mean of each column, shape (d,); of a constant one exactly that number."""
    constant = X.min(axis=0) == X.max(axis=0)
    middle: Floats = np.where(constant, X[0], X.mean(axis=0))
    return middle


def spread(X: Floats, about: Floats) -> Floats:
    """The root of the mean square of each column's distance from a number, shape (d,)."""
    centred = X - about
    # Divided by the largest first: squares of 1e200 would overflow.
    largest = np.abs(centred).max(axis=0)
    largest[largest == 0] = 1
    spreads: Floats = largest * np.sqrt(np.mean((centred / largest) ** 2, axis=0))
    return spreads


def ones_for_zeros(scale: Floats) -> Floats:
    """Scales to divide by: a column that does not differ keeps its own."""
    return np.where(scale == 0, 1.0, scale)
