"""The last line: the keys that are of use now, as many as fit; help and quit always."""

from __future__ import annotations

from rich.text import Text
from textual.events import Click
from textual.reactive import reactive

from linreg_core import Status
from tui.engine.report import Activity, Report
from tui.keys import (
    ALWAYS,
    DIVERGED,
    FAILING,
    INSIDE,
    NAMES,
    PAUSED,
    PRESENTING,
    PRESENTING_RUN,
    READY,
    RUNNING,
    STARTING,
    Hint,
)
from tui.panes.failure import is_inside_failure
from tui.panes.kit.painting import Steady

GAP = 2
"""Cells between two hints."""


class KeyLine(Steady):
    """One line of keys and what they do; a click is the key."""

    HELP = (
        "The keys that are of use at present, as many as the line has room for; ? tells all of "
        "them, and a click does what the key does."
    )

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    KeyLine > .key-line--key { color: $foreground; text-style: bold; }
    """

    COMPONENT_CLASSES = {"key-line--key"}

    presents: reactive[bool] = reactive(False)
    """Whether little is shown, and that large."""

    def render(self) -> Text:
        line = Text(no_wrap=True)
        style = str(self.get_component_rich_style("key-line--key", partial=True))
        for start, (keys, words) in self._placed():
            line.append(" " * (start - line.cell_len))
            line.append(keys, style).append(f" {words}")
        return line

    def shown(self) -> object:
        return hints_of(self.report, presents=self.presents)

    def _placed(self) -> list[tuple[int, Hint]]:
        return placed(hints_of(self.report, presents=self.presents), self.size.width)

    def on_click(self, event: Click) -> None:
        """Do what the key under the mouse does; of two the one that was clicked."""
        offset = event.get_content_offset(self)
        for start, (keys, words) in self._placed():
            if offset is not None and start <= offset.x <= start + len(keys) + len(words):
                names = keys.split(" ")
                name = names[min((offset.x - start) // 2, len(names) - 1)]
                self.app.simulate_key("c" if "-" in name else NAMES.get(name, name))


def hints_of(report: Report, *, presents: bool = False) -> tuple[Hint, ...]:
    """The keys that are of use, those that are needed most first."""
    snapshot = report.snapshot
    is_running = report.activity is Activity.RUNNING
    if presents:
        return PRESENTING_RUN if is_running else PRESENTING
    if is_running:
        return RUNNING
    if snapshot is None:
        return STARTING
    if snapshot.status is Status.DIVERGED:
        return FAILING if is_inside_failure(snapshot) else DIVERGED
    if snapshot.phases_done:
        return INSIDE
    return PAUSED if snapshot.epoch else READY


def placed(hints: tuple[Hint, ...], width: int) -> list[tuple[int, Hint]]:
    """Where each hint begins: those that fit from the left, what is always there at the right."""
    right = width + GAP - sum(map(_width, ALWAYS))
    places, start = [], 0
    for hint in hints:
        if start + _width(hint) > right:
            break
        places.append((start, hint))
        start += _width(hint)
    for hint in ALWAYS:
        places.append((max(right, 0), hint))
        right += _width(hint)
    return places


def _width(hint: Hint) -> int:
    return len(hint[0]) + 1 + len(hint[1]) + GAP
