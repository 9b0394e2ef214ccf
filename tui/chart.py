"""The loss plot as a pure function: values -> rows of text. Knows no Textual.

A *cell* is one character; a *dot* is what a marker divides it into (braille 2 x 4). Dots are
counted from 0 at the left and at the bottom. Two ``Scale`` turn values into dots, ``decimate``
thins them out, plotext joins them with lines, and the axes and their labels are written here:
plotext's own read "1.33 epochs" and its log axes are not usable.

plotext 6.1 aborts the whole process, beyond any ``except``, on a line through NaN or far outside
its limits. So no value ever reaches it: only dots inside the canvas do, and ``decimate`` is the
only thing that makes them.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from linreg_core import Curve

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Span(NamedTuple):
    """A piece of a row that is drawn in one style.

    Args:
        text: plain text, no markup and no control characters.
        role: "axis" (lines, ticks, labels, empty cells) or the name of the series drawn: "loss".
    """

    text: str
    role: str


ChartRow = tuple[Span, ...]


class Series(NamedTuple):
    """What one line of the chart shows: for each x a range of values. All arrays have shape (b,).

    Args:
        role: role of its spans.
        x: epochs, rising.
        low: smallest value at x, >= 0 or not finite, as are high and last.
        high: largest value at x.
        last: value the line leaves x with; it decides which extreme is drawn first.
    """

    role: str
    x: Ints
    low: Floats
    high: Floats
    last: Floats


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


class Marker(NamedTuple):
    """How plotext divides a cell: its name for it, dots across and dots down."""

    name: str
    across: int
    down: int


BRAILLE = Marker("braille", 2, 4)
QUADRANTS = Marker("hd", 2, 2)
"""Block characters, for terminals whose font has no braille (TERM=linux)."""

X_NAME = "epoch"
MIN_ROWS, MIN_COLUMNS = 3, 10
"""The smallest canvas, in cells, that is worth an axis; a smaller one gets all the room."""


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
    no extreme is lost. Losses that are not finite leave a gap.

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
    log_x = log_x and len(curve.epoch) > 0 and bool(curve.epoch[-1] > 0)
    # The first bucket holds nothing but epoch 0 if the second starts at epoch 1.
    kept = slice(int(log_x and len(curve.epoch) > 1 and curve.epoch[1] == 1), None)
    series = Series("loss", curve.epoch[kept], curve.low[kept], curve.high[kept], curve.last[kept])
    if len(series.x) == 0:
        return _frame(width, height, "no epochs yet")
    if not (np.isfinite(series.low) | np.isfinite(series.high)).any():
        return _frame(width, height, "no finite loss")
    marker = BRAILLE if braille else QUADRANTS
    return _chart([series], width, height, marker, log_x=log_x, log_y=log_y)


def _chart(
    series: list[Series], width: int, height: int, marker: Marker, *, log_x: bool, log_y: bool
) -> tuple[ChartRow, ...]:
    if height - 2 >= MIN_ROWS:
        y = _y_scale(series, height - 2, marker, log_y)
        labels = _y_labels(y)
        gutter = max(map(len, [X_NAME, *labels.values()]))
        if width - gutter - 1 >= MIN_COLUMNS:
            x = _x_scale(series, width - gutter - 1, marker, log_x)
            sides = (
                f"{labels.get(row, ''):>{gutter}}{'┤' if row in labels else '│'}"
                for row in reversed(range(y.cells))
            )
            canvas = _canvas(series, x, y, marker)
            return (
                *((Span(side, "axis"), *cells) for side, cells in zip(sides, canvas, strict=True)),
                *((Span(foot, "axis"),) for foot in _x_axis(x, gutter)),
            )
    x = _x_scale(series, width, marker, log_x)
    y = _y_scale(series, height, marker, log_y)
    return tuple(_canvas(series, x, y, marker))


def _frame(width: int, height: int, hint: str) -> tuple[ChartRow, ...]:
    lines = ["│" + " " * (width - 1)] * (height - 1) + ["└" + "─" * (width - 1)]
    if len(hint) < width and height > 1:
        lines[(height - 1) // 2] = "│" + hint.center(width - 1)
    return tuple((Span(line, "axis"),) for line in lines)


# --- Scales: from values to dots -----------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """Maps values to the dots of one axis.

    Args:
        low: value at the first dot that is not kept for zeros; > 0 where log is True.
        high: value at the last dot, > low.
        cells: length of the axis, >= 1.
        dots_per_cell: dots in each of them, >= 1.
        log: equal ratios, instead of equal differences, take equal lengths.
        floor: first dots kept for values <= 0, which have no logarithm; they all go to dot 0.
    """

    low: float
    high: float
    cells: int
    dots_per_cell: int
    log: bool = False
    floor: int = 0

    @property
    def dots(self) -> int:
        """Number of dots, those kept for zeros included."""
        return self.cells * self.dots_per_cell

    @property
    def ends(self) -> tuple[float, float]:
        """The axis in the units in which it is even: log10 of low and high where log is True."""
        return (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)

    @property
    def half_dot(self) -> float:
        """Half the distance of two dots, as a fraction of the axis."""
        return 0.5 / max(1, self.dots - 1 - self.floor)

    def dot(self, values: Floats | Ints) -> Ints:
        """Return the nearest dot of each value; what lies outside goes to the edge.

        Args:
            values: finite, any shape.
        """
        inside = np.clip(np.asarray(values, dtype=np.float64), self.low, self.high)
        start, end = self.ends
        if self.log:
            inside = np.log10(inside)
        # Divided first, as the difference of two huge values overflows and that of two tiny ones
        # is no number to divide by.
        size = max(abs(start), abs(end))
        fraction = (inside / size - start / size) / (end / size - start / size)
        dots = self.floor + np.rint(fraction * (self.dots - 1 - self.floor)).astype(np.int64)
        return np.where(np.asarray(values) <= 0, 0, dots) if self.floor else dots


NARROWEST = 1e-6
"""The smallest spread of losses, relative to their size, that is drawn as one.

