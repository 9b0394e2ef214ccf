"""What the panes say, as pure functions of a report: no app, no terminal."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from linreg_core import BACKENDS, LinregError, Snapshot, Status, TrainConfig, Trainer, load_problem
from tests.app.driver import Write
from tui.engine.messages import Activity, Report
from tui.screens.prompt import MOST_EPOCHS, read_epochs
from tui.widgets.epoch_panel import sample_lines, summary_lines
from tui.widgets.notice import describe_changes, describe_divergence, find_alarm
from tui.widgets.status_bar import ACTIVITY_WORDS, SEPARATOR, _parts, _state
from tui.widgets.weights_table import (
    CHANGE,
    GRADIENT,
    LEAST_NAME_WIDTH,
    LEAST_NUMBER_WIDTH,
    RAW,
    WEIGHT,
    fit_columns,
    weight_cells,
)


def after(epochs: int, source: str = "article", **config: object) -> Snapshot:
    """The article's problem, or another, after some epochs."""
    trainer = Trainer(load_problem(source), TrainConfig(**config))  # type: ignore[arg-type]
    trainer.run(epochs)
    return trainer.snapshot()


def report_of(
    snapshot: Snapshot | None, activity: Activity = Activity.IDLE, **more: object
) -> Report:
    return Report(activity=activity, snapshot=snapshot, **more)  # type: ignore[arg-type]


# --- How many epochs, as a person types it --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        ("1", 1),
        ("500", 500),
        ("007", 7),
        ("1,000,000", 1_000_000),
        ("1_000", 1000),
        ("1 000", 1000),
        (" 12 ", 12),
        ("1e6", 1_000_000),
        ("25e1", 250),
        ("1e15", MOST_EPOCHS),
        (str(MOST_EPOCHS), MOST_EPOCHS),
    ],
)
def test_epochs_as_typed(text: str, epochs: int) -> None:
    assert parse_epochs(text) == (epochs, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "0e5",
        "-1",
        "+1",
        "1.5",
        "abc",
        "1e",
        "e6",
        "1e6e6",
        "1e-1",
        "nan",
        "inf",
        "1\n2",
        "٣",  # a digit, but not one of ours
        "１",
        "1e16",
        "1e99",
        str(MOST_EPOCHS + 1),
        "9" * 5000,
    ],
)
def test_epochs_that_are_no_number_of_epochs(text: str) -> None:
    epochs, reason = parse_epochs(text)
    assert epochs == 0
    assert f"from 1 to {MOST_EPOCHS:,}" in reason


@given(st.text(alphabet="0123456789eE., _-+x", max_size=24))
def test_epochs_typed_are_taken_within_limits_or_refused(text: str) -> None:
    epochs, reason = parse_epochs(text)
    assert bool(reason) == (epochs == 0)
    assert 0 <= epochs <= MOST_EPOCHS


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


# --- The numbers of the epoch ---------------------------------------------------------------------


def test_summary_of_an_epoch() -> None:
    snapshot = after(5)
    numbers = [float(line.split()[-1]) for line in summary_lines(snapshot) if line]
    largest = max(abs(snapshot.gradient))
    lr = snapshot.run.settings.lr
    expected = [snapshot.loss, math.sqrt(snapshot.loss), largest, lr]
    assert numbers == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", [math.inf, math.nan, 0.0])
def test_summary_of_a_loss_that_is_no_usual_number(loss: float) -> None:
    first, second, *_ = summary_lines(replace(after(0), loss=loss))
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


# --- The notice -----------------------------------------------------------------------------------


def test_changes_name_what_is_different_and_nothing_else() -> None:
    words = describe_changes(after(7), after(0, backend="tensor"))
    assert words == (
        "New run at epoch 0: backend NumPy → torch tensor; dtype float64 → float32; "
        "initial weights 0.1 → 0."
    )


def test_changes_of_settings() -> None:
    words = describe_changes(after(0), after(0, lr=0.01, init="random", seed=3))
    assert "learning rate 0.0001 → 0.01" in words
    assert "initial weights 0.1 → random" in words
    assert "seed 0 → 3" in words
    assert "backend" not in words
    assert "dtype" not in words


def test_no_changes_are_said_to_be_none() -> None:
    assert describe_changes(after(3), after(0)) == "New run at epoch 0: same settings."


