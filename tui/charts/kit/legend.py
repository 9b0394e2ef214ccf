"""The names of a plot's lines, in a corner of it where nothing is drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple


class Entry(NamedTuple):
    """One line of the legend.

    Args:
        role: of the line that it names.
        sign: a character or two that look like that line.
        name: what the line is.
    """

    role: str
    sign: str
    name: str


SIGN_WIDTH = 3
"""Cells of a sign and of what parts it from its name."""

MOST = 0.65
"""How much of the canvas, to either side, a legend may take: more is no longer a corner."""


def legend(
    entries: Sequence[Entry], taken: Sequence[Sequence[str]], width: int, height: int
) -> list[tuple[str, list[str]]]:
    """Place a legend in the first corner that is free: where a falling loss leaves room.

    Args:
        entries: what it says, from the top.
        taken: pictures that it must not touch, of ``height`` rows or more, ``width`` cells each.
        width: cells of the canvas.
        height: its rows.

    Returns:
        Layers for `canvas.overlay`: each sign in the role of its line, and the names in the role
        "legend". None where no corner is free, or the canvas too small.
    """
    wide = SIGN_WIDTH + max((len(entry.name) for entry in entries), default=0)
    if not entries or wide > MOST * width or len(entries) > MOST * height:
        return []
    corners = ((False, True), (True, False), (False, False), (True, True))
    # One row further in, too: at the edge are level lines, of a run that has settled or an optimum.
    for inset, (down, right) in product((0, 1), corners):
        top = height - len(entries) - inset if down else inset
        left = width - wide if right else 0
        rows = range(top, top + len(entries))
        # One cell beside it stays free, or a line seems to lead into a name.
        area = slice(max(left - 1, 0), left + wide + 1)
        if all(picture[row][area].isspace() for picture in taken for row in rows):
            return _layers(entries, top, left, width)
    return []


def _layers(
    entries: Sequence[Entry], top: int, left: int, width: int
) -> list[tuple[str, list[str]]]:
    blank = " " * width
    layers: list[tuple[str, list[str]]] = []
    for row, entry in enumerate(entries, start=top):
        sign = (" " * left + entry.sign).ljust(width)
        name = (" " * (left + SIGN_WIDTH) + entry.name).ljust(width)
        layers += [(entry.role, [blank] * row + [sign]), ("legend", [blank] * row + [name])]
    return layers
