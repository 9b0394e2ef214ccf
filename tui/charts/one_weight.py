"""The landscape over one weight: a curve of the loss, the path on it, as rows of text. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tui.charts.aim import Map
from tui.charts.kit.canvas import BRAILLE, QUADRANTS, ChartRow, draw, marks, overlay
from tui.charts.kit.frame import empty_frame, frame, heading, heading_rows
from tui.charts.kit.path import decimate
from tui.charts.kit.scale import Floats, Reals, value_scale
from tui.charts.kit.series import Series
from tui.charts.landscape import MARGIN, finite_points, window

LOSS_NAME = "loss"


def one_weight_chart(
    losses: Callable[..., Reals],
    path: Reals,
    optimum: Reals,
    width: int,
    height: int,
    *,
    name: str,
    braille: bool = True,
) -> Map[ChartRow]:
    """Draw the loss over one weight and a path on it, with numbered axes where they fit.

    The latest point is ●, the first ○, those between •, the optimum ✕, or ⊗ where ●
    is in the same cell.

    Args:
        losses: the loss at k values of the weight, shape (k,). What is not finite is left out.
        path: measured values of the weight, shape (m, 1), m >= 0; what is not finite is left out.
        optimum: where the loss is smallest, shape (1,); left out where it is not finite.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        name: of the weight, printable.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells, and the scale across their canvas.
    """
    way, best = finite_points(path, 1)[:, 0], finite_points(optimum, 1)[:, 0]
    if len(way) + len(best) == 0:
        return Map(empty_frame(width, height, "no finite weights"), width)
    marker = BRAILLE if braille else QUADRANTS
    x_scale = partial(value_scale, window(way, best), dots_per_cell=marker.across, margin=MARGIN)
    # Two samples for each dot that there can be.
    samples = x_scale(cells=2 * width)
    weights = samples.value(np.arange(samples.dots))
    with np.errstate(over="ignore", invalid="ignore"):
        heights, on_path, at_best = (
            losses(values).astype(np.float64) for values in (weights, way, best)
        )
    seen = np.concatenate([heights, on_path, at_best])
    seen = seen[np.isfinite(seen)]
    if len(seen) == 0:
        return Map(empty_frame(width, height, "no finite loss here"), width)

    y_scale = partial(value_scale, seen, dots_per_cell=marker.down)
    x, y, axes = frame(width, height - heading_rows(height), x_scale, y_scale)

    def layer(role: str, mark: str, at: Floats, loss: Floats) -> tuple[str, list[str]]:
        at, loss = at[np.isfinite(loss)], loss[np.isfinite(loss)]
        return role, marks(zip(x.cell(at), y.cell(loss), strict=True), mark, x, y)

    curve = Series.through(weights, heights)
    arrived = x.cell(way[-1:]).tolist() == x.cell(best).tolist()
    layers = [
        layer("latest", "⊗" if arrived else "●", way[-1:], on_path[-1:]),
        layer("optimum", "✕", best, at_best),
        layer("start", "○", way[:1], on_path[:1]),
        layer("path", "•", way, on_path),
        ("loss", draw(decimate(curve, x, y), x, y, marker)),
    ]
    rows = (*heading(width, height, name, LOSS_NAME), *overlay(axes, layers))
    return Map(rows, width, (x,))
