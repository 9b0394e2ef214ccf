"""How long a run of the tests takes: what belongs to its short form, and what to ``--long``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Kind = TypeVar("Kind")

IS_LONG = "LINREG_TUI_LONG_TESTS" in os.environ
"""Whether the long forms of tests were asked for, as `tests.conftest` notes it."""

QUICK_PERCENT = 30
"""Of the examples of a property, as many are tried in the short form: the same ones every time."""


def if_long(more: Iterable[Kind]) -> list[Kind]:
    """Give what a test is to be repeated with in its long form alone; otherwise nothing."""
    return list(more) if IS_LONG else []


def examples(long: int) -> int:
    """Give how many examples a property is tried with, of as many as it is with ``--long``."""
    return long if IS_LONG else -(-long * QUICK_PERCENT // 100)
