"""The phases of an epoch: what each is for, and its formula."""

from __future__ import annotations

from enum import StrEnum

from linreg_core.records import dataclass


class Role(StrEnum):
    """What a phase is for, whatever a backend calls it."""

    LOOK = "look"
    """Predict at the present weights."""
    LOSS = "loss"
    """Tell how far off the prediction is."""
    GRADIENT = "gradient"
    """Tell how the loss changes with each weight."""
    UPDATE = "update"
    """Change the weights."""
    TIDY = "tidy"
    """Leave nothing that the next epoch would trip over."""


@dataclass(frozen=True)
class Phase:
    """A named part of one epoch.

    Args:
        name: what it is called on screen.
        method: what the backend calls it; the method of that name is the article's code.
        role: what it is for.
        formula: what it does, in symbols; the residual is prediction minus target.
    """

    name: str
    method: str
    role: Role
    formula: str


FORWARD = Phase("forward", "forward", Role.LOOK, "ŷ = X·w")
LOSS = Phase("loss", "loss", Role.LOSS, "MSE = mean of (ŷ - y)²")
GRADIENT = Phase("gradient", "gradient", Role.GRADIENT, "2/n · Xᵀ·(ŷ - y)")
UPDATE = Phase("update", "update", Role.UPDATE, "w ← w - lr·gradient")
ZERO_GRAD = Phase("zero_grad", "zero_grad", Role.TIDY, "gradient ← 0, or the next adds to it")
"""Those of gradient descent; a backend that calls a method otherwise says so."""
