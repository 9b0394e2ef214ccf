"""How well a text can be read on a ground, and a colour changed until it can be."""

from __future__ import annotations

from collections.abc import Iterable

from textual.color import BLACK, WHITE, Color

LEAST = 4.5
"""The least contrast of a text (WCAG 2.2, level AA)."""

MARGIN = 0.1
"""More than that is aimed at, as colours are rounded to 256 steps."""

STEPS = 50
"""From a colour to white or black."""


def luminance(color: Color) -> float:
    """Relative luminance, from 0 for black to 1 for white (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The ratio of the luminances of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color: Color, grounds: Iterable[Color], *, dark: bool) -> Color:
    """The nearest shade of a colour that can be read on all of some grounds.

    Args:
        color: of the text; where it is transparent it is blended with the first ground.
        grounds: at least one, without transparency.
        dark: whether the grounds are dark: the colour is made lighter then.
    """
    grounds = list(grounds)
    color, end = grounds[0] + color, WHITE if dark else BLACK
    shades = (color.blend(end, step / STEPS) for step in range(STEPS + 1))
    worst = (max if dark else min)(grounds, key=luminance)
    return next((shade for shade in shades if contrast(shade, worst) >= LEAST + MARGIN), end)


def black_or_white(ground: Color) -> Color:
    """Which of both can be read better: at least 4.58, on any ground."""
    return max((BLACK, WHITE), key=lambda color: contrast(color, ground))
