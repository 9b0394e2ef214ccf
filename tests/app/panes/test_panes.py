"""The panes that share a place: tabs, keys and clicks, and pictures of every kind of run."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from rich.cells import cell_len
from textual.widget import Widget

from linreg_core import Status
from tests.app.driver import (
    LARGE,
    MIDDLE,
    SMALL,
    SMALLEST,
    AnyEngine,
    Drive,
    Write,
    driving,
    inline,
    lines_of,
)
from tests.lengths import if_long
from tui.engine.inline import InlineEngine
from tui.look import PAGES, PICTURES
from tui.panes.data_pane import DataPane
from tui.panes.epoch_panel import EpochPanel
from tui.panes.kit.head import Head
from tui.panes.pictures.fit_plot import FitPlot
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.rate_gauge import RateGauge
from tui.panes.source_pane import SourcePane
from tui.panes.worksheet_pane import WorksheetPane

PANE_OF: dict[str, type[Widget]] = {
    "loss": LossPlot,
    "fit": FitPlot,
    "landscape": LandscapePlot,
    "modes": ModesPane,
    "worksheet": WorksheetPane,
    "code": SourcePane,
    "epoch": EpochPanel,
    "data": DataPane,
}
"""What is seen when a name of a tab is shown."""

SIZES = [SMALLEST, SMALL, MIDDLE, LARGE]


def shown(drive: Drive[AnyEngine]) -> set[str]:
    """The panes on the screen, each of them under a head that names it."""
    panes = {name: drive.main.query_one(pane) for name, pane in PANE_OF.items()}
    seen = {name for name, pane in panes.items() if _is_seen(pane)}
    for name in seen:
        area = panes[name].region
        head = lines_of(drive.app.screen)[area.y - 1][area.x : area.right]
        assert name.capitalize() in head, (name, head)
    return seen


def _is_seen(widget: Widget) -> bool:
    return all(part.display for part in widget.ancestors_with_self if isinstance(part, Widget))


def heads(drive: Drive[AnyEngine]) -> list[Head]:
    """The heads on the screen that name several panes."""
    return [head for head in drive.main.query(Head) if _is_seen(head) and names_of(head)[1:]]


def names_of(head: Head) -> list[str]:
    """The panes that a head names."""
    return [name for _, names in head._groups for name in names]


def marked(drive: Drive[AnyEngine]) -> set[str]:
    """The names that the tabs on the screen mark."""
    return {
        text.strip().lower()
        for tabs in heads(drive)
        for text, part, _ in tabs._pieces()
        if part == "shown"
    }


# --- Keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_t_goes_through_the_pictures_and_exactly_one_is_seen(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=50), size=size) as drive:
        for picture in PICTURES * 2:
            assert shown(drive) & set(PICTURES) == {picture}
            assert picture in marked(drive)
            await drive.press("t")


async def test_capital_t_goes_through_the_pages_below_100_columns() -> None:
    async with driving(inline(), size=SMALL) as drive:
        assert shown(drive) == marked(drive) == {"loss"}
        for page in PAGES["-narrow"] * 2:
            await drive.press("T")
            assert shown(drive) == marked(drive) == {page}
        await drive.press("t")
        assert shown(drive) == marked(drive) == {"loss"}
        await drive.press("t")
        assert shown(drive) == marked(drive) == {"fit"}
        await drive.press("T")
        assert shown(drive) == marked(drive) == {PAGES["-narrow"][-1]}, "the page that was there"


async def test_capital_t_goes_through_the_pages_from_100_columns() -> None:
    async with driving(inline(), size=MIDDLE) as drive:
        for page in PAGES["-wide"] * 2:
            assert shown(drive) == {page, "loss", "code"}
            assert marked(drive) == {page, "loss"}
            await drive.press("T")


async def test_from_160_columns_only_epoch_and_data_share_a_place() -> None:
    async with driving(inline(), size=LARGE) as drive:
        always = {"worksheet", "code"}
        assert shown(drive) == always | {"epoch", "loss"}
        await drive.press("T")
        assert shown(drive) == always | {"data", "loss"}
        await drive.press("t")
        assert shown(drive) == always | {"data", "fit"}


# --- Clicks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_click_on_a_name_shows_it(size: tuple[int, int]) -> None:
    async with driving(inline(), size=size) as drive:
        names = [(tab, name) for tab in heads(drive) for name in names_of(tab)]
        assert len(names) >= len(PICTURES)
        for tab, name in names:
            line = lines_of(drive.app.screen)[tab.region.y]
            start = line.index(name.capitalize(), tab.region.x)
            await drive.press("t")
            await drive.pilot.click(offset=(start + len(name) - 1, tab.region.y))
            await drive.settle()
            assert name in shown(drive)
            assert name in marked(drive)


async def test_a_click_beside_the_names_shows_nothing_else() -> None:
    async with driving(inline(), size=MIDDLE) as drive:
        (tab,) = [tab for tab in heads(drive) if "loss" in names_of(tab)]
        line = lines_of(drive.app.screen)[tab.region.y][tab.region.x :]
        for x in (0, line.index("─"), tab.region.width - 1):
            await drive.pilot.click(tab, offset=(x, 0))
        await drive.settle()
        assert shown(drive) == {"worksheet", "loss", "code"}


# --- Sizes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 79, 80, 99, 100, 159, 160, 240])
async def test_tabs_are_seen_whole_at_every_width(width: int) -> None:
    async with driving(inline(), size=(width, 30)) as drive:
        seen = heads(drive)
        assert seen
        for tabs in seen:
            assert tabs.region.right <= width
            assert tabs.size.width == cell_len(tabs.render().plain)
            assert all(name.capitalize() in tabs.render().plain for name in names_of(tabs))
            line = lines_of(drive.app.screen)[tabs.region.y]
            assert tabs.render().plain.rstrip() in line
        for one, other in pairwise(seen):
            assert not one.region.overlaps(other.region)


@pytest.mark.parametrize("presses", ["", "TTT", "ttT", *if_long(["T", "TT", "tt", "TTt", "ttTTT"])])
async def test_a_terminal_that_grows_and_shrinks_keeps_picture_and_page(presses: str) -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press(*presses)
        before = shown(drive)
        picture, page = drive.main.look.picture, drive.main.look.page
        for size in (MIDDLE, LARGE, MIDDLE):
            await drive.resize(*size)
            await drive.settle()
            seen = shown(drive)
            assert seen & set(PICTURES) == {picture}
            assert "code" in seen
            assert len(seen) == (3 if size is MIDDLE else 4)
            if page in PAGES["-wide"]:
                assert page in seen
            assert marked(drive) <= seen
        await drive.resize(*SMALL)
        await drive.settle()
        assert shown(drive) == before


async def test_t_and_capital_t_do_something_at_once_after_the_terminal_has_grown() -> None:
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("T", "T")
        assert shown(drive) == {"code"}
        await drive.resize(*MIDDLE)
        await drive.settle()
        assert shown(drive) == {"worksheet", "loss", "code"}
        assert marked(drive) == {"worksheet", "loss"}
        await drive.press("T")
        assert shown(drive) == {"epoch", "loss", "code"}
        await drive.press("t")
        assert shown(drive) == {"epoch", "fit", "code"}


# --- Every picture of every kind of run -----------------------------------------------------------


def _random(columns: int) -> str:
    numbers = np.random.default_rng(5).normal(size=(40, columns + 1)).round(3)
    names = [*(f"f{column}" for column in range(columns)), "y"]
    return "\n".join(",".join(map(str, row)) for row in [names, *numbers.tolist()])


RUNS: dict[str, tuple[str | None, int, dict[str, object]]] = {
    "article": (None, 300, {}),
    "article at its start": (None, 0, {}),
    "not unique": (None, 300, {"bias": True, "lr": 0.01}),
    "one feature": ("x,y\n1,2\n3,4\n5,9\n", 20, {}),
    "one weight": ("x,y\n1,2\n3,4\n5,9\n", 20, {"bias": False, "lr": 0.001}),
    "ten features": (_random(10), 50, {}),
    "one row": ("x,z,y\n1,2,3\n", 20, {"lr": 0.01, "standardize": False}),
    "constant feature": ("x,z,y\n1,5,3\n2,5,7\n4,5,1\n", 20, {}),
    "constant target": ("x,y\n1,5\n2,5\n4,5\n", 20, {}),
    "all features zero": ("x,z,y\n0,0,3\n0,0,7\n", 20, {"bias": False, "lr": 0.1}),
    "all zero": ("x,y\n0,0\n0,0\n", 20, {"bias": False, "lr": 0.1}),
    "diverged": (None, 10_000, {"lr": 0.034}),
    "diverged at once": (None, 10, {"lr": 1e9, "dtype": "float32"}),
    "beyond its start": ("x,y\n1,1e200\n2,-1e200\n3,3e200\n", 1, {}),
    "frozen": (None, 5_000, {"lr": 0.03, "dtype": "float32"}),
}
"""A table, or the article's problem; how many epochs; the settings."""


