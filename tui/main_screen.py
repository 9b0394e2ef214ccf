"""The main screen: keys in, wishes up; reports in, numbers down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import ComposeResult
from textual.events import ScreenResume

from linreg_core import Axes
from tui import pages
from tui.engine import commands
from tui.engine.commands import Command
from tui.engine.report import Activity
from tui.host import clipboard
from tui.keys import bindings
from tui.look import PAGES, PICTURES, Look
from tui.panes.key_line import KeyLine
from tui.panes.kit.head import Head
from tui.panes.notice import Notice
from tui.panes.panes import Panes
from tui.panes.status_bar import StatusBar
from tui.panes.timeline import Timeline
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmall
from tui.panes.worksheet_pane import worksheet_lines
from tui.run_actions import RunActions
from tui.wishes import Explain

if TYPE_CHECKING:  # not before the first numbers
    from tui.panes.pictures.loss_plot import LossPlot

WIDTHS = {"-tiny": 0, "-narrow": LEAST_WIDTH, "-wide": 100, "-huge": 160}
HEIGHTS = {"-flat": 0, "-tall": LEAST_HEIGHT}
"""The classes of the screen, and from how many columns or rows on it has them."""

BESIDE_WIDTH, BESIDE_WEIGHTS = 78, range(7, 18)
"""Cells from which on, and weights with which, a narrow screen has the picture beside the table."""


class TrainerScreen(RunActions):
    """Weights, the epoch inside out, the loss, the code, and the line of epochs.

    Args:
        epochs: how many epochs the key N offers at first.
        view: how it is looked at first; see `Look.to_view`.
    """

    BINDINGS = bindings()

    def __init__(self, epochs: int, view: Mapping[str, Any]) -> None:
        super().__init__()
        self.set_reactive(TrainerScreen.look, Look(epochs=epochs).with_view(view))

    def compose(self) -> ComposeResult:
        self._choose_layout(update=False)  # what is mounted now is styled once, and drawn once
        yield StatusBar().data_bind(TrainerScreen.report)
        yield Panes(id="panes").data_bind(TrainerScreen.report, TrainerScreen.look)
        yield Notice().data_bind(TrainerScreen.report)
        yield Timeline().data_bind(TrainerScreen.report)
        yield TooSmall()
        yield KeyLine().data_bind(TrainerScreen.report)

    def on_mount(self) -> None:
        """Show what is looked at first."""
        self.watch_look(self.look)

    def watch_look(self, look: Look) -> None:
        """Show the panes that are wanted."""
        self._choose_layout()
        self.query_one(StatusBar).detail = look.detail
        self.query_one(KeyLine).presents = look.presents

    def watch_report(self) -> None:
        self._choose_layout()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Leave out the first of all stylings: what was just mounted was styled as it was."""
        if self.stack_updates == 0:
            event.refresh_styles = False

    def on_resize(self) -> None:
        """Lay the screen out anew, before Textual does."""
        self._choose_layout()

    def _choose_layout(self, *, update: bool = True) -> None:
        """Say by classes of the screen which panes are shown, and where."""
        look, size = self.look, self.app.size
        classes = {
            f"-{name}": name in (look.picture, look.page) for name in (*PICTURES, *PAGES["-narrow"])
        }
        classes |= _class_of(size.width, WIDTHS) | _class_of(size.height, HEIGHTS)
        classes["-page"] = look.is_page_in_front and not look.presents
        classes["-presenter"] = look.presents
        classes["-detail"] = look.detail
        classes["-beside"] = size.width >= BESIDE_WIDTH and self._has_picture_beside
        self.update_classes(classes, update=update)

    @property
    def _has_picture_beside(self) -> bool:
        """Whether the weights are too many for a picture to stand below them."""
        snapshot, look = self.report.snapshot, self.look
        has_many_weights = (
            snapshot is not None
            and len(snapshot.run.names) in BESIDE_WEIGHTS
            and snapshot.test is None  # whose curve wants a legend
        )
        return has_many_weights and not (look.is_page_in_front or look.detail or look.presents)

    @property
    def _width(self) -> str:
        """The class, one of `PAGES`, that the width gives the screen."""
        return next((name for name in PAGES if self.has_class(name)), "-huge")

    # Changing what is shown.

    def action_toggle_log_x(self) -> None:
        """Switch the epochs' axis."""
        self.look = replace(self.look, log_x=not self.look.log_x)

    def action_toggle_log_y(self) -> None:
        """Switch the losses' axis."""
        self.look = replace(self.look, log_y=not self.look.log_y)

    def action_move_readout(self, steps: int) -> None:
        """Read out another epoch of the plot."""
        for plot in self._plots:
            plot.move_readout(steps)

    def action_drop_readout(self) -> None:
        """Read nothing out of the plot."""
        for plot in self._plots:
            plot.drop_readout()

    def action_zoom(self, steps: int) -> None:
        """Zoom the plot in, or out where it is negative."""
        for plot in self._plots:
            plot.zoom(steps)

    def action_pan(self, steps: int) -> None:
        """Move the plot to later epochs, or to earlier ones where it is negative."""
        for plot in self._plots:
            plot.pan(steps)

    def action_show_all(self) -> None:
        """Show all epochs in the plot."""
        for plot in self._plots:
            plot.show_all()

    @property
    def _plots(self) -> Iterator[LossPlot]:
        """The plot of the loss; none, before it stands."""
        from tui.panes.pictures.loss_plot import LossPlot  # noqa: PLC0415  (as above)

        yield from self.query(LossPlot)

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
        from tui.panes.catalogue import PANES, name_of  # noqa: PLC0415  (as above)

        if self._width == "-narrow" and self.look.in_front != Look().in_front:
            return self.look.in_front.capitalize()
        return name_of(type(self.focused)) if isinstance(self.focused, PANES) else ""

    def _look_along(self, axes: Axes) -> Command:
        self.look = self.look.with_pane("landscape")
        return commands.LookAlong(axes)


def _class_of(cells: int, least: Mapping[str, int]) -> dict[str, bool]:
    """Which class so many columns or rows give the screen; the classes stand in ascending order."""
    fitting = [name for name, cells_wanted in least.items() if cells >= cells_wanted]
    return {name: name == fitting[-1] for name in least}
