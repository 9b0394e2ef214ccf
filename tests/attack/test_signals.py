"""Every signal at every moment: the terminal as it was, exit code 128 + n, no process left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.terminal import PATIENCE, Terminal
from tui.host.signals import END_SIGNALS

CTRL_S, ENTER, ESCAPE = "\x13", "\r", "\x1b"

EPOCHS = 200_000
"""So many lines take a second or two to write."""

ARGUMENTS = ("--lr", "1e-9", "--epochs", str(EPOCHS))
"""A run that neither arrives nor freezes."""

READING = b"\x1b[?2004h"
"""Written when keys are read, at the start and again after a stop."""

Step = Callable[[Terminal], None]


def starting(terminal: Terminal) -> None:
    """Our own code has begun, hears signals, and imports the rest."""
    terminal.until_raw(rb"import 'tui.cli'")


def loading(terminal: Terminal) -> None:
    """The engine has begun, and does not get on."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(ValueError):
            os.kill(terminal.engine, signal.SIGSTOP)
            return
    pytest.fail("no engine")


def opening(terminal: Terminal) -> None:
    """The alternate screen is there, and nothing on it."""
    terminal.until_raw(rb"\x1b\[\?1049h")


def idle(terminal: Terminal) -> None:
    terminal.until("READY")


def running(terminal: Terminal) -> None:
    idle(terminal)
    terminal.send(" ")
    terminal.until("RUNNING")


def on_a_page(terminal: Terminal) -> None:
    idle(terminal)
    terminal.send("c")
    terminal.until("Setup of the next run")


def exporting(terminal: Terminal) -> None:
    idle(terminal)
    terminal.send("N", ENTER)
    terminal.until(f"epoch {EPOCHS:,} ")
    terminal.send("e")
    terminal.until("as many as a plot shows")
    terminal.click("as many as a plot shows")
    terminal.send(f"0-{EPOCHS}")
    terminal.until(f"0-{EPOCHS}")
    terminal.send(CTRL_S)
    terminal.until("writing: ")


def leaving(terminal: Terminal) -> None:
    """The terminal has been given back, and the engine is being stopped."""
    idle(terminal)
    terminal.send("q")
    terminal.until_raw(rb"\x1b\[\?1049l")


def suspended(terminal: Terminal) -> None:
    idle(terminal)
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.until_raw(rb"\x1b\[\?1004l")
    _wait_until_stopped(terminal)
    assert terminal.is_restored, terminal.changes


MOMENTS: dict[str, Step] = {
    moment.__name__: moment
    for moment in (loading, opening, idle, running, on_a_page, exporting, suspended, leaving)
}

ENDS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGALRM"]
"""Four that are sent, and two of those that nobody expects."""

QUICK = [("opening", "SIGHUP")]

TABLE = [(moment, name) for moment in MOMENTS for name in ENDS]


@pytest.mark.parametrize(("moment", "name"), TABLE)
def test_a_signal_that_ends(moment: str, name: str, is_long: bool, tmp_path: Path) -> None:
    _quickly(is_long, (moment, name) in QUICK)
    number = signal.Signals[name]
    with Terminal(*ARGUMENTS, cwd=tmp_path) as terminal:
        MOMENTS[moment](terminal)
        terminal.process.send_signal(number)
        if moment == "suspended":
            terminal.process.send_signal(signal.SIGCONT)
        code = terminal.end()[0]
        _check_left_in_order(terminal, tmp_path)
        # When it is all but gone, the signal may find it so.
        assert code == 128 + number or (moment == "leaving" and code in (0, -number)), code


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_terminal_is_closed(moment: str, is_long: bool, tmp_path: Path) -> None:
    _quickly(is_long, moment == "running")
    with Terminal(*ARGUMENTS, cwd=tmp_path, in_control=True) as terminal:
        MOMENTS[moment](terminal)
        terminal.hang_up()
        code = terminal.end()[0]
        terminal.until_gone()
        assert not list(tmp_path.glob(".linreg-*"))
        gone = (0, -signal.SIGHUP) if moment == "leaving" else ()
        assert code in (128 + signal.SIGHUP, *gone), code


