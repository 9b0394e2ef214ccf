"""Rows held out, on screen: a dashed line, a column of numbers, and a part of the readout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from linreg_core import (
    DataRequest,
    HeldOutFit,
    MadeOptions,
    Metrics,
    Split,
    TableOptions,
    TrainConfig,
)
from linreg_core.timeline.curve import Curve
from tests.app.driver import MIDDLE, SMALL, Drive, driving, text_of
from tests.app.sessions import Bench
from tests.lengths import examples
from tui.charts.loss import LossChart, loss_chart
from tui.charts.readout import readout_text
from tui.engine.commands import Configure, Open, Run
from tui.engine.inline import InlineEngine
from tui.panes.epoch_panel import EpochPanel, summary_lines

VALLEY = Open(
    DataRequest(
        "ill-conditioned", made=MadeOptions(rows=20, columns=8, noise=2.0), split=Split(0.3, 1)
    )
)
"""Fourteen rows for nine weights: the fit on the six others gets worse."""


def curve(losses: ArrayLike) -> Curve:
    losses = np.asarray(losses, dtype=np.float64)
    return Curve(np.arange(len(losses)), losses, losses, losses, len(losses))


def held_out(epochs: ArrayLike, losses: ArrayLike) -> HeldOutFit:
    losses = np.asarray(losses, dtype=np.float64)
    metrics = Metrics(3, float(losses[-1]), 0.5, 0.6, 1.0, 1.0)
    return HeldOutFit(metrics, np.asarray(epochs, dtype=np.int64), losses)


def roles(chart: LossChart) -> set[str]:
    return {span.role for row in chart.rows for span in row}


def text(chart: LossChart) -> str:
    return "\n" + "\n".join("".join(span.text for span in row).rstrip() for row in chart.rows)


# --- The plot -------------------------------------------------------------------------------------


def test_the_line_is_dashed_and_named() -> None:
    falling = curve([8, 4, 2, 1, 0.5, 0.25, 0.125, 0.1, 0.1])
    test = held_out([0, 1, 2, 8], [8, 6, 5, 6.5])
    chart = loss_chart(falling, 60, 12, test=test)
    assert roles(chart) >= {"loss", "test", "legend"}
    assert (
        text(chart)
        == """
     │                                      ━  measured
    8┤⠢⡀⡀                                   ╍╍ held-out rows
     │ ⠑⢄ ⢄⡀                                              ⣀⣀
    6┤   ⠱⡀⠈⠁ ⠤⢄⡀             ⣀⣀⡀ ⣀⣀⡀ ⠤⠤⠄ ⠤⠒⠂ ⠒⠒⠂ ⠉⠉⠁ ⠉⠉⠁
     │    ⠈⢢      ⠉⠒⠂ ⠒⠉⠁ ⠉⠉⠁
    4┤      ⠑⠤⣀
     │         ⠉⠢⢄⡀
    2┤            ⠈⠑⠢⠤⣀⣀
     │                  ⠉⠑⠒⠒⠤⠤⠤⢄⣀⣀⣀
    0┤                             ⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
     └┬─────┬──────┬──────┬──────┬─────┬──────┬──────┬─────┬
