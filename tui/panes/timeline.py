"""The line of epochs: where it begins, where it stands, how far it has been."""

from __future__ import annotations

from textual.events import Click
from textual.reactive import reactive
from textual.strip import Strip

from tui.charts.timeline import epoch_at, timeline_bar
from tui.engine.commands import Goto
from tui.engine.report import Report
from tui.panes.kit.painting import Picture, painted
from tui.wishes import Wish

ROLES = ("rail", "label", "cursor", "breakpoint", "tick")


class Timeline(Picture):
    """One line; a click goes to the epoch that stands there."""

    HELP = (
        "The epochs from the first to the latest that was run: ● is where you are, ┴ are states "
        "kept on the way (going back runs forward from the nearest), ◆ breakpoints on an epoch. "
        "A click goes there."
    )

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    Timeline { height: 1; padding: 0 1; }
    Timeline > .chart--rail { color: $rule; }
    Timeline > .chart--label { color: $text-muted; }
    Timeline > .chart--cursor { color: $text-accent; text-style: bold; }
    Timeline > .chart--breakpoint { color: $text-error; }
    Timeline > .chart--tick { color: $text-muted; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def paint_line(self, y: int) -> Strip:
        snapshot, width, style = self.report.snapshot, self.content_size.width, self.rich_style
        if snapshot is None or y > 0:
            return Strip.blank(width, style)
        spans = timeline_bar(
            width,
            origin=snapshot.origin,
            epoch=snapshot.epoch,
            latest=snapshot.latest,
            stride=snapshot.keyframe_stride,
            breakpoints=[epoch for _, epoch in snapshot.breakpoints if epoch is not None],
        )
        return painted(self, spans, width)

    def on_click(self, event: Click) -> None:
        """Go where the click was."""
        snapshot = self.report.snapshot
        offset = event.get_content_offset(self)
        if snapshot is None or offset is None:
            return
        epoch = epoch_at(
            offset.x, self.content_size.width, origin=snapshot.origin, latest=snapshot.latest
        )
        if epoch is not None:
            self.post_message(Wish(Goto(epoch)))
