"""Each key does what its name says, from the keyboard to the screen, with the engine inline."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from linreg_core import BACKENDS, Status, TrainConfig, Trainer, load_problem
from tests.app.driver import MIDDLE, SMALL, Drive, ScriptedEngine, Write, driving, inline
from tui.engine.inline import InlineEngine
from tui.engine.messages import Activity, Command, Open, Pause, Report, Reset, Run
from tui.keys import KEYS
from tui.screens.help import HelpScreen
from tui.screens.run_epochs import RunEpochsScreen
from tui.screens.trainer import PANES
from tui.widgets.epoch_panel import EpochPanel
from tui.widgets.loss_plot import LossPlot
from tui.widgets.weights_table import WeightsTable


def weights_after(epochs: int, **config: object) -> list[float]:
    """The weights that a trainer without a screen finds on the article's problem."""
    trainer = Trainer(load_problem("article"), TrainConfig(**config))  # type: ignore[arg-type]
    trainer.run(epochs)
    return list(trainer.snapshot().weights)


def weights_of(drive: Drive[InlineEngine]) -> list[float]:
    assert drive.engine.latest.snapshot is not None
    return list(drive.engine.latest.snapshot.weights)


def shown_weights(drive: Drive[InlineEngine]) -> list[float]:
    """The weights column of the table, as drawn."""
    table = drive.main.query_one(WeightsTable)
    return [float(table.render_line(y).text.split()[1]) for y in (1, 2)]


# --- Stepping and running -------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["n", "right"])
async def test_one_epoch_at_a_time(key: str) -> None:
    async with driving(inline()) as drive:
        assert "READY" in drive.status
        for epoch in (1, 2, 3):
            await drive.press(key)
            assert drive.epoch == epoch
            assert drive.main.query_one(EpochPanel).border_title == f"Epoch {epoch}"
        assert "PAUSED" in drive.status
        assert weights_of(drive) == weights_after(3)
        assert shown_weights(drive) == pytest.approx(weights_after(3), rel=1e-8)


async def test_run_and_pause() -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        assert "RUNNING" in drive.status
        drive.engine.work(12_345)
        await drive.settle()
        assert "RUNNING" in drive.status
        assert drive.epoch == 12_345
        await drive.press("space")
        assert "PAUSED" in drive.status
        drive.engine.work(10)
        await drive.settle()
        assert drive.epoch == 12_345


async def test_a_step_of_a_running_run_pauses_it() -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        drive.engine.work(100)
        await drive.press("n")
        assert (drive.epoch, drive.engine.latest.activity) == (101, Activity.IDLE)


async def test_run_a_number_of_epochs_and_remember_it() -> None:
    async with driving(inline(), epochs=250) as drive:
        await drive.press("N")
        assert drive.app.screen.query_one(Input).value == "250"
        await drive.press(*"1,234", "enter")  # what was there is selected, and replaced
        assert drive.app.screen is drive.main
        assert drive.epoch == 1234
        assert weights_of(drive) == weights_after(1234)
        await drive.press("N")
        assert drive.app.screen.query_one(Input).value == "1234"
        await drive.press("enter")
        assert drive.epoch == 2468


async def test_a_number_of_epochs_is_checked_while_it_is_typed() -> None:
    async with driving(inline()) as drive:
        await drive.press("N", *"12")
        assert "please" not in drive.text
        await drive.press("x")
        assert "a whole number from 1 to" in drive.text
        await drive.press("enter")
        assert isinstance(drive.app.screen, RunEpochsScreen)
        assert drive.engine.latest.snapshot is not None
        assert drive.engine.latest.snapshot.epoch == 0
        await drive.press("backspace")
        assert "please" not in drive.text
        await drive.press("enter")
        assert drive.epoch == 12


@pytest.mark.parametrize("init", ["article", "random"])
async def test_reset_brings_the_same_initial_weights(init: str) -> None:
    async with driving(inline(init=init, seed=4)) as drive:
        initial = weights_of(drive)
        await drive.press("n", "n", "r")
        assert drive.epoch == 0
        assert "READY" in drive.status
        assert weights_of(drive) == initial
        await drive.press("n")
        assert weights_of(drive) == weights_after(1, init=init, seed=4)


async def test_reset_of_a_running_run_pauses_it() -> None:
    async with driving(inline()) as drive:
        await drive.press("space")
        drive.engine.work(100)
        await drive.press("r")
        assert (drive.epoch, drive.engine.latest.activity) == (0, Activity.IDLE)


