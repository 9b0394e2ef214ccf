"""Epochs of any number of rows: products by the very functions that NumPy and torch call."""

from __future__ import annotations

from typing import Any

from numba import njit

from linreg_core.ways.kernels.native import NN, NUMPY, TENSOR, call_dot, call_gemm, call_gemv, fma
from linreg_core.ways.kernels.sums import cascade, pairwise

DOTS, GEMV, GEMM = 5, 11, 13
"""Which function takes a product, by how many pointers it is given."""

PAIRWISE = 0
"""A sum as NumPy takes it; any other number is how many numbers torch adds at once."""


@njit(nogil=True, error_model="numpy")
def _product(function: Any, address: Any, frames: Any, out: Any, count: Any) -> None:
    """Have ``count`` numbers computed into ``out``; the pointers know where the others are."""
    if function == GEMV:
        call_gemv(address, frames, 0, out[0])
    elif function == GEMM:
        call_gemm(address, frames, 0, out[0])
    else:
        for i in range(count):
            out[i] = call_dot(address, frames, i, out[0])


@njit(cache=True, nogil=True, error_model="numpy")
def descend(
    whose: Any,
    codes: Any,
    first: Any,
    d: Any,
    y: Any,
    w: Any,
    numbers: Any,
    room: Any,
    addresses: Any,
    rows_frames: Any,
    columns_frames: Any,
    states: Any,
    losses: Any,
    gradients: Any,
) -> None:
    """Run epochs from the weights ``w`` on, as many as ``states`` has rows.

    Args:
        whose: NUMPY, TENSOR or NN.
        codes: which functions take both products, whether the update is fused, and how is summed,
            shape (4,).
        first: -1, or 0 where the errors at ``w`` are known.
        d: how many weights are multiplied by features; w has a bias of its own where it has more.
        y: shape (n,).
        w: shape (p,).
        numbers: 0, 2, the learning rate, n, and the factor of the errors, in the run's dtype.
        room: prediction, errors, what is projected, squares, of shape (n,), and a gradient (p,).
        addresses: of the functions that take both products.
        rows_frames: pointers to what the first is given, which is X and w.
        columns_frames: likewise of the second: X, and what is projected, of NumPy the errors.
        states: filled with the weights, shape (epochs, p).
        losses: filled with the mean squared errors, shape (epochs,).
        gradients: filled with the gradient that led to each row, shape (epochs, p).
    """
    n, p = len(y), len(w)
    by_rows, by_columns, update_fused, how_sum = codes
    zero, two, rate, rows, factor = numbers
    prediction, r, g, squares, gradient = room
    for epoch in range(first, len(states)):
        if epoch >= 0:
            if whose == TENSOR:
                for i in range(n):
                    g[i] = -(factor * (two * r[i]))
            elif whose == NN:
                for i in range(n):
                    g[i] = factor * r[i]
            _product(by_columns, addresses[1], columns_frames, gradient, d)
            if p > d:
                gradient[d] = cascade(g, how_sum, zero)
            for j in range(p):
                slope = gradient[j]
                if whose == NUMPY:
                    slope = (-two * slope) / rows
                gradients[epoch, j] = slope
                if update_fused:
                    w[j] = fma(slope, -rate, w[j])
                else:
                    w[j] -= rate * slope
                states[epoch, j] = w[j]
        if p > d:
            for i in range(n):
                prediction[i] = w[d]
        _product(by_rows, addresses[0], rows_frames, prediction, n)
        for i in range(n):
            r[i] = prediction[i] - y[i] if whose == NN else y[i] - prediction[i]
        if how_sum == PAIRWISE:
            total = pairwise(r, squares[:0], zero)
        else:
            for i in range(n):
                squares[i] = r[i] * r[i]
            total = cascade(squares, how_sum, zero)
        if epoch >= 0:
            losses[epoch] = total / rows
