"""The presenter's view: little, and that large; and back."""

from __future__ import annotations

import pytest

from tests.app.driver import COMPOSED_SIZES, LARGE, MIDDLE, SMALL, Clock, driving, inline, timed
from tests.app.reports import after
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.presenter import BigNumbers, PhaseFormula, formula_lines, numbers_of
from tui.panes.status_bar import StatusBar
from tui.panes.weights_table import WeightsTable


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_it_shows_phases_numbers_a_formula_and_a_picture(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=300), size=size) as drive:
        await drive.press("P")
        numbers, formula, plot = (
            drive.main.query_one(pane) for pane in (BigNumbers, PhaseFormula, LossPlot)
        )
        assert "s forward" in drive.text.split("\n")[0]
        assert "P leave" in drive.text.split("\n")[-1] or size[0] < 80
        assert "epoch" in drive.seen(numbers)
        assert "update w ← w - lr·gradient" in drive.seen(formula)
        assert "x1 11.37686 - 0.0001·(-131.45) = 11.39001" in drive.seen(formula)
        assert plot.size.height >= 7
        assert plot.size.width >= size[0] - 2
        for hidden in (StatusBar, WeightsTable):
            assert not drive.main.query_one(hidden).is_on_screen
        await drive.press("t", "t")
        assert drive.main.query_one(LandscapePlot).size.height >= 7
        await drive.press("P")
        assert drive.main.query_one(StatusBar).is_on_screen
        assert drive.main.query_one(WeightsTable).is_on_screen
        assert not numbers.is_on_screen


async def test_a_page_in_front_gives_way_to_the_picture_and_comes_back() -> None:
    async with driving(inline(epochs=3), size=SMALL) as drive:
        await drive.press("T", "T", "P")
        assert drive.main.query_one(LossPlot).is_on_screen
        await drive.press("P")
        assert not drive.main.query_one(LossPlot).is_on_screen


async def test_the_formula_follows_the_phases_and_the_pace_stands_beside_it() -> None:
    clock = Clock()
    async with driving(timed(clock), size=MIDDLE) as drive:
        await drive.press("P", "comma", "comma", "comma", "space")
        formula, heads = drive.main.query_one(PhaseFormula), []
        for _ in range(5):
            heads.append(formula.render_line(0).text.split())
            clock.now += 0.05
            drive.engine.go_on()
            await drive.settle()
        assert [head[0] for head in heads] == ["update", "forward", "loss", "gradient", "update"]
        assert {" ".join(head[-2:]) for head in heads} == {"5 epochs/s"}
        await drive.press("space")
        assert "epochs/s" not in drive.seen(formula)


async def test_what_went_wrong_is_said_and_what_is_calm_is_not() -> None:
    async with driving(inline(epochs=4_000, lr=0.04), size=SMALL) as drive:
        await drive.press("P")
        assert "Diverged at epoch" in drive.text
        await drive.press("r")
        assert "Diverged" not in drive.text
        assert "correct digit" not in drive.text


async def test_numbers_are_twice_as_large_where_there_is_room() -> None:
    heights = []
    for size in (SMALL, MIDDLE, LARGE):
        async with driving(inline(), size=size) as drive:
            await drive.press("P")
            heights.append(drive.main.query_one(BigNumbers).size.height)
    assert heights == [4, 4, 6]


def test_numbers_are_those_of_the_epoch() -> None:
    snapshot = after(300, phases=2)
    assert numbers_of(snapshot) == [
        ("epoch", "300", "now"),
        ("loss", "377.4", "value"),
        ("x1", "11.38", "value"),
        ("x2", "14.42", "value"),
    ]


def test_of_a_formula_whole_lines_are_shown_and_the_last_one() -> None:
    snapshot = after(300, phases=2)
    assert [line.split()[0] for line in formula_lines(snapshot, 78, 5)] == [
        *("loss", "row", "row", "row", "MSE")
    ]
    assert [line.split()[0] for line in formula_lines(snapshot, 78, 4)] == [
        *("loss", "row", "row", "MSE")
    ]
    assert formula_lines(snapshot, 78, 1) == ["loss  MSE = mean of (ŷ - y)²"]
    narrow = formula_lines(after(300, bias=True, phases=3), 30, 6)
    assert narrow[0].startswith("gradient")
    assert len(narrow) <= 6