# --- Backends -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "name"), enumerate(BACKENDS, start=1), ids=BACKENDS)
async def test_another_backend_keeps_the_settings_and_says_what_changes(
    place: int, name: str
) -> None:
    other = "numpy" if name != "numpy" else "numpy-two-weights"
    async with driving(inline(backend=other, lr=0.001, seed=6)) as drive:
        await drive.press("n", "n", str(place))
        info, config = BACKENDS[name], drive.engine.latest.config
        assert config == TrainConfig(backend=name, lr=0.001, seed=6)
        assert f"{info.label} · cpu · {info.dtype} │ lr 0.001 │ epoch 0" in drive.status
        assert "article 3×2" in drive.status
        assert "New run at epoch 0" in drive.notice
        assert f"backend {BACKENDS[other].label} → {info.label}" in drive.notice
        for was, now in ((BACKENDS[other].dtype, info.dtype), (BACKENDS[other].init, info.init)):
            assert (f"{was} → {now}" in drive.notice) == (was != now)
        await drive.press("n")
        assert drive.epoch == 1
        assert weights_of(drive) == weights_after(1, backend=name, lr=0.001, seed=6)
        assert drive.notice == ""


async def test_two_weights_on_three_features_are_refused_and_the_old_run_stays(
    write: Write,
) -> None:
    path = str(write("a,b,c,y\n1,2,3,4\n2,1,5,3\n3,5,1,9\n4,4,2,7\n"))
    async with driving(inline(path, bias=False)) as drive:
        await drive.press("n", "n", "1")
        assert drive.epoch == 2
        assert BACKENDS["numpy"].label in drive.status
        assert "Refused" in drive.notice
        assert "2" in drive.notice
        assert "3" in drive.notice
        await drive.press("n")
        assert drive.epoch == 3
        assert drive.notice == ""


async def test_a_first_run_that_is_refused_leaves_its_problem_and_settings_to_another() -> None:
    """A missing device is found on screen: it must be possible to go on without it."""
    engine = InlineEngine(Open("article", config=_without_device(lr=0.01, seed=8)))
    engine.start()
    async with driving(engine) as drive:
        assert "NO RUN" in drive.status
        assert "cuda:999" in drive.notice
        await drive.press("2", "n")
        assert drive.epoch == 1
        assert drive.engine.latest.config == TrainConfig(lr=0.01, seed=8)


async def test_a_step_without_a_run_says_why_nothing_happens() -> None:
    engine = InlineEngine(Open("article", config=_without_device()))
    engine.start()
    async with driving(engine) as drive:
        await drive.press("n")
        assert drive.notice


def _without_device(**config: object) -> TrainConfig:
    """Settings that no machine can run."""
    return TrainConfig(backend="tensor", device="cuda:999", **config)  # type: ignore[arg-type]


# --- A run that ends by itself --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lr", "dtype"), [(0.034, "float64"), (0.034, "float32"), (1e9, "float32")]
)
async def test_divergence_stops_and_says_where_and_what_to_try(lr: float, dtype: str) -> None:
    async with driving(inline(epochs=20_000, lr=lr, dtype=dtype)) as drive:
        snapshot = drive.engine.latest.snapshot
        assert snapshot is not None
        assert snapshot.status is Status.DIVERGED
        assert np.isfinite(snapshot.weights).all()
        assert f"DIVERGED at {snapshot.status_epoch:,}" in drive.status
        assert f"Diverged at epoch {snapshot.status_epoch:,}" in drive.notice
        assert f"weights of epoch {snapshot.epoch:,} are kept" in drive.notice
        assert "try 0.01653" in drive.notice
        await drive.press("n", "space")  # nothing more can be run
        assert drive.epoch == snapshot.epoch
        assert "DIVERGED" in drive.status
        await drive.press("r")
        assert "READY" in drive.status
        assert drive.notice == ""


async def test_divergence_at_the_start_is_a_state_too(write: Write) -> None:
    path = str(write("x,y\n1,1e200\n2,-1e200\n3,3e200\n"))
    async with driving(inline(path)) as drive:
        assert "DIVERGED at 0" in drive.status
        assert "Diverged at epoch 0" in drive.notice
        await drive.press("n", "x", "y", "t", "r", "c", "escape")
        assert drive.epoch == 0


async def test_convergence_is_a_state() -> None:
    async with driving(inline(epochs=100_000, tol=0.5)) as drive:
        assert "CONVERGED at" in drive.status
        assert drive.notice == ""


# --- What is drawn --------------------------------------------------------------------------------


async def test_axes_of_the_plot() -> None:
    async with driving(inline(epochs=1000)) as drive:
        plot = drive.main.query_one(LossPlot)
        assert plot.border_title == "Loss (log y)"
        await drive.press("x")
        assert plot.border_title == "Loss (log y, log x)"
        logarithmic = drive.text
        await drive.press("x", "y")
        assert plot.border_title == "Loss"
        assert drive.text != logarithmic
        await drive.press("y", "x")
        assert drive.text == logarithmic


