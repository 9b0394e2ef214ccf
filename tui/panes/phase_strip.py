"""The phases of an epoch in a line: what ran, what ran last, what comes next."""

from __future__ import annotations

from itertools import pairwise

from textual.events import Click
from textual.geometry import Size
from textual.strip import Strip

from linreg_core import Snapshot
from tui.charts.kit.canvas import ChartRow, Span
from tui.engine.commands import Phase
from tui.panes.kit.painting import Picture, Steady, painted
from tui.phases import NOW, RAN, marks_of
from tui.wishes import Wish

NEXT = "s"
"""The key that runs the next phase stands before it."""

GAUGE_ROOM = 24
"""Cells that the learning rate beside it wants."""

ROLES = {RAN: "ran", NOW: "now", NEXT: "next", " ": "later"}


class PhaseStrip(Picture, Steady):
    """One line, as wide in every state."""

    HELP = (
        "The phases of an epoch in their order. Inside an epoch ✓ has run, ● ran last; s is before "
        "the one that the key s runs next. A click runs up to a phase or takes later ones back."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in (*ROLES.values(), "arrow")}

    DEFAULT_CSS = """
    PhaseStrip { height: 1; width: auto; margin-right: 2; }
    PhaseStrip > .chart--now { color: $text-accent; text-style: bold; }
    PhaseStrip > .chart--next { color: $foreground; text-style: bold; }
    PhaseStrip > .chart--ran { color: $foreground; }
    PhaseStrip > .chart--later, PhaseStrip > .chart--arrow { color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []

    def watch_report(self) -> None:
        """Take another width where a run has other phases."""
        super().watch_report()
        snapshot = self.report.snapshot
        names = [] if snapshot is None else [code.phase for code in snapshot.run.code]
        if names != self._names:
            self._names = names
            self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        snapshot = self.report.snapshot
        return 0 if snapshot is None else _width(strip_row(snapshot, container.width))

    def paint_line(self, y: int) -> Strip:
        row = () if y else self.shown()
        return painted(self, row, self.content_size.width)

    def on_click(self, event: Click) -> None:
        """Run up to the phase under the mouse, or take back those after it."""
        snapshot, offset = self.report.snapshot, event.get_content_offset(self)
        phase = None if offset is None else phase_at(self.shown(), offset.x)
        if snapshot is None or phase is None:
            return
        missing = phase + 1 - snapshot.phases_done
        for _ in range(abs(missing)):
            self.post_message(Wish(Phase(back=missing < 0)))

    def shown(self) -> ChartRow:
        snapshot = self.report.snapshot
        return () if snapshot is None else strip_row(snapshot, self.app.size.width - 2)


def strip_row(snapshot: Snapshot, width: int) -> ChartRow:
    """The phases with arrows between them, or closer where the learning rate has no room then."""
    names = [code.phase for code in snapshot.run.code]
    marks = marks_of(snapshot)
    marks[snapshot.phases_done] = NEXT
    items = [Span(f"{mark} {name}", ROLES[mark]) for mark, name in zip(marks, names, strict=True)]
    for gap in (" → ", " "):
        row = items[:1]
        for _, item in pairwise(items):
            row += [Span(gap, "arrow"), item]
        if _width(tuple(row)) + GAUGE_ROOM <= width:
            break
    return tuple(row)


def phase_at(row: ChartRow, x: int) -> int | None:
    """The number of the phase at a cell; ``None`` between two, and beside them."""
    start = 0
    for index, span in enumerate(row):
        if start <= x < start + len(span.text):
            return None if span.role == "arrow" else index // 2
        start += len(span.text)
    return None


def _width(row: ChartRow) -> int:
    return sum(len(span.text) for span in row)
