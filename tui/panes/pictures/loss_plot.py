"""The loss of every epoch so far, drawn in text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.events import Click, Leave, MouseEvent, MouseMove, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.reactive import reactive

from tui.charts.kit.canvas import ChartRow, Span
from tui.charts.kit.scale import Floats, Ints
from tui.charts.loss import LETTERS, LossChart, all_epochs, has_log_epochs, loss_chart
from tui.charts.readout import readout_text
from tui.charts.view import View, Whole, pointed_at, stepped
from tui.engine.ghosts import Ghost
from tui.engine.report import Activity, Report
from tui.panes.kit.chart_pane import ChartPane

if TYPE_CHECKING:
    from linreg_core import Snapshot

ROLES = ("loss", "test", "exact", "ghost", "floor", "readout", "cursor", "legend", "here")
LEAST_HEIGHT = 12
"""Rows that the plot keeps before the list of earlier runs gets any."""

ZOOM, PAN = 2.0, 0.25
"""How many times less or more is seen after a zoom; the share of it that one pan moves."""

AXES = {
    (False, False): "linear",
    (False, True): "log y",
    (True, False): "log x",
    (True, True): "log x, y",
}
"""What axes there are, by whether epochs and losses stand on logarithmic ones."""


class LossPlot(ChartPane[Span]):
    """The loss plot; it fills its pane."""

    NAME = "loss"

    HELP = (
        "The mean squared error of every epoch so far. y and x switch the axes between linear and "
        "logarithmic; a loss of 0 stands at the foot of a logarithmic axis, epoch 0 does not stand "
        "on one. Many epochs in one column are drawn from their smallest to their largest loss. "
        "A dashed line is the loss on rows held out, up to where you stand. Dotted lines are "
        "theory, the same run in exact arithmetic, and earlier runs, listed below; the level dots "
        "are theory, too: the loss at the best fit; ● is where you stand, ┊ too where that is in "
        "the past. The mouse, or [ and ], read out the loss of an epoch (│), and a click keeps it; "
        "the wheel, or + and -, zoom."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    LossPlot > .chart--legend { color: $text-muted; }
    LossPlot > .chart--loss { color: $hue-blue; }
    LossPlot > .chart--here { color: $text-accent; text-style: bold; }
    LossPlot > .chart--test { color: $hue-yellow; }
    LossPlot > .chart--exact { color: $foreground; }
    LossPlot > .chart--ghost { color: $text-muted; }
    LossPlot > .chart--floor { color: $foreground; }
    LossPlot > .chart--readout { color: $foreground; }
    LossPlot > .chart--cursor { color: $text-muted; }
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    log_y: reactive[bool] = reactive(True)
    """Whether losses stand on a logarithmic axis."""

    view: reactive[View] = reactive(View())
    """Which epochs are seen, and which one is read out until another one is."""

    hovered: reactive[int | None] = reactive[int | None](None)
    """The epoch under the mouse, which is read out instead; ``None``: it is elsewhere."""

    class Read(Message):
        """Another epoch is read out, or none.

        Args:
            text: its loss in words; empty: none.
        """

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, braille: bool | None = None) -> None:
        super().__init__(braille=braille)
        self._chart = LossChart((), None)
        self._is_read = False
        self._seen = 0, 0

    def watch_report(self, old: Report, new: Report) -> None:
        if new.run != old.run:
            self.view, self.hovered = View(), None
        self._say()
        if (self.key(), self.size) != self._drawn:
            self.refresh()

    def on_mouse_move(self, event: MouseMove) -> None:
        """Read out what the mouse points at."""
        self.hovered = self._epoch_under(event)

    def on_leave(self, event: Leave) -> None:
        """Read out what was read out before the mouse came."""
        self.hovered = None

    def on_click(self, event: Click) -> None:
        """Keep what the mouse points at."""
        if (epoch := self._epoch_under(event)) is not None:
            self.view = self.view.reading(epoch)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """See less."""
        self._zoom(1 / ZOOM, self._epoch_under(event))
        event.stop()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """See more."""
        self._zoom(ZOOM, self._epoch_under(event))
        event.stop()

    def zoom(self, steps: int) -> None:
        """Zoom in, or out where it is negative, about what is read out or else the newest seen."""
        self._zoom(ZOOM**-steps, self.read_out)

    def pan(self, steps: int) -> None:
        """Move along the epochs: later ones come into sight, or earlier where it is negative."""
        if (whole := self._whole()) is not None:
            self.hovered = None
            self.view = self.view.panned(PAN * steps, whole, log=self._is_log_x)

    def show_all(self) -> None:
        """Show all epochs."""
        self.view = self.view.unzoomed()

    def move_readout(self, steps: int) -> None:
        """Read out an epoch some columns further right, or left where it is negative."""
        snapshot, x = self.report.snapshot, self._chart.epochs
        if snapshot is not None and x is not None:
            epoch = stepped(self.read_out, steps, x, snapshot.curve.end - 1)
            self.view, self.hovered = self.view.reading(epoch), None

    def drop_readout(self) -> None:
        """Read nothing out."""
        self.view, self.hovered = self.view.reading(None), None

    @property
    def read_out(self) -> int | None:
        """The epoch read out; ``None``: none."""
        return self.view.readout if self.hovered is None else self.hovered

    @property
    def _is_log_x(self) -> bool:
        snapshot = self.report.snapshot
        return self.log_x and snapshot is not None and has_log_epochs(snapshot.curve)

    def _whole(self) -> Whole | None:
        if (snapshot := self.report.snapshot) is None:
            return None
        return all_epochs(snapshot.curve, log=self._is_log_x)

    def _zoom(self, factor: float, about: int | None) -> None:
        snapshot, whole = self.report.snapshot, self._whole()
        if snapshot is None or whole is None:
            return
        if about is None:
            about = snapshot.curve.end - 1
        self.view = self.view.zoomed(factor, about, whole, log=self._is_log_x)

    def _epoch_under(self, event: MouseEvent) -> int | None:
        """The epoch that the mouse points at; ``None`` beside the canvas."""
        snapshot, x, offset = self.report.snapshot, self._chart.epochs, None
        if snapshot is not None and x is not None:
            offset = event.get_content_offset(self)
        if snapshot is None or x is None or offset is None or offset.y >= len(self._chart.rows):
            return None
        cell = offset.x - (self.size.width - x.cells)
        return pointed_at(cell, x, snapshot.curve.end - 1) if cell >= 0 else None

    def _theory(self) -> tuple[Callable[[Ints], Floats] | None, float | None]:
        """The losses of exact arithmetic, where they are known, and the optimum's."""
        snapshot = self.report.snapshot
        if snapshot is None:
            return None, None
        theory = snapshot.theory
        is_known = theory.modes is not None and not theory.hides_a_direction
        return theory.losses if is_known else None, theory.floor

    def _say(self) -> None:
        """Write what is seen, and what is read out, into the head and the line of words."""
        snapshot, epoch, window = self.report.snapshot, self.read_out, self.view.window
        if window is None:
            self.hint = f"x y {AXES[self.log_x, self.log_y]}"
        else:
            newest = 0 if snapshot is None else snapshot.curve.end - 1
            self.hint = f"epochs {window[0]:,} to {window[1]:,} of {newest:,}"
        text = ""
        if snapshot is not None and epoch is not None:
            exact, floor = self._theory()
            width = self.app.size.width - 2
            text = readout_text(
                snapshot.curve, epoch, width, test=snapshot.test, exact=exact, floor=floor
            )
        if text or self._is_read:
            self._is_read = bool(text)
            self.post_message(self.Read(text))

    # Whatever changes what is seen, or the room for words, changes the words.
    on_mount = on_resize = watch_log_x = watch_log_y = watch_view = watch_hovered = _say

    def key(self) -> object:
        report, snapshot = self.report, self.report.snapshot
        if snapshot is None:
            return None
        curve, window = snapshot.curve, self.view.window
        # Of a window that ends before the newest bucket nothing changes any more.
        is_past = window is not None and len(curve.epoch) > 0 and window[1] < curve.epoch[-1]
        newest = None if is_past else self._newest(curve.end, report)
        look = (window, self.read_out, self.log_x, self.log_y)
        return (report.run, newest, report.ghosts, _cursor(snapshot), *look)

    def _newest(self, end: int, report: Report) -> int:
        """Where the curve ends; while a run goes on, where it did, as long as that is in a cell."""
        x, (run, drawn) = self._chart.epochs, self._seen
        if x is None or run != report.run or report.activity is not Activity.RUNNING:
            return end
        return drawn if 0 <= (end - drawn) * x.cells < x.high - x.low else end

    def rows(self) -> tuple[ChartRow, ...]:
        report, snapshot = self.report, self.report.snapshot
        assert snapshot is not None
        self._seen = report.run, snapshot.curve.end
        exact, floor = self._theory()
        listed = legend_rows(report.ghosts, *self.size)
        self._chart = loss_chart(
            snapshot.curve,
            self.size.width,
            self.size.height - len(listed),
            test=snapshot.test,
            ghosts=[ghost.curve for ghost in report.ghosts],
            exact=exact,
            floor=floor,
            window=self.view.window,
            cursor=_cursor(snapshot),
            here=_here(snapshot),
            readout=self.read_out,
            log_x=self.log_x,
            log_y=self.log_y,
            braille=self._braille,
        )
        return (*self._chart.rows, *listed)