async def test_panes_that_share_a_small_terminal() -> None:
    async with driving(inline(), size=SMALL) as drive:
        plot, numbers = drive.main.query_one(LossPlot), drive.main.query_one(EpochPanel)
        assert (plot.display, numbers.display) == (True, False)
        await drive.press("t")
        assert (plot.display, numbers.display) == (False, True)
        assert "largest |∂MSE/∂w|" in drive.text
        await drive.press("t")
        assert (plot.display, numbers.display) == (True, False)


async def test_the_weights_table_with_the_focus_leaves_the_keys_of_epochs_alone(
    write: Write,
) -> None:
    names = [f"f{column}" for column in range(60)]
    numbers = (range(60), [column**2 for column in range(60)], [*range(1, 60), 7])
    rows = [names, *([str(value) for value in row] for row in numbers)]
    path = str(write("\n".join(",".join(row) for row in rows)))
    async with driving(inline(path)) as drive:
        table = drive.main.query_one(WeightsTable)
        table.focus()
        await drive.press("down", "down", "right")
        assert table.has_focus
        assert table.scroll_offset == (0, 2)
        assert drive.epoch == 1
        await drive.press("home", "end", "left")
        assert table.scroll_offset == (0, 2)


async def test_thousands_of_features_scroll(write: Write) -> None:
    names = [f"f{column}" for column in range(2500)]
    random_rows = np.random.default_rng(1).normal(size=(4, 2501))
    rows = [[*names, "y"], *random_rows.tolist()]
    path = str(write("\n".join(",".join(map(str, row)) for row in rows)))
    async with driving(inline(path), size=MIDDLE) as drive:
        table = drive.main.query_one(WeightsTable)
        assert re.search(r"│f0 .*│", drive.text)
        assert "bias" not in drive.text
        await drive.press("n")
        assert drive.epoch == 1
        table.focus()
        await drive.press("pagedown")
        assert table.scroll_offset.y > 0
        table.scroll_end(animate=False)
        await drive.settle()
        assert re.search(r"│bias .*│", drive.text)
        assert re.search(r"│f2499 .*│", drive.text)
        assert re.search(r"│name .*│", drive.text), "the heading stays"
        await drive.press("up", "2")  # another run: its names are taken anew
        assert "2,500" in drive.status


# --- Help, palette, mouse, leaving ----------------------------------------------------------------


async def test_help_explains_every_key_and_every_pane() -> None:
    async with driving(inline()) as drive:
        await drive.press("?")
        assert isinstance(drive.app.screen, HelpScreen)
        page = drive.app.screen.query_one(VerticalScroll)
        seen = ""
        for y in range(0, page.max_scroll_y + 1, max(page.size.height - 2, 1)):
            page.scroll_to(y=y, animate=False)
            await drive.settle()
            seen += drive.text
        page.scroll_end(animate=False)
        await drive.settle()
        seen = _unwrapped(seen + drive.text)
        for key in KEYS:
            assert _unwrapped(f"{key.shown} {key.help}")[:40] in seen
        for pane in PANES:
            assert _unwrapped(pane.HELP)[:30] in seen


def _unwrapped(text: str) -> str:
    return re.sub(r"[\s│▁-█]+", " ", text)


@pytest.mark.parametrize("opens", ["N", "c", "question_mark", "ctrl+p"])
async def test_escape_closes_a_page_and_changes_nothing(opens: str) -> None:
    async with driving(inline()) as drive:
        await drive.press("n", opens)
        assert drive.app.screen is not drive.main
        await drive.press("escape")
        assert drive.app.screen is drive.main
        assert drive.epoch == 1
        assert drive.engine.latest.run == 1


async def test_escape_on_the_main_screen_does_nothing() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "escape")
        assert drive.epoch == 1
        assert drive.app.is_running


@pytest.mark.parametrize("key", ["question_mark", "q"])
async def test_keys_that_close_the_help(key: str) -> None:
    async with driving(inline()) as drive:
        await drive.press("question_mark", key)
        assert drive.app.screen is drive.main


async def test_q_leaves() -> None:
    async with driving(inline()) as drive:
        await drive.press("q")
        assert not drive.app.is_running
        assert not drive.app.return_code


async def test_q_in_a_field_is_a_letter() -> None:
    async with driving(inline()) as drive:
        await drive.press("N", "q")
        assert isinstance(drive.app.screen, RunEpochsScreen)
        assert drive.app.screen.query_one(Input).value == "q"


