"""Whether the engine's process is alive: it gives signs of life, and here they are missed."""

from __future__ import annotations

import time
from collections.abc import Callable

from tui.engine.report import Quiet

BEAT_SECONDS = 0.5
"""Between two signs of life. Importing torch held them up by 0.24 s, LAPACK by nothing."""

QUIET_SECONDS = 2.0
"""A silence shorter than this is not told."""


class Pulse:
    """Counts how long nothing was heard.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked = self._beaten = self._reported = clock()

    def beat(self, *, reports: bool) -> None:
        """Something was heard: a report, or a mere sign of life."""
        now = self._look()
        self._beaten = now
        if reports:
            self._reported = now

    def quiet(self, *, waits: bool) -> Quiet:
        """For how long nothing was heard; to be asked every `BEAT_SECONDS`.

        Args:
            waits: whether an answer is awaited; if not, nothing has to be reported.
        """
        now = self._look()
        if not waits:
            self._reported = now
        return Quiet(_quiet_seconds(now - self._beaten), _quiet_seconds(now - self._reported))

    def _look(self) -> float:
        """The time; while nobody looked, as when this process was stopped, nothing was missed."""
        now = self._clock()
        missed = max(0.0, now - self._looked - 2 * BEAT_SECONDS)
        self._looked = now
        self._beaten += missed
        self._reported += missed
        return now


def _quiet_seconds(seconds: float) -> int:
    return int(seconds) if seconds >= QUIET_SECONDS else 0
