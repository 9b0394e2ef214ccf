"""Open another problem: a path with completion, the first rows, target and features."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import DescendantFocus, Paste
from textual.widgets import DataTable, Input

from linreg_core import DataRequest, LinregError, TableHead, TrainConfig
from tui.engine.commands import CancelOpen, Open, Preview
from tui.engine.report import Answer, Report
from tui.host.paths import expanded, is_same_source, pasted_path
from tui.host.recent import RecentFiles
from tui.pages.open.advice import MOST, AdviceRow, taken
from tui.pages.open.choices import CHOICES
from tui.pages.open.column_table import ColumnTable
from tui.pages.open.first_lines import FirstLines
from tui.pages.open.hints import AT_PATH, Hints
from tui.pages.open.path_field import PathField
from tui.pages.open.path_list import PathList, PathOption
from tui.pages.open.problem_options import ProblemOptions
from tui.pages.open.verdict import Verdict
from tui.pages.open.waiting import doing
from tui.pages.page import ReportPage
from tui.text import duration
from tui.wishes import Wish

WAIT_HINT = "esc gives it up and keeps the present run"


class OpenScreen(ReportPage):
    """A page over the trainer. Nothing changes before the engine has taken what is opened here.

    What is shown of a table is read by the engine, from the table's beginning.

    Args:
        report: the engine's latest report.
        recent: the files opened last.
        path: what stands in the field at first.
    """

    BINDINGS = [
        ("escape", "leave", "Back"),
        ("ctrl+s", "accept", "Open"),
        ("question_mark,f1", "explain", "Help"),
        *((str(number), f"take_advice({number})", "Advice") for number in range(1, MOST + 1)),
    ]

    SECTION = "Open"

    VERTICAL_BREAKPOINTS = [(0, "-flat"), (24, "-tall")]

    def __init__(self, report: Report, recent: RecentFiles, path: str = "") -> None:
        super().__init__(report)
        self._recent, self._first_path = recent, path
        self._previewing: Wish | None = None
        self._waits_for: DataRequest | None = None
        self._begun = DataRequest("")
        self._opening = Open(self._begun)
        self._requested_at = 0.0

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog choosing") as dialog:
            dialog.border_title = "Open"
            yield PathField(self._first_path, id="path")
            yield PathList(self._recent)
            yield ColumnTable(id="columns")
            yield FirstLines()
            yield Verdict()
            yield ProblemOptions()
            yield Hints()

    def on_mount(self) -> None:
        """Offer what can be opened."""
        self._begin_from_present()
        self._offer()
        self._look()
        self.set_interval(0.5, self._say_waiting)

    # What is written, and what there is.

    @property
    def _source(self) -> str:
        return expanded(self.query_one(PathField).path.strip())

    def _written(self) -> DataRequest:
        """What is named here, and how it is to be read or made; a built-in problem is no file.

        Raises:
            LinregError: when that cannot be.
        """
        request = self.query_one(ProblemOptions).read(self._source)
        if request.is_builtin:
            return request
        return replace(request, options=self.query_one(ColumnTable).add_choice(request.options))

    def _begin_from_present(self) -> None:
        """Choose nothing yet; of the present problem, what it was opened with.

        How a text is read and what is held out stay as they are from one path to another.
        """
        opened, source, begun = self.report.opened, self._source, DataRequest("")
        if opened is not None and is_same_source(source, opened.data.source):
            begun = opened.data
        self.query_one(ColumnTable).take(begun.options)
        fields = self.query_one(ProblemOptions)
        fields.offer(source, begun)
        if begun != self._begun:
            self._begun = begun
            fields.take(begun)

    @on(Input.Changed, "#path")
    def begin_anew(self) -> None:
        """Another path, another choice."""
        self._begin_from_present()
        self._offer()
        self._look()

    @on(ProblemOptions.Changed)
    @on(ColumnTable.Chosen)
    def look_again(self) -> None:
        """The same path, read otherwise."""
        self._look()

    def _offer(self) -> None:
        self.query_one(PathList).offer(self.query_one(PathField).path)

    @on(PathField.Left)
    def go_to_list(self) -> None:
        """Go on to the list, if there is one."""
        path_list = self.query_one(PathList)
        if path_list.option_count:
            path_list.focus()
        else:
            self._go_on()

    @on(PathList.OptionSelected, "#places")
    def take_path(self, event: PathList.OptionSelected) -> None:
        """Take a path; a folder is to be gone into."""
        assert isinstance(event.option, PathOption)
        # Its own path: by now others may be listed.
        path, field = event.option.path, self.query_one(PathField)
        field.write(path)
        (field if path.endswith("/") else self.query_one(ColumnTable)).focus()

    def on_paste(self, event: Paste) -> None:
        """Take a file that is dropped on the terminal, wherever the cursor is."""
        if (path := pasted_path(event.text)) is not None:
            field = self.query_one(PathField)
            field.write(path)
            field.focus()

    def _go_on(self) -> None:
        """Go to what is advised, or else to the columns, or else to how the file is read."""
        for widget in (AdviceRow, ColumnTable):
            if self.query_one(widget).display:
                self.query_one(widget).focus()
                return
        self.query_one(f"#{CHOICES[0].field}").focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Show the list beside the field only, and what the keys do here."""
        choosing = event.widget.id in AT_PATH
        self.query_one(".dialog").update_classes({"choosing": choosing, "away": not choosing})
        self.query_one(Hints).show(event.widget)

    @on(DataTable.RowHighlighted)
    def explain_column(self) -> None:
        """Say what the column under the cursor is."""
        if self.focused is not None:
            self.query_one(Hints).show(self.focused)

    # What the engine sees of it.

    def _look(self) -> None:
        """Ask for the beginning of the table; while an answer is awaited, only the latest wish."""
        try:
            wanted = self._written()
        except LinregError as error:
            self._waits_for = None
            self._verdict.refuse(error)
            return
        self._waits_for = wanted
        if not wanted.source:
            self._show_head(TableHead(wanted))
        elif self._previewing is None:
            self._previewing = self.wish(Preview(wanted))

    def show_report(self, report: Report) -> None:
        """Show what was seen of the table; or look again, if that is not what is wanted now."""
        wish = self._previewing
        answer = Answer.PENDING if wish is None else report.answer_to(wish.ticket)
        if wish is None or answer is Answer.PENDING:
            return
        self._previewing = None
        if wish.command != Preview(self._waits_for):
            self._look()
        elif answer is Answer.REFUSED and report.refused is not None:
            self._verdict.refuse(report.refused.error)
        elif answer is Answer.TAKEN and report.preview is not None:
            self._show_head(report.preview)

    # What comes of opening.

    def on_waiting(self, report: Report) -> None:
        self._say_waiting()

    def on_taken(self) -> None:
        for path in self._opening.data.files:
            self._recent.remember(path)
        super().on_taken()

    def on_refused(self, error: LinregError) -> None:
        self._verdict.refuse(error)
        if self.query_one(AdviceRow).display:
            self._go_on()

    def on_lost(self, reason: str) -> None:
        self._verdict.say(reason)

    def _show_head(self, head: TableHead) -> None:
        before = self.focused
        # Columns of text alone may be none: the lines tell more.
        is_known = any(kind != "text" for kind in head.kinds) or not head.lines
        table = self.query_one(ColumnTable)
        table.display = is_known
        table.show(head)
        line = None if head.refusal is None else head.refusal.line
        self.query_one(FirstLines).show(() if is_known else head.lines, line)
        self.query_one(ProblemOptions).show(head)
        whole = "" if head.is_whole else ", as the beginning of the file shows them"
        columns = f"{len(head.names):,} columns{whole}" if head.names else ""
        self.query_one(".dialog").border_subtitle = Text(table.target_words + columns)
        self._verdict.judge(head)
        if head.refusal is not None and head.refusal.column is not None:
            table.go_to(head.refusal.column)
        if before is not None and not before.display:
            self._go_on()
        elif before is table:
            self.explain_column()

    @property
    def _verdict(self) -> Verdict:
        return self.query_one(Verdict)

    # What is advised.

    @on(AdviceRow.Offered)
    def let_stand_out(self, event: AdviceRow.Offered) -> None:
        """Let the choices stand out that are advised."""
        self.query_one(ProblemOptions).advise(event.fields)

    def action_take_advice(self, number: int) -> None:
        """Follow one of the pieces of advice, by its number."""
        self.query_one(AdviceRow).take(number)

    @on(AdviceRow.Taken)
    def take(self, event: AdviceRow.Taken) -> None:
        """Do what is advised, as if it had been chosen by hand."""
        options = taken(self._written().options, event.advice)
        self.query_one(ColumnTable).take(options)
        self.query_one(ProblemOptions).take_options(options)
        self._look()

    # Opening.

    @on(ColumnTable.Unfit)
    def say_unfit(self, event: ColumnTable.Unfit) -> None:
        """Say why a key did nothing."""
        self._verdict.say(event.reason)

    @on(Input.Submitted)
    @on(DataTable.RowSelected)
    def action_accept(self) -> None:
        """Ask the engine to open it: it alone says whether it can be opened."""
        if self.is_asking:
            return
        if not self._source:
            self._verdict.say("name a file or a built-in problem")
            return
        try:
            wanted = self._written()
        except LinregError as error:
            self._verdict.refuse(error)
            return
        config = _for_another_problem(self.report.config or TrainConfig())
        self._opening = Open(wanted, config, breakpoints=self.report.breakpoints)
        self._requested_at = time.monotonic()
        self.ask(self._opening)
        self._say_waiting()

    def action_leave(self) -> None:
        """Give up what is being opened, or leave everything as it is."""
        if self.is_asking:
            self.wish(CancelOpen())
        else:
            self.wish(Preview(None))
            self.dismiss(None)

    def _say_waiting(self) -> None:
        """While the engine reads, say how far it is and how long that took so far."""
        if self.is_asking:
            name = os.path.basename(self._opening.data.source)
            waited = duration(time.monotonic() - self._requested_at)
            self._verdict.say("", f"{doing(self.report, name)} … {waited}; {WAIT_HINT}")


def _for_another_problem(config: TrainConfig) -> TrainConfig:
    """The same backend and precision, and the defaults in all that depends on the data."""
    lr = config.lr if isinstance(config.lr, str) else None
    return replace(config, lr=lr, bias=None, standardize=None)
