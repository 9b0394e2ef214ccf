"""Signals that end a program: this one leaves in order, its exit code 128 + their number."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType, TracebackType
from typing import Any, Protocol

NOT_ENDING = {
    signal.SIGCHLD,
    signal.SIGCONT,
    signal.SIGURG,
    signal.SIGWINCH,
    # These stop a program.
    signal.SIGSTOP,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    # Python makes an error of these.
    signal.SIGPIPE,
    signal.SIGXFSZ,
    # Nobody can hear this one; and after these the program's own code cannot go on.
    signal.SIGKILL,
    signal.SIGSEGV,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGILL,
}

END_SIGNALS = sorted(signal.valid_signals() - NOT_ENDING)
"""Without a handler these leave the terminal raw and on the alternate screen."""

LEAVE_SECONDS = 3.0
"""Leaving takes 0.2-0.6 s; what takes longer waits for a terminal that does not read."""


class Leaver(Protocol):
    """What runs on the screen, as far as a signal is concerned."""

    def leave(self, code: int) -> None:
        """Leave with an exit code; called between any two instructions of the main thread.

        Raises:
            SystemExit: when there is nothing to leave yet.
        """

    def give_back(self) -> None:
        """Put the terminal into the state that it had before, at once and from any thread."""


class EndSignals:
    """Hears the signals that end a program, from ``with`` on.

    The first one counts; it is leaving then.

    Args:
        end_process: ends the process with an exit code, unwinding nothing.
    """

    def __init__(self, end_process: Callable[[int], object] = os._exit) -> None:
        self.code: int | None = None
        """The exit code for the signal that was heard."""
        self._end_process = end_process
        self._leaver: Leaver | None = None
        self._is_held = True
        self._force: threading.Timer | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> EndSignals:
        for number in END_SIGNALS:
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._force is not None:
            self._force.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self.code is not None and isinstance(error, Exception):
            # An import that was broken off makes another error of it.
            raise SystemExit(self.code) from error

    def obey(self) -> None:
        """From now on have a signal, or one that came already, raise `SystemExit`.

        What must not be broken off, such as the start of a process, comes before.
        """
        self._is_held = False
        if self.code is not None:
            raise SystemExit(self.code)

    @contextmanager
    def leading_out_of(self, leaver: Leaver) -> Iterator[None]:
        """Have a signal lead out of what runs on the screen, and see the terminal given back.

        A signal that comes after that breaks nothing off, but gives the exit code.
        """
        self._leaver = leaver
        try:
            yield
        finally:
            self._is_held, self._leaver = True, None
            leaver.give_back()

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if self.code is not None:
            return
        self.code = 128 + number
        self._force = threading.Timer(LEAVE_SECONDS, partial(self._leave_by_force, self.code))
        self._force.daemon = True
        self._force.start()
        if self._leaver is not None:
            self._leaver.leave(self.code)
        elif not self._is_held:
            raise SystemExit(self.code)

    def _leave_by_force(self, code: int) -> None:
        """The main thread waits for something that may never come: a terminal that reads."""
        if (leaver := self._leaver) is not None:
            leaver.give_back()
        self._end_process(code)
