"""The weights: each one's value, gradient and last change, for any number of them."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import Binding
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linreg_core import Snapshot, visible
from tui.engine.messages import Report
from tui.text import number, shorten

LEAST_NUMBER_WIDTH = 9
"""Of a column of numbers: five digits of -1.2345e-5."""

MOST_NUMBER_WIDTH = {"float32": 12, "float64": 16}
"""By dtype: digits beyond its own would say nothing."""

LEAST_NAME_WIDTH, MOST_NAME_WIDTH = 8, 32


class WeightsTable(ScrollView, can_focus=True, inherit_bindings=False):
    """One line per weight under a heading that stays.

    Lines are drawn one by one, and only those in view: a DataTable takes 14 ms an update, ten
    times a second, and grows with the number of weights.
    """

    HELP = (
        "Each weight of the model, the derivative of the loss by it (∂MSE/∂w) at the epoch's "
        "weights, and how much the last update changed it (Δw); ✱ marks what the last phase "
        "changed. With standardised features there is also the weight in the file's own units. "
        "Scrolls with the arrow keys when it has the focus."
    )

    BINDINGS = [  # not left, right, home and end: they step through the epochs
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("down", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
    ]

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
        self._name_width = LEAST_NAME_WIDTH
        self._run = 0

    def watch_report(self, report: Report) -> None:
        """Take the names once per run, and let the lines be drawn anew."""
        snapshot = report.snapshot
        if snapshot is not None and report.run != self._run:
            self._run = report.run
            self._names = tuple(visible(name) for name in snapshot.run.names)
            longest = max(cell_len(name) for name in self._names) + 2
            self._name_width = min(max(longest, LEAST_NAME_WIDTH), MOST_NAME_WIDTH)
            self.virtual_size = Size(0, len(self._names) + 1)
            self.refresh(layout=True)
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._names) + 1

    def render_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.size.width, self.rich_style
        index = y - 1 + self.scroll_offset.y
        if snapshot is None or index >= len(self._names):
            return Strip.blank(width, style)
        columns, number_width = fit_columns(snapshot, width)
        name_width = min(self._name_width, width - len(columns) * (number_width + 1))
        if y == 0:
            name, part = "name", "heading"
            changed = CHANGED_BY.get(last_phase(snapshot), ())
            titles = [f"{title} ✱" if title in changed else title for title in columns]
            cells = [title.rjust(number_width) for title in titles]
        else:
            name, part = self._names[index], "name"
            cells = weight_cells(snapshot, index, columns, number_width)
        named = style + self.get_component_rich_style(f"weights-table--{part}", partial=True)
        name = set_cell_size(shorten(name, name_width - 1), name_width)
        numbers = "".join(" " + cell for cell in cells)
        segments = [Segment(name, named), Segment(numbers, named if y == 0 else style)]
        return Strip(segments).adjust_cell_length(width, style)


WEIGHT, RAW, GRADIENT, CHANGE = "w", "own units", "∂MSE/∂w", "Δw"


CHANGED_BY = {"update": (WEIGHT, RAW, CHANGE), "gradient": (GRADIENT,)}
"""Which columns a phase changes."""


def last_phase(snapshot: Snapshot) -> str:
    """The phase that was run last inside the epoch; empty between epochs."""
    done = snapshot.phases_done
    return snapshot.run.code[done - 1].phase if done else ""


def fit_columns(snapshot: Snapshot, width: int) -> tuple[list[str], int]:
    """The columns that fit, and how wide each is: all of them rather than all digits."""
    columns = [WEIGHT, *([RAW] if snapshot.run.is_scaled else []), GRADIENT, CHANGE]
    most = MOST_NUMBER_WIDTH[snapshot.run.settings.dtype]
    for count in range(len(columns), 0, -1):
        number_width = min((width - LEAST_NAME_WIDTH) // count - 1, most)
        if number_width >= LEAST_NUMBER_WIDTH:
            return columns[:count], number_width
    return columns[:1], LEAST_NUMBER_WIDTH


def weight_cells(snapshot: Snapshot, index: int, columns: list[str], width: int) -> list[str]:
    """The numbers of one weight, each ``width`` characters."""
    change = snapshot.change
    cells = {
        WEIGHT: number(float(snapshot.weights[index]), width),
        RAW: number(float(snapshot.raw_weights[index]), width),
        GRADIENT: number(float(snapshot.gradient[index]), width, signed=True),
        CHANGE: "–" if change is None else number(float(change[index]), width, signed=True),
    }
    return [cells[column].rjust(width) for column in columns]