async def test_every_key_is_a_command_of_the_palette() -> None:
    async with driving(inline()) as drive:
        offered = drive.app.get_system_commands(drive.app.screen)
        commands = {command.title: command.help for command in offered}
    for key in KEYS:
        if key.action != "app.quit":  # Textual brings its own
            assert commands[f"{key.label} ({key.shown})"] == key.help
    assert "Quit" in commands


async def test_a_command_of_the_palette_is_done() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "n", "ctrl+p", *"Reset")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        assert "Go back to epoch 0" in drive.text
        await drive.press("enter")
        await drive.settle()
        assert drive.app.screen is drive.main
        assert drive.epoch == 0


async def test_a_click_on_the_footer_is_the_key() -> None:
    async with driving(inline(), size=SMALL) as drive:
        row = drive.text.splitlines()[-1]
        for _ in range(2):
            await drive.pilot.click(offset=(row.index("Epoch"), SMALL[1] - 1))
        await drive.settle()
        assert drive.epoch == 2
        await drive.pilot.click(offset=(row.index("Help"), SMALL[1] - 1))
        await drive.settle()
        assert isinstance(drive.app.screen, HelpScreen)


async def test_the_footer_shows_every_key_that_is_meant_for_it() -> None:
    async with driving(inline(), size=MIDDLE) as drive:
        row = drive.text.splitlines()[-1]
        for key in KEYS:
            if key.in_footer:
                assert f"{key.shown} {key.label}" in row


# --- An engine that takes its time ----------------------------------------------------------------


async def test_keys_work_before_the_first_run_is_there() -> None:
    engine = ScriptedEngine(Report())
    async with driving(engine) as drive:
        assert "STARTING" in drive.status
        for key in KEYS:
            if key.action != "app.quit":
                await drive.press(key.keys.split(",")[0])
                await drive.press("escape")
        assert Run(1) in engine.heard


async def test_torch_that_is_being_imported_is_said_to_load_and_keys_work() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("3")
        engine.say(Report(Activity.LOADING, 1, 1, ready.config, ready.snapshot, notice="loading"))
        await drive.settle()
        assert "LOADING torch" in drive.status
        assert drive.notice == "loading"
        await drive.press("x")
        assert drive.main.query_one(LossPlot).border_title == "Loss (log y, log x)"
        await drive.press("question_mark")
        assert isinstance(drive.app.screen, HelpScreen)


async def test_what_keys_ask_for() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        await drive.press("n", "space", "r")
        assert engine.heard == [Run(1), Run(None), Reset()]
        engine.say(Report(Activity.RUNNING, 3, 1, ready.config, ready.snapshot))
        await drive.press("space")
        assert engine.heard[-1] == Pause()


async def test_an_engine_that_is_gone_is_said_to_be_gone() -> None:
    ready = inline().latest
    engine = ScriptedEngine(ready)
    async with driving(engine) as drive:
        gone = Report(
            Activity.STOPPED, 1, 1, ready.config, ready.snapshot, notice="it ended (\x07)"
        )
        engine.say(gone)
        await drive.settle()
        assert "ENGINE STOPPED" in drive.status
        assert drive.notice == r"it ended (\x07)"


# --- Any keys in any order ------------------------------------------------------------------------


class ShortRuns(InlineEngine):
    """Runs no more than 500 epochs at once: random digits make large numbers."""

    def send(self, command: Command) -> None:
        if isinstance(command, Run) and command.epochs is not None:
            command = Run(min(command.epochs, 500))
        super().send(command)


async def test_random_keys_never_break_it_and_the_epoch_shown_is_the_engine_s() -> None:
    keys = [name for key in KEYS for name in key.keys.split(",") if key.action != "app.quit"]
    # Not pagedown: Textual's palette dies of one that comes before its list is drawn.
    keys += [*["escape"] * 10, "enter", "tab", "shift+tab", "up", "down", "left", "home", "end"]
    keys += ["backspace", "5", "0", "full_stop", "ctrl+s", "ctrl+p"]
    chance = random.Random(1)
    engine = ShortRuns(Open("article"))
    engine.start()
    async with driving(engine, size=SMALL, epochs=7) as drive:
        for _ in range(40):
            for key in chance.choices(keys, k=5):
                drive.app.simulate_key(key)
            await drive.pilot.pause()
            engine.work(10)
        await drive.press(*["escape"] * 4)
        assert drive.app.screen is drive.main
        assert engine.latest.snapshot is not None
        assert drive.epoch == engine.latest.snapshot.epoch
        assert engine.latest.answered > 20, "keys must have come through"
