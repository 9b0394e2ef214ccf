"""Text that can be read in every theme: the colour of letters is lifted off their ground.

Themes give colours, and blend some of them: white on a light panel, red on red. Whatever draws a
letter or a digit gets the contrast of WCAG 2 for text, 4.5 to 1, by as little of white or of black
as that takes. What has no letters, curves and bands of colour, stays as it is.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter

LEAST_CONTRAST = 4.5

WHITE, BLACK = ColorTriplet(255, 255, 255), ColorTriplet(0, 0, 0)

STEPS = 20
"""Of the way from a colour to white or to black."""


class Readable(LineFilter):
    """Lifts the colours of texts as they are drawn."""

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        """Return the segments of a line, those that have letters in a style that can be read."""
        return [
            Segment(text, readable(style), control)
            if style is not None and any(map(str.isalnum, text))
            else Segment(text, style, control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def readable(style: Style) -> Style:
    """Lift the colour of a style; of the terminal's own colours only one on itself is known."""
    front, back = style.color, style.bgcolor
    if front is None or back is None:
        return style
    if front.triplet is None or back.triplet is None:
        return style + Style(color="default") if front == back else style
    if style.reverse:
        return style + Style(bgcolor=Color.from_triplet(lifted(back.triplet, front.triplet)))
    return style + Style(color=Color.from_triplet(lifted(front.triplet, back.triplet)))


def lifted(front: ColorTriplet, back: ColorTriplet) -> ColorTriplet:
    """The nearest colour to ``front``, toward white or black, that can be read on ``back``."""
    end = max(WHITE, BLACK, key=lambda color: contrast(color, back))
    steps = (blend_rgb(front, end, step / STEPS) for step in range(STEPS))
    return next((color for color in steps if contrast(color, back) >= LEAST_CONTRAST), end)


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """The contrast of two colours by WCAG 2, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: ColorTriplet) -> float:
    parts = (part / 255 for part in color)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
