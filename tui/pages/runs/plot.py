"""The losses of two runs, drawn in text."""

from __future__ import annotations

from textual.reactive import reactive

from linreg_core import Paired
from tui.charts.kit.canvas import ChartRow, Span
from tui.charts.runs import runs_chart
from tui.panes.kit.chart_pane import ChartPane


class RunsPlot(ChartPane[Span]):
    """The picture of a pair of runs; it fills its place."""

    COMPONENT_CLASSES = {"chart--one", "chart--other"}

    DEFAULT_CSS = """
    RunsPlot > .chart--one { color: $hue-blue; }
    RunsPlot > .chart--other { color: $hue-yellow; }
    """

    pair: reactive[Paired | None] = reactive(None)
    """What is drawn; ``None``: nothing yet."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    log_y: reactive[bool] = reactive(True)
    """Whether losses do."""

    def key(self) -> object:
        return None if self.pair is None else (self.pair, self.log_x, self.log_y)

    def rows(self) -> tuple[ChartRow, ...]:
        assert self.pair is not None, "there is something to draw"
        curves = (self.pair.sides[0].curve, self.pair.sides[1].curve)
        log = {"log_x": self.log_x, "log_y": self.log_y}
        return runs_chart(curves, *self.size, **log, braille=self._braille)
