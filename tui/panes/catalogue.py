"""All panes of the main screen, and what the help calls them."""

from __future__ import annotations

import re

from textual.widget import Widget

from tui.panes.data_pane import DataPane
from tui.panes.epoch_panel import EpochPanel
from tui.panes.key_line import KeyLine
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