def started(run: str, write: Write) -> InlineEngine:
    text, epochs, settings = RUNS[run]
    source = "article" if text is None else str(write(text))
    with np.errstate(all="ignore"):
        return inline(source, epochs=epochs, **settings)


@pytest.mark.parametrize("run", RUNS)
async def test_every_picture_of_every_run_draws_numbers_only(
    run: str, is_long: bool, write: Write
) -> None:
    async with driving(started(run, write), size=SMALLEST) as drive:
        for size in SIZES if is_long else [SIZES[list(RUNS).index(run) % len(SIZES)]]:
            await drive.resize(*size)
            for picture in PICTURES:
                await drive.settle()
                pane = drive.main.query_one(PANE_OF[picture])
                assert shown(drive) & set(PICTURES) == {picture}
                said = (drive.seen(pane), drive.seen(drive.main.query_one(RateGauge)))
                assert not re.search(r"\b(nan|inf)\b", " ".join(said)), picture
                assert [cell_len(line) for line in lines_of(drive.app.screen)] == [size[0]] * size[
                    1
                ]
                if pane.size.height >= 4:
                    assert drive.seen(pane), (picture, size)
                await drive.press("t")
        if run == "frozen":
            assert drive.snapshot.status is Status.FROZEN


async def test_a_running_run_is_drawn_by_every_picture_at_every_moment(write: Write) -> None:
    async with driving(inline(lr=0.03, dtype="float32"), size=MIDDLE) as drive:
        await drive.press("space")
        for number in range(4 * len(PICTURES)):
            drive.engine.work(37)
            await drive.settle()
            picture = PICTURES[number % len(PICTURES)]
            assert "RUNNING" in drive.status
            assert shown(drive) & set(PICTURES) == {picture}
            assert drive.seen(drive.main.query_one(PANE_OF[picture]))
            await drive.press("t", *("u" if number % 3 else "T"))
            assert drive.epoch == drive.snapshot.epoch == 37 * (number + 1)
