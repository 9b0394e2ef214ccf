"""The learning rate among those that work: known before anything is run."""

from __future__ import annotations

from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Snapshot
from tui.charts.gauge import rate_gauge
from tui.charts.kit.canvas import ChartRow, Span
from tui.digits import rate
from tui.engine.report import Report
from tui.panes.kit.painting import Picture, painted

ROLES = ("label", "rail", "best", "rate", "alarm")


class RateGauge(Picture):
    """The gauge, on one line."""

    HELP = (
        "● is the learning rate on a line from 0 to the limit 2/λmax, beyond which a run diverges; "
        "┼ is half of it (auto), ◆ the best fixed rate of a very long run, which for fewer epochs "
        "may be the worst. All of it is theory, known from the data alone; l starts again with the "
        "rate auto, L with the best one for as many epochs as you say."
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

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def paint_line(self, y: int) -> Strip:
        snapshot, width = self.report.snapshot, self.content_size.width
        row = () if snapshot is None or y else gauge_row(snapshot, width)
        return painted(self, row, width)


def gauge_row(snapshot: Snapshot, width: int) -> ChartRow:
    """The gauge in at most ``width`` cells; the rate alone where no other is known."""
    theory, settings = snapshot.theory, snapshot.run.settings
    if theory.lr_limit is None or theory.best_lr is None:
        return (Span(f"lr {rate(settings.lr)}"[:width], "label"),)
    return rate_gauge(
        width,
        lr=settings.lr,
        best=theory.best_lr,
        limit=theory.lr_limit,
        rule=settings.lr_rule,
    )
