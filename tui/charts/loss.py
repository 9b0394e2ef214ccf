"""The loss plot: a curve of losses over epochs, as rows of text. Pure.

Two ``Scale`` turn values into dots, ``path.decimate`` thins them out, and the canvas joins them and
lays the curve over that of exact arithmetic, the ghosts of earlier runs, the lines that mark a
place, and the axes. The axes are ours: plotext's own read "1.33 epochs" and its log axes are not
usable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tui.charts.kit.axis import epoch_axis
from tui.charts.kit.canvas import (
    BRAILLE,
    QUADRANTS,
    ChartRow,
    draw,
    marks,
    overlay,
    seen,
    upright,
)
from tui.charts.kit.frame import empty_frame, frame
from tui.charts.kit.legend import Entry, legend
from tui.charts.kit.path import (
    Path,
    dashed_path,
    decimate,
    exact_path,
    ghost_path,
    level_path,
    merged,
)
from tui.charts.kit.scale import (
    GHOST_DECADES,
    Floats,
    Ints,
    Scale,
    epoch_scale,
    exact_decades,
    loss_scale,
    with_ghosts,
)
from tui.charts.kit.series import (
    NO_SERIES,
    Series,
    finite_losses,
    series_at,
    series_of,
    series_within,
)

if TYPE_CHECKING:
    from linreg_core import Curve, HeldOutFit

X_NAME = "epoch"

LETTERS = ascii_lowercase
"""Of the earlier runs, the oldest first: on the plot and in the list below it."""

CURSOR, READOUT = "┊▲", "│┴"
"""The lines that mark an epoch, and their marks on the axis."""

ENTRIES = (
    Entry("loss", "━", "measured"),
    Entry("test", "╍╍", "held-out rows"),
    Entry("exact", "··", "exact arithmetic (theory)"),
    Entry("floor", "⠂⠂", "best fit (theory)"),
)
"""The legend. Earlier runs are not in it: each has a name of its own."""


class LossChart(NamedTuple):
    """A picture of losses.

    Args:
        rows: all of one width; their spans have the roles of `canvas.Span`.
        epochs: scale of the canvas, which ends where the rows end; ``None``: there is none.
    """

    rows: tuple[ChartRow, ...]
    epochs: Scale | None


def loss_chart(
    curve: Curve,
    width: int,
    height: int,
    *,
    test: HeldOutFit | None = None,
    ghosts: Sequence[Curve] = (),
    exact: Callable[[Ints], Floats] | None = None,
    floor: float | None = None,
    window: tuple[int, int] | None = None,
    cursor: int | None = None,
    here: tuple[int, float] | None = None,
    readout: int | None = None,
    log_x: bool = False,
    log_y: bool = False,
    braille: bool = True,
) -> LossChart:
    """Draw the loss against the epoch, with numbered axes where they fit.

    Each bucket is a vertical stroke from its smallest to its largest loss at its first epoch, so
    no extreme is lost; the newest loss stands at the newest epoch. Losses that are not finite leave
    a gap. In a window, where a bucket may be wide, see `series.series_within`.

    The loss on rows held out is dashed, ghosts and exact arithmetic are dotted, and the curve lies
    over them; of exact arithmetic only what is apart from the curve is drawn. The axes span the
    curve, and theory and rows held out, too, but to either side of the curve by no more than its
    own span of losses, or where they are logarithmic by GHOST_DECADES, for exact arithmetic
    ``exact_decades``: what goes beyond ends at the edge, where it left. A ghost widens no axis.

    Args:
        curve: what to draw; b = 0 gives an empty frame that says so.
        width: cells of every row, >= 1.
        height: number of rows, >= 1.
        test: the losses on rows held out, joined from each epoch to the next; ``None``: not drawn.
        ghosts: earlier runs, of any epochs, at most 26, each with its letter at its end;
            empty ones are left out.
        exact: gives the losses, shape (k,), that exact arithmetic reaches at epochs, rising, shape
            (k,), k >= 1; called once, with no more than ``width`` cells have dots and none beyond
            the curve's newest. What is not finite cuts the line. ``None``: not drawn.
        floor: the smallest loss there is, for a horizontal line where it is on the axis, which it
            widens by no more than that; 0 has no line. ``None``: no line.
        window: the first epoch shown, >= 0, and the last, > the first; the axis of losses fits what
            is seen of them. ``None``: all epochs.
        cursor: the epoch >= 0 that a vertical line marks, behind all that is drawn; beyond the axis
            it stands at its edge, but beyond a window it is not seen. ``None``: no line.
        here: the epoch at which the run stands, and its loss, which ● marks where it is finite and
            seen. ``None``: no mark.
        readout: one more epoch >= 0 that is marked like this, by another line.
        log_x: logarithmic epochs. Epoch 0 has no logarithm, so the plot starts at epoch 1; as long
            as epoch 0 is all there is of the curve, the axis stays linear.
        log_y: logarithmic loss. A loss of 0 is drawn at the foot of the axis, on a row of its own
            labelled "0"; as long as every loss is 0, the axis stays linear.
        braille: draw with braille dots; False: with quarter blocks.

    Returns:
        ``height`` rows whose texts add up to ``width`` cells, and the scale under them.
    """
    if len(curve.epoch) == 0:
        return LossChart(empty_frame(width, height, "no epochs yet"), None)
    log_x = log_x and has_log_epochs(curve)
    first, last = window or all_epochs(curve, log=log_x)
    marker = BRAILLE if braille else QUADRANTS
    x_scale = partial(epoch_scale, last, dots_per_cell=marker.across, log=log_x, oldest=first)

    points = partial(_points, window=window, log_x=log_x, log_y=log_y)
    series = points(curve)
    behind = [
        (letter, one)
        for letter, ghost in zip(LETTERS, ghosts, strict=False)
        if ghost.end > int(log_x) and len((one := points(ghost)).x)
    ]
    theory = _exact_series(exact, x_scale(cells=width), curve.end - 1)
    held_out = _test_series(test, first, window, log=log_y)
    losses, others = finite_losses([series]), finite_losses([one for _, one in behind])
    if len(losses) == 0:
        if window is None or len(others) == 0:
            hint = "no finite loss" if len(series.x) else "no epochs here"
            return LossChart(empty_frame(width, height, hint), None)
        losses = others
    optimum = _reached(losses, np.array([floor or np.nan]), log=log_y)
    drawn = [
        losses,
        _reached(losses, theory.high, log=log_y, decades=exact_decades(losses)),
        _reached(losses, held_out.high, log=log_y),
        optimum,
    ]
    y_scale = partial(loss_scale, np.concatenate(drawn), dots_per_cell=marker.down, log=log_y)

    x, y, axes = frame(width, height, x_scale, y_scale, x_axis=epoch_axis, x_name=X_NAME)
    path = decimate(series, x, y)
    layers = [("loss", draw(path, x, y, marker))]
    if len((dashes := dashed_path(held_out, x, y)).column):
        layers.append(("test", draw(dashes, x, y, marker)))
    apart = exact_path(theory, path, x, y)
    if len(apart.column):
        layers.append(("exact", draw(apart, x, y, marker)))
    if behind:
        paths = [(letter, ghost_path(one, x, y)) for letter, one in behind]
        layers.append(("ghost", letters_of(paths, [lines for _, lines in layers], x, y)))
        dots = merged([each for _, each in paths], y)
        layers.append(("ghost", draw(dots, x, y, marker)))
    if len(optimum):
        layers.append(("floor", draw(level_path(float(optimum[0]), x, y), x, y, marker)))
    if here is not None and first <= here[0] <= last and y.low <= here[1] <= y.high:
        cell = int(x.cell(np.array([here[0]]))[0]), int(y.cell(np.array([here[1]]))[0])
        layers.insert(0, ("here", marks([cell], "●", x, y)))
    roles = seen(layers)
    names = [entry for entry in ENTRIES if entry.role in roles]
    if len(names) > 1:
        layers = legend(names, [lines for _, lines in layers], x.cells, y.cells) + layers
    for role, epoch, pieces in (("readout", readout, READOUT), ("cursor", cursor, CURSOR)):
        if epoch is not None and (window is None or first <= epoch <= last):
            layers.append((role, upright(epoch, x, y, pieces)))
    return LossChart(overlay(axes, layers), x)


def letters_of(
    paths: Sequence[tuple[str, Path]], taken: Sequence[Sequence[str]], x: Scale, y: Scale
) -> list[str]:
    """Write a letter at the end of each path, or before that where something else is drawn."""
    rows = [[" "] * x.cells for _ in range(y.cells)]
    for letter, path in paths:
        cells = zip(path.column // x.dots_per_cell, path.row // y.dots_per_cell, strict=True)
        for column, up in sorted(cells, reverse=True):
            row = y.cells - 1 - up
            if all(picture[row][column].isspace() for picture in (*taken, rows)):
                rows[row][column] = letter
                break
    return ["".join(row) for row in rows]


def has_log_epochs(curve: Curve) -> bool:
    """Whether there is an epoch with a logarithm."""
    return curve.end > 1


def all_epochs(curve: Curve, *, log: bool) -> tuple[int, int]:
    """Return the first and the last epoch that there is to see, first < last; log starts at 1."""
    first = int(log)
    return first, max(first + 1, curve.end - 1)


def _points(curve: Curve, window: tuple[int, int] | None, *, log_x: bool, log_y: bool) -> Series:
    if window is None:
        return series_of(curve, from_epoch_1=log_x)
    return series_within(curve, window, log=log_y)


def _test_series(
    test: HeldOutFit | None, first: int, window: tuple[int, int] | None, *, log: bool
) -> Series:
    if test is None:
        return NO_SERIES
    return series_at(test.epochs, test.losses, first, window, log=log)


def _exact_series(exact: Callable[[Ints], Floats] | None, x: Scale, newest: int) -> Series:
    """Ask for the exact loss at each dot column up to the newest epoch; b >= 0 points."""
    columns = np.rint(x.value(np.arange(x.dots))).astype(np.int64)
    epochs = np.unique(np.minimum(columns, newest))
    epochs = epochs[epochs >= x.low]
    if exact is None or len(epochs) == 0:
        return NO_SERIES
    return Series.through(epochs, exact(epochs))


def _reached(
    losses: Floats, values: Floats, *, log: bool, decades: float = GHOST_DECADES
) -> Floats:
    """Return some values, those beyond the limits of an axis moved there (``with_ghosts``).

    Where all are beyond, there is none: nothing of them would be seen.
    """
    finite = values[np.isfinite(values)]
    moved: Floats = with_ghosts(losses, finite, log=log, decades=decades)[len(losses) :]
    return moved if (moved == finite).any() else moved[:0]
