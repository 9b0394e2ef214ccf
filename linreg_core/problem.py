"""The problem to solve, and how weights move between its units and those of a run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats, center, ones_for_zeros, spread
from linreg_core.errors import LinregError
from linreg_core.polynomial import Polynomial
from linreg_core.records import dataclass


@dataclass(frozen=True)
class Note:
    """Something that was done to the data or seen in it, that the user should know.

    Args:
        code: stable identifier in kebab-case ("rows-dropped").
        message: one sentence.
    """

    code: str
    message: str


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a problem, in the units they came in.

    Args:
        X: features, shape (n, d), float64, n >= 1, d >= 1; kept as a read-only copy.
        y: target, shape (n,), float64; kept as a read-only copy.

    Raises:
        LinregError: as `Problem`.
    """

    X: NDArray[np.float64]
    y: NDArray[np.float64]

    def __post_init__(self) -> None:
        _store_checked(self)


@dataclass(frozen=True, eq=False)
class Problem:
    """X, y and their names, in the units they came in.

    Args:
        source: where it came from: a built-in's name or a file's path.
        X: features, shape (n, d), float64, n >= 1, d >= 1; kept as a read-only copy.
        y: target, shape (n,), float64; kept as a read-only copy.
        features: d different names, one per column of X.
        target: name of y.
        as_article: whether it is run as in the article where nothing else is asked for: without a
            bias, not standardised, with the article's learning rate.
        dropped_rows: how many rows of the file were left out.
        notes: what was done or seen on the way in.
        true_weights: those that made y, before noise: one per feature and the bias last, which is
            0 where there is none, shape (d + 1,), kept as a read-only copy; ``None``: not known.
        test: rows held out, which nothing is trained on, with the same d columns; ``None``: none.
        polynomial: what the columns are powers of; ``None``: of nothing.
        table: how a file was read, what was guessed filled in: the options of `TableOptions` by
            name; empty for what comes from no file.
        whole: the table that its rows are a sample of; ``None``: they are no sample.

    Raises:
        LinregError: "shape" when the shapes do not fit together, "non-finite" when a value is
            not a finite number.
    """

    source: str
    X: NDArray[np.float64]
    y: NDArray[np.float64]
    features: tuple[str, ...]
    target: str
    as_article: bool = False
    dropped_rows: int = 0
    notes: tuple[Note, ...] = field(default=())
    true_weights: NDArray[np.float64] | None = None
    test: Rows | None = None
    polynomial: Polynomial | None = None
    table: Mapping[str, object] = field(default_factory=dict)
    whole: Problem | None = None

    def __post_init__(self) -> None:
        _store_checked(self)
        d = self.X.shape[1]
        if len(self.features) != d:
            raise LinregError(
                "shape", f"{d} columns of X need as many names, got {len(self.features)}"
            )
        if self.test is not None and self.test.X.shape[1] != d:
            raise LinregError(
                "shape", f"rows held out must have {d} columns, got {self.test.X.shape[1]}"
            )
        if self.true_weights is not None:
            weights = np.array(self.true_weights, dtype=np.float64)
            if weights.shape != (d + 1,):
                raise LinregError(
                    "shape", f"true weights must be ({d + 1},), the bias last; got {weights.shape}"
                )
            weights.setflags(write=False)
            object.__setattr__(self, "true_weights", weights)

    @property
    def rows(self) -> int:
        """Number of observations to train on, n."""
        return len(self.y)

    @property
    def has_own_rows(self) -> bool:
        """Whether X and y are its rows, and do not only stand for them."""
        return True

    @property
    def blocks(self) -> RowBlocks | None:
        """The rows that are trained on, where X and y only stand for them; ``None``: X and y."""
        return None

    def standardisation(self, *, centre: bool) -> tuple[Floats, Floats]:
        """What brings each feature to one scale: what is subtracted and divided by, (d,) each."""
        shift = center(self.X) if centre else np.zeros(self.X.shape[1])
        return shift, ones_for_zeros(spread(self.X, shift))

    def minus(self, shift: Floats) -> Floats:
        """X less a shift of each feature, shape (n, d)."""
        return self.X - shift

    @cached_property
    def digest(self) -> str:
        """The same for the same numbers to train on, to the last bit, and for no others."""
        digest = hashlib.sha256(repr(self.X.shape).encode())
        for numbers in (self.X, self.y):
            digest.update(np.ascontiguousarray(numbers).data)
        return digest.hexdigest()[:16]

    def for_bias(self, bias: bool) -> Problem:
        """Return what is fitted with a bias or without: a polynomial through 0 is in plain powers.

        Powers of the distance from a centre hold a constant, which was not asked for.

        Raises:
            LinregError: "overflow" for a power beyond float64.
        """
        return self if bias or self.polynomial is None else self._in_plain_powers

    @cached_property
    def _in_plain_powers(self) -> Problem:
        assert self.polynomial is not None
        plain, test = self.polynomial.uncentred, self.test
        return replace(
            self,
            X=plain.columns(self.X[:, 0]),
            features=plain.names,
            polynomial=plain,
            test=None if test is None else replace(test, X=plain.columns(test.X[:, 0])),
        )


