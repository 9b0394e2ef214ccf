"""Sums as NumPy and torch take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

STRANDS = 128
"""Up to so many numbers NumPy adds in eight strands."""


@njit(nogil=True, error_model="numpy")
def strands(r: Any, begin: Any, n: Any, zero: Any) -> Any:
    """The sum of at most 128 squares as NumPy takes it: in eight strands."""
    values, total, whole = r[begin : begin + n], zero, 0
    if n >= 8:
        a, b, c, d = zero, zero, zero, zero
        e, f, g, h = zero, zero, zero, zero
        whole = n - n % 8
        for i in range(0, whole, 8):
            a += values[i] * values[i]
            b += values[i + 1] * values[i + 1]
            c += values[i + 2] * values[i + 2]
            d += values[i + 3] * values[i + 3]
            e += values[i + 4] * values[i + 4]
            f += values[i + 5] * values[i + 5]
            g += values[i + 6] * values[i + 6]
            h += values[i + 7] * values[i + 7]
        total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, n):
        total += values[i] * values[i]
    return total


@njit(nogil=True, error_model="numpy")
def pairwise(r: Any, parts: Any, zero: Any) -> Any:
    """The sum of squares as NumPy takes it: in halves down to 128.

    Written without recursion, which numba's cache cannot hold.

    Args:
        r: what is squared, shape (n,).
        parts: the sums of those that are not halved any more, in their order, if they are known;
            or empty.
        zero: 0, in the dtype of both.
    """
    n = len(r)
    if n <= STRANDS:
        return strands(r, 0, n, zero)
    begins, sizes = np.zeros(64, np.int64), np.zeros(64, np.int64)
    lefts, is_left_known = np.full(64, zero), np.zeros(64, np.bool_)
    depth, part, sizes[0] = 0, 0, n
    while True:
        begin, size = begins[depth], sizes[depth]
        if size > STRANDS:
            half = size // 2 - (size // 2) % 8
            is_left_known[depth] = False
            depth += 1
            begins[depth], sizes[depth] = begin, half
            continue
        value = parts[part] if len(parts) else strands(r, begin, size, zero)
        part += 1
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
def power_of(rows: Any) -> Any:
    """log2 of how many numbers torch adds before it puts them into the next of four levels."""
    power = 4
    while rows > 1 << (4 * power + 3):
        power += 1
    return power


@njit(nogil=True, error_model="numpy")
def cascade(values: Any, width: Any, zero: Any) -> Any:
    """A sum as torch takes it: in lanes, each of four rows, and each row in levels."""
    n = len(values)
    lanes = width if n >= width else 1
    size = n // lanes
    rows = size // 4
    power = power_of(rows)
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
