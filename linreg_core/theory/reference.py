"""What digits are counted against: the weights a run tends to, and how well they are known.

The exact answer is computed, too. A weight that is 0 comes out as rounding, and no digit can be
claimed beyond those of the answer itself.
"""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.precision import digits_within, in_known_digits
from linreg_core.records import dataclass
from linreg_core.theory.algebra.error_bound import UNIT, error_bound, raw_sizes, without_noise
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.descent import Approach


@dataclass(frozen=True, eq=False)
class Reference:
    """The limit of a run, in the problem's own units; all arrays have the shape (p,).

    Where many weights are equally good, digits are those of what the data determines: of the
    weights without their part along directions that change no prediction, for along those rounding
    moves them as it likes.

    Args:
        weights: the limit; 0 where it is within rounding.
        error: a bound of the error of each of them; may be nan or infinite.
        size: what errors are divided by, > 0: the size of the weight, or where that counts as 0 its
            column's scale (`weight_scales`).
        known: how many digits are known, 0 to 17.
        is_empty: whether the data determines nothing at all: there are no digits then.
    """

    weights: Floats
    error: Floats
    size: Floats
    known: Floats
    is_empty: bool

    @classmethod
    def of(cls, approach: Approach) -> Reference:
        """Take the limit of an approach, and bound its error."""
        spectrum = approach.spectrum
        design, optimum = spectrum.design, spectrum.optimum
        weights = determined = optimum.weights
        error = bound = optimum.error
        if _leaves_some_open(spectrum):
            along = spectrum.directions
            with np.errstate(all="ignore"):
                shortest = along @ (along.T @ spectrum.solution)
                singular = np.sqrt(len(design.y) / 2 * spectrum.eigenvalues)
                bound = error_bound(design, along, singular, shortest)
                # The limit is the sum of where it began and of the way along each direction.
                terms = np.abs(approach.limit) + np.abs(along) @ np.abs(approach.start)
                error = bound + raw_sizes(design, 4 * UNIT * terms)
            determined = without_noise(design.to_raw(shortest), bound, optimum.scale)
            weights = without_noise(design.to_raw(approach.limit), error, optimum.scale)
        size = np.where(determined != 0, np.abs(determined), optimum.scale)
        return cls(weights, error, size, digits_within(bound, size), spectrum.rank == 0)

    def digits(self, errors: Floats) -> Floats:
        """How many leading digits of each weight are right, shape (..., p), 0 to 17.

        The log relative error of numerical statistics (McCullough, The American Statistician 52,
        1998), but no more digits than are known of the reference.

        Args:
            errors: weight minus reference, in the problem's own units, shape (..., p).
        """
        return np.minimum(digits_within(errors, self.size), self.known)

    def digits_of_worst(self, errors: Floats) -> float | None:
        """The digits of the worst weight of one set, shape (p,); ``None`` if `is_empty`."""
        return None if self.is_empty else float(self.digits(errors).min())

    @property
    def known_digits(self) -> float | None:
        """The digits known of the least known weight, 0 to 17; ``None`` if `is_empty`."""
        return None if self.is_empty else float(self.known.min())

    @property
    def rounded_weights(self) -> Floats:
        """The weights, each rounded to the digits that are known of it; nan where none is."""
        return in_known_digits(self.weights, self.error)


def errors_of(approach: Approach, reference: Reference, weights: Floats) -> Floats:
    """Weights of the run minus those it tends to, in the problem's own units.

    Only the part that the data determines, where many weights are equally good.

    Args:
        approach: whose limit it is.
        reference: of the same approach.
        weights: in the run's units, shape (p,) or (k, p).
    """
    spectrum = approach.spectrum
    to_raw = spectrum.design.to_raw
    with np.errstate(over="ignore", invalid="ignore"):
        if _leaves_some_open(spectrum):
            return to_raw(spectrum.directions @ approach.remaining(weights.T)).T
        return to_raw(weights.T).T - reference.weights


def _leaves_some_open(spectrum: Spectrum) -> bool:
    """Whether many weights are equally good, and all directions are known that are determined."""
    return len(spectrum.eigenvalues) == spectrum.rank < len(spectrum.design.names)
