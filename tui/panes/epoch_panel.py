"""The numbers of the present epoch: the loss, and the first rows of the data at these weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rich.text import Text
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import Metrics, Snapshot, visible
from tui.engine.report import Report
from tui.text import compact, number, shorten

NUMBER_WIDTH = 12
COLUMN_WIDTH = NUMBER_WIDTH + 2
LABEL_WIDTH = 24

LEAST_SAMPLE = 4
"""Lines for rows of the data that are worth more than a blank line above them."""


class EpochPanel(Widget):
    """How good the fit is, largest gradient, and target, prediction and residual row by row."""

    HELP = (
        "The mean squared error at these weights, its root and the mean absolute error in units of "
        "the target, the share R² of the target's variance that is explained, and where rows are "
        "held out the same on these, about their own mean; the largest absolute derivative; and "
        "for the first rows of the data: the target y, the prediction ŷ and the residual ŷ - y "
        "that the backend computed. In the frame below: what the run has come to so far."
    )

    DEFAULT_CSS = """
    EpochPanel {
        border: round $primary; border-title-color: $text; border-subtitle-color: $text-muted;
        padding: 0 1;
    }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def watch_report(self, report: Report) -> None:
        if report.snapshot is not None:
            self.border_title = f"Epoch {report.snapshot.epoch:,}"
            self.border_subtitle = Content(visible(report.snapshot.verdict.message))

    def render(self) -> Text:
        snapshot = self.report.snapshot
        if snapshot is None:
            return Text("")
        lines = summary_lines(snapshot)
        if self.size.height - len(lines) > LEAST_SAMPLE:
            lines.append("")
        room = self.size.height - len(lines) - 1  # the last line counts the other rows
        lines += sample_lines(snapshot, self.size.width, room)
        return Text("\n".join(lines), no_wrap=True)


def summary_lines(snapshot: Snapshot) -> list[str]:
    """What one number says about the whole epoch, or one for each part of the rows."""
    parts, heading = [snapshot.metrics], []
    if snapshot.test is not None:
        parts.append(snapshot.test.metrics)
        words = zip(parts, ("rows", "held out"), strict=True)
        titles = (f"{compact(part.rows)} {word}".rjust(COLUMN_WIDTH) for part, word in words)
        heading = [" " * LABEL_WIDTH + "".join(titles)]
    target = shorten(visible(snapshot.run.target), LABEL_WIDTH - len("√loss, in "))
    largest = float(np.abs(snapshot.gradient).max())
    measures: tuple[tuple[str, Callable[[Metrics], float | None]], ...] = (
        ("loss (MSE)", lambda part: part.loss),
        (f"√loss, in {target}", lambda part: part.rmse),
        ("mean |ŷ - y|", lambda part: part.mae),
        ("R²", lambda part: part.r2),
        *([] if snapshot.run.settings.bias else [("R² about 0", lambda part: part.r2_about_zero)]),
    )
    own = f"loss in {snapshot.run.settings.dtype}"
    is_rounded = snapshot.backend_loss != snapshot.loss
    return [
        *heading,
        *(
            f"{title:<{LABEL_WIDTH}}" + "".join(_cell(value(part)) for part in parts)
            for title, value in measures
        ),
        *[f"{own:<{LABEL_WIDTH}}{_cell(snapshot.backend_loss)}"] * is_rounded,
        f"{'largest |∂MSE/∂w|':<{LABEL_WIDTH}}{_cell(largest)}",
    ]


def _cell(value: float | None) -> str:
    return "-".rjust(COLUMN_WIDTH) if value is None else "  " + number(value, NUMBER_WIDTH)


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
