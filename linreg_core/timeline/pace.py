"""How many epochs are run at a stretch: few enough to be stopped soon and to stay in cache."""

from __future__ import annotations

STRETCH_SECONDS = 0.02
"""How long a stretch of epochs may take: a run can be stopped that fast."""

STRETCH_NUMBERS = 65_536
"""How many numbers a stretch may keep per kind: 512 KiB, so that its tape stays in cache."""


class Pace:
    """Learns from one stretch how long the next one may be.

    Args:
        numbers: how many numbers an epoch keeps, of the kind it keeps most of.

    Attributes:
        epochs: how many epochs a stretch may have now, >= 1.
    """

    def __init__(self, numbers: int) -> None:
        self._most = STRETCH_NUMBERS // max(numbers, 16)
        self.epochs = 1

    def learn(self, epochs: int, seconds: float) -> None:
        """Take in how long a stretch has taken."""
        affordable = int(STRETCH_SECONDS * epochs / max(seconds, 1e-9))
        self.epochs = max(1, min(2 * self.epochs, affordable, self._most))
