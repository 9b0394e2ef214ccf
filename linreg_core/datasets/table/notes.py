"""What the numbers of a table should make the user wary of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linreg_core.problem import Note
from linreg_core.safe_text import listed, shortened


def notes_on(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    """Return what is odd about a problem's numbers.

    Args:
        X: features, shape (n, d), finite.
        y: target, shape (n,), finite.
        features: d names.
        target: name of y.

    Returns:
        Notes "underdetermined" or "more-features-than-rows"; "constant-feature",
        "constant-target", "target-is-feature"; "underflow-risk", "overflow-risk". What a run does
        with them is not known here: whether it has a bias, and which columns depend on others.
    """
    notes = _notes_on_size(*X.shape)
    if len(y) > 1:  # of a single row every column is constant, and the note above says enough
        notes += _notes_on_constants(X, y, features, target)
    if target in features:
        name = shortened(target)
        notes.append(
            Note("target-is-feature", f"{name} is both target and feature: it fits itself")
        )
    return notes + _notes_on_range(X, y, features, target)


def _notes_on_size(n: int, d: int) -> list[Note]:
    rows = f"{n:,} row{'s' if n > 1 else ''}"
    if d > n > 1:
        message = f"{d:,} features but only {rows}: endlessly many weights are equally good"
        return [Note("more-features-than-rows", message)]
    if d + 1 > n:
        message = f"{rows} cannot settle the {d + 1:,} weights of a run with a bias"
        return [Note("underdetermined", message)]
    return []


def _notes_on_constants(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    notes = []
    constant = _named(features, X.min(axis=0) == X.max(axis=0))
    if constant:
        notes.append(Note("constant-feature", f"the same value in every row: {listed(constant)}"))
    if y.min() == y.max():
        notes.append(
            Note(
                "constant-target",
                f"the target {shortened(target)} has the same value in every row: R² is 0/0",
            )
        )
    return notes


def _notes_on_range(
    X: NDArray[np.float64], y: NDArray[np.float64], features: Sequence[str], target: str
) -> list[Note]:
    names = [*features, target]
    largest = np.append(np.abs(X).max(axis=0), np.abs(y).max())
    limits = np.finfo(np.float64)
    tiny = _named(names, (largest > 0) & (largest < np.sqrt(limits.tiny)))
    huge = _named(names, largest > np.sqrt(limits.max / len(y)))
    notes = []
    if tiny:
        notes.append(
            Note(
                "underflow-risk",
                f"so small that the squares underflow in float64: {listed(tiny)}; rescale",
            )
        )
    if huge:
        notes.append(
            Note(
                "overflow-risk",
                f"so large that the sum of squares overflows in float64: {listed(huge)}; rescale",
            )
        )
    return notes


def _named(names: Sequence[str], chosen: NDArray[np.bool_]) -> list[str]:
    return [name for name, is_chosen in zip(names, chosen, strict=True) if is_chosen]
