"""Text from outside: shown as it is written, never obeyed, by no part of the screen."""

from __future__ import annotations

from dataclasses import replace

from linreg_core import visible
from tests.app.driver import LARGE, AnyEngine, Drive, ScriptedEngine, Write, driving, inline
from tui.look import PICTURES
from tui.panes.epoch_panel import EpochPanel
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.status_bar import StatusBar
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane

NAMES = [
    "[/]",
    "x [/bold]",
    "[bold red]y",
    "[@click=app.quit]w[/]",
    "[link=https://example.org]v[/link]",
    "\\[b]",
    "$primary",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b2J",
    "nul\x00byte",
    "a\u202eb\u2066c",
    "tab\tline",
    "del\x7f\x08",
    "zero\u200bwidth\ufeff",
    "{name!r} %s",
]


def table(names: list[str]) -> str:
    """A table whose columns have these names, the last of them the target."""
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    rows = [[row * column % 7 + row for column in range(len(names))] for row in range(1, 6)]
    return "\n".join([quoted, *(",".join(map(str, row)) for row in rows)]) + "\n"


def check(drive: Drive[AnyEngine]) -> None:
    """Nothing that is not printable has reached the terminal, and the app is still there."""
    assert all(line.isprintable() for line in drive.text.splitlines())
    assert drive.app.is_running


async def test_names_of_columns_are_shown_as_they_are_written(write: Write) -> None:
    engine = inline(str(write(table([*NAMES, "y"]))), lr=1e-4, standardize=False)
    async with driving(engine, size=LARGE) as drive:
        weights = drive.main.query_one(WeightsTable)
        for name in NAMES:
            assert visible(name)[:10] in drive.seen(weights)
        await drive.press("n", "space")
        drive.engine.work(50)
        await drive.press("space", "x", "y", "t")
        for page in ("c", "question_mark", "N"):
            await drive.press(page)
            check(drive)
            await drive.press("escape")
        await drive.press("2")
        check(drive)
        assert drive.notice.startswith("New run at epoch 0: same settings.\n")


async def test_names_in_pictures_and_in_their_axes_are_shown_as_they_are_written(
    write: Write,
) -> None:
    engine = inline(str(write(table(NAMES[:4]))), lr=1e-4, bias=False, epochs=5)
    async with driving(engine, size=LARGE) as drive:
        for picture in PICTURES:
            assert drive.main.look.picture == picture
            check(drive)
            await drive.press("u", "t")
        modes = " ".join(drive.snapshot.theory.directions)
        assert all(visible(name) in visible(modes) for name in NAMES[:3])
        await drive.press("v")
        await drive.choose("#across", 0)
        assert visible(NAMES[0]) in drive.seen(drive.app.screen.query_one("#across"))
        await drive.choose("#up", 2)
        check(drive)
        await drive.press("ctrl+s")
        assert visible(NAMES[0]) in drive.seen(drive.main.query_one(LandscapePlot))
        check(drive)


async def test_names_of_weights_are_chosen_and_said_as_they_are_written(write: Write) -> None:
    names = NAMES[:3]
    engine = inline(str(write(table([*names, "y"]))), lr=1e-4, bias=False, standardize=False)
    async with driving(engine, size=LARGE) as drive:
        await drive.press("s", "s", "s", "s")
        worksheet = drive.seen(drive.main.query_one(WorksheetPane))
        for name in names:
            assert f" {visible(name)} 2/5·(" in worksheet
        await drive.press("C", "w")
        await drive.choose("Select", 1)
        assert visible(names[1]) in drive.seen(drive.app.screen.query_one("Select"))
        await drive.fill("Input", "7")
        await drive.press("enter")
        assert f"{visible(names[1])} " in drive.notice
        assert "→ 7 by hand" in drive.notice
        check(drive)


async def test_a_click_on_hostile_names_acts_on_nothing(write: Write) -> None:
    hostile = "[@click=app.quit]w"
    path = str(write(table([hostile, "b", hostile + "y"]), f"{hostile}.csv"))
    async with driving(inline(path), size=LARGE) as drive:
        *lines, _footer = drive.text.splitlines()
        for y, line in enumerate(lines):
            for x in range(len(line)):
                assert "@click" not in drive.main.get_style_at(x, y).meta
        places = [(line.index("[@click"), y) for y, line in enumerate(lines) if "[@click" in line]
        assert len(places) == 6, "the file's, the feature's four times, and the target's name"
        for place in places:
            await drive.pilot.click(offset=place)
        await drive.settle()
        check(drive)


async def test_names_of_target_and_file_are_shown_as_they_are_written(write: Write) -> None:
    ready = inline(str(write(table(["a", "b", "y"])))).latest
    assert ready.snapshot is not None
    engine = ScriptedEngine(ready)
    async with driving(engine, size=LARGE) as drive:
        for number, name in enumerate(NAMES, start=2):
            run = replace(ready.snapshot.run, target=name, source=f"{name.replace('/', '')}.csv")
            engine.say(replace(ready, run=number, snapshot=replace(ready.snapshot, run=run)))
            await drive.settle()
            check(drive)
            assert visible(name)[:10] in drive.seen(drive.main.query_one(EpochPanel))
            assert visible(run.source)[:20] in drive.seen(drive.main.query_one(StatusBar))


async def test_a_file_name_is_cleaned_on_its_whole_way(write: Write) -> None:
    name = NAMES[8]
    async with driving(
        inline(str(write(table(["a", "b", name]), f"{name}.csv"))), size=LARGE
    ) as drive:
        check(drive)
        assert visible(name) in drive.seen(drive.main.query_one(StatusBar))


async def test_a_file_name_that_is_no_text_is_made_visible(write: Write) -> None:
    path = str(
        write(table(["a", "b", "y"]), "\udcff\udcfe.csv")
    )  # bytes FF FE, as Python holds them
    async with driving(inline(path), size=LARGE) as drive:
        check(drive)
        assert r"\udcff\udcfe.csv" in drive.status


async def test_endless_names_are_cut(write: Write) -> None:
    path = str(write(table(["n" * 5000, "b", "t" * 5000]), "f" * 200 + ".csv"))
    async with driving(inline(path), size=LARGE) as drive:
        check(drive)
        assert "READY" in drive.text.splitlines()[0]
        for kind in (StatusBar, WeightsTable, EpochPanel):
            assert "…" in drive.seen(drive.main.query_one(kind))