Its labels have up to eight digits. A loss that spreads less is drawn as the constant it looks like.
"""


def _y_scale(series: list[Series], rows: int, marker: Marker, log: bool) -> Scale:
    values = np.concatenate([extreme for s in series for extreme in (s.low, s.high)])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if log and high > 0:
        has_zero = low <= 0
        low = float(values[values > 0].min())
        if low >= high * (1 - NARROWEST):
            low, high = max(low / 10, math.ulp(0.0)), min(high * 10, sys.float_info.max)
        floor = has_zero * (marker.down if rows > 1 else 1)
        return Scale(low, high, rows, marker.down, log=True, floor=floor)
    if high - low <= NARROWEST * high:
        low, high = 0.0, min(2 * high, sys.float_info.max) or 1.0
    return Scale(low, high, rows, marker.down)


def _x_scale(series: list[Series], columns: int, marker: Marker, log: bool) -> Scale:
    first = min(int(s.x[0]) for s in series)
    last = max(int(s.x[-1]) for s in series)
    low = max(first, 1) if log else first
    return Scale(low, max(last, low + 1), columns, marker.across, log=log)


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
    if len(start) == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return Path(nothing, nothing, nothing.astype(np.bool_))
    end = np.append(start[1:], len(column)) - 1
    bottom, top = np.minimum.reduceat(bottom, start), np.maximum.reduceat(top, start)
    column, leave = column[start], leave[end]

    # Strokes side by side that overlap need no line between them. Leaving it out halves the time
    # of a loss that swings over the whole canvas, 96 ms to 50 ms at 200 x 50 cells.
    apart = (np.diff(column) > 1) | (bottom[1:] > top[:-1]) | (bottom[:-1] > top[1:])
    joined = np.append(False, apart & (cuts[start[1:]] == cuts[end[:-1]]))
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


# --- Ticks: round values where their labels have room ---------------------------------------------


def _y_labels(y: Scale) -> dict[int, str]:
    """Labels by the row of the canvas they belong to, counted from the foot."""
    gap = 2 + y.cells // 20 if y.cells > MIN_ROWS else 1

    def place(ticks: list[Decimal]) -> list[tuple[int, str]]:
        placed: list[tuple[int, str]] = []
        for row, label in zip(_cells(y, ticks), _loss_labels(ticks), strict=True):
            if not placed or row - placed[-1][0] >= gap:
                placed.append((row, label))
        return placed

    return dict(_best(_ticks(y), place))


def _x_axis(x: Scale, gutter: int) -> tuple[str, str]:
    """Return the line under the canvas with its tick marks, and the row of labels under that."""
    gap = max(2, x.cells // 20)

    def place(ticks: list[Decimal]) -> list[tuple[int, int, str]]:
        placed: list[tuple[int, int, str]] = []
        free = 0
        for column, tick in zip(_cells(x, ticks), ticks, strict=True):
            label = _epoch_label(int(tick))
            start = min(max(0, column - (len(label) - 1) // 2), x.cells - len(label))
            if start >= free:
                placed.append((column, start, label))
                free = start + len(label) + gap
        return placed

    line, labels = ["─"] * x.cells, ""
    for column, start, label in _best(_ticks(x, whole=True), place):
        line[column] = "┬"
        labels = labels.ljust(start) + label
    return f"{'└':>{gutter + 1}}{''.join(line)}", f"{X_NAME:<{gutter + 1}}{labels:<{x.cells}}"


P = TypeVar("P")


def _best(
    candidates: Iterable[list[Decimal]], place: Callable[[list[Decimal]], list[P]]
) -> list[P]:
    """Place the finest ticks that all have room, else as many as have of the coarsest."""
    placed: list[P] = []
    for ticks in candidates:
        placed = place(ticks)
        if len(placed) == len(ticks):
            break
    return placed


def _cells(scale: Scale, ticks: list[Decimal]) -> list[int]:
    dots = scale.dot(np.array([float(tick) for tick in ticks]))
    return [int(dot) // scale.dots_per_cell for dot in dots]


def _ticks(scale: Scale, *, whole: bool = False) -> Iterator[list[Decimal]]:
    """Give sets of round values on the axis, rising, from fine to coarse, each of two or more.

    A value less than half a dot outside counts as on the axis: the newest bucket of a run of
    1,000,000 epochs may start at epoch 999,936.
    """
    start, end = scale.ends
    if scale.log:
        slack = (end - start) * scale.half_dot
        start, end = start - slack, end + slack
        widen = Decimal(10**slack)
        low, high = Decimal(scale.low) / widen, Decimal(scale.high) * widen
    else:
        low, high = Decimal(start), Decimal(end)
        margin = (high - low) * Decimal(scale.half_dot)
        low, high = low - margin, high + margin
    has_decades = scale.log and end - start >= 1
    candidates = _decade_ticks(start, end) if has_decades else _even_ticks(low, high, whole=whole)
    for ticks in candidates:
        if len(ticks) < 2:
            return
        yield [Decimal(0), *ticks] if scale.floor else ticks


def _even_ticks(low: Decimal, high: Decimal, *, whole: bool) -> Iterator[list[Decimal]]:
    """Multiples of 1, 2 or 5 times a power of ten; in decimals, so that labels are exact."""
    for power in count((high - low).adjusted() - 1):
        for step in (Decimal(digit).scaleb(power) for digit in (1, 2, 5)):
            if not (whole and step < 1):
                multiples = range(math.ceil(low / step), math.floor(high / step) + 1)
                yield [step * multiple for multiple in multiples]


def _decade_ticks(start: float, end: float) -> Iterator[list[Decimal]]:
    """Powers of ten between 10**start and 10**end; where there are few, 2 and 5 times them, too."""
    powers = range(math.floor(start), math.floor(end) + 1)
    if end - start < 5:
        yield [
            Decimal(digit).scaleb(power)
            for power in powers
            for digit in (1, 2, 5)
            if start <= power + math.log10(digit) <= end
        ]
    for step in (1, 2, 3, 5, 10, 20, 50, 100):
        yield [Decimal(1).scaleb(n) for n in powers if n % step == 0 and n >= start]


def _loss_labels(ticks: list[Decimal]) -> list[str]:
    """Write the ticks of one axis alike and exactly: 0.25, or 2.5e-7; powers of ten as 1e-7."""
    values = [tick for tick in ticks if tick]
    decades = len(values) > 1 and all(tick.as_tuple().digits == (1,) for tick in values)
    sizes = [tick.adjusted() for tick in values]
    if min(sizes) >= -4 and max(sizes) < 6 and not decades:
        return [f"{tick:f}" if tick else "0" for tick in ticks]
    return [f"{tick.normalize():e}".replace("e+", "e") if tick else "0" for tick in ticks]


def _epoch_label(epoch: int) -> str:
    for unit, suffix in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if epoch >= unit:
            return f"{(Decimal(epoch) / unit).normalize():f}{suffix}"
    return str(epoch)


# --- Canvas: plotext joins the dots --------------------------------------------------------------


def _canvas(series: list[Series], x: Scale, y: Scale, marker: Marker) -> list[ChartRow]:
    # Imported late: it takes 130 ms, and the help page needs no plot.
    import plotext as plt  # noqa: PLC0415

    plt.terminal.limit(False, False)
    figure = plt.figure
    figure.clear()
    figure.plot_size(x.cells, y.cells)
    figure.canvas("default")
    figure.axes(False)
    for axis, dots in (("x", x.dots), ("y", y.dots)):
        figure.ruler(axis).frequency(0).lim(0, dots).alignment(lim="edge")
    roles = {}
    for colour, one in enumerate(series, start=1):
        roles[f"38;5;{colour}"] = one.role
        path = decimate(one, x, y)
        # A dot's centre: on its edge, rounding would decide which dot it is.
        signal = figure.signal(
            (path.column + 0.5).tolist(),
            (path.row + 0.5).tolist(),
            marker=plt.marker(marker.name, plt.pixel(foreground=colour)),
        )
        for index in np.flatnonzero(path.joined).tolist():
            signal.line(index)
        figure.draw(signal)
    return [_spans(line, roles) for line in figure.build().string().split("\n")[: y.cells]]


STYLE = re.compile(r"\x1b\[([\d;]*)m")


def _spans(line: str, roles: dict[str, str]) -> ChartRow:
    """Split a line of plotext's; the colour of a piece says whose it is, uncoloured is empty."""
    texts_and_styles = STYLE.split(line)
    styles = ["", *texts_and_styles[1::2]]
    return tuple(
        Span(text, roles.get(style, "axis"))
        for text, style in zip(texts_and_styles[::2], styles, strict=True)
        if text
    )
