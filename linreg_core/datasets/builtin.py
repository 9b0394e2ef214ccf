"""The problems that come with the program: a name and what makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linreg_core.problem import Problem


def _article() -> Problem:
    """Return the article's problem: three points, no bias, made with w = (10, 20)."""
    # Here and not above: the command line lists the names below and imports no NumPy for that.
    import numpy as np  # noqa: PLC0415

    from linreg_core.problem import Problem  # noqa: PLC0415

    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    w = np.array([10.0, 20.0])
    return Problem("article", X, X @ w, ("x1", "x2"), "y", is_builtin=True)


BUILTINS: dict[str, Callable[[], Problem]] = {"article": _article}
"""What makes each built-in problem, by the name a user types."""
