"""The Hessian of a run: its eigenvalues, its directions, and the least-squares solution.

Gradient descent on the mean squared error is a linear map of the weights, and the Hessian
(2/n) XᵀX decides everything about it. Its eigenvalues are squared singular values of X, which keeps
twice the digits that XᵀX would leave to the small ones. Columns are factored standardised; a run in
other units has the same factors times those units, and the same rank.
"""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import numpy as np

from linreg_core import memory, objective
from linreg_core.arrays import Floats
from linreg_core.problem import Design, Problem
from linreg_core.records import dataclass
from linreg_core.stages import OnProgress, ignore_progress
from linreg_core.theory.algebra.error_bound import (
    UNIT,
    error_bound,
    length,
    weight_scales,
    without_noise,
)
from linreg_core.theory.algebra.factors import Factors
from linreg_core.theory.algebra.refined import refined

FIT_ROUNDINGS = 32
"""Of the residuals of a fit without any, as large as they were computed for 3,000 such problems: 15
roundings of what they are the difference of."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """The least-squares solution, in float64.

    Args:
        weights: in the problem's own units, shape (p,), the bias last; when there are many
            solutions, the one that is shortest on standardised columns; 0 where it is within
            rounding.
        loss: the mean squared error there, the smallest there is; 0 where it is no more than
            rounding makes of residuals that are all 0.
        rounding: how far rounding X and y moves each weight at most, shape (p,); nobody who had the
            data in float64 would know it better. May be nan or infinite.
        error: a bound of the error of each weight, shape (p,): as above, or less where it is
            `refined`.
        scale: what a weight of 0 is measured by, shape (p,), > 0; see `weight_scales`.
    """

    weights: Floats
    loss: float
    rounding: Floats
    error: Floats
    scale: Floats

    @classmethod
    def of(
        cls, problem: Problem, standard: Design, right: Floats, singular: Floats, weights: Floats
    ) -> Optimum:
        """Take a solution in the units of standardised columns, as good as it can be known.

        Args:
            problem: what is solved.
            standard: its design with standardised columns.
            right: the right singular vectors of that design's X, shape (p, m).
            singular: its singular values that are not zero, largest first, shape (m,).
            weights: the solution, shape (p,).
        """
        rounding, scale = error_bound(standard, right, singular, weights), weight_scales(standard)
        with np.errstate(over="ignore", invalid="ignore"):
            loss = objective.loss(standard.X, weights, standard.y)
            # Residuals are differences of numbers of this size: by rows, of all of them together.
            size = length(standard.y) + np.linalg.norm(right * singular, axis=1) @ np.abs(weights)
            if math.sqrt(loss * problem.rows) <= FIT_ROUNDINGS * UNIT * size < np.inf:
                loss = 0.0
            computed, error = refined(
                problem, standard, right, singular, weights, rounding=rounding
            )
            denoised = without_noise(computed, rounding, scale)
            return cls(denoised, loss, rounding, error + np.abs(computed - denoised), scale)


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
        triangle: R of X = Q R for standardised columns, shape (<= p, p): their lengths and angles
            without their rows; ``None`` as above.
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
    triangle: Floats | None

    @classmethod
    def of(
        cls,
        problem: Problem,
        *,
        bias: bool,
        standardize: bool,
        on_progress: OnProgress = ignore_progress,
    ) -> Spectrum:
        """Analyse a problem as a run sees it; the second time it takes nothing.

        4,000 rows of 2,000 columns take 4 s, and 3 s more where the run does not standardise. That
        alone is new where only the standardising changes.

        Args:
            problem: what to analyse.
            bias: whether the run has a bias.
            standardize: whether it standardises.
            on_progress: called, if it takes long.

        Raises:
            LinregError: "overflow" when the features are too large to be standardised,
                "not-enough-memory" before that can happen.
        """
        known = _KNOWN.setdefault(problem, {})
        if (bias, standardize) not in known:
            _require_room(problem.X.shape)
            if what := long_work(problem, bias=bias, standardize=standardize):
                on_progress(what)
            design = Design.of(problem, bias=bias, standardize=standardize)
            known[bias, standardize] = cls._of_design(problem, design)
        return known[bias, standardize]

    @classmethod
    def _of_design(cls, problem: Problem, design: Design) -> Spectrum:
        standard = design
        if not design.is_scaled:
            standard = Design.of(problem, bias=design.has_bias, standardize=True)
        p = len(design.names)
        factors = _factors(problem, standard)
        weights = factors.solve(standard)
        with np.errstate(over="ignore"):
            singular = factors.size * factors.singular
        own = factors if standard is design else factors.in_own_units(standard)
        m, rank = len(own.eigenvalues), len(factors.singular)
        optimum = Optimum.of(problem, standard, factors.right[:, :rank], singular, weights)
        return cls(
            design=design,
            standard=standard,
            eigenvalues=own.eigenvalues,
            condition_number=_condition(own.singular[:m], rank),
            directions=own.right[:, :m],
            coordinates=own.coordinates[:m],
            rank=rank,
            solution=weights if standard is design else optimum.weights,
            optimum=optimum,
            closeness=float(factors.singular[0] / factors.singular[-1]) if rank else 1.0,
            faintest=factors.right[:, max(rank - 1, 0)],
            null=factors.right[:, rank:] if p <= MOST_NAMED else None,
            triangle=factors.triangle,
        )

    @property
    def is_complete(self) -> bool:
        """Whether float64 knows every eigenvalue that is not zero.

        It does not where the smallest one underflows, where columns agree to the last digit but for
        an offset that the run does not take out, and perhaps of more than `factors.MOST_TURNED`
        columns in units 10⁸ apart.
        """
        return len(self.eigenvalues) == self.rank

    @property
    def is_unique(self) -> bool:
        """Whether only one set of weights is best."""
        return self.rank == len(self.design.names)

    @property
    def drifts(self) -> bool:
        """Whether rounding can move weights for ever along what the data does not determine.

        A gradient that is rounded has a part there, which no epoch takes back; but along a column
        of zeros it is exactly 0.
        """
        moving = int(np.count_nonzero(self.directions.any(axis=1)))
        return len(self.eigenvalues) == self.rank < moving


def _condition(singular: Floats, rank: int) -> float:
    """The condition number of the Hessian from singular values of X, largest first."""
    if len(singular) < rank:
        return np.inf
    # Not from the eigenvalues: of 1e200 those are infinite.
    with np.errstate(over="ignore"):
        return float((singular[0] / singular[-1]) ** 2) if rank else 1.0


def long_work(problem: Problem, *, bias: bool, standardize: bool) -> str | None:
    """What takes more than some 0.1 s, in a few words; ``None``: it does not, or it is known."""
    if problem.X.size * (30 + min(problem.X.shape)) <= LONG:
        return None
    if (bias, standardize) in _KNOWN.get(problem, {}):
        return None
    return f"computing the spectrum of {problem.X.shape[1]:,} columns"


def passing_spectrum(problem: Problem, *, bias: bool, standardize: bool) -> Spectrum:
    """The spectrum that a run on a problem would have, for one look at it.

    Of one that is not known yet only the factors are kept: a million rows of it are 24 MB for every
    combination that is only asked about.

    Raises:
        LinregError: "overflow" when the features are too large to be standardised.
    """
    problem = problem.for_bias(bias)
    known = _KNOWN.get(problem, {}).get((bias, standardize))
    if known is None:
        _require_room(problem.X.shape)
        design = Design.of(problem, bias=bias, standardize=standardize)
        known = Spectrum._of_design(problem, design)
    return known


def _factors(problem: Problem, standard: Design) -> Factors:
    """Factor a problem's design with standardised columns, once for a bias and once without."""
    known = _FACTORED.setdefault(problem, {})
    if standard.has_bias not in known:
        full = len(standard.names) <= MOST_NAMED
        known[standard.has_bias] = Factors.of(standard, full=full)
    return known[standard.has_bias]


_FACTORED: WeakKeyDictionary[Problem, dict[bool, Factors]] = WeakKeyDictionary()
"""What was factored once; of many rows it keeps as few as there are columns."""

_KNOWN: WeakKeyDictionary[Problem, dict[tuple[bool, bool], Spectrum]] = WeakKeyDictionary()
"""What was analysed once, as long as its problem is there."""

LONG = 3 * 10**7
"""Rows times columns times 30 more than the smaller of both: from so many on it takes long."""

MOST_NAMED = 200
"""Up to so many weights the dependencies among columns are named one by one."""


def _require_room(shape: tuple[int, ...]) -> None:
    """Refuse what would not fit: LAPACK is refused memory with a line of its own on the terminal.

    At the peak there are some copies of X and y side by side, or of the triangle that is left.
    """
    n, p = shape[0], shape[1] + 1
    triangle = min(n, p) * p
    numbers = max(5 * n * (p + 1), 3 * n * p + 8 * triangle)
    doing = f"analyse {n:,} rows of {shape[1]:,} columns"
    memory.require(8 * numbers + memory.RESERVE, doing)
