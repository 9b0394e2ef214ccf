"""Bytes that are no keys, on a real terminal: nothing is typed, and the next key is heard."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from linreg_core import BACKENDS
from tests.app.terminal import Terminal
from tui.host.typed_text import PASTE_SECONDS

ESCAPE = "\x1b"

PASTE, END_OF_PASTE = b"\x1b[200~", b"\x1b[201~"

PIECE = 1024
"""So much is sent at a time: a terminal holds 4,096 bytes that are not yet read."""

MIB = 2**20

Bytes = bytes | list[bytes]

NO_KEYS: dict[str, Bytes] = {
    "half a character of UTF-8": b"\xc3",
    "latin-1": b"\xe9\xfc\xdf",
    "bytes that never stand in UTF-8": b"\xff\xfe\xc0\x80\xf5",
    "UTF-16": "é".encode("utf-16"),
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "NULs": b"\0" * 5000,
    "deletes": b"\x7f\x08" * 100,
    "C1 controls": bytes(range(0x80, 0xA0)),
    "the mouse in raw bytes": b"\x1b[MC\xc80",
    "the mouse at an n": b"\x1b[M nn\x1b[M#nn",
    "the mouse where bytes are UTF-8": b"\x1b[M \xc3\xa9\x1b[M#\xc3\xa9",
    "the mouse before the first column": b"\x1b[M\0\0\0",
    "the mouse far out": b"\x1b[<0;99999999999999999999;99999999999999999999M",
    "the mouse at -1": b"\x1b[<0;-1;-1M\x1b[<0;-1;-1m\x1b[<35;-1;-1M",
    "a button that no mouse has": b"\x1b[<255;3;3M",
    "a size that nobody has": b"\x1b[48;9999999;9999999;1;1t",
    "no size at all": b"\x1b[48;0;0;0;0t\x1b[8;0;0t",
    "a size of one cell": b"\x1b[48;1;1;1;1t",
    "the terminal's answers": b"\x1b[?1;2c\x1b[>0;1r\x1b[0n\x1b[1;1R\x1b[?2048;1$y\x1b[?997;1n",
    "colours": b"\x1b]11;rgb:1111/2222/3333\x07\x1b]4;1;rgb:r1/q1/n1\x1b\\",
    "strings": b"\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b^n\x1b\\\x1bXn\x1b\\",
    "sequences that nobody has": b"\x1b[1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9z\x1b[?<=>~\x1b[  q",
    "keys that no character has": b"\x1b[55296u\x1b[99999999999u\x1b[1:2u\x1b[97;;55296u",
    "an unknown sequence of 1 MiB": b"\x1b[" + b"1;" * (MIB // 2) + b"m",
    "a string of 1 MiB": b"\x1b]52;c;" + b"n" * MIB + b"\x07",
    "a sequence in two reads": [b"\x1b[48;1", b";1;1;1t"],
    "a mouse report in four reads": [b"\x1b[M", b" ", b"n", b"n"],
    "a character in two reads": [b"\xe2\x82", b"\xac"],
    "a paste": PASTE + b"n1rq" + END_OF_PASTE,
    "a paste with escapes in it": PASTE + b"\x1b[An\x1b[M nn\x1b]0;n\x07\x1bn" + END_OF_PASTE,
    "a paste of bytes": PASTE + bytes(range(256)).replace(b"\x1b", b"") + END_OF_PASTE,
    "a paste in pieces": [PASTE[:3], PASTE[3:] + b"n", b"n", END_OF_PASTE[:4], END_OF_PASTE[4:]],
    "a paste of 1 MiB": PASTE + b"n" * MIB + END_OF_PASTE,
    "a paste in a paste": PASTE + b"n" + PASTE + b"n" + END_OF_PASTE,
    "the end of no paste": END_OF_PASTE * 10,
    "focus": b"\x1b[O\x1b[I" * 50,
}
"""None of it is a key that does anything on the main screen."""

CUT_OFF: dict[str, bytes] = {
    "escape": b"\x1b",
    "escapes": b"\x1b" * 9,
    "control sequence": b"\x1b[1;2",
    "control sequence's start": b"\x1b[",
    "mouse": b"\x1b[M ",
    "string": b"\x1b]11;rgb:n1r",
    "long string": b"\x1b]11;" + b"n" * 100_000,
    "character": b"\xf0\x9f",
    "paste": PASTE + b"n1r",
    "endless paste": PASTE + b"n" * 100_000,
}
"""Nothing follows for a while: what has begun is over."""

QUIET_SECONDS = PASTE_SECONDS + 0.5
"""Longer than the end of a paste is waited for."""


def pour(terminal: Terminal, sent: Bytes) -> None:
    """Send bytes as fast as they are read, each part of a list after a moment."""
    for part in [sent] if isinstance(sent, bytes) else sent:
        for first in range(0, len(part), PIECE):
            terminal.send(part[first : first + PIECE])
            terminal.forget(0.0005)
        if part is not sent:
            terminal.forget(0.005)


class Watched:
    """A session of which each epoch is known: only ``n`` brings the next one."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.terminal.until("READY")

    def is_as_ever(self, before: int, name: str) -> None:
        """A key brings the epoch after the one before."""
        self.terminal.send("n")
        text = self.terminal.until(lambda _: self.terminal.epoch > before)
        assert self.terminal.epoch == before + 1, f"{name}:\n{text}"
        assert f"{BACKENDS['numpy'].label} · cpu" in text, f"{name}:\n{text}"
        assert "PAUSED" in text, f"{name}:\n{text}"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A session; it leaves when it is asked to, and the terminal is as before."""
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal("--lr", "1e-9", env=env, cwd=tmp_path) as terminal:
        yield Watched(terminal)
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes
        assert b"Traceback" not in terminal.raw
        assert not [*tmp_path.rglob("crash.log")]


def test_what_is_no_key_is_not_typed(watched: Watched, is_long: bool) -> None:
    for names in [*groups(is_long), ["a string of 1 MiB"]]:
        before = watched.terminal.epoch
        for name in names:
            pour(watched.terminal, NO_KEYS[name])
        watched.is_as_ever(before, ", ".join(names))


def test_what_is_cut_off_is_over_after_a_while(watched: Watched, is_long: bool) -> None:
    for name in CUT_OFF if is_long else ("mouse", "string"):
        before = watched.terminal.epoch
        pour(watched.terminal, CUT_OFF[name])
        watched.terminal.forget(QUIET_SECONDS)
        watched.is_as_ever(before, name)


def test_it_is_not_typed_while_a_run_goes_on(watched: Watched, is_long: bool) -> None:
    if not is_long:
        pytest.skip("only with --long")
    terminal = watched.terminal
    terminal.send(".", " ")  # at full speed
    terminal.until("RUNNING")
    for name, sent in NO_KEYS.items():
        pour(terminal, sent)
        before = terminal.epoch
        text = terminal.until(partial(_is_after, before, terminal))
        assert "RUNNING" in text, f"{name}:\n{text}"
    terminal.send(" ")
    terminal.until("PAUSED")


def test_it_is_not_typed_on_a_page(watched: Watched, is_long: bool) -> None:
    """What a field of text takes, characters and pastes, stands in it and nowhere else."""
    terminal = watched.terminal
    for names in groups(is_long):
        terminal.send("c")
        terminal.until("Setup of the next run")
        for name in names:
            pour(terminal, NO_KEYS[name])
        terminal.send(ESCAPE)
        text = terminal.until(lambda text: "Setup of the next run" not in text)
        assert f"{BACKENDS['numpy'].label} · cpu" in text, f"{names}:\n{text}"
    watched.is_as_ever(terminal.epoch, "page")


def _is_after(before: int, terminal: Terminal, _: str) -> bool:
    return terminal.epoch > before


def groups(is_long: bool) -> list[list[str]]:
    """What is looked at together: all that is short, or each by itself."""
    if is_long:
        return [[name] for name in NO_KEYS]
    return [[name for name, sent in NO_KEYS.items() if len(sent) < PIECE]]
