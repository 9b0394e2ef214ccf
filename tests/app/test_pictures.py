"""Pictures of the screen, compared with the ones in `__snapshots__`; open those and look at them.

One function per picture: its name is the picture's file name, and the README shows one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from linreg_core import BACKENDS, DataRequest, MadeOptions, Split, TrainConfig
from tests.app.driver import AtOnce, Clock, Drive, timed
from tui.app import TrainerApp
from tui.engine.commands import Open, Run
from tui.engine.inline import InlineEngine
from tui.engine.report import Activity
from tui.panes.notice import Notice

SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (200, 60)

SHARED = Path(__file__).parents[3] / "shared"

ARTICLE = Open(DataRequest("article"))

Compare = Callable[..., bool]

pytestmark = pytest.mark.usefixtures("by_the_phases")


def picture(
    compare: Compare,
    size: tuple[int, int],
    *keys: str,
    config: TrainConfig | None = None,
    epochs: int = 0,
    first: Open = ARTICLE,
    text: str = "",
    then: Callable[[TrainerApp], None] = lambda _: None,
) -> bool:
    """Drive the app: run some epochs, press keys, paste a text and take it, compare the picture."""
    engine = InlineEngine(replace(first, config=config or TrainConfig()))
    engine.start()
    app = TrainerApp(engine, epochs=1_000_000)

    async def drive(pilot: Pilot[None]) -> None:
        asyncio.get_running_loop().set_default_executor(AtOnce())
        drive = Drive(app, engine, pilot)
        await drive.begin()
        if epochs:
            await drive.press("space")
            engine.work(epochs)
            await drive.settle()
            if engine.latest.activity is Activity.RUNNING:  # a frozen run has stopped by itself
                await drive.press("space")
        await drive.press(*keys)
        if text:
            await drive.paste(text)
            await drive.press("enter")
        then(app)
        await drive.settle()
        for behind in app.screen_stack[:-1]:  # laid out anew only by chance while it is behind
            behind._refresh_layout()
        app.screen.refresh()
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=drive)


def slow(
    compare: Compare, size: tuple[int, int], *keys: str, seconds: float, epochs: int = 0
) -> bool:
    """Compare the picture of a run at 5 epochs/s after some seconds by a clock of its own."""
    clock = Clock()
    engine = timed(clock)
    if epochs:
        engine.send(Run(epochs))
    app = TrainerApp(engine, epochs=1_000_000)

    async def drive(pilot: Pilot[None]) -> None:
        await Drive(app, engine, pilot).begin()
        await pilot.press(*keys, "comma", "comma", "comma", "space")
        clock.now += seconds
        engine.go_on()
        await pilot.pause()
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=drive)


def test_readme(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "s", "s", "s", epochs=300)


def test_main_at_80_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, epochs=20_000)


def test_main_at_120_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, epochs=20_000)


def test_main_at_200_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, LARGE, epochs=20_000)


def test_epoch_0(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_pages_at_80_columns(snap_compare: Compare, page: int) -> None:
    assert picture(snap_compare, SMALL, "n", *["T"] * page)


def test_epoch_page_at_120_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "n", "T")


PICTURE_SIZES = {"80": SMALL, "120": MIDDLE, "200": LARGE}


@pytest.mark.parametrize("columns", PICTURE_SIZES)
@pytest.mark.parametrize("place", [1, 2, 3], ids=["fit", "landscape", "modes"])
def test_picture(snap_compare: Compare, place: int, columns: str) -> None:
    assert picture(snap_compare, PICTURE_SIZES[columns], *["t"] * place, epochs=2_000)


def test_landscape_of_a_run_that_jumps(snap_compare: Compare) -> None:
    config = TrainConfig(lr="best")
    assert picture(snap_compare, MIDDLE, "t", "t", epochs=60, config=config)


@pytest.mark.parametrize("columns", PICTURE_SIZES)
def test_slow_run(snap_compare: Compare, columns: str) -> None:
    assert slow(snap_compare, PICTURE_SIZES[columns], "t", "t", seconds=2.56)


@pytest.mark.parametrize("columns", PICTURE_SIZES)
def test_presenter(snap_compare: Compare, columns: str) -> None:
    assert slow(snap_compare, PICTURE_SIZES[columns], "P", seconds=2.56, epochs=300)


@pytest.mark.parametrize("columns", PICTURE_SIZES)
def test_presenter_with_the_landscape(snap_compare: Compare, columns: str) -> None:
    keys = ("t", "t", "P")
    config = TrainConfig(lr="best")
    assert picture(snap_compare, PICTURE_SIZES[columns], *keys, epochs=12, config=config)


@pytest.mark.parametrize("columns", PICTURE_SIZES)
def test_float32_leaves_exact_arithmetic(snap_compare: Compare, columns: str) -> None:
    config = TrainConfig(dtype="float32", lr=0.01)
    assert picture(snap_compare, PICTURE_SIZES[columns], "u", epochs=8_000, config=config)


@pytest.mark.parametrize("columns", ["80", "120"])
def test_held_out(snap_compare: Compare, columns: str) -> None:
    made = MadeOptions(rows=20, columns=8, noise=2.0)
    first = Open(DataRequest("ill-conditioned", made=made, split=Split(0.3, seed=1)))
    keys = ("T", "left_square_bracket") if columns == "120" else ("x",)
    assert picture(snap_compare, PICTURE_SIZES[columns], *keys, epochs=20_000, first=first)


def test_zoom_and_readout(snap_compare: Compare) -> None:
    config = TrainConfig(dtype="float32", lr=0.01)
    keys = (*["left_square_bracket"] * 30, "plus", "plus")
    assert picture(snap_compare, LARGE, *keys, epochs=8_000, config=config)


def test_not_unique(snap_compare: Compare) -> None:
    config = TrainConfig(bias=True, lr=0.01)
    assert picture(snap_compare, MIDDLE, "t", "t", "t", epochs=500, config=config)


@pytest.mark.parametrize("columns", PICTURE_SIZES)
def test_why(snap_compare: Compare, columns: str) -> None:
    assert picture(snap_compare, PICTURE_SIZES[columns], "W")


@pytest.mark.parametrize("columns", ["80", "120"])
def test_export(snap_compare: Compare, columns: str) -> None:
    assert picture(snap_compare, PICTURE_SIZES[columns], "e", epochs=1_000)


def test_landscape_axes(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "v")


@pytest.mark.parametrize("backend", list(BACKENDS))
def test_inside_an_epoch_at_120_columns(snap_compare: Compare, backend: str) -> None:
    config = TrainConfig(backend=backend)
    assert picture(snap_compare, MIDDLE, "n", "n", "s", "s", "s", config=config)


@pytest.mark.parametrize("backend", list(BACKENDS))
def test_inside_an_epoch_at_80_columns(snap_compare: Compare, backend: str) -> None:
    config = TrainConfig(backend=backend)
    assert picture(snap_compare, SMALL, "n", "s", "s", "s", "s", "T", config=config)


def test_past(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "g", *"4000", "enter", epochs=9_120)


def test_fork_with_ghosts(snap_compare: Compare) -> None:
    edit = ("g", *"2000", "enter", "w", *"5", "enter")
    other = ("2", "N", *"3000", "enter")
    config = TrainConfig(backend="numpy-two-weights", lr=1e-3)
    run_on = ("N", *"4000", "enter")
    assert picture(snap_compare, MIDDLE, *edit, *run_on, *other, config=config, epochs=4_000)


def test_frozen(snap_compare: Compare) -> None:
    config = TrainConfig(backend="tensor", lr=0.01)
    assert picture(snap_compare, MIDDLE, "N", "enter", config=config)


def test_stopped_by_a_breakpoint(snap_compare: Compare) -> None:
    condition = ("B", *"loss < 1e-3", "enter")
    assert picture(snap_compare, SMALL, *condition, "N", "enter", config=TrainConfig(lr=0.03))


def test_breakpoint_with_an_error(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "B", *"loss < x")


def test_edit_weight(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "w")


def test_other_backend(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "n", "3")


def test_diverged(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, epochs=10_000, config=TrainConfig(lr=0.034))


@pytest.mark.parametrize("columns", ["80", "120"])
def test_inside_the_epoch_that_fails(snap_compare: Compare, columns: str) -> None:
    keys = ("n", "T") if columns == "80" else ("n", "n")
    config = TrainConfig(lr=0.04)
    assert picture(snap_compare, PICTURE_SIZES[columns], *keys, epochs=10_000, config=config)


def test_log_x(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "x", epochs=20_000)


def test_linear_y(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "y", epochs=20_000)


def test_setup_with_an_error(snap_compare: Compare) -> None:
    to_rate = ("c", *["tab"] * 6)
    assert picture(snap_compare, SMALL, *to_rate, "delete", *"-1")


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80", "120"])
def test_open(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size, "o", *"article", "tab")


TABLES = ["houses_dollar.csv", "ng_housing.txt", "units_full.csv", "pandas_default.csv"]


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80", "120"])
@pytest.mark.parametrize("name", TABLES)
def test_open_a_table(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int]
) -> None:
    folder = SHARED / "field"
    if not folder.exists():
        pytest.skip(f"{folder} is not part of the project")
    monkeypatch.chdir(folder)
    assert picture(snap_compare, size, "o", text=name)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80", "120"])
def test_runs(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ["N", "ctrl+u", *"300", "enter", "l", "N", "ctrl+u", *"300", "enter", "2", "n", "1", "n"]
    keys += ["right_parenthesis", "n", "n", "a", "down", "down", "down", "equals_sign"]
    assert picture(snap_compare, size, *keys, epochs=2000)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80", "120"])
def test_what_there_is_to_go_on_with(snap_compare: Compare, size: tuple[int, int]) -> None:
    def offer(app: TrainerApp) -> None:
        words = "article, torch tensor, epoch 250,764, 3 min ago: O goes on"
        app.screen.query_one(Notice).offer = words

    assert picture(snap_compare, size, then=offer)


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80", "120"])
def test_many_weights(snap_compare: Compare, size: tuple[int, int]) -> None:
    path = SHARED / "data" / "mtcars.csv"
    if not path.exists():
        pytest.skip(f"{path} is not part of the project")
    assert picture(snap_compare, size, first=Open(DataRequest(str(path))), epochs=100)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=["80", "120", "200"])
def test_setup(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size, "c", "tab", "tab")


def test_data_page_at_120_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "n", "T", "T")


def test_run_epochs(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "N")


def test_help_at_80_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, SMALL, "question_mark")


def test_help(snap_compare: Compare) -> None:
    assert picture(snap_compare, MIDDLE, "question_mark")


def test_too_small(snap_compare: Compare) -> None:
    assert picture(snap_compare, (50, 12))
