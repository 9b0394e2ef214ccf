"""Numbers for the back row: what they look like, and that they keep their places."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.charts.big import GLYPHS, HEIGHT, big, big_numbers, rows_of
from tui.panes.presenter import in_digits


def picture(lines: list[str]) -> str:
    return "\n" + "\n".join(line.rstrip() for line in lines)


def test_digits_are_drawn_in_half_blocks() -> None:
    assert (
        picture(big("0123456789", 1))
        == """
█▀█ ▄█  ▀▀█ ▀▀█ █ █ █▀▀ █▀▀ ▀▀█ █▀█ █▀█
█ █  █  █▀▀  ▀█ ▀▀█ ▀▀█ █▀█   █ █▀█ ▀▀█
▀▀▀ ▀▀▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀"""
    )


def test_and_larger() -> None:
    assert (
        picture(big("-1.5e", 2))
        == """
          ██        ██████
        ████        ██      ██████
██████    ██        ██████  ██████
          ██            ██  ██
        ██████  ██  ██████  ██████"""
    )
    assert [len(big("-1.5e", scale)) for scale in (1, 2, 3)] == [3, 5, 8]


def test_every_glyph_is_a_rectangle() -> None:
    for glyph in GLYPHS.values():
        assert len(glyph) == HEIGHT
        assert len({len(line) for line in glyph}) == 1


@given(
    st.one_of(
        st.floats(),
        st.integers(-(10**12), 10**12).map(float),
        st.sampled_from([math.inf, math.nan]),
    ),
    st.integers(1, 3),
)
def test_every_number_can_be_written_large(value: float, scale: int) -> None:
    lines = big(in_digits(value), scale)
    assert len(lines) == rows_of(scale)
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (377.394, "377.4"),
        (-0.19574, "-0.196"),
        (13636.2, "13636"),
        (1e-5, "1.0e-5"),
        (0, "0"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (1e300, "1.000e300"),
    ],
)
def test_four_digits_are_shown(value: float, text: str) -> None:
    assert in_digits(value) == text


def test_numbers_stand_under_their_names_and_keep_their_places() -> None:
    def rows(epoch: str, loss: str, width: int = 60) -> list[str]:
        numbers = [("epoch", epoch, "now"), ("loss", loss, "value"), ("x1", "11.38", "value")]
        return ["".join(span.text for span in row) for row in big_numbers(numbers, width, 1)]

    assert (
        picture(rows("300", "377.4"))
        == """
epoch             loss                x1
▀▀█ █▀█ █▀█       ▀▀█ ▀▀█ ▀▀█   █ █   ▄█  ▄█    ▀▀█ █▀█
 ▀█ █ █ █ █        ▀█   █   █   ▀▀█    █   █     ▀█ █▀█
▀▀▀ ▀▀▀ ▀▀▀       ▀▀▀   ▀   ▀ ▀   ▀   ▀▀▀ ▀▀▀ ▀ ▀▀▀ ▀▀▀"""
    )
    assert rows("9", "377.4")[0] == rows("999", "1.000")[0], "few digits or more of them"
    assert rows("300", "377.4", 40)[0].split() == ["epoch", "loss"], "the others have no room"
    assert rows("300", "377.4", 5)[0] == ""
