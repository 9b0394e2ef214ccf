"""The presenter's view: numbers for the back row, and the formula of the present phase."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from linreg_core import Snapshot, visible
from tui.charts.big import Number, big_numbers, rows_of
from tui.digits import NumberFormat, format_for
from tui.engine.report import Report
from tui.panes.kit.painting import Picture, painted
from tui.panes.kit.text_pane import LEAST_WIDTH, wrap
from tui.text import shorten
from tui.worksheet import formats_of, written

DIGITS = 4
"""Of a large number, a zero before the point among them."""

NAME_WIDTH = 14

WIDE, HIGH = 160, 45
"""Cells across and rows of a screen from which on the numbers are twice as large."""

LINES, MORE_LINES = 4, 6
"""Rows of the formula's numbers; where numbers are large, more."""


class BigNumbers(Picture):
    """Epoch, loss and weights, as many as there is room for."""

    HELP = "P, for the back row: the epoch, the loss and the weights in four digits."

    COMPONENT_CLASSES = {"chart--name", "chart--now", "chart--value"}

    DEFAULT_CSS = """
    BigNumbers { height: auto; padding: 0 1; display: none; }
    BigNumbers > .chart--name { color: $text-muted; }
    BigNumbers > .chart--now { color: $text-accent; }
    BigNumbers > .chart--value { color: $foreground; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 + rows_of(_scale(self.app.size))

    def paint_line(self, y: int) -> Strip:
        width, snapshot = self.content_size.width, self.report.snapshot
        if snapshot is None:
            return Strip.blank(width, self.rich_style)
        rows = big_numbers(numbers_of(snapshot), width, _scale(self.app.size))
        return painted(self, rows[y] if y < len(rows) else (), width)


class PhaseFormula(Widget):
    """The formula of the phase that ran last, or of the next update, with numbers."""

    HELP = (
        "P, too: the formula of the phase that ran last, with its numbers; between epochs that of "
        "the update that is next. While a run goes on its pace stands beside it."
    )

    DEFAULT_CSS = """
    PhaseFormula { height: auto; padding: 0 1; display: none; background: $panel; }
    PhaseFormula > .phase-formula--phase { text-style: bold; }
    """

    COMPONENT_CLASSES = {"phase-formula--phase"}

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 + (LINES if _scale(self.app.size) == 1 else MORE_LINES)

    def render(self) -> Text:
        width, height = self.content_size
        if self.report.snapshot is None:
            return Text("")
        first, *lines = formula_lines(self.report.snapshot, width, height)
        phase, _, formula = first.partition("  ")
        style = self.get_component_rich_style("phase-formula--phase", partial=True)
        pace = str(self.report.pace or "")
        head = Text(phase, style, no_wrap=True).append(f"  {formula}", "not bold")
        head.append(pace.rjust(max(width - head.cell_len, len(pace) + 2)), "not bold")
        return Text("\n").join([head, *map(Text, lines)])


def _scale(size: Size) -> int:
    return 2 if size.width >= WIDE and size.height >= HIGH else 1


def numbers_of(snapshot: Snapshot) -> list[Number]:
    """Epoch, loss and weights."""
    weights = zip(snapshot.run.names, snapshot.epoch_weights, strict=True)
    return [
        ("epoch", f"{snapshot.shown_epoch:,}", "now"),
        ("loss", in_digits(snapshot.backend_loss), "value"),
        *(
            (shorten(visible(name), NAME_WIDTH), in_digits(float(weight)), "value")
            for name, weight in weights
        ),
    ]


def in_digits(value: float) -> str:
    """Write a number for the back row: 0.423, 11.38, 1.8e-8."""
    power = format_for([value], DIGITS).power
    return NumberFormat(None if power is None else max(power, 1 - DIGITS)).write(value)


def formula_lines(snapshot: Snapshot, width: int, room: int) -> list[str]:
    """The phase and its formula, and of its numbers whole lines: the first ones, and the last."""
    code, sheet = snapshot.run.code[snapshot.phases_done - 1], snapshot.worksheet
    found = [] if sheet is None else written(sheet, code.role, formats_of(snapshot))
    *parts, last = [wrap(line, max(width, LEAST_WIDTH)) for line in found] or [[]]
    lines: list[str] = []
    for part in parts:
        if len(lines) + len(part) + len(last) >= room:
            break
        lines += part
    return [f"{code.phase}  {code.formula}", *lines, *last][:room]
