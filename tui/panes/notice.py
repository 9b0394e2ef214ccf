"""The sentence above the timeline: what changed or went wrong, and what to do about it."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import Snapshot, Status, visible
from tui.digits import rate
from tui.engine.commands import Open
from tui.engine.report import Activity, Report
from tui.panes.changes import (
    describe_changes,
    describe_opening,
    describe_preparation,
    describe_slowness,
)
from tui.panes.failure import describe_failure, is_inside_failure
from tui.panes.price import price_of_rate
from tui.text import compact, counted, in_screen_words, rows_in_words

MOST_RELATIONS = 2
"""Among columns: more would not be read on one line."""


class Notice(Widget):
    """A line of words or two; always there, so that nothing jumps."""

    HELP = (
        "What the plot is read out to be, what changed with the last key, why something was "
        "refused, why a run ended; and otherwise what one more correct digit costs at this "
        "learning rate, or where the run will overflow."
    )

    DEFAULT_CSS = """
    Notice { height: auto; min-height: 1; max-height: 6; padding: 0 1; }
    Notice { color: $text-muted; }
    Notice.-words { color: $foreground; }
    Notice.-alarm { background: $error-muted; color: $text-error; text-style: bold; }
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    words: reactive[str] = reactive("", layout=True)
    """What is said. Only a change of it arranges the screen anew, which repaints all of it."""

    readout: reactive[str] = reactive("", layout=True)
    """What the plot is read out to be: said as long as nothing went wrong."""

    calm: reactive[str] = reactive("", layout=True)
    """What is said when there is nothing else."""

    offer: reactive[str] = reactive("", layout=True)
    """What could be taken up again: said before anything is done."""

    def __init__(self) -> None:
        super().__init__()
        self._run = 0
        self._before: Snapshot | None = None
        self._opened: Open | None = None
        self._changes = ""

    def watch_report(self, report: Report) -> None:
        """Find the words for a report, and remember what to compare the next run with."""
        snapshot = report.snapshot
        if snapshot is not None:
            if self._opened is not None and report.opened != self._opened:
                self._changes = describe_opening(snapshot, report.config)
            elif report.run != self._run and self._before is not None:
                self._changes = describe_changes(self._before, snapshot)
            elif snapshot.epoch > 0 or (self._before and snapshot.origin != self._before.origin):
                self._changes = ""
            self._before, self._run, self._opened = snapshot, report.run, report.opened
        alarm = describe_quiet(report) or find_alarm(report)
        # A file that was written is told although a run has diverged.
        lines = dict.fromkeys(filter(None, [alarm, visible(report.notice or "")]))
        calmly = filter(None, [describe_analysis(report), self._changes, find_stop(report)])
        words = "\n".join(lines) or "\n".join(calmly)
        freedom = describe_freedom(snapshot, in_short=bool(words))
        self.words = "\n".join(filter(None, [words, freedom]))
        self.calm = "" if snapshot is None else describe_calm(snapshot)
        if snapshot is not None and (snapshot.latest or snapshot.phases_done or report.run > 1):
            self.offer = ""
        self.set_class(bool(self.words), "-words")
        self.set_class(bool(alarm), "-alarm")

    def render(self) -> Text:
        if self.readout and not self.has_class("-alarm"):
            return Text(self.readout)
        return Text(self.words or "\n".join(filter(None, [self.calm, self.offer])))


def describe_calm(snapshot: Snapshot) -> str:
    """The first words, and later what the learning rate costs."""
    if snapshot.epoch > 0 or snapshot.phases_done:
        return price_of_rate(snapshot)
    data, unknowns = rows_in_words(snapshot.run), counted(len(snapshot.run.names), "weight")
    slow = describe_slowness(snapshot)
    if done := describe_preparation(snapshot):
        return f"{data}, {unknowns}{done}.{slow}"
    return f"{data} of data, {unknowns} to find. n trains an epoch, s looks inside it.{slow}"


BUSY_SECONDS = 5
"""A command that takes longer makes one think that the keys are dead."""


def describe_quiet(report: Report) -> str:
    """That the engine does not answer, and what keys do meanwhile; empty while it does."""
    if report.quiet.silent:
        says = "The training process does not answer"
    elif report.quiet.busy >= BUSY_SECONDS:
        says = "The training process is busy"
    else:
        return ""
    epoch = "" if report.snapshot is None else f" at epoch {report.snapshot.epoch:,}"
    return f"{says}: keys wait until it does. R ends it and starts it again{epoch}; q leaves."


def describe_analysis(report: Report) -> str:
    """What one waits for and what one can do meanwhile; empty where nothing is analysed."""
    if report.activity is not Activity.ANALYSING or report.summary is None:
        return ""
    if report.snapshot is None:
        rows, features = report.summary.rows, report.summary.features
        return (
            f"{counted(rows, 'row')}, {counted(features, 'feature')}: the learning rate and the "
            "best fit follow from the spectrum. o opens another problem instead, q leaves."
        )
    return "The next run begins once its spectrum is known: going on with this one gives that up."


