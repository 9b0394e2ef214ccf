"""An engine that takes its time, or is gone: keys work all the same."""

from __future__ import annotations

from tests.app.driver import ScriptedEngine, driving, inline
from tui.engine.messages import Activity, Back, Goto, Pause, Phase, Report, Reset, Run
from tui.keys import KEYS
from tui.screens.help import HelpScreen
from tui.widgets.loss_plot import LossPlot


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
        assert drive.main.query_one(LossPlot).border_title == "Loss (log y, log x)"
        await drive.press("question_mark")
        assert isinstance(drive.app.screen, HelpScreen)


async def test_what_keys_ask_for() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("n", "right", "s", "S", "b", "left", "space", "home", "end", "r")
        assert engine.heard == [
            *(Run(1), Run(1), Phase(), Phase(back=True), Back(), Back()),
            *(Run(None), Goto(0), Goto(0), Reset()),
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
