"""Textual's driver with its faults mended: any bytes, any size, any signal.

Each override names the fault of Textual 8.2.8 that it works around; a test in
tests/attack/test_textual_faults.py fails as soon as Textual no longer has that fault.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import time
from contextlib import suppress
from typing import Any, cast

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.host.typed_text import TypedText

LEAST_COLUMNS, LEAST_ROWS = 30, 10
"""The smallest screen that is drawn: in less, Textual's lists and fields have no cell, and break.

A smaller terminal shows what stands at its left and at its top.
"""

MOST_COLUMNS, MOST_ROWS = 1000, 500
"""The largest screen that is drawn; of a larger terminal a part is used, as no monitor has one."""

DEFAULT_SIZE = (80, 24)
"""Where the terminal does not know its size, as a serial line does not."""

GIVE_BACK = (
    b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What `LinuxDriver.stop_application_mode` writes."""

CHUNK = 4096
"""Bytes written at once; what a terminal has no room for is let go of between two of them."""

TICK = 0.05
"""Seconds between two looks at whether the driver is to stop, and at the parser's own waiting."""


def drawn_size(columns: int, rows: int) -> tuple[int, int]:
    """Return how large a screen is drawn on a terminal; one that has no size says 0."""
    columns, rows = columns or DEFAULT_SIZE[0], rows or DEFAULT_SIZE[1]
    return (
        min(max(columns, LEAST_COLUMNS), MOST_COLUMNS),
        min(max(rows, LEAST_ROWS), MOST_ROWS),
    )


class Output:
    """The terminal as a file that never fails: one that is gone takes everything.

    Textual's writer dies of an error, and then the app waits for it for ever; what standard error's
    own buffer cannot get rid of makes the exit code 120.

    Args:
        file: where to write.
    """

    def __init__(self, file: Any) -> None:
        self._fileno: int = file.fileno()
        self._encoding: str = file.encoding
        self.is_open = True

    def fileno(self) -> int:
        return self._fileno

    def write(self, text: str) -> None:
        data = text.encode(self._encoding, "replace")
        while data and self.is_open:
            try:
                data = data[os.write(self._fileno, data[:CHUNK]) :]
            except OSError:
                return

    def flush(self) -> None:
        """Everything has been written."""


class TerminalDriver(LinuxDriver):
    """Draws on the terminal, reads from it, and gives it back as it was."""

    def __init__(self, app: App[Any], **more: Any) -> None:
        super().__init__(app, **more)
        self._output = Output(sys.__stderr__)
        self._file = cast(Any, self._output)
        self._is_on = False  # whether the terminal is to be given back
        self._is_drawing = self._is_suspended = self._is_going_on = False
        if self._size is None:
            self._size = self._get_terminal_size()

    def _get_terminal_size(self) -> tuple[int, int]:
        """Ask the terminal; Textual asks COLUMNS and LINES first, and takes any number."""
        try:
            size = os.get_terminal_size(self._output.fileno())
        except OSError:
            size = os.terminal_size((0, 0))
        return drawn_size(size.columns, size.lines)

    def _query_in_band_window_resize(self) -> None:
        """Do not ask: what comes then is not believed; see `typed_text.READ_LATER`."""

    def start_application_mode(self) -> None:
        """Textual leaves the terminal raw when this fails half way, as without threads left."""
        self._is_on = True
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        except BaseException:
            self.give_back()
            raise
        # In the background it returns without having started, to be stopped again.
        self._is_drawing = self._key_thread is not None and self._key_thread.is_alive()

    def stop_application_mode(self) -> None:
        self._is_drawing = False
        super().stop_application_mode()

    def close(self) -> None:
        super().close()
        self._is_on = False

    def give_back(self) -> None:
        """Put the terminal into the state it had before, at once and from any thread.

        What was written and not yet taken is lost: a terminal that does not read would stop this.
        """
        if not self._is_on:
            return
        self._is_on = self._output.is_open = False
        with suppress(termios.error):
            termios.tcflush(self._output.fileno(), termios.TCOFLUSH)
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with suppress(OSError):
            os.write(self._output.fileno(), GIVE_BACK)

    def _sigtstp_application(self, *_: Any) -> None:
        """Suspend between two messages; Textual does it within one, which may hold its lock."""
        with suppress(RuntimeError):  # the loop has ended: so does the program
            self._loop.call_soon_threadsafe(self._suspend)

    def _suspend(self) -> None:
        if self._is_drawing:
            self._is_suspended = True
            super()._sigtstp_application()
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: Any) -> None:
        """Textual starts again even if it has not stopped.

        It then keeps the raw modes as those to go back to, and its second thread takes the keys
        from the first one, which waits for ever.
        """
        if not self._is_going_on:
            self._is_going_on = True
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        """Take the terminal again: whoever stopped us unheard may have used it meanwhile."""
        self._is_going_on = False
        if self._is_in_background():
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self._is_suspended or self._is_drawing:
            if not self._is_suspended:
                self.suspend_application_mode()
            self.resume_application_mode()
            self._is_suspended = not self._is_drawing
            self._app.refresh(layout=True)

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # a terminal that controls nobody
            return False

    def _run_input_thread(self) -> None:
        """Hand a fault to the app as an error; Textual prints a traceback, and exits with 0."""
        try:
            self.run_input_thread()
        except Exception as error:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read bytes and dispatch events; Textual takes the end of the terminal for no keys."""
        typed, parser = TypedText(), XTermParser(self._debug)
        heard = time.monotonic()
        while not self.exit_event.is_set():
            text = ""
            wait = TICK if typed.patience is None else min(TICK, typed.patience)
            if select.select([self.fileno], [], [], wait)[0]:
                if not (data := self._read()):
                    os.kill(os.getpid(), signal.SIGHUP)
                    return
                text, heard = typed.feed(data), time.monotonic()
            elif typed.patience is not None and time.monotonic() - heard >= typed.patience:
                text = typed.end()
            for message in (*(parser.feed(text) if text else ()), *parser.tick()):
                self.process_message(message)

    def _read(self) -> bytes:
        """Read what has been typed; nothing when the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
