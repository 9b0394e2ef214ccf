"""What a long task is at: reported on the way by those who do it, shown by whoever waits."""

from __future__ import annotations

from typing import Protocol


class OnProgress(Protocol):
    """Called on the way, in the thread that works; it may raise, to give the task up."""

    def __call__(self, what: str, share: float | None = None) -> None:
        """Take in what is being done.

        Args:
            what: in a few words that print as they are: "reading".
            share: how much of it is done, 0 to 1; ``None``: it is not known.
        """


def ignore_progress(what: str, share: float | None = None) -> None:
    """Nobody waits."""
