"""Why a run stops where it stops: the same run in both precisions, side by side."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from linreg_core import Compared, visible
from tui.charts.digits import MARKS
from tui.engine.commands import Compare
from tui.engine.report import Activity, Answer, Report
from tui.keys import HELP_KEYS
from tui.pages.page import ReportPage
from tui.pages.why.digits_plot import DigitsPlot
from tui.pages.why.words import intro, sentences, table
from tui.text import MOST_NUMBER_WIDTH, bar
from tui.wishes import Wish

EARLY = 0.1
"""A run that is forecast to end in this first part of the epochs is drawn on a logarithmic axis."""

BAR_WIDTH = 20

COLUMNS = (14, 21, 21, 17)
"""Widths of the table's columns; with the gaps between them they fit a terminal of 80."""

LEAST = 11
"""Of a column with numbers; words that are longer take two lines."""

WIDEST, AROUND = 116, 6
"""Columns of the page at most, and of its border, padding and scrollbar."""


class WhyScreen(ReportPage):
    """The answer, a table, the rest of it and a picture, live as long as the page is open.

    Args:
        report: the engine's latest report.
        epochs: up to which epoch both run.
    """

    BINDINGS = [
        ("escape", "dismiss(None)", "Back"),
        ("W", "dismiss(None)", "Back"),
        ("q", "dismiss(None)", "Back"),
        ("x", "toggle_log_x", "Log x"),
        HELP_KEYS,
    ]

    SECTION = "Why it stops"

    def __init__(self, report: Report, epochs: int) -> None:
        super().__init__(report, classes="-words")
        self._epochs = epochs
        self._compare: Wish | None = None
        self._is_known = False

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog why") as page:
            page.border_title = "Why does it stop there?"
            page.border_subtitle = "↑ ↓  scroll    ?  help    esc  back"
            yield Static("starting both runs ...", id="progress", markup=False)
            yield Static(id="intro", markup=False)
            yield Static(id="answer", markup=False)
            yield Static(id="table")
            yield Static(id="sentences", markup=False)
            yield DigitsPlot()

    def on_mount(self) -> None:
        """Ask for both runs."""
        self._compare = self.wish(Compare(self._epochs))

    def show_report(self, report: Report) -> None:
        """Show how far the two runs have come, or why there are none."""
        compared = report.comparison
        plot = self.query_one(DigitsPlot)
        ticket = None if self._compare is None else self._compare.ticket
        words = progress_words(report, report.answer_to(ticket))
        self.query_one("#progress", Static).update(words)
        self.set_class(bool(words), "-words")
        self.set_class(compared is not None, "-known")
        if compared is None:
            return
        if not self._is_known:
            self._is_known, plot.log_x = True, ends_early(compared)
        plot.comparison = compared
        origin = 0 if report.snapshot is None else report.snapshot.origin
        answer, *rest = sentences(compared)
        self.query_one("#intro", Static).update(intro(compared, origin))
        self.query_one("#answer", Static).update(answer)
        self.query_one("#table", Static).update(
            _drawn(compared, min(self.size.width, WIDEST) - AROUND)
        )
        self.query_one("#sentences", Static).update("\n\n".join(rest))

    def action_toggle_log_x(self) -> None:
        """Switch the epochs' axis."""
        plot = self.query_one(DigitsPlot)
        plot.log_x = not plot.log_x


def ends_early(compared: Compared) -> bool:
    """Whether a linear axis would leave no room for what decides."""
    ends = [
        end
        for side in compared.sides
        if side.forecast is not None
        for end in (side.forecast.freeze_epoch, side.forecast.overflow_epoch)
        if end is not None
    ]
    return bool(ends) and min(ends) < EARLY * compared.epochs


def progress_words(report: Report, answer: Answer) -> str:
    """How far the comparison is, or why there is none; empty when it is done.

    Args:
        report: the latest one.
        answer: what it tells of the command that asked for the comparison.
    """
    compared = report.comparison
    if answer is Answer.REFUSED and report.refused is not None:
        return f"Refused: {visible(str(report.refused.error))}"
    if compared is not None:
        epochs = [side.epoch if not side.is_done else compared.epochs for side in compared.sides]
        share = sum(epochs) / (2 * compared.epochs)
        where = f"{bar(share, BAR_WIDTH)} {share:.0%} of 2 × {compared.epochs:,} epochs"
        return "" if compared.is_done else where
    if report.activity is Activity.LOADING:
        return "loading torch ..."
    if answer is Answer.PENDING:
        return "starting both runs ..."
    return f"There is no comparison any more. {visible(report.notice or '')}".strip()


def _drawn(compared: Compared, width: int) -> Table:
    """The table, in a number of cells."""
    one, other = (side.dtype for side in compared.sides)
    grid = Table.grid(padding=(0, 1))
    first, *others = COLUMNS
    room = (width - first) // len(others) - 1
    for column, style in zip(COLUMNS, ("bold", "", "", ""), strict=True):
        most = column if column == first else min(column, max(room, LEAST))
        grid.add_column(width=most, style=style)
    heads = [f"{one} {MARKS[one]}", f"{other} {MARKS[other]}", "best fit"]
    grid.add_row("own units" * compared.is_scaled, *(Text(head, style="bold") for head in heads))
    for row in table(compared, min(room, MOST_NUMBER_WIDTH)):
        grid.add_row(*map(Text, row))
    return grid
