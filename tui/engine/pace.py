"""The pace: how many epochs a second are run, to be watched; it never changes what they compute."""

from __future__ import annotations

import math

from linreg_core.records import dataclass

SLOW = 10
"""Epochs a second up to which an eye can follow the phases of each."""

FIRST_RATE = 2.0
"""Epochs a second with which a run that accelerates begins: 9 epochs in 2 s, 10^6 in 19 s."""

UNBOUND_SECONDS = 30
"""After so long it would have 2·10^9 epochs a second, and runs as many as it can."""


@dataclass(frozen=True)
class Pace:
    """How fast a run is to go.

    Args:
        rate: epochs per second, at first; ``math.inf``: as many as can be run.
        doubles: whether it doubles every second.
    """

    rate: float
    doubles: bool = False

    def __str__(self) -> str:
        if self.doubles:
            return "accelerating"
        return "full speed" if math.isinf(self.rate) else f"{self.rate:g} epochs/s"

    def rate_after(self, seconds: float) -> float:
        """Epochs per second after so many seconds at this pace; infinite where it has no bound."""
        if not self.doubles:
            return self.rate
        return self.rate * 2**seconds if seconds < UNBOUND_SECONDS else math.inf

    def epochs_after(self, seconds: float) -> float:
        """How many epochs there are to be then, with the part of the one in progress."""
        rate = self.rate_after(seconds)
        if math.isinf(rate):
            return rate
        return (rate - self.rate) / math.log(2) if self.doubles else rate * seconds

    def shifted(self, steps: int) -> Pace:
        """The pace so many places further on in `PACES`, or back; the last one there is."""
        return PACES[min(max(PACES.index(self) + steps, 0), len(PACES) - 1)]


ACCELERATING, FULL = Pace(FIRST_RATE, doubles=True), Pace(math.inf)

PACES = (*map(Pace, (1.0, 2.0, 5.0, 10.0, 50.0)), ACCELERATING, FULL)
"""Those that can be chosen, from the slowest to the fastest."""
