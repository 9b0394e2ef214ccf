"""The weights: values, gradients, changes, what is to go and what holds it, for any number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linreg_core import Role, Snapshot, Status, visible
from tui.engine.report import Report
from tui.panes.kit.scrolling import SCROLL_BINDINGS
from tui.text import bar, compact, full_width, number, shorten

LEAST_NUMBER_WIDTH = 9
"""Of a column of numbers: five digits of -1.2345e-5."""

LEAST_NAME_WIDTH, MOST_NAME_WIDTH = 8, 32
NAMED_WIDTH = 18
"""Of names that are not cut off for the sake of one more column."""


class WeightsTable(ScrollView, can_focus=True, inherit_bindings=False):
    """One line per weight under a heading that stays.

    Lines are drawn one by one, and only those in view: a DataTable takes 14 ms an update, ten
    times a second, and grows with the number of weights.
    """

    HELP = (
        "Each weight of the model, the derivative of the loss by it (∂MSE/∂w) at the epoch's "
        "weights, and how much the last update changed it (Δw); ✱ marks what the last phase "
        "changed. With standardised features there is also the weight in the file's own units. "
        "To go is the distance to where exact arithmetic ends, in own units, and held by what "
        "keeps it: the mode that holds most of it, rounding (the update changes no digit), a "
        "learning rate beyond the limit; not unique are weights that others do as well for. u "
        "switches to the ULP meter: the next step lr·g against half a unit in the last place "
        "(½ulp) of the weight; a smaller step is rounded away, and the bar is full then. Scrolls "
        "with the arrow keys when it has the focus."
    )

    BINDINGS = SCROLL_BINDINGS

    COMPONENT_CLASSES = {"weights-table--heading", "weights-table--name"}

    DEFAULT_CSS = """
    WeightsTable {
        height: auto; min-height: 4; border: round $primary; border-title-color: $text;
        border-subtitle-color: $text-muted; scrollbar-size-vertical: 1;
    }
    WeightsTable:focus { border: round $accent; }
    WeightsTable > .weights-table--heading { color: $text-muted; text-style: bold; }
    WeightsTable > .weights-table--name { color: $text-accent; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    shows_ulps: reactive[bool] = reactive(False)
    """Whether the ULP meter stands in the place of gradients and changes."""

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "Weights"
        self.border_subtitle = "u  ULP meter"
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
        self.border_title = weights_title(snapshot, shows_ulps=self.shows_ulps)
        self.refresh()

    def watch_shows_ulps(self) -> None:
        self.border_subtitle = "u  values" if self.shows_ulps else "u  ULP meter"
        self.border_title = weights_title(self.report.snapshot, shows_ulps=self.shows_ulps)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._names) + 1

    def render_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.size.width, self.rich_style
        index = y - 1 + self.scroll_offset.y
        if snapshot is None or index >= len(self._names):
            return Strip.blank(width, style)
        kinds = ULP_COLUMNS if self.shows_ulps else value_columns(snapshot)
        columns, number_width = fit_columns(
            kinds, width, min(self._name_width, NAMED_WIDTH), snapshot.run.settings.dtype
        )
        widths = [width_of(column, number_width) for column in columns]
        name_width = min(self._name_width, width - sum(widths) - len(widths))
        if y == 0:
            name, part = "name", "heading"
            changed = changed_columns(snapshot)
            titles = [f"{title} ✱" if title in changed else title for title in columns]
            cells = [title.rjust(size) for title, size in zip(titles, widths, strict=True)]
        else:
            name, part = self._names[index], "name"
            cells = weight_cells(snapshot, index, columns, number_width)
        named = style + self.get_component_rich_style(f"weights-table--{part}", partial=True)
        name = set_cell_size(shorten(name, name_width - 1), name_width)
        numbers = "".join(" " + cell for cell in cells)
        segments = [Segment(name, named), Segment(numbers, named if y == 0 else style)]
        return Strip(segments).adjust_cell_length(width, style)


def weights_title(snapshot: Snapshot | None, *, shows_ulps: bool) -> str:
    """What the table shows, and since when nothing moves in it."""
    title = "Weights: ULP meter" if shows_ulps else "Weights"
    if snapshot is None or snapshot.status is not Status.FROZEN:
        return title
    return f"{title} (frozen since {snapshot.status_epoch:,})"


