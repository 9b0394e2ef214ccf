"""Correct digits over epochs: both precisions, and exact arithmetic behind them. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tui.charts.axis import (
    MIN_COLUMNS,
    MIN_ROWS,
    Floats,
    Ints,
    Scale,
    epoch_axis,
    epoch_scale,
    loss_labels,
)
from tui.charts.canvas import BRAILLE, QUADRANTS, ChartRow, draw, overlay
from tui.charts.path import Path, Series, decimate, dotted

if TYPE_CHECKING:
    from linreg_core import Compared, Side

MARKS = {"float32": "●", "float64": "◆"}
"""What stands where a run stopped moving, or has come to; colours alone tell nothing."""

EXACT = "exact arithmetic"
X_NAME = "epoch"


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
    has_axes = height - 2 >= MIN_ROWS and width - len(X_NAME) - 1 >= MIN_COLUMNS
    columns, rows = (width - len(X_NAME) - 1, height - 2) if has_axes else (width, height)
    x = epoch_scale(compared.epochs, columns, marker.across, log=log_x)
    y = Scale(0.0, _top(compared), rows, marker.down)

    lines = {side.dtype: _path(side.epochs, side.digits, x, y) for side in compared.sides}
    exact = _path(compared.exact_epochs, compared.exact_digits, x, y)
    drawn = [(dtype, draw(path, x, y, marker)) for dtype, path in lines.items()]
    drawn.append(("exact", draw(dotted(exact, x.dots + y.dots), x, y, marker)))
    ends = [
        (side.dtype, side.dtype, *_cell(*end_of(side), x, y), MARKS[side.dtype])
        for side in compared.sides
    ]
    last = compared.exact_epochs[-1], compared.exact_digits[-1]
    names = _names([*ends, ("exact", EXACT, *_cell(*last, x, y), "")], [d for _, d in drawn])
    return overlay(_axes(x, y) if has_axes else [" " * width] * height, [*names, *drawn])


def end_of(side: Side) -> tuple[int, float]:
    """The epoch and the digits at which a run stopped moving, or has come to."""
    stopped = side.status_epoch if side.status_epoch is not None else side.epoch
    place = min(int(np.searchsorted(side.epochs, stopped)), len(side.epochs) - 1)
    return min(stopped, int(side.epochs[-1])), float(side.digits[place])


def _top(compared: Compared) -> float:
    """The highest number of digits there is, as a whole number."""
    highest = [compared.exact_digits, *(side.digits for side in compared.sides)]
    return float(max(1, math.ceil(max(float(digits.max()) for digits in highest))))


def _path(epochs: Ints, digits: Floats, x: Scale, y: Scale) -> Path:
    known = epochs >= x.low
    values = digits[known]
    return decimate(Series(epochs[known], values, values, values), x, y)


def _cell(epoch: int, digits: float, x: Scale, y: Scale) -> tuple[int, int]:
    """Column and row of a point, rows counted from the top."""
    row = y.cells - 1 - int(y.cell(np.array([digits]))[0])
    return int(x.cell(np.array([epoch]))[0]), row


def _names(
    ends: list[tuple[str, str, int, int, str]], pictures: list[list[str]]
) -> list[tuple[str, list[str]]]:
    """Marks at the ends of lines, and names where nothing is drawn, as layers of their own.

    Args:
        ends: role, name, column, row and mark of each line.
        pictures: what is drawn already.
    """
    taken = np.array([[[cell != " " for cell in row] for row in rows] for rows in pictures])
    free: NDArray[np.bool_] = np.logical_not(taken.any(axis=0))
    layers = []
    for role, _, column, row, mark in ends:
        if mark:
            free[row, column] = False
            layers.append((role, _written(mark, column, row, free.shape)))
    for role, name, column, row, _ in ends:
        for start, at in _places(len(name), column, row, free.shape):
            around = free[at, max(start - 1, 0) : start + len(name) + 1]
            if around.all():
                free[at, start : start + len(name)] = False
                layers.append((role, _written(name, start, at, free.shape)))
                break
    return layers


def _places(
    length: int, column: int, row: int, shape: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    """Where a name may begin, the best place first: beside a point, above it, below it."""
    rows, columns = shape
    starts = [(column + 2, row), (column - length - 1, row)]
    for distance in (1, 2, 3):
        for at in (row - distance, row + distance):
            starts += [(column - length + 1, at), (column + 2, at), (column - length - 2, at)]
    for start, at in starts:
        if 0 <= start <= columns - length and 0 <= at < rows:
            yield start, at


def _written(text: str, column: int, row: int, shape: tuple[int, ...]) -> list[str]:
    rows = [" " * shape[1]] * shape[0]
    rows[row] = (" " * column + text).ljust(shape[1])
    return rows


def _axes(x: Scale, y: Scale) -> list[str]:
    labels, line = loss_labels(y), epoch_axis(x)
    gutter = len(X_NAME)
    sides = (
        f"{labels.get(row, ''):>{gutter}}{'┤' if row in labels else '│'}{'':{x.cells}}"
        for row in reversed(range(y.cells))
    )
    return [*sides, f"{'└':>{gutter + 1}}{line[0]}", f"{X_NAME:<{gutter + 1}}{line[1]}"]
