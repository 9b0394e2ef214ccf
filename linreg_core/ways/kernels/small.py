"""Epochs of fewer than eight rows, one operation after the other."""

from __future__ import annotations

from typing import Any

from numba import njit

from linreg_core.ways.kernels.native import NN, NUMPY, TENSOR, fma

MOST_ROWS = 7
"""From eight on NumPy sums in strands."""


@njit(cache=True, nogil=True, error_model="numpy")
def descend(
    whose: Any,
    codes: Any,
    first: Any,
    X: Any,
    y: Any,
    w: Any,
    numbers: Any,
    room: Any,
    states: Any,
    losses: Any,
    gradients: Any,
) -> None:
    """Run epochs from the weights ``w`` on, as many as ``states`` has rows.

    Args:
        whose: NUMPY, TENSOR or NN.
        codes: whether the prediction, the gradient, and the update are fused; whether the losses
            are summed in four strands. Shape (4,).
        first: -1, or 0 where the errors at ``w`` are known.
        X: shape (n, d), row by row; d is one less than p where w has a bias of its own.
        y: shape (n,).
        w: shape (p,).
        numbers: 0, 2, the learning rate, n, and the factor of the errors, in the run's dtype.
        room: errors, and what is projected, shape (n,) each.
        states: filled with the weights, shape (epochs, p).
        losses: filled with the mean squared errors, shape (epochs,).
        gradients: filled with the gradient that led to each row, shape (epochs, p).
    """
    n, d = X.shape
    p = len(w)
    rows_fused, columns_fused, update_fused, is_stranded = codes
    zero, two, rate, rows, factor = numbers
    r, g = room
    for epoch in range(first, len(states)):
        if epoch >= 0:
            for i in range(n):
                if whose == TENSOR:
                    g[i] = -(factor * (two * r[i]))
                elif whose == NN:
                    g[i] = factor * r[i]
                else:
                    g[i] = r[i]
            for j in range(p):
                slope = zero
                for i in range(n):
                    if j == d:
                        slope += g[i]
                    elif columns_fused:
                        slope = fma(X[i, j], g[i], slope)
                    else:
                        slope += X[i, j] * g[i]
                if whose == NUMPY:
                    slope = (-two * slope) / rows
                gradients[epoch, j] = slope
                if update_fused:
                    w[j] = fma(slope, -rate, w[j])
                else:
                    w[j] -= rate * slope
                states[epoch, j] = w[j]
        total = zero
        for i in range(n):
            predicted = zero
            for j in range(d):
                if rows_fused:
                    predicted = fma(X[i, j], w[j], predicted)
                else:
                    predicted += X[i, j] * w[j]
            if p > d:
                predicted += w[d]
            r[i] = predicted - y[i] if whose == NN else y[i] - predicted
            if not is_stranded:
                total += r[i] * r[i]
        if is_stranded:
            total = r[0] * r[0]
            for i in range(4, n):
                total += r[i] * r[i]
            for i in range(1, 4):
                total += r[i] * r[i]
        if epoch >= 0:
            losses[epoch] = total / rows
