"""What all tests share: the same drawn examples every time, no clock on them, and how long."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

# How many examples are drawn is settled where a test is defined, before any option is read; and
# the processes that run tests are given the options without the command line.
if "--long" in sys.argv:
    os.environ["LINREG_TUI_LONG_TESTS"] = "1"

from tests.lengths import examples

# A red test must be red again when it is run again, and a busy machine is no fault of the code's.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=examples(100),
)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def no_way_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A way that is proved is taken, however busy the machine is that the tests run on."""
    monkeypatch.setattr("linreg_core.ways.proof.Proof.is_faster", True)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage among thousands of tests that all stay: it took a fourth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


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
