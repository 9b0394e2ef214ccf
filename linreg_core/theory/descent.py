"""Gradient descent in exact arithmetic: any epoch in closed form, without running those before it.

With the Hessian H = V diag(λ) Vᵀ an epoch multiplies the distance to the optimum along direction i
by 1 − η λᵢ, where η is the learning rate. So from weights w₀ at the origin

    w_k   = w∞ + V (1 − η λ)^k c = w₀ + V ((1 − η λ)^k − 1) c,   c = Vᵀ (w₀ − w∞)
    MSE_k = MSE∞ + ½ Σ λᵢ (1 − η λᵢ)^(2k) cᵢ²

(Boyd & Vandenberghe, Convex Optimization, section 9.3; Goh, Why Momentum Really Works, 2017).
Another rule has other powers, or none: `Modes`.
"""

from __future__ import annotations

import math
from dataclasses import fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.backends.modes import Modes
from linreg_core.records import dataclass
from linreg_core.theory.algebra import jacobi
from linreg_core.theory.algebra.jacobi import EPS
from linreg_core.theory.algebra.spectrum import Spectrum

ROUNDINGS = 32
"""A distance of so many roundings of what it is the difference of, or less, is told as 0. Of 10,000
distances that are 0 in exact arithmetic the largest was computed as 17."""

MOST_ROUNDINGS = 16
"""What a sum of squares of residuals has, of itself."""


