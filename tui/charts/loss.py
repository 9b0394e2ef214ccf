"""The loss plot: a curve of losses over epochs, as rows of text. Pure.

Two ``Scale`` turn values into dots, ``path.decimate`` thins them out, and the canvas joins them and
lays the curve over the ghosts of earlier runs, the cursor and the axes. The axes are ours:
plotext's own read "1.33 epochs" and its log axes are not usable.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from tui.charts.axis import epoch_axis, epoch_scale, loss_scale, with_ghosts
from tui.charts.canvas import BRAILLE, QUADRANTS, ChartRow, draw, overlay, upright
from tui.charts.frame import empty_frame, frame
from tui.charts.path import decimate, finite_losses, ghost_path, series_of

if TYPE_CHECKING:
    from linreg_core import Curve

X_NAME = "epoch"


def loss_chart(
    curve: Curve,
    width: int,
    height: int,
    *,
    ghosts: Sequence[Curve] = (),
    cursor: int | None = None,
    log_x: bool = False,
    log_y: bool = False,
    braille: bool = True,
) -> tuple[ChartRow, ...]:
    """Draw the loss against the epoch, with numbered axes where they fit.

    Each bucket is a vertical stroke from its smallest to its largest loss at its first epoch, so
    no extreme is lost; the newest loss stands at the newest epoch. Losses that are not finite leave
    a gap.

    Ghosts are dotted, and the curve lies over them. The axes span them, too, but to either side
    of the curve by no more than its own span of losses, or GHOST_DECADES where they are logarithmic
    (``with_ghosts``): a ghost that goes beyond ends at the edge, where it left.

    Args:
        curve: what to draw; b = 0 gives an empty frame that says so.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        ghosts: earlier runs, of any epochs; empty ones are left out.
        cursor: the epoch >= 0 that a vertical line marks, behind all that is drawn; beyond the axis
            it stands at its edge. ``None``: no line.
        log_x: logarithmic epochs. Epoch 0 has no logarithm, so the plot starts at epoch 1; as long
            as epoch 0 is all there is of the curve, the axis stays linear.
        log_y: logarithmic loss. A loss of 0 is drawn at the foot of the axis, on a row of its own
            labelled "0"; as long as every loss is 0, the axis stays linear.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells.
    """
    if len(curve.epoch) == 0:
        return empty_frame(width, height, "no epochs yet")
    log_x = log_x and curve.end > 1
    series = series_of(curve, from_epoch_1=log_x)
    losses = finite_losses([series])
    if len(losses) == 0:
        return empty_frame(width, height, "no finite loss")
    ghosts = [ghost for ghost in ghosts if ghost.end > int(log_x)]
    behind = [series_of(ghost, from_epoch_1=log_x) for ghost in ghosts]
    losses = with_ghosts(losses, finite_losses(behind), log=log_y)
    newest = max(one.end for one in (curve, *ghosts)) - 1
    marker = BRAILLE if braille else QUADRANTS
    x_scale = partial(epoch_scale, newest, dots_per_cell=marker.across, log=log_x)
    y_scale = partial(loss_scale, losses, dots_per_cell=marker.down, log=log_y)

    x, y, axes = frame(width, height, x_scale, y_scale, x_axis=epoch_axis, x_name=X_NAME)
    layers = [("loss", draw(decimate(series, x, y), x, y, marker))]
    if behind:
        layers.append(("ghost", draw(ghost_path(behind, x, y), x, y, marker)))
    if cursor is not None:
        layers.append(("cursor", upright(cursor, x, y)))
    return overlay(axes, layers)
