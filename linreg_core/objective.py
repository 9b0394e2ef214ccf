"""THE convention: the mean squared error and its hand-derived gradient, written once.

    f(X, w)   = X w                          article eq. 1
    residual  = f(X, w) - y
    MSE       = (1/n) sum residual^2         article eq. 2
    dMSE/dw   = (2/n) X^T residual           article eq. 12

It is the mean over rows, so the factor is 2/n. Shapes: X (n, p), w (p,), y (n,). The backends
compute the same in the article's own words; the tests hold them to these functions.
"""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats


def residual(X: Floats, w: Floats, y: Floats) -> Floats:
    """Prediction minus target, shape (n,)."""
    return X @ w - y


def loss(X: Floats, w: Floats, y: Floats) -> float:
    """Mean squared error of the weights w, in squared units of y."""
    return float(np.mean(residual(X, w, y) ** 2))


def gradient(X: Floats, w: Floats, y: Floats) -> Floats:
    """Derivative of the mean squared error by each weight, shape (p,)."""
    gradient: Floats = 2 / len(y) * (X.T @ residual(X, w, y))
    return gradient
