"""The page Runs: what it says of each run, two side by side, and back to any one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import OptionList, Static

from linreg_core import DataRequest, TrainConfig
from tests.app.driver import MIDDLE, SMALL, SMALLEST, Drive, ScriptedEngine, Write, driving, inline
from tui.digits import few
from tui.engine.commands import (
    Back,
    CancelOpen,
    Command,
    CompareRuns,
    Configure,
    Fork,
    Open,
    Revisit,
    Run,
)
from tui.engine.inline import InlineEngine
from tui.engine.report import Activity, Stage
from tui.pages.help.page import HelpScreen
from tui.pages.runs.page import RunsScreen
from tui.pages.runs.words import differences, rows_of

RUNS: tuple[Command, ...] = (
    *(Run(300), Configure(TrainConfig(lr=0.01)), Run(1000), Configure(TrainConfig(lr=0.04))),
    *(Run(2000), Configure(TrainConfig(dtype="float32")), Run(50), Back(), Back()),
    *(Fork(TrainConfig(dtype="float32", lr=0.001)), Run(40), Fork(edited=(0, 7.0)), Run(3)),
)


def after(*commands: Command) -> InlineEngine:
    """An engine that has done all that."""
    engine = inline()
    for command in commands:
        engine.send(command)
    return engine


def said(drive: Drive[InlineEngine]) -> str:
    """The line under all."""
    return drive.seen(drive.app.screen.query_one("#words", Static))


def test_what_is_said_of_each_run() -> None:
    engine = after(*RUNS)
    report = engine.latest
    rows = rows_of(report.runs.left(report.snapshot), 2)
    told = [(row.number, row.differs, row.epochs, row.ended) for row in rows]
    assert told == [
        (6, "x1 = 7.0000 at epoch 88, float32, lr 0.001", "91", "on the screen"),
        (5, "from epoch 48, float32, lr 0.001", "88", "paused"),
        (4, "float32, lr 0.0001", "50", "at epoch 48"),
        (3, "lr 0.04", "997", "diverged at 998"),
        (2, "lr 0.01", "1,000", "paused"),
        (1, "lr 0.0001", "300", "paused"),
    ]
    assert rows[-1].weights == ("11.377", "14.423")
    assert (rows[-1].loss, rows[-1].digits) == ("377.39", "0.6")


@pytest.mark.parametrize("size", [SMALLEST, SMALL, MIDDLE], ids=str)
async def test_what_differs_is_never_cut_off(size: tuple[int, int]) -> None:
    """Weights give way to it, and at last it takes another line."""
    async with driving(after(*RUNS), size=size) as drive:
        await drive.press("a")
        told = drive.seen(drive.app.screen.query_one("#runs", OptionList))
        for part in ("x1 = 7.0000", "epoch 88,", "float32,", "from epoch", "lr 0.001"):
            assert part in told
        assert "…" not in told


def test_one_run_alone_is_told_by_what_it_is(write: Write) -> None:
    path = str(write("x,y\n1,2\n2,3\n3,5\n", "houses.csv"))
    engine = InlineEngine(Open(DataRequest(path), TrainConfig(lr=0.5)))
    engine.start()
    assert differences(engine.latest.runs.runs) == {1: "NumPy, lr 0.5"}
    engine.send(Run(5))
    engine.send(Open(DataRequest("article")))
    told = differences(engine.latest.runs.runs)
    assert told == {1: "houses.csv, lr 0.5", 2: "article, lr 0.0001"}


async def test_two_are_side_by_side_with_where_they_part() -> None:
    async with driving(after(*RUNS), size=MIDDLE) as drive:
        await drive.press("a")
        assert said(drive) == "Runs 6 and 5 part at epoch 88."
        assert "run 6 ●" in drive.text
        assert "epoch 88" in drive.text
        await drive.press("down", "down", "equals_sign")
        marked = "Run 4 is marked instead of run 6."
        assert said(drive) == f"{marked} Runs 5 and 4 part at epoch 49."
        await drive.press("end", "equals_sign")
        assert "They differ from the beginning" in said(drive)
        await drive.press("up", "equals_sign")
        assert said(drive).endswith("Runs 1 and 2 part at epoch 1.")
        before = drive.text
        await drive.press("x")
        assert drive.text != before
        await drive.press("escape")
        assert drive.app.screen is drive.main
        assert drive.engine.latest.runs.number == 6


async def test_what_is_marked_and_what_no_longer_is_said() -> None:
    async with driving(after(*RUNS), size=MIDDLE) as drive:
        await drive.press("a")
        page = drive.app.screen
        await drive.press("equals_sign")
        assert said(drive) == ("Run 6 is no longer marked. = on another compares it with run 5.")
        assert "epoch 88" not in drive.seen(page.query_one("#pair")), "nor are they compared"
        await drive.press("down", "equals_sign")
        assert said(drive) == "Run 5 is no longer marked. = marks a run."
        await drive.press("equals_sign")
        assert said(drive) == "Run 5 is marked. = on another compares the two."
        await drive.press("down", "equals_sign")
        assert said(drive) == "Run 4 is marked. Runs 5 and 4 part at epoch 49."


async def test_weights_are_said_to_be_in_own_units(write: Write) -> None:
    path = str(write("x,y\n100,2\n200,3\n300,5\n"))
    engine = InlineEngine(Open(DataRequest(path)))
    engine.start()
    engine.send(Run(5))
    async with driving(engine, size=MIDDLE) as drive:
        await drive.press("a")
        assert "weights in own units" in drive.text
        own, scaled = drive.snapshot.raw_weights[0], drive.snapshot.weights[0]
        assert few(own) in drive.text
        assert few(own) != few(scaled)


async def test_the_same_run_in_other_words_is_the_same_to_the_last_bit() -> None:
    engine = after(Run(30), Configure(TrainConfig(seed=5)), Run(40))
    async with driving(engine) as drive:
        await drive.press("a")
        words = "They are the same to the last bit up to epoch 30, the last that both have."
        assert said(drive) == words


async def test_enter_goes_back_to_a_run_where_it_stood() -> None:
    async with driving(after(*RUNS), size=SMALL) as drive:
        await drive.press("a", "down", "down", "enter")
        assert drive.app.screen is drive.main
        assert (drive.epoch, drive.snapshot.latest) == (48, 50)
        assert "run 4 is back at epoch 48, the same to the last bit" in drive.notice
        await drive.press("a", "home", "enter")
        assert drive.epoch == 91


async def test_runs_on_other_data_are_not_compared() -> None:
    engine = after(Run(5), Open(DataRequest("line")), Run(3))
    async with driving(engine) as drive:
        await drive.press("a")
        assert "neither weights nor losses can be compared" in said(drive)


async def test_one_run_alone_says_how_there_come_to_be_more() -> None:
    async with driving(inline(epochs=3)) as drive:
        await drive.press("a")
        assert said(drive).startswith("One run so far.")
        await drive.press("enter")
        assert drive.app.screen is drive.main


async def test_a_running_run_stands_still_for_it() -> None:
    async with driving(after(Run(5), Fork(TrainConfig(lr=0.01)))) as drive:
        await drive.press("space")
        assert drive.engine.latest.activity is Activity.RUNNING
        await drive.press("a")
        assert drive.engine.latest.target is None
        assert drive.engine.latest.pace is None


async def test_what_is_refused_or_given_up_is_said(write: Write) -> None:
    path = write("x,y\n1,2\n2,3\n3,5\n")
    engine = InlineEngine(Open(DataRequest(str(path))))
    engine.start()
    engine.send(Run(5))
    engine.send(Open(DataRequest("article")))
    engine.send(Run(1))
    path.unlink()
    async with driving(engine) as drive:
        await drive.press("a")
        assert "no such file" in said(drive)
        await drive.press("end", "enter")
        assert "no such file" in said(drive)
        assert isinstance(drive.app.screen, RunsScreen)
        await drive.press("escape")
        assert drive.snapshot.run.source == "article"


async def test_a_long_way_back_says_how_far_it_is_and_can_be_given_up() -> None:
    real = after(*RUNS).latest
    engine = ScriptedEngine(real)
    async with driving(engine) as drive:
        await drive.press("a", "end", "enter")
        assert [type(command) for command in engine.heard] == [CompareRuns, Revisit]
        stage = Stage("running again", 0.4)
        engine.say(replace(real, activity=Activity.REPEATING, stage=stage))
        await drive.settle()
        assert "running it again: 40%" in drive.text
        await drive.press("escape")
        assert isinstance(engine.heard[-1], CancelOpen)


async def test_the_help_opens_at_its_section() -> None:
    async with driving(after(*RUNS), size=MIDDLE) as drive:
        await drive.press("a", "question_mark")
        assert isinstance(drive.app.screen, HelpScreen)
        assert "What was trained from one beginning on" in drive.text
        await drive.press("escape")
        assert isinstance(drive.app.screen, RunsScreen)


async def test_it_fits_every_size() -> None:
    for size in (SMALLEST, SMALL, MIDDLE):
        async with driving(after(*RUNS), size=size) as drive:
            await drive.press("a")
            found = drive.app.screen.query_one(OptionList)
            assert found.virtual_size.height == 6 or size != MIDDLE, "a line each"
            assert found.virtual_size.width <= size[0]
            assert "part at epoch 88" in drive.text


async def test_two_runs_of_which_one_is_a_fork_are_told_at_one_epoch() -> None:
    """The fork shows what was before it in another trainer, which stands where it is told."""
    engine = after(
        Run(1), Open(DataRequest("article")), Run(50), Fork(TrainConfig(lr=0.01)), Run(9)
    )
    async with driving(engine) as drive:
        await drive.press("a", "down", "down", "equals_sign")
        table = drive.seen(drive.app.screen.query_one("#table", Static))
        assert table.startswith("epoch 1 ")
