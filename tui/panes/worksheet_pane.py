"""One epoch written out with its numbers, phase by phase."""

from __future__ import annotations

import re

from textual.events import Click
from textual.reactive import reactive
from textual.widgets import Static

from linreg_core import Snapshot
from tui.engine.report import Activity, Report
from tui.panes.kit.text_pane import Line, TextPane, wrap
from tui.phases import marks_of
from tui.wishes import Explain
from tui.worksheet import formats_of, written

INDENT = "  "

FACTOR = "2/n"
"""Of the gradient: that of a book may be another one."""


class WorksheetPane(TextPane):
    """Formulas with numbers for what has been run, formulas alone for what has not."""

    NAME = "worksheet"

    MARKS_NOT_FINITE = True

    HELP = (
        "The epoch that is next, with the numbers of this epoch: prediction, loss, gradient, and "
        "the update that makes the next weights. Inside an epoch (s) numbers stand where a phase "
        "has been run: ✓ before, ● last. Every number is the nearest to the backend's own, and "
        "each line, worked out as it stands, gives its result to one unit of the last digit (≈ "
        "where rounding in the backend does not allow that). C copies the pane as text; a "
        "click on 2/n tells of other factors."
    )

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    detail: reactive[bool] = reactive(False)
    """Whether all digits are shown."""

    def watch_report(self, report: Report) -> None:
        """Write the worksheet anew, but for a running run: nobody reads it ten times a second."""
        snapshot = report.snapshot
        is_running = report.activity is Activity.RUNNING and not report.is_slow
        self.hint = "waits for the pause" if is_running else "C copy"
        if snapshot is None or not self.is_mounted or is_running:
            return
        self.title = f"Worksheet at epoch {snapshot.shown_epoch:,}"
        self.write()

    def on_click(self, event: Click) -> None:
        """Explain the factor of the gradient."""
        text = self.query_one(Static)
        offset = event.get_content_offset(text)
        lines = str(text.content).splitlines()
        if offset is None or offset.y >= len(lines):
            return
        found = re.finditer(rf"(?<!\S){FACTOR}(?!\S)", lines[offset.y])
        if any(match.start() <= offset.x < match.end() for match in found):
            self.post_message(Explain("Worksheet", FACTOR))

    def watch_detail(self) -> None:
        self.write()

    def lines(self, width: int) -> list[Line] | None:
        snapshot = self.report.snapshot
        if snapshot is None:
            return None
        lines: list[Line] = []
        blocks = [*worksheet_blocks(snapshot, detail=self.detail), [shapes_line(snapshot)]]
        parts = [[part for line in block for part in wrap(line, width)] for block in blocks]
        spread = sum(map(len, parts)) + len(parts) - 1 <= self.size.height
        for index, block in enumerate(parts):
            lines += [""] * (index > 0 and spread)
            is_now = index == snapshot.phases_done - 1
            lines += [self.now(line, width) if is_now else line for line in block]
        return lines


def worksheet_blocks(snapshot: Snapshot, *, detail: bool = False) -> list[list[str]]:
    """The lines of each phase; those that have numbers put in have been run, or are next."""
    sheet, formats = snapshot.worksheet, formats_of(snapshot, detail=detail)
    blocks = []
    for index, (mark, code) in enumerate(zip(marks_of(snapshot), snapshot.run.code, strict=True)):
        has_run = not snapshot.phases_done or index < snapshot.phases_done
        lines = written(sheet, code.role, formats) if sheet is not None and has_run else []
        blocks.append([f"{mark} {code.phase}  {code.formula}", *(INDENT + line for line in lines)])
    return blocks


def worksheet_lines(snapshot: Snapshot, *, detail: bool = False) -> list[str]:
    """The worksheet as plain text; lines are not wrapped."""
    blocks = worksheet_blocks(snapshot, detail=detail)
    return [*(line for block in blocks for line in block), shapes_line(snapshot)]


def shapes_line(snapshot: Snapshot) -> str:
    """The arrays and their shapes, as the backend holds them."""
    names = [f"{name} {shape}".replace(", ", ",") for name, shape in snapshot.shapes]
    return "  shapes  " + " · ".join(names).replace(" · prediction", " → prediction")
