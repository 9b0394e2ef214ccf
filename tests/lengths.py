"""How long a run of the tests takes: what belongs to its short form, and what to ``--long``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Kind = TypeVar("Kind")

IS_LONG = "LINREG_TUI_LONG_TESTS" in os.environ
"""Whether the long forms of tests were asked for, as `tests.conftest` notes it."""


def if_long(more: Iterable[Kind]) -> list[Kind]:
    """Give what a test is to be repeated with in its long form alone; otherwise nothing."""
    return list(more) if IS_LONG else []
