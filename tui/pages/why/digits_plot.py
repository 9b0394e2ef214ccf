"""Correct digits over epochs of both precisions, drawn in text."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Compared
from tui.charts.digits import digits_chart
from tui.charts.kit.canvas import ChartRow
from tui.panes.pictures.painting import Picture, has_braille, painted

ROLES = ("axis", "float32", "float64", "exact")


class DigitsPlot(Picture, can_focus=False):
    """The picture of a comparison; it fills its place."""

    COMPONENT_CLASSES = {f"digits-plot--{role}" for role in ROLES}

    DEFAULT_CSS = """
    DigitsPlot {
        border: round $primary; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    DigitsPlot > .digits-plot--axis { color: $foreground-darken-2; }
    DigitsPlot > .digits-plot--float32 { color: $text-warning; }
    DigitsPlot > .digits-plot--float64 { color: $text-success; }
    DigitsPlot > .digits-plot--exact { color: $foreground-darken-3; }
    """

    comparison: reactive[Compared | None] = reactive(None)
    """What is drawn; ``None``: nothing yet."""

    log_x: reactive[bool] = reactive(False)
    """Whether epochs stand on a logarithmic axis."""

    def __init__(self, *, braille: bool | None = None) -> None:
        super().__init__()
        self.border_title = "Correct digits of the worst weight"
        self._braille = has_braille(braille)
        self._rows: tuple[ChartRow, ...] = ()
        self._drawn: object = None

    def paint_line(self, y: int) -> Strip:
        if y == 0:
            self._draw()
        row = self._rows[y] if y < len(self._rows) else ()
        return painted(self, "digits-plot", row, self.size.width)

    def watch_log_x(self, log_x: bool) -> None:
        self.border_subtitle = f"x  {'linear' if log_x else 'logarithmic'} epochs"

    def _draw(self) -> None:
        """Build the chart, unless nothing that it shows is new."""
        wanted = (self.comparison, self.size, self.log_x)
        if self.comparison is None or wanted == self._drawn:
            return
        self._rows = digits_chart(
            self.comparison,
            self.size.width,
            self.size.height,
            log_x=self.log_x,
            braille=self._braille,
        )
        self._drawn = wanted
