"""The main screen: keys in, wishes up; reports in, numbers down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.events import Paste
from textual.reactive import reactive
from textual.screen import Screen

from linreg_core import Axes, TrainConfig
from tui import pages
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.report import Activity, Report
from tui.host import clipboard
from tui.host.paths import pasted_path
from tui.host.recent import RecentFiles
from tui.keys import bindings
from tui.look import PAGES, Look
from tui.pages.page import Page
from tui.panes.key_line import KeyLine
from tui.panes.kit.head import Head
from tui.panes.notice import Notice
from tui.panes.panes import PANES, Panes, name_of
from tui.panes.pictures.landscape_plot import LandscapePlot
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.rate_gauge import RateGauge
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall
from tui.panes.weights_table import WeightsTable
from tui.panes.worksheet_pane import worksheet_lines
from tui.wishes import Explain, Wish

Value = TypeVar("Value")

WIDE, HUGE = 100, 160

BESIDE_WIDTH, BESIDE_WEIGHTS = 78, range(7, 18)
"""Cells from which on, and weights with which, a narrow screen has the picture beside the table."""


class TrainerScreen(Screen[None]):
    """Weights, the epoch inside out, the loss, the code, and the line of epochs.

    Args:
        epochs: how many epochs the key N offers at first.
        view: how it is looked at first; see `Look.to_view`.
    """

    BINDINGS = bindings()
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (LEAST_WIDTH, "-narrow"),
        (WIDE, "-wide"),
        (HUGE, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST_HEIGHT, "-tall")]

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    look: reactive[Look] = reactive(Look, repaint=False)
    """What is shown, and how."""

    def __init__(self, epochs: int, view: Mapping[str, Any]) -> None:
        super().__init__()
        self.set_reactive(TrainerScreen.look, Look(epochs=epochs).with_view(view))

    def compose(self) -> ComposeResult:
        yield StatusBar().data_bind(TrainerScreen.report)
        yield Panes(id="panes").data_bind(TrainerScreen.report, TrainerScreen.look)
        yield Notice().data_bind(TrainerScreen.report)
        yield Timeline().data_bind(TrainerScreen.report)
        yield TooSmall()
        yield KeyLine().data_bind(TrainerScreen.report)

    def on_mount(self) -> None:
        """Show what is looked at first."""
        self.watch_look(self.look, self.look)

    def watch_look(self, before: Look, look: Look) -> None:
        """Show the panes that are wanted, by classes of the screen."""
        self.remove_class(f"-{before.picture}", f"-{before.page}")
        self.add_class(f"-{look.picture}", f"-{look.page}")
        self.set_class(look.is_page_in_front and not look.presents, "-page")
        self.set_class(look.presents, "-presenter")
        self.set_class(look.detail, "-detail")
        self.query_one(StatusBar).detail = look.detail
        self.query_one(KeyLine).presents = look.presents
        self._choose_layout()

    def watch_report(self) -> None:
        self._choose_layout()

    def on_resize(self) -> None:
        """Lay the screen out anew."""
        self._choose_layout()

    def _choose_layout(self) -> None:
        """Put the picture beside the weights where they are too many for it to stand below."""
        snapshot, look = self.report.snapshot, self.look
        is_beside = snapshot is not None and len(snapshot.run.names) in BESIDE_WEIGHTS
        is_beside &= snapshot is None or snapshot.test is None  # whose curve wants a legend
        is_beside &= self.size.width >= BESIDE_WIDTH
        is_beside &= not (look.is_page_in_front or look.detail or look.presents)
        self.set_class(is_beside, "-beside")

    @property
    def _width(self) -> str:
        """The class, one of `PAGES`, that the width gives the screen."""
        return next((name for name in PAGES if self.has_class(name)), "-huge")

    # Going through the epochs.

    def action_next_epoch(self) -> None:
        """Run one epoch."""
        self._wish(commands.Run(1))

    def action_next_phase(self) -> None:
        """Run one phase."""
        self._wish(commands.Phase())

    def action_last_phase(self) -> None:
        """Take one phase back."""
        self._wish(commands.Phase(back=True))

    def action_back(self) -> None:
        """Take one epoch back."""
        self._wish(commands.Back())

    def action_toggle_run(self) -> None:
        """Pause what is running, or run."""
        running = self.report.activity is Activity.RUNNING
        self._wish(commands.Pause() if running else commands.Run(None, self.look.pace))

    def action_change_pace(self, steps: int) -> None:
        """Run faster, or slower where it is negative, from now on."""
        self.look = replace(self.look, pace=self.look.pace.shifted(steps))
        self._wish(commands.SetPace(self.look.pace))

    def action_run_epochs(self) -> None:
        """Ask how many epochs to run."""
        self._ask(pages.ask_epochs(self.look.epochs), self._run_epochs)

    def action_goto(self) -> None:
        """Ask where to go."""
        if (snapshot := self.report.snapshot) is not None:
            self._ask(pages.ask_epoch(snapshot), commands.Goto)

    def action_first_epoch(self) -> None:
        """Go to the first epoch."""
        if (snapshot := self.report.snapshot) is not None:
            self._wish(commands.Goto(snapshot.first))

    def action_latest_epoch(self) -> None:
        """Go to the latest epoch."""
        if (snapshot := self.report.snapshot) is not None:
            self._wish(commands.Goto(snapshot.latest))

    def action_reset(self) -> None:
        """Begin anew."""
        self._wish(commands.Reset())

    def action_restart(self) -> None:
        """Give up a training process that does not answer."""
        self._wish(commands.Restart())

    def action_breakpoints(self) -> None:
        """Ask where runs are to stop."""
        self._ask(pages.BreakpointsScreen(self.report.breakpoints), commands.SetBreakpoints)

    # Changing what is run.

    def action_backend(self, name: str) -> None:
        """Start another backend on the same problem and settings."""
        config = self.report.shown_config or TrainConfig()
        self._wish(commands.Configure(config.with_backend(name)))

    def action_learning_rate(self, rule: str) -> None:
        """Start again with a learning rate that theory gives."""
        self._wish(self._with_rate(rule))

    def action_best_rate(self) -> None:
        """Ask for how many epochs the learning rate is to be the best, and start again with it."""
        self._ask(pages.ask_best_rate(self.look.epochs), self._with_rate)

    def action_scale_rate(self, factor: float) -> None:
        """Go on from here with another learning rate."""
        if (snapshot := self.report.snapshot) is not None:
            self._wish(self._fork_with_rate(snapshot.run.settings.lr * factor))

    def on_rate_gauge_chosen(self, event: RateGauge.Chosen) -> None:
        """Go on from here with the learning rate that was clicked."""
        self._wish(self._fork_with_rate(event.lr))

    def action_setup(self) -> None:
        """Open the setup."""
        self.app.push_screen(pages.SetupScreen(self.report))

    def action_open(self, path: str = "") -> None:
        """Open the page that opens another problem."""
        self.app.push_screen(pages.OpenScreen(self.report, RecentFiles(), path))

    def on_paste(self, event: Paste) -> None:
        """A file dropped on the terminal comes as a pasted path."""
        if (path := pasted_path(event.text)) is not None:
            self.action_open(path)

    def action_edit_weight(self, index: int = 0) -> None:
        """Ask for a weight and its value."""
        if (snapshot := self.report.snapshot) is not None:
            page = pages.EditWeightScreen(snapshot, index)
            self._ask(page, lambda edited: commands.Fork(edited=edited))

    def on_weights_table_chosen(self, event: WeightsTable.Chosen) -> None:
        """Ask for the value of the weight that was clicked."""
        self.action_edit_weight(event.index)

    def on_landscape_plot_chosen(self, event: LandscapePlot.Chosen) -> None:
        """Go on from the point that was chosen."""
        self._wish(commands.Fork(point=event.point))

    # Changing what is shown.

    def action_toggle_log_x(self) -> None:
        """Switch the epochs' axis."""
        self.look = replace(self.look, log_x=not self.look.log_x)

    def action_toggle_log_y(self) -> None:
        """Switch the losses' axis."""
        self.look = replace(self.look, log_y=not self.look.log_y)

    def action_move_readout(self, steps: int) -> None:
        """Read out another epoch of the plot."""
        self.query_one(LossPlot).move_readout(steps)

    def action_drop_readout(self) -> None:
        """Read nothing out of the plot."""
        self.query_one(LossPlot).drop_readout()

    def action_zoom(self, steps: int) -> None:
        """Zoom the plot in, or out where it is negative."""
        self.query_one(LossPlot).zoom(steps)

    def action_pan(self, steps: int) -> None:
        """Move the plot to later epochs, or to earlier ones where it is negative."""
        self.query_one(LossPlot).pan(steps)

    def action_show_all(self) -> None:
        """Show all epochs in the plot."""
        self.query_one(LossPlot).show_all()

    def action_next_picture(self) -> None:
        """Show the next picture, or first the one that a page stands before."""
        self.look = self.look.with_next_picture(self._width)

    def action_next_page(self) -> None:
        """Show the next page, or first bring the pages to the front."""
        self.look = self.look.with_next_page(self._width)

    def on_head_chosen(self, event: Head.Chosen) -> None:
        """Show the pane whose name was clicked."""
        self.look = self.look.with_pane(event.name)

    def on_loss_plot_read(self, event: LossPlot.Read) -> None:
        """Say what the plot is read out to be."""
        self.query_one(Notice).readout = event.text

    def action_toggle_presenter(self) -> None:
        """Switch between all that is known and what the back row can read."""
        self.look = replace(self.look, presents=not self.look.presents)

    def action_toggle_detail(self) -> None:
        """Switch between few digits and all of them."""
        self.look = replace(self.look, detail=not self.look.detail)

    def action_toggle_ulps(self) -> None:
        """Switch the weights between values and the ULP meter."""
        self.look = replace(self.look, shows_ulps=not self.look.shows_ulps)

    def action_landscape_axes(self) -> None:
        """Ask for the axes of the landscape."""
        if (snapshot := self.report.snapshot) is not None:
            self._ask(pages.LandscapeAxesScreen(snapshot), self._look_along)

    def action_runs(self) -> None:
        """Show all runs of the session."""
        if self.report.snapshot is not None:
            look = self.look
            self.app.push_screen(pages.RunsScreen(self.report, log_x=look.log_x, log_y=look.log_y))

    def action_why(self) -> None:
        """Run both precisions side by side as long as their page is open."""
        if (snapshot := self.report.snapshot) is not None:
            page = pages.WhyScreen(self.report, max(self.look.epochs, snapshot.latest))
            self.app.push_screen(page, lambda _: self._wish(commands.StopComparing()))

    def action_copy(self) -> None:
        """Copy the worksheet."""
        snapshot = self.report.snapshot
        if self.report.activity is Activity.RUNNING:
            self.notify("Pause first (space): a running run is not written out.")
        elif snapshot is not None:
            self._copy("\n".join(worksheet_lines(snapshot, detail=self.look.detail)))

    @work
    async def _copy(self, text: str) -> None:
        """Copy a text, and say what has it; a program may take a moment."""
        self.app.copy_to_clipboard(text)
        words = await asyncio.to_thread(clipboard.copied_by, text, clipboard.program())
        self.notify(f"The worksheet is {words}.")

    def action_export(self) -> None:
        """Ask what to take away; a run stops for it."""
        if self.report.activity is Activity.RUNNING:
            self._wish(commands.Pause())
        if (snapshot := self.report.snapshot) is not None:
            text = "\n".join(worksheet_lines(snapshot, detail=self.look.detail)) + "\n"
            shown = {"worksheet": text, "screen": self.app.export_screenshot()}
            self.app.push_screen(pages.ExportScreen(self.report, shown, self.look.to_view()))

    def action_help(self) -> None:
        """Open the help at what has the focus or is in front; before a run at what to try."""
        snapshot = self.report.snapshot
        is_new = snapshot is None or (snapshot.epoch == 0 and not snapshot.phases_done)
        self.post_message(Explain("" if is_new else self._looked_at()))

    def _looked_at(self) -> str:
        """What the help calls the page that was chosen, or else the focused pane."""
        if self._width == "-narrow" and self.look.in_front != Look().in_front:
            return self.look.in_front.capitalize()
        return name_of(type(self.focused)) if isinstance(self.focused, PANES) else ""

    def _wish(self, command: Command) -> None:
        self.post_message(Wish(command))

    def _ask(self, page: Page[Value | None], command: Callable[[Value], Command]) -> None:
        """Open a page that asks for something, and wish for what its answer is for."""

        def take(answer: Value | None) -> None:
            if answer is not None:
                self._wish(command(answer))

        self.app.push_screen(page, take)

    def _with_rate(self, rule: str) -> Command:
        return commands.Configure(replace(self.report.shown_config or TrainConfig(), lr=rule))

    def _fork_with_rate(self, lr: float) -> Command:
        return commands.Fork(replace(self.report.shown_config or TrainConfig(), lr=lr))

    def _run_epochs(self, epochs: int) -> Command:
        self.look = replace(self.look, epochs=epochs)
        return commands.Run(epochs)

    def _look_along(self, axes: Axes) -> Command:
        self.look = self.look.with_pane("landscape")
        return commands.LookAlong(axes)
