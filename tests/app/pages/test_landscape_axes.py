"""The page of the landscape's axes: what it offers, what it refuses, and what stays chosen."""

from __future__ import annotations

import numpy as np
import pytest
from textual.widgets import Select

from linreg_core import Axes, TrainConfig
from tests.app.driver import MIDDLE, SMALL, SMALLEST, AnyEngine, Drive, Write, driving, inline
from tui.engine.commands import Configure, LookAlong
from tui.pages.landscape_axes import MOST_OFFERED, LandscapeAxesScreen
from tui.panes.pictures.landscape_plot import LandscapePlot


def reason(drive: Drive[AnyEngine]) -> str:
    return drive.seen(drive.app.screen.query_one("#reason"))


def axes_of(drive: Drive[AnyEngine]) -> Axes:
    return drive.snapshot.landscape.axes


def values_of(drive: Drive[AnyEngine]) -> list[object]:
    return [drive.app.screen.query_one(f"#{name}", Select).value for name in ("across", "up")]


async def choose(drive: Drive[AnyEngine], across: str, up: str) -> None:
    """Open the page and choose by value, as the lists hold them."""
    await drive.press("v")
    for name, value in (("across", across), ("up", up)):
        drive.app.screen.query_one(f"#{name}", Select).value = value
    await drive.settle()


def random_table(rows: int, columns: int) -> str:
    numbers = np.random.default_rng(9).normal(size=(rows, columns + 1)).round(3)
    names = [*(f"f{column}" for column in range(columns)), "y"]
    return "\n".join(",".join(map(str, row)) for row in [names, *numbers.tolist()])


async def test_it_opens_with_the_axes_that_are_seen() -> None:
    async with driving(inline(epochs=5)) as drive:
        await drive.press("v")
        assert values_of(drive) == ["weights 0", "weights 1"]
        assert reason(drive) == ""
        await drive.press("ctrl+s")
        assert axes_of(drive) == Axes("weights", (0, 1))


@pytest.mark.parametrize(
    ("across", "up", "axes", "seen"),
    [
        ("weights 1", "weights 0", Axes("weights", (1, 0)), "x1"),
        ("weights 1", "none", Axes("weights", (1,)), "x2"),
        ("directions 0", "directions 1", Axes("directions", (0, 1)), "0.62·x1"),
        ("directions 1", "none", Axes("directions", (1,)), "0.78·x1"),
    ],
)
async def test_two_weights_two_modes_and_one_of_them(
    across: str, up: str, axes: Axes, seen: str
) -> None:
    async with driving(inline(epochs=50), size=MIDDLE) as drive:
        weights = drive.snapshot.weights.tobytes()
        await choose(drive, across, up)
        assert reason(drive) == ""
        await drive.press("ctrl+s")
        assert drive.app.screen is drive.main
        assert axes_of(drive) == axes
        assert drive.main.look.picture == "landscape", "what was chosen is shown"
        assert seen in drive.seen(drive.main.query_one(LandscapePlot))
        assert (drive.epoch, drive.snapshot.weights.tobytes()) == (50, weights)
        await drive.press("v")
        assert values_of(drive) == [across, up]


@pytest.mark.parametrize(
    ("across", "up", "words"),
    [
        ("weights 0", "directions 1", "two weights or two modes"),
        ("directions 0", "weights 0", "two weights or two modes"),
        ("weights 1", "weights 1", "two different ones"),
        ("directions 0", "directions 0", "two different ones"),
    ],
)
async def test_what_does_not_go_together_is_refused_in_words(
    across: str, up: str, words: str
) -> None:
    async with driving(inline(), size=SMALLEST) as drive:
        await choose(drive, across, up)
        assert reason(drive).startswith(words)
        await drive.press("ctrl+s")
        assert isinstance(drive.app.screen, LandscapeAxesScreen)
        drive.app.screen.query_one("#up", Select).value = "none"
        await drive.settle()
        assert reason(drive) == ""
        await drive.press("escape")
        assert len(drive.app.screen_stack) == 1
        assert axes_of(drive) == Axes("weights", (0, 1))
        assert drive.main.look.picture == "loss"


