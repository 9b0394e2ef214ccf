"""A session on a bench: commands in, reports out, and time passes when a test says so."""

from __future__ import annotations

from linreg_core import Snapshot
from tui.engine.commands import Command
from tui.engine.report import Remembered, Report
from tui.engine.session import Session


class Bench:
    """A session, a clock that stands still until it is moved, and every report."""

    def __init__(self, *commands: Command) -> None:
        self.now = 100.0
        self.reports: list[Report] = []
        self.memories: list[Remembered] = []
        self.session = Session(self._take, clock=lambda: self.now)
        self._sent = 0
        for command in commands:
            self.handle(command)

    def handle(self, command: Command) -> None:
        """Have the session do what the command says."""
        self._sent += 1
        self.session.handle(command, self._sent)

    def _take(self, message: Report | Remembered) -> None:
        if isinstance(message, Report):
            self.reports.append(message)
        else:
            self.memories.append(message)

    @property
    def latest(self) -> Report:
        return self.reports[-1]

    @property
    def snapshot(self) -> Snapshot:
        assert self.latest.snapshot is not None
        return self.latest.snapshot

    def advance(self, epochs: int, seconds: float) -> None:
        """Go on with a run, and let so much time pass."""
        self.now += seconds
        self.session.advance(epochs=epochs, seconds=None)

    def wait(self, seconds: float, *, every: float = 0.01) -> None:
        """Let time pass, and go on with a run as its pace has it, time and again."""
        end = self.now + seconds
        while self.now < end - every / 2:
            self.now += every
            self.session.advance(seconds=None)
