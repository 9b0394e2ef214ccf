"""How many epochs are run at a stretch: few enough to be stopped soon and to stay in cache."""

from __future__ import annotations

STRETCH_SECONDS = 0.02
"""How long a stretch of epochs may take: a run can be stopped that fast."""

GROWTH = 8
"""A stretch is at most so many times as long as the one before."""


class Pace:
    """Learns from one stretch how long the next one may be.

    Attributes:
        epochs: how many epochs a stretch may have now, >= 1.
    """

    def __init__(self) -> None:
        self.epochs = 1

    def learn(self, epochs: int, seconds: float, most: int) -> None:
        """Take in how long a stretch has taken, and how many epochs one may have at most."""
        affordable = int(STRETCH_SECONDS * epochs / max(seconds, 1e-9))
        self.epochs = max(1, min(GROWTH * self.epochs, affordable, most))
