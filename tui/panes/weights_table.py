"""The weights: what an update does to each, read as its formula; in detail what holds it, too."""

from __future__ import annotations

from functools import partial

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import visible
from tui.engine.report import Report
from tui.panes.kit.pane import Pane
from tui.panes.kit.scrolling import LineView
from tui.panes.weight_columns import HELD, Column, columns_of, rows_of_columns
from tui.text import NOT_FINITE, shorten
from tui.wishes import Explain

LEAST_NAME_WIDTH, MOST_NAME_WIDTH = 6, 32
NAMED_WIDTH = 18
"""Of names that are not cut off for the sake of one more column."""


class WeightsTable(LineView, Pane):
    """One line per weight under a heading that stays.

    Lines are drawn one by one, and only those in view: a DataTable takes 14 ms an update, ten
    times a second, and grows with the number of weights.
    """

    NAME = "weights"

    HELP = (
        "Each weight of the model at this epoch, and what the next update does to it, as a sum: "
        "w + (-lr·gradient) = next w. Inside an epoch a column stands there once its phase has "
        "run. d shows all digits and what holds each weight; u the step against the last digit, "
        "with a bar that is full when the step is rounded away. A click on a weight changes it, "
        "one on the head of a column, or on what holds a weight, explains it. ↑ and ↓, or k "
        "and j, scroll it when it has the focus."
    )

    COMPONENT_CLASSES = {
        f"weights-table--{part}" for part in ("heading", "name", "now", "not-finite")
    }

    DEFAULT_CSS = """
    WeightsTable { height: auto; min-height: 3; padding: 0 1; scrollbar-size-vertical: 1; }
    WeightsTable > .weights-table--heading { color: $text-muted; }
    WeightsTable > .weights-table--now { color: $text-accent; text-style: bold; }
    WeightsTable > .weights-table--name { text-style: bold; }
    WeightsTable > .weights-table--not-finite { color: $text-error; text-style: bold; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    shows_ulps: reactive[bool] = reactive(False)
    """Whether the steps stand against the last digits of the weights."""

    detail: reactive[bool] = reactive(False)
    """Whether all digits are shown, and the experts' columns."""

    class Chosen(Message):
        """A weight was clicked.

        Args:
            index: its place.
        """

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._name_width = LEAST_NAME_WIDTH
        self._run = 0
        self._blocks: tuple[tuple[Column, ...], ...] = ()

    def watch_report(self, report: Report) -> None:
        """Take the names once per run, and let the lines be drawn anew."""
        snapshot = report.snapshot
        if snapshot is not None and report.run != self._run:
            self._run = report.run
            self._names = tuple(visible(name) for name in snapshot.run.names)
            longest = max(cell_len(name) for name in self._names) + 1
            self._name_width = min(max(longest, LEAST_NAME_WIDTH), MOST_NAME_WIDTH)
        self.lay_out()

    def watch_shows_ulps(self) -> None:
        self.lay_out()

    def watch_detail(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Choose the columns; in detail those that do not fit beside each other stand below."""
        snapshot = self.report.snapshot
        self.hint = "d less" if self.detail else "u values" if self.shows_ulps else "d detail"
        if snapshot is None:
            return
        units = ", standardised" if snapshot.run.is_scaled else ""
        self.title = f"Weights at epoch {snapshot.shown_epoch:,}{units}"
        room = self.line_width - min(self._name_width, NAMED_WIDTH)
        shown = partial(columns_of, snapshot, detail=self.detail, shows_ulps=self.shows_ulps)
        blocks = rows_of_columns(shown(), room)
        if not self.detail and len(blocks) > 1:
            blocks = rows_of_columns(shown(in_short=True), room)
        self._blocks = blocks if self.detail else blocks[:1]
        lines = len(self._blocks) * (len(self._names) + 1)
        if self.virtual_size.height != lines:
            self.virtual_size = Size(0, lines)
            self.refresh(layout=True)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(len(self._blocks), 1) * (len(self._names) + 1)

    def on_click(self, event: Click) -> None:
        """Edit the weight under the mouse, or explain the head of a column, or what holds one."""
        offset = event.get_content_offset(self)
        if offset is None or self.report.snapshot is None:
            return
        block, line = self._line_at(offset.y)
        if block >= len(self._blocks):
            return
        column = self._column_at(self._blocks[block], offset.x)
        if column is not None and line and column.title == HELD:
            word = column.text(line - 1)
            is_mode = word.startswith("mode ")
            self.post_message(Explain("Modes", "mode") if is_mode else Explain("Weights", word))
        elif line:
            self.post_message(self.Chosen(line - 1))
        elif column is not None:
            self.post_message(Explain("Weights", column.title))

    def _column_at(self, columns: tuple[Column, ...], x: int) -> Column | None:
        end = self._name_width_of(columns)
        for column in columns:
            start, end = end, end + column.width
            if start <= x < end:
                return column
        return None

    def _line_at(self, y: int) -> tuple[int, int]:
        """Which block of columns a line shows, and which of its lines, 0 being its heading."""
        line_index = y + self.scroll_offset.y
        if len(self._blocks) == 1 and y == 0:
            line_index = 0  # the heading stays
        return divmod(line_index, len(self._names) + 1)

    def _name_width_of(self, columns: tuple[Column, ...]) -> int:
        return min(self._name_width, self.line_width - sum(column.width for column in columns))

    def render_line(self, y: int) -> Strip:
        width, style = self.line_width, self.rich_style
        block, line = self._line_at(y)
        if self.report.snapshot is None or block >= len(self._blocks):
            return Strip.blank(width, style)
        columns = self._blocks[block]
        name_width = self._name_width_of(columns)
        name = set_cell_size(shorten(self._names[line - 1], name_width), name_width)
        part = "name" if line else "heading"
        segments = [Segment(name if line else " " * name_width, style + self._part(part))]
        for column in columns:
            text = column.text(line - 1) if line else column.head
            look = Style.null()
            if not line:
                look = self._part("now" if column.is_now else "heading")
            elif NOT_FINITE.fullmatch(text):
                look = self._part("not-finite")
            segments.append(Segment(text.rjust(column.width), style + look))
        return Strip(segments).adjust_cell_length(width, style)

    def _part(self, part: str) -> Style:
        return self.get_component_rich_style(f"weights-table--{part}", partial=True)
