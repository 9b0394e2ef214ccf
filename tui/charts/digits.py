"""Correct digits over epochs: both precisions, and exact arithmetic behind them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui.charts.kit.axis import epoch_axis
from tui.charts.kit.canvas import BRAILLE, QUADRANTS, ChartRow, draw, marks, overlay
from tui.charts.kit.frame import frame
from tui.charts.kit.path import Path, decimate, dotted
from tui.charts.kit.scale import Floats, Ints, Scale, epoch_scale
from tui.charts.kit.series import Series

if TYPE_CHECKING:
    from linreg_core import Compared, Side

MARKS = {"float32": "●", "float64": "◆"}
"""What stands where a run stopped moving, or has come to; colours alone tell nothing."""

EXACT = "exact arithmetic"
X_NAME = "epoch"

FARTHEST = 5
"""Rows between a point and a name that still seems to be its own."""


def digits_chart(
    compared: Compared, width: int, height: int, *, log_x: bool = False, braille: bool = True
) -> tuple[ChartRow, ...]:
    """Draw the correct digits of the worst weight against the epoch, from 0 digits up.

    Each run is a line with its name, and its mark where it stopped moving or, as long as it moves,
    where it is; exact arithmetic is dotted. A name that has no room beside its line is left out.

    Args:
        compared: two runs; the axis goes to their last epoch from the beginning on.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        log_x: logarithmic epochs, from epoch 1.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells, with the roles "float32", "float64",
        "exact" and "axis".
    """
    marker = BRAILLE if braille else QUADRANTS
    x_scale = partial(epoch_scale, compared.epochs, dots_per_cell=marker.across, log=log_x)
    y_scale = partial(Scale, 0.0, _top(compared), dots_per_cell=marker.down)
    x, y, axes = frame(width, height, x_scale, y_scale, x_axis=epoch_axis, x_name=X_NAME)

    lines = [
        (side.dtype, draw(_path(side.epochs, side.digits, x, y), x, y, marker))
        for side in compared.sides
    ]
    exact = _path(compared.exact_epochs, compared.exact_digits, x, y)
    lines.append(("exact", draw(dotted(exact, x.dots + y.dots), x, y, marker)))

    ends = [(side.dtype, _cell(*end_of(side), x, y)) for side in compared.sides]
    points = [(dtype, marks([end], MARKS[dtype], x, y)) for dtype, end in ends]
    names = [(dtype, dtype, end) for dtype, end in ends]
    if len(compared.exact_digits):
        last = _cell(compared.epochs, float(compared.exact_digits[-1]), x, y)
        names.append(("exact", EXACT, last))
    drawn = [*points, *lines]
    return overlay(axes, [*_names(names, [picture for _, picture in drawn], x, y), *drawn])


def end_of(side: Side) -> tuple[int, float]:
    """The epoch and the digits at which a run stopped moving, or has come to."""
    stopped = side.status_epoch if side.status_epoch is not None else side.epoch
    index = min(int(np.searchsorted(side.epochs, stopped)), len(side.epochs) - 1)
    return min(stopped, int(side.epochs[-1])), float(side.digits[index])


def _top(compared: Compared) -> float:
    """The highest number of digits there is, as a whole number."""
    highest = [compared.exact_digits, *(side.digits for side in compared.sides)]
    return float(max(1, math.ceil(max(float(digits.max(initial=0.0)) for digits in highest))))


def _path(epochs: Ints, digits: Floats, x: Scale, y: Scale) -> Path:
    known = epochs >= x.low
    values = digits[known]
    return decimate(Series.through(epochs[known], values), x, y)


def _cell(epoch: int, digits: float, x: Scale, y: Scale) -> tuple[int, int]:
    """Column and row of a point, rows counted from the foot."""
    return int(x.cell(np.array([epoch]))[0]), int(y.cell(np.array([digits]))[0])


def _names(
    names: list[tuple[str, str, tuple[int, int]]], pictures: list[list[str]], x: Scale, y: Scale
) -> list[tuple[str, list[str]]]:
    """Write names beside points, where nothing is drawn, as layers of their own.

    Args:
        names: roles, names, and the cells of the points.
        pictures: what is drawn already.
        x: the scale across the canvas.
        y: the scale up the canvas.
    """
    free = np.ones((y.cells, x.cells), dtype=np.bool_)
    for rows in pictures:
        free &= [[cell == " " for cell in row] for row in reversed(rows)]
    layers = []
    for role, name, (column, row) in names:
        for start, at in _positions(len(name), column, row):
            end = start + len(name)
            inside = start >= 0 and end <= x.cells and 0 <= at < y.cells
            if inside and free[at, max(start - 1, 0) : end + 1].all():
                free[at, start:end] = False
                canvas = [" " * x.cells] * y.cells
                canvas[y.cells - 1 - at] = (" " * start + name).ljust(x.cells)
                layers.append((role, canvas))
                break
    return layers


def _positions(length: int, column: int, row: int) -> Iterator[tuple[int, int]]:
    """Where a name may begin, the best place first: beside a point, above it, below it."""
    yield column + 2, row
    yield column - length - 1, row
    for distance in range(1, FARTHEST + 1):
        for at in (row + distance, row - distance):
            for start in (column - length + 1, column + 2, column - length - 2):
                yield start, at