@dataclass(frozen=True, eq=False)
class Approach:
    """Where a run begins, and where a rule that moves along gradients alone would end.

    Args:
        spectrum: of the run's design.
        origin: the epoch at which it begins.
        weights: those it begins with, in the run's units, shape (p,).
        start: the distance to the optimum along each direction there, shape (m,); 0 where it is no
            more than rounding.
        limit: the weights that a run which does not diverge tends to, in the run's units, shape
            (p,): the solution, and along directions that change no prediction where it began.
    """

    spectrum: Spectrum
    origin: int
    weights: Floats
    start: Floats
    limit: Floats

    @classmethod
    def of(cls, spectrum: Spectrum, origin: int, weights: Floats) -> Approach:
        """Begin with weights, shape (p,), in the run's units."""
        begin, directions = weights.astype(np.float64), spectrum.directions
        with np.errstate(over="ignore", invalid="ignore"):
            start = directions.T @ begin - spectrum.coordinates
            start[np.abs(start) <= _rounding(spectrum, begin)] = 0
            limit = spectrum.solution
            if spectrum.is_complete and not spectrum.is_unique:
                limit = _nearest(spectrum, begin, start)
        return cls(spectrum, origin, begin, start, limit)

    def remaining(self, weights: Floats) -> Floats:
        """The distance of weights, shape (p,), to the limit along each direction, shape (m,).

        Columns of weights, shape (p, k), give columns. It does not depend on where the run began.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            distance: Floats = self.spectrum.directions.T @ (weights.T - self.limit).T
        return distance


def _nearest(spectrum: Spectrum, begin: Floats, start: Floats) -> Floats:
    """The solution that a run from some weights tends to, shape (p,): its own part is theirs."""
    directions, shortest, null = spectrum.directions, spectrum.solution, spectrum.null
    if spectrum.design is spectrum.standard:
        away = begin - shortest
        nearest: Floats = shortest + (away - directions @ (directions.T @ away))
    elif null is None:
        nearest = begin - directions @ start
    else:
        own = _orthonormal(spectrum.standard.to_raw(null))
        nearest = directions @ spectrum.coordinates + own @ (own.T @ begin)
    return nearest


def _orthonormal(columns: Floats) -> Floats:
    """Columns at right angles that span the same, shape (p, k), to the digits of small parts."""
    sizes = np.abs(columns).max(axis=1)
    rows = np.divide(columns.T, sizes, out=np.zeros_like(columns.T), where=sizes > 0)
    return jacobi.svd(rows, sizes / sizes.max(), EPS)[2]


def _rounding(spectrum: Spectrum, weights: Floats) -> Floats:
    """What rounding may make of distances that are 0, shape (m,).

    An error of u |y| in the target moves the solution by u rms(y) √(2/λ) along a direction.
    """
    with np.errstate(over="ignore", divide="ignore"):
        y = spectrum.design.y
        size = float(np.hypot.reduce(y)) / math.sqrt(len(y))  # squares of 1e200 would overflow
        moved = size * np.sqrt(2 / spectrum.eigenvalues)
        bound: Floats = EPS * (np.abs(spectrum.directions).T @ np.abs(weights) + moved)
    return ROUNDINGS * bound


@dataclass(frozen=True, eq=False)
class ExactDescent(Approach):
    """A run in exact arithmetic, by a rule that has a closed form, where every eigenvalue is known.

    Args:
        modes: what epochs make of the distances at the start.
    """

    modes: Modes

    @classmethod
    def along(cls, approach: Approach, modes: Modes) -> ExactDescent:
        """Go the way of an approach by these modes."""
        own = {field.name: getattr(approach, field.name) for field in fields(Approach)}
        return cls(**own, modes=modes)

    def leap(self, epoch: int) -> Floats:
        """The weights at an epoch >= the origin, in the run's units, shape (p,); may be infinite.

        Each is counted from where it began or from the limit, whichever loses fewer digits where
        large numbers cancel: for few epochs, and where the limit is far off, that is the start.
        Microseconds for any epoch up to 2^52 once the spectrum is known.
        """
        epochs, directions = np.array([epoch - self.origin]), self.spectrum.directions
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            changes, distances = self.modes.changes(epochs)[0], self.modes.distances(epochs)[0]
            start, limit = np.abs(self.weights), np.abs(self.limit)
            gone, left, whole = (
                self._blur @ np.abs(way) for way in (changes, distances, self.spectrum.coordinates)
            )
            is_early = (start + gone < limit + whole + left) & (left > EPS * limit)
            from_start = self.weights + directions @ changes
            from_limit = self.limit + directions @ distances
        weights: Floats = np.where(is_early, from_start, from_limit)
        return weights

    @cached_property
    def _blur(self) -> Floats:
        """How many roundings of a distance along each direction end up in each weight, (p, m).

        Those of the product with the direction, and of the direction itself: a weight's part in it
        is known to as many roundings as the columns' condition is, times the ratio of the weight's
        and the direction's size, and never to less than one (Demmel & Veselić, section 3).
        """
        spectrum = self.spectrum
        sizes = np.sqrt(spectrum.eigenvalues / 2)
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            lengths = np.sqrt(np.mean(spectrum.design.X**2, axis=0))[:, np.newaxis]
            graded = np.minimum(sizes / lengths, lengths / sizes)
        own = 1 + np.abs(spectrum.standard.shift / spectrum.standard.scale).max()
        condition = spectrum.closeness * (1.0 if spectrum.design is spectrum.standard else own)
        blur: Floats = np.abs(spectrum.directions) + np.minimum(condition * graded, 1)
        return blur

    def errors(self, epochs: NDArray[np.int64]) -> Floats:
        """Weights minus limit at (e,) epochs >= the origin, in the run's units, shape (p, e).

        Small ones keep all their digits, which the weights themselves would round away.
        """
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            distances = self.modes.distances(epochs - self.origin)
            errors: Floats = self.spectrum.directions @ distances.T
        return errors

    def losses(self, epochs: NDArray[np.int64]) -> Floats:
        """The mean squared error at epochs >= the origin, shape (e,); may be infinite."""
        return self.level + self.modes.excess(epochs - self.origin)

    @cached_property
    def level(self) -> float:
        """What `Modes.excess` is added to: the least loss, as little rounded as it can be.

        Where columns are nearly dependent the solution, and so its loss, is known to few digits.
        Then the first loss minus its excess is nearer.
        """
        spectrum, design = self.spectrum, self.spectrum.design
        least = spectrum.optimum.loss
        with np.errstate(over="ignore", invalid="ignore"):
            first = objective.loss(design.X, self.weights, design.y)
        if not MOST_ROUNDINGS * first < spectrum.closeness * least:
            return least
        return float(first - self.modes.excess(np.zeros(1, np.int64))[0])

    @property
    def arrives(self) -> bool:
        """Whether it comes as near to its limit as one likes."""
        return bool((self.modes.log_growth < 0).all())
