"""The axes of the charts: each label is round, has room and stands where its value is drawn."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.lengths import examples
from tui.charts.kit.axis import MIN_COLUMNS, MIN_ROWS, epoch_axis, value_axis, value_labels
from tui.charts.kit.scale import (
    FARTHEST,
    GHOST_DECADES,
    Scale,
    epoch_scale,
    loss_scale,
    value_scale,
    with_ghosts,
)

LARGEST = sys.float_info.max
SMALLEST = 5e-324


# --- Dots ----------------------------------------------------------------------------------------


def dots(scale: Scale, *values: float) -> list[int]:
    return [int(dot) for dot in scale.dot(np.array(values))]


def test_equal_differences_take_equal_lengths() -> None:
    assert dots(Scale(10, 20, 3, 2), 10, 12, 14, 16, 18, 20) == [0, 1, 2, 3, 4, 5]


def test_equal_ratios_take_equal_lengths_on_a_logarithmic_scale() -> None:
    assert dots(Scale(0.01, 1000, 3, 2, log=True), 0.01, 0.1, 1, 10, 100, 1000) == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]


def test_zero_stands_below_a_logarithmic_scale() -> None:
    assert dots(Scale(0.1, 1, 3, 2, log=True, floor=2), 0, 0.1, 1) == [0, 2, 5]


@pytest.mark.parametrize("log", [True, False])
def test_values_outside_go_to_the_edge(log: bool) -> None:
    assert dots(Scale(1, 2, 4, 2, log=log), 0, SMALLEST, 0.9, 2.1, LARGEST) == [0, 0, 0, 7, 7]


@pytest.mark.parametrize(
    ("losses", "ends"),
    [
        ([3.0, 1.0, 2.0], (1.0, 3.0)),
        ([2.0, 2.0], (0.0, 4.0)),
        ([4.2, np.nextafter(4.2, 5)], (0.0, 2 * np.nextafter(4.2, 5))),
        ([0.0], (0.0, 1.0)),
        ([LARGEST], (0.0, LARGEST)),
    ],
)
def test_linear_scale_of_losses(losses: list[float], ends: tuple[float, float]) -> None:
    assert loss_scale(np.array(losses), 10, 4, log=False) == Scale(*ends, 10, 4)


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([3.0, 1.0, 2.0], Scale(1.0, 3.0, 10, 4, log=True)),
        ([0.0, 1.0, 2.0], Scale(1.0, 2.0, 10, 4, log=True, floor=4)),
        ([2.0, 2.0], Scale(0.2, 20.0, 10, 4, log=True)),
        ([SMALLEST], Scale(SMALLEST, 10 * SMALLEST, 10, 4, log=True)),
        ([LARGEST], Scale(LARGEST / 10, LARGEST, 10, 4, log=True)),
        ([0.0], Scale(0.0, 1.0, 10, 4)),
    ],
)
def test_logarithmic_scale_of_losses(losses: list[float], expected: Scale) -> None:
    assert loss_scale(np.array(losses), 10, 4, log=True) == expected


@pytest.mark.parametrize(
    ("losses", "ghosts", "ends"),
    [
        ([4.0, 8.0], [], (4.0, 8.0)),
        ([4.0, 8.0], [5.0, 7.0], (4.0, 8.0)),
        ([4.0, 8.0], [3.0, 11.0], (3.0, 11.0)),
        ([4.0, 8.0], [SMALLEST, 1e9], (SMALLEST, 12.0)),
        ([14.0, 18.0], [0.0, LARGEST], (10.0, 22.0)),
        ([2.0], [0.0, 1e9], (0.0, 4.0)),
        ([0.0], [0.0, 1e9], (0.0, 1e9)),
        ([LARGEST], [1.0], (1.0, LARGEST)),
        ([0.0, LARGEST], [1.0, LARGEST], (0.0, LARGEST)),
    ],
)
def test_ghosts_widen_a_linear_scale_by_its_length_to_either_side(
    losses: list[float], ghosts: list[float], ends: tuple[float, float]
) -> None:
    both = with_ghosts(np.array(losses), np.array(ghosts), log=False)
    assert loss_scale(both, 10, 4, log=False) == Scale(*ends, 10, 4)


@pytest.mark.parametrize(
    ("losses", "ghosts", "low", "high", "floor"),
    [
        ([4.0, 8.0], [], 4.0, 8.0, 0),
        ([4.0, 8.0], [0.5, 100.0], 0.5, 100.0, 0),
        ([4.0, 8.0], [1e-9, 1e9], 4.0 / 10**GHOST_DECADES, 8.0 * 10**GHOST_DECADES, 0),
        ([4.0, 8.0], [0.0, 1e9], 4.0, 8.0 * 10**GHOST_DECADES, 4),
        ([0.0, 4.0], [1e-9], 4.0 / 10**GHOST_DECADES, 4.0, 4),
        ([0.0], [1e-9, 1e9], 1e-9, 1e9, 4),
        ([1.0, LARGEST], [LARGEST], 1.0, LARGEST, 0),
        ([SMALLEST, 1.0], [SMALLEST], SMALLEST, 1.0, 0),
    ],
)
def test_ghosts_widen_a_logarithmic_scale_by_a_few_decades_to_either_side(
    losses: list[float], ghosts: list[float], low: float, high: float, floor: int
) -> None:
    both = with_ghosts(np.array(losses), np.array(ghosts), log=True)
    assert loss_scale(both, 10, 4, log=True) == Scale(low, high, 10, 4, log=True, floor=floor)


def test_scale_of_epochs_ends_at_the_newest() -> None:
    assert epoch_scale(0, 10, 2, log=False) == Scale(0, 1, 10, 2)
    assert epoch_scale(999, 10, 2, log=False) == Scale(0, 999, 10, 2)
    assert epoch_scale(1, 10, 2, log=True) == Scale(1, 2, 10, 2, log=True)
    assert epoch_scale(999, 10, 2, log=True) == Scale(1, 999, 10, 2, log=True)


@pytest.mark.parametrize(
    ("values", "margin", "ends"),
    [
        ([3.0, -1.0, 2.0], 0, (-1.0, 3.0)),
        ([3.0, -1.0, 2.0], 0.5, (-3.0, 5.0)),
        ([-4.0, -4.0], 0.5, (-8.0, 0.0)),
        ([4.2, np.nextafter(4.2, 5)], 0, (-np.nextafter(4.2, 5) + 4.2, 4.2 * 2)),
        ([0.0], 0, (-1.0, 1.0)),
        ([SMALLEST], 0, (0.0, 2 * SMALLEST)),
        ([-LARGEST, LARGEST], 0.5, (-FARTHEST, FARTHEST)),
        ([LARGEST], 0, (0.0, FARTHEST)),
    ],
)
def test_scale_of_values_of_any_sign(
    values: list[float], margin: float, ends: tuple[float, float]
) -> None:
    scale = value_scale(np.array(values), 10, 4, margin=margin)
    assert scale.ends == pytest.approx(ends, rel=1e-12, abs=0)


def test_values_stand_at_the_middle_of_their_dots() -> None:
    scale = Scale(-2, 7, 5, 2)
    assert scale.value(np.arange(10)).tolist() == [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7]
    assert dots(scale, *scale.value(np.arange(10))) == list(range(10))


# --- Labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "log", "picture"),
    [
        (
            10**6,
            False,
            """
