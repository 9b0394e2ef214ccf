"""Gradient descent in exact arithmetic: any epoch in closed form, without running those before it.

With the Hessian H = V diag(λ) Vᵀ an epoch multiplies the distance to the optimum along direction i
by 1 − η λᵢ, where η is the learning rate. So from weights w₀ at the origin

    w_k   = w∞ + V (1 − η λ)^k c,   c = Vᵀ (w₀ − w∞)
    MSE_k = MSE∞ + ½ Σ λᵢ (1 − η λᵢ)^(2k) cᵢ²

(Boyd & Vandenberghe, Convex Optimization, section 9.3; Goh, Why Momentum Really Works, 2017).
Powers are taken as exp(k log|1 − η λ|), so that epoch 10¹² costs what epoch 1 costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.theory.spectrum import Spectrum

_AT_ONCE = 2**20


@dataclass(frozen=True, eq=False)
class Modes:
    """The distances along the m directions of a spectrum, and how an epoch multiplies them.

    Args:
        eigenvalues: of the Hessian, largest first, > 0, shape (m,).
        start: the distance to the optimum along each direction at the origin, shape (m,).
        lr: the learning rate, > 0.
    """

    eigenvalues: Floats
    start: Floats
    lr: float

    @property
    def factors(self) -> Floats:
        """What one epoch multiplies each distance by, 1 − η λ, shape (m,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            factors: Floats = 1 - self.lr * self.eigenvalues
        return factors

    @property
    def log_factors(self) -> Floats:
        """log|1 − η λ|, shape (m,), to the last digit also where 1 − η λ rounds to 1."""
        with np.errstate(over="ignore", under="ignore", divide="ignore"):
            step = self.lr * self.eigenvalues
            small, large = np.log1p(-np.minimum(step, 1)), np.log(np.abs(step - 1))
        logs: Floats = np.where(step < 1, small, large)
        return logs

    @property
    def epochs_per_digit(self) -> Floats:
        """How many epochs each distance takes to shrink to a tenth, shape (m,).

        0 where one epoch is enough for all digits, infinite where it never shrinks.
        """
        logs = self.log_factors
        with np.errstate(over="ignore", divide="ignore"):
            return np.where(logs < 0, np.log(10) / np.abs(logs), np.inf)

    def powers(self, epochs: NDArray[np.int64]) -> Floats:
        """(1 − η λ)^k for each of (e,) numbers of epochs k >= 0, shape (e, m); may be infinite."""
        signs = np.where((self.factors < 0) & (epochs[:, np.newaxis] % 2 == 1), -1.0, 1.0)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            sizes = np.exp(epochs[:, np.newaxis] * self.log_factors)
        return np.where(epochs[:, np.newaxis] == 0, 1.0, signs * sizes)

    def excess(self, epochs: NDArray[np.int64]) -> Floats:
        """How far the loss is above the least one after (e,) numbers of epochs, shape (e,)."""
        excess = np.empty(len(epochs))
        rows = max(1, _AT_ONCE // max(len(self.eigenvalues), 1))
        for first in range(0, len(epochs), rows):
            part = slice(first, first + rows)
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                distances = self.powers(epochs[part]) * self.start
                # Of 0 · inf, a direction without distance that explodes, exactly nothing comes.
                distances[:, self.start == 0] = 0
                held = 0.5 * self.eigenvalues * distances**2
                held[distances == 0] = 0  # the same where the eigenvalue overflows
                excess[part] = held.sum(axis=1)
        return excess


@dataclass(frozen=True, eq=False)
class ExactDescent:
    """A run in exact arithmetic.

    Args:
        spectrum: of the run's design.
        origin: the epoch at which it begins.
        modes: the distances along the spectrum's directions.
        limit: the weights that a run which does not diverge tends to, in the run's units, shape
            (p,): the solution, and along directions that change no prediction where it began.
        stays: the part of the way to the limit, shape (p,), that no number of epochs covers: along
            directions so flat, by units so unequal, that float64 has no eigenvalue for them.
    """

    spectrum: Spectrum
    origin: int
    modes: Modes
    limit: Floats
    stays: Floats

    @classmethod
    def of(cls, spectrum: Spectrum, lr: float, origin: int, start: Floats) -> ExactDescent:
        """Begin with the weights ``start``, shape (p,), in the run's units."""
        begin = start.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            distance = spectrum.directions.T @ (begin - spectrum.solution)
            rest: Floats = begin - spectrum.directions @ distance - spectrum.solution
        modes = Modes(spectrum.eigenvalues, distance, lr)
        nothing = np.zeros_like(rest)
        if len(distance) < spectrum.rank:
            return cls(spectrum, origin, modes, spectrum.solution, rest)
        limit = spectrum.solution if spectrum.is_unique else spectrum.solution + rest
        return cls(spectrum, origin, modes, limit, nothing)

    def leap(self, epoch: int) -> Floats:
        """The weights at an epoch >= the origin, in the run's units, shape (p,); may be infinite.

        Microseconds for any epoch up to 2^52 once the spectrum is known.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            weights: Floats = self.limit + self.errors(np.array([epoch]))[:, 0]
        return weights

    def errors(self, epochs: NDArray[np.int64]) -> Floats:
        """Weights minus limit at (e,) epochs >= the origin, in the run's units, shape (p, e).

        Small ones keep all their digits, which the weights themselves would round away.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            distances = self.modes.powers(epochs - self.origin) * self.modes.start
            distances[:, self.modes.start == 0] = 0
            errors: Floats = self.spectrum.directions @ distances.T + self.stays[:, np.newaxis]
        return errors

    def losses(self, epochs: NDArray[np.int64]) -> Floats:
        """The mean squared error at epochs >= the origin, shape (e,); may be infinite."""
        return self.floor + self.modes.excess(epochs - self.origin)

    @property
    def arrives(self) -> bool:
        """Whether it comes as near to its limit as one likes."""
        return bool((self.modes.log_factors < 0).all()) and not self.stays.any()

    @property
    def floor(self) -> float:
        """The loss that no number of epochs goes below: the least one, but for what stays."""
        with np.errstate(over="ignore", invalid="ignore"):
            stays = self.spectrum.design.X @ self.stays if self.stays.any() else np.zeros(1)
            return self.spectrum.optimum.loss + float(np.mean(stays**2))

    def remaining(self, weights: Floats) -> Floats:
        """The distance of weights, shape (p,), to the limit along each direction, shape (m,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            distance: Floats = self.spectrum.directions.T @ (weights - self.limit)
        return distance
