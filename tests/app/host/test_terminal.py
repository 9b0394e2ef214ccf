"""A real terminal and a real engine: keys in, screen out, and the terminal left as it was found."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from linreg_core import BACKENDS
from tests.app.driver import Write
from tests.app.terminal import PROGRAM, Terminal
from tests.lengths import if_long

CTRL_C, RIGHT, ESCAPE = "\x03", "\x1b[C", "\x1b"


@contextmanager
def trainer(*arguments: str, wait_for: str = "READY", **more: object) -> Iterator[Terminal]:
    """The trainer on a terminal, once its first run is there."""
    with Terminal(*arguments, **more) as terminal:  # type: ignore[arg-type]
        terminal.until(wait_for)
        yield terminal


def shown_epoch(text: str) -> int:
    found = re.search(r"epoch ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else -1


def test_a_whole_session() -> None:
    with trainer() as terminal:
        assert f"{BACKENDS['numpy'].label} · cpu · float64" in terminal.text
        for epoch in (1, 2, 3):
            terminal.send("n")
            terminal.until(f"epoch {epoch} ")
        terminal.until("PAUSED")

        terminal.send("1")
        terminal.until(f"{BACKENDS['numpy-two-weights'].label} · cpu")
        assert shown_epoch(terminal.until("READY")) == 0
        terminal.send("2")
        terminal.until(f"features · {BACKENDS['numpy'].label} · cpu")
        assert shown_epoch(terminal.until("READY")) == 0
        terminal.send("n")
        terminal.until("epoch 1 ")

        terminal.send(" ")
        terminal.until("RUNNING")
        terminal.until(lambda text: shown_epoch(text) > 1000)
        terminal.send(" ")
        paused = shown_epoch(terminal.until("PAUSED"))
        assert paused > 1000
        terminal.send("n")
        terminal.until(f"epoch {paused + 1:,} ")

        terminal.send("r")
        assert shown_epoch(terminal.until("READY")) == 0
        terminal.send("q")
        assert terminal.end() == (0, "")
        assert terminal.is_restored, terminal.changes


def test_keys_typed_faster_than_they_are_answered_are_all_heard() -> None:
    with trainer() as terminal:
        terminal.send("n" * 20, RIGHT * 5)
        terminal.until("epoch 25 ")
        terminal.send("nq")
        assert terminal.end()[0] == 0


def test_torch_is_loaded_while_keys_work() -> None:
    with trainer() as terminal:
        terminal.send("3")
        terminal.until("LOADING torch")
        terminal.send("d")
        terminal.until("d less")
        assert "LOADING torch" in terminal.text, "it was drawn before torch was there"
        terminal.until(f"{BACKENDS['tensor'].label} · cpu · float32")
        terminal.send("n")
        terminal.until("epoch 1 ")
        terminal.send("q")
        assert terminal.end()[0] == 0


def test_leaving_while_torch_is_loaded() -> None:
    with trainer("--backend", "nn", wait_for="LOADING torch") as terminal:
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes


@pytest.mark.parametrize("number", [signal.SIGTERM, *if_long([signal.SIGHUP, signal.SIGQUIT])])
def test_a_signal_to_end_restores_the_terminal(number: signal.Signals) -> None:
    with trainer() as terminal:
        terminal.send(" ")
        terminal.until("RUNNING")
        engine = terminal.engine
        terminal.process.send_signal(number)
        assert terminal.end()[0] == 128 + number
        assert terminal.is_restored, terminal.changes
        with pytest.raises(ProcessLookupError):
            os.kill(engine, 0)


def test_ctrl_c_does_not_end_a_running_run() -> None:
    with trainer() as terminal:
        terminal.send(" ")
        terminal.until("RUNNING")
        terminal.send(CTRL_C)
        before = shown_epoch(terminal.text)
        terminal.until(lambda text: shown_epoch(text) > before)
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes


def test_the_session_survives_its_engine() -> None:
    with trainer() as terminal:
        terminal.send("nnn")
        terminal.until("epoch 3 ")
        for epoch in (4, 5):  # the second time, too, with no terminal to inherit
            os.kill(terminal.engine, signal.SIGKILL)
            terminal.until("ENGINE STOPPED")
            terminal.until("SIGKILL")  # the top line is drawn first
            terminal.send("n")
            terminal.until(f"epoch {epoch} ")
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes


@pytest.mark.parametrize(
    ("table", "words"),
    [("a,b\n1,x\n2,3\n", ":2: column b: "), ("", "the file is empty")],
)
def test_a_file_that_cannot_be_read_is_refused_before_the_screen_opens(
    table: str, words: str, write: Write
) -> None:
    with Terminal(
        str(write(table)), "--target", "a", "--features", "b", size=(200, 30)
    ) as terminal:
        assert terminal.end()[0] == 2
        assert terminal.text.startswith("error: ")
        assert words in terminal.text
        assert terminal.switched == {}
        assert terminal.modes == terminal.modes_before


def test_a_dumb_terminal_is_refused() -> None:
    with Terminal(env={"TERM": "dumb"}) as terminal:
        assert terminal.end()[0] == 2
        assert "linreg-tui train" in terminal.text
        assert b"\x1b" not in terminal.raw


def test_hostile_names_do_not_reach_the_terminal(write: Write) -> None:
    path = str(
        write('"\x1b]0;pwned\x07","\x9b31m",y\n1,2,3\n4,5,7\n7,1,4\n', "\x1b]0;pwned\x07.csv")
    )
    with trainer(path) as terminal:
        terminal.send("n")
        terminal.until("epoch 1 ")
        terminal.send("c")
        terminal.until("Setup of the next run")
        terminal.send(ESCAPE)
        terminal.until(lambda text: "Setup of the next run" not in text)
        assert r"\x1b]0;pwned\x07" in terminal.text
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert b"\x1b]0;pwned" not in terminal.raw
        assert "\x9b".encode() not in terminal.raw


def test_a_terminal_that_becomes_too_small_and_large_again() -> None:
    with trainer() as terminal:
        terminal.resize(50, 15)
        terminal.until("Too small: 50×15")
        terminal.resize(100, 30)
        terminal.until("Weights")
        terminal.send("q")
        assert terminal.end()[0] == 0


def test_keys_that_come_before_the_pictures_do_what_they_do() -> None:
    with Terminal() as terminal:
        terminal.until("READY")  # in the frame before that of the pictures, if nothing was slow
        terminal.send("x", "y", "+", "[", "0", "t", "t", "n")
        terminal.until(lambda text: "epoch 1 " in text and "best fit" in text)
        terminal.send("q")
        assert terminal.end()[0] == 0


def test_a_word_that_is_refused_leaves_no_process_behind() -> None:
    with Terminal("--degree", "many", size=(200, 30)) as terminal:
        assert terminal.end()[0] == 2
        assert "--degree" in terminal.text
        terminal.until_gone()


def test_standard_output_may_be_closed() -> None:
    with Terminal(program=("bash", "-c", 'exec "$@" >&-', "bash", *PROGRAM)) as terminal:
        terminal.until("READY")
        terminal.send("n")
        terminal.until("epoch 1 ")
        terminal.send("q")
        assert terminal.end() == (0, "")
