"""How well the model fits: data and line, or predicted against actual."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from textual.reactive import reactive

from linreg_core import visible
from tui.charts.fit import scatter_chart
from tui.charts.kit.canvas import ChartRow, Span
from tui.engine.report import Report
from tui.panes.kit.chart_pane import ChartPane

if TYPE_CHECKING:
    from linreg_core import Fit, Snapshot


class FitPlot(ChartPane[Span]):
    """The plot of the fit; it fills its pane."""

    NAME = "fit"

    HELP = (
        "The rows of the data and what the model makes of them. With one feature: the target over "
        "the feature, and the line that the model draws. With more: the prediction over the actual "
        "target; on the line they would be equal. Of many rows some 500 are shown, spread evenly."
    )

    COMPONENT_CLASSES = {"chart--data", "chart--fit", "chart--diagonal"}

    DEFAULT_CSS = """
    FitPlot > .chart--data { color: $foreground; }
    FitPlot > .chart--fit { color: $hue-blue; }
    FitPlot > .chart--diagonal { color: $foreground; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def watch_report(self) -> None:
        if (snapshot := self.report.snapshot) is not None:
            self.hint = fit_hint(snapshot.fit)

    def key(self) -> object:
        return self.report.snapshot

    def rows(self) -> tuple[ChartRow, ...]:
        assert self.report.snapshot is not None
        return fit_rows(self.report.snapshot, *self.size, braille=self._braille)


def fit_hint(fit: Fit) -> str:
    """Say what the line is, or of how many rows the points are."""
    shown = len(fit.target)
    if shown < fit.rows:
        return f"{shown:,} of {fit.rows:,} rows"
    return "line: predicted = actual" if fit.feature is None else "line: the model"


def fit_rows(snapshot: Snapshot, width: int, height: int, *, braille: bool) -> tuple[ChartRow, ...]:
    """Draw the data and the line of one feature, or predicted against actual for more."""
    fit, target = snapshot.fit, visible(snapshot.run.target)
    chart = partial(scatter_chart, width=width, height=height, braille=braille)
    if fit.feature is None:
        least, most = fit.target.min(), fit.target.max()
        return chart(
            fit.target,
            fit.prediction,
            np.array([[least, least], [most, most]]),
            x_name=f"actual {target}",
            y_name=f"predicted {target}",
            role="diagonal",
            whole_line=True,
        )
    ends = [fit.feature.argmin(), fit.feature.argmax()]
    model = np.column_stack([fit.feature, fit.prediction])[ends]
    return chart(fit.feature, fit.target, model, x_name=visible(fit.feature_name), y_name=target)
