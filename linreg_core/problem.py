"""The problem to solve: a table of numbers, and how weights move between its units and the run's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linreg_core.errors import LinregError

Floats = NDArray[np.floating]


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
class Problem:
    """X, y and their names, in the units they came in.

    Args:
        source: where it came from: a built-in's name or a file's path.
        X: features, shape (n, d), float64, n >= 1, d >= 1; kept as a read-only copy.
        y: target, shape (n,), float64; kept as a read-only copy.
        features: d different names, one per column of X.
        target: name of y.
        is_builtin: True for the problems that come with the program.
        dropped_rows: how many rows of the file were left out.
        notes: what was done or seen on the way in.

    Raises:
        LinregError: "shape" when the shapes do not fit together, "non-finite" when a value is
            not a finite number.
    """

    source: str
    X: NDArray[np.float64]
    y: NDArray[np.float64]
    features: tuple[str, ...]
    target: str
    is_builtin: bool = False
    dropped_rows: int = 0
    notes: tuple[Note, ...] = field(default=())

    def __post_init__(self) -> None:
        X, y = (np.array(values, dtype=np.float64) for values in (self.X, self.y))
        if X.ndim != 2 or y.ndim != 1 or len(X) != len(y) or 0 in X.shape:
            raise LinregError(
                "shape",
                f"X must be (n, d) and y (n,) with n and d at least 1, got {X.shape} and {y.shape}",
            )
        if len(self.features) != X.shape[1]:
            raise LinregError(
                "shape", f"{X.shape[1]} columns of X need as many names, got {len(self.features)}"
            )
        if not (np.isfinite(X).all() and np.isfinite(y).all()):
            raise LinregError("non-finite", "X and y must hold finite numbers only")
        for array in (X, y):
            array.setflags(write=False)
        object.__setattr__(self, "X", X)
        object.__setattr__(self, "y", y)

    @property
    def rows(self) -> int:
        """Number of observations, n."""
        return len(self.y)
