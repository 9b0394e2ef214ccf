"""Numbers large enough for the back row, in block characters. Pure."""

from __future__ import annotations

from tui.charts.kit.canvas import ChartRow, Span

GLYPHS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    "+": ("   ", " # ", "###", " # ", "   "),
    ".": (" ", " ", " ", " ", "#"),
    ",": ("  ", "  ", "  ", " #", "# "),
    "e": ("   ", "###", "###", "#  ", "###"),
    "a": ("###", "  #", "###", "# #", "###"),
    "f": (" ##", "#  ", "###", "#  ", "#  "),
    "i": ("#", " ", "#", "#", "#"),
    "n": ("   ", "   ", "## ", "# #", "# #"),
}
"""What a number is written with, in square pixels of which a cell has two, one above the other."""

HEIGHT = 5
"""Pixels of every glyph."""

LEAST_GAP, MOST_GAP = 2, 8
"""Cells between two numbers, where there is no more room and where there is, by their scale."""

LEAST = 4
"""Glyphs that each number has room for, so that those beside it stay where they are."""

Number = tuple[str, str, str]
"""What it is, the number as text, and its role."""


def rows_of(scale: int) -> int:
    """How many rows numbers take whose pixels are so many cells wide, >= 1."""
    return (HEIGHT * scale + 1) // 2


def big(text: str, scale: int) -> list[str]:
    """Write a number in `rows_of` rows, its pixels so many cells wide."""
    lines = [" ".join(GLYPHS[character][line] for character in text) for line in range(HEIGHT)]
    pixels = ["".join(pixel * scale for pixel in line) for line in lines for _ in range(scale)]
    pixels += [" " * len(pixels[0])] * (len(pixels) % 2)
    halves = {"##": "█", "# ": "▀", " #": "▄", "  ": " "}
    return [
        "".join(halves[upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(pixels[::2], pixels[1::2], strict=True)
    ]


def big_numbers(numbers: list[Number], width: int, scale: int) -> list[ChartRow]:
    """Write numbers side by side under their names; those that have no room are left out."""
    blocks, used = [], 0
    for name, text, role in numbers:
        lines = [name, *big(text, scale)]
        cells = max(*map(len, lines), _least(scale))
        if used + cells > width:
            break
        blocks.append(([line.ljust(cells) for line in lines], role))
        used += cells + LEAST_GAP * scale
    spare = (width - used) // max(len(blocks), 1)
    gap = " " * (scale * LEAST_GAP + max(0, min(spare, scale * (MOST_GAP - LEAST_GAP))))
    return [
        tuple(Span(lines[row] + gap, role if row else "name") for lines, role in blocks)
        for row in range(1 + rows_of(scale))
    ]


def _least(scale: int) -> int:
    return len(big("0" * LEAST, scale)[0])
