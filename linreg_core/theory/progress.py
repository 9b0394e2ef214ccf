"""How far a run has come on the way that theory knows, and what holds it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.precision import UlpMeter
from linreg_core.records import dataclass
from linreg_core.theory.descent import Approach
from linreg_core.theory.reference import errors_of
from linreg_core.theory.theory import Theory


@dataclass(frozen=True, eq=False)
class Progress:
    """The measured state against the run's limit.

    Args:
        to_go: limit minus weight, in the problem's own units, shape (p,).
        best: the limit in the run's units, shape (p,).
        is_stuck: whether the next update changes no digit of any of the run's weights that the
            weight in own units is made of, shape (p,).
        slowest: for each weight, which of the directions that are told holds most of its way to
            go: an index into ``theory.listed``, shape (p,); all -1 where there is no direction.
        remaining: the distance to the limit along each direction that is told, in the run's units,
            shape (t,).
        digits: the correct digits of the worst weight, 0 to 17, against the theory's reference;
            ``None``: the data determines no weight.
        worst: the index of that weight.
    """

    to_go: Floats
    best: Floats
    is_stuck: NDArray[np.bool_]
    slowest: NDArray[np.int64]
    remaining: Floats
    digits: float | None
    worst: int


def progress(approach: Approach, theory: Theory, weights: Floats, meter: UlpMeter) -> Progress:
    """Compare weights, shape (p,), in the run's units, with where exact arithmetic ends."""
    design = approach.spectrum.design
    raw, directions = design.to_raw(weights), approach.spectrum.directions[:, theory.listed]
    with np.errstate(over="ignore", invalid="ignore"):
        to_go = theory.limit - raw
        remaining = approach.remaining(weights)[theory.listed]
        shares = np.abs(design.to_raw(directions) * remaining)
    slowest = np.full(len(raw), -1) if shares.shape[1] == 0 else np.argmax(shares, axis=1)
    is_stuck = meter.is_stuck.copy()
    if design.has_bias and design.shift.any():
        is_stuck[-1] = is_stuck.all()  # in own units the bias is made of every weight
    errors = errors_of(approach, theory.reference, weights)
    digits = theory.reference.digits_of_worst(errors)
    worst = int(np.argmin(theory.reference.digits(errors)))
    best = approach.limit if design.is_scaled else theory.limit
    return Progress(to_go, best, is_stuck, slowest, remaining, digits, worst)