async def test_chosen_with_the_keyboard_alone() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("v")
        await drive.choose("#across", 2)
        await drive.choose("#up", 0)
        await drive.press("ctrl+s")
        assert axes_of(drive) == Axes("directions", (0,))


async def test_choice_survives_runs_backends_and_forks_of_the_problem() -> None:
    chosen = Axes("directions", (1,))
    async with driving(inline(epochs=20)) as drive:
        await choose(drive, "directions 1", "none")
        await drive.press("ctrl+s")
        for keys in (["r"], ["n"], ["1"], ["3"], ["l"], ["L", "enter"], ["n", "w", *"5", "enter"]):
            await drive.press(*keys)
            assert axes_of(drive) == chosen, keys
        drive.engine.send(Configure(TrainConfig(bias=True)))
        await drive.settle()
        assert axes_of(drive) == chosen


async def test_choice_that_the_next_run_has_not_comes_back_with_one_that_has() -> None:
    async with driving(inline(bias=True, lr=0.01)) as drive:
        await choose(drive, "weights 2", "weights 0")
        await drive.press("ctrl+s")
        assert axes_of(drive) == Axes("weights", (2, 0))
        drive.engine.send(Configure(TrainConfig(lr=0.01)))
        await drive.settle()
        assert axes_of(drive) == Axes("weights", (0, 1))
        assert "Refused" not in drive.notice
        drive.engine.send(Configure(TrainConfig(lr=0.01, bias=True)))
        await drive.settle()
        assert axes_of(drive) == Axes("weights", (2, 0))


async def test_axes_that_the_run_has_not_are_refused_and_the_old_ones_stay() -> None:
    async with driving(inline()) as drive:
        drive.engine.send(LookAlong(Axes("weights", (7,))))
        await drive.settle()
        assert drive.notice.startswith("Refused: this run has 2 weights")
        assert axes_of(drive) == Axes("weights", (0, 1))


async def test_a_running_run_goes_on_while_its_axes_are_chosen() -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        drive.engine.work(100)
        await choose(drive, "directions 0", "directions 1")
        drive.engine.work(100)
        await drive.press("ctrl+s")
        assert "RUNNING" in drive.status
        assert axes_of(drive) == Axes("directions", (0, 1))
        assert drive.epoch == 200


async def test_one_weight_has_one_axis(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    async with driving(inline(path, bias=False)) as drive:
        await drive.press("v")
        assert values_of(drive) == ["weights 0", "none"]
        await drive.press("ctrl+s")
        assert axes_of(drive) == Axes("weights", (0,))
        await choose(drive, "directions 0", "none")
        await drive.press("ctrl+s")
        assert axes_of(drive) == Axes("directions", (0,))


async def test_features_that_are_all_zero_offer_no_mode(write: Write) -> None:
    path = str(write("x,y\n0,1\n0,2\n"))
    async with driving(inline(path, bias=False, standardize=False, lr=0.1)) as drive:
        await drive.press("v")
        offered = [value for _, value in drive.app.screen.query_one("#across", Select)._options]
        assert offered == ["weights 0"]


async def test_of_hundreds_of_weights_those_that_are_seen_are_always_offered(write: Write) -> None:
    path = str(write(random_table(350, 300)))
    async with driving(inline(path, standardize=False, lr="auto", bias=False)) as drive:
        await drive.press("v")
        offered = [value for _, value in drive.app.screen.query_one("#across", Select)._options]
        weights = [value for value in offered if str(value).startswith("weights")]
        assert len(weights) == MOST_OFFERED
        await drive.press("escape")
        for axes in (Axes("directions", (149, 150)), Axes("weights", (250, 299))):
            drive.engine.send(LookAlong(axes))
            await drive.press("v")
            assert values_of(drive) == [f"{axes.kind} {index}" for index in axes.indices]
            assert reason(drive) == ""
            await drive.press("ctrl+s")
            assert axes_of(drive) == axes
