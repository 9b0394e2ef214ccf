"""The directions of the Hessian: how far the run has come along each, and what is left."""

from __future__ import annotations

import numpy as np
from rich.cells import set_cell_size
from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from linreg_core import Snapshot, visible
from tui.engine.messages import Report
from tui.text import bar, compact, number, shorten
from tui.widgets.scrolling import SCROLL_BINDINGS

PLACE_WIDTH = 4
NUMBER_WIDTH = 9
BAR_WIDTH = 10
LEAST_NAME_WIDTH = 16
TITLES = ("λ", "way done", "to go", "per digit")


class ModesPane(ScrollView, can_focus=True, inherit_bindings=False):
    """One line per direction, the steepest first."""

    HELP = (
        "The eigen-directions of the Hessian in the names of the data, the steepest first. "
        "Gradient descent treats each as if it were alone: an epoch multiplies the distance along "
        "it by 1 − lr·λ. The bar is the part of the way that is done; beside it the distance to "
        "go, in units of the run's weights, and how many epochs one more digit takes. With "
        "standardised features the names stand for the standardised ones."
    )

    BINDINGS = SCROLL_BINDINGS

    COMPONENT_CLASSES = {"modes-pane--heading", "modes-pane--name"}

    DEFAULT_CSS = """
    ModesPane {
        border: round $primary; border-title-color: $text; border-subtitle-color: $text-muted;
        scrollbar-size-vertical: 1;
    }
    ModesPane:focus { border: round $accent; }
    ModesPane > .modes-pane--heading { color: $text-muted; text-style: bold; }
    ModesPane > .modes-pane--name { color: $text-accent; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "Modes"

    def watch_report(self, report: Report) -> None:
        """Say what decides, and let the lines be drawn anew."""
        snapshot = report.snapshot
        if snapshot is None:
            return
        theory = snapshot.theory
        size = Size(0, len(theory.told) + 1)
        if size != self.virtual_size:
            self.virtual_size = size
        self.border_title = f"Modes (rank {theory.rank} of {len(theory.limit)})"
        self.border_subtitle = f"condition number {compact(theory.condition_number)}"
        self.refresh()

    def render_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.size.width, self.rich_style
        index = y - 1 + self.scroll_offset.y
        if snapshot is None or index >= len(snapshot.theory.told):
            return Strip.blank(width, style)
        name_width = max(width - PLACE_WIDTH - 3 * (NUMBER_WIDTH + 1) - BAR_WIDTH - 1, 1)
        part = "heading" if y == 0 else "name"
        named = style + self.get_component_rich_style(f"modes-pane--{part}", partial=True)
        if y == 0:
            name, cells = "direction", list(TITLES)
            place = "mode"
        else:
            name, cells = visible(snapshot.theory.directions[index]), mode_cells(snapshot, index)
            place = f"{index + 1:>{PLACE_WIDTH - 1}} "
        value, done, left, price = cells
        segments = [
            Segment(place.ljust(PLACE_WIDTH), named if y == 0 else style),
            Segment(f"{value:>{NUMBER_WIDTH}} ", named if y == 0 else style),
            Segment(set_cell_size(shorten(name, name_width - 1), name_width), named),
            Segment(
                f"{done:<{BAR_WIDTH}} {left:>{NUMBER_WIDTH}} {price:>{NUMBER_WIDTH}}",
                named if y == 0 else style,
            ),
        ]
        return Strip(segments).adjust_cell_length(width, style)


def mode_cells(snapshot: Snapshot, index: int) -> list[str]:
    """Eigenvalue, the part of the way that is done, the distance to go, the price of a digit."""
    theory, told = snapshot.theory, snapshot.theory.told[index]
    start = abs(float(theory.modes.start[told]))
    left = abs(float(snapshot.progress.remaining[index]))
    price = float(theory.modes.epochs_per_digit[told])
    done = 1.0 if left == 0 else 1 - left / start if start > 0 else 0.0
    return [
        number(float(theory.modes.eigenvalues[told]), NUMBER_WIDTH).strip(),
        bar(done, BAR_WIDTH) if np.isfinite(left) else "diverges",
        number(left, NUMBER_WIDTH) if np.isfinite(left) else "–",
        compact(price) if np.isfinite(price) else "never",
    ]
