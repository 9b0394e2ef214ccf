"""The numbers of weights and epochs, as pure functions of a snapshot."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import Metrics, Status
from tests.app.driver import MIDDLE, Write, driving, inline
from tests.app.reports import after
from tui.panes.epoch_panel import sample_lines, summary_lines
from tui.panes.weights_table import (
    CAUSE,
    CHANGE,
    GRADIENT,
    HALF_ULP,
    LEAST_NAME_WIDTH,
    LEAST_NUMBER_WIDTH,
    METER,
    NAMED_WIDTH,
    RAW,
    STEP,
    STUCK,
    TEXT_WIDTHS,
    TO_GO,
    ULP_COLUMNS,
    WEIGHT,
    changed_columns,
    fit_columns,
    held_by,
    stuck_words,
    value_columns,
    weight_cells,
    weights_title,
    width_of,
)
from tui.text import full_width

# --- The weights table ----------------------------------------------------------------------------


WIDTHS = range(LEAST_NAME_WIDTH + 1 + LEAST_NUMBER_WIDTH, 121)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [value_columns(after(0)), ULP_COLUMNS], ids=["values", "ulps"])
def test_columns_of_weights_leave_room_for_the_name(columns: tuple[str, ...], dtype: str) -> None:
    for width in WIDTHS:
        for name_width in (LEAST_NAME_WIDTH, 13, NAMED_WIDTH):
            fitting, number_width = fit_columns(columns, width, name_width, dtype)
            assert fitting == list(columns[: len(fitting)])
            assert LEAST_NUMBER_WIDTH <= number_width <= full_width(dtype)
            taken = sum(width_of(column, number_width) + 1 for column in fitting)
            assert len(fitting) == 1 or width - taken >= name_width


@pytest.mark.parametrize("columns", [value_columns(after(0)), ULP_COLUMNS], ids=["values", "ulps"])
def test_columns_are_dropped_from_the_right_and_only_when_digits_run_out(
    columns: tuple[str, ...],
) -> None:
    least = [TEXT_WIDTHS.get(column, LEAST_NUMBER_WIDTH) + 1 for column in columns]
    for width in WIDTHS:
        fitting, _ = fit_columns(columns, width, LEAST_NAME_WIDTH, "float64")
        room_for = sum(width - LEAST_NAME_WIDTH >= taken for taken in np.cumsum(least))
        assert len(fitting) == room_for


def test_only_scaled_weights_have_a_second_column_for_the_file_s_units(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    assert value_columns(after(0, path)) == (WEIGHT, RAW, GRADIENT, CHANGE, TO_GO, CAUSE)
    assert RAW not in value_columns(after(0, path, standardize=False))


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


def test_the_last_phase_has_changed_nothing_between_epochs() -> None:
    assert [changed_columns(after(1, phases=done)) for done in range(4)] == [
        (),
        (),
        (),
        (GRADIENT,),
    ]


# --- What is to go, and what holds it -------------------------------------------------------------


def test_to_go_is_the_way_to_the_optimum() -> None:
    snapshot = after(7)
    for index, exact in enumerate((10.0, 20.0)):
        (cell,) = weight_cells(snapshot, index, [TO_GO], 16)
        assert float(cell) == pytest.approx(exact - snapshot.weights[index], rel=1e-9)
        assert cell.strip()[0] in "+-"


def test_a_mode_holds_a_weight_that_is_on_its_way() -> None:
    """After 1,000 epochs the steep direction is done: the flat one holds both weights."""
    assert [held_by(after(1_000, lr=0.01), index) for index in (0, 1)] == ["mode 2", "mode 2"]


def test_of_hundreds_of_modes_the_one_that_holds_has_its_own_number(write: Write) -> None:
    snapshot = after(20, str(write(many_columns(230))), standardize=False, bias=False, lr="auto")
    told, slowest = snapshot.theory.listed, snapshot.progress.slowest
    assert told[-1] == 229
    for index in np.flatnonzero(told[slowest] > len(told))[:5].tolist():
        assert held_by(snapshot, index) == f"mode {told[slowest[index]] + 1}"
    assert (told[slowest] > len(told)).any()


def many_columns(columns: int) -> str:
    """A table with more rows than columns, of random numbers."""
    random_rows = np.random.default_rng(3).normal(size=(columns + 50, columns + 1))
    names = [*(f"f{column}" for column in range(columns)), "y"]
    return "\n".join(",".join(map(str, row)) for row in [names, *random_rows.tolist()])


def test_a_learning_rate_beyond_the_limit_holds_every_weight() -> None:
    assert [held_by(after(10_000, lr=0.034), index) for index in (0, 1)] == ["lr > limit"] * 2


def test_weights_that_are_not_unique_are_held_by_nothing_else() -> None:
    snapshot = after(10, bias=True, lr=0.01)
    assert [held_by(snapshot, index) for index in range(3)] == ["not unique"] * 3


def test_features_that_are_all_zero_hold_by_nothing_at_all(write: Write) -> None:
    snapshot = after(0, str(write("x,y\n0,1\n0,2\n")), bias=False, standardize=False, lr=0.1)
    unknown = replace(snapshot, theory=replace(snapshot.theory, is_free=np.array([False])))
    moving = replace(unknown, meter=replace(unknown.meter, is_stuck=np.array([False])))
    still = replace(moving.progress, is_stuck=np.array([False]))
    assert held_by(snapshot, 0) == "not unique"
    assert held_by(replace(moving, progress=still), 0) == "nothing"


# --- The ULP meter --------------------------------------------------------------------------------


FROZEN = after(3_000, lr=0.03, dtype="float32")


def test_in_a_frozen_run_every_step_is_at_most_half_a_unit_in_the_last_place() -> None:
    assert FROZEN.status is Status.FROZEN
    for index in (0, 1):
        cells = weight_cells(FROZEN, index, list(ULP_COLUMNS), 16)
        shown = dict(zip(ULP_COLUMNS, cells, strict=True))
        assert 0 < float(shown[STEP]) <= float(shown[HALF_ULP])
        ulp = np.nextafter(FROZEN.weights[index], np.float32(100)) - FROZEN.weights[index]
        assert float(shown[HALF_ULP]) == pytest.approx(ulp / 2, rel=1e-6)
        assert shown[METER] == " " + "█" * (TEXT_WIDTHS[METER] - 1)
        assert shown[STUCK].strip() == "FROZEN"
        assert held_by(FROZEN, index) == "rounding"


def test_a_moving_weight_has_some_half_units_to_go_and_a_bar_that_is_not_full() -> None:
    snapshot = after(300, lr=0.03, dtype="float32")
    for index in (0, 1):
        step, half, meter, ratio = weight_cells(snapshot, index, list(ULP_COLUMNS[1:]), 16)
        assert 0 < meter.count("█") < TEXT_WIDTHS[METER] - 1
        assert ratio.strip().startswith("×")
        value = ratio.strip()[1:].replace("k", "e3").replace("M", "e6")
        assert float(value) == pytest.approx(float(step) / float(half), rel=1e-2)


def test_one_weight_alone_that_does_not_move_is_stuck_and_not_frozen() -> None:
    moving = after(300, lr=0.03, dtype="float32")
    stuck = replace(moving, meter=replace(moving.meter, is_stuck=np.array([True, False])))
    assert stuck_words(stuck, 0) == "stuck"
    assert stuck_words(stuck, 1).startswith("×")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("init", [0.0, 1e-300, 1e-30, 0.1, 1e30])
def test_cells_of_the_meter_never_leave_their_columns(init: float, dtype: str) -> None:
    with np.errstate(all="ignore"):
        snapshot = after(0, init=init, dtype=dtype)
    cells = weight_cells(snapshot, 0, list(ULP_COLUMNS), LEAST_NUMBER_WIDTH)
    assert [len(cell) for cell in cells] == [
        width_of(column, LEAST_NUMBER_WIDTH) for column in ULP_COLUMNS
    ]
    assert not re.search("nan|inf", "".join(cells))


def test_the_title_says_what_is_shown_and_since_when_nothing_moves() -> None:
    since = f" (frozen since {FROZEN.status_epoch:,})"
    assert weights_title(None, shows_ulps=False) == "Weights"
    assert weights_title(after(3), shows_ulps=False) == "Weights"
    assert weights_title(FROZEN, shows_ulps=False) == f"Weights{since}"
    assert weights_title(FROZEN, shows_ulps=True) == f"Weights: ULP meter{since}"


async def test_u_switches_to_the_meter_and_back() -> None:
    async with driving(inline(epochs=300, dtype="float32", lr=0.03), size=MIDDLE) as drive:
        before = drive.text
        await drive.press("u")
        for title in ("lr·g", "½ulp", "digits out", "÷½ulp", "Weights: ULP meter", "u  values"):
            assert title in drive.text
        assert "∂MSE/∂w " not in drive.text.splitlines()[2]
        await drive.press("u")
        assert drive.text == before


# --- The numbers of the epoch ---------------------------------------------------------------------


def test_summary_of_an_epoch() -> None:
    snapshot = after(5)
    numbers = [float(line.split()[-1]) for line in summary_lines(snapshot)]
    largest = max(abs(snapshot.gradient))
    mae, r2 = snapshot.metrics.mae, snapshot.metrics.r2
    about_zero = snapshot.metrics.r2_about_zero
    expected = [snapshot.loss, math.sqrt(snapshot.loss), mae, r2, about_zero, largest]
    assert numbers == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", [math.inf, math.nan, 0.0])
def test_summary_of_a_loss_that_is_no_usual_number(loss: float) -> None:
    start = after(0)
    judged = Metrics.of(loss, start.sample.residual, start.sample.target)
    first, second, *_ = summary_lines(replace(start, metrics=judged))
    shown = "inf" if math.isnan(loss) else f"{loss:g}"
    assert first.split()[-1] == second.split()[-1] == shown


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
