"""Numbers beyond a dtype: which phase of an epoch makes inf or nan, and out of what."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Evaluation
from linreg_core.backends.phases import Role
from linreg_core.records import dataclass


class Kind(IntEnum):
    """What is the worst of some numbers."""

    FINITE = 0
    INF = 1
    NAN = 2

    @classmethod
    def of(cls, values: Floats | float) -> Kind:
        """Look at all of them."""
        if np.isfinite(values).all():
            return cls.FINITE
        return cls.NAN if np.isnan(values).any() else cls.INF


@dataclass(frozen=True)
class Failure:
    """What a phase has made that is not finite.

    Args:
        role: of the phase.
        epoch: the one that it ran at.
        made: the worst of its numbers, inf or nan.
        given: the worst of the numbers that it was given.
        largest: the largest number of the dtype.
    """

    role: Role
    epoch: int
    made: Kind
    given: Kind
    largest: float


Made = dict[Role, tuple[Kind, Kind]]
"""Of each phase that computes, what it was given and what it made of that."""


def made_by_phases(weights: Floats, found: Evaluation, updated: Floats) -> Made:
    """Look at the numbers of one epoch.

    Args:
        weights: before the update, shape (p,).
        found: the backend's numbers at these.
        updated: the weights after the update, shape (p,).
    """
    before, predicted = Kind.of(weights), Kind.of(found.prediction)
    slope = Kind.of(found.gradient)
    return {
        Role.LOOK: (before, predicted),
        Role.LOSS: (predicted, Kind.of(found.loss)),
        Role.GRADIENT: (predicted, slope),
        Role.UPDATE: (max(before, slope), Kind.of(updated)),
    }