┬────────┬────────┬───────┬────────┬────────┬
0       200k     400k    600k     800k     1M""",
        ),
        (
            999_999,
            False,
            """
┬────────┬────────┬───────┬────────┬────────┬
0       200k     400k    600k     800k     1M""",
        ),
        (
            10**15,
            False,
            """
┬────────┬────────┬───────┬────────┬────────┬
0       200T     400T    600T     800T  1000T""",
        ),
        (
            30,
            True,
            """
┬────────┬───────────┬────────┬────────┬─────
1        2           5        10       20""",
        ),
        (
            10**6,
            True,
            """
┬──────┬───────┬──────┬──────┬───────┬──────┬
1      10     100     1k    10k     100k   1M""",
        ),
    ],
)
def test_labels_of_epochs(newest: int, log: bool, picture: str) -> None:
    line, labels = epoch_axis(epoch_scale(newest, 45, 2, log=log))
    assert f"\n{line}\n{labels.rstrip()}" == picture


@pytest.mark.parametrize(
    ("losses", "log", "expected"),
    [
        ([0.0, 3.99], False, "0 1 2 3 4"),
        ([0.0, 250_000.0], False, "0 50000 100000 150000 200000 250000"),
        ([0.0, 2_500_000.0], False, "0 5e5 1e6 1.5e6 2e6 2.5e6"),
        ([0.0, 3e-7], False, "0 1e-7 2e-7 3e-7"),
        ([1.0, 1 + 1e-5], False, "1.000000 1.000002 1.000004 1.000006 1.000008 1.000010"),
        ([0.0, LARGEST], False, "0 5e307 1e308 1.5e308"),
        ([0.0, 1e-320], False, "0 2e-321 4e-321 6e-321 8e-321 1e-320"),
        ([3.0, 3.4], True, "3.0 3.1 3.2 3.3 3.4"),
        ([0.5, 50], True, "1e0 1e1"),
        ([1e-8, 1e4], True, "1e-6 1e-3 1e0 1e3"),
        ([0.0, 1e-4, 1e4], True, "0 1e-3 1e0 1e3"),
        ([1e-300, LARGEST], True, "1e-200 1e0 1e200"),
        ([SMALLEST, 1e-320], True, "1e-323 1e-322 1e-321 1e-320"),
    ],
)
def test_labels_of_losses(losses: list[float], log: bool, expected: str) -> None:
    labels = value_labels(loss_scale(np.array(losses), 12, 4, log=log))
    assert " ".join(labels.values()) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-1.0, 1.0], "-1.0 -0.5 0 0.5 1.0"),
        ([-10.0, 100.0], "0 20 40 60 80 100"),
        ([-3e-7, 0.0], "-3e-7 -2e-7 -1e-7 0"),
        ([-100.0, -99.0], "-100.0 -99.8 -99.6 -99.4 -99.2 -99.0"),
        ([-LARGEST, LARGEST], "-4e307 -2e307 0 2e307 4e307"),
    ],
)
def test_labels_of_values(values: list[float], expected: str) -> None:
    labels = value_labels(value_scale(np.array(values), 12, 4))
    assert " ".join(labels.values()) == expected


def test_axis_of_values() -> None:
    line, labels = value_axis(value_scale(np.array([-1.5, 2.5]), 45, 2))
    assert (
        f"\n{line}\n{labels}"
        == """
