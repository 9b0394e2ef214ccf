"""The data of the run: its columns in a few numbers each, and what was noted on the way in."""

from __future__ import annotations

from rich.cells import set_cell_size
from textual.reactive import reactive

from linreg_core import RunInfo, Summary, Whole, visible
from tui.engine.report import Report
from tui.panes.kit.text_pane import Line, TextPane, wrap
from tui.text import counted, in_screen_words, number, shorten

NUMBER_WIDTH = 11
LEAST_NAME = 6

MOST_WEIGHTS = 200
"""More would not be read."""


class DataPane(TextPane):
    """Rows, columns, their ranges, and the notes in full."""

    NAME = "data"

    HELP = (
        "The problem's rows and columns: the smallest value of each, the mean and the largest, in "
        "the file's own units and before any standardising; and in full what was noted when the "
        "file was read. Of a sample also the exact answer of all rows, beside its own, "
        "and the mean squared error over all rows of each."
    )

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self._run = 0

    def watch_report(self, report: Report) -> None:
        """Write the page once per run."""
        if report.run != self._run and self.is_mounted:
            self._run = report.run
            self.title = "Data"
            self.write()
            self.scroll_home(animate=False)

    def lines(self, width: int) -> list[Line] | None:
        snapshot, summary = self.report.snapshot, self.report.summary
        if snapshot is None or summary is None:
            return None
        return [*data_lines(snapshot.run, summary, width)]


def data_lines(run: RunInfo, summary: Summary, width: int) -> list[str]:
    """The page as plain text, no line wider than so many cells."""
    name_width = max(width - 3 * (NUMBER_WIDTH + 1), LEAST_NAME)
    count = f"{counted(summary.rows, 'row')} · {counted(summary.features, 'feature')}"
    if summary.dropped_rows:
        count += f" · {counted(summary.dropped_rows, 'row')} left out"
    lines = [*wrap(visible(run.source), width), *wrap(count, width), ""]
    heads = "".join(f" {head:>{NUMBER_WIDTH}}" for head in ("min", "mean", "max"))
    lines.append(set_cell_size("target", name_width) + heads)
    for index, name in enumerate(summary.names):
        if index == 1:
            lines.append("features")
        values = (summary.low[index], summary.mean[index], summary.high[index])
        numbers = "".join(f" {number(float(value), NUMBER_WIDTH)}" for value in values)
        lines.append(set_cell_size(f"  {_name(name, name_width - 2)}", name_width) + numbers)
    more = summary.features + 1 - len(summary.names)
    if more > 0:
        lines.append(f"  … and {counted(more, 'more feature')}")
    lines += _whole_lines(run, run.whole, name_width) if run.whole is not None else []
    lines += ["", "notes"] if run.notes else ["", "nothing was noted"]
    for note in run.notes:
        lines += wrap(f"  {note.code}: {in_screen_words(visible(note.message))}", width)
    return lines


def _whole_lines(run: RunInfo, whole: Whole, name_width: int) -> list[str]:
    """The exact answer of all rows of the table beside that of the rows that are trained on."""
    title = f"exact answer ({counted(whole.rows, 'row')} in all)"
    heads = "".join(f" {head:>{NUMBER_WIDTH}}" for head in ("sample", "all rows"))
    lines = ["", title, " " * name_width + heads]
    pairs = zip(run.names, whole.of_sample, whole.optimum.weights, strict=True)
    for name, *values in [*pairs][:MOST_WEIGHTS]:
        numbers = "".join(f" {number(float(value), NUMBER_WIDTH)}" for value in values)
        lines.append(set_cell_size(f"  {_name(name, name_width - 2)}", name_width) + numbers)
    if (more := len(run.names) - MOST_WEIGHTS) > 0:
        lines.append(f"  … and {counted(more, 'more weight')}")
    losses = (whole.loss_of_sample, whole.optimum.loss)
    numbers = "".join(f" {number(loss, NUMBER_WIDTH)}" for loss in losses)
    lines.append(set_cell_size("  MSE over all", name_width) + numbers)
    if whole.auto_lr is not None:
        rate = number(whole.auto_lr, NUMBER_WIDTH).strip()
        lines.append(f"  1/λmax of all rows: {rate}")
    return lines


def _name(name: str, width: int) -> str:
    return shorten(visible(name), max(width, 1))
