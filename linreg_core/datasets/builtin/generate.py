"""The numbers of the built-in problems.

Those that are drawn take all their draws from ``Generator(PCG64(seed))``: first numbers u, uniform
on [0, 1), row by row, then one standard normal ε per row. With X made of the u as told below,

    y = 1 + 2·x1 − 3·x2 + 4·x3 − …  + noise·ε

so the weights 2, −3, 4, … and the bias 1 made y. The terms are added in this order, one by one:
other than a product of matrices this gives the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from linreg_core.datasets.options import Made
from linreg_core.errors import LinregError
from linreg_core.problem import Problem

SPAN = 10.0
"""Features lie between 0 and this."""

APART = 0.5
"""How far features that nearly agree are apart, at most: a twentieth of what they span."""

FALLEN = 40.0
"""How far the outlier lies below its line: twice what that line climbs in all."""


def _article(name: str, options: Made) -> Problem:
    """Return the article's problem: three points, no bias, made with w = (10, 20)."""
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    w = np.array([10.0, 20.0])
    return Problem(
        name, X, X @ w, ("x1", "x2"), "y", as_article=True, true_weights=np.append(w, 0.0)
    )


def _plane(name: str, options: Made) -> Problem:
    """Every feature is 10·u; with one of them it is a line."""
    random = _random(options)
    return _linear(name, SPAN * random.random((options.rows, options.columns)), options, random)


def _ill_conditioned(name: str, options: Made) -> Problem:
    """The first feature is 10·u, and every other one x1 + (u − 1/2)/2."""
    if options.columns == 1:
        raise LinregError(
            "bad-option", f"{name!r} is made of features that nearly agree: --columns 2 or more"
        )
    random = _random(options)
    X = random.random((options.rows, options.columns))
    first = SPAN * X[:, :1]
    X = np.hstack([first, first + APART * (X[:, 1:] - 0.5)])
    return _linear(name, X, options, random)


def _collinear(name: str, options: Made) -> Problem:
    """Two features: 10·u, and x2 = 2·x1 + 1."""
    random = _random(options)
    x1 = SPAN * random.random(options.rows)
    return _linear(name, np.column_stack([x1, 2 * x1 + 1]), options, random)


def _outlier(name: str, options: Made) -> Problem:
    """As `_plane`, but the row with the largest x1 lies 40 below."""
    problem = _plane(name, options)
    y = problem.y.copy()
    y[np.argmax(problem.X[:, 0])] -= FALLEN
    return Problem(
        name, problem.X, y, problem.features, problem.target, true_weights=problem.true_weights
    )


def _random(options: Made) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(options.seed))


def _linear(
    name: str, X: NDArray[np.float64], options: Made, random: np.random.Generator
) -> Problem:
    """Make y for features of shape (n, d)."""
    d = X.shape[1]
    weights = [(j + 2.0) * (-1) ** j for j in range(d)]
    y = np.ones(len(X))
    for column, weight in zip(X.T, weights, strict=True):
        y += weight * column
    y += options.noise * random.standard_normal(len(X))
    features = tuple(f"x{j + 1}" for j in range(d))
    return Problem(name, X, y, features, "y", true_weights=np.array([*weights, 1.0]))


# F. J. Anscombe, Graphs in Statistical Analysis, The American Statistician 27 (1973), page 19.
_X = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
_X4 = (8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8)
_ANSCOMBE = {
    "anscombe-1": (_X, (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)),
    "anscombe-2": (_X, (9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74)),
    "anscombe-3": (_X, (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73)),
    "anscombe-4": (_X4, (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89)),
}


def _anscombe(name: str, options: Made) -> Problem:
    x, y = (np.array(values, dtype=np.float64) for values in _ANSCOMBE[name])
    return Problem(name, x[:, np.newaxis], y, ("x",), "y")


MAKERS: Mapping[str, Callable[[str, Made], Problem]] = {
    "article": _article,
    "line": _plane,
    "plane": _plane,
    "ill-conditioned": _ill_conditioned,
    "collinear": _collinear,
    "outlier": _outlier,
    **dict.fromkeys(_ANSCOMBE, _anscombe),
}
"""What makes each built-in problem: its name and all its options filled in."""
