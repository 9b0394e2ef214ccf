"""What the user looks at: one value, from which the screen and its panes follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.driver import LARGE, MIDDLE, SMALL, driving, inline
from tui.look import PAGES, PICTURES, Look
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.weights_table import WeightsTable

PAGE = Look(picture="fit", page="data", is_page_in_front=True)


def test_a_pane_is_shown_by_its_name() -> None:
    for name in PICTURES:
        look = PAGE.with_pane(name)
        assert (look.picture, look.page, look.in_front) == (name, "data", name)
    for name in PAGES["-narrow"]:
        look = Look().with_pane(name)
        assert (look.picture, look.page, look.in_front) == ("loss", name, name)


@pytest.mark.parametrize("width", PAGES)
def test_pictures_and_pages_come_round(width: str) -> None:
    look, pictures, pages = Look(is_page_in_front=width == "-narrow"), [], []
    for _ in PAGES[width]:
        pages.append(look.shown_of(PAGES[width]))
        look = look.with_next_page(width)
    look = look.with_pane(PICTURES[0])
    for _ in PICTURES:
        pictures.append(look.shown_of(PICTURES))
        look = look.with_next_picture(width)
    assert (tuple(pages), tuple(pictures)) == (PAGES[width], PICTURES)
    assert look.picture == PICTURES[0]


def test_where_they_share_one_place_the_other_kind_comes_to_the_front_first() -> None:
    assert PAGE.with_next_picture("-narrow") == replace(PAGE, is_page_in_front=False)
    assert PAGE.with_next_picture("-wide") == replace(PAGE, picture="landscape")
    picture = replace(PAGE, is_page_in_front=False)
    assert picture.with_next_page("-narrow") == PAGE
    assert picture.with_next_page("-wide") == replace(picture, page="worksheet")


def test_a_page_that_has_a_place_of_its_own_gives_way_to_the_first_of_the_others() -> None:
    look = Look(page="code")
    assert look.shown_of(PAGES["-wide"]) == "worksheet"
    assert look.shown_of(PAGES["-huge"]) == "epoch"
    assert look.with_next_page("-huge").page == "data"


@pytest.mark.usefixtures("by_the_phases")
@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=str)
async def test_a_look_that_is_taken_up_again_shows_the_same_screen(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=300), size=size, epochs=77) as drive:
        assert drive.main.look == Look(epochs=77)
        await drive.press("t", "T", "T", "x", "y", "u")
        await drive.answer("N", "5")
        look, seen = drive.main.look, drive.text
    assert (look.log_x, look.log_y, look.shows_ulps, look.epochs) == (True, False, True, 5)
    async with driving(inline(epochs=305), size=size) as drive:
        drive.main.look = look
        await drive.settle()
        assert drive.text.splitlines()[1:] == seen.splitlines()[1:]
        plot = drive.main.query_one(LossPlot)
        assert (plot.log_x, plot.log_y) == (True, False)
        assert drive.main.query_one(WeightsTable).shows_ulps
