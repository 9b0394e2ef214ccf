"""What a report repaints: only what it makes another."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

import pytest

from tests.app.driver import MIDDLE, Drive, ScriptedEngine, driving, lines_of
from tests.app.reports import report_of, trainer
from tui.engine.report import Activity, Report
from tui.panes.key_line import KeyLine
from tui.panes.kit.painting import Steady
from tui.panes.phase_strip import PhaseStrip
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.rate_gauge import RateGauge


def reports(*epochs: int) -> list[Report]:
    """Of a run that goes on, at some epochs."""
    alone, told = trainer(lr=1e-6), []
    for epoch in epochs:
        alone.run(epoch - alone.epoch)
        told.append(report_of(alone.snapshot(), Activity.RUNNING, run=1))
    return told


async def say(drive: Drive[ScriptedEngine], report: Report) -> None:
    drive.engine.say(report)
    await drive.settle()


@pytest.mark.parametrize(
    ("kind", "paint"),
    [(KeyLine, "render"), (RateGauge, "paint_line"), (PhaseStrip, "paint_line")],
)
async def test_what_is_the_same_is_not_painted_again(
    kind: type[Steady], paint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, second, other = reports(100, 150, 200)
    async with driving(ScriptedEngine(one), size=MIDDLE, always_painted=True) as drive:
        await say(drive, second)
        spy = Mock(wraps=getattr(drive.main.query_one(kind), paint))
        monkeypatch.setattr(drive.main.query_one(kind), paint, spy)
        await say(drive, other)
        assert "epoch 200" in drive.status
        spy.assert_not_called()
        changed = trainer(lr=0.01, backend="nn").snapshot()
        await say(drive, replace(other, snapshot=changed, activity=Activity.IDLE, run=2))
        spy.assert_called()


async def test_a_curve_that_grows_by_less_than_a_cell_is_drawn_when_the_run_stands_still() -> None:
    first, near, far = reports(100_000, 100_500, 120_000)
    async with driving(ScriptedEngine(first), size=MIDDLE, always_painted=True) as drive:
        plot = drive.main.query_one(LossPlot)
        assert plot._seen[1] == 100_001
        before = lines_of(drive.app.screen)
        await say(drive, near)
        assert plot._seen[1] == 100_001
        assert "epoch 100,500" in drive.status, "numbers are always the latest"
        assert lines_of(drive.app.screen)[6:12] == before[6:12]
        await say(drive, replace(near, activity=Activity.IDLE))
        assert plot._seen[1] == 100_501
        await say(drive, far)
        assert plot._seen[1] == 120_001
