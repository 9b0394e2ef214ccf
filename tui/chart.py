"""The loss plot as a pure function: values -> rows of text. Knows no Textual.

Two ``Scale`` turn values into dots, ``decimate`` thins them out, plotext joins them with lines.
The axes are ours: plotext's own read "1.33 epochs" and its log axes are not usable.

plotext 6.1 aborts the whole process, beyond any ``except``, on a line through NaN or far outside
its limits. So no value ever reaches it: only dots inside the canvas do, and ``decimate`` is the
only thing that makes them.
"""

from __future__ import annotations

from functools import partial
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
    x_scale = partial(epoch_scale, newest, dots_per_cell=marker.across, log=log_x)
    y_scale = partial(loss_scale, losses, dots_per_cell=marker.down, log=log_y)

    if height - 2 >= MIN_ROWS:
        y = y_scale(cells=height - 2)
        labels = loss_labels(y)
        gutter = max(map(len, [X_NAME, *labels.values()]))
        if width - gutter - 1 >= MIN_COLUMNS:
            x = x_scale(cells=width - gutter - 1)
            return _with_axes(_canvas(series, x, y, marker), labels, gutter, epoch_axis(x))
    return _canvas(series, x_scale(cells=width), y_scale(cells=height), marker)


def _with_axes(
    canvas: tuple[ChartRow, ...], labels: dict[int, str], gutter: int, x_axis: tuple[str, str]
) -> tuple[ChartRow, ...]:
    sides = (
        f"{labels.get(row, ''):>{gutter}}{'┤' if row in labels else '│'}"
        for row in reversed(range(len(canvas)))
    )
    line, under = x_axis
    return (
        *((Span(side, "axis"), *cells) for side, cells in zip(sides, canvas, strict=True)),
        (Span(f"{'└':>{gutter + 1}}{line}", "axis"),),
        (Span(f"{X_NAME:<{gutter + 1}}{under}", "axis"),),
    )


def _frame(width: int, height: int, hint: str) -> tuple[ChartRow, ...]:
    lines = ["│" + " " * (width - 1)] * (height - 1) + ["└" + "─" * (width - 1)]
    if len(hint) < width and height > 1:
        lines[(height - 1) // 2] = "│" + hint.center(width - 1)
    return tuple((Span(line, "axis"),) for line in lines)


# --- Series: what the line shows -----------------------------------------------------------------


class Series(NamedTuple):
    """For each x a range of values. All arrays have shape (b,).

    Args:
        x: epochs, rising; where two are equal they are of one epoch.
        low: smallest value at x, >= 0 or not finite, as are high and last.
        high: largest value at x.
        last: value the line leaves x with; it decides which extreme is drawn first.
    """

    x: Ints
    low: Floats
    high: Floats
    last: Floats


def _series(curve: Curve, *, from_epoch_1: bool) -> Series:
    """Return a point for each bucket and one for the newest epoch, b >= 1."""
    first_end = np.append(curve.epoch, curve.end)[1]
    # A first bucket that holds more than epoch 0 stays, at the edge: its extremes may be later.
    kept = slice(int(from_epoch_1 and first_end == 1), None)
    newest = curve.last[-1]
    return Series(
        np.append(curve.epoch[kept], curve.end - 1),
        np.append(curve.low[kept], newest),
        np.append(curve.high[kept], newest),
        np.append(curve.last[kept], newest),
    )


class Path(NamedTuple):
    """A line through dots of the canvas. All arrays have shape (p,).

    Args:
        column: dot column of each point, rising; no column has more than two points.
        row: dot row of each point.
        joined: whether a line is drawn from the point before to this one; False at the first.
    """

    column: Ints
    row: Ints
    joined: NDArray[np.bool_]


def decimate(series: Series, x: Scale, y: Scale) -> Path:
    """Turn a series into at most two dots per column: the smallest and the largest value there.

    The sanitiser in front of plotext. What is not finite is left out and cuts the line, what lies
    outside the scales is moved to their edge, and the extremes of the finite values survive:
    scales never reverse an order, so the extreme dots are the dots of the extremes.

    Args:
        series: b >= 0 points, of any values.
        x: scale of the epochs.
        y: scale of the values.

    Returns:
        A path of p <= 2 * x.dots points with 0 <= column < x.dots and 0 <= row < y.dots.
    """
    low = np.where(np.isfinite(series.low), series.low, series.high)
    high = np.where(np.isfinite(series.high), series.high, low)
    last = np.where(np.isfinite(series.last), series.last, high)
    known = np.isfinite(low)
    cuts = np.cumsum(~known)[known]
    column = x.dot(series.x[known])
    bottom, top, leave = (y.dot(values[known]) for values in (low, high, last))

    start = np.flatnonzero(np.diff(column, prepend=-1))
    end = np.append(start, len(column))[1:] - 1
    bottom, top = np.minimum.reduceat(bottom, start), np.maximum.reduceat(top, start)
    column, leave = column[start], leave[end]

    # Strokes side by side that overlap need no line between them. Leaving it out halves the time
    # of a loss that swings over the whole canvas, 96 ms to 50 ms at 200 x 50 cells.
    apart = (np.diff(column) > 1) | (bottom[1:] > top[:-1]) | (bottom[:-1] > top[1:])
    joined = np.zeros(len(start), dtype=np.bool_)
    joined[1:] = apart & (cuts[start[1:]] == cuts[end[:-1]])
    # The extreme nearer to where the line leaves the column comes second: for a falling loss this
    # is the order in which they came.
    falls = leave - bottom <= top - leave
    rows = np.column_stack([np.where(falls, top, bottom), np.where(falls, bottom, top)])
    kept = np.column_stack([np.ones_like(falls), bottom != top])
    return Path(
        np.column_stack([column, column])[kept],
        rows[kept],
        np.column_stack([joined, np.ones_like(joined)])[kept],
    )


# --- Canvas: plotext joins the dots --------------------------------------------------------------


def _canvas(series: Series, x: Scale, y: Scale, marker: Marker) -> tuple[ChartRow, ...]:
    # Imported late: it takes 130 ms, and the help page needs no plot.
    import plotext as plt  # noqa: PLC0415

    plt.terminal.limit(False, False)
    figure = plt.figure
    figure.clear()
    figure.plot_size(x.cells, y.cells)
    figure.axes(False)
    for axis, dots in (("x", x.dots), ("y", y.dots)):
        figure.ruler(axis).frequency(0).lim(0, dots).alignment(lim="edge")
    path = decimate(series, x, y)
    # A dot's centre: on its edge, rounding would decide which dot it is.
    signal = figure.signal(
        (path.column + 0.5).tolist(), (path.row + 0.5).tolist(), marker=marker.name
    )
    for index in np.flatnonzero(path.joined).tolist():
        signal.line(index)
    figure.draw(signal)
    lines = figure.build().string(colorless=True).split("\n")[: y.cells]
    return tuple(
        tuple(
            Span("".join(cells), "axis" if is_empty else "loss")
            for is_empty, cells in groupby(line, str.isspace)
        )
        for line in lines
    )
