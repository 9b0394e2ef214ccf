"""The code that runs: the backend's own methods, the next one marked."""

from __future__ import annotations

from textual.content import Content
from textual.highlight import highlight
from textual.reactive import reactive
from textual.widget import Widget

from linreg_core import RunInfo
from tui.engine.report import Report


class SourcePane(Widget):
    """The phases' methods, highlighted once per run; only the mark moves."""

    HELP = (
        "The backend's own code, as it runs: the methods of one epoch in their order. ▶ marks the "
        "one that runs next; the file's name is above."
    )

    DEFAULT_CSS = """
    SourcePane { border: round $primary; border-title-color: $text; }
    """

    report: reactive[Report] = reactive(Report, repaint=False)
    """The engine's latest report."""

    def __init__(self) -> None:
        super().__init__()
        self._run = 0
        self._lines: list[tuple[int, Content]] = []
        self._files: tuple[str, ...] = ()
        self._shown = (0, 0)

    def watch_report(self, report: Report) -> None:
        """Take the code once per run, and say which file is looked at."""
        snapshot = report.snapshot
        if snapshot is None:
            return
        if report.run != self._run:
            self._run = report.run
            self._lines = numbered_lines(snapshot.run)
            self._files = tuple(code.file for code in snapshot.run.code)
        if (report.run, snapshot.phases_done) != self._shown:
            self._shown = report.run, snapshot.phases_done
            self.border_title = self._files[snapshot.phases_done]
            self.refresh()

    def render(self) -> Content:
        snapshot, (width, height) = self.report.snapshot, self.content_size
        if snapshot is None:
            return Content("")
        lines = [
            (phase, part) for phase, line in self._lines for part in wrap_code(line, width - 2)
        ]
        marked = [i for i, (phase, _) in enumerate(lines) if phase == snapshot.phases_done]
        # The whole marked method in view, with what stands around it.
        first = max(0, min(marked[0] - (height - len(marked)) // 2, len(lines) - height))
        shown = lines[first : first + height]
        return Content("\n").join(
            Content("▶ " if phase == snapshot.phases_done else "  ") + line for phase, line in shown
        )


def numbered_lines(run: RunInfo) -> list[tuple[int, Content]]:
    """Every line of the phases' code, highlighted, with the number of its phase; -1: no phase."""
    lines: list[tuple[int, Content]] = []
    for number, code in enumerate(run.code):
        if lines:
            lines.append((-1, Content("")))
        highlighted = highlight(code.text, language="python").split("\n")
        lines.extend((number, line) for line in highlighted)
    return lines


def wrap_code(line: Content, width: int) -> list[Content]:
    """Break a line of code at blanks, what follows indented by eight more than its begin."""
    indent = len(line.plain) - len(line.plain.lstrip()) + 8
    parts = []
    while len(line) > width and (cut := line.plain.rfind(" ", indent, width + 1)) > 0:
        parts.append(line[:cut])
        line = Content(" " * indent) + line[cut + 1 :]
    return [*parts, line]
