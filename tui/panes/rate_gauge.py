"""The learning rate among those that work, and what it costs: known before anything is run."""

from __future__ import annotations

import math

from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Snapshot, digits_of
from tui.charts.gauge import rate_gauge
from tui.charts.kit.canvas import ChartRow, Span
from tui.engine.report import Report
from tui.panes.kit.painting import Picture, painted
from tui.text import compact, epochs_in_words

ROLES = ("label", "rail", "best", "rate", "alarm")

ROUNDING = 1e-12
"""Rates that differ by less are one: the limit comes from a computed eigenvalue."""

DRIFTS = " of what is determined; rounding can move the rest for ever"


class RateGauge(Picture):
    """The gauge, and its price in epochs or where the run overflows: two lines, or one."""

    HELP = (
        "● is the learning rate on a line from 0 to the limit 2/λmax, beyond which a run diverges; "
        "┼ is half of it (auto), ◆ the best fixed rate of a very long run, which for fewer epochs "
        "may be the worst. Below, what one more correct digit costs, or where the run will "
        "overflow. All of it is theory, known from the data alone; l starts again with the rate "
        "auto, L with the best one for as many epochs as you say."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    RateGauge { height: 2; padding: 0 1; }
    RateGauge > .chart--rail { color: $primary; }
    RateGauge > .chart--label { color: $foreground-darken-1; }
    RateGauge > .chart--best { color: $text-success; }
    RateGauge > .chart--rate { color: $text-accent; text-style: bold; }
    RateGauge > .chart--alarm { color: $text-error; text-style: bold; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def paint_line(self, y: int) -> Strip:
        snapshot, (width, height) = self.report.snapshot, self.content_size
        rows = gauge_rows(snapshot, width, height) if snapshot is not None else ()
        return painted(self, rows[y] if y < len(rows) else (), width)


def gauge_rows(snapshot: Snapshot, width: int, height: int) -> tuple[ChartRow, ...]:
    """The gauge and its price, each of at most ``width`` cells; on one line in short words."""
    theory, lr = snapshot.theory, snapshot.run.settings.lr
    if theory.modes is None:
        return ((Span("no closed form: which learning rates work is not known"[:width], "label"),),)
    if theory.lr_limit is None or theory.best_lr is None:
        return ((Span("no learning rate follows from these features"[:width], "label"),),)
    prices, limit_text = price(snapshot), compact(theory.lr_limit)
    if height == 1:
        limit_text += f" · {prices[-1]}"
    gauge = rate_gauge(
        width, lr=lr, best=theory.best_lr, limit=theory.lr_limit, limit_text=limit_text
    )
    role = "alarm" if lr >= theory.lr_limit else "label"
    return gauge, (Span(_longest_that_fits(prices, width), role),)


def price(snapshot: Snapshot) -> list[str]:
    """What the learning rate costs, in words, the longest first."""
    theory, settings = snapshot.theory, snapshot.run.settings
    if theory.lr_limit is not None and math.isclose(settings.lr, theory.lr_limit, rel_tol=ROUNDING):
        return ["at the limit: it never settles"]
    if theory.diverges:
        told = (one.overflow_epoch for one in theory.forecasts if one.dtype == settings.dtype)
        at = next(told, None)
        if at is None:
            return ["diverges"]
        overflow = f"overflow near epoch {at:,}"
        return [
            f"diverges: {overflow} (forecast, {settings.dtype})",
            f"diverges: {overflow}",
            f"overflow near epoch {compact(at)}",
        ]
    if theory.epochs_per_digit is None or theory.best_lr is None:
        words = ["a direction too flat for float64: standardise (c)", "how long is not known"]
        return words if theory.hides_a_direction else ["never settles"]
    if theory.epochs_per_digit * int(digits_of("float64")) <= 1:
        return ["all digits after one epoch"]
    cost = f"{epochs_in_words(theory.epochs_per_digit)} epochs per correct digit"
    drifts = any(one.drifts for one in theory.forecasts)
    never_still = [f"{cost}{DRIFTS}"] if drifts else []
    short = f"{compact(theory.epochs_per_digit)} epochs/digit"
    best = theory.epochs_per_digit_at(theory.best_lr)
    least = "" if best is None else f" · at best {epochs_in_words(best)}"
    return [
        *never_still,
        f"{cost}{least} (lr {compact(theory.best_lr)})",
        f"{cost}{least}",
        f"{short}{least}",
        short,
    ]


def _longest_that_fits(texts: list[str], width: int) -> str:
    return next((text for text in texts if len(text) <= width), texts[-1][:width])
