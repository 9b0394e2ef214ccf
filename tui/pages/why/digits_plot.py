"""Correct digits over epochs of both precisions, drawn in text."""

from __future__ import annotations

from textual.reactive import reactive

from linreg_core import Compared
from tui.charts.digits import digits_chart
from tui.charts.kit.canvas import ChartRow, Span
from tui.panes.kit.chart_pane import ChartPane


class DigitsPlot(ChartPane[Span]):
    """The picture of a comparison; it fills its place."""

    BORDER_TITLE = "Correct digits of the worst weight"

    COMPONENT_CLASSES = {"chart--float32", "chart--float64", "chart--exact"}

    DEFAULT_CSS = """
    DigitsPlot {
        border: round $rule; border-title-color: $foreground; border-subtitle-color: $text-muted;
        padding: 0;
    }
    DigitsPlot > .chart--float32 { color: $hue-yellow; }
    DigitsPlot > .chart--float64 { color: $hue-blue; }
    DigitsPlot > .chart--exact { color: $text-muted; }
    """

    comparison: reactive[Compared | None] = reactive(None)
    """What is drawn; ``None``: nothing yet."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    def watch_log_x(self, log_x: bool) -> None:
        self.border_subtitle = f"x  {'linear' if log_x else 'logarithmic'} epochs"

    def key(self) -> object:
        return None if self.comparison is None else (self.comparison, self.log_x)

    def rows(self) -> tuple[ChartRow, ...]:
        assert self.comparison is not None
        return digits_chart(self.comparison, *self.size, log_x=self.log_x, braille=self._braille)
