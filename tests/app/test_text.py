"""Numbers and names as text: exact widths, and as true as the width allows."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text import (
    compact,
    duration,
    epochs_in_words,
    full_width,
    in_screen_words,
    number,
    shorten,
)

WIDTHS = st.integers(9, 24)
FINITE = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)


def last_place(text: str) -> Decimal:
    """The value of one unit in the last digit that is shown."""
    mantissa, _, exponent = text.strip().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return Decimal(10) ** (int(exponent or 0) - decimals)


def test_the_full_width_is_what_all_digits_of_a_dtype_take() -> None:
    assert len(number(-1.2345678e-5, full_width("float32")).strip()) == len("-1.234568e-5")
    assert [full_width(dtype) for dtype in ("float32", "float64")] == [12, 16]


# --- number --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (50.0, 9, "50"),
        (math.nextafter(50.0, 51.0), 9, "50.000000"),
        (0.1, 9, "0.1"),
        (1 / 3, 9, "0.3333333"),
        (-1 / 3, 9, "-0.333333"),
        (0.0, 9, "0"),
        (-0.0, 9, "0"),
        (1e-3, 9, "0.001"),
        (9.87654321e-4, 9, "9.8765e-4"),
        (-1.23456e-5, 9, "-1.235e-5"),
        (12345.0, 9, "12345"),
        (5e-324, 9, "4.94e-324"),
        (-1.7976931348623157e308, 9, "-1.80e308"),
        (math.inf, 9, "inf"),
        (-math.inf, 9, "-inf"),
        (math.nan, 9, "nan"),
        (10.000000078620435, 16, "10.0000000786204"),
    ],
)
def test_number(value: float, width: int, text: str) -> None:
    assert number(value, width) == text.rjust(width)


def test_signed_number_has_its_plus() -> None:
    assert number(0.25, 9, signed=True) == "    +0.25"
    assert number(-0.25, 9, signed=True) == "    -0.25"
    assert number(math.inf, 9, signed=True) == "     +inf"


@given(value=st.floats(), width=WIDTHS, signed=st.booleans())
def test_number_has_its_width_whatever_the_value(value: float, width: int, signed: bool) -> None:
    assert len(number(value, width, signed=signed)) == width


@given(value=FINITE, width=WIDTHS, signed=st.booleans())
def test_number_is_rounded_from_the_value(value: float, width: int, signed: bool) -> None:
    text = number(value, width, signed=signed)
    assert abs(Decimal(text.strip()) - Decimal(value)) <= last_place(text) / 2


@given(value=FINITE, width=WIDTHS, signed=st.booleans())
def test_number_without_decimals_is_exact(value: float, width: int, signed: bool) -> None:
    text = number(value, width, signed=signed).strip()
    if "e" not in text and "." not in text:
        assert float(text) == value


@given(value=FINITE, width=WIDTHS, signed=st.booleans())
def test_number_shows_a_zero_at_the_end_only_where_it_is_rounded(
    value: float, width: int, signed: bool
) -> None:
    text = number(value, width, signed=signed).strip()
    mantissa = text.partition("e")[0]
    if "." in mantissa and mantissa.endswith("0"):
        assert float(text) != value


@given(value=FINITE, width=WIDTHS, signed=st.booleans())
def test_number_has_as_many_digits_as_fit(value: float, width: int, signed: bool) -> None:
    text = number(value, width, signed=signed).strip()
    mantissa, e, exponent = text.partition("e")
    if float(text) != value:
        longer = len(mantissa) + (1 if "." in mantissa else 2) + len(e + exponent)
        assert longer > width, f"{text!r} leaves room for another digit in {width} characters"


@given(value=FINITE.filter(bool), width=WIDTHS)
def test_number_has_a_sign_where_the_value_has_one(value: float, width: int) -> None:
    assert number(value, width).strip().startswith("-") == (value < 0)
    assert number(value, width, signed=True).strip()[0] == ("-" if value < 0 else "+")


# --- compact -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.5e-5, "1.5e-5"),
        (0.0331, "0.0331"),
        (0.033063, "0.03306"),
        (999.0, "999"),
        (182_000.0, "182k"),
        (182_499.0, "182k"),
        (1_500_000.0, "1.5M"),
        (2e10, "20G"),
        (1e15, "1e15"),
        (-1234.0, "-1.23k"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_compact(value: float, text: str) -> None:
    assert compact(value) == text


@pytest.mark.parametrize("value", [999_600.0, 999_999.0, 999_999_999.0, 9.999e14])
def test_compact_rounds_up_into_the_next_unit(value: float) -> None:
    assert "e+" not in compact(value)


def read_compact(text: str) -> float:
    unit = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(text[-1])
    return float(text[:-1]) * unit if unit else float(text)


@given(FINITE)
def test_compact_is_short_and_true_to_three_digits(value: float) -> None:
    text = compact(value)
    assert len(text) <= len("-1.234e-308")
    if math.isfinite(read_compact(text)):  # 1.7976e308 is written 1.798e308, which is no float
        assert math.isclose(read_compact(text), value, rel_tol=5e-3)


# --- duration ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.4, "0 s"),
        (3.0, "3 s"),
        (99.4, "99 s"),
        (99.5, "2 min"),
        (240.0, "4 min"),
        (99 * 60.0, "99 min"),
        (125 * 60.0, "2 h 5 min"),
        (47.99 * 3600, "47 h 59 min"),
        (48 * 3600.0, "2 days"),
        (12 * 86_400.0, "12 days"),
        (999 * 86_400.0, "999 days"),
        (3_000 * 365.25 * 86_400, "3,000 years"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0, 1e18))
def test_a_duration_is_never_written_with_an_exponent(seconds: float) -> None:
    assert "e+" not in duration(seconds)
    assert duration(seconds)[0].isdigit()


# --- shorten -------------------------------------------------------------------------------------


@given(st.text(), st.integers(1, 40))
def test_shorten_cuts_only_what_is_too_long(text: str, width: int) -> None:
    short = shorten(text, width)
    assert len(short) <= width
    if len(text) <= width:
        assert short == text
    else:
        assert short == text[: width - 1] + "…"


def test_options_of_the_command_line_are_said_in_the_words_of_the_screen() -> None:
    for told, shown in (
        ("a target; --one-hot makes features of it", "a target; one-hot (h) makes features of it"),
        ("with --missing drop", "with missing: drop"),
        ("skip it with --skip-lines 3", "skip it with skip lines 3"),
        ("--rows must be from 2", "rows must be from 2"),
        ("use --dtype float64", "use precision float64"),
        ("a-b, a--b, 1 -- 2 and -x", "a-b, a--b, 1 -- 2 and -x"),
    ):
        assert in_screen_words(told) == shown


def test_less_than_an_epoch_is_said_in_words() -> None:
    assert [epochs_in_words(count) for count in (0.064, 1.0, 1.44, 12.6)] == [
        "less than 1",
        "1",
        "1.4",
        "13",
    ]
