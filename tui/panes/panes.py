"""The panes of the main screen: which there are, where they stand, what they take of the look."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.reactive import reactive

from tui.engine.report import Report
from tui.look import PAGES, PICTURES, Look
from tui.panes.data_pane import DataPane
from tui.panes.epoch_panel import EpochPanel
from tui.panes.kit.pane_tabs import PaneTabs
from tui.panes.notice import Notice
from tui.panes.pictures.fit_plot import FitPlot
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.rate_gauge import RateGauge
from tui.panes.source_pane import SourcePane
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane

PANES = (
    StatusBar,
    Notice,
    WeightsTable,
    RateGauge,
    WorksheetPane,
    EpochPanel,
    DataPane,
    LossPlot,
    FitPlot,
    LandscapePlot,
    ModesPane,
    SourcePane,
    Timeline,
)
"""What the screen shows, in the order of the help page."""


class Panes(Container):
    """The panes between the lines at the top and those at the bottom.

    All are there at any width: classes of the screen say which are shown.
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    look: reactive[Look] = reactive(Look, repaint=False)
    """What is shown, and how."""

    def compose(self) -> ComposeResult:
        with Container(id="numbers"):
            yield WeightsTable().data_bind(Panes.report)
            yield RateGauge().data_bind(Panes.report)
            with Horizontal(classes="tabs"):
                yield PaneTabs("t", PICTURES, classes="narrow").data_bind(Panes.look)
                yield PaneTabs("T", PAGES["-narrow"], classes="narrow").data_bind(Panes.look)
                yield PaneTabs("T", PAGES["-wide"], classes="wide").data_bind(Panes.look)
            yield WorksheetPane().data_bind(Panes.report)
            yield PaneTabs("T", PAGES["-huge"], classes="huge").data_bind(Panes.look)
            yield EpochPanel().data_bind(Panes.report)
            yield DataPane().data_bind(Panes.report)
        with Container(id="pictures"):
            yield PaneTabs("t", PICTURES, classes="wide").data_bind(Panes.look)
            yield LossPlot().data_bind(Panes.report)
            yield FitPlot().data_bind(Panes.report)
            yield LandscapePlot().data_bind(Panes.report)
            yield ModesPane().data_bind(Panes.report)
            yield SourcePane().data_bind(Panes.report)

    def watch_look(self, look: Look) -> None:
        """Tell the panes what concerns them."""
        self.query_one(WeightsTable).shows_ulps = look.shows_ulps
        plot = self.query_one(LossPlot)
        plot.log_x, plot.log_y = look.log_x, look.log_y
