"""The engine's inline twin: same interface, no process, nothing happens by itself. For tests."""

from __future__ import annotations

from collections.abc import Callable

from tui.engine.commands import Command, Open
from tui.engine.report import Remembered, Report
from tui.engine.session import Session


class InlineEngine:
    """Handles every command within `send`.

    What ends by itself is done when `send` returns; a run without end goes on only in `work`, or
    by the clock in `go_on`, so that a test decides how far it gets.

    Args:
        first: the problem to begin with.
        clock: seconds, for paces; a constant one keeps rates out of pictures.
    """

    def __init__(self, first: Open, *, clock: Callable[[], float] = lambda: 0.0) -> None:
        self.latest = Report()
        self._first = first
        self._wake: Callable[[], None] = lambda: None
        self._sent = 0
        self._session = Session(self._take, clock=clock)

    def start(self) -> None:
        """Load the problem."""
        self.send(self._first)

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` after every report."""
        self._wake = wake

    def send(self, command: Command) -> int:
        """Do what the command says, now."""
        self._sent += 1
        self._session.handle(command, self._sent)
        self._session.finish()
        return self._sent

    def work(self, epochs: int) -> None:
        """Go on with a run by so many epochs, and report."""
        self._session.advance(epochs=epochs, seconds=None)
        self._session.send_report()

    def go_on(self) -> None:
        """Go on with a run as far as its pace has it by now, and report if it got on."""
        self._session.advance(seconds=None)

    def stop(self) -> None:
        """Nothing runs."""

    def _take(self, message: Report | Remembered) -> None:
        if isinstance(message, Report):  # it cannot be killed, and needs no memory
            self.latest = message
            self._wake()
