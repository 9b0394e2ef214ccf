"""What tests of the terminal are given: their surroundings, a table's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension

import tests.app.surroundings  # noqa: F401  (before anything of ours)

# isort: split
from linreg_core.ways import candidates
from tests.app.driver import Write
from tests.app.last_digits import is_same_picture


def _matches(_: SVGImageExtension, *, serialized_data: str, snapshot_data: str) -> bool:
    """Let the numbers of pictures differ in their last digits, as they do by processor."""
    return is_same_picture(serialized_data, snapshot_data)


SVGImageExtension.matches = _matches


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a table file and returns its path."""

    def write_table(text: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write_table


@pytest.fixture
def by_the_phases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick is a state that is kept: how far apart they are depends on what was proved when."""
    monkeypatch.setitem(candidates.NAMES, "auto", ())
