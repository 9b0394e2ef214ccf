"""Every size of terminal: what is shown fits, and what has no room says so."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len

from linreg_core import BACKENDS
from tests.app.driver import (
    LARGE,
    MIDDLE,
    SMALL,
    SMALLEST,
    AnyEngine,
    Drive,
    ScriptedEngine,
    Write,
    driving,
    inline,
    lines_of,
)
from tui.panes.notice import Notice
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.weights_table import WeightsTable

COMPOSED = [SMALLEST, SMALL, MIDDLE, LARGE]
TOO_SMALL = [(59, 17), (59, 40), (120, 17), (20, 5), (1, 1)]


def check_lines(drive: Drive[AnyEngine], size: tuple[int, int]) -> None:
    """Every line fills the terminal's width exactly."""
    lines = lines_of(drive.app.screen)
    assert [cell_len(line) for line in lines] == [size[0]] * size[1]


@pytest.mark.parametrize("size", COMPOSED)
async def test_what_matters_is_seen_at_every_size(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=20_000), size=size) as drive:
        check_lines(drive, size)
        assert "PAUSED" in drive.text.splitlines()[0]
        assert "epoch 20,000" in drive.text.splitlines()[0]
        for name in ("x1", "x2", "gradient", "-lr·grad", "next w"):
            assert name in drive.text
        last = drive.text.splitlines()[-1]
        assert last.startswith(" n epoch")
        assert last.endswith("? help  q quit ")
        plot = drive.main.query_one(LossPlot)
        assert plot.size.width >= size[0] * 0.4
        assert plot.size.height >= 6
        drawn = [plot.render_line(y).text for y in range(plot.size.height)]
        assert any("⠁" <= character <= "⣿" for line in drawn for character in line)
        assert all(line.strip() for line in drawn), "it fills its pane"


@pytest.mark.parametrize("weights", [6, 7, 17, 18])
@pytest.mark.parametrize("size", [(78, 24), (99, 24)])
async def test_many_weights_have_the_picture_beside_them(
    write: Write, size: tuple[int, int], weights: int
) -> None:
    features = [f"x{i}" for i in range(1, weights)]
    numbers = np.random.default_rng(0).normal(size=(40, weights))
    rows = [",".join(map(str, row)) for row in numbers.tolist()]
    path = write("\n".join([",".join([*features, "y"]), *rows]) + "\n")
    async with driving(inline(str(path), epochs=10), size=size) as drive:
        check_lines(drive, size)
        table, plot = drive.main.query_one(WeightsTable), drive.main.query_one(LossPlot)
        is_beside = weights in (7, 17)
        assert (plot.region.x > table.region.x) == is_beside
        assert plot.size.width > 20
        seen = drive.seen(table)
        assert all(f"{name} " in seen for name in [*features, "bias"]) == (weights <= 17)
        await drive.press("T")
        assert table.size.width > 70, "a page has the whole width"
        check_lines(drive, size)
        await drive.press("t", "d")
        assert table.size.width > 70, "and so have all digits"


@pytest.mark.parametrize("size", TOO_SMALL)
async def test_too_small_says_what_is_needed(size: tuple[int, int]) -> None:
    async with driving(inline(), size=size) as drive:
        check_lines(drive, size)
        if size[0] >= 20:
            assert f"Too small: {size[0]}×{size[1]}" in drive.text
            assert "needs 60×18" in drive.text
        assert "Weights" not in drive.text
        await drive.press("n", "q")
        assert not drive.app.is_running


async def test_resizing_goes_through_all_of_them() -> None:
    async with driving(inline(epochs=500), size=LARGE) as drive:
        for size in [*COMPOSED, (59, 17), (50, 10), SMALLEST, (300, 100)]:
            await drive.resize(*size)
            await drive.settle()
            check_lines(drive, size)
            is_small = size[0] < 60 or size[1] < 18
            assert (f"Too small: {size[0]}×{size[1]}" in drive.text) == is_small
            assert ("Weights" in drive.text) != is_small
        assert drive.epoch == 500


