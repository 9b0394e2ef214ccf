"""The losses of two runs over their epochs, in one picture. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tui.charts.kit.axis import epoch_axis
from tui.charts.kit.canvas import BRAILLE, QUADRANTS, ChartRow, draw, marks, overlay
from tui.charts.kit.frame import empty_frame, frame
from tui.charts.kit.path import decimate
from tui.charts.kit.scale import epoch_scale, loss_scale
from tui.charts.kit.series import finite_losses, series_of

if TYPE_CHECKING:
    from linreg_core import Curve

ROLES = ("one", "other")

MARKS = ("●", "◆")
"""What stands where each of them ends; colours alone tell nothing."""


def runs_chart(
    curves: tuple[Curve, Curve],
    width: int,
    height: int,
    *,
    log_x: bool = False,
    log_y: bool = True,
    braille: bool = True,
) -> tuple[ChartRow, ...]:
    """Draw the loss of two runs against the epoch; each ends with its mark.

    Args:
        curves: of the two; the axes span both.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        log_x: logarithmic epochs, from epoch 1.
        log_y: logarithmic loss; a loss of 0 stands at the foot.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells, with the roles of `ROLES` and "axis".
    """
    newest = max(curve.end for curve in curves) - 1
    log_x = log_x and newest > 0
    drawn = [curve for curve in curves if curve.end > int(log_x)]
    series = [series_of(curve, from_epoch_1=log_x) for curve in drawn]
    losses = finite_losses(series) if series else np.empty(0)
    if len(losses) == 0:
        return empty_frame(width, height, "no finite loss")
    marker = BRAILLE if braille else QUADRANTS
    last = max(newest, int(log_x) + 1)
    x_scale = partial(epoch_scale, last, dots_per_cell=marker.across, log=log_x, oldest=int(log_x))
    y_scale = partial(loss_scale, losses, dots_per_cell=marker.down, log=log_y)
    x, y, axes = frame(width, height, x_scale, y_scale, x_axis=epoch_axis, x_name="epoch")
    layers, ends = [], []
    for role, mark, curve in zip(ROLES, MARKS, curves, strict=True):
        if curve.end <= int(log_x):
            continue
        one = series_of(curve, from_epoch_1=log_x)
        layers.append((role, draw(decimate(one, x, y), x, y, marker)))
        sound = np.flatnonzero(np.isfinite(one.last))
        if len(sound):
            at = sound[-1]
            column, row = int(x.cell(one.x[at : at + 1])[0]), int(y.cell(one.last[at : at + 1])[0])
            ends.append((role, marks([(column, row)], mark, x, y)))
    return overlay(axes, [*ends, *layers])
