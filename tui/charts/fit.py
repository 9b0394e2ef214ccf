"""The plot of the fit: points and a straight line, as rows of text. Pure."""

from __future__ import annotations

from functools import partial

import numpy as np

from tui.charts.kit.canvas import (
    BRAILLE,
    MOST_BULLETS,
    QUADRANTS,
    ChartRow,
    Span,
    draw,
    draw_points,
    overlay,
)
from tui.charts.kit.frame import empty_frame, frame, heading, heading_rows
from tui.charts.kit.path import clipped, scattered
from tui.charts.kit.scale import Floats, Reals, Scale, value_scale

LINE_ROOM = 2
"""How far the line may widen the axis, in spans of the points to either side.

A fit may start or diverge far from its data. With 2 they keep a fifth of the height.
"""


def scatter_chart(
    x: Reals,
    y: Reals,
    line: Reals,
    width: int,
    height: int,
    *,
    x_name: str,
    y_name: str,
    role: str = "fit",
    whole_line: bool = False,
    braille: bool = True,
) -> tuple[ChartRow, ...]:
    """Draw points and a straight line through two others, with numbered axes where they fit.

    Bullets lie over the line, a cloud of dots behind it. The line is clipped at the frame; where
    nothing of it is left the heading says where it is.

    Args:
        x: what is measured across, shape (k,), k >= 0. Points that are not finite are left out.
        y: what is measured up, shape (k,).
        line: where the line begins and where it ends, shape (2, 2): x and y of each. One that is
            not finite is left out, which is said.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        x_name: printable; may be of any length.
        y_name: printable; may be of any length.
        role: of the line; that of the points is "data".
        whole_line: whether the axes span the whole line; otherwise it widens them no farther than
            LINE_ROOM.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells.
    """
    points = np.column_stack([x, y]).astype(np.float64)
    if len(points) == 0:
        return empty_frame(width, height, "no rows")
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return empty_frame(width, height, "no finite values")
    ends = line.astype(np.float64) if np.isfinite(line).all() else np.empty((0, 2))
    marker = BRAILLE if braille else QUADRANTS
    x_scale, y_scale, axes = frame(
        width,
        height - heading_rows(height),
        partial(_scale, points[:, 0], ends[:, 0], whole_line, dots_per_cell=marker.across),
        partial(_scale, points[:, 1], ends[:, 1], whole_line, dots_per_cell=marker.down),
    )
    dots, seen = scattered(points, x_scale, y_scale), clipped(ends, x_scale, y_scale)
    layers = [
        ("data", draw_points(dots, x_scale, y_scale, marker, "●")),
        (role, draw(seen, x_scale, y_scale, marker)),
    ]
    if len(dots.column) > MOST_BULLETS:
        layers.reverse()
    note = None if len(seen.column) else Span(_whereabouts(ends, y_scale), role)
    return (*heading(width, height, x_name, y_name, note), *overlay(axes, layers))


def _scale(
    points: Floats, ends: Floats, whole_line: bool, *, cells: int, dots_per_cell: int
) -> Scale:
    if not whole_line:
        own = value_scale(points, cells, dots_per_cell)
        room = LINE_ROOM * (own.high - own.low)
        ends = np.clip(ends, own.low - room, own.high + room)
    return value_scale(np.concatenate([points, ends]), cells, dots_per_cell)


def _whereabouts(ends: Floats, y: Scale) -> str:
    """Say where a line is that is not in the frame."""
    if len(ends) == 0:
        return "the line is not finite"
    if ends[:, 1].max() < y.low:
        return "▼ the line is below"
    if ends[:, 1].min() > y.high:
        return "▲ the line is above"
    return "the line is outside"
