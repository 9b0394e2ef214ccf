"""An engine that takes its time, or is gone: keys work all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.driver import ScriptedEngine, driving, inline
from tui.engine.commands import Back, Goto, Pause, Phase, Reset, Restart, Run
from tui.engine.pace import ACCELERATING
from tui.engine.report import Activity, Quiet, Report, Stage
from tui.keys import KEYS
from tui.pages.help.page import HelpScreen
from tui.panes.pictures.loss_plot import LossPlot


async def test_keys_work_before_the_first_run_is_there() -> None:
    engine = ScriptedEngine(Report())
    async with driving(engine) as drive:
        assert "STARTING" in drive.status
        for key in KEYS:
            if key.action != "app.quit":
                await drive.press(key.keys.split(",")[0])
                await drive.press("escape")
        assert Run(1) in engine.heard


async def test_torch_that_is_being_imported_is_said_to_load_and_keys_work() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("3")
        engine.say(Report(Activity.LOADING, 1, 1, ready.config, ready.snapshot, notice="loading"))
        await drive.settle()
        assert "LOADING torch" in drive.status
        assert drive.notice == "loading"
        await drive.press("x")
        assert drive.main.query_one(LossPlot).hint == "x y log x, y"
        await drive.press("question_mark")
        assert isinstance(drive.app.screen, HelpScreen)


async def test_what_keys_ask_for() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("n", "right", "s", "S", "b", "left", "space", "home", "end", "r")
        assert engine.heard == [
            *(Run(1), Run(1), Phase(), Phase(back=True), Back(), Back()),
            *(Run(None, ACCELERATING), Goto(0), Goto(0), Reset()),
        ]
        engine.say(Report(Activity.RUNNING, 3, 1, ready.config, ready.snapshot))
        await drive.press("space")
        assert engine.heard[-1] == Pause()


async def test_an_engine_that_is_gone_is_said_to_be_gone() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        gone = Report(
            Activity.STOPPED, 1, 1, ready.config, ready.snapshot, notice="it ended (\x07)"
        )
        engine.say(gone)
        await drive.settle()
        assert "ENGINE STOPPED" in drive.status
        assert drive.notice == r"it ended (\x07)"


async def test_an_engine_that_does_not_answer_is_said_not_to_and_what_keys_do() -> None:
    ready = inline(epochs=7).latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        running = replace(ready, activity=Activity.RUNNING, rate=17_300.0)
        engine.say(replace(running, quiet=Quiet(silent=12)))
        await drive.settle()
        assert "NO ANSWER for 12 s" in drive.status
        assert "RUNNING" not in drive.status
        assert "epochs/s" not in drive.status
        assert drive.notice == (
            "The training process does not answer: keys wait until it does. R ends it and starts "
            "it again at epoch 7; q leaves."
        )
        await drive.press("R")
        assert engine.heard == [Restart()]
        engine.say(running)
        await drive.settle()
        assert drive.status.startswith("RUNNING ")
        assert "17.3k epochs/s" in drive.status
        assert drive.notice.startswith("A digit takes")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"activity": Activity.READING, "stage": Stage("reading", 0.356)}, "READING 35 %"),
        (
            {"activity": Activity.READING, "stage": Stage("putting the columns together")},
            "READING: putting the columns together",
        ),
        (
            {
                "activity": Activity.ANALYSING,
                "stage": Stage("computing the spectrum of 2,000 columns"),
                "quiet": Quiet(busy=9),
            },
            "ANALYSING: computing the spectrum of 2,000 columns, 9 s",
        ),
        ({"activity": Activity.LOADING, "quiet": Quiet(busy=3)}, "LOADING torch, 3 s"),
        ({"quiet": Quiet(busy=4)}, "BUSY, 4 s"),
    ],
    ids=str,
)
async def test_what_takes_long_is_named_and_measured(report: dict[str, object], words: str) -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine, size=(120, 36)) as drive:
        engine.say(replace(ready, **report))  # type: ignore[arg-type]
        await drive.settle()
        assert drive.status.startswith(f"{words} ")
        assert drive.notice.startswith("The training process is busy") == (
            report.get("quiet") == Quiet(busy=9)
        )
