"""What is said inside the epochs that fail: which number is inf or nan, and why. Pure."""

from __future__ import annotations

import math

from linreg_core import Failure, Kind, Role, Snapshot
from tui.text import compact

MADE = {
    Role.LOOK: ("ŷ", "X·w adds up to more than"),
    Role.LOSS: ("the loss", "the squares of ŷ - y add up to more than"),
    Role.GRADIENT: ("the gradient", "its x·(ŷ - y) add up to more than"),
    Role.UPDATE: ("the next w", "w - lr·gradient is beyond"),
}
"""By the phase: what it makes, and how that grows beyond all numbers."""

GIVEN = {
    Role.LOOK: "w",
    Role.LOSS: "ŷ",
    Role.GRADIENT: "ŷ",
    Role.UPDATE: "w or the gradient",
}
"""By the phase: what it is given."""

WHAT_KEYS_DO = "n goes on to the next phase that fails, b comes out."


def is_inside_failure(snapshot: Snapshot) -> bool:
    """Whether it shows phases after the last epoch of a run that diverges."""
    return snapshot.status == "diverged" and (snapshot.phases_done > 0 or snapshot.beyond > 0)


def describe_failure(snapshot: Snapshot) -> str:
    """What the phase that ran last has made, and what keys do."""
    failure, epoch = snapshot.failure, snapshot.shown_epoch
    if failure is None:
        return f"{_finite(snapshot, epoch)} {WHAT_KEYS_DO}"
    what, _ = MADE[failure.role]
    words = f"At epoch {failure.epoch:,} {what} becomes {failure.made.name.lower()}"
    return f"{words}: {_reason(failure, snapshot.run.settings.dtype)}. {WHAT_KEYS_DO}"


def _finite(snapshot: Snapshot, epoch: int) -> str:
    """What the last phase has made, where that is finite; and the loss, where that is not."""
    ran = [code.role for code in snapshot.run.code[: snapshot.phases_done] if code.role in MADE]
    what = MADE[ran[-1]][0] if ran else "w"
    if math.isfinite(snapshot.backend_loss):
        return f"At epoch {epoch:,} {what} is finite: a later phase fails."
    return f"At epoch {epoch:,} the loss is {snapshot.backend_loss:g}, and {what} is finite."


def _reason(failure: Failure, dtype: str) -> str:
    """Why, from what the phase was given and what it made."""
    given, largest = GIVEN[failure.role], compact(failure.largest)
    match failure.given, failure.made:
        case Kind.FINITE, Kind.INF:
            return f"{MADE[failure.role][1]} {largest}, the largest number of {dtype}"
        case Kind.FINITE, _:
            return f"parts of it are beyond {largest} both ways, and inf - inf has no value"
        case Kind.INF, Kind.INF:
            return f"{given} is inf, and what is made of it"
        case Kind.INF, _:
            return f"{given} is inf, and inf - inf has no value"
    return f"{given} is nan, and so is all that is made of it"
