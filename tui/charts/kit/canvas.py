"""The canvas of a chart: plotext joins dots with lines, pictures lie over each other. Pure.

plotext 6.1 aborts the whole process, beyond any ``except``, on a line through NaN or far outside
its limits. So no value ever reaches it: only dots inside the canvas do, and the functions of
``path`` are the only ones that make them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import pairwise
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.charts.kit.path import Path
from tui.charts.kit.scale import Scale


class Span(NamedTuple):
    """A piece of a row that is drawn in one style.

    Args:
        text: plain text, no markup and no control characters.
        role: what it shows. "axis": axes, ticks, labels, empty cells. In the loss plot "loss" (the
            curve), "test" (on rows held out), "exact" (exact arithmetic), "ghost" (earlier runs),
            "floor" (the smallest loss there is), "here", "readout", "cursor" and "legend"; in the
            plot of the fit "data" (points) and "fit" or "diagonal" (the line); on the loss over one
            weight "loss" (the curve), "path", "start", "latest" and "optimum"; in the plot of
            digits "float32", "float64" and "exact".
    """

    text: str
    role: str


ChartRow = tuple[Span, ...]


class Marker(NamedTuple):
    """How plotext divides a cell: its name for it, dots across and dots down."""

    name: str
    across: int
    down: int


BRAILLE = Marker("braille", 2, 4)
QUADRANTS = Marker("hd", 2, 2)
"""Block characters, for terminals whose font has no braille (TERM=linux)."""

MOST_BULLETS = 50
"""Up to so many points are seen from afar as bullets; more are dots of a cloud or of a line."""


def draw(path: Path, x: Scale, y: Scale, marker: Marker) -> list[str]:
    """Draw a path of dots, joined where it says so, as the rows of the canvas."""
    plt = load_plotext()
    plt.terminal.limit(False, False)
    figure = plt.figure
    figure.clear()
    figure.plot_size(x.cells, y.cells)
    figure.axes(False)
    for axis, dots in (("x", x.dots), ("y", y.dots)):
        figure.ruler(axis).frequency(0).lim(0, dots).alignment(lim="edge")
    # A dot's centre: on its edge, rounding would decide which dot it is.
    signal = figure.signal(
        (path.column + 0.5).tolist(), (path.row + 0.5).tolist(), marker=marker.name
    )
    for index in np.flatnonzero(path.joined).tolist():
        signal.line(index)
    figure.draw(signal)
    lines: list[str] = figure.build().string(colorless=True).split("\n")[: y.cells]
    return lines


def load_plotext() -> Any:
    """Import plotext without its own manual, which takes two thirds of it: nobody opens it here."""
    manual = ModuleType("plotext._doc.doc")
    manual.docs = None  # type: ignore[attr-defined]
    sys.modules.setdefault(manual.__name__, manual)
    import plotext  # noqa: PLC0415

    return plotext


def upright(epoch: int, x: Scale, y: Scale, pieces: str) -> list[str]:
    """Draw the line that marks an epoch, over the height of the canvas, and its mark below.

    Args:
        epoch: >= 0; outside the scale it stands at its edge.
        x: scale of the epochs.
        y: scale of the losses.
        pieces: two characters: of the line, and of the mark.
    """
    cell = int(x.cell(np.array([epoch]))[0])
    return [(" " * cell + piece).ljust(x.cells) for piece in pieces[0] * y.cells + pieces[1]]


def marks(cells: Iterable[tuple[int, int]], mark: str, x: Scale, y: Scale) -> list[str]:
    """Draw a character at some cells of the canvas, given as columns and rows from the foot."""
    picture = np.full((y.cells, x.cells), " ")
    for column, row in cells:
        picture[y.cells - 1 - row, column] = mark
    return ["".join(line) for line in picture]


def draw_points(path: Path, x: Scale, y: Scale, marker: Marker, bullet: str) -> list[str]:
    """Draw points that are not joined: MOST_BULLETS at most as a character each, more as dots."""
    if len(path.column) > MOST_BULLETS:
        return draw(path, x, y, marker)
    columns, rows = path.column // x.dots_per_cell, path.row // y.dots_per_cell
    return marks(zip(columns, rows, strict=True), bullet, x, y)


def overlay(axes: list[str], layers: list[tuple[str, list[str]]]) -> tuple[ChartRow, ...]:
    """Lay pictures over the axes, aligned at the upper right, and say whose each cell is.

    Args:
        axes: all rows, each of the full width.
        layers: roles and pictures, the uppermost first; rows that the axes have not are cut off.
    """
    picture = _characters(axes)
    roles = np.full(picture.shape, "axis", dtype=object)
    for role, lines in reversed(layers):
        cells = _characters(lines[: len(axes)])
        area = slice(len(cells)), slice(-cells.shape[1], None)
        drawn = cells != " "
        picture[area][drawn] = cells[drawn]
        roles[area][drawn] = role
    return tuple(
        tuple(
            Span(line[start:end], of[start])
            for start, end in pairwise([0, *np.flatnonzero(of[1:] != of[:-1]) + 1, len(line)])
        )
        for line, of in zip(map("".join, picture), roles, strict=True)
    )


def seen(layers: list[tuple[str, list[str]]]) -> set[str]:
    """Return the roles of which something is left to see, of pictures as large as the canvas.

    Args:
        layers: roles and pictures, the uppermost first.
    """
    roles, covered = set(), np.False_
    for role, lines in layers:
        drawn = _characters(lines) != " "
        if (drawn & ~covered).any():
            roles.add(role)
        covered = covered | drawn
    return roles


def _characters(lines: list[str]) -> NDArray[np.str_]:
    return np.array(lines).view("U1").reshape(len(lines), -1)
