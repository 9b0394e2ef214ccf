"""Which columns depend on each other, and what the data determines all the same: in words.

Where columns depend on each other many weights fit equally well. Only sums of weights are
determined then, and trained weights are compared by their loss.
"""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.problem import BIAS, Design
from linreg_core.records import dataclass
from linreg_core.safe_text import shortened
from linreg_core.theory.algebra.jacobi import EPS
from linreg_core.theory.algebra.spectrum import Spectrum

NEGLIGIBLE = 1e-8
"""Terms below this part of the others are rounding, where nothing better is known of it."""

MOST_TERMS = 6

ROUNDINGS = 4
"""So many in each term still count as rounding alone."""

ALL_DIGITS = 15
"""Of a relation that holds to fewer, it is said to how many: rounding alone leaves so many."""


@dataclass(frozen=True)
class Dependence:
    """What makes the best weights not unique.

    Args:
        columns: one relation per dependent column: "x2 = x1 + 1", or "x2 = x1 (to 13 digits)" where
            they differ by more than rounding.
        determined: the sums of weights that the data determines: "w(x1) + w(x2)".
    """

    columns: tuple[str, ...]
    determined: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Relations:
    """What dependent columns are made of, in the problem's own units.

    Args:
        dependent: indices of the k columns that others make.
        shares: what each weight's column takes part with, shape (p, k); of the dependent ones 0.
        digits: to how many digits each relation holds, at most `ALL_DIGITS`.
    """

    dependent: list[int]
    shares: Floats
    digits: list[int]


_KNOWN: WeakKeyDictionary[Spectrum, _Relations | None] = WeakKeyDictionary()
"""What was found once, as long as its spectrum is there."""


def dependence(spectrum: Spectrum) -> Dependence | None:
    """Name what depends on what.

    ``None`` where the weights are unique, or there are too many of them to be named.
    """
    found, design = _relations(spectrum), spectrum.design
    if found is None:
        return None
    d = len(design.features)
    shares, names = found.shares, [shortened(name) for name in design.names]
    weights = [f"w({name})" for name in names[:d]] + [BIAS] * design.has_bias
    columns = tuple(
        f"{names[column]} = "
        + _sum(list(zip(shares[:d, k], names, strict=False)), float(shares[d:, k].sum()))
        + ("" if digits >= ALL_DIGITS else f" (to {digits} digits)")
        for k, (column, digits) in enumerate(zip(found.dependent, found.digits, strict=True))
    )
    made = [weights[column] for column in found.dependent]
    determined = tuple(
        _sum([(1.0, weight), *zip(share, made, strict=True)])
        for weight, share in zip(weights, shares.tolist(), strict=True)
        if any(share)
    )
    return Dependence(columns, determined)


def free_weights(spectrum: Spectrum) -> NDArray[np.bool_]:
    """Which weights, in the problem's own units, can change without any prediction changing, (p,).

    Where there are too many weights for the null directions to be known, all of them if any.
    """
    found = _relations(spectrum)
    if found is None:
        return np.full(len(spectrum.design.names), not spectrum.is_unique)
    free = np.array([share.any() for share in found.shares])
    free[found.dependent] = True
    return free


def _relations(spectrum: Spectrum) -> _Relations | None:
    if spectrum not in _KNOWN:
        _KNOWN[spectrum] = _find(spectrum)
    return _KNOWN[spectrum]


def _find(spectrum: Spectrum) -> _Relations | None:
    null, triangle = spectrum.null, spectrum.triangle
    if spectrum.is_unique or null is None or triangle is None:
        return None
    dependent = _dependent_columns(null, len(spectrum.design.features))
    # One null vector per dependent column, which no other of them is in.
    made = -null @ np.linalg.inv(null[dependent])
    made[dependent] = 0
    noise, known = ROUNDINGS * EPS * spectrum.closeness, np.empty(len(dependent))
    # However little of it: what was subtracted from columns is a rounded mean.
    is_constant = np.arange(len(made)) >= len(spectrum.design.features)
    for k, column in enumerate(dependent):
        made[:, k], known[k] = _without_noise(triangle, made[:, k], column, noise, is_constant)
    digits = [
        _digits(triangle, made[:, k], column, spectrum.standard.X)
        for k, column in enumerate(dependent)
    ]
    with np.errstate(over="ignore", invalid="ignore"):
        shares = _in_own_units(spectrum.standard, made, dependent, known)
    # Of columns near the ends of float64 the shares may be beyond it.
    return _Relations(dependent, shares, digits) if np.isfinite(shares).all() else None


def _without_noise(
    triangle: Floats, made: Floats, column: int, noise: float, is_constant: NDArray[np.bool_]
) -> tuple[Floats, float]:
    """What makes a standardised column, shape (p,), without terms that are but rounding.

    Null vectors are known to as many roundings as the other columns' condition. Terms below are
    left out where the others explain the column to rounding without them; or else below a tenth of
    that, and so on.

    Returns:
        That, and to what part of themselves the terms are known.
    """
    length = float(np.linalg.norm(triangle[:, column]))
    least = max(noise, NEGLIGIBLE)
    while least >= min(noise, NEGLIGIBLE):
        few = np.flatnonzero((np.abs(made) > least) | is_constant)
        fitted, _, _, singular = np.linalg.lstsq(triangle[:, few], triangle[:, column])
        left = float(np.linalg.norm(triangle[:, column] - triangle[:, few] @ fitted))
        if left <= ROUNDINGS * len(made) * EPS * length * (1 + float(np.abs(fitted).sum())):
            coefficients = np.zeros_like(made)
            coefficients[few] = fitted
            lost = float(singular[0] / singular[-1]) if len(few) else 1.0
            return coefficients, len(made) * EPS * lost
        least /= 10
    return np.where((np.abs(made) > NEGLIGIBLE) | is_constant, made, 0.0), NEGLIGIBLE


def _digits(triangle: Floats, made: Floats, column: int, X: Floats) -> int:
    """To how many digits a standardised column is what others make, at most `ALL_DIGITS`.

    That is read from the triangle, and from all rows only where its own rounding might be told.
    """
    for rows in (triangle, X):
        left = float(np.linalg.norm(rows[:, column] - rows @ made))
        whole = np.linalg.norm(rows, axis=0) @ np.abs(made) + np.linalg.norm(rows[:, column])
        digits = ALL_DIGITS if left <= EPS * whole else round(-math.log10(left / whole))
        if not ALL_DIGITS - 2 < digits < ALL_DIGITS:
            break
    return min(digits, ALL_DIGITS)


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


def _in_own_units(design: Design, made: Floats, dependent: list[int], known: Floats) -> Floats:
    """The same shares, shape (p, k), for columns that are not standardised."""
    shares = made.copy()
    d, scale, shift = len(design.features), design.scale, design.shift
    np.multiply(
        shares[:d], scale[dependent] / scale[:, np.newaxis], out=shares[:d], where=shares[:d] != 0
    )
    shares[:d] = _whole(shares[:d], known * np.abs(shares[:d]))
    if design.has_bias:
        constants = shift[dependent] - shift @ shares[:d] + made[d] * scale[dependent]
        sizes = np.abs(shift[dependent]) + np.abs(shift) @ np.abs(shares[:d]) + scale[dependent]
        known_constants = np.where(np.abs(constants) > known * sizes, constants, 0.0)
        shares[d] = _whole(known_constants, known * sizes)
    return shares


def _whole(values: Floats, errors: Floats) -> Floats:
    """The whole numbers but 0 that values may be, by their errors."""
    whole = np.round(values)
    return np.where((np.abs(values - whole) <= errors) & (whole != 0), whole, values)


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
