"""The page Runs: all runs of the session, two of them side by side, and back to any one."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from linreg_core import LinregError, visible
from tui.charts.runs import MARKS
from tui.engine.commands import CancelOpen, CompareRuns, Pause, Revisit, StopComparing
from tui.engine.report import Activity, Answer, Report
from tui.engine.runs.run import Runs
from tui.keys import HELP_KEYS
from tui.pages.page import ReportPage
from tui.pages.runs.columns import Columns
from tui.pages.runs.plot import RunsPlot
from tui.pages.runs.words import Row, marking_words, pair_rows, parting_words, rows_of
from tui.wishes import Wish

NARROW = 100
"""Columns below which the numbers stand below the picture."""

AROUND = 5
"""Columns of the dialog's border, padding and scrollbar."""

MOST_SHOWN, MOST_WEIGHTS = 3, 6
"""Weights of a run in the table, and of two side by side."""


class RunsScreen(ReportPage):
    """A table; below it the picture and the numbers of the two runs that are marked.

    Args:
        report: the engine's latest report.
        log_x: whether epochs stand on a logarithmic axis.
        log_y: whether losses do.
    """

    BINDINGS = [
        ("escape", "leave", "Back"),
        ("a", "leave", "Back"),
        ("q", "leave", "Back"),
        ("equals_sign", "mark", "Side by side"),
        HELP_KEYS,
        ("x", "toggle_log_x", "Log x"),
        ("y", "toggle_log_y", "Log y"),
    ]

    SECTION = "Runs"

    AUTO_FOCUS = "#runs"

    def __init__(self, report: Report, *, log_x: bool, log_y: bool) -> None:
        super().__init__(report)
        self._log = log_x, log_y
        self._marked: tuple[int, ...] = (report.runs.number,)
        self._comparing: Wish | None = None
        self._rows: tuple[Row, ...] = ()
        self._reason = ""
        self._news = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog runs") as page:
            page.border_title = "Runs of this session · weights in own units"
            page.border_subtitle = "enter  go back to it    =  side by side    ?  help    esc  back"
            yield Static(id="heads", markup=False)
            yield OptionList(id="runs", compact=True, markup=False)
            with Horizontal(id="pair"):
                yield RunsPlot()
                with VerticalScroll(id="beside", can_focus=False):
                    yield Static(id="table")
            yield Static("", id="words", markup=False)

    def on_mount(self) -> None:
        """Show the runs; a running one stands still for it."""
        plot = self.query_one(RunsPlot)
        plot.log_x, plot.log_y = self._log
        if self.report.activity is Activity.RUNNING:
            self.wish(Pause())
        self.show_report(self.report)
        if len(self._runs.runs) > 1:
            others = [run.number for run in self._runs.runs if run.number != self._runs.number]
            self._mark(others[-1])

    def on_resize(self, event: Resize) -> None:
        """Show as much as there is room for."""
        self.set_class(event.size.width < NARROW, "-narrow")
        self._list()

    @property
    def _runs(self) -> Runs:
        """All of them, the present one as it stands."""
        return self.report.runs.left(self.report.snapshot)

    def show_report(self, report: Report) -> None:
        """Show the runs as they are now, and the two side by side as far as they are."""
        if not self.query(RunsPlot):  # it is not composed yet
            return
        self._list()
        plot, pair = self.query_one(RunsPlot), report.pair
        if pair is not None and len(self._marked) == 2:
            plot.pair = pair
        self.query_one("#table", Static).update(self._table(report) or "")
        self._say()

    def action_leave(self) -> None:
        """Go back to the run on the screen; what is being gone back to is given up."""
        if self.is_asking:
            self.wish(CancelOpen())
        elif self.report.activity is Activity.COMPARING:
            self.wish(StopComparing())
        self.dismiss(None)

    @on(OptionList.OptionSelected)
    def go_back(self, event: OptionList.OptionSelected) -> None:
        """Go back to a run where it stood."""
        number = int(event.option_id or 0)
        if number == self.report.runs.number:
            self.dismiss(None)
        elif not self.is_asking:
            self.ask(Revisit(number))

    def on_waiting(self, report: Report) -> None:
        """Say how far it is."""
        share = report.stage.share if report.stage is not None else None
        self._reason = "running it again" + ("" if share is None else f": {share:.0%}")
        self._say()

    def on_refused(self, error: LinregError) -> None:
        self._reason = visible(str(error))
        self._say()

    def on_lost(self, reason: str) -> None:
        self._reason = reason
        self._say()

    def action_mark(self) -> None:
        """Mark the run under the cursor; two that are marked are run again side by side."""
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None:
            before = self._marked
            self._mark(self._rows[highlighted].number)
            self._news = marking_words(before, self._marked)
            self._say()

    def action_toggle_log_x(self) -> None:
        """Switch the epochs' axis."""
        plot = self.query_one(RunsPlot)
        plot.log_x = not plot.log_x

    def action_toggle_log_y(self) -> None:
        """Switch the losses' axis."""
        plot = self.query_one(RunsPlot)
        plot.log_y = not plot.log_y

    def _mark(self, number: int) -> None:
        if number in self._marked:
            self._marked = tuple(one for one in self._marked if one != number)
        else:
            self._marked = (*self._marked, number)[-2:]
        self._reason = ""
        self.query_one(RunsPlot).pair = None
        self.query_one("#table", Static).update("")
        if len(self._marked) == 2:
            self._comparing = self.wish(CompareRuns((self._marked[0], self._marked[1])))
        self._list()
        self._say()

    # What is shown.

    def _list(self) -> None:
        """List the runs, keeping the cursor where it is."""
        width = self.size.width - AROUND
        rows = rows_of(self._runs, MOST_SHOWN)
        found = self.query_one(OptionList)
        highlighted = found.highlighted
        grid = Columns(rows, width, self._names)
        self.query_one("#heads", Static).update(grid.heads)
        found.clear_options()
        signs = dict(zip(self._marked, MARKS, strict=False))
        found.add_options(
            Option(grid.line(row, signs.get(row.number, " ")), id=str(row.number)) for row in rows
        )
        self._rows = rows
        found.highlighted = min(highlighted or 0, len(rows) - 1) if rows else None

    @property
    def _names(self) -> tuple[str, ...]:
        """The names of the weights, where all runs have the same."""
        names = {run.names for run in self._runs.runs}
        return next(iter(names)) if len(names) == 1 else ("weight 1", "weight 2", "weight 3")

    def _table(self, report: Report) -> Table | None:
        pair = report.pair
        if pair is None or len(self._marked) < 2:
            return None
        one, other = self._marked
        table = Table.grid(padding=(0, 1))
        for width in (14, 13, 13, 12):
            table.add_column(width=width, no_wrap=True, justify="left" if width == 14 else "right")
        heads = (f"run {one} {MARKS[0]}", f"run {other} {MARKS[1]}", f"{other} minus {one}")
        table.add_row(f"epoch {pair.sides[0].epoch:,}", *heads, style="bold")
        for row in pair_rows(pair, MOST_WEIGHTS):
            table.add_row(*map(Text, row))
        return table

    def _say(self) -> None:
        """The line under all: what goes on, or where the two part."""
        report, words = self.report, self._reason
        if not words and self._comparing is not None and len(self._marked) == 2:
            answer = report.answer_to(self._comparing.ticket)
            if answer is Answer.REFUSED and report.refused is not None:
                words = visible(str(report.refused.error))
            elif report.pair is not None:
                words = parting_words(report.pair, (self._marked[0], self._marked[1]))
            elif report.stage is not None and report.stage.share is not None:
                words = f"running both again: {report.stage.share:.0%}"
            else:
                words = "running both again ..."
            words = f"{self._news} {words}".strip()
        elif not words and self._news:
            words = self._news
        elif not words and len(self._runs.runs) < 2:
            words = "One run so far. A fork, another learning rate or another backend adds one."
        elif not words:
            words = "= marks a run; two that are marked are shown side by side."
        self.query_one("#words", Static).update(words)
