"""What stands around the canvas: axes where they fit, and the names of what they measure. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.charts.kit.axis import MIN_COLUMNS, MIN_ROWS, value_axis, value_labels
from tui.charts.kit.canvas import ChartRow, Span
from tui.charts.kit.evened import evened
from tui.charts.kit.scale import Scale

MIN_NAMED_ROWS = MIN_ROWS + 3
"""The lowest chart, in rows, with a row for names above a canvas with axes."""


class Frame(NamedTuple):
    """How an area is shared between the canvas and its axes.

    Args:
        x: the scale across the canvas.
        y: the scale up the canvas.
        axes: all rows of the area, each of its full width, the canvas empty: it is the upper right
            corner, and the whole area where axes do not fit.
    """

    x: Scale
    y: Scale
    axes: list[str]


def frame(
    width: int,
    height: int,
    x_scale: Callable[..., Scale],
    y_scale: Callable[..., Scale],
    *,
    x_axis: Callable[[Scale], tuple[str, str]] = value_axis,
    x_name: str = "",
) -> Frame:
    """Share an area between a canvas and its axes.

    Args:
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        x_scale: makes the scale across from a number of ``cells``.
        y_scale: makes the scale up from a number of ``cells``.
        x_axis: draws the axis under the canvas from its scale.
        x_name: what stands before the labels of that axis; one cell per character.
    """
    if height - 2 >= MIN_ROWS:
        y = evened(y_scale(cells=height - 2))
        labels = value_labels(y)
        gutter = max(map(len, [x_name, *labels.values()]))
        if width - gutter - 1 >= MIN_COLUMNS:
            x = x_scale(cells=width - gutter - 1)
            x = evened(x) if x_axis is value_axis else x
            line, under = x_axis(x)
            sides = (
                f"{labels.get(row, ''):>{gutter}}{'┤' if row in labels else '│'}{'':{x.cells}}"
                for row in reversed(range(y.cells))
            )
            feet = f"{'└':>{gutter + 1}}{line}", f"{x_name:<{gutter + 1}}{under}"
            return Frame(x, y, [*sides, *feet])
    return Frame(x_scale(cells=width), y_scale(cells=height), [" " * width] * height)


def empty_frame(width: int, height: int, hint: str) -> tuple[ChartRow, ...]:
    """Draw two axes without numbers, and a hint between them where it fits."""
    lines = ["│" + " " * (width - 1)] * (height - 1) + ["└" + "─" * (width - 1)]
    if len(hint) < width and height > 1:
        lines[(height - 1) // 2] = "│" + hint.center(width - 1)
    return tuple((Span(line, "axis"),) for line in lines)


def heading_rows(height: int) -> int:
    """Return how many of a chart's rows are for its heading: none where it is low."""
    return int(height >= MIN_NAMED_ROWS)


def heading(
    width: int, height: int, x_name: str, y_name: str, note: Span | None = None
) -> tuple[ChartRow, ...]:
    """Say in one row what the axes measure: ``↑ price   → area``.

    Args:
        width: cells of the row, >= 1.
        height: rows of the whole chart; ``heading_rows`` of them are returned.
        x_name: of the axis across, printable; characters may take any number of cells.
        y_name: of the axis up. Each name is cut to the half of what the note leaves.
        note: what stands at the right end, one cell per character; left out where it is too long.
    """
    if not heading_rows(height):
        return ()
    end = note if note is not None and len(note.text) < width else Span("", "axis")
    room = width - len(end.text)
    names = f"↑ {_cut(y_name, room // 2 - 4)}   → {_cut(x_name, room // 2 - 4)}"
    spans = Span(set_cell_size(names, room), "axis"), end
    return (tuple(span for span in spans if span.text),)


def _cut(text: str, cells: int) -> str:
    """Cut a text to a number of cells, an ellipsis in the last one."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(cells - 1, 0)) + "…"
