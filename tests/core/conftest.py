"""What tests of the core are given: a case of backend × dtype × device × seed, a table's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from linreg_core.backends.devices import open_device
from linreg_core.errors import LinregError
from tests.core.cases import CASES, SEEDLESS, Case
from tests.core.tables import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a table file and returns its path."""

    def write_table(text: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write_table


@pytest.fixture(scope="session", params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    """One of all cases."""
    return _on_a_present_device(request.param)


@pytest.fixture(scope="session", params=SEEDLESS, ids=str)
def seedless(request: pytest.FixtureRequest) -> Case:
    """A case for a test in which the seed changes nothing."""
    return _on_a_present_device(request.param)


def _on_a_present_device(case: Case) -> Case:
    """Skip the test, with torch's own reason, when the case's device is missing."""
    if case.device != "cpu":
        try:
            open_device(case.device)
        except LinregError as error:
            pytest.skip(str(error))
    return case
