"""Gradient descent in exact arithmetic: any epoch in closed form, without running those before it.

With the Hessian H = V diag(λ) Vᵀ an epoch multiplies the distance to the optimum along direction i
by 1 − η λᵢ, where η is the learning rate. So from weights w₀ at the origin

    w_k   = w∞ + V (1 − η λ)^k c,   c = Vᵀ (w₀ − w∞)
    MSE_k = MSE∞ + ½ Σ λᵢ (1 − η λᵢ)^(2k) cᵢ²

(Boyd & Vandenberghe, Convex Optimization, section 9.3; Goh, Why Momentum Really Works, 2017).
Another rule has other powers, or none: `Modes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.modes import Modes
from linreg_core.theory.spectrum import Spectrum


@dataclass(frozen=True, eq=False)
class Approach:
    """Where a run begins, and where a rule that moves along gradients alone would end.

    Args:
        spectrum: of the run's design.
        origin: the epoch at which it begins.
        start: the distance to the optimum along each direction there, shape (m,).
        limit: the weights that a run which does not diverge tends to, in the run's units, shape
            (p,): the solution, and along directions that change no prediction where it began.
        stays: the part of the way to the limit, shape (p,), that no number of epochs covers: along
            directions so flat, by units so unequal, that float64 has no eigenvalue for them.
    """

    spectrum: Spectrum
    origin: int
    start: Floats
    limit: Floats
    stays: Floats

    @classmethod
    def of(cls, spectrum: Spectrum, origin: int, weights: Floats) -> Approach:
        """Begin with weights, shape (p,), in the run's units."""
        begin = weights.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            start = spectrum.directions.T @ (begin - spectrum.solution)
            rest: Floats = begin - spectrum.directions @ start - spectrum.solution
        nothing = np.zeros_like(rest)
        if len(start) < spectrum.rank:
            return cls(spectrum, origin, start, spectrum.solution, rest)
        limit = spectrum.solution if spectrum.is_unique else spectrum.solution + rest
        return cls(spectrum, origin, start, limit, nothing)

    @property
    def floor(self) -> float:
        """The loss that no number of epochs goes below: the least one, but for what stays."""
        with np.errstate(over="ignore", invalid="ignore"):
            stays = self.spectrum.design.X @ self.stays if self.stays.any() else np.zeros(1)
            return self.spectrum.optimum.loss + float(np.mean(stays**2))

    def remaining(self, weights: Floats) -> Floats:
        """The distance of weights, shape (p,), to the limit along each direction, shape (m,).

        Columns of weights, shape (p, k), give columns.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            distance: Floats = self.spectrum.directions.T @ (weights.T - self.limit).T
        return distance


@dataclass(frozen=True, eq=False)
class ExactDescent(Approach):
    """A run in exact arithmetic, by a rule that has a closed form.

    Args:
        modes: what epochs make of the distances at the start.
    """

    modes: Modes

    @classmethod
    def along(cls, approach: Approach, modes: Modes) -> ExactDescent:
        """Go the way of an approach by these modes."""
        return cls(**vars(approach), modes=modes)

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
            distances = self.modes.distances(epochs - self.origin)
            errors: Floats = self.spectrum.directions @ distances.T + self.stays[:, np.newaxis]
        return errors

    def losses(self, epochs: NDArray[np.int64]) -> Floats:
        """The mean squared error at epochs >= the origin, shape (e,); may be infinite."""
        return self.floor + self.modes.excess(epochs - self.origin)

    @property
    def arrives(self) -> bool:
        """Whether it comes as near to its limit as one likes."""
        return bool((self.modes.log_growth < 0).all()) and not self.stays.any()