epoch 0     1      2      3      4     5      6      7     8"""
    )


def test_it_widens_the_axis_only_so_far() -> None:
    losses = curve(np.linspace(2, 1, 50))
    near, far = (
        text(loss_chart(losses, 50, 14, log_y=True, test=held_out([0, 49], [2, top])))
        for top in (1e5, 1e300)
    )
    assert near == far
    assert "1e4" not in near


def test_it_ends_at_its_last_epoch() -> None:
    losses = curve(np.linspace(2, 1, 101))
    chart = loss_chart(losses, 66, 12, test=held_out([0, 1, 50], [2.5, 2.5, 2.5]))
    ends = [
        sum(len(span.text) for span in row[: place + 1])
        for row in chart.rows
        for place, span in enumerate(row)
        if span.role == "test" and not span.text.isspace() and "╍" not in span.text
    ]
    assert chart.epochs is not None
    axis = 66 - chart.epochs.cells
    assert axis + 0.4 * chart.epochs.cells < max(ends) <= axis + chart.epochs.cells // 2 + 1


@pytest.mark.parametrize("log_x", [False, True])
def test_a_window_shows_the_part_of_the_line_that_is_in_it(log_x: bool) -> None:
    losses = curve(np.full(1000, 1.0))
    test = held_out([0, 1, 999], [1.5, 1.5, 1.5])
    inside = loss_chart(losses, 60, 12, test=test, window=(400, 500), log_x=log_x)
    drawn = [span.text for row in inside.rows for span in row if span.role == "test"]
    assert len("".join(drawn)) > 20
    early = held_out([0, 1, 300], [1.5, 1.5, 1.5])
    beyond = loss_chart(losses, 60, 12, test=early, window=(400, 500), log_x=log_x)
    assert "test" not in roles(beyond)


any_loss = st.floats(min_value=0, allow_infinity=True) | st.just(0.0)


@given(
    losses=st.lists(any_loss, min_size=1, max_size=12),
    measured=st.lists(st.floats(0, 1e300), min_size=1, max_size=12),
    logs=st.tuples(st.booleans(), st.booleans()),
    window=st.none() | st.tuples(st.integers(0, 9), st.integers(1, 9)),
    size=st.tuples(st.integers(1, 40), st.integers(1, 14)),
)
@settings(max_examples=examples(60))
def test_any_losses_make_a_picture_of_the_size_asked_for(
    losses: list[float],
    measured: list[float],
    logs: tuple[bool, bool],
    window: tuple[int, int] | None,
    size: tuple[int, int],
) -> None:
    if window is not None:
        window = window[0], window[0] + window[1]
    chart = loss_chart(
        curve(measured),
        *size,
        test=held_out(np.arange(len(losses)) * 2, losses),
        window=window,
        log_x=logs[0],
        log_y=logs[1],
    )
    assert [sum(len(span.text) for span in row) for row in chart.rows] == [size[0]] * size[1]


# --- The readout ----------------------------------------------------------------------------------

SPARSE = held_out([0, 1, 4], [9.0, 6.0, 3.0])


@pytest.mark.parametrize(
    ("epoch", "words"),
    [
        (0, "epoch 0 · loss 8 · held out 9"),
        (1, "epoch 1 · loss 4 · held out 6"),
        (3, "epoch 3 · loss 1 · held out ~4"),
        (4, "epoch 4 · loss 0.5 · held out 3"),
        (5, "epoch 5 · loss 0.25"),
    ],
)
def test_the_loss_on_rows_held_out_is_read_out_where_it_is_known(epoch: int, words: str) -> None:
    losses = curve([8, 4, 2, 1, 0.5, 0.25])
    assert readout_text(losses, epoch, 80, test=SPARSE) == words


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (80, "epoch 4 · loss 0.5 · held out 3 · theory: optimum 0.1"),
        (40, "epoch 4 · loss 0.5 · held out 3"),
        (25, "epoch 4 · loss 0.5"),
        (10, "epoch 4 ·…"),
    ],
)
def test_it_is_read_out_as_far_as_there_is_room(width: int, words: str) -> None:
    losses = curve([8, 4, 2, 1, 0.5])
    assert readout_text(losses, 4, width, test=SPARSE, floor=0.1) == words


def test_between_losses_that_are_not_finite_nothing_is_said() -> None:
    test = held_out([0, 4], [1.0, np.inf])
    assert readout_text(curve([1.0] * 5), 2, 80, test=test) == "epoch 2 · loss 1"


# --- The numbers ----------------------------------------------------------------------------------


def test_the_epoch_has_a_column_for_each_part() -> None:
    bench = Bench(VALLEY, Run(50))
    bench.advance(50, seconds=1.0)
    snapshot = bench.snapshot
    assert snapshot.test is not None
    heading, *rows = summary_lines(snapshot)
    assert heading.split() == ["14", "rows", "6", "held", "out"]
    parts = (snapshot.metrics, snapshot.test.metrics)
    for row, name in zip(rows, ("loss", "rmse", "mae", "r2"), strict=False):
        told = [float(cell) for cell in row.split()[-2:]]
        assert told == pytest.approx([getattr(part, name) for part in parts], rel=5e-5)


def test_a_part_without_r2_has_a_dash() -> None:
    snapshot = Bench(Open(replace(VALLEY.data, split=Split(0.05)))).snapshot
    assert summary_lines(snapshot)[4].split()[-1] == "-"


# --- The engine and the app -----------------------------------------------------------------------


def test_an_open_command_makes_splits_and_keeps_both_for_later_runs() -> None:
    bench = Bench(VALLEY, Run(9), Configure(TrainConfig(lr=0.01)), Run(9))
    bench.advance(9, seconds=1.0)
    snapshot = bench.snapshot
    assert (snapshot.run.rows, len(snapshot.run.features)) == (14, 8)
    assert snapshot.test is not None
    assert snapshot.test.metrics.rows == 6
    assert snapshot.test.epochs.tolist() == list(range(10))


def test_what_cannot_be_made_is_refused_and_the_run_stays() -> None:
    bench = Bench(VALLEY, Open(DataRequest("article", made=MadeOptions(rows=5))))
    assert bench.latest.refusal is not None
    assert bench.latest.refusal.code == "option-not-for-builtin"
    assert bench.snapshot.run.source == "ill-conditioned"
    refused = Bench(Open(DataRequest("article", TableOptions(target="y"))))
    assert refused.latest.refusal is not None


async def pressed(drive: Drive[InlineEngine], *keys: str) -> str:
    await drive.press(*keys)
    return drive.text


@pytest.mark.parametrize("size", [SMALL, MIDDLE])
async def test_both_parts_stand_on_the_screen(size: tuple[int, int]) -> None:
    engine = InlineEngine(VALLEY)
    engine.start()
    engine.send(Run(20_000))
    async with driving(engine, size=size) as drive:
        assert "held-out rows" in drive.text
        assert "held out 8.79" in await pressed(drive, "right_square_bracket")
        await drive.press(*["T"] * (3 if size == SMALL else 1))
        panel = drive.main.query_one(EpochPanel)
        assert "14 rows 6 held out" in drive.seen(panel)
        assert "8.7969" in text_of(panel)
        assert "more rows" in drive.seen(panel)
