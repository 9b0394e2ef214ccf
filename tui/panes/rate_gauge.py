"""The learning rate among those that work: known before anything is run."""

from __future__ import annotations

from textual.events import MouseDown, MouseEvent, MouseMove, MouseUp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Snapshot
from tui.charts.gauge import rate_at, rate_gauge
from tui.charts.kit.canvas import ChartRow, Span
from tui.digits import rate
from tui.panes.kit.painting import Picture, Steady, painted

ROLES = ("label", "rail", "best", "rate", "alarm")


class RateGauge(Picture, Steady):
    """The gauge, on one line."""

    HELP = (
        "● is the learning rate on a line up to the limit 2/λmax, beyond which a run diverges. It "
        "is logarithmic: ┴ are a hundredth and a tenth of the limit, ┼ is half of it (auto). ◆ is "
        "the best fixed rate of a very long run, which for fewer epochs may be the worst. All "
        "of it is theory, known from the data alone; l starts again with the rate auto, L with the "
        "best one for as many epochs as you say. A click on the line, or ● drawn along it, goes on "
        "from here with that rate; ( does with half of it, ) with twice."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    RateGauge { width: 1fr; height: 1; }
    RateGauge > .chart--rail { color: $rule; }
    RateGauge > .chart--label { color: $foreground; }
    RateGauge > .chart--best { color: $foreground; }
    RateGauge > .chart--rate { color: $text-accent; text-style: bold; }
    RateGauge > .chart--alarm { color: $text-error; text-style: bold; }
    """

    dragged: reactive[float | None] = reactive[float | None](None)
    """The learning rate to which the mouse has drawn the mark; ``None``: it holds none."""

    class Chosen(Message):
        """A learning rate was clicked, or the mark drawn there.

        Args:
            lr: the rate, > 0.
        """

        def __init__(self, lr: float) -> None:
            super().__init__()
            self.lr = lr

    def shown(self) -> ChartRow:
        snapshot, width = self.report.snapshot, self.content_size.width
        return () if snapshot is None else gauge_row(snapshot, width, self.dragged)

    def paint_line(self, y: int) -> Strip:
        return painted(self, () if y else self.shown(), self.content_size.width)

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take the mark."""
        self.dragged = self._rate_under(event)
        self.capture_mouse(self.dragged is not None)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Draw the mark along the line."""
        if self.dragged is not None:
            self.dragged = self._rate_under(event) or self.dragged

    def on_mouse_up(self, event: MouseUp) -> None:
        """Let it go: the run goes on with that rate."""
        lr, self.dragged = self.dragged, None
        self.capture_mouse(False)
        if lr is not None:
            self.post_message(self.Chosen(lr))

    def _rate_under(self, event: MouseEvent) -> float | None:
        snapshot = self.report.snapshot
        if snapshot is None or snapshot.theory.lr_limit is None:
            return None
        settings, limit = snapshot.run.settings, snapshot.theory.lr_limit
        x, width = event.x - self.content_offset.x, self.content_size.width
        return rate_at(x, width, lr=settings.lr, limit=limit, rule=settings.lr_rule)


def gauge_row(snapshot: Snapshot, width: int, dragged: float | None = None) -> ChartRow:
    """The gauge in at most ``width`` cells; the rate alone where no other is known.

    Args:
        snapshot: of the run.
        width: of the line.
        dragged: the rate to which the mark is drawn; ``None``: it is that of the run.
    """
    theory, settings = snapshot.theory, snapshot.run.settings
    if theory.lr_limit is None or theory.best_lr is None:
        return (Span(f"lr {rate(settings.lr)}"[:width], "label"),)
    return rate_gauge(
        width,
        lr=settings.lr if dragged is None else dragged,
        best=theory.best_lr,
        limit=theory.lr_limit,
        rule=settings.lr_rule if dragged is None else None,
    )
