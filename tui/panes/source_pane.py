"""The code that runs: the backend's own methods, the one that ran last marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.reactive import reactive

from linreg_core import RunInfo
from tui.engine.report import Report
from tui.panes.kit.pane import Pane
from tui.phases import LATER, marks_of

NOTHING = -1
"""No number of phases: nothing is shown yet."""


class SourcePane(Pane):
    """The phases' methods, highlighted once per run; only the mark moves."""

    NAME = "code"

    HELP = (
        "The backend's own code, as it runs: the methods of one epoch in their order. Inside an "
        "epoch ● marks the one that ran last, ✓ those before it. The backend's file is named above."
    )

    COMPONENT_CLASSES = {"source-pane--now"}

    DEFAULT_CSS = """
    SourcePane { padding: 0 1; }
    SourcePane > .source-pane--now { background: $accent-muted; color: $foreground; }
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self._run: RunInfo | None = None
        self._lines: list[tuple[int, Content]] | None = None
        self._shown = NOTHING

    def watch_report(self, report: Report) -> None:
        """Take the code once per run, and say which file is looked at."""
        snapshot = report.snapshot
        if snapshot is None:
            return
        if snapshot.run != self._run:
            self._run, self._shown = snapshot.run, NOTHING
            self._lines = None
            self.title = "Code"
            self.hint = file_of(snapshot.run)
        if snapshot.phases_done != self._shown:
            self._shown = snapshot.phases_done
            self.refresh()

    def render(self) -> Content:
        snapshot, (width, height) = self.report.snapshot, self.content_size
        if snapshot is None:
            return Content("")
        if self._lines is None:
            self._lines = numbered_lines(snapshot.run, _plain)
            self.call_after_refresh(self._highlight)
        lines = [
            (phase, part) for phase, line in self._lines for part in wrap_code(line, width - 2)
        ]
        now, marks = max(snapshot.phases_done - 1, 0), marks_of(snapshot)
        marked = [i for i, (phase, _) in enumerate(lines) if phase == now]
        # The whole method that ran last in view, with what stands around it.
        first = max(0, min(marked[0] - (height - len(marked)) // 2, len(lines) - height))
        look = self.get_component_rich_style("source-pane--now", partial=True)
        parts, before = [], -1
        for phase, line in lines[first : first + height]:
            mark = marks[phase] if phase >= 0 and phase != before else LATER
            part = Content(f"{mark} ") + line
            if snapshot.phases_done and phase == now:
                part = part.pad_right(width - len(part)).stylize_before(str(look))
            parts.append(part)
            before = phase
        return Content("\n").join(parts)

    def _highlight(self) -> None:
        """Give the code its colours; the first picture need not wait for pygments."""
        from tui.colours.code import highlighted  # noqa: PLC0415  (nothing else needs pygments)

        if self._run is not None:
            self._lines = numbered_lines(self._run, highlighted)
            self.refresh()


def file_of(run: RunInfo) -> str:
    """The backend's own file, not one that it shares with others."""
    files = [code.file.rpartition("/")[2] for code in run.code]
    return next((file for file in files if not file.startswith("_")), files[0])


def numbered_lines(
    run: RunInfo, lines_of: Callable[[str], Sequence[Content]]
) -> list[tuple[int, Content]]:
    """Every line of the phases' code, with the number of its phase; -1: no phase.

    Args:
        run: whose code.
        lines_of: the lines of a phase's code, as they are shown.
    """
    lines: list[tuple[int, Content]] = []
    for number, code in enumerate(run.code):
        if lines:
            lines.append((-1, Content("")))
        lines.extend((number, line) for line in lines_of(code.text))
    return lines


def _plain(text: str) -> list[Content]:
    return [Content(line) for line in text.split("\n")]


def wrap_code(line: Content, width: int) -> list[Content]:
    """Break a line of code at blanks, what follows indented by eight more than its begin."""
    indent = len(line.plain) - len(line.plain.lstrip()) + 8
    parts = []
    while len(line) > width and (cut := line.plain.rfind(" ", indent, width + 1)) > 0:
        parts.append(line[:cut])
        line = Content(" " * indent) + line[cut + 1 :]
    return [*parts, line]
