"""The line of epochs: where it begins, where it stands, how far it has been."""

from __future__ import annotations

from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import Snapshot
from tui.charts.kit.canvas import Span
from tui.charts.timeline import epoch_at, timeline_bar
from tui.engine.commands import Goto
from tui.engine.report import Report
from tui.panes.kit.painting import Picture, painted
from tui.text import counted
from tui.wishes import Wish

ROLES = ("rail", "label", "cursor", "breakpoint", "tick")


class Timeline(Picture):
    """One line; a click goes to the epoch that stands there, or to the breakpoints beside it."""

    HELP = (
        "The epochs from the first to the latest that was run: ● is where you are, ┴ are states "
        "kept on the way (going back runs forward from the nearest), ◆ breakpoints on an epoch; "
        "behind the line stand all that are set; ┼ is where the run was forked off the one before. "
        "A click goes there."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    Timeline { height: 1; padding: 0 1; }
    Timeline > .chart--rail { color: $rule; }
    Timeline > .chart--label { color: $text-muted; }
    Timeline > .chart--cursor { color: $text-accent; text-style: bold; }
    Timeline > .chart--breakpoint { color: $foreground; text-style: bold; }
    Timeline > .chart--tick { color: $text-muted; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def paint_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.content_size.width, self.rich_style
        if snapshot is None or y > 0:
            return Strip.blank(width, style)
        stops = stops_of(snapshot, width // 2)
        spans = timeline_bar(
            width - len(stops),
            origin=snapshot.first,
            epoch=snapshot.epoch,
            latest=snapshot.latest,
            stride=snapshot.keyframe_stride,
            breakpoints=_marked(snapshot),
            forks=snapshot.forks,
        )
        behind = (Span(stops, "breakpoint"),) if stops else ()
        return painted(self, (*spans, *behind), width)

    def on_click(self, event: Click) -> None:
        """Go where the click was."""
        snapshot = self.report.snapshot
        offset = event.get_content_offset(self)
        if snapshot is None or offset is None:
            return
        width = self.content_size.width
        room = width - len(stops_of(snapshot, width // 2))
        epoch = epoch_at(
            offset.x,
            room,
            origin=snapshot.first,
            latest=snapshot.latest,
            breakpoints=_marked(snapshot),
        )
        if offset.x >= room:
            self.app.simulate_key("B")
        elif epoch is not None:
            self.post_message(Wish(Goto(epoch)))


def _marked(snapshot: Snapshot) -> list[int]:
    """The epochs of breakpoints on an epoch."""
    return [epoch for _, epoch in snapshot.breakpoints if epoch is not None]


def stops_of(snapshot: Snapshot, room: int) -> str:
    """The key of the breakpoints, and those that are set, or as much of that as has room."""
    stops = list(dict.fromkeys(words for words, _ in snapshot.breakpoints))
    forms = (" or ".join(stops), counted(len(stops), "condition"), f"{len(stops)}")
    fitting = (f"  B ◆ {words}" for words in forms if len(words) + len("  B ◆ ") <= room)
    return next(fitting, "") if stops else ""
