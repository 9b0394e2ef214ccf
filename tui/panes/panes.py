"""The panes of the main screen: which there are, where they stand, what they take of the look."""

from __future__ import annotations

import re

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.reactive import reactive
from textual.widget import Widget

from tui.engine.report import Report
from tui.look import PAGES, PICTURES, Look
from tui.panes.data_pane import DataPane
from tui.panes.epoch_panel import EpochPanel
from tui.panes.key_line import KeyLine
from tui.panes.kit.head import Head
from tui.panes.kit.pane import Pane
from tui.panes.notice import Notice
from tui.panes.phase_strip import PhaseStrip
from tui.panes.pictures.fit_plot import FitPlot
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.pictures.modes_pane import ModesPane
from tui.panes.presenter import BigNumbers, PhaseFormula
from tui.panes.rate_gauge import RateGauge
from tui.panes.source_pane import SourcePane
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane

PANES = (
    StatusBar,
    PhaseStrip,
    RateGauge,
    BigNumbers,
    PhaseFormula,
    WeightsTable,
    WorksheetPane,
    EpochPanel,
    DataPane,
    LossPlot,
    FitPlot,
    LandscapePlot,
    ModesPane,
    SourcePane,
    Notice,
    Timeline,
    KeyLine,
)
"""What the screen shows, in the order of the help page."""


def name_of(pane: type[Widget]) -> str:
    """What a pane is called in the help: as its head calls it, or StatusBar as Status bar."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", pane.__name__)
    return (pane.NAME if issubclass(pane, Pane) else words).capitalize()


class Panes(Container):
    """The panes between the lines at the top and those at the bottom.

    All are there at any width: classes of the screen say which are shown. Each has a head, alone or
    with those that share its place.
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    look: reactive[Look] = reactive(Look, repaint=False)
    """What is shown, and how."""

    def compose(self) -> ComposeResult:
        pictures, pages = ("t", PICTURES), ("T", PAGES["-narrow"])
        with Horizontal(id="now"):
            yield PhaseStrip().data_bind(Panes.report)
            yield RateGauge().data_bind(Panes.report)
        yield BigNumbers().data_bind(Panes.report)
        yield PhaseFormula().data_bind(Panes.report)
        with Container(id="columns"):
            with Container(id="numbers"):
                yield Head(("", ("weights",)))
                yield WeightsTable().data_bind(Panes.report)
                yield Head(pictures, pages, classes="narrow tabs").data_bind(Panes.look)
                beside = Head(("T", PAGES["-narrow"]), behind="epoch", classes="beside tabs")
                yield beside.data_bind(Panes.look)
                yield Head(("T", PAGES["-wide"]), classes="wide tabs").data_bind(Panes.look)
                yield Head(("", ("worksheet",)), classes="huge tabs")
                yield WorksheetPane().data_bind(Panes.report)
                yield Head(("T", PAGES["-huge"]), classes="huge tabs").data_bind(Panes.look)
                yield EpochPanel().data_bind(Panes.report)
                yield DataPane().data_bind(Panes.report)
            with Container(id="pictures"):
                yield Head(pictures, classes="wide huge beside tabs").data_bind(Panes.look)
                yield LossPlot().data_bind(Panes.report)
                yield FitPlot().data_bind(Panes.report)
                yield LandscapePlot().data_bind(Panes.report)
                yield ModesPane().data_bind(Panes.report)
                yield Head(("", ("code",)), classes="wide huge tabs")
                yield SourcePane().data_bind(Panes.report)

    def on_mount(self) -> None:
        """Have each head follow the panes that it names."""
        panes = {pane.NAME: pane for pane in self.query().results(Pane)}
        for head in self.query(Head):
            head.follow(panes)

    def watch_look(self, look: Look) -> None:
        """Tell the panes what concerns them."""
        table, plot = self.query_one(WeightsTable), self.query_one(LossPlot)
        table.shows_ulps, table.detail = look.shows_ulps, look.detail
        self.query_one(WorksheetPane).detail = self.query_one(EpochPanel).detail = look.detail
        plot.log_x, plot.log_y = look.log_x, look.log_y
