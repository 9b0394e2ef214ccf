"""What attacks are given: the surroundings of tests of the terminal, a table's file."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.app.surroundings  # noqa: F401  (before anything of ours)

# isort: split
from tests.core.tables import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a table file and returns its path."""

    def write_table(text: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write_table
