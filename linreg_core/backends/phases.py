"""The phases of an epoch: what each is for, its formula, and that formula with numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.formula_text import Terms, stepped_down, written_out
from linreg_core.precision import digits_of

MOST_ROWS, MOST_FEATURES = 4, 3
"""What is written out; of more rows or features the rest is one number."""

MOST_DIGITS = 10
"""Of a result: more of float64 would not be read."""


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


@dataclass(frozen=True, eq=False)
class Numbers:
    """What an epoch worked with; the arrays are in the run's dtype.

    Args:
        X: design matrix, shape (n, p), the bias column last if there is one.
        y: target, shape (n,).
        names: of the weights, p of them, made safe to show.
        gradient_names: what the backend calls their derivatives.
        lr: the learning rate.
        weights: before the update, shape (p,).
        prediction: shape (n,).
        residual: prediction minus target, shape (n,).
        loss: mean squared error.
        gradient: shape (p,).
        updated: the weights after the update, shape (p,).
    """

    X: Floats
    y: Floats
    names: Sequence[str]
    gradient_names: Sequence[str]
    lr: float
    weights: Floats
    prediction: Floats
    residual: Floats
    loss: float
    gradient: Floats
    updated: Floats

    @property
    def errors(self) -> Floats:
        """Target minus prediction, as the article has it, shape (n,)."""
        return 0 - self.residual  # no negative zero

    @property
    def digits(self) -> int:
        """How many digits of a result are written at most."""
        return min(int(digits_of(str(self.weights.dtype))), MOST_DIGITS)


Write = Callable[[Numbers], list[str]]
"""Writes a formula out with the numbers of an epoch, in lines."""


@dataclass(frozen=True)
class Phase:
    """A named part of one epoch.

    Args:
        name: what it is called on screen.
        method: what the backend calls it; the method of that name is the article's code.
        role: what it is for.
        formula: what it does, in symbols.
        write: the formula with numbers put in; ``None``: there is nothing to put in.
    """

    name: str
    method: str
    role: Role
    formula: str
    write: Write | None = None

    def written(self, numbers: Numbers) -> tuple[str, ...]:
        """The lines of the phase once it has been run."""
        return (self.formula,) if self.write is None else tuple(self.write(numbers))


def _forward(numbers: Numbers) -> list[str]:
    rows = min(len(numbers.y), MOST_ROWS)
    lines = []
    for row in range(rows):
        terms = _terms(numbers.X[row], numbers.weights, MOST_FEATURES)
        lines.append(
            written_out(f"ŷ{_low(row + 1)}", terms, float(numbers.prediction[row]), numbers.digits)
        )
    return lines + _more(len(numbers.y) - rows, "row")


def _loss(numbers: Numbers) -> list[str]:
    n = len(numbers.y)
    squares = Terms(
        [(None, float(value)) for value in numbers.errors[:MOST_ROWS]],
        rest=_dot(numbers.errors[MOST_ROWS:], numbers.errors[MOST_ROWS:]),
        more=n - MOST_ROWS,
        factor=(1, n),
        is_squares=True,
    )
    return [written_out("MSE", squares, numbers.loss, numbers.digits)]


def _gradient(numbers: Numbers) -> list[str]:
    n, p = numbers.X.shape
    lines = []
    for weight in range(min(p, MOST_FEATURES)):
        terms = _terms(numbers.X[:, weight], numbers.errors, MOST_ROWS, factor=(-2, n))
        name = numbers.gradient_names[weight]
        result = float(numbers.gradient[weight])
        lines.append(written_out(name, terms, result, numbers.digits))
    return lines + _more(p - MOST_FEATURES, "weight")


def _update(numbers: Numbers) -> list[str]:
    p = len(numbers.weights)
    lines = []
    for index in range(min(p, MOST_FEATURES)):
        step = (float(numbers.weights[index]), numbers.lr, float(numbers.gradient[index]))
        result = float(numbers.updated[index])
        lines.append(stepped_down(numbers.names[index], step, result, numbers.digits))
    return lines + _more(p - MOST_FEATURES, "weight")


def _terms(first: Floats, second: Floats, most: int, factor: tuple[int, int] = (1, 1)) -> Terms:
    return Terms(
        [(float(a), float(b)) for a, b in zip(first[:most], second[:most], strict=True)],
        rest=_dot(first[most:], second[most:]),
        more=len(first) - most,
        factor=factor,
    )


def _dot(one: Floats, other: Floats) -> float:
    with np.errstate(all="ignore"):
        return float(np.dot(one.astype(np.float64), other.astype(np.float64)))


def _more(count: int, what: str) -> list[str]:
    return [f"… {count:,} more {what}{'s' if count > 1 else ''}"] if count > 0 else []


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


FORWARD = Phase("forward", "forward", Role.LOOK, "ŷ = X·w", _forward)
LOSS = Phase("loss", "loss", Role.LOSS, "MSE = 1/n·Σ (y − ŷ)²", _loss)
GRADIENT = Phase("gradient", "gradient", Role.GRADIENT, "∂MSE/∂w = −2/n·Xᵀ·(y − ŷ)", _gradient)
UPDATE = Phase("update", "update", Role.UPDATE, "w ← w − lr·∂MSE/∂w", _update)
ZERO_GRAD = Phase("zero_grad", "zero_grad", Role.TIDY, "the gradient ← 0, or the next adds to it")
"""Those of gradient descent; a backend that calls a method otherwise says so."""
