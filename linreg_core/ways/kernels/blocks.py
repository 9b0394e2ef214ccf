"""A pass over some rows of a large table: predict, take the errors, project, in blocks in cache."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from linreg_core.ways.kernels.native import NN, NUMPY, TENSOR, fma
from linreg_core.ways.kernels.sums import cascade, pairwise, power_of, strands

BLOCK = 256
"""So many rows are looked at together; a whole number of groups, whatever their size."""


@njit(nogil=True, error_model="numpy")
def _levels(values: Any, begin: Any, stop: Any, done: Any, power: Any, levels: Any) -> Any:
    """Add whole rows of lanes to the lowest level, and each full level to the next one.

    Args:
        values: what is added.
        begin: from where on in ``values``.
        stop: up to where.
        done: how many rows of lanes were added before.
        power: log2 of how many fill a level.
        levels: shape (4, lanes).
    """
    lanes, mask = levels.shape[1], (1 << power) - 1
    lowest = levels[0]
    for at in range(begin, stop, lanes):
        for lane in range(lanes):
            lowest[lane] += values[at + lane]
        done += 1
        level = 0
        while level < 3 and done & (mask << (level * power)) == 0:
            for lane in range(lanes):
                levels[level + 1, lane] += levels[level, lane]
                levels[level, lane] = 0
            level += 1
    return done


@njit(nogil=True, error_model="numpy")
def _end_of_levels(values: Any, begin: Any, stop: Any, width: Any, levels: Any, zero: Any) -> Any:
    """The sum of all levels and of what is left of the values; `cascade` says how torch does it."""
    total = zero
    size = (stop - begin) // width
    for i in range(begin + size * width, stop):
        total += values[i]
    for lane in range(width):
        of_lane = zero
        for row in range(4):
            at = row * width + lane
            value = ((levels[0, at] + levels[1, at]) + levels[2, at]) + levels[3, at]
            if row == 0:
                for i in range(size):
                    value += values[begin + i * width + lane]
            of_lane += value
        total += of_lane
    return total


@njit(nogil=True, error_model="numpy")
def look(
    predict: Any,
    project: Any,
    both: Any,
    whose: Any,
    rows: Any,
    X: Any,
    y: Any,
    c: Any,
    numbers: Any,
    g: Any,
    how: Any,
    parts: Any,
    room: Any,
    sums: Any,
    totals: Any,
) -> None:
    """Predict some rows, take their errors and the loss, and project on columns while in cache.

    Args:
        predict: a loop in the order of the library; see `linreg_core.ways.large.loops.written`.
        project: likewise.
        both: likewise, or ``None``.
        whose: NUMPY, TENSOR or NN.
        rows: the first, and the one after the last.
        X: shape (n, d), row by row.
        y: shape (n,).
        c: the weights, and after those of the columns the bias, if there is one; shape (p,).
        numbers: 0, 2, the learning rate, n, and the factor of the errors, in the run's dtype.
        g: filled with what is projected, shape (n,).
        how: how many numbers torch adds at once, 0 of NumPy; whether rows that make no group are
            fused.
        parts: of NumPy: where each sum of squares begins that is not halved any more, and room for
            those sums, which are filled where all their rows are here; and those that have rows of
            several shares. Shapes (k + 1,), (k,), (m,).
        room: predictions and squares, shape (BLOCK,), levels, shape (2, 4, lanes).
        sums: filled with what was projected, shape (d,).
        totals: filled with the sum of the squares, and of what is projected, of torch.
    """
    begin, stop = rows
    width, rest_fused = how
    d = X.shape[1]
    power = power_of((stop - begin) // max(width, 1) // 4)
    begins, of_parts, _ = parts
    predictions, squares, levels = room
    zero, two, factor = numbers[0], numbers[1], numbers[4]
    has_bias = len(c) > d
    part = np.searchsorted(begins, begin)
    done, slopes_done, rest = 0, 0, 0
    sums[:] = 0
    levels[:] = 0
    predict(X[begin : min(begin + BLOCK, stop)], c, predictions[: min(BLOCK, stop - begin)])
    for at in range(begin, stop, BLOCK):
        end = min(at + BLOCK, stop)
        count = end - at
        x, targets, of_rows = X[at:end], y[at:end], g[at:end]
        predicted = predictions[:count]
        if has_bias:
            for i in range(count):
                predicted[i] += c[d]
        for i in range(count):
            if whose == NN:
                r = predicted[i] - targets[i]
                of_rows[i] = factor * r
            else:
                r = targets[i] - predicted[i]
                of_rows[i] = -(factor * (two * r)) if whose == TENSOR else r
            squares[i] = r * r
        if whose == NUMPY:
            while part < len(of_parts) and begins[part + 1] <= end:
                size = begins[part + 1] - begins[part]
                of_parts[part] = strands(g, begins[part], size, zero)
                part += 1
        else:
            rest = count // (4 * width) * (4 * width)
            done = _levels(squares, 0, rest, done, power, levels[0])
            if has_bias:
                slopes_done = _levels(g, at, at + rest, slopes_done, power, levels[1])
        if both is not None and end + BLOCK <= stop:
            both(x, of_rows, sums, X[end : end + BLOCK], c, predicted)
        else:
            project(x, of_rows, sums, rest_fused)
            predict(X[end:stop], c, predictions[: stop - end])
    if whose != NUMPY:
        last = stop - (stop - begin - 1) % BLOCK - 1
        totals[0] = _end_of_levels(squares, rest, stop - last, width, levels[0], zero)
        if has_bias:
            totals[1] = _end_of_levels(g, last + rest, stop, width, levels[1], zero)


@njit(cache=True, nogil=True, error_model="numpy")
def mean_square(whose: Any, width: Any, numbers: Any, g: Any, parts: Any, totals: Any) -> Any:
    """The loss, of what every share of the rows has found; shape of ``totals``: (shares, 2)."""
    zero, rows = numbers[0], numbers[3]
    if whose == NUMPY:
        begins, of_parts, across = parts
        for part in across:  # their rows are not all of one share
            of_parts[part] = strands(g, begins[part], begins[part + 1] - begins[part], zero)
        return pairwise(g, of_parts, zero) / rows
    return cascade(totals[:, 0], width, zero) / rows


@njit(cache=True, nogil=True, error_model="numpy")
def descend(
    whose: Any, how: Any, numbers: Any, w: Any, totals: Any, sums: Any, gradient: Any
) -> None:
    """Go down the gradient that was found.

    Args:
        whose: NUMPY, TENSOR or NN.
        how: how many numbers torch adds at once; whether the update is fused; d.
        numbers: as of `look`.
        w: weights, changed, shape (p,).
        totals: of each share of the rows, two sums; the second is of what is projected. (shares, 2)
        sums: of each share of the rows, what it projected, shape (shares, d).
        gradient: filled, shape (p,).
    """
    width, update_fused, d = how
    zero, two, rate, rows = numbers[0], numbers[1], numbers[2], numbers[3]
    for j in range(len(w)):
        if j == d:
            slope = cascade(totals[:, 1], width, zero)
        else:
            slope = sums[0, j]
            for share in range(1, len(sums)):
                slope += sums[share, j]
        if whose == NUMPY:
            slope = (-two * slope) / rows
        gradient[j] = slope
        if update_fused:
            w[j] = fma(slope, -rate, w[j])
        else:
            w[j] -= rate * slope
