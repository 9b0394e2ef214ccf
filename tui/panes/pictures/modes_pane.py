"""The directions of the Hessian: how far the run has come along each, and what is left."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
from rich.cells import set_cell_size
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Modes, Snapshot, visible
from tui.charts.kit.canvas import ChartRow, Span
from tui.engine.report import Report
from tui.panes.kit.painting import painted
from tui.panes.kit.pane import Pane
from tui.panes.kit.scrolling import LineView
from tui.text import bar, compact, number, shorten
from tui.wishes import Explain

INDEX_WIDTH = 5
NUMBER_WIDTH = 9
BAR_WIDTH = 10
BAR = "way done"
NUMBERS = {"λ": NUMBER_WIDTH, BAR: BAR_WIDTH, "to go": NUMBER_WIDTH, "per digit": NUMBER_WIDTH}
"""The columns of numbers, by what stands over them, and how wide they are."""

NUMBERS_WIDTH = sum(NUMBERS.values()) + len(NUMBERS)
LEFT_OUT_FIRST = ("to go", BAR, "per digit")
"""Of columns for which there is no room, rather than that a number is cut off."""

NOT_ALL = 1 - 2**-53
"""Of a way of which something is left: 1 minus a tiny part would be 1."""

LEAST_NAME_WIDTH = 34
"""Of three named parts; in a narrower pane a direction has a line of its own."""

HEADS = ("mode", "direction", *NUMBERS)
"""What stands over the columns, in the order of these."""

STAYS = (
    "No step goes along a flat direction, so what the start has of it stays: another start ends at "
    "other weights, with the same loss."
)

ROLES = ("heading", "number", "name", "bar")


class ModesPane(LineView, Pane):
    """One line per direction, the steepest first."""

    NAME = "modes"

    HELP = (
        "The eigen-directions of the Hessian in the names of the data, the steepest first. "
        "Gradient descent treats each as if it were alone: an epoch multiplies the distance along "
        "it by 1 − lr·λ. The bar is the part of the way that is done; beside it the distance to "
        "go, in units of the run's weights, and how many epochs one more digit takes. With "
        "standardised features the names stand for the standardised ones. Of very many modes the "
        "fastest and the slowest are shown."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    ModesPane { padding: 0 1; scrollbar-size-vertical: 1; }
    ModesPane > .chart--heading { color: $text-muted; text-style: bold; }
    ModesPane > .chart--name { text-style: bold; }
    ModesPane > .chart--bar { color: $hue-blue; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def watch_report(self, report: Report) -> None:
        """Say what decides, and let the lines be drawn anew."""
        snapshot = report.snapshot
        if snapshot is None:
            return
        theory = snapshot.theory
        listed, count = len(theory.listed), len(theory.eigenvalues)
        few = "" if listed == count else f"{listed} of {count} shown · "
        rank = "" if theory.is_unique else f"rank {theory.rank} of {len(theory.limit)} · "
        self.hint = f"{few}{rank}condition number {compact(theory.condition_number)}"
        self.lay_out()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Explain the head of a column."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y == 0:
            heading = "".join(span.text for span in heading_row(self.line_width))
            for head in HEADS:
                if 0 <= offset.x - heading.find(head) < len(head) and head in heading:
                    self.post_message(Explain("Modes", head))

    def lay_out(self) -> None:
        """A direction takes one line or two, as the width is."""
        snapshot = self.report.snapshot
        modes = 0 if snapshot is None else len(snapshot.theory.listed)
        flat = () if snapshot is None else flat_lines(snapshot, self.line_width)
        self.virtual_size = Size(0, modes * self._lines_each + len(flat) + 1)

    @property
    def _lines_each(self) -> int:
        return lines_each(self.line_width)

    def render_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.line_width, self.rich_style
        if snapshot is None:
            return Strip.blank(width, style)
        offset, modes = y - 1 + self.scroll_offset.y, len(snapshot.theory.listed)
        index, line = divmod(offset, self._lines_each)
        flat = flat_lines(snapshot, width)[max(offset - modes * self._lines_each, 0) :]
        if y == 0:
            row = heading_row(width)
        elif index < modes:
            row = mode_rows(snapshot, index, width)[line]
        elif not modes and y == 1:
            row = (Span("none: no weight changes any prediction", "number"),)
        elif flat and modes:
            row = (Span(flat[0], "number"),)
        else:
            row = ()
        return painted(self, row, width)


def flat_lines(snapshot: Snapshot, width: int) -> tuple[str, ...]:
    """What is said of each direction without a slope, and in a sentence of all of them."""
    dependence, indent = snapshot.theory.dependence, " " * INDEX_WIDTH
    if dependence is None:
        return ()
    flat = (f"{'–':>{INDEX_WIDTH - 1}} flat, λ = 0: {visible(one)}" for one in dependence.columns)
    sentence = textwrap.wrap(STAYS, max(width - len(indent), LEAST_NAME_WIDTH))
    return (*(shorten(line, width) for line in flat), *(indent + line for line in sentence))


def lines_each(width: int) -> int:
    """How many lines a direction takes: two where its name would be cut off on one."""
    return 1 if width >= INDEX_WIDTH + LEAST_NAME_WIDTH + NUMBERS_WIDTH else 2


def numbers_shown(width: int) -> tuple[str, ...]:
    """The columns of numbers for which there is room, by their heads."""
    shown, left_out = dict(NUMBERS), list(LEFT_OUT_FIRST)
    while left_out and INDEX_WIDTH + sum(shown.values()) + len(shown) - 1 > width:
        del shown[left_out.pop(0)]
    return tuple(shown)


def heading_row(width: int) -> ChartRow:
    """What stands over the numbers."""
    texts = {head: head for head in NUMBERS}
    name = "direction".ljust(width - INDEX_WIDTH - NUMBERS_WIDTH) * (lines_each(width) == 1)
    numbers = " ".join(_aligned(head, texts) for head in numbers_shown(width))
    return (Span(f"{'mode':<{INDEX_WIDTH}}{name}{numbers}", "heading"),)


def mode_rows(snapshot: Snapshot, index: int, width: int) -> tuple[ChartRow, ...]:
    """One direction, on as many lines as it takes."""
    texts = dict(zip(NUMBERS, mode_cells(snapshot, index), strict=True))
    name_width = max(width - INDEX_WIDTH - NUMBERS_WIDTH * (lines_each(width) == 1), 1)
    name = shorten(visible(snapshot.theory.directions[index]), name_width - 1)
    direction = (
        Span(f"{snapshot.theory.listed[index] + 1:>{INDEX_WIDTH - 1}} ", "number"),
        Span(set_cell_size(name, name_width), "name"),
    )
    numbers = tuple(
        Span(_aligned(head, texts) + " ", "bar" if head == BAR else "number")
        for head in numbers_shown(width)
    )
    if lines_each(width) == 1:
        return ((*direction, *numbers),)
    return direction, (Span(" " * INDEX_WIDTH, "number"), *numbers)


def _aligned(head: str, texts: Mapping[str, str]) -> str:
    """A cell as wide as its column: a bar begins where its head does, numbers end there."""
    width = NUMBERS[head]
    return texts[head].ljust(width) if head == BAR else texts[head].rjust(width)


def mode_cells(snapshot: Snapshot, index: int) -> tuple[str, str, str, str]:
    """Eigenvalue, the part of the way that is done, the distance to go, the price of a digit."""
    theory, mode = snapshot.theory, snapshot.theory.listed[index]
    start = abs(float(theory.start[mode]))
    left = abs(float(snapshot.progress.remaining[index]))
    done = 1.0 if left == 0 else 0.0
    if left > 0 and start > 0:
        done = min(1 - left / start, NOT_ALL)
    return (
        number(float(theory.eigenvalues[mode]), NUMBER_WIDTH).strip(),
        bar(done, BAR_WIDTH) if np.isfinite(left) else "diverges",
        number(left, NUMBER_WIDTH) if np.isfinite(left) else "–",
        price_of_digit(theory.modes, mode),
    )


def price_of_digit(modes: Modes | None, direction: int) -> str:
    """How many epochs one more digit takes along a direction; nothing without a closed form."""
    if modes is None:
        return "–"
    price = float(modes.epochs_per_digit[direction])
    return compact(price) if np.isfinite(price) else "never"
