"""How well what stands on a screen can be read: the contrast of each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.screen import Screen

from tui.colours.contrast import contrast

LINES_AND_BLOCKS, BRAILLE = range(0x2500, 0x25A0), range(0x2800, 0x2900)


@dataclass(frozen=True)
class Terminal:
    """What a terminal shows where it is told no colour: its text and its ground."""

    text: Color
    ground: Color


DARK = Terminal(Color(229, 229, 229), Color(0, 0, 0))
LIGHT = Terminal(Color(0, 0, 0), Color(255, 255, 255))

NAMED = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
    (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
)  # fmt: skip
"""What xterm makes of the 16 colours that have a name."""


@dataclass(frozen=True)
class Written:
    """Neighbouring cells that look alike.

    Args:
        row: of the screen, from 0.
        text: what stands there.
        ratio: of the luminances of text and ground, 1-21.
        colors: both.
    """

    row: int
    text: str
    ratio: float
    colors: str


def written_on(screen: Screen[object], terminal: Terminal) -> Iterator[Written]:
    """All texts of a screen, but not of what it lies over; lines and curves are none."""
    shown = [
        region.intersection(clip)
        for widget, (region, clip) in screen._compositor.visible_widgets.items()
        if widget is not screen
    ]
    for row, strip in enumerate(screen._compositor.render_strips()):
        end = 0
        for text, style, _ in strip:
            start, end = end, end + cell_len(text)
            if is_text(text) and any(region.contains(start, row) for region in shown):
                front, back = colors_of(style or Style(), terminal)
                yield Written(row, text, contrast(front, back), f"{front.hex} on {back.hex}")


def is_text(text: str) -> bool:
    """Whether it is more than blanks, parts of lines, and parts of curves."""
    codes = map(ord, text.replace(" ", ""))
    return any(code not in LINES_AND_BLOCKS and code not in BRAILLE for code in codes)


def colors_of(style: Style, terminal: Terminal) -> tuple[Color, Color]:
    """Text and ground as the terminal shows them; dim is half way between both."""
    front = _shown(style.color, terminal.text)
    back = _shown(style.bgcolor, terminal.ground)
    if style.reverse:
        front, back = back, front
    return (front.blend(back, 0.5) if style.dim else front), back


def _shown(color: RichColor | None, default: Color) -> Color:
    if color is None or color.is_default:
        return default
    if color.number is not None and color.number < len(NAMED):
        return Color(*NAMED[color.number])
    return Color(*color.get_truecolor())
