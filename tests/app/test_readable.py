"""Every text in every theme can be read: each cell that is drawn is measured."""

from __future__ import annotations

import pytest
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

from tests.app.driver import MIDDLE, AnyEngine, Drive, driving, inline
from tui.readable import LEAST_CONTRAST, contrast, lifted, readable

LOOKS: dict[str, tuple[str, ...]] = {
    "between epochs": (),
    "inside": ("s", "s", "s"),
    "epoch and modes": ("T", "t", "t", "t"),
    "landscape": ("t", "t"),
    "help": ("question_mark",),
    "setup": ("c",),
    "open": ("o",),
    "why": ("W",),
    "export": ("e",),
    "a question": ("N",),
}
"""What is looked at, by the keys that lead there."""

TELLING = ("linreg-dark", "linreg-light", "textual-light", "solarized-dark", "ansi-dark")
"""Themes that are always tried: a theme takes a second at every look."""


def too_faint(drive: Drive[AnyEngine]) -> list[tuple[str, float]]:
    """Texts with less contrast than one reads with; colours of the terminal's own must differ."""
    found = []
    for strip in drive.app.screen._compositor.render_strips():
        for text, style, _ in strip:
            if style is None or not any(map(str.isalnum, text)):
                continue
            front, back = style.color, style.bgcolor
            if front is None or back is None:
                continue
            if front.triplet is None or back.triplet is None:
                measured = LEAST_CONTRAST if front != back or front.is_default else 1.0
            else:
                measured = contrast(front.triplet, back.triplet)
            if measured < LEAST_CONTRAST:
                found.append((text, measured))
    return found


@pytest.mark.parametrize("look", LOOKS)
async def test_every_text_can_be_read_in_every_theme(look: str, is_long: bool) -> None:
    async with driving(inline(epochs=300, lr=0.034), size=MIDDLE) as drive:
        await drive.press(*LOOKS[look])
        for theme in drive.app.available_themes if is_long else TELLING:
            drive.app.theme = theme
            await drive.settle()
            assert too_faint(drive) == [], theme


async def test_what_is_said_of_a_divergence_can_be_read_in_every_theme(is_long: bool) -> None:
    """D11: red on red."""
    async with driving(inline(epochs=20_000, lr=0.034), size=MIDDLE) as drive:
        assert drive.notice.startswith("Diverged")
        for theme in drive.app.available_themes if is_long else TELLING:
            drive.app.theme = theme
            await drive.settle()
            assert too_faint(drive) == [], theme


def test_a_colour_is_lifted_no_further_than_it_must() -> None:
    white, gray, light = (ColorTriplet(part, part, part) for part in (255, 0x80, 0xE0))
    assert lifted(white, ColorTriplet(0, 0, 0)) == white
    assert LEAST_CONTRAST <= contrast(lifted(white, light), light) < LEAST_CONTRAST + 1
    assert contrast(lifted(gray, gray), gray) >= LEAST_CONTRAST


def test_black_on_white_is_21_to_1() -> None:
    assert contrast(ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)) == pytest.approx(21)


def test_of_a_style_only_the_colour_of_the_text_changes() -> None:
    faint = Style(color="#e0e0e0", bgcolor="#ffffff", bold=True, meta={"a": 1})
    shown = readable(faint)
    assert (shown.bgcolor, shown.bold, shown.meta) == (faint.bgcolor, True, {"a": 1})
    assert readable(Style(color="red", bgcolor="red")).color == Color.default()
    assert readable(Style(bold=True)) == Style(bold=True)
