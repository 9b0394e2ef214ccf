"""A design in factors: its singular values and directions, standardised and in its own units."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Design
from linreg_core.records import dataclass
from linreg_core.theory.algebra import jacobi

MOST_TURNED = 256
"""Up to so many weights unequal units cost no digits: it takes 1 s, and eight times that for twice
as many."""

UNEQUAL = 1e4
"""From columns on that differ so much in length LAPACK loses as many digits of the eigenvalues."""


@dataclass(frozen=True, eq=False)
class Factors:
    """X = size · Q U S Vᵀ, where Q of n rows is not kept.

    Args:
        rows: n.
        size: a power of two, so that U S Vᵀ has no entry that overflows.
        cut: what part of the largest singular value is rounding.
        left: Uᵀ Qᵀ y, the target's part in each direction of the rows, one per singular value.
        singular: those that are not zero in float64, largest first.
        right: V, shape (p, >= number of singular values).
        triangle: U S Vᵀ with all its singular values, shape (<= p, p); ``None`` where V has not all
            p columns.
    """

    rows: int
    size: float
    cut: float
    left: Floats
    singular: Floats
    right: Floats
    triangle: Floats | None

    @classmethod
    def of(cls, design: Design, *, full: bool) -> Factors:
        """Factor a design by LAPACK; its columns are about equally long.

        Args:
            design: what to factor.
            full: whether V is wanted with all p columns, also those of no singular value, and the
                triangle.
        """
        n, p = design.X.shape
        size, target_size = _power_of_two(design.X), _power_of_two(design.y)
        both = np.column_stack([design.X / size, design.y / target_size])
        triangle = np.asarray(np.linalg.qr(both, mode="r"))
        left, singular, right = np.linalg.svd(triangle[:, :p], full_matrices=full)
        cut = max(design.rows, p) * jacobi.EPS
        significant = singular > singular.max() * cut
        right = right.T
        # No singular value has a part in a weight whose column is all zeros.
        right[np.ix_(~triangle[:, :p].any(axis=0), np.flatnonzero(significant))] = 0
        with np.errstate(over="ignore"):
            target = target_size * (left[:, : len(significant)][:, significant].T @ triangle[:, p])
        left_over = triangle[:, :p] if full else None
        return cls(n, size, cut, target, singular[significant], right, left_over)

    def in_own_units(self, standard: Design) -> Factors:
        """The factors of the same columns as they were before they were standardised.

        That is X T for standardised X, where T undoes shift and scale.
        """
        d, m = len(standard.scale), len(self.singular)
        if m == 0:
            return self
        rows = self.singular[:, np.newaxis] * self.right[:, :m].T
        largest = np.ones(rows.shape[1])
        largest[:d] = np.maximum(standard.scale, np.abs(standard.shift))
        powers = np.frexp(largest)[1] - 1
        units = np.ldexp(1.0, powers[:d])  # a power of two loses no digit
        columns = rows.copy()
        columns[:, :d] *= standard.scale / units
        if standard.has_bias:
            columns[:, :d] += np.outer(rows[:, d], standard.shift / units)
        sizes = np.ldexp(1.0, powers - powers.max())
        left, singular, right = _svd(columns, sizes, self.cut)
        with np.errstate(over="ignore"):
            size = self.size * float(np.ldexp(1.0, powers.max()))
        own = left.T @ self.left
        return Factors(self.rows, size, self.cut, own, singular, right, None)

    @property
    def eigenvalues(self) -> Floats:
        """Of the Hessian: all that are not zero and have all their digits."""
        with np.errstate(over="ignore", under="ignore"):
            values: Floats = 2 / self.rows * (self.size * self.singular) ** 2
        return values[values >= np.finfo(np.float64).tiny]  # squares of 1e-200 are 0

    @property
    def coordinates(self) -> Floats:
        """Those of the shortest solution along the columns of V."""
        with np.errstate(over="ignore", invalid="ignore"):
            coordinates: Floats = self.left / self.singular / self.size
        return coordinates

    def solve(self, design: Design) -> Floats:
        """The shortest weights with the least loss, refined once: one more correct digit or two."""
        m, p = len(self.singular), len(design.names)
        if m == 0:
            return np.zeros(p)
        with np.errstate(over="ignore", invalid="ignore"):
            inverse = self.right[:, :m] / self.singular / self.size
            weights: Floats = inverse @ self.left
            residual = design.X.T @ (design.y - design.X @ weights)
            better: Floats = weights + inverse @ (inverse.T @ residual)
        return better if np.isfinite(better).all() else weights


def _svd(columns: Floats, sizes: Floats, cut: float) -> tuple[Floats, Floats, Floats]:
    """U, s and V of columns · diag(sizes), without what is rounding."""
    lengths = np.linalg.norm(columns, axis=0) * sizes
    lengths = lengths[lengths > 0]
    if lengths.max() > UNEQUAL * lengths.min() and columns.shape[1] <= MOST_TURNED:
        return jacobi.svd(columns, sizes, cut)
    left, singular, right = np.linalg.svd(columns * sizes, full_matrices=False)
    significant = singular > singular.max() * cut
    return left[:, significant], singular[significant], right.T[:, significant]


def _power_of_two(values: Floats) -> float:
    """One near the largest size: divided by it nothing overflows in a sum, and no digit is lost."""
    largest = np.abs(values).max()
    return float(2.0 ** (np.frexp(largest)[1] - 1)) if largest > 0 else 1.0
