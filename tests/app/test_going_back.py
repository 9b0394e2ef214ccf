"""Time travel from the keyboard and the mouse; in the past the screen says so."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from linreg_core import BACKENDS
from tests.app.driver import LARGE, MIDDLE, SMALL, SMALLEST, Clock, driving, inline, timed
from tests.app.reports import after
from tui.engine.commands import Run
from tui.pages.prompt import Prompt
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.timeline import Timeline


@pytest.mark.parametrize("backend", ["numpy", "tensor"])
async def test_epochs_back_and_forth_are_the_same_epochs(backend: str) -> None:
    states = [after(epoch, backend=backend).weights.tobytes() for epoch in range(5)]
    async with driving(inline(backend=backend)) as drive:
        await drive.press("n", "n", "n", "n")
        for key, epoch in [
            *(("b", 3), ("left", 2), ("b", 1), ("b", 0), ("b", 0)),
            *(("n", 1), ("right", 2), ("end", 4), ("home", 0), ("end", 4)),
        ]:
            await drive.press(key)
            assert drive.epoch == epoch
            assert drive.snapshot.weights.tobytes() == states[epoch]
            assert ("PAST" in drive.status) == (epoch < 4)
        assert drive.snapshot.latest == 4


@pytest.mark.parametrize("size", [SMALLEST, SMALL, MIDDLE])
async def test_the_past_is_said_to_be_the_past(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=9_120), size=size) as drive:
        plot, timeline = drive.main.query_one(LossPlot), drive.main.query_one(Timeline)
        assert "┊" not in drive.seen(plot)
        await drive.answer("g", "4,000")
        assert "epoch 4,000 of 9,120" in drive.text.splitlines()[0]
        assert "┊" in drive.seen(plot)
        bar = timeline.render_line(0).text
        assert bar.startswith("0 ├")
        assert bar.endswith("┤ 9,120")
        left, right = bar.split("●")
        assert abs(len(left) / (len(left) + len(right)) - 4_000 / 9_120) < 0.1
        await drive.press("end")
        assert "PAUSED" in drive.text.splitlines()[0]
        assert "┊" not in drive.seen(plot)


async def test_epochs_run_in_the_past_lead_to_the_same_present() -> None:
    async with driving(inline(epochs=1_000)) as drive:
        await drive.answer("g", "0")
        await drive.answer("N", "400")
        assert "epoch 400 of 1,000" in drive.status
        await drive.answer("N", "900")
        assert (drive.epoch, drive.snapshot.latest) == (1_300, 1_300)
        assert drive.snapshot.weights.tobytes() == after(1_300).weights.tobytes()
        assert drive.snapshot.curve.last.tolist() == after(1_300).curve.last.tolist()


async def test_before_anything_was_run_there_is_no_epoch_to_be_at_once() -> None:
    async with driving(inline()) as drive:
        await drive.press("g")
        assert "Which? By running." in drive.text


async def test_go_to_an_epoch_past_or_future() -> None:
    async with driving(inline(epochs=1_000)) as drive:
        await drive.press("g")
        assert drive.app.screen.query_one(Input).value == "1000"
        assert "Which? Up to 1,000 at once, beyond by running there." in drive.text
        await drive.press("escape")
        for typed, epoch in (
            ("17", 17),
            ("0", 0),
            ("2e3", 2_000),
            ("2,000", 2_000),
            ("1999", 1_999),
        ):
            await drive.answer("g", typed)
            assert drive.app.screen is drive.main
            assert drive.epoch == epoch
            assert drive.snapshot.weights.tobytes() == after(epoch).weights.tobytes()
        assert "epoch 1,999 of 2,000" in drive.status


@pytest.mark.parametrize("typed", ["-1", "x", "1.5", ""])
async def test_no_epoch_is_refused_as_it_is_typed(typed: str) -> None:
    async with driving(inline(epochs=10)) as drive:
        await drive.press("g", "ctrl+e", "ctrl+u")
        await drive.paste(typed)
        await drive.press("enter")
        assert isinstance(drive.app.screen, Prompt)
        assert "a whole number from 0 to 1,000,000,000,000,000, please" in drive.text
        await drive.press("escape")
        assert drive.epoch == 10


async def test_before_a_fork_are_the_epochs_of_the_run_before() -> None:
    """D39: the same epochs, with that run's settings; and forward again into the fork."""
    async with driving(inline(epochs=100), size=MIDDLE) as drive:
        await drive.press("right_parenthesis", "n", "n")
        fork = drive.snapshot.weights.tobytes()
        assert drive.epoch == 102
        timeline = drive.main.query_one(Timeline)
        assert drive.seen(timeline).startswith("0 ├")
        assert "┼" in drive.seen(timeline)
        assert "lr 0.0002" in drive.text.splitlines()[1]
        for key, epoch in (("b", 101), ("b", 100), ("b", 99), ("b", 98), ("home", 0)):
            await drive.press(key)
            assert drive.epoch == epoch
            is_before = epoch < 100
            assert ("PAST" in drive.status, drive.snapshot.latest) == (True, 102)
            assert ("lr 0.0001" in drive.text.splitlines()[1]) is is_before
            if is_before:
                assert drive.snapshot.weights.tobytes() == after(epoch).weights.tobytes()
        await drive.answer("g", "99")
        await drive.press("n")
        assert "lr 0.0002" in drive.text.splitlines()[1]
        await drive.press("S")
        assert (drive.epoch, drive.snapshot.phases_done) == (99, 3)
        await drive.press("s")
        assert (drive.epoch, drive.snapshot.phases_done) == (100, 0)
        await drive.answer("g", "7")
        await drive.press("end")
        assert drive.snapshot.weights.tobytes() == fork
        assert drive.engine.latest.run == 2, "all of it is one run"


