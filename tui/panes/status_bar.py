"""The top line: what is going on, how far it has come, how good that is, and what is run."""

from __future__ import annotations

from itertools import product

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import BACKENDS, Snapshot, Status, visible
from tui.digits import few, share, shortest
from tui.engine.pace import FULL
from tui.engine.report import Activity, Quiet, Report
from tui.text import compact, counted, duration, shorten

NAME_WIDTH, SHORT_NAME_WIDTH = 24, 10
STATE_WIDTH = 10

ACTIVITY_WORDS = {
    Activity.STARTING: "STARTING",
    Activity.LOADING: "LOADING torch",
    Activity.READING: "READING",
    Activity.ANALYSING: "ANALYSING",
    Activity.REPEATING: "RUNNING AGAIN",
    Activity.RUNNING: "RUNNING",
    Activity.COMPARING: "COMPARING",
    Activity.STOPPED: "ENGINE STOPPED",
    Activity.IDLE: "BUSY",
}
"""What stands on the screen while the engine does something; idle, it should have answered."""


class StatusBar(Widget):
    """State, epoch, loss; problem and backend at the right, in fewer words where it is narrow."""

    HELP = (
        "What is going on, the epoch, the loss (mean squared error) at its weights and R², the "
        "share of the target's variance that is explained; and the problem with what runs it."
    )

    DEFAULT_CSS = """
    StatusBar { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    StatusBar > .status-bar--state { text-style: bold; }
    StatusBar > .status-bar--problem { color: $text-muted; }
    """

    COMPONENT_CLASSES = {"status-bar--state", "status-bar--problem"}

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    detail: reactive[bool] = reactive(False)
    """Whether all digits are shown."""

    def render(self) -> Text:
        state, style = _state(self.report)
        snapshot, width = self.report.snapshot, self.size.width
        head = f"{state}  " if cell_len(state) > STATE_WIDTH - 2 else state.ljust(STATE_WIDTH)
        line = Text(no_wrap=True)
        line.append(head, self._part("state")).stylize(style, 0, len(state))
        if snapshot is None:
            return line
        room = width - line.cell_len
        pairs = product(_where(snapshot, self.report, detail=self.detail), _what(snapshot))
        ranked = sorted(pairs, key=lambda pair: -len("".join("".join(pair).split())))
        fitting = (pair for pair in ranked if cell_len(pair[0]) + cell_len(pair[1]) + 2 <= room)
        where, what = next(fitting, ranked[-1])
        line.append(where)
        line.append(" " * max(room - cell_len(where) - cell_len(what), 1))
        return line.append(what, self._part("problem"))

    def _part(self, part: str) -> str:
        return str(self.get_component_rich_style(f"status-bar--{part}", partial=True))


def _where(snapshot: Snapshot, report: Report, *, detail: bool) -> list[str]:
    """The epoch and how good it is, in more words and in fewer."""
    write = shortest if detail else few
    epoch = f"epoch {snapshot.epoch:,}"
    if snapshot.epoch < snapshot.latest:
        epoch += f" of {snapshot.latest:,}"
    elif snapshot.phases_done:
        epoch += f" → {snapshot.epoch + 1:,}"
    least = f"{epoch}  loss {write(snapshot.backend_loss)}"
    spread = f"{epoch:<17} loss {write(snapshot.backend_loss):<9}"
    if report.activity is Activity.RUNNING and report.quiet == Quiet():
        return [f"{spread} {_rate(report)}", f"{least}  {_rate(report)}"]
    r2 = snapshot.metrics.r2
    if r2 is None:
        return [spread, least]
    part = shortest(r2) if detail else share(r2)
    return [f"{spread} R² {part}", f"{least}  R² {part}", least]


def _what(snapshot: Snapshot) -> list[str]:
    """The problem and what runs it, in more words and in fewer."""
    run, settings = snapshot.run, snapshot.run.settings
    whole = visible(run.source.rsplit("/", 1)[-1])
    name, label = shorten(whole, NAME_WIDTH), BACKENDS[settings.backend].label
    size = f"{counted(run.rows, 'row')}, {counted(len(run.features), 'feature')}"
    return [
        f"{name}: {size} · {label} · {settings.device} · {settings.dtype}",
        f"{name} · {label} · {settings.device} · {settings.dtype}",
        f"{name} · {label} {settings.dtype}",
        f"{name} · {label}",
        f"{shorten(whole, SHORT_NAME_WIDTH)} · {label}",
        "",
    ]


def _state(report: Report) -> tuple[str, str]:
    """What is going on, in a word or two, and its style."""
    snapshot = report.snapshot
    if report.activity is not Activity.IDLE or report.quiet != Quiet():
        return _doing(report), "reverse"
    if snapshot is None:
        return "NO RUN", "reverse"
    if snapshot.epoch < snapshot.latest:
        return "PAST", "reverse"
    if snapshot.phases_done:
        return "INSIDE", "reverse"
    if snapshot.status is not Status.READY:
        return snapshot.status.upper(), "reverse"
    return ("READY" if snapshot.epoch == 0 else "PAUSED"), ""


def _doing(report: Report) -> str:
    """What the engine does; or that it gives no sign of life, or no answer."""
    if report.quiet.silent:
        return f"NO ANSWER for {duration(report.quiet.silent)}"
    words = ACTIVITY_WORDS[report.activity] + _stage(report)
    return f"{words}, {duration(report.quiet.busy)}" if report.quiet.busy else words


def _rate(report: Report) -> str:
    """How fast a run is, and how long it takes; empty as long as that is not known."""
    rate, target, snapshot = report.rate, report.target, report.snapshot
    if report.pace not in (None, FULL):
        return str(report.pace)
    if not rate:
        return ""
    words = f"{compact(rate)} epochs/s"
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
