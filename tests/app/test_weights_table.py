"""The numbers of weights and epochs, as pure functions of a snapshot."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import Metrics
from tests.app.driver import Write
from tests.app.reports import after
from tui.widgets.epoch_panel import sample_lines, summary_lines
from tui.widgets.weights_table import (
    CHANGE,
    GRADIENT,
    LEAST_NAME_WIDTH,
    LEAST_NUMBER_WIDTH,
    RAW,
    WEIGHT,
    fit_columns,
    last_phase,
    weight_cells,
)

# --- The weights table ----------------------------------------------------------------------------


WIDTHS = range(LEAST_NAME_WIDTH + 1 + LEAST_NUMBER_WIDTH, 121)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_columns_of_weights_leave_room_for_the_name(dtype: str) -> None:
    snapshot = after(0, dtype=dtype)
    for width in WIDTHS:
        columns, number_width = fit_columns(snapshot, width)
        assert columns[0] == WEIGHT
        assert number_width >= LEAST_NUMBER_WIDTH
        assert width - len(columns) * (number_width + 1) >= LEAST_NAME_WIDTH


def test_columns_are_dropped_from_the_right_and_only_when_digits_run_out() -> None:
    snapshot = after(0)
    every = [WEIGHT, GRADIENT, CHANGE]
    for width in WIDTHS:
        columns, _ = fit_columns(snapshot, width)
        room_for = (width - LEAST_NAME_WIDTH) // (LEAST_NUMBER_WIDTH + 1)
        assert columns == every[:room_for]


def test_only_scaled_weights_have_a_second_column_for_the_file_s_units(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    assert RAW in fit_columns(after(0, path), 80)[0]
    assert RAW not in fit_columns(after(0, path, standardize=False), 80)[0]


@pytest.mark.parametrize("width", [LEAST_NUMBER_WIDTH, 12, 16])
def test_cells_of_a_weight_are_its_numbers(width: int, write: Write) -> None:
    snapshot = after(3, str(write("x,y\n1,2\n3,4\n5,9\n")))
    assert snapshot.change is not None
    columns = [WEIGHT, RAW, GRADIENT, CHANGE]
    numbers = (snapshot.weights, snapshot.raw_weights, snapshot.gradient, snapshot.change)
    for index in range(len(snapshot.run.names)):
        cells = weight_cells(snapshot, index, columns, width)
        assert [len(cell) for cell in cells] == [width] * 4
        for cell, array in zip(cells, numbers, strict=True):
            assert float(cell) == pytest.approx(
                float(array[index]), rel=10 ** (6 - width), abs=1e-12
            )
        assert cells[2].strip()[0] in "+-"


def test_change_is_a_dash_before_the_first_epoch() -> None:
    assert weight_cells(after(0), 0, [CHANGE], 12) == ["–".rjust(12)]


def test_the_last_phase_is_none_between_epochs() -> None:
    assert [last_phase(after(1, phases=done)) for done in range(4)] == [
        "",
        "forward",
        "loss",
        "gradient",
    ]


# --- The numbers of the epoch ---------------------------------------------------------------------


def test_summary_of_an_epoch() -> None:
    snapshot = after(5)
    numbers = [float(line.split()[-1]) for line in summary_lines(snapshot)]
    largest = max(abs(snapshot.gradient))
    mae, r2 = snapshot.metrics.mae, snapshot.metrics.r2
    expected = [snapshot.loss, math.sqrt(snapshot.loss), mae, r2, largest]
    assert numbers == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", [math.inf, math.nan, 0.0])
def test_summary_of_a_loss_that_is_no_usual_number(loss: float) -> None:
    start = after(0)
    judged = Metrics.of(loss, start.sample.residual, start.sample.target)
    first, second, *_ = summary_lines(replace(start, metrics=judged))
    assert first.split()[-1] == second.split()[-1] == f"{loss:g}"


def test_rows_of_data_under_their_heading() -> None:
    snapshot = after(5)
    heading, *rows = sample_lines(snapshot, 60, 20)
    assert heading.split() == ["row", "y", "ŷ", "ŷ", "-", "y"]
    shown = np.array([[float(cell) for cell in row.split()] for row in rows])
    sample = snapshot.sample
    expected = np.column_stack([[1, 2, 3], sample.target, sample.prediction, sample.residual])
    assert shown == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("room", range(12))
def test_rows_that_do_not_fit_are_counted(room: int, write: Write) -> None:
    path = str(write("x,y\n" + "".join(f"{row},{row % 3}\n" for row in range(1000))))
    lines = sample_lines(after(0, path), 60, room)
    shown = [line for line in lines[1:] if re.match(r" *\d", line)]
    assert lines[-1].strip() == f"… {1000 - len(shown):,} more rows"
    assert len(shown) == max(room - 1, 0)
