"""Which columns depend on each other, and what the data determines all the same: in words.

Where columns depend on each other many weights fit equally well. Only sums of weights are
determined then, and trained weights are compared by their loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.problem import BIAS, Design
from linreg_core.safe_text import shortened
from linreg_core.theory.spectrum import Spectrum

NEGLIGIBLE = 1e-8
"""Coefficients on standardised columns below this are rounding."""

MOST_TERMS = 6


@dataclass(frozen=True)
class Dependence:
    """What makes the best weights not unique.

    Args:
        columns: one relation per dependent column: "x2 = x1 + 1".
        determined: the sums of weights that the data determines: "w(x1) + w(x2)".
    """

    columns: tuple[str, ...]
    determined: tuple[str, ...]


_KNOWN: WeakKeyDictionary[Spectrum, Dependence | None] = WeakKeyDictionary()
"""What was named once, as long as its spectrum is there."""


def dependence(spectrum: Spectrum) -> Dependence | None:
    """Name what depends on what; the second time it takes nothing.

    ``None`` where the weights are unique, or there are too many of them to be named.
    """
    if spectrum not in _KNOWN:
        _KNOWN[spectrum] = _dependence(spectrum)
    return _KNOWN[spectrum]


def _dependence(spectrum: Spectrum) -> Dependence | None:
    design, null = spectrum.design, spectrum.null
    if spectrum.is_unique or null is None:
        return None
    dependent = _dependent_columns(null, len(design.features))
    others = [column for column in range(len(design.names)) if column not in dependent]
    # One null vector per dependent column, which no other of them is in.
    vectors = null @ np.linalg.inv(null[dependent])
    coefficients, constants = _in_own_units(spectrum.standard, vectors, dependent)
    names = [shortened(name) for name in design.names]
    columns = tuple(
        f"{names[column]} = "
        + _sum([(coefficients[i, k], names[i]) for i in others if i < len(design.features)], c)
        for k, (column, c) in enumerate(zip(dependent, constants, strict=True))
    )
    weights = [f"w({name})" for name in names[: len(design.features)]]
    shares = np.vstack([coefficients, constants])  # the bias takes part by the constants
    if design.has_bias:
        weights.append(BIAS)
    determined = tuple(
        _sum([(1.0, weights[i]), *((shares[i, k], weights[j]) for k, j in enumerate(dependent))])
        for i in others
        if shares[i].any()
    )
    return Dependence(columns, determined)


def free_weights(spectrum: Spectrum) -> NDArray[np.bool_]:
    """Which weights, in the problem's own units, can change without any prediction changing, (p,).

    Where there are too many weights for the null directions to be known, all of them if any.
    """
    names = spectrum.design.names
    if spectrum.null is None:
        return np.full(len(names), not spectrum.is_unique)
    changes = np.abs(spectrum.standard.to_raw(spectrum.null))
    sizes = np.abs(spectrum.standard.to_raw(np.eye(len(names)))).max(axis=1, keepdims=True)
    free: NDArray[np.bool_] = (changes > NEGLIGIBLE * sizes).any(axis=1)
    return free


def _dependent_columns(null: Floats, features: int) -> list[int]:
    """As many features as there are null vectors: the last ones that the others make."""
    rest, chosen = null[:features].copy(), []
    for _ in range(null.shape[1]):
        sizes = np.linalg.norm(rest, axis=1)
        # Near the largest, so that dividing by it is safe; of those the last.
        column = int(np.flatnonzero(sizes >= 0.5 * sizes.max())[-1])
        chosen.append(column)
        unit = rest[column] / sizes[column]
        rest -= np.outer(rest @ unit, unit)
    return sorted(chosen)


def _in_own_units(design: Design, vectors: Floats, dependent: list[int]) -> tuple[Floats, Floats]:
    """What each dependent column is made of: coefficients (d, k) of features, constants (k,)."""
    d = len(design.features)
    made = np.where(np.abs(vectors) > NEGLIGIBLE, -vectors, 0.0)
    made[dependent] = 0
    scale, shift = design.scale, design.shift
    coefficients = made[:d] * scale[dependent] / scale[:, np.newaxis]
    constants = shift[dependent] - shift @ coefficients
    if design.has_bias:
        constants += made[d] * scale[dependent]
    sizes = np.abs(shift[dependent]) + np.abs(shift) @ np.abs(coefficients) + scale[dependent]
    return coefficients, np.where(np.abs(constants) > NEGLIGIBLE * sizes, constants, 0.0)


def _sum(terms: list[tuple[float, str]], constant: float = 0.0) -> str:
    """Write a sum: 2·x1 - x3 + 1."""
    terms = [(factor, name) for factor, name in terms if factor != 0]
    left_out = len(terms) - MOST_TERMS
    text = ""
    for factor, name in terms[:MOST_TERMS]:
        size = _size(factor)
        text += _signed(factor, name if size == "1" else f"{size}·{name}", text)
    if left_out > 0:
        text += f" + {left_out} more"
    if constant or not text:
        text += _signed(constant, _size(constant), text)
    return text


def _size(value: float) -> str:
    """Six digits, or what is but for rounding a whole number with all of its own."""
    size = abs(value)
    is_whole = 0.5 < size < 1e15 and abs(size - round(size)) <= NEGLIGIBLE * size
    return f"{round(size)}" if is_whole else f"{size:.6g}"


def _signed(value: float, text: str, before: str) -> str:
    sign = "-" if value < 0 else "+"
    return f" {sign} {text}" if before else f"{'-' if value < 0 else ''}{text}"
