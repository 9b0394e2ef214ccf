"""What takes seconds in one piece: jobs done in a thread, so that commands are heard meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Generic, TypeVar

from linreg_core import Prospect
from tui.engine.jobs import EndedBy, Job
from tui.engine.report import Activity, Report, Stage
from tui.text import duration

LOOK_SECONDS = 0.05
"""Between two looks at whether it is done."""

T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1)
"""One at a time: each takes all cores, and much memory."""


class BackgroundJob(Job, Generic[T]):
    """Has something computed, and takes what came of it.

    What is ended is computed to its end if that has begun, and nothing comes of it.

    Args:
        what: what is computed, in a few words.
        compute: computes it, in another thread, so it changes nothing that others see.
        then: called with what came of it, between two commands.
        clock: seconds.

    Raises:
        LinregError: by `advance`, where one of both raised it.
    """

    doing = "analyse the problem"
    rest_seconds = LOOK_SECONDS
    report_seconds = float("inf")

    def __init__(
        self,
        what: str,
        compute: Callable[[], T],
        then: Callable[[T], None],
        clock: Callable[[], float],
    ) -> None:
        self._what, self._then = what, then
        self._clock, self._begun_at = clock, clock()
        self._future = _THREAD.submit(compute)

    def advance(self, seconds: float | None, epochs: int | None = None) -> None:
        if seconds is None or self._future.done():
            self.is_done = True
            self._then(self._future.result())

    def stop(self) -> None:
        super().stop()
        self._future.cancel()


class ProspectJob(BackgroundJob[Prospect]):
    """Looks at what another run would have, whatever else is done."""

    ended_by = EndedBy.NO_COMMAND

    def show(self, report: Report) -> Report:
        return report


class AnalyseJob(BackgroundJob[None]):
    """Analyses a problem, so that a run on it can begin; to go on with another run gives it up."""

    ended_by = EndedBy.RUN_COMMAND
    survives_refusals = True
    report_seconds = 0.5
    _is_given_up = False

    def stop(self) -> None:
        self._is_given_up = not self.is_done
        super().stop()

    def show(self, report: Report) -> Report:
        if self.is_done:
            notice = f"{self._what} was given up" if self._is_given_up else report.notice
            return replace(report.at_rest(), stage=None, notice=notice)
        seconds = self._clock() - self._begun_at
        what = f"{self._what}, {duration(seconds)}" if seconds >= 1 else self._what
        return replace(report, activity=Activity.ANALYSING, stage=Stage(what))
