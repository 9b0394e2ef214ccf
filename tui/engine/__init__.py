"""The engine: the trainer in a process of its own, and an inline twin for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the process must do something else before NumPy is imported
    from tui.engine.commands import Command
    from tui.engine.report import Report


class Engine(Protocol):
    """What the screen knows of the trainer."""

    @property
    def latest(self) -> Report:
        """The newest report."""
        ...

    def start(self) -> None:
        """Begin with the first problem. Must be called before the app takes over the terminal."""
        ...

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, from any thread, whenever `latest` is new."""
        ...

    def send(self, command: Command) -> int:
        """Ask for something; what came of it stands in a later report.

        Returns:
            The command's ticket, greater than all before: see `Report.answer_to`.
        """
        ...

    def stop(self) -> None:
        """End, at once, whatever is being done."""
        ...
