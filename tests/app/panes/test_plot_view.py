"""Zoom, pan and readout of the plot, from the keyboard and the mouse."""

from __future__ import annotations

import re

import pytest
from textual.events import MouseMove, MouseScrollDown, MouseScrollUp

from tests.app.driver import (
    LARGE,
    MIDDLE,
    SMALL,
    SMALLEST,
    AnyEngine,
    Drive,
    ScriptedEngine,
    driving,
    inline,
)
from tests.app.reports import after, report_of
from tui.panes.notice import Notice
from tui.panes.pictures.loss_plot import LossPlot
from tui.text import number

EPOCHS = 9_120


def plot_of(drive: Drive[AnyEngine]) -> LossPlot:
    return drive.main.query_one(LossPlot)


def title_of(drive: Drive[AnyEngine]) -> str:
    return plot_of(drive).hint


def said(drive: Drive[AnyEngine]) -> str:
    """What the line of words says of the plot; nothing where it is not read out."""
    return drive.main.query_one(Notice).readout


def window_of(drive: Drive[AnyEngine]) -> tuple[int, int] | None:
    """The first and the last epoch of the plot's title; ``None`` where it names none."""
    found = re.search(r"epochs ([\d,]+) to ([\d,]+) of", title_of(drive))
    return found and (int(found[1].replace(",", "")), int(found[2].replace(",", "")))


def picture_of(drive: Drive[AnyEngine]) -> list[str]:
    plot = plot_of(drive)
    return [plot.render_line(y).text for y in range(plot.size.height)]


async def wheel(
    drive: Drive[AnyEngine], event: type[MouseScrollUp | MouseScrollDown], offset: tuple[int, int]
) -> None:
    """Turn the wheel over a place of the plot: Pilot has no public way to."""
    await drive.pilot._post_mouse_events([MouseMove, event], plot_of(drive), offset, button=0)
    await drive.settle()


async def test_zoom_survives_all_that_a_run_does() -> None:
    async with driving(inline(epochs=EPOCHS), size=MIDDLE, always_painted=True) as drive:
        await drive.press("plus", "minus")
        assert window_of(drive) is None
        await drive.press("plus", "plus", "less_than_sign")
        window = window_of(drive)
        assert window is not None
        drawn = picture_of(drive)
        assert title_of(drive).endswith("of 9,120")
        for keys in (["n"], ["N"], ["space"], ["space"], ["b"], ["home"], ["end"], ["s"]):
            await drive.press(*keys)
            if keys == ["N"]:
                await drive.press(*"3000", "enter")
            drive.engine.work(500)
            await drive.settle()
            assert window_of(drive) == window, keys
        assert drive.snapshot.latest > EPOCHS + 3000
        assert picture_of(drive) == drawn
        await drive.press("0")
        assert window_of(drive) is None
        assert picture_of(drive) != drawn


async def test_a_new_run_shows_all_and_reads_nothing_out() -> None:
    async with driving(inline(epochs=EPOCHS), size=MIDDLE, always_painted=True) as drive:
        await drive.press("left_square_bracket", "plus")
        assert window_of(drive) is not None
        assert said(drive).startswith("epoch")
        await drive.press("1")
        assert window_of(drive) is None
        assert "epoch" not in said(drive)


async def test_keys_zoom_about_the_newest_epoch_or_the_readout_and_pan() -> None:
    async with driving(inline(epochs=8_000), size=MIDDLE, always_painted=True) as drive:
        await drive.press("plus")
        assert window_of(drive) == (4_000, 8_000)
        await drive.press("less_than_sign")
        assert window_of(drive) == (3_000, 7_000)
        await drive.press(*["less_than_sign"] * 5)
        assert window_of(drive) == (0, 4_000)
        await drive.press(*["greater_than_sign"] * 9)
        assert window_of(drive) == (4_000, 8_000)
        await drive.press(*["left_square_bracket"] * 30)
        epoch = plot_of(drive).read_out
        assert epoch is not None
        await drive.press("equals_sign")
        window = window_of(drive)
        assert window is not None
        assert window[1] - window[0] == pytest.approx(2_000, abs=2)
        assert window[0] < epoch < window[1] < 8_000
        await drive.press("minus", "minus", "minus")
        assert window_of(drive) is None


@pytest.mark.parametrize("log_x", [False, True])
async def test_readout_says_the_loss_of_its_epoch(log_x: bool) -> None:
    async with driving(inline(epochs=300), size=LARGE, always_painted=True) as drive:
        if log_x:
            await drive.press("x")
        for key in ["left_square_bracket"] * 12 + ["right_square_bracket"] * 5:
            await drive.press(key)
            epoch = plot_of(drive).read_out
            assert epoch is not None
            loss = drive.snapshot.curve.last[epoch]
            exact = after(epoch).loss
            assert loss == exact
            start = f"epoch {epoch:,} · loss {number(float(loss), 10).strip()} · theory: exact "
            assert said(drive).startswith(start)
            assert any("│" in row[12:] for row in picture_of(drive))
        await drive.press("escape")
        assert not said(drive).startswith("epoch")