def _store_checked(rows: Rows | Problem) -> None:
    """Put read-only copies of X and y in their place."""
    X, y = (np.array(values, dtype=np.float64) for values in (rows.X, rows.y))
    if X.ndim != 2 or y.ndim != 1 or len(X) != len(y) or 0 in X.shape:
        raise LinregError(
            "shape",
            f"X must be (n, d) and y (n,) with n and d at least 1, got {X.shape} and {y.shape}",
        )
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise LinregError("non-finite", "X and y must hold finite numbers only")
    for name, array in (("X", X), ("y", y)):
        array.setflags(write=False)
        object.__setattr__(rows, name, array)


class RowBlocks(Protocol):
    """Rows that are never all in memory, some at a time, perhaps by several processes."""

    @property
    def rows(self) -> tuple[int, ...]:
        """How many rows each block has; the same in every process, B of them."""

    def gathered(
        self,
        design: Design,
        dtype: np.dtype[np.floating],
        width: int,
        work: Callable[[int, Floats, Floats], Floats],
    ) -> Floats:
        """Do something with every block, once, and return what came of it, in the blocks' order.

        Args:
            design: whose rows they are: what is subtracted, divided by and added as ones.
            dtype: what X and y are rounded to.
            width: how many numbers come of a block, k.
            work: takes the index of a worker, below ``workers``, and X of shape (b, p) and y of
                shape (b,), which are another block's after it; gives k numbers, float64. Several
                workers may be at work at once.

        Returns:
            Shape (B, k), the same bits in every process, however many there are.
        """

    @property
    def workers(self) -> int:
        """How many threads work at once in this process."""

    def close(self) -> None:
        """Let go of files and threads; no block is read any more."""


BIAS = "bias"
"""Name of the weight that multiplies a column of ones."""


@dataclass(frozen=True, eq=False)
class Design:
    """The problem as a run sees it: standardised or not, with a bias column or not.

    Standardising makes every feature ``(x - mean) / std`` (population standard deviation). Without
    a bias nothing may be subtracted, or the fit would gain a constant that was not asked for: then
    every feature is only divided by its root mean square. Where that is 0 it keeps its scale.

    Args:
        X: design matrix, shape (n, p), float64, read-only; p = d, or d + 1 with the column of ones
            last.
        y: target, shape (n,), float64, read-only, never scaled.
        features: the d feature names.
        has_bias: whether the last column is the column of ones.
        shift: what was subtracted from each feature, shape (d,).
        scale: what each feature was then divided by, shape (d,).
        rows: how many rows of data it stands for: n, or more where X and y only stand for them.
        blocks: those rows; ``None``: X and y are what is trained on.
    """

    X: Floats
    y: Floats
    features: tuple[str, ...]
    has_bias: bool
    shift: Floats
    scale: Floats
    rows: int
    blocks: RowBlocks | None

    @classmethod
    def of(cls, problem: Problem, *, bias: bool, standardize: bool) -> Design:
        """Build the design matrix of a problem."""
        d = len(problem.features)
        with np.errstate(over="ignore", invalid="ignore"):
            shift, scale = (
                problem.standardisation(centre=bias) if standardize else (np.zeros(d), np.ones(d))
            )
            X = problem.minus(shift) / scale
        if not np.isfinite(X).all():
            raise LinregError(
                "overflow", "the features are too large to be standardised; divide them by 1e10"
            )
        if bias:
            X = np.column_stack([X, np.ones(len(X))])
        X.setflags(write=False)
        return cls(X, problem.y, problem.features, bias, shift, scale, problem.rows, problem.blocks)

    def of_others(self, X: Floats) -> Floats:
        """The design matrix of other rows, shape (m, p), float64: their own scale plays no part.

        Args:
            X: their features in the problem's own units, shape (m, d).

        Returns:
            A number may be infinite, where these rows are much larger than those of the design.
        """
        with np.errstate(over="ignore"):
            others = (X - self.shift) / self.scale
        return np.column_stack([others, np.ones(len(X))]) if self.has_bias else others

    @property
    def names(self) -> tuple[str, ...]:
        """One name per weight, the bias last."""
        return (*self.features, BIAS) if self.has_bias else self.features

    @property
    def is_scaled(self) -> bool:
        """Whether the run's weights differ in units from the problem's."""
        return bool(self.shift.any() or (self.scale != 1).any())

    def to_raw(self, weights: Floats) -> Floats:
        """Turn weights of the run, shape (p,), or columns of them, into the problem's own units."""
        raw = np.array(weights, dtype=np.float64)
        d = len(self.features)
        with np.errstate(over="ignore", invalid="ignore"):
            raw[:d] = (raw[:d].T / self.scale).T
            if self.has_bias:
                raw[d] -= self.shift @ raw[:d]
        return raw

    def raw_columns(self, indices: list[int]) -> Floats:
        """The columns that some weights multiply, in the problem's own units, shape (n, k)."""
        columns = np.ones((len(self.X), len(indices)))
        for position, index in enumerate(indices):
            if index < len(self.features):
                columns[:, position] = self.X[:, index] * self.scale[index] + self.shift[index]
        return columns