async def test_the_code_and_the_phases_are_those_of_the_run_before() -> None:
    """A fork may have another backend, of other phases."""
    async with driving(inline(epochs=30), size=LARGE) as drive:
        await drive.press("c")
        await drive.choose("#backend", list(BACKENDS).index("tensor"))
        await drive.choose("#begin", 1)
        await drive.press("ctrl+s")
        assert "zero_grad" in drive.text.splitlines()[1]
        await drive.press("b", "s")
        assert "zero_grad" not in drive.text
        assert "backend 2" not in drive.status
        assert BACKENDS["numpy"].label in drive.status
        await drive.press("left_parenthesis")
        assert drive.notice.startswith("Fork at epoch 29: learning rate 0.0001 → 5e-5")
        assert drive.snapshot.run.settings.backend == "numpy"


async def test_a_slow_run_goes_on_from_before_a_fork_into_it() -> None:
    """By phases, of which the fork's backend has more."""
    clock = Clock()
    async with driving(timed(clock), size=MIDDLE) as drive:
        drive.engine.send(Run(10))
        await drive.press("c")
        await drive.choose("#backend", list(BACKENDS).index("nn"))
        await drive.choose("#begin", 1)
        await drive.press("ctrl+s", "n", "n", "n")
        await drive.answer("g", "8")
        await drive.press(*["comma"] * 9, "space")
        seen = set()
        for _ in range(50):
            clock.now += 0.1
            drive.engine.go_on()
            await drive.settle()
            seen.add((drive.epoch, drive.snapshot.run.settings.backend))
        assert {(8, "numpy"), (9, "numpy"), (10, "nn"), (12, "nn")} <= seen
        assert (10, "numpy") not in seen


async def test_a_click_on_the_timeline_goes_there() -> None:
    async with driving(inline(epochs=1_000), size=MIDDLE) as drive:
        area = drive.main.query_one(Timeline).content_region
        bar = drive.main.query_one(Timeline).render_line(0).text
        first, last = bar.index("├"), bar.index("●")
        for column, epoch in ((first, 0), (last, 1_000), ((first + last) // 2, 500)):
            await drive.pilot.click(offset=(area.x + column, area.y))
            await drive.settle()
            assert abs(drive.epoch - epoch) <= 1_000 / (last - first)
            assert drive.snapshot.weights.tobytes() == after(drive.epoch).weights.tobytes()
            shown = drive.main.query_one(Timeline).render_line(0).text
            assert shown[column] == "●"
        await drive.pilot.click(offset=(area.x, area.y))  # the label: no epoch stands there
        await drive.settle()
        assert shown == drive.main.query_one(Timeline).render_line(0).text
