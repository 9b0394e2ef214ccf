"""The Hessian of a run: its eigenvalues, its directions, and the least-squares solution.

Gradient descent on the mean squared error is a linear map of the weights, and the Hessian
(2/n) XᵀX decides everything about it. Its eigenvalues are squared singular values of X, which keeps
twice the digits that XᵀX would leave to the small ones. Columns are factored standardised; a run in
other units has the same factors times those units, and the same rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from linreg_core import memory, objective
from linreg_core.arrays import Floats
from linreg_core.problem import Design, Problem
from linreg_core.stages import Tell, tell_nobody
from linreg_core.theory import jacobi


@dataclass(frozen=True, eq=False)
class Optimum:
    """The least-squares solution, in float64.

    Args:
        weights: in the problem's own units, shape (p,), the bias last; when there are many
            solutions, the one that is shortest on standardised columns.
        loss: the mean squared error there, the smallest there is.
    """

    weights: Floats
    loss: float


@dataclass(frozen=True, eq=False)
class Spectrum:
    """What linear algebra knows of a run before it begins, in float64.

    Args:
        design: the problem as the run sees it.
        standard: the same with standardised columns.
        eigenvalues: those of the Hessian that are not zero and that float64 knows, largest first,
            shape (m,); empty when X is all zeros. They may be infinite: squares overflow.
        condition_number: λmax / λmin, over those that are not zero; 1 when there is none, infinite
            where float64 does not know the smallest one.
        directions: one unit vector per eigenvalue, in the run's weights, shape (p, m).
        coordinates: those of the solution along the directions, shape (m,); unlike products of both
            they keep the digits of the small ones where others are huge.
        rank: how many combinations of the weights the data determines, <= p. It is counted on
            standardised columns, since units make no dependency.
        solution: the least-squares weights in the run's units, shape (p,); of many the one that is
            shortest on standardised columns.
        optimum: the same in the problem's own units, and its loss.
        closeness: the largest of standardised columns' singular values over the smallest that is
            not 0: a weight loses as many roundings; 1 when there is none.
        faintest: the direction of that smallest one, in standardised weights, shape (p,).
        null: the combinations of standardised weights that change no prediction, as orthonormal
            columns, shape (p, p - rank); ``None`` above `MOST_NAMED` weights, where nobody would
            read them.
    """

    design: Design
    standard: Design
    eigenvalues: Floats
    condition_number: float
    directions: Floats
    coordinates: Floats
    rank: int
    solution: Floats
    optimum: Optimum
    closeness: float
    faintest: Floats
    null: Floats | None

    @classmethod
    def of(
        cls, problem: Problem, *, bias: bool, standardize: bool, tell: Tell = tell_nobody
    ) -> Spectrum:
        """Analyse a problem as a run sees it; the second time it takes nothing.

        p = 2,000 takes 2-3 s, and twice that where the run does not standardise.

        Args:
            problem: what to analyse.
            bias: whether the run has a bias.
            standardize: whether it standardises.
            tell: hears of it, if it takes long.

        Raises:
            LinregError: "overflow" when the features are too large to be standardised,
                "not-enough-memory" before that can happen.
        """
        known = _KNOWN.setdefault(problem, {})
        if (bias, standardize) not in known:
            _require_room(problem.X.shape)
            if problem.X.size * (30 + min(problem.X.shape)) > LONG:
                tell(f"computing the spectrum of {problem.X.shape[1]:,} columns")
            design = Design.of(problem, bias=bias, standardize=standardize)
            known[bias, standardize] = cls._of_design(problem, design)
        return known[bias, standardize]

    @classmethod
    def _of_design(cls, problem: Problem, design: Design) -> Spectrum:
        standard = design
        if not design.is_scaled:
            standard = Design.of(problem, bias=design.has_bias, standardize=True)
        factors = _Factors.of(standard)
        weights = factors.solve(standard)
        with np.errstate(over="ignore", invalid="ignore"):
            raw = standard.to_raw(weights)
            loss = objective.loss(standard.X, weights, standard.y)
        own = factors if standard is design else factors.in_own_units(standard)
        m, p, rank = len(own.eigenvalues), len(design.names), len(factors.singular)
        return cls(
            design=design,
            standard=standard,
            eigenvalues=own.eigenvalues,
            condition_number=_condition(own.singular[:m], rank),
            directions=own.right[:, :m],
            coordinates=own.coordinates[:m],
            rank=rank,
            solution=weights if standard is design else raw,
            optimum=Optimum(raw, loss),
            closeness=float(factors.singular[0] / factors.singular[-1]) if rank else 1.0,
            faintest=factors.right[:, max(rank - 1, 0)],
            null=factors.right[:, rank:] if p <= MOST_NAMED else None,
        )

    @property
    def is_complete(self) -> bool:
        """Whether float64 knows every eigenvalue that is not zero.

        It does not where the smallest one underflows, where columns agree to the last digit but for
        an offset that the run does not take out, and perhaps of more than `MOST_TURNED` columns in
        units 10⁸ apart.
        """
        return len(self.eigenvalues) == self.rank

    @property
    def is_unique(self) -> bool:
        """Whether only one set of weights is best."""
        return self.rank == len(self.design.names)


def _condition(singular: Floats, rank: int) -> float:
    """The condition number of the Hessian from singular values of X, largest first."""
    if len(singular) < rank:
        return np.inf
    # Not from the eigenvalues: of 1e200 those are infinite.
    with np.errstate(over="ignore"):
        return float((singular[0] / singular[-1]) ** 2) if rank else 1.0


def condition_number(problem: Problem, *, bias: bool, standardize: bool) -> float:
    """The condition number that a run on a problem would have; see `Spectrum.condition_number`.

    A spectrum that is not known yet is not kept: a million rows of it are 24 MB for every
    combination that is only asked about.

    Raises:
        LinregError: "overflow" when the features are too large to be standardised.
    """
    known = _KNOWN.get(problem, {}).get((bias, standardize))
    if known is None:
        _require_room(problem.X.shape)
        design = Design.of(problem, bias=bias, standardize=standardize)
        known = Spectrum._of_design(problem, design)
    return known.condition_number


_KNOWN: WeakKeyDictionary[Problem, dict[tuple[bool, bool], Spectrum]] = WeakKeyDictionary()
"""What was analysed once, as long as its problem is there."""

LONG = 3 * 10**7
"""Rows times columns times 30 more than the smaller of both, from which on it is said that a
spectrum is computed: some 0.1 s."""

MOST_NAMED = 200
"""Up to so many weights the dependencies among columns are named one by one."""

MOST_TURNED = 256
"""Up to so many weights unequal units cost no digits: it takes 1 s, and eight times that for twice
as many."""

UNEQUAL = 1e4
"""From columns on that differ so much in length LAPACK loses as many digits of the eigenvalues."""


def _require_room(shape: tuple[int, ...]) -> None:
    """Refuse what would not fit: LAPACK is refused memory with a line of its own on the terminal.

    At the peak there are some copies of X and y side by side, or of the triangle that is left.
    """
    n, p = shape[0], shape[1] + 1
    triangle = min(n, p) * p
    numbers = max(5 * n * (p + 1), 3 * n * p + 8 * triangle)
    doing = f"analyse {n:,} rows of {shape[1]:,} columns"
    memory.require(8 * numbers + memory.RESERVE, doing)


@dataclass(frozen=True, eq=False)
class _Factors:
    """X = size · Q U S Vᵀ, where Q of n rows is not kept.

    Args:
        rows: n.
        size: a power of two, so that U S Vᵀ has no entry that overflows.
        cut: what part of the largest singular value is rounding.
        left: Uᵀ Qᵀ y, the target's part in each direction of the rows, one per singular value.
        singular: those that are not zero in float64, largest first.
        right: V, shape (p, >= number of singular values).
    """

    rows: int
    size: float
    cut: float
    left: Floats
    singular: Floats
    right: Floats

    @classmethod
    def of(cls, design: Design) -> _Factors:
        n, p = design.X.shape
        size, target_size = _power_of_two(design.X), _power_of_two(design.y)
        both = np.column_stack([design.X / size, design.y / target_size])
        triangle = np.asarray(np.linalg.qr(both, mode="r"))
        left, singular, right = np.linalg.svd(triangle[:, :p], full_matrices=p <= MOST_NAMED)
        cut = max(n, p) * jacobi.EPS
        kept = singular > singular.max() * cut
        with np.errstate(over="ignore"):
            target = target_size * (left[:, : len(kept)][:, kept].T @ triangle[:, p])
        return cls(n, size, cut, target, singular[kept], right.T)

    def in_own_units(self, standard: Design) -> _Factors:
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
        return _Factors(self.rows, size, self.cut, left.T @ self.left, singular, right)

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
    kept = singular > singular.max() * cut
    return left[:, kept], singular[kept], right.T[:, kept]


def _power_of_two(values: Floats) -> float:
    """One near the largest size: divided by it nothing overflows in a sum, and no digit is lost."""
    largest = np.abs(values).max()
    return float(2.0 ** (np.frexp(largest)[1] - 1)) if largest > 0 else 1.0
