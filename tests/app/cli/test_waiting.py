"""The line on the terminal while something takes long."""

from __future__ import annotations

import io

import pytest

from tui.cli.waiting import WaitingLine


class Screen(io.StringIO):
    """Something that is written to, and may be a terminal."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def line_on(subject: str, screen: Screen | None = None) -> tuple[WaitingLine, Clock]:
    clock = Clock()
    return WaitingLine(subject, stream=screen or Screen(is_terminal=True), clock=clock), clock


def test_what_is_quick_says_nothing() -> None:
    line, clock = line_on("big.csv")
    line.update("reading", 0.1)
    clock.now = 0.4
    assert line.words(80) == ""
    clock.now = 0.6
    assert line.words(80) == "big.csv: reading 10 %, 1 s; ctrl+c leaves"


def test_what_cannot_be_measured_is_named_and_timed() -> None:
    line, clock = line_on("big.csv")
    clock.now = 12.0
    assert line.words(80) == "big.csv: loading, 12 s; ctrl+c leaves"
    line.update("computing the spectrum of 2,000 columns")
    assert line.words(80) == (
        "big.csv: computing the spectrum of 2,000 columns, 12 s; ctrl+c leaves"
    )


@pytest.mark.parametrize("subject", ["x" * 300, "表" * 300, "\x1b[2J\r\n" * 20])
@pytest.mark.parametrize("width", [200, 79, 40])
def test_it_stays_one_line_whatever_the_name(subject: str, width: int) -> None:
    from rich.cells import cell_len

    line, clock = line_on(subject)
    line.update("reading", 1.0)
    clock.now = 3.0
    words = line.words(width)
    assert words.isprintable()
    assert words.endswith("… 100 %, 3 s; ctrl+c leaves")
    assert cell_len(words) <= width


def test_it_is_written_over_itself_and_taken_away() -> None:
    screen = Screen(is_terminal=True)
    line, clock = line_on("a.csv", screen)
    clock.now = 9.0
    line.update("putting the columns together")
    line.draw()
    line.update("reading", 0.5)
    line.draw()
    line.end()
    line.draw()
    long = "a.csv: putting the columns together, 9 s; ctrl+c leaves"
    short = "a.csv: reading 50 %, 9 s, 9 s left; ctrl+c leaves"
    gap = " " * (max(len(long) - len(short), 0))
    assert screen.getvalue() == f"\r{long}\r{short}{gap}\r{' ' * len(short)}\r"


def test_what_is_no_terminal_is_left_alone() -> None:
    screen = Screen(is_terminal=False)
    line, clock = line_on("a.csv", screen)
    with line:
        clock.now = 9.0
        assert not line._thread.is_alive()
    assert screen.getvalue() == ""
