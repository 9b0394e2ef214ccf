"""The loss plot as a pure function: values -> rows of text. Knows no Textual.

Two ``Scale`` turn values into dots, ``decimate`` thins them out, plotext joins them with lines.
The axes are ours: plotext's own read "1.33 epochs" and its log axes are not usable.

plotext 6.1 aborts the whole process, beyond any ``except``, on a line through NaN or far outside
its limits. So no value ever reaches it: only dots inside the canvas do, and ``decimate`` is the
only thing that makes them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.axis import (
    MIN_COLUMNS,
    MIN_ROWS,
    Floats,
    Ints,
    Scale,
    epoch_axis,
    epoch_scale,
    loss_labels,
    loss_scale,
)

if TYPE_CHECKING:
    from linreg_core import Curve


class Span(NamedTuple):
    """A piece of a row that is drawn in one style.

    Args:
        text: plain text, no markup and no control characters.
        role: "loss" (the line) or "axis" (all the rest: axes, ticks, labels, empty cells).
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

X_NAME = "epoch"


def loss_chart(
    curve: Curve,
    width: int,
    height: int,
    *,
    log_x: bool = False,
    log_y: bool = False,
    braille: bool = True,
) -> tuple[ChartRow, ...]:
    """Draw the loss against the epoch, with numbered axes where they fit.

    Each bucket is a vertical stroke from its smallest to its largest loss at its first epoch, so
    no extreme is lost; the newest loss stands at the newest epoch. Losses that are not finite leave
    a gap.

    Args:
        curve: what to draw; b = 0 gives an empty frame that says so.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        log_x: logarithmic epochs. Epoch 0 has no logarithm, so the plot starts at epoch 1; as long
            as epoch 0 is all there is, the axis stays linear.
        log_y: logarithmic loss. A loss of 0 is drawn at the foot of the axis, on a row of its own
            labelled "0"; as long as every loss is 0, the axis stays linear.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells.
    """
    if len(curve.epoch) == 0:
        return _frame(width, height, "no epochs yet")
    newest = curve.end - 1
    log_x = log_x and newest > 0
    series = _series(curve, from_epoch_1=log_x)
    losses = np.concatenate([series.low, series.high])
    losses = losses[np.isfinite(losses)]
    if len(losses) == 0:
        return _frame(width, height, "no finite loss")
    marker = BRAILLE if braille else QUADRANTS

    def x_scale(columns: int) -> Scale:
        return epoch_scale(newest, columns, marker.across, log=log_x)

    def y_scale(rows: int) -> Scale:
        return loss_scale(losses, rows, marker.down, log=log_y)

    if height - 2 >= MIN_ROWS:
        y = y_scale(height - 2)
        labels = loss_labels(y)
        gutter = max(map(len, [X_NAME, *labels.values()]))
        if width - gutter - 1 >= MIN_COLUMNS:
            x = x_scale(width - gutter - 1)
            return _with_axes(_canvas(series, x, y, marker), labels, gutter, epoch_axis(x))
    return tuple(_canvas(series, x_scale(width), y_scale(height), marker))


def _frame(width: int, height: int, hint: str) -> tuple[ChartRow, ...]:
    lines = ["│" + " " * (width - 1)] * (height - 1) + ["└" + "─" * (width - 1)]
    if len(hint) < width and height > 1:
        lines[(height - 1) // 2] = "│" + hint.center(width - 1)
    return tuple((Span(line, "axis"),) for line in lines)
