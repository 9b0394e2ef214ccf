"""What holds a run where it is, as facts: one weight against its step, and what is left to go."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.precision import UlpMeter
from linreg_core.problem import Design
from linreg_core.records import dataclass
from linreg_core.theory.descent import Approach
from linreg_core.theory.rounding import (
    MOST_EXACT,
    exact_gradient,
    gradient_noise,
    residual_terms,
)
from linreg_core.theory.theory import Theory, in_words

FLATTER = 0.99
"""An eigenvalue is told as the smallest only where it is at most this part of every other one."""

FELT = 0.1
"""How far, relatively, a gradient may be off what theory says of it to be told as following it."""

SURE = 1e-6
"""A gain that is a smaller part of what it is the difference of is not told: data is rounded."""


class Trust(StrEnum):
    """What a computed derivative has to do with the exact one."""

    SOUND = "sound"
    """It is wrong by at most half of itself."""
    ZERO = "zero"
    """Both are exactly 0."""
    ROUNDING = "rounding"
    """It is wrong by more than half of itself."""
    UNKNOWN = "unknown"
    """It may be either: its bound is too large, and the exact one was not computed."""


@dataclass(frozen=True)
class Held:
    """A weight where a dtype's numbers lie widest apart, against its next step.

    Of a run whose next epoch changes weights, it is the largest of those; else the largest whose
    derivative is not 0, exactly or as computed; else the largest of all.

    Args:
        name: the weight's name.
        weight: its value, in the run's units.
        gap: how far the next number of the dtype is away, in the step's direction.
        step: |lr · gradient|, rounded to the dtype.
        is_stuck: whether the next update leaves it as it is, and every other weight, too.
        gradient: the derivative of the loss by it, as the run computes it.
        noise: how wrong rounding may make that: see `gradient_noise`.
        exact: the same of the data as rounded to the dtype, without rounding after that; ``None``:
            not computed.
        terms: the largest of the numbers that residuals are made of, targets and products x w; 0
            without the exact derivative.
        terms_gap: how far apart the numbers of the dtype are there.
    """

    name: str
    weight: float
    gap: float
    step: float
    is_stuck: bool
    gradient: float
    noise: float
    exact: float | None
    terms: float
    terms_gap: float

    @property
    def is_tie(self) -> bool:
        """Whether w − step is just between two numbers: the one whose last bit is 0 gets it."""
        return self.step == self.gap / 2

    @property
    def trust(self) -> Trust:
        """Whether the derivative is one, or rounding."""
        if self.exact is None:
            is_sound = 2 * self.noise <= abs(self.gradient)
            return Trust.SOUND if is_sound else Trust.UNKNOWN
        if self.exact == self.gradient == 0:
            return Trust.ZERO
        is_sound = 2 * abs(self.gradient - self.exact) <= abs(self.gradient)
        return Trust.SOUND if is_sound else Trust.ROUNDING


@dataclass(frozen=True)
class Left:
    """The direction along which most of the distance to the limit lies.

    Args:
        direction: in the names of the data: "0.78·x1 - 0.62·x2".
        eigenvalue: of the Hessian along it, > 0; ``None``: the data does not determine this
            combination of the weights, and exact arithmetic never moves along it.
        is_flattest: whether every other direction has a larger eigenvalue, and there are others.
        is_felt: whether the gradient along it, as the run computes it, is eigenvalue · distance.
        share: its part of the squared distance, 0 to 1.
    """

    direction: str
    eigenvalue: float | None
    is_flattest: bool
    is_felt: bool
    share: float


@dataclass(frozen=True, eq=False)
class Standing:
    """A state of a run, with what its data says about it.

    Args:
        design: what is run on.
        weights: shape (p,), in the run's units and dtype.
        gradient: at these weights, as the run computes it, shape (p,).
        noise: its bound, shape (p,).
        exact: the gradient without rounding, shape (p,); ``None``: not computed.
        terms: the largest of the numbers that residuals are made of, targets and products x w; 0
            without the exact gradient.
    """

    design: Design
    weights: Floats
    gradient: Floats
    noise: Floats
    exact: Floats | None
    terms: float

    @classmethod
    def of(cls, design: Design, weights: Floats, gradient: Floats, *, closely: bool) -> Standing:
        """Look at a state.

        Args:
            design: what is run on.
            weights: shape (p,), in the run's units and dtype.
            gradient: at these weights, as the run computes it, shape (p,).
            closely: whether to compute the exact gradient, unless there are more numbers than
                `MOST_EXACT`; it takes longer than a hundred epochs.
        """
        dtype, X, y = weights.dtype, design.X, design.y
        noise = gradient_noise(X, weights, y, dtype.name)
        if not closely or X.size > MOST_EXACT or not np.isfinite(weights).all():
            return cls(design, weights, gradient, noise, None, 0.0)
        X, y = X.astype(dtype), y.astype(dtype)
        with np.errstate(over="ignore"):
            products = np.abs(X).max(axis=0) * np.abs(weights)
        terms = float(max(np.abs(y).max(), products.max()))
        return cls(design, weights, gradient, noise, exact_gradient(X, weights, y), terms)

    def held(self, meter: UlpMeter) -> Held | None:
        """One weight against its next step; ``None`` where a number is not finite."""
        index, is_stuck = self._reported_index(meter), bool(meter.is_stuck.all())
        gap, step = 2 * float(meter.half_ulp[index]), float(meter.step[index])
        gradient, noise = float(self.gradient[index]), float(self.noise[index])
        with np.errstate(over="ignore", invalid="ignore"):
            terms_gap = float(np.spacing(self.weights.dtype.type(self.terms)))
        if not np.isfinite([gap, step, gradient, noise, terms_gap]).all():
            return None
        return Held(
            name=self.design.names[index],
            weight=float(self.weights[index]),
            gap=gap,
            step=step,
            is_stuck=is_stuck,
            gradient=gradient,
            noise=noise,
            exact=None if self.exact is None else float(self.exact[index]),
            terms=self.terms,
            terms_gap=terms_gap,
        )

    def _reported_index(self, meter: UlpMeter) -> int:
        """The largest of the weights that move, or of those with a gradient, or of all."""
        exact = self.gradient if self.exact is None else self.exact
        for some in (~meter.is_stuck, (exact != 0) | (self.gradient != 0)):
            if some.any():
                return int(np.argmax(np.where(some, np.abs(self.weights), -1)))
        return int(np.argmax(np.abs(self.weights)))

    def gains(self, lr: float) -> bool:
        """Whether one epoch of exact arithmetic from here would lower the loss.

        By f(w − η g) = f(w) − η |g|² + η²/n |X g|². False also where that is not known.
        """
        if self.exact is None:
            return False
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            less = float(self.exact @ self.exact)
            more = lr / len(self.design.X) * float(np.sum((self.design.X @ self.exact) ** 2))
        return less - more > SURE * less

    def left(self, approach: Approach, theory: Theory) -> Left | None:
        """What keeps the weights from the limit.

        ``None`` where nothing does, or nothing that is known: within the rounding of the limit
        itself, hidden from float64 by units, or not finite.
        """
        spectrum, p = approach.spectrum, len(self.weights)
        count = len(spectrum.eigenvalues)
        with np.errstate(all="ignore"):
            way = self.weights.astype(np.float64) - approach.limit
            along = spectrum.directions.T @ way
            drift = way - spectrum.directions @ along
            sizes = np.append(np.abs(along), 0.0 if count == p else np.linalg.norm(drift))
            known = sizes > self._unsure(approach)
            shares = (sizes / sizes.max()) ** 2
        if count < spectrum.rank or not (np.isfinite(shares).all() and sizes.any()):
            return None
        index = int(np.argmax(shares))
        if not known[index] or (index < count and index not in theory.listed):
            return None
        share = float(shares[index] / shares.sum())
        if index == count:
            words = in_words(drift / sizes[index], self.design.names)
            return Left(words, None, is_flattest=False, is_felt=False, share=share)
        eigenvalue = float(spectrum.eigenvalues[index])
        others = np.delete(spectrum.eigenvalues, index)
        felt = float(spectrum.directions[:, index] @ self.gradient.astype(np.float64))
        wanted = eigenvalue * float(along[index])
        return Left(
            direction=theory.directions[int(np.flatnonzero(theory.listed == index)[0])],
            eigenvalue=eigenvalue,
            is_flattest=count == p > 1 and eigenvalue <= FLATTER * float(others.min()),
            is_felt=abs(felt - wanted) <= FELT * abs(wanted),
            share=share,
        )

    def _unsure(self, approach: Approach) -> Floats:
        """How far the limit may be wrong along each direction, and along all others, (m + 1,).

        Residuals that are each wrong by u times their terms move it by u √(2/λ) rms(terms).
        """
        terms = residual_terms(self.design.X, approach.limit, self.design.y)
        eps = float(np.finfo(np.float64).eps)
        along = eps / 2 * np.sqrt(2 / approach.spectrum.eigenvalues * np.mean(terms**2))
        return np.append(along, 8 * eps * np.linalg.norm(approach.limit))
