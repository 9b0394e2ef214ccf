"""What of the environment counts for the screen, and what is refused."""

from __future__ import annotations

import pytest

from linreg_core import LinregError
from tests.app.terminal import Terminal
from tui.host.environment import (
    THREADS,
    check_encoding,
    one_thread_for_products,
    tidy_environment,
)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"TEXTUAL_COLOR_SYSTEM": "x"}, {}),
        ({"TEXTUAL_COLOR_SYSTEM": ""}, {}),
        ({"TEXTUAL_COLOR_SYSTEM": "256"}, {"TEXTUAL_COLOR_SYSTEM": "256"}),
        ({"TEXTUAL_THEME": "nord", "NO_COLOR": "1"}, {"TEXTUAL_THEME": "nord", "NO_COLOR": "1"}),
        ({"COLUMNS": "²", "LINES": "1"}, {}),
        ({"TEXTUAL": "devtools,debug", "TEXTUALITY": "1"}, {"TEXTUALITY": "1"}),
        (
            {
                "TEXTUAL_DEBUG": "1",
                "TEXTUAL_DRIVER": "x:y",
                "TEXTUAL_LOG": "/nowhere/log",
                "TEXTUAL_PRESS": "q",
                "TEXTUAL_SCREENSHOT": "0",
                "TEXTUAL_SHOW_RETURN": "1",
                "HOME": "/root",
            },
            {"HOME": "/root"},
        ),
    ],
)
def test_only_what_is_meant_for_users_counts(given: dict[str, str], left: dict[str, str]) -> None:
    tidy_environment(given)
    assert given == left | {"TEXTUAL_FPS": "200"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_an_encoding_with_lines_and_dots_does(encoding: str) -> None:
    check_encoding(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "koi8-r", "cp437"])
def test_an_encoding_without_is_refused(encoding: str) -> None:
    with pytest.raises(LinregError, match=f"lines and dots that {encoding} does not have"):
        check_encoding(encoding)


def test_a_terminal_that_cannot_show_it_is_told_so_in_one_line() -> None:
    with Terminal(env={"PYTHONIOENCODING": "ascii"}, size=(250, 24)) as terminal:
        assert terminal.end()[0] == 2
        assert terminal.raw.startswith(b"error: the trainer is drawn with lines and dots")
        assert terminal.raw.count(b"\n") == 1
        assert b"\x1b" not in terminal.raw


def test_an_odd_environment_changes_nothing() -> None:
    odd = {"TEXTUAL_COLOR_SYSTEM": "x", "TEXTUAL_LOG": "/nowhere/log", "COLUMNS": "1", "LINES": "²"}
    with Terminal(env=odd) as terminal:
        terminal.until("Weights")
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes


@pytest.mark.parametrize("before", [{}, {THREADS: "4"}])
def test_numpy_begins_no_threads_for_a_screen_and_as_many_as_ever_for_what_follows(
    before: dict[str, str],
) -> None:
    environ = dict(before)
    with one_thread_for_products(environ):
        assert environ == {THREADS: "1"}
    assert environ == before
