"""The numbers of the present epoch: the loss, and the first rows of the data at these weights."""

from __future__ import annotations

import math

import numpy as np
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import Snapshot, visible
from tui.engine.messages import Report
from tui.text import compact, number, shorten

NUMBER_WIDTH = 12
SUMMARY_LINES = 6


class EpochPanel(Widget):
    """Loss, largest gradient, and target, prediction and residual row by row."""

    HELP = (
        "The mean squared error at these weights, its root in units of the target, the largest "
        "absolute derivative, and for the first rows of the data: the target y, the prediction ŷ "
        "and the residual ŷ - y that the backend computed."
    )

    DEFAULT_CSS = """
    EpochPanel { border: round $primary; border-title-color: $text; padding: 0 1; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def watch_report(self, report: Report) -> None:
        if report.snapshot is not None:
            self.border_title = f"Epoch {report.snapshot.epoch:,}"

    def render(self) -> Text:
        snapshot = self.report.snapshot
        if snapshot is None:
            return Text("")
        room = self.size.height - SUMMARY_LINES
        lines = [*summary_lines(snapshot), *sample_lines(snapshot, self.size.width, room)]
        return Text("\n".join(lines), no_wrap=True)


def summary_lines(snapshot: Snapshot) -> list[str]:
    """What one number says about the whole epoch."""
    target = shorten(visible(snapshot.run.target), 20)
    largest = float(np.abs(snapshot.gradient).max())
    return [
        f"loss (MSE)          {number(snapshot.loss, NUMBER_WIDTH)}",
        f"√loss, in {target:<10}{number(math.sqrt(snapshot.loss), NUMBER_WIDTH)}",
        f"largest |∂MSE/∂w|   {number(largest, NUMBER_WIDTH)}",
        f"learning rate       {compact(snapshot.run.settings.lr):>{NUMBER_WIDTH}}",
        "",
    ]


def sample_lines(snapshot: Snapshot, width: int, room: int) -> list[str]:
    """As many rows of the data as there is room for, under a heading."""
    sample, rows = snapshot.sample, snapshot.run.rows
    shown = min(len(sample.target), max(room - 1, 0))
    number_width = min(NUMBER_WIDTH, max((width - 7) // 3, 8))
    lines = [f"{'row':>4}" + "".join(f" {t:>{number_width}}" for t in ("y", "ŷ", "ŷ - y"))]
    for row in range(shown):
        values = (sample.target[row], sample.prediction[row], sample.residual[row])
        cells = [number(float(v), number_width, signed=i == 2) for i, v in enumerate(values)]
        lines.append(f"{row + 1:>4} " + " ".join(cells))
    if shown < rows:
        lines.append(f"   … {rows - shown:,} more rows")
    return lines
