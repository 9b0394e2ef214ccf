"""The top line: what is going on, how far it has come, how good that is, and what is run."""

from __future__ import annotations

import re
from itertools import groupby, product

from rich.cells import cell_len
from rich.text import Text
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import BACKENDS, Snapshot, Status, visible
from tui.digits import few, share, shortest
from tui.engine.pace import FULL
from tui.engine.report import Activity, Quiet, Report
from tui.text import NOT_FINITE, compact, counted, duration, rows_in_words, shorten
from tui.wishes import Explain

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


FIELDS = re.compile(
    r"(?P<epoch>epoch [\d,]+(?: (?:of|→) [\d,]+)?)|(?P<loss>loss \S+)|(?P<share>R² \S+)"
    r"|(?P<rate>\S.*)| +"
)
"""The fields in the middle of the line, and what is between them."""

FIELD_KEYS = {"state": "space", "epoch": "g", "problem": "o", "backend": "c"}
"""Fields of which a click is a key."""

GO_ON = ("READY", "PAUSED", "PAST", "INSIDE", "RUNNING")
"""States in which the key runs, or pauses; others are explained."""

WORDS = {"share": "R²", "rate": "epochs/s"}
"""What the help calls the others."""

LOOKS = {"state": "state", "problem": "problem", "backend": "problem"}
"""The component classes of fields that do not look like the rest."""


class StatusBar(Widget):
    """State, epoch, loss; problem and backend at the right, in fewer words where it is narrow."""

    HELP = (
        "What is going on, the epoch, the loss (mean squared error) at its weights and R², the "
        "share of the target's variance that is explained; and the problem with what runs it. A "
        "click on the state runs or pauses, on the epoch goes to another one, on the problem opens "
        "one, on the backend is the setup; a click on a number explains it."
    )

    DEFAULT_CSS = """
    StatusBar { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    StatusBar > .status-bar--state { text-style: bold; }
    StatusBar > .status-bar--problem { color: $text-muted; }
    StatusBar > .status-bar--not-finite { color: $text-error; text-style: bold; }
    """

    COMPONENT_CLASSES = {f"status-bar--{part}" for part in ("state", "problem", "not-finite")}

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    detail: reactive[bool] = reactive(False)
    """Whether all digits are shown."""

    def render(self) -> Text:
        line = Text(no_wrap=True)
        for look, pieces in groupby(self._pieces(), lambda piece: LOOKS.get(piece[1], "")):
            line.append("".join(text for text, _ in pieces), self._part(look) if look else "")
            if not look:
                line.highlight_regex(NOT_FINITE, self._part("not-finite"))
        state, style = _state(self.report)
        line.stylize(style, 0, len(state))
        return line

    def _pieces(self) -> list[tuple[str, str]]:
        """The line in pieces: text, and which field that is; empty between two."""
        state, _ = _state(self.report)
        snapshot, width = self.report.snapshot, self.size.width
        pieces = [(state + " " * max(STATE_WIDTH - cell_len(state), 2), "state")]
        if snapshot is None:
            return pieces
        room = width - sum(cell_len(text) for text, _ in pieces)
        pairs = product(_where(snapshot, self.report, detail=self.detail), _what(snapshot))
        ranked = sorted(pairs, key=lambda pair: -len("".join("".join(pair).split())))
        fitting = (pair for pair in ranked if cell_len(pair[0]) + cell_len(pair[1]) + 2 <= room)
        where, what = next(fitting, ranked[-1])
        gap = " " * max(room - cell_len(where) - cell_len(what), 1)
        name, dot, rest = what.rpartition(f" · {BACKENDS[snapshot.run.settings.backend].label}")
        fields = [(found[0], found.lastgroup or "") for found in FIELDS.finditer(where)]
        return [*pieces, *fields, (gap, ""), (name, "problem"), (dot + rest, "backend")]

    def on_click(self, event: Click) -> None:
        """Press the key that belongs to the field, or explain it."""
        offset, end = event.get_content_offset(self), 0
        for text, field in self._pieces():
            start, end = end, end + cell_len(text)
            if offset is not None and start <= offset.x < end:
                self._take(text.strip(), field)

    def _take(self, text: str, field: str) -> None:
        goes_on = field != "state" or text in GO_ON
        if field in FIELD_KEYS and goes_on:
            self.app.simulate_key(FIELD_KEYS[field])
        elif field == "state":
            self.post_message(Explain("Status bar", text))
        elif field:
            self.post_message(Explain("Status bar", WORDS.get(field, field)))

    def _part(self, part: str) -> str:
        return str(self.get_component_rich_style(f"status-bar--{part}", partial=True))


def _where(snapshot: Snapshot, report: Report, *, detail: bool) -> list[str]:
    """The epoch and how good it is, in more words and in fewer."""
    write = shortest if detail else few
    epoch = f"epoch {snapshot.shown_epoch:,}"
    if snapshot.epoch < snapshot.latest:
        epoch += f" of {snapshot.latest:,}"
    elif snapshot.phases_done:
        epoch += f" → {snapshot.shown_epoch + 1:,}"
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
    size = f"{rows_in_words(run)}, {counted(len(run.features), 'feature')}"
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
    if snapshot.phases_done and snapshot.status is not Status.DIVERGED:
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
