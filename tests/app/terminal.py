"""The program on a terminal of its own: what it is sent, what stands on the screen, how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import pyte

PROGRAM = (sys.executable, "-m", "tui")

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing here takes a tenth of it on a quiet machine."""

MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")


class Terminal:
    """A pseudoterminal with the program on it; a context manager, because it must not be left over.

    Args:
        arguments: of the command line.
        size: columns and rows.
        env: what the environment has besides.
        errors_only: whether only standard error is the terminal, and standard output a pipe.
        more: for `subprocess.Popen`.
    """

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        env: dict[str, str] | None = None,
        errors_only: bool = False,
        **more: Any,
    ) -> None:
        self._ours, self._theirs = pty.openpty()
        columns, rows = size
        self._set_size(columns, rows)
        self.modes_before = termios.tcgetattr(self._theirs)
        self.raw = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.DEVNULL if errors_only else self._theirs,
            stdout=subprocess.PIPE if errors_only else self._theirs,
            stderr=self._theirs,
            env=os.environ | {"TERM": "xterm-256color"} | (env or {}),
            start_new_session=True,
            **more,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self._ours)
        os.close(self._theirs)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self._screen.display)

    @property
    def modes(self) -> list[Any]:
        """The terminal's attributes: echo, line by line, signals from keys."""
        return termios.tcgetattr(self._theirs)

    @property
    def switched(self) -> dict[int, bool]:
        """Every private mode that was switched, and whether it is now on."""
        return {
            int(number): state == b"h"
            for numbers, state in MODE.findall(self.raw)
            for number in numbers.split(b";")
        }

    def send(self, *keys: str) -> None:
        """Type keys; some at once, as a person does who does not wait."""
        for key in keys:
            os.write(self._ours, key.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, and say so."""
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def until(self, wanted: str | Callable[[str], object]) -> str:
        """Read until a text, or what a function looks for, stands on the screen; give that."""
        found = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + PATIENCE
        while not found(self.text):
            assert time.monotonic() < end, f"still waiting for {wanted!r}:\n{self.text}"
            assert self._read(0.05) or self.process.poll() is None, f"it has ended:\n{self.text}"
        return self.text

    def until_raw(self, pattern: bytes) -> None:
        """Read until something has been written, wherever it stands."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.raw):
            assert time.monotonic() < end, f"still waiting for {pattern!r}: {self.raw!r}"
            self._read(0.05)

    def end(self) -> tuple[int, str]:
        """Wait until the program has ended: its exit code, and what it wrote into the pipe."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self._read(0.05)
        while self._read(0.0):
            pass
        assert self.process.returncode is not None
        out = self.process.stdout
        return self.process.returncode, "" if out is None else out.read().decode()

    def _set_size(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, size)

    def _read(self, seconds: float) -> bool:
        """Take what has been written; False if nothing was."""
        if not select.select([self._ours], [], [], seconds)[0]:
            return False
        new = os.read(self._ours, 65536)
        self.raw += new
        self._stream.feed(new)
        return True