def _cursor(snapshot: Snapshot) -> int | None:
    """Where the run stands in the past; ``None``: at its latest epoch."""
    return snapshot.epoch if snapshot.epoch < snapshot.latest else None


def _here(snapshot: Snapshot) -> tuple[int, float]:
    """Where the run stands, and its loss there; beyond a diverged run, at its last epoch."""
    losses = snapshot.curve.last
    is_current = snapshot.beyond == 0 or len(losses) == 0
    return snapshot.epoch, snapshot.backend_loss if is_current else float(losses[-1])


def legend_rows(ghosts: Sequence[Ghost], width: int, height: int) -> tuple[ChartRow, ...]:
    """One row for each earlier run, the newest first, as long as the plot keeps its room.

    Of a label that is too long the last parts are left out: half a number would be another one.
    """
    room = max(height - LEAST_HEIGHT, 0)
    if not ghosts:
        return ()
    named = list(zip(LETTERS, ghosts, strict=False))[::-1]
    if room < len(ghosts):
        rates = tuple(f"{letter} {ghost.label.partition(',')[0]}" for letter, ghost in named)
        text = f"earlier: {_fitting(rates, ' · ', width - len('earlier: '))}"
        return ((Span(text, "ghost"),),) if room else ()
    labels = (_fitting(ghost.label.split(", "), ", ", width - 2) for _, ghost in named)
    texts = (f"{letter} {label}" for (letter, _), label in zip(named, labels, strict=True))
    return tuple((Span(text, "ghost"),) for text in texts)


def _fitting(parts: Sequence[str], between: str, width: int) -> str:
    """As many parts as there is room for, joined; at least the first."""
    texts = [between.join(parts[:count]) for count in range(len(parts), 0, -1)]
    return next((text for text in texts if len(text) <= width), texts[-1])
