"""The directions of the Hessian: a line or two for each, for any number of them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from rich.cells import cell_len

from linreg_core import Snapshot, Status
from tests.app.driver import LARGE, MIDDLE, SMALL, Write, driving, inline
from tests.app.reports import after
from tui.panes.pictures.modes_pane import (
    BAR,
    BAR_WIDTH,
    INDEX_WIDTH,
    LEAST_NAME_WIDTH,
    NUMBER_WIDTH,
    NUMBERS,
    NUMBERS_WIDTH,
    ModesPane,
    heading_row,
    lines_each,
    mode_cells,
    mode_rows,
    numbers_shown,
)

ONE_LINE = INDEX_WIDTH + LEAST_NAME_WIDTH + NUMBERS_WIDTH
"""The narrowest pane with one line for a direction."""


def lines_of(snapshot: Snapshot, index: int, width: int) -> list[str]:
    return [
        "".join(span.text for span in row).rstrip() for row in mode_rows(snapshot, index, width)
    ]


def test_a_direction_on_one_line_and_on_two() -> None:
    snapshot = after(1_000, lr=0.01)
    assert lines_of(snapshot, 1, ONE_LINE) == [
        "   2 0.78·x1 - 0.62·x2                 0.1763367 ████████▎░ 0.7807006      1.3k"
    ]
    first, second = lines_of(snapshot, 1, ONE_LINE - 1)
    assert first.rstrip() == "   2 0.78·x1 - 0.62·x2"
    assert second == "     0.1763367 ████████▎░ 0.7807006      1.3k"


@pytest.mark.parametrize("width", range(INDEX_WIDTH + NUMBER_WIDTH, 140))
def test_lines_stand_under_their_heading_and_no_number_is_cut_off(width: int) -> None:
    snapshot = after(100)
    rows = lines_of(snapshot, 1, width)
    assert len(rows) == lines_each(width)
    heading = "".join(span.text for span in heading_row(width))
    assert max(cell_len(line.rstrip()) for line in [heading, *rows]) <= width
    assert cell_len(heading.rstrip()) == cell_len(rows[-1].rstrip())
    shown = numbers_shown(width)
    assert (shown == tuple(NUMBERS)) == (width >= NUMBERS_WIDTH + INDEX_WIDTH - 1)
    for head, cell in zip(NUMBERS, mode_cells(snapshot, 1), strict=True):
        assert (head in heading) == (cell in rows[-1]) == (head in shown)
    if BAR in shown:
        assert heading.index(BAR) == rows[-1].index(mode_cells(snapshot, 1)[1])


def test_numbers_of_a_direction_are_those_of_the_run() -> None:
    """Worked out anew, from the data and the weights."""
    snapshot = after(2_000, lr=0.01)
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    values, directions = np.linalg.eigh(2 / 3 * X.T @ X)
    for index, (value, direction) in enumerate(zip(values[::-1], directions.T[::-1], strict=True)):
        shown = mode_cells(snapshot, index)
        left = abs(direction @ (snapshot.weights - [10, 20]))
        start = abs(direction @ (np.array([0.1, 0.1]) - [10, 20]))
        assert float(shown[0]) == pytest.approx(value, rel=1e-5)
        assert float(shown[2]) == pytest.approx(left, rel=1e-3, abs=1e-12)
        assert shown[1].count("█") == min(
            int((1 - left / start) * BAR_WIDTH), BAR_WIDTH - int(float(shown[2]) > 0)
        )
        price = -1 / np.log10(abs(1 - 0.01 * value))
        assert float(shown[3].replace("k", "e3")) == pytest.approx(price, rel=0.005)


def test_the_bar_grows_and_is_full_only_where_nothing_is_left() -> None:
    bars = [mode_cells(after(epochs, lr=0.01), 1)[1] for epochs in (0, 100, 500, 5_000)]
    assert bars[0] == "░" * BAR_WIDTH
    assert [bar.count("█") for bar in bars] == sorted(bar.count("█") for bar in bars)
    assert len(set(bars)) == len(bars)
    assert "█" * BAR_WIDTH not in bars


@pytest.mark.parametrize(
    ("lr", "dtype"),
    [
        (0.034, "float32"),
        (1e9, "float32"),
        (0.034, "float64"),
        (1e9, "float64"),
        (1e200, "float64"),
    ],
)
def test_a_diverged_run_has_numbers_only(lr: float, dtype: str) -> None:
    with np.errstate(all="ignore"):
        snapshot = after(10_000, lr=lr, dtype=dtype)
    assert snapshot.status is Status.DIVERGED
    for index in range(2):
        for width in (60, 100):
            assert not re.search("nan|inf", " ".join(lines_of(snapshot, index, width)))
    assert mode_cells(snapshot, 0)[3] == "never"
    assert mode_cells(snapshot, 0)[1] in ("░" * BAR_WIDTH, "diverges")


def test_of_hundreds_of_directions_the_ends_are_told(write: Write) -> None:
    snapshot = after(
        3, str(write(random_table(350, 300))), bias=False, standardize=False, lr="auto"
    )
    numbers = [int(lines_of(snapshot, index, 120)[0].split()[0]) for index in range(200)]
    assert numbers == [*range(1, 101), *range(201, 301)]
    values = [float(mode_cells(snapshot, index)[0]) for index in range(200)]
    assert values == sorted(values, reverse=True)


def random_table(rows: int, columns: int, names: list[str] | None = None) -> str:
    numbers = np.random.default_rng(7).normal(size=(rows, columns + 1)).round(4)
    heading = [*(names or [f"f{column}" for column in range(columns)]), "y"]
    return "\n".join(",".join(map(str, row)) for row in [heading, *numbers.tolist()])


# --- Driven ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "each"), [(SMALL, 2), (MIDDLE, 2), (LARGE, 1)])
async def test_every_direction_is_reached_by_scrolling(
    size: tuple[int, int], each: int, write: Write
) -> None:
    engine = inline(str(write(random_table(120, 90))))
    async with driving(engine, size=size) as drive:
        await drive.press("t", "t", "t")
        pane = drive.main.query_one(ModesPane)
        assert lines_each(pane.line_width) == each
        pane.focus()
        heading, first = pane.render_line(0).text, pane.render_line(1).text
        assert first.split()[0] == "1"
        await drive.press("down", "pagedown")
        await drive.pilot.pause()
        assert drive.epoch == 0
        assert pane.scroll_offset.y > 1
        pane.scroll_end(animate=False)
        await drive.settle()
        lines = [pane.render_line(y).text for y in range(pane.size.height)]
        assert lines[0] == heading
        assert f"  {len(drive.snapshot.theory.listed)} " in lines[-each]
        assert [cell_len(line) for line in lines] == [pane.line_width] * len(lines)
        price = mode_cells(drive.snapshot, len(drive.snapshot.theory.listed) - 1)[3]
        assert lines[-1].rstrip().endswith(price)
        assert price in drive.seen(pane), "the scrollbar hides nothing"


async def test_no_direction_at_all_is_told(write: Write) -> None:
    engine = inline(str(write("x,y\n0,1\n0,2\n")), bias=False, standardize=False, lr=0.1, epochs=3)
    async with driving(engine, size=MIDDLE) as drive:
        await drive.press("t", "t", "t")
        pane = drive.main.query_one(ModesPane)
        assert "none: no weight changes any prediction" in drive.seen(pane)
        assert pane.hint == "rank 0 of 1 · condition number 1"
        assert "rank 0 of 1" in drive.text


async def test_a_pane_that_gets_wider_or_narrower_counts_its_lines_anew(write: Write) -> None:
    async with driving(inline(str(write(random_table(60, 40)))), size=MIDDLE) as drive:
        await drive.press("t", "t", "t")
        pane = drive.main.query_one(ModesPane)
        for size in (LARGE, MIDDLE, SMALL):
            await drive.resize(*size)
            await drive.settle()
            modes = len(drive.snapshot.theory.listed)
            assert pane.virtual_size.height == 1 + modes * lines_each(pane.size.width)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
async def test_a_direction_without_slope_is_told(size: tuple[int, int]) -> None:
    async with driving(inline("collinear", epochs=10), size=size) as drive:
        await drive.press("t", "t", "t")
        pane = drive.main.query_one(ModesPane)
        (relation,) = drive.snapshot.theory.dependence.columns  # type: ignore[union-attr]
        assert f"flat, λ = 0: {relation}" in drive.seen(pane)
        assert "another start ends at other weights, with the same loss" in drive.seen(pane)


def test_what_is_said_of_another_start_is_so() -> None:
    """The parts along flat directions stay as they were, and the losses are the same."""
    ends = [after(300, "collinear", init="random", seed=seed) for seed in (1, 2)]
    starts = [after(0, "collinear", init="random", seed=seed) for seed in (1, 2)]
    assert ends[0].loss == pytest.approx(ends[1].loss, rel=1e-12)
    assert np.abs(ends[0].weights - ends[1].weights).max() > 0.1
    flat = np.array([1, -1, 0])  # of the standardised weights, both columns being the same
    for start, end in zip(starts, ends, strict=True):
        assert end.weights @ flat == pytest.approx(start.weights @ flat, abs=1e-12)


async def test_where_all_directions_have_a_slope_none_is_flat() -> None:
    async with driving(inline(epochs=10), size=MIDDLE) as drive:
        await drive.press("t", "t", "t")
        assert "flat" not in drive.seen(drive.main.query_one(ModesPane))
