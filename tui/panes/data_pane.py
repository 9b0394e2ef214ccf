"""The data of the run: its columns in a few numbers each, and what was noted on the way in."""

from __future__ import annotations

from rich.cells import set_cell_size
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.widgets import Static

from linreg_core import RunInfo, Summary, visible
from tui.engine.report import Report
from tui.panes.scrolling import SCROLL_BINDINGS
from tui.panes.worksheet_pane import wrap
from tui.text import counted, number, shorten

NUMBER_WIDTH = 11
LEAST_WIDTH = 20
LEAST_NAME = 6


class DataPane(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Rows, columns, their ranges, and the notes in full."""

    HELP = (
        "The problem's rows and columns: the smallest value of each, the mean and the largest, in "
        "the file's own units and before any standardising; and in full what was noted when the "
        "file was read."
    )

    BINDINGS = SCROLL_BINDINGS

    DEFAULT_CSS = """
    DataPane {
        border: round $primary; border-title-color: $text; padding: 0 1;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    DataPane:focus { border: round $accent; }
    DataPane > Static { width: 1fr; height: auto; }
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self._run = 0

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def watch_report(self, report: Report) -> None:
        """Write the page once per run."""
        if report.run != self._run and self.is_mounted:
            self._run = report.run
            self.border_title = "Data"
            self._write()
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._write()

    def _write(self) -> None:
        snapshot, summary = self.report.snapshot, self.report.summary
        width = self.scrollable_content_region.width
        if snapshot is not None and summary is not None and width > LEAST_WIDTH:
            lines = data_lines(snapshot.run, summary, width)
            self.query_one(Static).update(Text("\n".join(lines)))


def data_lines(run: RunInfo, summary: Summary, width: int) -> list[str]:
    """The page as plain text, no line wider than so many cells."""
    name_width = max(width - 3 * (NUMBER_WIDTH + 1), LEAST_NAME)
    count = f"{counted(summary.rows, 'row')} · {counted(summary.features, 'feature')}"
    left_out = f" · {counted(summary.dropped_rows, 'row')} left out" * bool(summary.dropped_rows)
    lines = [*wrap(visible(run.source), width), *wrap(count + left_out, width), ""]
    heads = "".join(f" {head:>{NUMBER_WIDTH}}" for head in ("min", "mean", "max"))
    lines.append(set_cell_size("target", name_width) + heads)
    for place, name in enumerate(summary.names):
        if place == 1:
            lines.append("features")
        values = (summary.low[place], summary.mean[place], summary.high[place])
        numbers = "".join(f" {number(float(value), NUMBER_WIDTH)}" for value in values)
        lines.append(set_cell_size(f"  {_name(name, name_width - 2)}", name_width) + numbers)
    more = summary.features + 1 - len(summary.names)
    lines += [f"  … and {counted(more, 'more feature')}"] * (more > 0)
    lines += ["", "notes"] if run.notes else ["", "nothing was noted"]
    for note in run.notes:
        lines += wrap(f"  {note.code}: {visible(note.message)}", width)
    return lines


def _name(name: str, width: int) -> str:
    return shorten(visible(name), max(width, 1))
