"""What a click does: each does what a key does, or explains what was clicked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from textual.widget import Widget
from textual.widgets import Input, OptionList, Select

from tests.app.driver import LARGE, MIDDLE, SMALL, AnyEngine, Drive, Write, driving, inline
from tui.engine.report import Activity
from tui.pages.edit_weight import EditWeightScreen
from tui.pages.help.page import HelpScreen
from tui.pages.help.sections import asking, sections_of
from tui.pages.help.words import WORDS
from tui.pages.open.page import OpenScreen
from tui.pages.prompt import Prompt
from tui.pages.setup.page import SetupScreen
from tui.panes.catalogue import PANES, name_of
from tui.panes.kit.head import Head, key_at
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.weight_columns import columns_of
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane


async def click(drive: Drive[AnyEngine], widget: Widget, text: str, *, line: int = 0) -> None:
    """Click in the middle of a text that stands on a line of a widget of the top screen."""
    area = widget.content_region
    shown = drive.text.splitlines()[area.y + line]
    x = shown.index(text, area.x) + len(text) // 2
    await drive.pilot.click(offset=(x, area.y + line))
    await drive.settle()


ALL_WORDS = sorted((word for words in WORDS.values() for word in words), key=len, reverse=True)


async def explained(drive: Drive[AnyEngine]) -> tuple[str, str]:
    """The section and the word that stands above all in the help that is open; leaves it."""
    assert isinstance(drive.app.screen, HelpScreen)
    contents = drive.app.screen.query_one(OptionList)
    assert contents.highlighted is not None
    section = str(contents.get_option_at_index(contents.highlighted).prompt)
    shown = drive.seen(drive.app.screen.query_one("#section")).removeprefix(section).strip()
    entry = next((word for word in ALL_WORDS if shown.startswith(f"{word} ")), "")
    await drive.press("escape")
    return section, entry


# --- The top line


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
async def test_every_field_of_the_top_line(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=30), size=size) as drive:
        bar = drive.main.query_one(StatusBar)
        for text, page in (
            ("epoch 30", Prompt),
            ("article", OpenScreen),
            ("NumPy", SetupScreen),
            ("float64", SetupScreen),
        ):
            await click(drive, bar, text)
            assert isinstance(drive.app.screen, page), text
            await drive.press("escape")
        await click(drive, bar, "loss")
        assert await explained(drive) == ("Status bar", "loss")
        await click(drive, bar, "R²")
        assert await explained(drive) == ("Status bar", "R²")
        await click(drive, bar, "PAUSED")
        assert drive.engine.latest.activity is Activity.RUNNING
        await click(drive, bar, "RUNNING")
        assert "PAUSED" in drive.status


async def test_a_state_that_cannot_run_is_explained() -> None:
    async with driving(inline(epochs=10_000, lr=0.04), size=MIDDLE) as drive:
        await click(drive, drive.main.query_one(StatusBar), "DIVERGED")
        assert await explained(drive) == ("Status bar", "DIVERGED")
        await drive.pilot.click(offset=(60, 0))  # between two fields
        await drive.settle()
        assert drive.app.screen is drive.main


@pytest.mark.parametrize("keys", [("n",), ("s", "s", "s")])
async def test_the_factor_of_the_gradient_is_explained_and_no_other_number(
    keys: tuple[str, ...],
) -> None:
    async with driving(inline(), size=MIDDLE) as drive:
        await drive.press(*keys)
        sheet = drive.main.query_one(WorksheetPane)
        lines = drive.text.splitlines()[sheet.content_region.y :]
        line = next(index for index, text in enumerate(lines) if "2/n" in text)
        await click(drive, sheet, "2/n", line=line)
        assert await explained(drive) == ("Worksheet", "2/n")
        await click(drive, sheet, "gradient", line=line)
        await click(drive, sheet, "2/3", line=line + 1)
        assert drive.app.screen is drive.main


# --- The weights


@pytest.mark.parametrize(("size", "step"), [(SMALL, "-lr·gradient"), (MIDDLE, "-lr·grad")])
async def test_a_weight_is_edited_and_a_head_is_explained(size: tuple[int, int], step: str) -> None:
    async with driving(inline(epochs=30), size=size) as drive:
        table = drive.main.query_one(WeightsTable)
        for line, name in ((2, "x2"), (1, "x1")):
            await click(drive, table, name, line=line)
            page = drive.app.screen
            assert isinstance(page, EditWeightScreen)
            assert page.query_one(Select).value == line - 1
            weight = repr(float(drive.snapshot.weights[line - 1]))
            assert page.query_one(Input).value == weight
            await drive.press("escape")
        for head, word in ((step, "-lr·gradient"), ("best fit", "best fit")):
            await click(drive, table, head)
            assert await explained(drive) == ("Weights", word)


@pytest.mark.parametrize(
    ("config", "text", "told"),
    [
        ({}, "mode 2", ("Modes", "mode")),
        ({"lr": 0.034}, "lr > limit", ("Weights", "lr > limit")),
        ({"bias": True}, "not unique", ("Weights", "not unique")),
    ],
)
async def test_what_holds_a_weight_is_explained(
    config: dict[str, Any], text: str, told: tuple[str, str]
) -> None:
    async with driving(inline(epochs=3_000, **config), size=LARGE) as drive:
        await drive.press("d")
        table = drive.main.query_one(WeightsTable)
        lines = drive.text.splitlines()[table.content_region.y :]
        line = next(index for index, shown in enumerate(lines) if text in shown)
        await click(drive, table, text, line=line)
        assert await explained(drive) == told


async def test_a_weight_is_edited_where_the_table_was_scrolled(write: Write) -> None:
    names = [f"c{number}" for number in range(20)] + ["y"]
    rows = [[str((3 * row + 5 * place) % 17) for place in range(21)] for row in range(30)]
    path = write("\n".join(map(",".join, [names, *rows])))
    async with driving(inline(str(path)), size=SMALL) as drive:
        table = drive.main.query_one(WeightsTable)
        table.focus()
        await drive.press("j", "j", "down", "k")
        await click(drive, table, "c4", line=3)
        page = drive.app.screen
        assert isinstance(page, EditWeightScreen)
        assert page.query_one(Select).value == 4


@pytest.mark.parametrize("shows_ulps", [False, True])
def test_every_head_has_its_word(shows_ulps: bool) -> None:
    from tests.app.reports import after

    sections = sections_of([(name_of(pane), pane.HELP) for pane in PANES])
    snapshot = after(3, bias=True, standardize=True)
    for column in columns_of(snapshot, detail=True, shows_ulps=shows_ulps):
        _, section = asking(sections, column.title, "Weights")
        assert section, column.title


# --- Heads and hints


def test_the_key_of_a_hint_is_the_last_one_before_the_click() -> None:
    assert [key_at("x y log y", x) for x in range(9)] == [*"xx", *"yyyyyyy"]
    assert [key_at(" d detail", x) for x in (0, 1, 8)] == [None, "d", "d"]
    for hint in ("line: the model", "○ start  ✕ best fit", "3 of 12 shown", "_numpy.py", ""):
        assert {key_at(hint, x) for x in range(len(hint))} <= {None}
    assert key_at("d detail", 9) is None
    assert key_at("d detail", -1) is None


async def test_a_click_on_a_hint_is_its_key() -> None:
    async with driving(inline(epochs=3), size=MIDDLE) as drive:
        weights, pages, pictures, _ = [head for head in drive.main.query(Head) if head.region]
        await click(drive, weights, "detail")
        assert drive.main.look.detail
        await click(drive, weights, "d less")
        assert not drive.main.look.detail
        await drive.press("u")
        await click(drive, weights, "values")
        assert not drive.main.look.shows_ulps
        await click(drive, pictures, "x y log y")
        assert drive.main.look.log_y is False
        await click(drive, pictures, "Fit")
        assert drive.main.look.picture == "fit"
        await click(drive, pictures, "t ")
        assert drive.main.look.picture == "landscape"
        await click(drive, pages, "C copy")
        assert "row 1" in drive.app.clipboard
        await click(drive, pages, "T ")
        assert drive.main.look.page == "epoch"


async def test_a_click_on_the_hint_of_a_page_is_its_key() -> None:
    async with driving(inline(epochs=30), size=SMALL) as drive:
        await drive.press("g")
        await drive.paste("7")
        hint = drive.app.screen.query_one(".hint")
        await click(drive, hint, "take it")
        assert drive.epoch == 7
        await drive.press("c")
        await click(drive, drive.app.screen.query("KeyHint").last(), "esc")
        assert drive.app.screen is drive.main
        await drive.press("c")
        await click(drive, drive.app.screen.query("KeyHint").last(), "help")
        assert (await explained(drive))[0] == "Setup"


async def test_a_head_of_the_modes_is_explained() -> None:
    async with driving(inline(epochs=3), size=MIDDLE) as drive:
        await drive.press("t", "t", "t")
        modes = drive.main.query_one(ModesPane)
        for word in ("way done", "per digit", "λ", "mode"):
            await click(drive, modes, word)
            section, entry = await explained(drive)
            assert section == "Modes"
            assert word in entry


# --- The timeline


async def test_a_click_on_the_timeline_goes_to_the_epoch() -> None:
    """`test_going_back` tells more of it, `test_breakpoint_keys` of the breakpoints."""
    async with driving(inline(epochs=30), size=SMALL) as drive:
        await click(drive, drive.main.query_one(Timeline), "├")
        assert drive.epoch == 0


# --- The landscape


def point_of(notice: str) -> list[float]:
    """The weights that a fork began with, as the notice says them."""
    return [float(number) for number in re.findall(r"→ (\S+) by hand", notice)]


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_a_click_on_the_landscape_begins_there(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=300), size=size, always_painted=True) as drive:
        await drive.press("t", "t")
        plot = drive.main.query_one(LandscapePlot)
        await click(drive, plot, "✕", line=_row_of(drive, plot, "✕"))
        assert drive.notice.startswith("Fork at epoch 300: x1 ")
        assert point_of(drive.notice) == drive.snapshot.weights.tolist()
        assert drive.snapshot.weights == pytest.approx([10, 20], abs=2)
        assert (drive.epoch, drive.snapshot.forks) == (300, (300,))
        run = drive.engine.latest.run
        await drive.pilot.click(offset=(plot.content_region.x, plot.content_region.bottom - 1))
        await drive.settle()
        assert drive.engine.latest.run == run, "beside the canvas nothing begins"
        await drive.press("b")
        assert drive.epoch == 299, "and back before the fork is the run before"


def _row_of(drive: Drive[AnyEngine], plot: Widget, text: str) -> int:
    area = plot.content_region
    lines = drive.text.splitlines()[area.y : area.bottom]
    return next(y for y, line in enumerate(lines) if text in line[area.x : area.right])


@pytest.mark.parametrize("keys", [("left", "up", "up", "right"), ("h", "k", "k", "l")])
async def test_keys_aim_and_begin_as_well(keys: tuple[str, ...]) -> None:
    """The cell two above the one where the run stands."""
    async with driving(inline(epochs=300), size=MIDDLE, always_painted=True) as drive:
        await drive.press("t", "t")
        plot = drive.main.query_one(LandscapePlot)
        before, lr = drive.snapshot.weights, drive.snapshot.run.settings.lr
        plot.focus()
        await drive.press("enter")
        assert drive.engine.latest.run == 1, "nothing is aimed at"
        await drive.press(*keys)
        assert "┼" in drive.seen(plot)
        assert plot.hint.startswith("enter begins at x1 ")
        await drive.press("enter")
        assert (drive.epoch, drive.snapshot.run.settings.lr) == (300, lr)
        assert drive.snapshot.weights[0] == pytest.approx(before[0], abs=2)
        assert drive.snapshot.weights[1] > before[1]
        assert drive.notice.startswith("Fork at epoch 300: x1 ")
        assert plot.aim is None
        await drive.press("down", "tab")
        assert plot.aim is None, "without the focus nothing is aimed at"


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        ("x,y\n1,2\n3,4\n5,9\n", {}),
        ("x,y\n1,2\n3,4\n5,9\n", {"bias": False, "lr": 0.001}),
        ("a,b,c,y\n1,2,9,2\n3,1,4,4\n5,7,1,9\n2,2,2,1\n8,1,1,3\n", {}),
    ],
    ids=["line", "one weight", "four weights"],
)
async def test_any_landscape_begins_where_it_is_clicked(
    source: str, settings: dict[str, object], write: Write
) -> None:
    """Also over one weight, in own units, and along two of many directions."""
    async with driving(
        inline(str(write(source)), epochs=3, **settings), size=MIDDLE, always_painted=True
    ) as drive:
        await drive.press("t", "t")
        plot = drive.main.query_one(LandscapePlot)
        area = plot.content_region
        place = (area.width // 2 + 9, area.height // 2)
        meant = plot._chart.point_at(place)
        assert meant is not None
        assert len(meant) == len(drive.snapshot.landscape.names)
        await drive.pilot.click(offset=(area.x + place[0], area.y + place[1]))
        await drive.settle()
        assert drive.snapshot.landscape.path[-1] == pytest.approx(meant, rel=1e-6, abs=1e-9)
        assert "by hand" in drive.notice
        assert drive.engine.latest.run == 2


def test_every_state_that_is_not_a_key_has_its_word() -> None:
    assert {"DIVERGED", "FROZEN", "CYCLE", "CONVERGED"} <= set(WORDS["Status bar"])