─────┬──────────┬───────────┬──────────┬─────
     -1         0           1          2     """
    )


def test_few_rows_have_labels_on_neighbours() -> None:
    assert value_labels(loss_scale(np.array([0.0, 2.0]), MIN_ROWS, 4, log=False)) == {
        0: "0",
        1: "1",
        2: "2",
    }


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(0, LARGEST),
            st.floats(0, 1e4),
            st.floats(1, 1.01),
            st.sampled_from([0.0, SMALLEST, 1e-320, 1e-300, 1e300, LARGEST]),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(MIN_ROWS, 60),
    st.sampled_from([2, 4]),
    st.booleans(),
)
@example([4.2, np.nextafter(4.2, 5)], 20, 4, False)
@example([2683.0], 4, 2, True)
def test_every_label_of_a_loss_stands_where_that_loss_is_drawn(
    losses: list[float], rows: int, dots_per_cell: int, log: bool
) -> None:
    scale = loss_scale(np.array(losses), rows, dots_per_cell, log=log)
    labels = value_labels(scale)
    assert len(set(labels.values())) == len(labels) >= 2
    drawn = dots(scale, *map(float, labels.values()))
    assert [dot // dots_per_cell for dot in drawn] == list(labels)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(-LARGEST, LARGEST),
            st.floats(-1e4, 1e4),
            st.floats(-1.01, -1),
            st.sampled_from([0.0, SMALLEST, -1e-320, 1e300, -LARGEST]),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(MIN_COLUMNS, 200),
)
def test_every_label_of_a_value_stands_where_that_value_is_drawn(
    values: list[float], cells: int
) -> None:
    scale = value_scale(np.array(values), cells, 2)
    upright = value_labels(scale)
    assert [dot // 2 for dot in dots(scale, *map(float, upright.values()))] == list(upright)
    line, under = value_axis(scale)
    assert len(line) == len(under) == cells
    marks = [cell for cell, character in enumerate(line) if character == "┬"]
    assert [dot // 2 for dot in dots(scale, *map(float, under.split()))] == marks


@settings(max_examples=examples(200), deadline=None)
@given(
    st.one_of(st.integers(0, 100), st.integers(0, 10**6), st.integers(0, 10**15)),
    st.integers(MIN_COLUMNS, 200),
    st.booleans(),
)
@example(10**15, MIN_COLUMNS, True)
def test_every_label_of_an_epoch_stands_under_its_mark(
    newest: int, columns: int, log: bool
) -> None:
    scale = epoch_scale(newest, columns, 2, log=log)
    line, labels = epoch_axis(scale)
    assert len(line) == len(labels) == columns
    marks = [cell for cell, character in enumerate(line) if character == "┬"]
    assert [dot // 2 for dot in dots(scale, *map(epoch, labels.split()))] == marks != []
    assert all(labels[mark] != " " for mark in marks)


def epoch(label: str) -> float:
    digits = label.rstrip("kMGT")
    return float(digits) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}[label[len(digits) :]]
