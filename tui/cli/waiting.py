"""One line on the terminal while something takes long before there is a result or a screen."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TextIO

from linreg_core import visible
from tui.text import duration

QUIET_SECONDS = 0.5
"""What takes no longer than this says nothing."""

LONG_SECONDS = 5.0
"""What takes longer than this says how long it will go on."""

TICK_SECONDS = 0.25

WAY_OUT = "ctrl+c leaves"


class WaitingLine:
    """Says on a terminal what is being done, how far it is, and for how long already.

    A context manager: at its end the line is gone. Another thread draws it, since the one that
    works may be within native code for a minute.

    Args:
        subject: what it is done to: a file's name.
        stream: where the line is written; nothing is, unless that is a terminal. ``None``:
            standard error.
        clock: seconds.
    """

    def __init__(
        self,
        subject: str,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._subject = visible(subject)
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._begun = clock()
        self._stage: tuple[str, float | None] = ("loading", None)
        self._drawn = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw_on, daemon=True)

    def __enter__(self) -> WaitingLine:
        if self._stream is not None and self._stream.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.end()

    def update(self, what: str, share: float | None = None) -> None:
        """Show what is being done: see `linreg_core.OnProgress`."""
        self._stage = (what, share)

    def words(self, width: int) -> str:
        """What the line says in so many columns; empty while that is too early."""
        seconds = self._clock() - self._begun
        if seconds < QUIET_SECONDS:
            return ""
        what, share = self._stage
        percent = "" if share is None else f" {int(100 * share)} %"
        left = ""
        if share is not None and seconds > LONG_SECONDS and 0 < share < 1:
            left = f", {duration(seconds / share - seconds)} left"
        after = f"{percent}, {duration(seconds)}{left}; {WAY_OUT}"
        return _cut(f"{self._subject}: {what}", width - len(after)) + after

    def draw(self) -> None:
        """Write the line over the one before."""
        words = self.words(shutil.get_terminal_size().columns - 1)
        with self._lock:
            if words and not self._ended.is_set():
                width = _cells(words)
                self._write("\r" + words + " " * (self._drawn - width))
                self._drawn = width

    def end(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._drawn:
                self._write("\r" + " " * self._drawn + "\r")
            self._drawn = 0
            self._ended.set()

    def _draw_on(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            self.draw()

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone
            self._stream.write(text)
            self._stream.flush()


def _cells(text: str) -> int:
    """How wide a text is on the terminal."""
    from rich.cells import cell_len  # noqa: PLC0415  (40 ms: only for those who wait)

    return cell_len(text)


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size  # noqa: PLC0415  (as above)

    return text if _cells(text) <= width else set_cell_size(text, max(width - 1, 0)) + "…"


@contextlib.contextmanager
def waiting(source: str) -> Iterator[WaitingLine]:
    """Say what takes long before there is any result; until then ctrl+c ends the process at once.

    Python hears ctrl+c only between two steps of its own, and a spectrum can be one step of a
    minute.
    """
    with WaitingLine(os.path.basename(source)) as line, _ending_at_once(line):
        yield line


@contextlib.contextmanager
def _ending_at_once(line: WaitingLine) -> Iterator[None]:
    """End with the exit code of ctrl+c as soon as it is pressed, whatever is being done."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no signal comes here
        return
    heard, noted = os.pipe()
    os.set_blocking(noted, False)
    before = signal.set_wakeup_fd(noted, warn_on_full_buffer=False)

    def hear() -> None:
        while number := os.read(heard, 1):
            if number[0] == signal.SIGINT:
                line.end()
                os._exit(128 + signal.SIGINT)

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(noted)
        thread.join()
        os.close(heard)
