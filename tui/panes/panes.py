"""The panes between the first lines and the last: where they stand, what they take of the look."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.reactive import reactive

from tui.engine.report import Report
from tui.look import PAGES, PICTURES, Look
from tui.panes.data_pane import DataPane
from tui.panes.epoch_panel import EpochPanel
from tui.panes.kit.head import Head
from tui.panes.kit.pane import Pane
from tui.panes.phase_strip import PhaseStrip
from tui.panes.presenter import BigNumbers, PhaseFormula
from tui.panes.rate_gauge import RateGauge
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import WorksheetPane


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
        with Container(id="columns"), Container(id="numbers"):
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

    def on_mount(self) -> None:
        """Have the heads follow the panes that they name; pictures come after the first numbers."""
        self._follow()
        self.call_after_refresh(self._mount_pictures)

    async def _mount_pictures(self) -> None:
        from tui.panes.pictures.pictures import Pictures  # noqa: PLC0415  (60 ms)

        pictures = Pictures(id="pictures").data_bind(Panes.report, Panes.look)
        await self.query_one("#columns").mount(pictures)
        self._follow()

    def _follow(self) -> None:
        panes = {pane.NAME: pane for pane in self.query().results(Pane)}
        for head in self.query(Head):
            head.follow(panes)

    def watch_look(self, look: Look) -> None:
        """Tell the panes what concerns them."""
        table = self.query_one(WeightsTable)
        table.shows_ulps, table.detail = look.shows_ulps, look.detail
        self.query_one(WorksheetPane).detail = self.query_one(EpochPanel).detail = look.detail
