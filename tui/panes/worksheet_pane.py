"""One epoch written out with its numbers, phase by phase."""

from __future__ import annotations

from textual.reactive import reactive

from linreg_core import Snapshot
from tui.engine.report import Activity, Report
from tui.panes.kit.text_pane import TextPane, wrap

DONE, NEXT, LATER = "✓", "▶", " "


class WorksheetPane(TextPane):
    """Formulas with numbers for what has been run, formulas alone for what has not."""

    HELP = (
        "Inside an epoch (s), its phases: ✓ has been run and stands there with its numbers, ▶ runs "
        "next, ✱ was run last. Between epochs, the epoch that led here. Every result is the "
        "backend's own number, rounded; worked out with the numbers as written, each formula gives "
        "it. C copies the pane as text."
    )

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    def watch_report(self, report: Report) -> None:
        """Write the worksheet anew, but for a running run: nobody reads it ten times a second."""
        snapshot = report.snapshot
        is_running = report.activity is Activity.RUNNING
        self.border_subtitle = "waits for the pause" if is_running else ""
        if snapshot is None or not self.is_mounted or is_running:
            return
        self.border_title = worksheet_title(snapshot)
        self.write()

    def lines(self, width: int) -> list[str] | None:
        if (snapshot := self.report.snapshot) is None:
            return None
        return [part for line in worksheet_lines(snapshot) for part in wrap(line, width)]


def worksheet_title(snapshot: Snapshot) -> str:
    """Which epoch is written out."""
    sheet = snapshot.worksheet
    if snapshot.phases_done:
        return f"Epoch {sheet.epoch + 1:,}: {sheet.done} of {len(sheet.lines)} phases"
    return f"Epoch {sheet.epoch + 1:,}" + (" is next" if sheet.done == 0 else "")


def worksheet_lines(snapshot: Snapshot) -> list[str]:
    """The worksheet as plain text; lines are not wrapped."""
    lines = [shapes_line(snapshot)]
    sheet = snapshot.worksheet
    for index, (phase, formulas) in enumerate(sheet.lines):
        mark = DONE if index < sheet.done else NEXT if index == sheet.done else LATER
        last = " ✱" if snapshot.phases_done and index == snapshot.phases_done - 1 else ""
        lines.append(f"{mark} {phase}{last}")
        lines.extend(f"    {formula}" for formula in formulas)
    return lines


def shapes_line(snapshot: Snapshot) -> str:
    """The arrays and their shapes, as the backend holds them."""
    names = [f"{name} {shape}".replace(", ", ",") for name, shape in snapshot.shapes]
    return " · ".join(names).replace(" · prediction", " → prediction")
