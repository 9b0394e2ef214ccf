"""The pictures, one at a time, and the code."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive

from tui.engine.report import Report
from tui.look import PICTURES, Look
from tui.panes.kit.head import Head
from tui.panes.pictures.fit_plot import FitPlot
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.source_pane import SourcePane


class Pictures(Container):
    """What stands beside the numbers, or below them.

    Each picture is there at any width: classes of the screen say which is shown.
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    look: reactive[Look] = reactive(Look, repaint=False)
    """What is shown, and how."""

    def compose(self) -> ComposeResult:
        names = Head(("t", PICTURES), classes="wide huge beside tabs")
        yield names.data_bind(Pictures.look)
        yield LossPlot().data_bind(Pictures.report)
        yield FitPlot().data_bind(Pictures.report)
        yield LandscapePlot().data_bind(Pictures.report)
        yield ModesPane().data_bind(Pictures.report)
        yield Head(("", ("code",)), classes="wide huge tabs")
        yield SourcePane().data_bind(Pictures.report)

    def watch_look(self, look: Look) -> None:
        """Tell the plot of the loss which axes are wanted."""
        plot = self.query_one(LossPlot)
        plot.log_x, plot.log_y = look.log_x, look.log_y
