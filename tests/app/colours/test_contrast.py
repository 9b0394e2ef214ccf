"""Contrast as WCAG defines it, and colours made readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import BLACK, WHITE, Color

from tui.colours.contrast import LEAST, black_or_white, contrast, readable

COLORS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: Color(*parts))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "#fff", 21), ("#777", "#fff", 4.48), ("#767676", "#fff", 4.54), ("#f00", "#fff", 4)],
)
def test_contrast_is_that_of_the_known_tables(one: str, other: str, ratio: float) -> None:
    found = contrast(Color.parse(one), Color.parse(other))
    assert found == contrast(Color.parse(other), Color.parse(one))
    assert found == pytest.approx(ratio, abs=0.005)


@given(COLORS, COLORS)
def test_black_or_white_can_be_read_on_any_ground(one: Color, other: Color) -> None:
    assert contrast(black_or_white(one), one) >= LEAST
    assert contrast(one, one) == 1 <= contrast(one, other) <= 21


@given(COLORS, st.integers(0, 90), st.booleans())
def test_a_colour_is_made_readable_and_left_alone_if_it_was(
    color: Color, gray: int, dark: bool
) -> None:
    ground = Color(gray, gray, gray) if dark else Color(gray, gray, gray).inverse
    found = readable(color, [ground, BLACK if dark else WHITE], dark=dark)
    assert contrast(found, ground) >= LEAST
    assert found == color or contrast(color, ground) < LEAST + 0.1
