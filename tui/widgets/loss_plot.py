"""The loss of every epoch so far, drawn in text."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.charts.canvas import ChartRow, Span
from tui.charts.loss import loss_chart
from tui.engine.messages import Ghost, Report

ROLES = ("axis", "loss", "ghost", "cursor")
LEAST_HEIGHT = 12
"""Rows that the plot keeps before the list of earlier runs gets any."""


class LossPlot(Widget, can_focus=False):
    """The loss plot; it fills its pane."""

    HELP = (
        "The mean squared error of every epoch so far. y and x switch the axes between linear and "
        "logarithmic; a loss of 0 stands at the foot of a logarithmic axis, epoch 0 does not stand "
        "on one. Many epochs in one column are drawn from their smallest to their largest loss. "
        "Dotted lines are earlier runs, listed below; ┊ is where you stand in the past."
    )

    COMPONENT_CLASSES = {f"loss-plot--{role}" for role in ROLES}

    DEFAULT_CSS = """
    LossPlot {
        border: round $primary; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    LossPlot > .loss-plot--axis { color: $foreground-darken-2; }
    LossPlot > .loss-plot--loss { color: $text-success; }
    LossPlot > .loss-plot--ghost { color: $foreground-darken-3; }
    LossPlot > .loss-plot--cursor { color: $text-accent; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    log_y: reactive[bool] = reactive(True)
    """Whether losses stand on a logarithmic axis."""

    def __init__(self, *, braille: bool | None = None) -> None:
        super().__init__()
        self.border_subtitle = "x y  log axes"
        self._braille = os.environ.get("TERM") != "linux" if braille is None else braille
        self._rows: tuple[ChartRow, ...] = ()
        self._drawn: object = None

    def render_line(self, y: int) -> Strip:
        if y == 0:
            self._draw()
        width, style = self.size.width, self.rich_style
        if y >= len(self._rows):
            return Strip.blank(width, style)
        styles = {
            role: style + self.get_component_rich_style(f"loss-plot--{role}", partial=True)
            for role in ROLES
        }
        segments = [Segment(span.text, styles[span.role]) for span in self._rows[y]]
        return Strip(segments).adjust_cell_length(width, style)

    def watch_report(self) -> None:
        self._name_axes()

    def watch_log_x(self) -> None:
        self._name_axes()

    def watch_log_y(self) -> None:
        self._name_axes()

    def _name_axes(self) -> None:
        axes = [name for name, on in (("log y", self.log_y), ("log x", self.log_x)) if on]
        self.border_title = "Loss" + (f" ({', '.join(axes)})" if axes else "")

    def _draw(self) -> None:
        """Build the chart, unless nothing that it shows is new."""
        snapshot, ghosts = self.report.snapshot, self.report.ghosts
        wanted = (snapshot, ghosts, self.size, self.log_x, self.log_y)
        if snapshot is None or wanted == self._drawn:
            return
        legend = legend_rows(ghosts, self.size.height)
        chart = loss_chart(
            snapshot.curve,
            self.size.width,
            self.size.height - len(legend),
            ghosts=[ghost.curve for ghost in ghosts],
            cursor=snapshot.epoch if snapshot.epoch < snapshot.latest else None,
            log_x=self.log_x,
            log_y=self.log_y,
            braille=self._braille,
        )
        self._rows = (*chart, *legend)
        self._drawn = wanted


def legend_rows(ghosts: Sequence[Ghost], height: int) -> tuple[ChartRow, ...]:
    """One row for each earlier run, the newest first, as long as the plot keeps its room."""
    room = max(height - LEAST_HEIGHT, 0)
    if not ghosts:
        return ()
    if room < len(ghosts):
        return ((Span(f"┈ {len(ghosts)} earlier runs", "ghost"),),) if room else ()
    return tuple((Span(f"┈ {ghost.label}", "ghost"),) for ghost in reversed(ghosts))
