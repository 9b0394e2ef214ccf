"""Breakpoints from the keyboard: set, checked as they are typed, and said when they stop a run."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from tests.app.driver import MIDDLE, SMALL, driving, inline
from tests.app.reports import after
from tui.engine.report import Activity
from tui.pages.breakpoints import BreakpointsScreen
from tui.pages.prompt import Prompt
from tui.panes.timeline import Timeline


async def test_a_run_stops_where_one_holds_and_says_which() -> None:
    async with driving(inline(lr=0.03)) as drive:
        await drive.answer("B", "loss < 1e-3 or epoch == 100000")
        assert drive.engine.latest.breakpoints == "loss < 1e-3 or epoch == 100000"
        await drive.press("space")
        drive.engine.work(10**6)
        await drive.settle()
        epoch = drive.epoch
        assert drive.engine.latest.activity is Activity.IDLE
        assert drive.notice == f"Stopped at epoch {epoch:,}: loss < 0.001."
        assert after(epoch, lr=0.03).loss < 1e-3 <= after(epoch - 1, lr=0.03).loss
        await drive.press("n")
        assert drive.epoch == epoch + 1
        assert drive.notice.startswith("A digit takes")
        await drive.answer("N", "1e6")
        assert drive.notice == "Stopped at epoch 100,000: epoch == 100000."


async def test_several_that_hold_are_all_named_and_an_epoch_has_its_mark() -> None:
    async with driving(inline()) as drive:
        await drive.answer("B", "epoch == 50 or loss < 1e9 or frozen or epoch == 50")
        await drive.answer("N", "80")
        assert drive.epoch <= 50
        await drive.answer("B", "epoch == 50 or epoch == 75")
        await drive.answer("N", "1000")
        assert drive.notice == "Stopped at epoch 50: epoch == 50."
        await drive.answer("g", "100")
        assert drive.epoch == 75, "going to the future is a run"
        await drive.answer("g", "100")
        assert drive.epoch == 100
        bar = drive.main.query_one(Timeline).render_line(0).text
        rail = bar[bar.index("├") : bar.index("●") + 1]
        marks = [place / (len(rail) - 1) for place, cell in enumerate(rail) if cell == "◆"]
        assert marks == pytest.approx([0.5, 0.75], abs=1.5 / len(rail))


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ("loss < x", 7, "expected a number"),
        ("loss > 1", 5, "expected < or rises"),
        ("epoch == 5 and frozen", 11, 'expected "or" or the end'),
        ("epoch == 1.5", 9, "expected a whole number"),
        ("los < 1", 0, "expected epoch or loss or gradient"),
    ],
)
async def test_a_fault_is_shown_under_its_place_as_it_is_typed(
    typed: str, place: int, words: str
) -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.answer("B", "epoch == 7")
        await drive.press("B")
        assert drive.app.screen.query_one(Input).value == "epoch == 7"
        await drive.paste(typed)
        lines = [line.replace("│", " ") for line in drive.text.splitlines()]
        (caret,) = [y for y, line in enumerate(lines) if line.strip() == "^"]
        assert lines[caret].index("^") - lines[caret - 1].index(typed) == place
        assert words in drive.seen(drive.app.screen.query_one("#reason"))
        await drive.press("enter")
        assert isinstance(drive.app.screen, Prompt)
        await drive.press("escape")
        assert drive.engine.latest.breakpoints == "epoch == 7"


async def test_an_empty_text_removes_all() -> None:
    async with driving(inline()) as drive:
        await drive.answer("B", "epoch == 7")
        await drive.press("B", "backspace", "enter")
        assert drive.engine.latest.breakpoints == ""
        await drive.answer("N", "10")
        assert (drive.epoch, drive.snapshot.breakpoints) == (10, ())


async def test_they_stay_for_other_backends_and_forks() -> None:
    async with driving(inline()) as drive:
        await drive.answer("B", "epoch == 7")
        await drive.press("3")
        await drive.answer("N", "5")
        await drive.answer("w", "1")
        await drive.answer("N", "100")
        assert drive.notice == "Stopped at epoch 7: epoch == 7."


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_what_is_set_is_said_and_stands_behind_the_timeline(size: tuple[int, int]) -> None:
    """D38: also what is no epoch, and an epoch that is yet to come; a click on it is the key."""
    async with driving(inline(epochs=30), size=size) as drive:
        timeline = drive.main.query_one(Timeline)
        assert drive.seen(timeline).endswith("● 30")
        await drive.answer("B", "epoch == 500 or loss < 1e-3")
        assert drive.notice == "Runs stop where epoch == 500 or loss < 1e-3."
        assert drive.seen(timeline).endswith("● 30 B ◆ epoch == 500 or loss < 0.001")
        await drive.press("n")
        assert drive.seen(timeline).endswith("● 31 B ◆ epoch == 500 or loss < 0.001")
        x = timeline.render_line(0).text.index("◆")
        await drive.pilot.click(timeline, offset=(x + 1, 0))
        await drive.settle()
        assert isinstance(drive.app.screen, BreakpointsScreen)


async def test_many_are_counted_and_the_timeline_still_takes_a_click() -> None:
    async with driving(inline(epochs=100), size=SMALL) as drive:
        timeline = drive.main.query_one(Timeline)
        await drive.answer("B", " or ".join(f"epoch == {epoch}" for epoch in range(10, 60, 10)))
        assert drive.seen(timeline).endswith("● 100 B ◆ 5 conditions")
        bar = timeline.render_line(0).text
        await drive.pilot.click(timeline, offset=(bar.index("◆") + 1, 0))
        await drive.settle()
        assert drive.epoch == 10, "the first ◆ stands at its epoch"


async def test_each_is_removed_by_itself() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("B")
        assert "None is set." in drive.text
        await drive.paste("epoch == 7 or frozen or loss < 1")
        for words in ("◆ epoch == 7", "◆ frozen", "◆ loss < 1.0"):
            assert words in drive.text
        await drive.press("tab", "down", "down", "enter")
        assert drive.app.screen.query_one(Input).value == "epoch == 7 or loss < 1.0"
        assert "◆ frozen" not in drive.text
        await drive.press("enter")
        assert drive.engine.latest.breakpoints == "epoch == 7 or loss < 1.0"
        await drive.press("B")
        stops = drive.app.screen.query_one(OptionList)
        for _ in range(2):
            await drive.pilot.click(stops, offset=(3, 0))
            await drive.settle()
        await drive.press("enter")
        assert drive.engine.latest.breakpoints == ""
        assert drive.notice == "No breakpoint is set."
        assert "◆" not in drive.seen(drive.main.query_one(Timeline))
