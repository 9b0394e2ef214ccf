"""The main screen: keys in, wishes up; reports in, numbers down."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer

from linreg_core import TrainConfig
from tui.engine.messages import Activity, Configure, Pause, Report, Reset, Run
from tui.keys import bindings
from tui.messages import Wish
from tui.screens.help import HelpScreen
from tui.screens.run_epochs import RunEpochsScreen
from tui.screens.setup import SetupScreen
from tui.widgets.epoch_panel import EpochPanel
from tui.widgets.loss_plot import LossPlot
from tui.widgets.notice import Notice
from tui.widgets.status_bar import StatusBar
from tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall
from tui.widgets.weights_table import WeightsTable

WIDE, HUGE = 100, 160

PANES = (StatusBar, Notice, WeightsTable, EpochPanel, LossPlot)
"""What the screen shows, in the order of the help page."""


class TrainerScreen(Screen[None]):
    """Weights, the numbers of the epoch, and the loss.

    Args:
        epochs: how many epochs the key N offers at first.
    """

    BINDINGS = bindings()
    HORIZONTAL_BREAKPOINTS = [
        (0, "-tiny"),
        (LEAST_WIDTH, "-narrow"),
        (WIDE, "-wide"),
        (HUGE, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST_HEIGHT, "-tall")]

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    log_y: reactive[bool] = reactive(True)
    """Whether losses stand on a logarithmic axis."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs

    def compose(self) -> ComposeResult:
        yield StatusBar().data_bind(TrainerScreen.report)
        yield Notice().data_bind(TrainerScreen.report)
        with Container(id="panes"):
            with Container(id="numbers"):
                yield WeightsTable().data_bind(TrainerScreen.report)
                yield EpochPanel().data_bind(TrainerScreen.report)
            yield LossPlot().data_bind(
                TrainerScreen.report, TrainerScreen.log_x, TrainerScreen.log_y
            )
        yield TooSmall()
        yield Footer(show_command_palette=False)

    def action_next_epoch(self) -> None:
        """Run one epoch."""
        self.post_message(Wish(Run(1)))

    def action_toggle_run(self) -> None:
        """Pause what is running, or run."""
        running = self.report.activity is Activity.RUNNING
        self.post_message(Wish(Pause() if running else Run(None)))

    def action_run_epochs(self) -> None:
        """Ask how many epochs to run."""
        self.app.push_screen(RunEpochsScreen(self._epochs), self._run_epochs)

    def action_reset(self) -> None:
        """Go back to epoch 0."""
        self.post_message(Wish(Reset()))

    def action_backend(self, name: str) -> None:
        """Start another backend on the same problem and settings."""
        config = self.report.config or TrainConfig()
        self.post_message(Wish(Configure(config.with_backend(name))))

    def action_setup(self) -> None:
        """Open the setup."""
        self.app.push_screen(SetupScreen(self.report))

    def action_toggle_log_x(self) -> None:
        """Switch the epochs' axis."""
        self.log_x = not self.log_x

    def action_toggle_log_y(self) -> None:
        """Switch the losses' axis."""
        self.log_y = not self.log_y

    def action_next_tab(self) -> None:
        """Show the other of the two panes that share a small terminal."""
        self.toggle_class("-show-epoch")

    def action_help(self) -> None:
        """Open the help page."""
        self.app.push_screen(HelpScreen([(pane.__name__, pane.HELP) for pane in PANES]))

    def _run_epochs(self, epochs: int | None) -> None:
        if epochs is not None:
            self._epochs = epochs
            self.post_message(Wish(Run(epochs)))
