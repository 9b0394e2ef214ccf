"""Epochs of any number of rows: products by the very functions that NumPy and torch call."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from linreg_core.ways.kernels.native import NN, NUMPY, TENSOR, call_dot, call_gemm, call_gemv, fma

DOTS, GEMV, GEMM = 5, 11, 13
"""Which function takes a product, by how many pointers it is given."""

PAIRWISE = 0
"""A sum as NumPy takes it; any other number is how many numbers torch adds at once."""

STRANDS = 128
"""Up to so many numbers NumPy adds in eight strands."""


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


@njit(nogil=True, error_model="numpy")
def _strands(y: Any, prediction: Any, r: Any, begin: Any, n: Any, zero: Any) -> Any:
    """Fill at most 128 errors; the sum of their squares as NumPy takes it: in eight strands."""
    for i in range(begin, begin + n):
        r[i] = y[i] - prediction[i]
    total, whole = zero, begin
    if n >= 8:
        a, b, c, d = zero, zero, zero, zero
        e, f, g, h = zero, zero, zero, zero
        whole = begin + n - n % 8
        for i in range(begin, whole, 8):
            a += r[i] * r[i]
            b += r[i + 1] * r[i + 1]
            c += r[i + 2] * r[i + 2]
            d += r[i + 3] * r[i + 3]
            e += r[i + 4] * r[i + 4]
            f += r[i + 5] * r[i + 5]
            g += r[i + 6] * r[i + 6]
            h += r[i + 7] * r[i + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, begin + n):
        total += r[i] * r[i]
    return total


@njit(nogil=True, error_model="numpy")
def _pairwise(y: Any, prediction: Any, r: Any, zero: Any) -> Any:
    """Fill the errors; the sum of their squares as NumPy takes it: in halves down to 128.

    Written without recursion, which numba's cache cannot hold.
    """
    n = len(r)
    if n <= STRANDS:
        return _strands(y, prediction, r, 0, n, zero)
    begins, sizes = np.zeros(64, np.int64), np.zeros(64, np.int64)
    lefts, is_left_known = np.full(64, zero), np.zeros(64, np.bool_)
    depth, sizes[0] = 0, n
    while True:
        begin, size = begins[depth], sizes[depth]
        if size > STRANDS:
            half = size // 2 - (size // 2) % 8
            is_left_known[depth] = False
            depth += 1
            begins[depth], sizes[depth] = begin, half
            continue
        value = _strands(y, prediction, r, begin, size, zero)
        depth -= 1
        while depth >= 0 and is_left_known[depth]:
            value = lefts[depth] + value
            depth -= 1
        if depth < 0:
            return value
        half = sizes[depth] // 2 - (sizes[depth] // 2) % 8
        lefts[depth], is_left_known[depth] = value, True
        begins[depth + 1], sizes[depth + 1] = begins[depth] + half, sizes[depth] - half
        depth += 1


@njit(nogil=True, error_model="numpy")
def _cascade(values: Any, width: Any, zero: Any) -> Any:
    """A sum as torch takes it: in lanes, each of four rows, and each row in levels."""
    n = len(values)
    lanes = width if n >= width else 1
    size = n // lanes
    rows, power = size // 4, 4
    while rows > 1 << (4 * power + 3):
        power += 1
    mask = (1 << power) - 1
    total = zero
    for i in range(size * lanes, n):
        total += values[i]
    for lane in range(lanes):
        of_lane = zero
        for row in range(4):
            first, second, third, fourth = zero, zero, zero, zero
            for i in range(rows):
                first += values[lane + (4 * i + row) * lanes]
                done = i + 1
                if done & mask == 0:
                    second += first
                    first = zero
                    if done & (mask << power) == 0:
                        third += second
                        second = zero
                        if done & (mask << (2 * power)) == 0:
                            fourth += third
                            third = zero
            first = ((first + second) + third) + fourth
            if row == 0:
                for i in range(4 * rows, size):
                    first += values[lane + i * lanes]
            of_lane += first
        total += of_lane
    return total


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
                gradient[d] = _cascade(g, how_sum, zero)
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
        if how_sum == PAIRWISE:
            total = _pairwise(y, prediction, r, zero)
        else:
            for i in range(n):
                r[i] = prediction[i] - y[i] if whose == NN else y[i] - prediction[i]
                squares[i] = r[i] * r[i]
            total = _cascade(squares, how_sum, zero)
        if epoch >= 0:
            losses[epoch] = total / rows
