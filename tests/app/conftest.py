"""What tests of the terminal are given: their surroundings, a table's file."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.app.surroundings  # noqa: F401  (before anything of ours)

# isort: split
from tests.app.driver import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a table file and returns its path."""

    def write_table(text: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write_table
