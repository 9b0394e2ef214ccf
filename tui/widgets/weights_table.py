"""The weights: each one's value, gradient and last change, for any number of them."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linreg_core import Snapshot
from tui.engine.messages import Report
from tui.text import number, shorten, visible

NUMBER_WIDTH = 13
LEAST_NAME_WIDTH = 6


class WeightsTable(ScrollView, can_focus=True):
    """One line per weight under a heading that stays.

    Lines are drawn one by one, and only those in view: a DataTable takes 14 ms an update, ten
    times a second, and grows with the number of weights.
    """

    HELP = (
        "Each weight of the model, the derivative of the loss by it (∂MSE/∂w) at these weights, "
        "and how much the last epoch changed it (Δw). With standardised features there is also the "
        "weight in the file's own units. Scrolls with the arrow keys when it has the focus."
    )

    COMPONENT_CLASSES = {"weights-table--heading", "weights-table--name"}

    DEFAULT_CSS = """
    WeightsTable {
        height: auto; min-height: 4; border: round $primary; border-title-color: $text;
        scrollbar-size-vertical: 1;
    }
    WeightsTable:focus { border: round $accent; }
    WeightsTable > .weights-table--heading { color: $text-muted; text-style: bold; }
    WeightsTable > .weights-table--name { color: $text-accent; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "Weights"
        self._names: tuple[str, ...] = ()
        self._run = 0

    def watch_report(self, report: Report) -> None:
        """Take the names once per run, and let the lines be drawn anew."""
        snapshot = report.snapshot
        if snapshot is not None and report.run != self._run:
            self._run = report.run
            self._names = tuple(visible(name) for name in snapshot.run.names)
            self.virtual_size = Size(0, len(self._names) + 1)
            self.refresh(layout=True)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._names) + 1

    def render_line(self, y: int) -> Strip:
        snapshot = self.report.snapshot
        if snapshot is None:
            return Strip.blank(self.size.width)
        style = self.rich_style
        columns = visible_columns(snapshot, self.size.width)
        name_width = self.size.width - len(columns) * (NUMBER_WIDTH + 1)
        if y == 0:
            heading = style + self.get_component_rich_style("weights-table--heading", partial=True)
            titles = "".join(" " + title.rjust(NUMBER_WIDTH) for title in columns)
            return _strip(
                [Segment("name".ljust(name_width), heading), Segment(titles, heading)],
                self.size.width,
                style,
            )
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._names):
            return Strip.blank(self.size.width, style)
        name = shorten(self._names[index], name_width).ljust(name_width)
        named = style + self.get_component_rich_style("weights-table--name", partial=True)
        numbers = "".join(" " + text for text in weight_cells(snapshot, index, columns))
        return _strip([Segment(name, named), Segment(numbers, style)], self.size.width, style)


WEIGHT, GRADIENT, CHANGE, RAW = "w", "∂MSE/∂w", "Δw", "in own units"


def visible_columns(snapshot: Snapshot, width: int) -> list[str]:
    """The columns that fit, the most wanted first to stay."""
    columns = (
        [WEIGHT, RAW, GRADIENT, CHANGE] if snapshot.run.is_scaled else [WEIGHT, GRADIENT, CHANGE]
    )
    fitting = (width - LEAST_NAME_WIDTH) // (NUMBER_WIDTH + 1)
    return columns[: max(fitting, 1)]


def weight_cells(snapshot: Snapshot, index: int, columns: list[str]) -> list[str]:
    """The numbers of one weight, each `NUMBER_WIDTH` wide."""
    change = snapshot.change
    cells = {
        WEIGHT: number(float(snapshot.weights[index]), NUMBER_WIDTH),
        RAW: number(float(snapshot.raw_weights[index]), NUMBER_WIDTH),
        GRADIENT: number(float(snapshot.gradient[index]), NUMBER_WIDTH, signed=True),
        CHANGE: "–".rjust(NUMBER_WIDTH)
        if change is None
        else number(float(change[index]), NUMBER_WIDTH, signed=True),
    }
    return [cells[column] for column in columns]


def _strip(segments: list[Segment], width: int, style: Style) -> Strip:
    return Strip(segments).adjust_cell_length(width, style)