WEIGHT, RAW, GRADIENT, CHANGE = "w", "own units", "∂MSE/∂w", "Δw"
TO_GO, CAUSE = "to go", "held by"
STEP, HALF_ULP, METER, STUCK = "lr·g", "½ulp", "digits out", "÷½ulp"

ULP_COLUMNS = (WEIGHT, STEP, HALF_ULP, METER, STUCK)
TEXT_WIDTHS = {CAUSE: 10, METER: 10, STUCK: 8}
"""Of the columns that are words or bars."""

MOST_RATIO = 9.99e99
"""Beyond it a weight is as good as 0, which any step changes."""

CHANGED_BY = {Role.UPDATE: (WEIGHT, RAW, CHANGE), Role.GRADIENT: (GRADIENT,)}
"""Which columns a phase changes."""


def changed_columns(snapshot: Snapshot) -> tuple[str, ...]:
    """The columns that the phase changed that was run last; none between epochs."""
    done = snapshot.phases_done
    return CHANGED_BY.get(snapshot.run.code[done - 1].role, ()) if done else ()


def value_columns(snapshot: Snapshot) -> tuple[str, ...]:
    """The columns in the order in which they are read; the last is the first to be left out."""
    raw = (RAW,) if snapshot.run.is_scaled else ()
    return (WEIGHT, *raw, GRADIENT, CHANGE, TO_GO, CAUSE)


def fit_columns(
    columns: Sequence[str], width: int, name_width: int, dtype: str
) -> tuple[list[str], int]:
    """The columns that fit beside a name, and how wide numbers are.

    All columns rather than all digits; but the first one rather than the whole name.
    """
    for count in range(len(columns), 0, -1):
        words = [TEXT_WIDTHS[column] for column in columns[:count] if column in TEXT_WIDTHS]
        room = width - name_width - sum(words) - count
        number_width = min(room // (count - len(words)), full_width(dtype))
        if number_width >= LEAST_NUMBER_WIDTH:
            return list(columns[:count]), number_width
    return list(columns[:1]), LEAST_NUMBER_WIDTH


def width_of(column: str, number_width: int) -> int:
    """How many cells a column takes."""
    return TEXT_WIDTHS.get(column, number_width)


def weight_cells(snapshot: Snapshot, index: int, columns: list[str], width: int) -> list[str]:
    """What stands in the columns of one weight; numbers take ``width`` characters."""
    change, meter = snapshot.change, snapshot.meter
    cells = {
        WEIGHT: number(float(snapshot.weights[index]), width),
        RAW: number(float(snapshot.raw_weights[index]), width),
        GRADIENT: number(float(snapshot.gradient[index]), width, signed=True),
        CHANGE: "–" if change is None else number(float(change[index]), width, signed=True),
        TO_GO: number(float(snapshot.progress.to_go[index]), width, signed=True),
        CAUSE: held_by(snapshot, index),
        STEP: number(float(meter.step[index]), width),
        HALF_ULP: number(float(meter.half_ulp[index]), width),
        METER: " " + bar(float(meter.spent[index]), TEXT_WIDTHS[METER] - 1),
        STUCK: stuck_words(snapshot, index),
    }
    return [cells[column].rjust(width_of(column, width)) for column in columns]


def held_by(snapshot: Snapshot, index: int) -> str:
    """What keeps a weight from where exact arithmetic ends."""
    if snapshot.theory.diverges:
        return "lr > limit"
    if snapshot.theory.is_free[index]:
        return "not unique"
    if snapshot.progress.is_stuck[index]:
        return "rounding"
    mode = int(snapshot.progress.slowest[index])
    return "nothing" if mode < 0 else f"mode {snapshot.theory.listed[mode] + 1}"


def stuck_words(snapshot: Snapshot, index: int) -> str:
    """How many half units in the last place the next step is, or that it is rounded away."""
    if snapshot.meter.is_stuck[index]:
        return "FROZEN" if snapshot.status is Status.FROZEN else "stuck"
    step, half_ulp = float(snapshot.meter.step[index]), float(snapshot.meter.half_ulp[index])
    ratio = step / half_ulp if half_ulp > 0 else math.inf
    if ratio > MOST_RATIO:
        return ""
    return f"×{compact(float(f'{ratio:.3g}'))}"
