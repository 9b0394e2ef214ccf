"""The loss over one or two weights, and the path of the run over it."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import visible
from tui.charts.aim import Cell, Map
from tui.charts.bands import MOST_BANDS
from tui.charts.landscape import Patch, PatchRow, landscape_chart, plain
from tui.charts.one_weight import one_weight_chart
from tui.colours.contrast import LEAST, contrast
from tui.digits import few
from tui.engine.report import Report
from tui.panes.kit.chart_pane import ChartPane, is_console

if TYPE_CHECKING:
    from linreg_core import Landscape

ROLES = (
    "ground",
    "border",
    "loss",
    "path",
    "step",
    "start",
    "latest",
    "optimum",
    "aim",
    "low",
    "high",
)

NEGLIGIBLE = 1e-6
"""The part of the first loss up to which a smallest loss changes no digit of a label."""


class LandscapePlot(ChartPane[Patch], can_focus=True):
    """The landscape; it fills its pane."""

    NAME = "landscape"

    HELP = (
        "The loss over two weights as a map: each band is a range of losses, above the smallest "
        "one, and the numbers on the map say where a band ends. Dots are the path of the run from "
        "○ to ●, the last epochs joined by a line; the arrow shows where the next one leads. ✕ is "
        "the best fit, and ⊗ says that the run is there, as far as can be drawn. A "
        "long narrow valley is what makes gradient descent slow: it falls into the valley fast and "
        "creeps along it. Of more than two weights the steepest direction and the one that holds "
        "the run are shown (v chooses others). With one weight: the loss over it. A click begins "
        "there, as a fork; with the focus (tab) the arrow keys, or h j k l, aim (┼) and enter "
        "begins."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "aim(-1, 0)", "Aim left", show=False),
        Binding("right,l", "aim(1, 0)", "Aim right", show=False),
        Binding("up,k", "aim(0, -1)", "Aim up", show=False),
        Binding("down,j", "aim(0, 1)", "Aim down", show=False),
        Binding("enter", "begin", "Begin here", show=False),
    ]

    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}

    DEFAULT_CSS = """
    LandscapePlot > .chart--ground { color: $text-muted; }
    LandscapePlot > .chart--border { color: $foreground; }
    LandscapePlot > .chart--loss { color: $hue-blue; }
    LandscapePlot > .chart--path { color: $foreground; text-style: bold; }
    LandscapePlot > .chart--step { color: $text-accent; text-style: bold; }
    LandscapePlot > .chart--start { color: $foreground; text-style: bold; }
    LandscapePlot > .chart--latest { color: $text-accent; text-style: bold; }
    LandscapePlot > .chart--optimum { color: $foreground; text-style: bold; }
    LandscapePlot > .chart--aim { background: $foreground; color: $background; }
    LandscapePlot > .chart--low { color: $background; }
    LandscapePlot > .chart--high { color: $primary; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    aim: reactive[Cell | None] = reactive[Cell | None](None)
    """The cell that is aimed at with the keys; ``None``: none is."""

    class Chosen(Message):
        """A run is to begin at a point.

        Args:
            point: its coordinates, as many as the landscape has.
        """

        def __init__(self, point: tuple[float, ...]) -> None:
            super().__init__()
            self.point = point

    def __init__(self, *, braille: bool | None = None, colored: bool | None = None) -> None:
        super().__init__(braille=braille)
        self._chart: Map[PatchRow] = Map((), 0)
        # 16 colours are too few for the bands, and greys are no better.
        bare = is_console() or "NO_COLOR" in os.environ
        self._wants_color = not bare if colored is None else colored
        self._colored = self._wants_color
        self._bands: list[RichColor] = []

    def watch_report(self, old: Report, new: Report) -> None:
        if new.run != old.run:
            self.aim = None
        self._say()

    def on_blur(self) -> None:
        """Aim at nothing any more."""
        self.aim = None

    def watch_aim(self) -> None:
        self._say()

    def _say(self) -> None:
        """Say where one aims, or what the marks are."""
        if (snapshot := self.report.snapshot) is None:
            return
        self.hint = landscape_hint(snapshot.landscape)
        point = None if self.aim is None else self._chart.point_at(self.aim)
        if point is not None:
            names = map(visible, snapshot.landscape.names)
            words = (f"{name} {few(value)}" for name, value in zip(names, point, strict=True))
            self.hint = f"enter begins at {', '.join(words)}"

    def action_aim(self, right: int, down: int) -> None:
        """Aim at the next cell; at first that where the run stands."""
        snapshot = self.report.snapshot
        here = self.aim
        if here is None and snapshot is not None:
            here = self._chart.cell_of(tuple(snapshot.landscape.path[-1].tolist()))
        if here is not None:
            self.aim = self._chart.nearest((here[0] + right, here[1] + down))

    def action_begin(self) -> None:
        """Begin where one aims."""
        self._begin_at(self.aim)

    def on_click(self, event: Click) -> None:
        """Begin where the mouse is."""
        offset = event.get_content_offset(self)
        self._begin_at(None if offset is None else (offset.x, offset.y))

    def _begin_at(self, cell: Cell | None) -> None:
        if cell is not None and (point := self._chart.point_at(cell)) is not None:
            self.post_message(self.Chosen(point))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Take the bands' colours from the theme, which may be another one now."""
        low, high, *texts = (
            self.get_component_styles(f"chart--{name}").color
            for name in ("low", "high", "border", "latest")
        )
        self._bands = [color.rich_color for color in band_colors(low, high, *texts)]
        # The terminal's own colours have no known values, and none between them.
        self._colored = self._wants_color and low.ansi is None and high.ansi is None
        return super().render_lines(crop)

    def key(self) -> object:
        """By its values: it stays the same while the phases of an epoch go by."""
        if self.report.snapshot is None:
            return None
        seen = self.report.snapshot.landscape
        arrays = seen.optimum, seen.curvature, seen.epochs, seen.path, seen.following
        values = (array.tobytes() for array in arrays)
        return (seen.names, seen.floor, *values, self._colored)

    def rows(self) -> tuple[PatchRow, ...]:
        assert self.report.snapshot is not None
        self._chart = landscape_rows(
            self.report.snapshot.landscape,
            *self.size,
            braille=self._braille,
            colored=self._colored,
        )
        return self._chart.rows

    def paint_line(self, y: int) -> Strip:
        strip = super().paint_line(y)
        if self.aim is None or self.aim[1] != y:
            return strip
        x, look = self.aim[0], self.get_component_rich_style("chart--aim")
        before, _, after = strip.divide([x, x + 1, strip.cell_length])
        return Strip.join([before, Strip([Segment("┼", look)]), after])

    def style_of(self, piece: Patch) -> Style:
        front, back = (
            None if band is None else self._bands[band] for band in (piece.front, piece.back)
        )
        return super().style_of(piece) + Style(color=front, bgcolor=back)


def band_colors(low: Color, high: Color, *texts: Color) -> list[Color]:
    """Blend the colours of the bands, MOST_BANDS of them, from low to high.

    They end before high where a text could not be read on it.
    """
    tops = (low.blend(high, part / 20) for part in range(20, 0, -1))
    top = next((top for top in tops if all(contrast(text, top) >= LEAST for text in texts)), low)
    return [low.blend(top, band / (MOST_BANDS - 1)) for band in range(MOST_BANDS)]


def landscape_hint(landscape: Landscape) -> str:
    """Say what the marks or, where one could err, the numbers on the map are."""
    marks = "○ start  ✕ best fit"
    if len(landscape.names) == 1:
        return marks
    with np.errstate(over="ignore", invalid="ignore"):
        first = landscape.losses(*landscape.path[:1].T)
    if math.isfinite(landscape.floor) and landscape.floor > NEGLIGIBLE * max(first, default=0):
        return f"numbers: loss - {few(landscape.floor)}"
    return marks


def landscape_rows(
    landscape: Landscape, width: int, height: int, *, braille: bool, colored: bool
) -> Map[PatchRow]:
    """Draw the loss over one weight or over two."""
    names = [visible(name) for name in landscape.names]
    what = (landscape.losses, landscape.path, landscape.optimum, width, height)
    if len(names) == 1:
        chart = one_weight_chart(*what, name=names[0], braille=braille)
        return Map(plain(chart.rows), width, chart.scales)
    return landscape_chart(
        *what,
        names=(names[0], names[1]),
        epochs=landscape.epochs,
        following=landscape.following,
        floor=landscape.floor,
        colored=colored,
        braille=braille,
    )
