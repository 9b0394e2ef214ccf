"""From the rows of a chart to lines of the terminal, each piece in the style of its role."""

from __future__ import annotations

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.charts.kit.canvas import ChartRow
from tui.engine.report import Report


class Picture(Widget):
    """A widget that paints its lines; where it has no cell across it does not.

    Textual asks also a widget without room for its lines, such as one that is about to be hidden in
    a terminal of two columns: what is left between its frame or padding is nothing.
    """

    def render_line(self, y: int) -> Strip:
        return self.paint_line(y) if self.content_size.width > 0 else Strip.blank(0)

    def paint_line(self, y: int) -> Strip:
        """Give a line, counted from the top; there is at least one cell for it."""
        raise NotImplementedError


class Steady(Widget):
    """A widget on a report that is painted again only where that makes it another."""

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    _shown: object = None

    def shown(self) -> object:
        """Return what it shows of the report, at its present size."""
        raise NotImplementedError

    def watch_report(self) -> None:
        """Paint it again, if there is something else to see."""
        shown = self.shown()
        if shown != self._shown:
            self._shown = shown
            self.refresh()


def painted(widget: Widget, row: ChartRow, width: int) -> Strip:
    """Paint a row, and what is left of its line in the widget's own style.

    Args:
        widget: whose component classes ``chart--role`` say how the roles look.
        row: its pieces; none give an empty line.
        width: cells of the line.
    """
    own = widget.rich_style
    segments = [
        Segment(text, own + widget.get_component_rich_style(f"chart--{role}", partial=True))
        for text, role in row
    ]
    return Strip(segments).adjust_cell_length(width, own)
