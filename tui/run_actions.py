"""What keys and clicks change of the run: each a wish to the engine, or a page that asks first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from textual.events import Paste
from textual.reactive import reactive
from textual.screen import Screen

from linreg_core import TrainConfig
from tui import pages
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.report import Activity, Report
from tui.host.paths import pasted_path
from tui.host.recent import RecentFiles
from tui.look import Look
from tui.pages.page import Page
from tui.panes.rate_gauge import RateGauge
from tui.panes.weights_table import WeightsTable
from tui.wishes import Wish

if TYPE_CHECKING:  # not before the first numbers
    from tui.panes.pictures.landscape_plot import LandscapePlot

Value = TypeVar("Value")


class RunActions(Screen[None]):
    """A screen that shows a report and wishes for commands."""

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    look: reactive[Look] = reactive(Look, repaint=False)
    """What is shown, and how."""

    # Going through the epochs.

    def action_next_epoch(self) -> None:
        """Run one epoch."""
        self._wish(commands.Run(1))

    def action_next_phase(self) -> None:
        """Run one phase; the first of an epoch brings its numbers before the loss's picture."""
        snapshot, look = self.report.snapshot, self.look
        is_first = snapshot is not None and snapshot.phases_done == 0
        if is_first and self.has_class("-narrow") and look.in_front == "loss":
            self.look = look.with_pane("worksheet")
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

    # Asking and wishing.

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
