"""The loss over one or two weights, and the path of the run over it."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import numpy as np
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.reactive import reactive
from textual.strip import Strip

from linreg_core import visible
from tui.charts.bands import MOST_BANDS
from tui.charts.landscape import Patch, PatchRow, landscape_chart, plain
from tui.charts.one_weight import one_weight_chart
from tui.engine.report import Report
from tui.panes.pictures.painting import Picture
from tui.text import compact

if TYPE_CHECKING:
    from linreg_core import Landscape

ROLES = ("axis", "ground", "border", "loss", "path", "start", "latest", "optimum")

NEGLIGIBLE = 1e-6
"""The part of the first loss up to which a smallest loss changes no digit of a label."""


READABLE = 0.35
"""The least difference of brightness, from 0 to 1, between a text and the band behind it."""


class LandscapePlot(Picture, can_focus=False):
    """The landscape; it fills its pane."""

    HELP = (
        "The loss over two weights as a map: each band is a range of losses, above the smallest "
        "one, and the numbers on the map say where a band ends. Dots are the path of the run from "
        "○ to ●; ✕ is the optimum. A long narrow valley is what makes gradient descent slow: it "
        "falls into the valley fast and creeps along it. With one weight: the loss over it."
    )

    COMPONENT_CLASSES = {f"landscape-plot--{role}" for role in (*ROLES, "low", "high")}

    DEFAULT_CSS = """
    LandscapePlot {
        border: round $primary; border-title-color: $text; border-subtitle-color: $text-muted;
    }
    LandscapePlot > .landscape-plot--axis { color: $foreground-darken-2; }
    LandscapePlot > .landscape-plot--ground { color: $foreground-darken-3; }
    LandscapePlot > .landscape-plot--border { color: $foreground; }
    LandscapePlot > .landscape-plot--loss { color: $text-success; }
    LandscapePlot > .landscape-plot--path { color: $text-warning; text-style: bold; }
    LandscapePlot > .landscape-plot--start { color: $text-warning; text-style: bold; }
    LandscapePlot > .landscape-plot--latest { color: $text-warning; text-style: bold; }
    LandscapePlot > .landscape-plot--optimum { color: $foreground; text-style: bold; }
    LandscapePlot > .landscape-plot--low { color: $background; }
    LandscapePlot > .landscape-plot--high { color: $primary; }
    LandscapePlot:light {
        & > .landscape-plot--path, & > .landscape-plot--start, & > .landscape-plot--latest {
            color: $foreground;
        }
    }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    def __init__(self, *, braille: bool | None = None, colored: bool | None = None) -> None:
        super().__init__()
        self.border_title = "Landscape"
        is_console = os.environ.get("TERM") == "linux"
        self._braille = not is_console if braille is None else braille
        # 16 colours are too few for the bands, and greys are no better.
        bare = is_console or "NO_COLOR" in os.environ
        self._colored = not bare if colored is None else colored
        self._rows: tuple[PatchRow, ...] = ()
        self._drawn: object = None
        self._styles: dict[object, Style] = {}
        self._bands: list[RichColor] = []

    def paint_line(self, y: int) -> Strip:
        if y == 0:
            self._draw()
        width, style = self.size.width, self.rich_style
        if y >= len(self._rows):
            return Strip.blank(width, style)
        styles = [self._style_of(patch) for patch in self._rows[y]]
        segments = [
            Segment(patch.text, style) for patch, style in zip(self._rows[y], styles, strict=True)
        ]
        return Strip(segments).adjust_cell_length(width, style)

    def watch_report(self) -> None:
        if (snapshot := self.report.snapshot) is not None:
            self.border_title = landscape_title(snapshot.landscape)
            self.border_subtitle = "○ start  ● here  ✕ optimum"

    def _style_of(self, patch: Patch) -> Style:
        """Look a style up: a picture has thousands of patches, and few dozens of styles."""
        look = patch[1:]
        if look not in self._styles:
            role = self.get_component_rich_style(f"landscape-plot--{patch.role}", partial=True)
            front, back = (
                None if band is None else self._bands[band] for band in (patch.front, patch.back)
            )
            self._styles[look] = self.rich_style + role + Style(color=front, bgcolor=back)
        return self._styles[look]

    def _draw(self) -> None:
        """Build the chart, unless nothing that it shows is new."""
        low, high, text = (
            self.get_component_styles(f"landscape-plot--{name}").color
            for name in ("low", "high", "border")
        )
        self._styles = {}
        self._bands = [color.rich_color for color in band_colors(low, high, text)]
        snapshot = self.report.snapshot
        # The terminal's own colours have no known values, and none between them.
        colored = self._colored and low.ansi is None and high.ansi is None
        wanted = (snapshot, self.size, colored)
        if snapshot is None or wanted == self._drawn:
            return
        self._rows = landscape_rows(
            snapshot.landscape, *self.size, braille=self._braille, colored=colored
        )
        self._drawn = wanted


def band_colors(low: Color, high: Color, text: Color) -> list[Color]:
    """Blend the colours of the bands, MOST_BANDS of them, from low to high.

    They end before high where a text could not be read on it.
    """
    parts = (part / 10 for part in range(10, 3, -1))
    tops = (low.blend(high, part) for part in parts)
    readable = (top for top in tops if abs(top.brightness - text.brightness) >= READABLE)
    top = next(readable, low.blend(high, 0.3))
    return [low.blend(top, band / (MOST_BANDS - 1)) for band in range(MOST_BANDS)]


def landscape_title(landscape: Landscape) -> str:
    """Say what the numbers on the map are."""
    if len(landscape.names) == 1:
        return "Landscape: loss"
    with np.errstate(over="ignore", invalid="ignore"):
        first = landscape.losses(*landscape.path[:1].T)
    if math.isfinite(landscape.floor) and landscape.floor > NEGLIGIBLE * max(first, default=0):
        return f"Landscape: loss − {compact(landscape.floor)}, its minimum"
    return "Landscape: loss"


def landscape_rows(
    landscape: Landscape, width: int, height: int, *, braille: bool, colored: bool
) -> tuple[PatchRow, ...]:
    """Draw the loss over one weight or over two."""
    names = [visible(name) for name in landscape.names]
    what = (landscape.losses, landscape.path, landscape.optimum, width, height)
    if len(names) == 1:
        return plain(one_weight_chart(*what, name=names[0], braille=braille))
    return landscape_chart(
        *what,
        names=(names[0], names[1]),
        floor=landscape.floor,
        colored=colored,
        braille=braille,
    )
