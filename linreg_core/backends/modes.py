"""How a rule of descent moves along each direction of the Hessian, in exact arithmetic.

Along an eigenvector of the Hessian a quadratic loss is as if it were alone, and a rule that is
linear in the gradient moves there by a linear recurrence of its own, known for all epochs at once.
From the eigenvalues follow the learning rates that work.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.records import dataclass

_AT_ONCE = 2**20

SLOW = 0.1
"""The share of the rate auto that the rule slow takes."""


@dataclass(frozen=True, eq=False)
class Modes(ABC):
    """The distances along the m directions of a spectrum, and what epochs make of them.

    Args:
        eigenvalues: of the Hessian, largest first, > 0, shape (m,).
        start: the distance to the optimum along each direction at the origin, shape (m,).
        lr: the learning rate, > 0.
    """

    eigenvalues: Floats
    start: Floats
    lr: float

    @property
    @abstractmethod
    def growth(self) -> Floats:
        """What an epoch multiplies the size of each distance by, in the long run, shape (m,)."""

    @property
    @abstractmethod
    def log_growth(self) -> Floats:
        """Its logarithm, shape (m,), to the last digit also where it rounds to 1."""

    @abstractmethod
    def distances(self, epochs: NDArray[np.int64]) -> Floats:
        """The distances after (e,) numbers of epochs k >= 0, shape (e, m); may be infinite.

        A direction without distance never has any, even where others explode.
        """

    def changes(self, epochs: NDArray[np.int64]) -> Floats:
        """The distances after (e,) numbers of epochs k >= 0 minus those at the start, (e, m).

        Exactly 0 for k = 0. Where an epoch changes little, a rule that knows it to the last digit
        also where the difference of both would not tells it here.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self.distances(epochs) - self.start

    @property
    @abstractmethod
    def limit_rate(self) -> float | None:
        """The rate with which or more a run never settles; ``None`` where no such rate follows."""

    @property
    @abstractmethod
    def best_rate(self) -> float | None:
        """The fixed rate whose slowest direction is fastest; ``None`` as above."""

    @property
    @abstractmethod
    def auto_rate(self) -> float | None:
        """A rate that always works; ``None`` as above."""

    @property
    def epochs_per_digit(self) -> Floats:
        """How many epochs each distance takes to shrink to a tenth, shape (m,).

        0 where one epoch is enough for all digits, infinite where it never shrinks.
        """
        logs = self.log_growth
        with np.errstate(over="ignore", divide="ignore"):
            return np.where(logs < 0, np.log(10) / np.abs(logs), np.inf)

    def excess(self, epochs: NDArray[np.int64]) -> Floats:
        """How far the loss is above the least one after (e,) numbers of epochs, shape (e,)."""
        excess = np.empty(len(epochs))
        rows = max(1, _AT_ONCE // max(len(self.eigenvalues), 1))
        for first in range(0, len(epochs), rows):
            part = slice(first, first + rows)
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                distances = self.distances(epochs[part])
                held = 0.5 * self.eigenvalues * distances**2
                held[distances == 0] = 0  # also where the eigenvalue overflows
                excess[part] = held.sum(axis=1)
        return excess

    def with_rate(self, lr: float) -> Modes:
        """The same at another learning rate."""
        return replace(self, lr=lr)


class GradientDescentModes(Modes):
    """An epoch multiplies the distance along direction i by 1 − η λᵢ.

    Powers are taken as exp(k log|1 − η λ|), so that epoch 10¹² costs what epoch 1 costs.
    """

    @property
    def factors(self) -> Floats:
        """What one epoch multiplies each distance by, 1 − η λ, shape (m,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            factors: Floats = 1 - self.lr * self.eigenvalues
        return factors

    @property
    def growth(self) -> Floats:
        return np.abs(self.factors)

    @property
    def log_growth(self) -> Floats:
        with np.errstate(over="ignore", under="ignore", divide="ignore"):
            step = self.lr * self.eigenvalues
            small, large = np.log1p(-np.minimum(step, 1)), np.log(np.abs(step - 1))
        logs: Floats = np.where(step < 1, small, large)
        return logs

    def powers(self, epochs: NDArray[np.int64]) -> Floats:
        """(1 − η λ)^k for each of (e,) numbers of epochs k >= 0, shape (e, m); may be infinite."""
        signs = np.where((self.factors < 0) & (epochs[:, np.newaxis] % 2 == 1), -1.0, 1.0)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            sizes = np.exp(epochs[:, np.newaxis] * self.log_growth)
        return np.where(epochs[:, np.newaxis] == 0, 1.0, signs * sizes)

    def distances(self, epochs: NDArray[np.int64]) -> Floats:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            distances: Floats = self.powers(epochs) * self.start
        distances[:, self.start == 0] = 0  # of 0 · inf exactly nothing comes
        return distances

    def changes(self, epochs: NDArray[np.int64]) -> Floats:
        k, is_whole = epochs[:, np.newaxis], self.factors > 0
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            powers = np.where(is_whole | (k % 2 == 0), np.expm1(k * self.log_growth), np.nan)
            less_one = np.where(np.isnan(powers), self.powers(epochs) - 1, powers)
            changes: Floats = less_one * self.start
        changes[:, self.start == 0] = 0
        return changes

    @property
    def limit_rate(self) -> float | None:
        """2/λmax."""
        return _rate(2, self.eigenvalues[:1])

    @property
    def best_rate(self) -> float | None:
        """2/(λmin + λmax)."""
        return best_rate(self.eigenvalues)

    @property
    def auto_rate(self) -> float | None:
        """1/λmax: half of the limit."""
        return auto_rate(self.eigenvalues)


def default_rule(eigenvalues: Floats) -> str:
    """The rule for a learning rate that nobody chose.

    Where all directions are nearly alike, as with one feature that is standardised, 1/λmax takes a
    tenth or less of the error into the next epoch: the run would be over before it is seen.

    Args:
        eigenvalues: as in `learning_rate`.
    """
    is_over_at_once = len(eigenvalues) > 0 and eigenvalues[-1] >= (1 - SLOW) * eigenvalues[0]
    return "slow" if is_over_at_once else "auto"


def learning_rate(rule: str, eigenvalues: Floats) -> float:
    """The learning rate that a rule gives.

    Args:
        rule: "auto" is 1/λmax, half of the limit 2/λmax beyond which a run diverges; "slow" is a
            tenth of that; "best" is 2/(λmin + λmax), the fixed rate with the fastest slowest
            direction, where λmin is the smallest eigenvalue that is not zero.
        eigenvalues: of the Hessian, those that are not zero, largest first, shape (m,).

    Raises:
        LinregError: "no-learning-rate" when no finite positive rate follows.
    """
    rate = best_rate(eigenvalues) if rule == "best" else auto_rate(eigenvalues)
    if rate is None:
        raise LinregError(
            "no-learning-rate",
            f"no learning rate follows from these features by the rule {rule!r} (all are zero, or "
            "their squares overflow); give --lr a number, or --standardize",
        )
    return SLOW * rate if rule == "slow" else rate


def auto_rate(eigenvalues: Floats) -> float | None:
    """1/λmax; ``None`` when that is no rate."""
    return _rate(1, eigenvalues[:1])


def best_rate(eigenvalues: Floats) -> float | None:
    """2/(λmin + λmax); ``None`` when that is no rate."""
    rate = _rate(2, np.concatenate([eigenvalues[:1], eigenvalues[-1:]]))
    # From a condition number of 1e16 on it rounds to the limit itself, where nothing ever settles.
    while rate is not None and rate * eigenvalues[0] >= 2:
        rate = math.nextafter(rate, 0)
    return rate


def _rate(share: float, eigenvalues: Floats) -> float | None:
    """``share`` divided by the sum of some eigenvalues, if that is a rate."""
    with np.errstate(over="ignore", divide="ignore"):
        rate = float(share / np.sum(eigenvalues)) if len(eigenvalues) else 0.0
    return rate if np.isfinite(rate) and rate > 0 else None
