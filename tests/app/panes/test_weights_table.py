"""The numbers of weights and epochs, as pure functions of a snapshot."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from linreg_core import Metrics, Snapshot, Status
from tests.app.driver import COMPOSED_SIZES, MIDDLE, Write, driving, inline, lines_of
from tests.app.reports import after
from tui.digits import few, shortest
from tui.panes.epoch_panel import sample_lines, summary_lines
from tui.panes.weight_columns import (
    BEST,
    GRADIENT,
    HALF_ULP,
    HELD,
    METER,
    NEXT,
    OWN,
    RATIO,
    STEP,
    TO_GO,
    WEIGHT,
    columns_of,
    held_by,
    rows_of_columns,
    stuck_words,
)
from tui.panes.weights_table import WeightsTable
from tui.worksheet import unit_of

FEW_COLUMNS = (WEIGHT, GRADIENT, STEP, NEXT, BEST, TO_GO)


def cells_of(snapshot: Snapshot, index: int, **how: bool) -> dict[str, str]:
    """What stands in each column of a weight."""
    return {column.title: column.text(index) for column in columns_of(snapshot, **how)}


# --- The weights table ----------------------------------------------------------------------------


def test_only_in_detail_are_there_the_columns_of_experts(write: Write) -> None:
    path = str(write("x,y\n1,2\n3,4\n5,9\n"))
    scaled, plain = after(0, path), after(0, path, standardize=False)
    assert tuple(cells_of(scaled, 0)) == tuple(cells_of(plain, 0)) == FEW_COLUMNS
    assert tuple(cells_of(scaled, 0, detail=True)) == (*FEW_COLUMNS, HELD, OWN, HALF_ULP)
    assert OWN not in cells_of(plain, 0, detail=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("epochs", [0, 1, 7, 300, 30_000])
def test_a_row_reads_as_its_sum_in_one_unit(epochs: int, dtype: str, write: Write) -> None:
    """D3, D17: to one unit of the last printed digit; in detail exactly."""
    for source in ("article", str(write("x,z,y\n1,2,4\n3,40,9\n5,9,1\n7,1,1\n"))):
        snapshot = after(epochs, source, dtype=dtype)
        for index in range(len(snapshot.run.names)):
            cells = cells_of(snapshot, index)
            texts = [cells[title] for title in (WEIGHT, STEP, NEXT)]
            one, two, three = map(Decimal, texts)
            assert abs(one + two - three) <= max(map(unit_of, texts)), cells
            whole = cells_of(snapshot, index, detail=True)
            kind = np.dtype(dtype).type
            assert kind(whole[WEIGHT]) + kind(whole[STEP]) == kind(whole[NEXT])
            assert kind(whole[STEP]) == -kind(snapshot.run.settings.rate) * kind(whole[GRADIENT])


def test_every_number_is_the_nearest_to_the_true_one(write: Write) -> None:
    snapshot = after(3, str(write("x,y\n1,2\n3,4\n5,9\n")))
    numbers = {
        WEIGHT: snapshot.weights,
        GRADIENT: snapshot.gradient,
        STEP: snapshot.step,
        NEXT: after(4, snapshot.run.source).weights,
        BEST: snapshot.progress.best,
        TO_GO: snapshot.progress.best - snapshot.weights,
    }
    for index in range(len(snapshot.run.names)):
        cells, whole = cells_of(snapshot, index), cells_of(snapshot, index, detail=True)
        for title, values in numbers.items():
            error = abs(Decimal(cells[title]) - Decimal(float(values[index])))
            assert error <= unit_of(cells[title]) / 2, title
            assert whole[title] == shortest(values[index])
        assert whole[OWN] == shortest(snapshot.raw_weights[index])


def test_points_stand_under_each_other_and_few_digits_are_shown(write: Write) -> None:
    """D28."""
    path = str(write("x,z,y\n1,2,4\n3,40,9\n5,9,1\n7,1,1\n"))
    snapshot = after(30, path)
    for column in columns_of(snapshot):
        texts = [column.text(index) for index in range(3)]
        points = {text[::-1].find(".") for text in texts if "e" not in text}
        assert len(points) <= 1, texts
        assert all(sum(c.isdigit() for c in text) <= 8 for text in texts)
        assert not {"+", "−"} & set("".join(texts))


def test_columns_that_do_not_fit_stand_below_in_detail_and_are_left_out_otherwise() -> None:
    columns = columns_of(after(300), detail=True)
    for room in range(1, 200):
        rows = rows_of_columns(columns, room)
        assert sum(rows, ()) == columns
        assert all(len(row) == 1 or sum(c.width for c in row) <= room for row in rows)


def test_a_column_has_its_numbers_when_its_phase_has_run() -> None:
    empty = [
        [title for title, text in cells_of(after(1, phases=done), 0).items() if not text]
        for done in range(4)
    ]
    assert empty == [[], [GRADIENT, STEP, NEXT], [GRADIENT, STEP, NEXT], [STEP, NEXT]]
    now = [[c.title for c in columns_of(after(1, phases=done)) if c.is_now] for done in range(4)]
    assert now == [[], [], [], [GRADIENT]]


# --- What is to go, and what holds it -------------------------------------------------------------


def test_to_go_is_the_way_to_the_best_fit() -> None:
    snapshot = after(7)
    for index, exact in enumerate((10, 20)):
        cells = cells_of(snapshot, index)
        assert cells[BEST] == str(exact)
        error = abs(Decimal(cells[WEIGHT]) + Decimal(cells[TO_GO]) - exact)
        assert error <= unit_of(cells[WEIGHT])


def test_what_is_best_for_a_scaled_weight_is_where_its_run_ends(write: Write) -> None:
    """D17: in the units of the run, as all of the row."""
    path = str(write("x,z,y\n1,2,4\n3,40,9\n5,9,1\n7,1,1\n"))
    end = after(20_000, path, lr="auto")
    assert end.progress.best == pytest.approx(end.weights, rel=1e-9)


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
        shown = cells_of(FROZEN, index, shows_ulps=True, detail=True)
        assert 0 < abs(float(shown[STEP])) <= float(shown[HALF_ULP])
        ulp = np.nextafter(FROZEN.weights[index], np.float32(100)) - FROZEN.weights[index]
        assert float(shown[HALF_ULP]) == pytest.approx(ulp / 2, rel=1e-6)
        assert set(shown[METER]) == {"█"}
        assert shown[RATIO] == "FROZEN"
        assert held_by(FROZEN, index) == "rounding"


def test_a_moving_weight_has_some_half_units_to_go_and_a_bar_that_is_not_full() -> None:
    snapshot = after(300, lr=0.03, dtype="float32")
    for index in (0, 1):
        shown = cells_of(snapshot, index, shows_ulps=True)
        assert 0 < shown[METER].count("█") < len(shown[METER])
        value = shown[RATIO].removeprefix("×").replace("k", "e3").replace("M", "e6")
        ratio = abs(float(shown[STEP])) / float(shown[HALF_ULP])
        assert float(value) == pytest.approx(ratio, rel=1e-2)


def test_one_weight_alone_that_does_not_move_is_stuck_and_not_frozen() -> None:
    moving = after(300, lr=0.03, dtype="float32")
    stuck = replace(moving, meter=replace(moving.meter, is_stuck=np.array([True, False])))
    assert stuck_words(stuck, 0) == "stuck"
    assert stuck_words(stuck, 1).startswith("×")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("init", [0.0, 1e-300, 1e-30, 0.1, 1e30])
def test_cells_never_leave_their_columns(init: float, dtype: str) -> None:
    with np.errstate(all="ignore"):
        snapshot = after(0, init=init, dtype=dtype)
    for shows_ulps, detail in ((True, False), (True, True), (False, False), (False, True)):
        for column in columns_of(snapshot, shows_ulps=shows_ulps, detail=detail):
            for index in (0, 1):
                assert len(column.text(index)) < column.width, column.title
                if shows_ulps:
                    assert not re.search("nan|inf", column.text(index))


async def test_u_switches_to_the_meter_and_back() -> None:
    async with driving(inline(epochs=300, dtype="float32", lr=0.03), size=MIDDLE) as drive:
        before = drive.text
        await drive.press("u")
        for title in (STEP, HALF_ULP, RATIO, METER, "u values"):
            assert title in drive.text
        assert GRADIENT not in drive.main.query_one(WeightsTable).render_line(0).text.split()
        await drive.press("u")
        assert drive.text == before


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_d_shows_all_digits_of_everything_and_d_hides_them(size: tuple[int, int]) -> None:
    async with driving(inline(epochs=300), size=size) as drive:
        before, snapshot = drive.text, drive.snapshot
        await drive.press("d")
        assert shortest(snapshot.loss) in drive.status
        table = drive.main.query_one(WeightsTable)
        told = "\n".join(table.render_line(y).text for y in range(table.size.height))
        assert shortest(snapshot.weights[0]) in told
        await drive.press("d")
        assert drive.text == before
        assert few(snapshot.loss) in drive.status


# --- The numbers of the epoch ---------------------------------------------------------------------


def test_summary_of_an_epoch() -> None:
    snapshot = after(5)
    numbers = [float(line.split()[-1]) for line in summary_lines(snapshot, detail=True)]
    largest = max(abs(snapshot.gradient))
    mae, r2 = snapshot.metrics.mae, snapshot.metrics.r2
    about_zero = snapshot.metrics.r2_about_zero
    expected = [snapshot.loss, math.sqrt(snapshot.loss), mae, r2, about_zero, largest]
    assert numbers == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", [math.inf, math.nan, 0.0])
def test_summary_of_a_loss_that_is_no_usual_number(loss: float) -> None:
    start = after(0)
    judged = Metrics.of(loss, start.sample.residual, start.sample.target)
    first, second, *_ = summary_lines(replace(start, metrics=judged, backend_loss=loss))
    assert first.split()[-1] == f"{loss:g}"
    assert second.split()[-1] == ("inf" if math.isnan(loss) else f"{loss:g}")


def test_rows_of_data_under_their_heading() -> None:
    snapshot = after(5)
    heading, *rows = sample_lines(snapshot, 60, 20)
    assert heading.split() == ["row", "y", "ŷ", "ŷ", "-", "y"]
    shown = np.array([[float(cell) for cell in row.split()] for row in rows])
    sample = snapshot.sample
    expected = np.column_stack([[1, 2, 3], sample.target, sample.prediction, sample.residual])
    assert shown == pytest.approx(expected, abs=5e-3), "two decimals, as on the worksheet"


@pytest.mark.parametrize("room", range(12))
def test_rows_that_do_not_fit_are_counted(room: int, write: Write) -> None:
    path = str(write("x,y\n" + "".join(f"{row},{row % 3}\n" for row in range(1000))))
    lines = sample_lines(after(0, path), 60, room)
    shown = [line for line in lines[1:] if re.match(r" *\d", line)]
    assert lines[-1].strip() == f"… {1000 - len(shown):,} more rows"
    assert len(shown) == max(room - 1, 0)


@pytest.mark.parametrize("detail", [False, True])
async def test_no_number_is_cut_off_beside_a_scrollbar(detail: bool, write: Write) -> None:
    """At any width, with as many weights as scroll."""
    chance = np.random.default_rng(5)
    rows = "\n".join(",".join(f"{x:.4f}" for x in row) for row in chance.normal(size=(30, 12)))
    path = str(write("a,b,c,d,e,f,g,h,i,j,k,y\n" + rows))
    async with driving(inline(path, epochs=40), size=(60, 18)) as drive:
        await drive.press(*"d" * detail)
        table = drive.main.query_one(WeightsTable)
        for width in range(60, 126, 5 if detail else 3):
            await drive.resize(width, 18)
            line = lines_of(drive.app.screen)[table.region.y + 1].split()
            assert table._blocks[0]
            words = " ".join(column.text(0) for column in table._blocks[0]).split()
            assert line[1 : 1 + len(words)] == words, width
