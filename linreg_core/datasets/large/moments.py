"""What one pass over the rows leaves of them: means, spreads, and the triangular factor.

The factor is R of [1, X, y] = Q R, found block by block: R of the blocks so far over the next block
has the same R (TSQR: Demmel, Grigori, Hoemmen & Langou, SIAM J. Sci. Comput. 34, 2012). It has all
sums of squares and products that least squares needs, with the digits that XᵀX would lose.
"""

from __future__ import annotations

import math

import numpy as np

from linreg_core.arrays import Floats, center, spread
from linreg_core.records import dataclass

PANEL_ROWS = 512
"""So many rows are factored at once, or twice as many as columns: what stays in cache costs a
quarter."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Means, squares and products of n rows of d features and a target, in their own units.

    Args:
        rows: n.
        means: of each feature, and of the target last, shape (d + 1,).
        spreads: the standard deviations likewise (population).
        sizes: the roots of the mean squares about 0, likewise.
        factor: R of what is left of features and target without their means, upper triangular,
            shape (r, d + 1) with r = min(n - 1, d + 1): RᵀR is n times their covariance, in units
            of ``units``.
        units: powers of two, shape (d + 1,).
        lowest: the smallest number of each, shape (d + 1,).
        highest: the largest.
    """

    rows: int
    means: Floats
    spreads: Floats
    sizes: Floats
    factor: Floats
    units: Floats
    lowest: Floats
    highest: Floats

    def stand_ins(self) -> Floats:
        """Deviations from the means with the same products, of k = r + 1 rows, shape (k, d + 1).

        The mean over them of any product of two columns is that over the n rows.
        """
        k = len(self.factor) + 1
        if k == 1:
            return np.zeros((1, len(self.means)))
        # A reflection that takes the first axis to equal parts: the others then add up to 0.
        normal = np.full(k, -1 / math.sqrt(k))
        normal[0] += 1
        normal /= np.linalg.norm(normal)
        level = np.eye(k)[:, 1:] - 2 * np.outer(normal, normal[1:])
        deviations: Floats = level @ (self.factor * math.sqrt(k / self.rows)) * self.units
        return deviations


class MomentsSoFar:
    """Moments of blocks of rows as they come.

    Args:
        columns: d + 1, the target being the last.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._counts: list[int] = []
        self._means: list[Floats] = []
        self._spreads: list[Floats] = []
        self._sizes: list[Floats] = []
        self._lowest = np.full(columns, np.inf)
        self._highest = np.full(columns, -np.inf)
        self._triangle = np.zeros((0, columns + 1))
        self._waiting: list[Floats] = []

    def add(self, values: Floats) -> None:
        """Take in a block, shape (b, d + 1), finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            means = center(values)
            self._counts.append(len(values))
            self._means.append(means)
            self._spreads.append(spread(values, means))
            self._sizes.append(spread(values, np.zeros(self._columns)))
            self._lowest = np.minimum(self._lowest, values.min(axis=0))
            self._highest = np.maximum(self._highest, values.max(axis=0))
            if len(self._counts) == 1:
                # What is factored is near 0 and about 1: so little is lost, and nothing overflows.
                self._shift, largest = means, np.abs(values - means).max(axis=0)
                self._units = np.ldexp(1.0, np.frexp(np.where(largest > 0, largest, 1))[1])
            scaled = (values - self._shift) / self._units
        self._waiting.append(np.column_stack([np.ones(len(values)), scaled]))
        if sum(map(len, self._waiting)) >= 2 * self._columns:
            self._factor()

    def _factor(self) -> None:
        rows, width = np.concatenate(self._waiting or [self._triangle[:0]]), self._columns + 1
        self._waiting = []
        panel = max(PANEL_ROWS, 2 * width)
        whole = len(rows) // panel * panel
        panels = np.linalg.qr(rows[:whole].reshape(-1, panel, width), mode="r")
        stacked = [self._triangle, np.asarray(panels).reshape(-1, width), rows[whole:]]
        self._triangle = np.asarray(np.linalg.qr(np.concatenate(stacked), mode="r"))

    def moments(self) -> Moments:
        """Those of all rows so far, at least one."""
        self._factor()
        rows, columns = sum(self._counts), self._columns
        shares = [count / rows for count in self._counts]
        means = _summed(shares, self._means)
        constant = self._lowest == self._highest
        means = np.where(constant, self._lowest, means)
        factor = self._triangle[1:, 1:].copy()
        factor[:, constant] = 0
        spreads = _joined(shares, self._spreads, [mean - means for mean in self._means])
        sizes = _joined(shares, self._sizes, [np.zeros(columns)] * len(shares))
        return Moments(
            rows, means, spreads, sizes, factor, self._units, self._lowest, self._highest
        )


def _summed(shares: list[float], parts: list[Floats]) -> Floats:
    """The weighted sum of vectors, rounded once; of one vector of weight 1 itself."""
    weighed = np.array([share * part for share, part in zip(shares, parts, strict=True)])
    return np.array([math.fsum(column) for column in weighed.T])


def _joined(shares: list[float], spreads: list[Floats], offsets: list[Floats]) -> Floats:
    """The spread of all blocks from that of each and the distance of its mean from the whole's.

    (Chan, Golub & LeVeque, The American Statistician 37, 1983.)
    """
    largest = np.max(np.abs([*spreads, *offsets]), axis=0)
    largest[largest == 0] = 1
    squares = [
        (own / largest) ** 2 + (offset / largest) ** 2
        for own, offset in zip(spreads, offsets, strict=True)
    ]
    return np.asarray(largest * np.sqrt(_summed(shares, squares)))
