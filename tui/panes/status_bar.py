"""The top line: what is run, where, and how far it has come."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import BACKENDS, Status, visible
from tui.engine.report import Activity, Quiet, Report
from tui.text import compact, duration, shorten

SEPARATOR = " │ "
NAME_WIDTH = 24

ACTIVITY_WORDS = {
    Activity.STARTING: "STARTING",
    Activity.LOADING: "LOADING torch",
    Activity.READING: "READING",
    Activity.ANALYSING: "ANALYSING",
    Activity.RUNNING: "RUNNING",
    Activity.COMPARING: "COMPARING",
    Activity.STOPPED: "ENGINE STOPPED",
    Activity.IDLE: "BUSY",
}
"""What stands on the screen while the engine does something; idle, it should have answered."""


class StatusBar(Widget):
    """Problem, backend, learning rate, epoch, state; what does not fit is left out last first."""

    HELP = "The problem and its rows × features, what runs it, the epoch, and what is going on."

    DEFAULT_CSS = """
    StatusBar { height: 1; background: $primary-background; color: $text; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def render(self) -> Text:
        state, style = _state(self.report)
        parts = _parts(self.report)
        while parts and cell_len(SEPARATOR.join([*parts, state])) + 2 > self.size.width:
            parts.pop(0)
        line = Text(" " + "".join(part + SEPARATOR for part in parts), no_wrap=True)
        return line.append(f" {state} ", style=style)


def _parts(report: Report) -> list[str]:
    """The line's parts from the first to be left out to the last."""
    snapshot = report.snapshot
    if snapshot is None:
        return []
    run, settings = snapshot.run, snapshot.run.settings
    name = visible(run.source.rsplit("/", 1)[-1])
    return [
        f"{shorten(name, NAME_WIDTH)} {run.rows:,}×{len(run.features):,}",
        f"{BACKENDS[settings.backend].label} · {settings.device} · {settings.dtype}",
        f"lr {compact(settings.lr)}" + (f" ({settings.lr_rule})" if settings.lr_rule else ""),
        f"epoch {snapshot.epoch:,}",
    ]


def _state(report: Report) -> tuple[str, str]:
    """What is going on, in words, and its style."""
    snapshot = report.snapshot
    if report.activity is not Activity.IDLE or report.quiet != Quiet():
        return _doing(report), "bold reverse"
    rate = _rate(report)
    if snapshot is None:
        return "NO RUN", "bold reverse"
    if snapshot.epoch < snapshot.latest:
        return f"PAST {snapshot.epoch:,} of {snapshot.latest:,}", "bold reverse"
    if snapshot.phases_done:
        return f"PHASE {snapshot.phases_done} of {len(snapshot.run.code)}", "bold reverse"
    if snapshot.status is not Status.READY:
        return f"{snapshot.status.upper()} at {snapshot.status_epoch:,}", "bold reverse"
    return f"READY{rate}" if snapshot.epoch == 0 else f"PAUSED{rate}", "bold"


def _doing(report: Report) -> str:
    """What the engine does; or that it gives no sign of life, or no answer."""
    if report.quiet.silent:
        return f"NO ANSWER for {duration(report.quiet.silent)}"
    words = ACTIVITY_WORDS[report.activity] + _stage(report) + _rate(report)
    return f"{words}, {duration(report.quiet.busy)}" if report.quiet.busy else words


def _rate(report: Report) -> str:
    rate, target, snapshot = report.rate, report.target, report.snapshot
    if not rate:
        return ""
    words = f" {compact(rate)} epochs/s"
    if target is None or snapshot is None:
        return words
    return f"{words}, {duration((target - snapshot.epoch) / rate)} left"


def _stage(report: Report) -> str:
    """What takes long, and how far it is; what the word before it says is not said again."""
    if report.stage is None:
        return ""
    what, share = report.stage.what, report.stage.share
    words = "" if what == report.activity else f": {what}"
    return words if share is None else f"{words} {int(100 * share)} %"