@pytest.mark.parametrize("number", END_SIGNALS)
def test_every_signal_that_ends_a_program(number: int, is_long: bool) -> None:
    _quickly(is_long, False)
    with Terminal() as terminal:
        opening(terminal)
        terminal.process.send_signal(number)
        assert terminal.end()[0] == 128 + number
        assert terminal.is_restored, terminal.changes


STOPS = {
    "TSTP and CONT": (signal.SIGTSTP, signal.SIGCONT),
    "STOP and CONT": (signal.SIGSTOP, signal.SIGCONT),
    "CONT": (signal.SIGCONT,),
    "CONT 20 times": (signal.SIGCONT,) * 20,
}


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("moment", ["opening", "idle", "running", "on_a_page", "exporting"])
def test_a_signal_that_stops(moment: str, stop: str, is_long: bool, tmp_path: Path) -> None:
    _quickly(is_long, (moment, stop) == ("running", "STOP and CONT"))
    with Terminal(*ARGUMENTS, cwd=tmp_path) as terminal:
        MOMENTS[moment](terminal)
        for number in STOPS[stop]:
            opened = terminal.raw.count(READING)
            terminal.process.send_signal(number)
            if number in (signal.SIGTSTP, signal.SIGSTOP):
                _wait_until_stopped(terminal)
        terminal.until(lambda _: terminal.raw.count(READING) > opened)
        if moment == "on_a_page":
            terminal.until("Setup of the next run")
            terminal.send(ESCAPE)
            terminal.until(lambda text: "Setup of the next run" not in text)
        terminal.until("wrote " if moment == "exporting" else "epoch ")
        terminal.send("d")
        terminal.until("d less")
        terminal.send("q")
        assert terminal.end()[0] == 0
        _check_left_in_order(terminal, tmp_path)


def test_ctrl_c_while_it_imports() -> None:
    with Terminal(env={"PYTHONVERBOSE": "1"}) as terminal:
        starting(terminal)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end()[0] == 128 + signal.SIGINT
        assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("module", ["tui.launch", "numpy", "textual.css", "textual.app", "torch"])
def test_ctrl_c_while_it_imports_more(module: str, is_long: bool) -> None:
    _quickly(is_long, False)
    command = ["train", "--backend", "nn"] if module == "torch" else []
    with Terminal(*command, env={"PYTHONVERBOSE": "1"}) as terminal:
        terminal.until_raw(b"import '" + module.encode())
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end()[0] == 128 + signal.SIGINT
        assert b"Traceback" not in terminal.raw
        assert b"error:" not in terminal.raw


def test_a_terminal_that_does_not_read_is_left_by_force(is_long: bool) -> None:
    """Its buffer is full, so the app can write no more, and hears the signal all the same."""
    _quickly(is_long, False)
    with Terminal(*ARGUMENTS, size=(300, 100)) as terminal:
        running(terminal)
        before, full = -1, terminal.waiting
        while full != before:
            time.sleep(0.3)  # several pictures' time: not to read is what is tested
            before, full = full, terminal.waiting
        terminal.process.send_signal(signal.SIGTERM)
        terminal.process.wait(PATIENCE)
        assert terminal.end()[0] == 128 + signal.SIGTERM
        assert terminal.is_restored, terminal.changes
        terminal.until_gone()


def _quickly(is_long: bool, is_quick: bool) -> None:
    if not (is_long or is_quick):
        pytest.skip("only with --long")


def _wait_until_stopped(terminal: Terminal) -> None:
    stat = Path(f"/proc/{terminal.process.pid}/stat")
    terminal.until(lambda _: stat.read_text().rpartition(")")[2].split()[0] == "T")


def _check_left_in_order(terminal: Terminal, folder: Path) -> None:
    if b"1049" in terminal.raw:
        assert terminal.is_restored, terminal.changes
    assert terminal.modes == terminal.modes_before
    assert b"Traceback" not in terminal.raw
    terminal.until_gone()
    assert not list(folder.glob(".linreg-*")), "half a file"
