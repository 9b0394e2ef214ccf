"""Few digits and true ones: pure functions."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.digits import (
    ALL,
    FEW,
    NumberFormat,
    few,
    format_for,
    prediction_format,
    rate,
    share,
    shortest,
    sum_format,
)
from tui.worksheet import unit_of

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SANE = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (14314.59667, "14315"),
        (377.394, "377.39"),
        (0.033063, "0.033063"),
        (0.0, "0"),
        (1e-12, "1.0000e-12"),
        (123456789.0, "1.2346e8"),
        (1234567.0, "1234567"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (-9.8936e152, "-9.8936e152"),
    ],
)
def test_one_number_alone(value: float, text: str) -> None:
    assert few(value) == text


@given(value=FINITE, power=st.integers(-20, 20))
def test_a_text_is_the_nearest_number_that_ends_there(value: float, power: int) -> None:
    text = NumberFormat(power).write(value)
    assert "−" not in text
    assert float(text) == float(Decimal(text))
    assert abs(Decimal(text) - Decimal(value)) <= unit_of(text) / 2
    if value and abs(value) >= 10.0**power / 2 and abs(value) < 1e7 and -9 <= power <= 0:
        assert unit_of(text) == Decimal(10) ** power, "points stand under each other"


@given(value=FINITE, dtype=st.sampled_from([np.float32, np.float64]))
def test_all_digits_read_back(value: float, dtype: type[np.floating]) -> None:
    with np.errstate(over="ignore"):
        number = dtype(value)
    assert dtype(float(ALL.write(number))) == number
    assert len(ALL.write(number)) <= len(str(number))


@given(st.lists(st.tuples(SANE, SANE), min_size=1, max_size=5))
def test_a_sum_holds_to_one_unit_of_the_last_digit(pairs: list[tuple[float, float]]) -> None:
    weights, steps = zip(*pairs, strict=True)
    number_format = sum_format(weights, steps)
    for w, step in pairs:
        texts = [number_format.write(value) for value in (w, step, w + step)]
        one, two, three = map(Decimal, texts)
        assert abs(one + two - three) <= max(map(unit_of, texts)), texts


@given(st.lists(st.tuples(SANE, SANE), min_size=1, max_size=5))
def test_a_difference_holds_to_one_unit_of_its_coarsest_number(
    pairs: list[tuple[float, float]],
) -> None:
    left = format_for([one - two for one, two in pairs])
    number_format = prediction_format([value for pair in pairs for value in pair], left)
    for one, two in pairs:
        texts = number_format.write(one), number_format.write(two), left.write(one - two)
        a, b, c = map(Decimal, texts)
        assert abs(a - b - c) <= max(map(unit_of, texts)), texts


def test_a_column_has_few_digits_of_its_largest() -> None:
    assert format_for([-131.45, -167.8]) == NumberFormat(-2)
    assert format_for([]) == format_for([0.0]) == format_for([math.nan]) == NumberFormat(0)
    assert format_for([3.0], FEW + 1) == NumberFormat(-5)
    assert [NumberFormat(-5).write(value) for value in (20.09062, 1.8e-8, -0.21187)] == [
        "20.09062",
        "1.8e-8",
        "-0.21187",
    ]


def test_rates_and_shares() -> None:
    assert [rate(0.0001), rate(0.08680176321), rate(1e-9)] == ["0.0001", "0.086802", "1e-9"]
    assert share(0.86505815) == "0.8651"
    assert shortest(np.float32(0.1)) == "0.1"