def find_alarm(report: Report) -> str:
    """What went wrong and what to try; empty when nothing did."""
    if report.activity is Activity.STOPPED:
        return visible(report.notice or "")
    if report.refusal is not None:
        return f"Refused: {in_screen_words(visible(str(report.refusal)))}"
    snapshot = report.snapshot
    if snapshot is None or snapshot.status is not Status.DIVERGED:
        return ""
    return (describe_failure if is_inside_failure(snapshot) else describe_divergence)(snapshot)


def find_stop(report: Report) -> str:
    """Why a run stands still that did not go wrong; empty when it could go on."""
    snapshot = report.snapshot
    if snapshot is None or report.activity is Activity.RUNNING:
        return ""
    if snapshot.verdict.code == "diverging" and snapshot.epoch > 0:
        return f"{snapshot.verdict.message.capitalize()}: l restarts with a rate that settles."
    if snapshot.stopped_by:
        return f"Stopped at epoch {snapshot.epoch:,}: {' and '.join(snapshot.stopped_by)}."
    describe = ENDS.get(snapshot.status)
    return "" if describe is None else describe(snapshot)


def describe_freeze(snapshot: Snapshot) -> str:
    """Since when nothing moves, and how near to the exact answer that is."""
    since, dtype = f"{snapshot.status_epoch:,}", snapshot.run.settings.dtype
    digits = snapshot.progress.digits
    if digits is None:
        return f"Frozen since epoch {since}: the data determines no weight."
    if snapshot.verdict.code == "settled":
        return f"Frozen since epoch {since}: all the digits that {dtype} has are right."
    return (
        f"Frozen since epoch {since} with {digits:.1f} digits right: lr·gradient is too small to "
        f"change any weight's last digit in {dtype} (u shows it), so no later epoch can. W tells "
        "why."
    )


def describe_cycle(snapshot: Snapshot) -> str:
    """Since when the same states come back."""
    return (
        f"In a cycle since epoch {snapshot.status_epoch:,}: the same {snapshot.cycle_length} "
        "states come back for ever."
    )


def describe_convergence(snapshot: Snapshot) -> str:
    """Where the gradient was as small as was asked for."""
    return (
        f"Converged at epoch {snapshot.status_epoch:,}: the largest gradient is at most the "
        "tolerance times the first one."
    )


ENDS = {
    Status.FROZEN: describe_freeze,
    Status.CYCLE: describe_cycle,
    Status.CONVERGED: describe_convergence,
}
"""What is said of a run that has come to an end and did not go wrong."""


def describe_divergence(snapshot: Snapshot) -> str:
    """Where a run diverged, how fast, what was kept, and what to try."""
    theory, lr = snapshot.theory, snapshot.run.settings.lr
    growth = ""
    if theory.diverges and theory.growth is not None and snapshot.growth is not None:
        growth = (
            f" An epoch multiplied the error by {compact(snapshot.growth)}; |1 − lr·steepest "
            f"curvature| is {compact(theory.growth)}."
        )
    if theory.diverges and theory.auto_lr is not None:
        half = f", home and ( with {compact(lr / 2)}" * (lr / 2 < (theory.lr_limit or 0))
        remedy = (
            f"Learning rate {rate(lr)} is too large: l restarts with {compact(theory.auto_lr)}"
            f"{half}."
        )
    elif theory.modes is None:
        remedy = f"Learning rate {rate(lr)} may be too large: c sets a smaller one."
    else:
        wider = "try float64, or " if snapshot.run.settings.dtype == "float32" else ""
        remedy = (
            f"Its numbers are too large for this precision: {wider}rescale the data, start nearer."
        )
    return (
        f"Diverged at epoch {snapshot.status_epoch:,}: the loss or a weight is inf or nan there "
        f"(n shows which). The weights of epoch {snapshot.epoch:,} are kept.{growth} {remedy}"
    )


def describe_freedom(snapshot: Snapshot | None, *, in_short: bool = False) -> str:
    """Why the best weights are not unique, and what is determined; empty when they are unique.

    In short, beside other words, only that they are not: at 60 columns both have room then.
    """
    if snapshot is None or snapshot.theory.is_unique:
        return ""
    dependence, theory = snapshot.theory.dependence, snapshot.theory
    count = f"rank {theory.rank} of {len(theory.limit)}"
    if dependence is None or in_short:
        return f"Not unique ({count}): compare losses, not weights."
    columns, determined = (
        "; ".join(visible(text) for text in texts[:MOST_RELATIONS])
        + (f" and {len(texts) - MOST_RELATIONS} more" if len(texts) > MOST_RELATIONS else "")
        for texts in (dependence.columns, dependence.determined)
    )
    units = " in own units (d)" if snapshot.run.is_scaled else ""
    settled = f" Determined{units}: {determined}." if determined else ""
    start = "another start ends at other weights, the same loss"
    return f"Not unique ({count}): {columns}; {start}.{settled}"
