"""A program in a terminal of its own: keys in, what it writes out, and when."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from types import TracebackType

import pexpect
import pyte

COLUMNS, ROWS = 120, 36
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""With it every start compiles all modules anew, which nobody's does."""

STYLE = re.compile(rb"\x1b\[[\d;]*m")
LONGEST_SECONDS = 60.0
"""What takes longer than this to appear will not appear: torch's import takes 3 s."""


_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != NO_BYTECODE}


class Terminal:
    """Runs Python with some arguments in a pseudo-terminal; a context manager that ends it.

    What the program writes is kept as bytes and only made a screen of when asked: reading it as
    it comes would take the time of a core from what is measured.

    Args:
        arguments: of the Python that runs this.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._unseen: list[bytes] = []
        self.started = time.perf_counter()
        self._child = pexpect.spawn(
            sys.executable,
            list(arguments),
            dimensions=(ROWS, COLUMNS),
            env={**_ENVIRONMENT, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        self._child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ask the program to end, and see that it has."""
        self._child.kill(signal.SIGTERM)
        self._child.close()

    def press(self, key: str) -> float:
        """Send a key, and give the time at which it was sent."""
        pressed = time.perf_counter()
        self._child.send(key)
        return pressed

    def wait(self, text: str) -> float:
        """Read until the program writes ``text`` in one piece, and give the time of that.

        Styles do not count: a title and its frame are one piece in two colours.

        Raises:
            TimeoutError: when it does not within `LONGEST_SECONDS`.
        """
        wanted, written = text.encode(), b""
        deadline = time.perf_counter() + LONGEST_SECONDS
        while time.perf_counter() < deadline:
            written += self._read(0.5)
            if wanted in STYLE.sub(b"", written):
                return time.perf_counter()
        raise TimeoutError(f"{text!r} did not appear; the screen:\n" + "\n".join(self.lines()))

    def drain(self, seconds: float) -> None:
        """Read, as a terminal does, whatever the program writes in this time."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self._read(left)

    def lines(self) -> list[str]:
        """What stands on the screen."""
        self._stream.feed(b"".join(self._unseen))
        self._unseen.clear()
        return list(self._screen.display)

    def _read(self, seconds: float) -> bytes:
        try:
            written: bytes = self._child.read_nonblocking(65_536, seconds)
        except pexpect.TIMEOUT:
            return b""
        self._unseen.append(written)
        return written
