"""Before the screen opens: what is waited for there, and what on it."""

from __future__ import annotations

from itertools import chain, repeat
from typing import cast

import pytest

from tests.app.driver import inline
from tui import launch
from tui.cli.waiting import WaitingLine
from tui.engine.process import ProcessEngine
from tui.engine.report import Activity, Report, Stage

ANALYSING = Report(Activity.ANALYSING, stage=Stage("computing the spectrum"))
READING = Report(Activity.READING, stage=Stage("reading"))


class Scripted:
    """An engine that tells these reports, one at each look."""

    def __init__(self, *reports: Report) -> None:
        self._reports = chain(reports, repeat(reports[-1]))
        self.looks = 0

    def wait(self, seconds: float) -> Report:
        self.looks += 1
        return next(self._reports)


def first_word(engine: Scripted) -> Report:
    return launch._first_word(cast("ProcessEngine", engine), WaitingLine("some.csv"))


@pytest.mark.parametrize("before", [READING, ANALYSING], ids=["read", "analysed"])
def test_what_is_soon_there_is_waited_for(before: Report) -> None:
    ready = inline().latest
    assert first_word(Scripted(before, before, ready)) is ready


def test_what_takes_long_to_be_analysed_is_waited_for_on_the_screen() -> None:
    engine = Scripted(*[READING] * 100, ANALYSING)
    assert first_word(engine) is ANALYSING
    assert engine.looks == 100 + launch.ANALYSIS_SECONDS / launch.LOOK_SECONDS
