"""What all tests share: the same drawn examples every time, no clock on them, and how long."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A red test must be red again when it is run again, and a busy machine is no fault of the code's.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the long forms of tests be asked for."""
    parser.addoption(
        "--long", action="store_true", help="run the long forms of tests: minutes, not seconds"
    )
    parser.addoption(
        "--minutes", type=float, default=30, help="how long the screen is watched with --long"
    )


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    """Whether the long forms of tests were asked for."""
    return bool(pytestconfig.getoption("--long"))
