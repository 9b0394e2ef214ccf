"""What is drawn and how one gets there: panes, help, palette, mouse; and how one leaves."""

from __future__ import annotations

import re

import numpy as np
from textual.widgets import Input

from tests.app.driver import MIDDLE, Write, driving, inline
from tui.keys import KEYS
from tui.pages.prompt import Prompt
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.weights_table import WeightsTable


async def test_axes_of_the_plot() -> None:
    async with driving(inline(epochs=1000)) as drive:
        plot = drive.main.query_one(LossPlot)
        assert plot.hint == "x y log y"
        await drive.press("x")
        assert plot.hint == "x y log x, y"
        logarithmic = drive.text
        await drive.press("x", "y")
        assert plot.hint == "x y linear"
        assert drive.text != logarithmic
        await drive.press("y", "x")
        assert drive.text == logarithmic


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
        await drive.press("home")
        assert drive.epoch == 0
        await drive.press("end", "left", "end")
        assert drive.epoch == 1
        assert table.scroll_offset == (0, 2)


async def test_thousands_of_features_scroll(write: Write) -> None:
    names = [f"f{column}" for column in range(2500)]
    random_rows = np.random.default_rng(1).normal(size=(4, 2501))
    rows = [[*names, "y"], *random_rows.tolist()]
    path = str(write("\n".join(",".join(map(str, row)) for row in rows)))
    async with driving(inline(path), size=MIDDLE) as drive:
        table = drive.main.query_one(WeightsTable)
        assert re.search(r"(?m)^ f0 ", drive.text)
        assert "bias" not in drive.text
        await drive.press("n")
        assert drive.epoch == 1
        table.focus()
        await drive.press("pagedown")
        await drive.pilot.pause()
        assert table.scroll_offset.y > 0
        table.scroll_end(animate=False)
        await drive.settle()
        assert re.search(r"(?m)^ bias ", drive.text)
        assert re.search(r"(?m)^ f2499 ", drive.text)
        assert re.search(r"(?m)^ +w +gradient", drive.text), "the heading stays"
        await drive.press("up", "2")  # another run: its names are taken anew
        assert "2,500 features" in drive.status


# --- Help, palette, mouse, leaving ----------------------------------------------------------------


async def test_escape_closes_every_page_and_changes_nothing() -> None:
    async with driving(inline()) as drive:
        await drive.press("n")
        for opens in ("N", "g", "c", "w", "B", "v", "question_mark", "ctrl+p"):
            await drive.press(opens)
            assert drive.app.screen is not drive.main
            await drive.press("escape")
            assert drive.app.screen is drive.main
        await drive.press("escape")  # on the main screen it does nothing
        assert (drive.epoch, drive.engine.latest.run) == (1, 1)
        assert drive.app.is_running


async def test_keys_that_close_the_help() -> None:
    async with driving(inline()) as drive:
        for key in ("question_mark", "q"):
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
        assert isinstance(drive.app.screen, Prompt)
        assert drive.app.screen.query_one(Input).value == "q"


async def test_every_key_is_a_command_of_the_palette() -> None:
    async with driving(inline()) as drive:
        offered = drive.app.get_system_commands(drive.app.screen)
        commands = {command.title: command.help for command in offered}
    for key in KEYS:
        if key.action != "app.quit":  # Textual brings its own
            assert commands[f"{key.label} ({' '.join(key.shown)})"] == key.help
    assert "Quit" in commands


async def test_a_command_of_the_palette_is_done() -> None:
    async with driving(inline()) as drive:
        await drive.press("n", "n", "ctrl+p", *"Reset")
        await drive.app.workers.wait_for_complete()
        await drive.settle()
        assert "Forget the run: epoch 0" in drive.text
        await drive.press("enter")
        await drive.settle()
        assert drive.app.screen is drive.main
        assert drive.epoch == 0
