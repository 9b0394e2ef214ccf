"""Conditions that stop a run: how they are written, and at which epoch they hold."""

from __future__ import annotations

import math
import re
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.errors import ExpressionError
from linreg_core.records import dataclass

GRAMMAR = "epoch == 500, loss < 1e-3, gradient < 1e-6, loss rises, frozen, not finite"


MOST_CONDITIONS = 100
"""Each is looked at in every epoch; 100,000 took 8 s for five."""


class Kind(StrEnum):
    """What a condition looks at."""

    EPOCH = "epoch =="
    LOSS = "loss <"
    GRADIENT = "gradient <"
    LOSS_RISES = "loss rises"
    FROZEN = "frozen"
    NOT_FINITE = "not finite"


@dataclass(frozen=True)
class Breakpoint:
    """A condition on an epoch.

    Args:
        kind: what it looks at.
        value: what it is compared with: an epoch, a loss or a largest absolute gradient;
            ``None`` for the kinds that compare with nothing.
    """

    kind: Kind
    value: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return str(self.kind)
        return f"{self.kind} {int(self.value) if self.kind is Kind.EPOCH else self.value!r}"


@dataclass(frozen=True, eq=False)
class Window:
    """What is known of an epoch and of those after it; all arrays have shape (k + 1,).

    Args:
        epoch: the epoch of index 0.
        loss_before: mean squared error one epoch before index 0; nan where not known.
        losses: mean squared errors.
        gradients: largest absolute gradients; nan where not known.
        frozen: 1 where the next epoch changes no bit, 0 where it does, nan where not known.
    """

    epoch: int
    loss_before: float
    losses: Floats
    gradients: Floats
    frozen: Floats

    def holds(self, breakpoint: Breakpoint) -> NDArray[np.bool_]:  # noqa: A002
        """At which indices the condition is known to hold."""
        return self._margin(breakpoint) < 0

    def fails(self, breakpoint: Breakpoint) -> NDArray[np.bool_]:  # noqa: A002
        """At which indices the condition is known not to hold."""
        return self._margin(breakpoint) >= 0

    def _margin(self, breakpoint: Breakpoint) -> Floats:  # noqa: A002
        """Below 0 where the condition holds, nan where that is not known.

        "not finite" fails at every place: epochs that are not finite are never in a window.
        """
        value = np.nan if breakpoint.value is None else breakpoint.value
        match breakpoint.kind:
            case Kind.LOSS:
                return self.losses - value
            case Kind.GRADIENT:
                return self.gradients - value
            case Kind.LOSS_RISES:
                return np.diff(-self.losses, prepend=-self.loss_before)
            case Kind.FROZEN:
                return 0.5 - self.frozen
            case Kind.EPOCH:
                indices = np.arange(len(self.losses))
                return np.where(indices == value - self.epoch, -1.0, 0.0)
        return np.zeros(len(self.losses))


def parse_breakpoints(text: str) -> tuple[Breakpoint, ...]:
    """Read conditions joined with "or", at most `MOST_CONDITIONS`.

    Raises:
        ExpressionError: with the place of the fault.
    """
    found: list[Breakpoint] = []
    position = 0
    for part in re.split(r"(\bor\b)", text):
        if len(found) == MOST_CONDITIONS:
            raise ExpressionError(
                f"at most {MOST_CONDITIONS} conditions can be joined", text, position
            )
        if part != "or":
            found.append(_parse_one(text, position, position + len(part)))
        position += len(part)
    return tuple(found)


def _parse_one(text: str, start: int, end: int) -> Breakpoint:
    """Read the one condition in ``text[start:end]``."""
    tokens = [(found.group(), start + found.start()) for found in _TOKEN.finditer(text[start:end])]
    tokens.append(("", len(text[:end].rstrip())))
    kinds = list(Kind)
    index = 0
    while all(len(kind.split()) > index for kind in kinds):
        word, position = tokens[index]
        wanted = dict.fromkeys(kind.split()[index] for kind in kinds)
        kinds = [kind for kind in kinds if kind.split()[index] == word]
        if not kinds:
            raise _fault(f"expected {' or '.join(wanted)}", text, position)
        index += 1
    kind, value = kinds[0], None
    if kind in _NUMBERS:
        word, position = tokens[index]
        pattern, expected = _NUMBERS[kind]
        if not re.fullmatch(pattern, word):
            raise _fault(f"expected {expected}", text, position)
        value = float(word)
        if not math.isfinite(value):
            raise _fault("expected a number below 1.8e308", text, position)
        index += 1
    if tokens[index][0]:
        raise _fault('expected "or" or the end', text, tokens[index][1])
    return Breakpoint(kind, value)


_TOKEN = re.compile(r"[<=>!]+|[^\s<=>!]+")
_FLOAT = r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
_NUMBERS = {
    Kind.EPOCH: (r"[0-9]{1,15}", "a whole number"),
    Kind.LOSS: (_FLOAT, "a number"),
    Kind.GRADIENT: (_FLOAT, "a number"),
}


def _fault(message: str, text: str, position: int) -> ExpressionError:
    return ExpressionError(f"{message}; a condition is one of: {GRAMMAR}", text, position)