def test_a_change_too_small_for_four_digits_is_a_change() -> None:
    words = describe_changes(after(0, lr=0.010001), after(0, lr=0.010002))
    assert "learning rate" in words


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_divergence_says_where_and_what_to_try(dtype: str) -> None:
    snapshot = after(10_000, lr=0.034, dtype=dtype)
    assert snapshot.status is Status.DIVERGED
    words = describe_divergence(snapshot)
    assert f"Diverged at epoch {snapshot.status_epoch:,}" in words
    assert f"epoch {snapshot.epoch:,} are kept" in words
    assert "Learning rate 0.034 is too large" in words
    tried = re.search(r"try ([\d.e-]+) ", words)
    assert tried
    rescued = after(10_000, lr=float(tried[1]), dtype=dtype)
    assert rescued.status is Status.READY


def test_divergence_of_a_stable_rate_blames_the_dtype(write: Write) -> None:
    path = str(write("x,y\n1,1e200\n2,-1e200\n3,3e200\n"))
    with np.errstate(all="ignore"):
        snapshot = after(10, path, dtype="float64")
    assert snapshot.status is Status.DIVERGED
    assert "too large for this dtype" in describe_divergence(snapshot)


def test_alarms_come_before_everything_else() -> None:
    refusal = LinregError("bad-value", "seed must be red", file="a\x1b[31m.csv")
    assert find_alarm(report_of(after(1), refusal=refusal)) == (
        r"Refused: a\x1b[31m.csv: seed must be red"
    )
    gone = report_of(after(1), Activity.STOPPED, notice="the process ended\n")
    assert find_alarm(gone) == r"the process ended\n"
    assert find_alarm(report_of(after(1))) == ""
    assert find_alarm(report_of(None)) == ""


# --- The top line ---------------------------------------------------------------------------------


def test_parts_of_the_top_line() -> None:
    parts = _parts(report_of(after(1234)))
    assert parts == ["article 3×2", "NumPy · cpu · float64", "lr 0.0001", "epoch 1,234"]
    assert _parts(report_of(None)) == []


@pytest.mark.parametrize("rule", ["auto", "best"])
def test_a_rule_that_gave_the_learning_rate_is_named(rule: str) -> None:
    assert f"({rule})" in SEPARATOR.join(_parts(report_of(after(0, lr=rule))))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_top_line_names_the_backend_as_the_table_of_backends_does(backend: str) -> None:
    snapshot = after(0)
    settings = replace(snapshot.run.settings, backend=backend)
    snapshot = replace(snapshot, run=replace(snapshot.run, settings=settings))
    assert BACKENDS[backend].label in _parts(report_of(snapshot))[1]


def test_the_folder_of_a_file_is_left_out_and_a_hostile_name_made_visible() -> None:
    snapshot = after(0)
    source = "/some/where/[@click=app.quit]w\x1b]0;\u202e.csv"
    snapshot = replace(snapshot, run=replace(snapshot.run, source=source))
    name = _parts(report_of(snapshot))[0]
    assert name.startswith(r"[@click=app.quit]w\x1b]")
    assert name.isprintable()
    assert "/" not in name


def test_every_activity_and_every_status_has_words() -> None:
    snapshot = after(3)
    for activity in set(Activity) - {Activity.IDLE}:
        words, _ = _state(report_of(snapshot, activity))
        assert words == ACTIVITY_WORDS[activity]
    for status in set(Status) - {Status.READY}:
        ended = replace(snapshot, status=status, status_epoch=4)
        assert _state(report_of(ended))[0] == f"{status.upper()} at 4"
    assert _state(report_of(snapshot))[0] == "PAUSED"
    assert _state(report_of(after(0)))[0] == "READY"
    assert _state(report_of(None))[0] == "NO RUN"


def test_a_rate_is_shown_when_it_is_known() -> None:
    report = report_of(after(3), Activity.RUNNING, rate=182_400.0)
    assert _state(report)[0] == "RUNNING 182k epochs/s"


def test_nothing_is_told_by_colour_alone() -> None:
    """Two states that differ have different words."""
    snapshot = after(3)
    diverged = replace(snapshot, status=Status.DIVERGED, status_epoch=4)
    converged = replace(snapshot, status=Status.CONVERGED, status_epoch=3)
    reports = [report_of(snapshot, activity) for activity in Activity]
    reports += [report_of(after(0)), report_of(diverged), report_of(converged), report_of(None)]
    words = [Text(_state(report)[0]).plain for report in reports]
    assert len(set(words)) == len(words)
