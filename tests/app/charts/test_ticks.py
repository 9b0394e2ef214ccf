"""Ticks are round, from fine to coarse, and written exactly and alike."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

import numpy as np
import pytest

from tui.charts.kit.scale import Scale
from tui.charts.kit.series import NO_SERIES, Series
from tui.charts.kit.ticks import epoch_texts, tick_sets, value_texts


def sets(scale: Scale, *, whole: bool = False) -> list[str]:
    return [" ".join(map(str, ticks)) for ticks in islice(tick_sets(scale, whole=whole), 3)]


def test_sets_of_ticks_get_coarser_and_have_two_at_least() -> None:
    assert sets(Scale(0, 4, 40, 2)) == [
        " ".join(f"{tenth / 10:.1f}" for tenth in range(41)),
        " ".join(f"{fifth / 5:.1f}" for fifth in range(21)),
        "0.0 0.5 1.0 1.5 2.0 2.5 3.0 3.5 4.0",
    ]
    assert [len(ticks) for ticks in tick_sets(Scale(0, 4, 40, 2))][-1] >= 2


def test_a_value_half_a_dot_outside_is_on_the_axis() -> None:
    assert sets(Scale(0, 3.98, 40, 2), whole=True)[-1] == "0 2 4"


def test_whole_ticks_are_whole() -> None:
    assert sets(Scale(0, 4, 40, 2), whole=True) == ["0 1 2 3 4", "0 2 4"]


def test_decades_stand_beside_the_zeros_that_a_scale_keeps_dots_for() -> None:
    assert sets(Scale(1e-8, 1, 10, 2, log=True, floor=2))[1:] == [
        "0 1E-8 0.000001 0.0001 0.01 1",
        "0 0.000001 0.001 1",
    ]


@pytest.mark.parametrize(
    ("epoch", "text"),
    [(0, "0"), (999, "999"), (1500, "1.5k"), (2 * 10**6, "2M"), (10**15, "1000T")],
)
def test_epochs_have_units(epoch: int, text: str) -> None:
    assert epoch_texts([Decimal(epoch)]) == [text]


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        (["0", "0.25", "0.5"], ["0", "0.25", "0.5"]),
        (["0", "2.5E-7", "5.0E-7"], ["0", "2.5e-7", "5e-7"]),
        (["0.1", "1", "1E+1"], ["1e-1", "1e0", "1e1"]),
    ],
)
def test_values_of_one_axis_are_written_alike(ticks: list[str], texts: list[str]) -> None:
    assert value_texts([Decimal(tick) for tick in ticks]) == texts


def test_a_series_through_values_has_no_extremes_but_them() -> None:
    x, values = np.array([1, 5]), np.array([2.0, 3.0])
    assert Series.through(x, values) == (x, values, values, values)
    assert [len(array) for array in NO_SERIES] == [0, 0, 0, 0]