@pytest.mark.parametrize("page", ["N", "B", "c", "o", "w", "v", "question_mark"])
async def test_a_page_over_the_screen_fits_too(page: str) -> None:
    async with driving(inline(), size=SMALLEST) as drive:
        await drive.press(page)
        for size in [SMALLEST, (59, 17), (20, 5)]:
            await drive.resize(*size)
            await drive.settle()
            check_lines(drive, size)
        await drive.press("escape")
        assert drive.app.screen is drive.main


async def check_notice_at_every_size(drive: Drive[AnyEngine]) -> None:
    """The notice is seen whole."""
    for size in COMPOSED:
        await drive.resize(*size)
        await drive.pilot.pause()
        assert drive.seen(drive.main.query_one(Notice)) == " ".join(drive.notice.split())


async def test_what_to_do_about_a_divergence_is_seen_at_every_size() -> None:
    async with driving(inline(epochs=20_000, lr=0.034)) as drive:
        assert drive.notice.startswith("Diverged")
        assert "DIVERGED" in drive.text.splitlines()[0]
        await check_notice_at_every_size(drive)


async def test_weights_that_are_not_unique_are_said_to_be_beside_a_divergence() -> None:
    async with driving(inline(epochs=20_000, lr=0.05, bias=True)) as drive:
        assert drive.notice.startswith("Diverged")
        assert "Not unique (rank 2 of 3)" in drive.notice
        await check_notice_at_every_size(drive)


async def test_a_refusal_is_seen_whole_at_every_size(write: Write) -> None:
    path = str(write("alpha,beta,gamma,y\n1,2,3,4\n2,1,5,3\n3,5,1,9\n4,4,2,7\n"))
    async with driving(inline(path, bias=False)) as drive:
        await drive.press("1")
        assert drive.notice.startswith("Refused")
        await check_notice_at_every_size(drive)


async def test_why_a_run_is_frozen_is_seen_whole_at_every_size() -> None:
    async with driving(inline(epochs=20_000, lr=0.03, dtype="float32")) as drive:
        assert drive.notice.startswith("Frozen")
        assert "FROZEN" in drive.text.splitlines()[0]
        await check_notice_at_every_size(drive)


async def test_the_past_with_ghosts_and_breakpoints_fits_every_size() -> None:
    async with driving(inline(epochs=1_000)) as drive:
        await drive.answer("B", "epoch == 300 or loss rises")
        await drive.press("2")
        await drive.answer("N", "900")
        await drive.answer("g", "100")
        for size in COMPOSED:
            await drive.resize(*size)
            await drive.settle()
            check_lines(drive, size)
            assert "epoch 100 of 300" in drive.text.splitlines()[0]


@pytest.mark.parametrize("backend", BACKENDS)
async def test_the_top_line_of_every_backend_fits(backend: str) -> None:
    async with driving(inline(backend=backend, epochs=1000), size=SMALL) as drive:
        top = drive.text.splitlines()[0]
        for part in (BACKENDS[backend].label, "epoch 1,000", "PAUSED"):
            assert part in top


async def test_a_file_name_of_any_width_leaves_the_state_in_sight() -> None:
    ready = inline().latest
    assert ready.snapshot is not None
    engine = ScriptedEngine(ready)
    async with driving(engine, size=SMALL) as drive:
        for length in range(4, 25, 4):
            run = replace(ready.snapshot.run, source="線" * length)
            engine.say(replace(ready, snapshot=replace(ready.snapshot, run=run)))
            await drive.settle()
            check_lines(drive, SMALL)
            assert "READY" in drive.text.splitlines()[0]


async def test_wide_column_names_keep_the_columns_straight(write: Write) -> None:
    path = str(write("身長と体重の非常に長い名前の列です本当に長い,b,y\n1,2,3\n4,5,7\n7,1,4\n"))
    async with driving(inline(path), size=SMALL) as drive:
        table = drive.main.query_one(WeightsTable)
        lines = [table.render_line(y).text for y in range(4)]
        assert [cell_len(line) for line in lines] == [table.size.width] * 4
        ends = [cell_len(line[: match.end()]) for line in lines for match in [_first_number(line)]]
        assert len(set(ends)) == 1


def _first_number(line: str) -> re.Match[str]:
    """The end of the first column of numbers, or of its heading."""
    found = re.search(r" +(w|[+-]?\d\S*) ", line)
    assert found, line
    return found
