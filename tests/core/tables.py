"""Tables in tests: how they are written, and what is said when they are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linreg_core import TableOptions, load_problem
from linreg_core.errors import LinregError
from linreg_core.problem import Problem

Write = Callable[[str | bytes], Path]


def refusal_of(source: str | Path, **options: Any) -> LinregError:
    """Return the refusal of a table; fails when it is read."""
    with pytest.raises(LinregError) as caught:
        load_problem(str(source), TableOptions(**options))
    assert "\n" not in str(caught.value)
    return caught.value


def outcome_of(source: str | Path, options: TableOptions) -> Problem | LinregError:
    """Return what came of a table: it is read or refused."""
    try:
        return load_problem(str(source), options)
    except LinregError as refusal:
        return refusal


def codes(problem: Problem) -> list[str]:
    """Return the codes of a problem's notes."""
    return [note.code for note in problem.notes]