async def test_readout_of_a_wide_bucket_says_its_range() -> None:
    async with driving(inline(epochs=20_000, lr=1e-3), size=LARGE, always_painted=True) as drive:
        await drive.press(*["left_square_bracket"] * 4)
        epoch = plot_of(drive).read_out
        assert epoch is not None
        bucket = drive.snapshot.curve.bucket(epoch)
        assert bucket is not None
        assert bucket.first < bucket.newest
        low, high = (number(value, 10).strip() for value in (bucket.low, bucket.high))
        span = f"epochs {bucket.first:,} to {bucket.newest:,} · loss {low} to {high}"
        assert said(drive).startswith(span)


async def test_mouse_reads_out_where_it_points_and_a_click_keeps_it() -> None:
    async with driving(inline(epochs=300), size=MIDDLE, always_painted=True) as drive:
        plot = plot_of(drive)
        seen = []
        for cell in (20, 30, 40):
            await drive.pilot.hover(plot, (cell, 5))
            await drive.settle()
            assert plot.read_out is not None
            assert said(drive).startswith(f"epoch {plot.read_out} · loss ")
            # The padding is one cell wide.
            assert picture_of(drive)[0][cell - 1] == "│"
            seen.append(plot.read_out)
        assert seen == sorted(set(seen))
        await drive.pilot.click(plot, offset=(30, 5))
        await drive.pilot.hover(plot, (45, 5))
        assert plot.read_out not in seen
        await drive.pilot.hover("StatusBar")
        await drive.settle()
        assert plot.read_out == seen[1]
        await drive.press("escape")
        assert plot.read_out is None
        await drive.pilot.hover(plot, (1, 5))
        assert plot.read_out is None, "the labels are no epochs"


async def test_wheel_zooms_about_the_mouse() -> None:
    async with driving(inline(epochs=8_000), size=MIDDLE, always_painted=True) as drive:
        plot = plot_of(drive)
        before = picture_of(drive)
        await wheel(drive, MouseScrollUp, (30, 5))
        epoch, window = plot.read_out, window_of(drive)
        assert epoch is not None
        assert window is not None
        assert window[1] - window[0] == pytest.approx(4_000, abs=1)
        assert window[0] < epoch < window[1]
        await wheel(drive, MouseScrollUp, (30, 5))
        assert plot.read_out == pytest.approx(epoch, abs=100)
        await wheel(drive, MouseScrollDown, (30, 5))
        await wheel(drive, MouseScrollDown, (30, 5))
        assert window_of(drive) is None
        await drive.pilot.hover("StatusBar")
        await drive.press("escape")
        assert picture_of(drive) == before


async def test_window_beyond_a_run_that_was_reset() -> None:
    async with driving(inline(epochs=8_000), size=MIDDLE, always_painted=True) as drive:
        await drive.press("left_square_bracket", "plus", "r")
        assert drive.snapshot.latest == 0
        assert window_of(drive) == (4_000, 8_000)
        assert "no epochs here" in " ".join(picture_of(drive))
        assert said(drive) == "epoch 8,000 · not run yet"
        await drive.press(
            "left_square_bracket", "right_square_bracket", "less_than_sign", "minus", "plus"
        )
        await drive.press("n", "n", "0")
        assert window_of(drive) is None
        await drive.answer("N", "700")
        assert "no epochs here" not in " ".join(picture_of(drive))


@pytest.mark.parametrize("size", [SMALLEST, SMALL, MIDDLE, LARGE])
async def test_zoom_and_readout_fit_every_size(size: tuple[int, int]) -> None:
    async with driving(
        inline(epochs=9_120, dtype="float32", lr=0.01), size=size, always_painted=True
    ) as drive:
        keys = ("left_square_bracket", "plus", "less_than_sign", "x", "plus", "y", "plus")
        for key in keys:
            await drive.press(key)
            rows = picture_of(drive)
            assert all(row.strip() for row in rows)
            assert said(drive) in drive.text
            assert {len(line) for line in drive.text.splitlines()} == {size[0]}
        for other in ((20, 5), (59, 17), size):
            await drive.resize(*other)
            await drive.press("left_square_bracket", "plus", "minus", "escape", "0")


async def test_theory_is_named_as_theory() -> None:
    async with driving(
        inline(epochs=9_120, dtype="float32", lr=0.01), size=MIDDLE, always_painted=True
    ) as drive:
        shown = " ".join(picture_of(drive))
        assert "━  measured" in shown
        assert "·· exact arithmetic (theory)" in shown
        await drive.press("left_square_bracket")
        assert "theory" in said(drive)


async def test_nothing_is_drawn_again_when_nothing_that_is_seen_is_new() -> None:
    engine = ScriptedEngine(report_of(after(9_120), run=1))
    async with driving(engine, size=MIDDLE, always_painted=True) as drive:
        await drive.press("plus", "less_than_sign")
        chart = plot_of(drive)._chart
        for epochs in (9_120, 12_000):
            engine.say(report_of(after(epochs), run=1))
            await drive.settle()
            assert plot_of(drive)._chart is chart
        await drive.press("0")
        assert plot_of(drive)._chart is not chart


async def test_before_the_first_report_keys_and_mouse_do_nothing() -> None:
    async with driving(ScriptedEngine(report_of(None)), size=MIDDLE, always_painted=True) as drive:
        plot = plot_of(drive)
        await drive.press("left_square_bracket", "plus", "less_than_sign", "0", "escape")
        await drive.pilot.hover(plot, (30, 5))
        await wheel(drive, MouseScrollUp, (30, 5))
        await drive.pilot.click(plot, offset=(30, 5))
        assert plot.read_out is None
        assert title_of(drive) == "x y log y"
