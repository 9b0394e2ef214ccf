"""Any size of the terminal, from one cell up: every chart, every pane, every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, islice, product

import numpy as np
import pytest
from rich.cells import cell_len
from textual.geometry import Size

from linreg_core import Axes, Compared, Comparison, Snapshot, TrainConfig, load_problem
from tests.app.driver import SMALL, driving, inline, lines_of
from tui.charts.digits import digits_chart
from tui.charts.kit.canvas import ChartRow
from tui.charts.kit.scale import Floats, Ints
from tui.charts.landscape import PatchRow
from tui.charts.loss import loss_chart
from tui.charts.readout import readout_text
from tui.charts.timeline import epoch_at, timeline_bar
from tui.colours.app import ReadableApp
from tui.engine.commands import Fork, LookAlong, Run, SetBreakpoints
from tui.engine.report import Report
from tui.pages.why.digits_plot import DigitsPlot
from tui.panes.catalogue import PANES
from tui.panes.pictures.fit_plot import fit_rows
from tui.panes.pictures.landscape_plot import landscape_rows
from tui.panes.pictures.loss_plot import LossPlot
from tui.panes.rate_gauge import gauge_row
from tui.panes.too_small import TooSmall

WIDTHS, HEIGHTS = range(1, 13), range(1, 7)
FEW_WIDTHS, FEW_HEIGHTS = (1, 3, 12), (1, 6)

SIZES = [(1, 1), (2, 24), (60, 1), (12, 6), (160, 18), (1, 40)]
MORE_SIZES = [*product((1, 2, 3, 5, 12, 59, 60, 99, 100, 159, 160, 300), (1, 2, 3, 17, 18, 100))]

PAGES = ["N", "g", "o", "c", "w", "B", "v", "W", "e", "question_mark", "ctrl+p"]
"""The keys that open a page; the last one is Textual's own, the command palette."""


def report_of(source: str, epochs: int, **config: object) -> Report:
    """What an engine says of a run; one that has begun is a fork, with breakpoints."""
    engine = inline(source, epochs=epochs, **config)
    if epochs:
        engine.send(SetBreakpoints("epoch == 3"))
        engine.send(Fork(edited=(0, 1.5)))
        engine.send(Run(epochs))
    return engine.latest


def along_one_axis() -> Report:
    engine = inline("article", epochs=20)
    engine.send(LookAlong(Axes("weights", (0,))))
    return engine.latest


REPORTS: dict[str, Callable[[], Report]] = {
    "not begun": partial(report_of, "article", 0),
    "forked": partial(report_of, "article", 50),
    "one feature": partial(report_of, "line", 20),
    "collinear": partial(report_of, "collinear", 5),
    "diverged": partial(report_of, "article", 2000, lr=1.0),
    "one axis": along_one_axis,
}


def compared() -> Compared:
    comparison = Comparison(load_problem("article"), TrainConfig(), 200)
    comparison.advance(None)
    return comparison.summary()


def exact(snapshot: Snapshot, epochs: Ints) -> Floats:
    return np.asarray(snapshot.theory.losses(epochs), dtype=np.float64)


def loss_rows(report: Report, width: int, height: int, *, log: bool) -> tuple[ChartRow, ...]:
    snapshot = report.snapshot
    assert snapshot is not None
    return loss_chart(
        snapshot.curve,
        width,
        height,
        ghosts=[ghost.curve for ghost in report.ghosts],
        exact=partial(exact, snapshot),
        floor=snapshot.theory.floor,
        window=None if log else (0, 10),
        cursor=3,
        readout=5,
        log_x=log,
        log_y=log,
        braille=log,
    ).rows


@pytest.mark.parametrize("name", REPORTS)
def test_every_chart_fills_any_area(name: str, is_long: bool) -> None:
    if not is_long and name not in ("not begun", "forked"):
        pytest.skip("only with --long")
    sizes = product(WIDTHS, HEIGHTS) if is_long else product(FEW_WIDTHS, FEW_HEIGHTS)
    report = REPORTS[name]()
    snapshot = report.snapshot
    assert snapshot is not None
    comparison = compared() if name == "not begun" else None
    for (width, height), is_full in product(sizes, (False, True)):
        charts: list[Sequence[ChartRow | PatchRow]] = [
            loss_rows(report, width, height, log=is_full),
            fit_rows(snapshot, width, height, braille=is_full),
            landscape_rows(
                snapshot.landscape, width, height, braille=is_full, colored=is_full
            ).rows,
        ]
        if comparison is not None:
            charts.append(digits_chart(comparison, width, height, log_x=is_full, braille=is_full))
        for rows in charts:
            assert [cell_len("".join(piece.text for piece in row)) for row in rows] == (
                [width] * height
            ), (width, height, rows)


def test_what_has_one_line_fills_any_width() -> None:
    snapshot = report_of("article", 50).snapshot
    assert snapshot is not None
    for width in WIDTHS:
        bar = timeline_bar(width, origin=0, epoch=7, latest=50, stride=8, breakpoints=[3, 49, 99])
        assert cell_len("".join(piece.text for piece in bar)) == width
        assert epoch_at(0, width, origin=0, latest=50) == 0
        assert cell_len("".join(piece.text for piece in gauge_row(snapshot, width))) <= width
        assert len(readout_text(snapshot.curve, 5, width, exact=partial(exact, snapshot))) <= width


class Alone(ReadableApp):
    """Widgets that fill the terminal, one after another."""

    CSS = "Alone * { display: block; height: 1fr; max-height: 100%; }"


async def test_every_pane_is_drawn_in_any_room(is_long: bool) -> None:
    reports = [read() for read in (REPORTS.values() if is_long else [REPORTS["forked"]])]
    sizes = [*product(WIDTHS, HEIGHTS)] if is_long else [(1, 6), (3, 3)]
    comparison = compared()
    async with Alone().run_test(size=SMALL) as pilot:
        screen, driver = pilot.app.screen, pilot.app._driver
        assert driver is not None
        for pane in (*PANES, DigitsPlot, TooSmall):
            widget = pane()
            await pilot.app.mount(widget)
            for (width, height), report in product(sizes, reports):
                if isinstance(widget, DigitsPlot):
                    widget.comparison = comparison
                elif not isinstance(widget, TooSmall):
                    widget.report = report
                if isinstance(widget, LossPlot):
                    widget.move_readout(-2)
                screen._refresh_layout(Size(width, height))
                screen._compositor.render_update(full=True)
                assert len(lines_of(screen)) == height, pane
            await widget.remove()


async def test_every_page_opens_and_lives_at_any_size(is_long: bool) -> None:
    sizes = cycle(SIZES)
    async with driving(inline("article", epochs=20), size=SMALL) as drive:
        for page in ["", *PAGES] if is_long else ["", *PAGES[::3]]:
            await drive.press(*([page] if page else []))
            for width, height in MORE_SIZES if is_long else islice(sizes, 2):
                await drive.resize(width, height)
                drive.app.screen._compositor.render_update(full=True)  # before anything is hidden
                drive.send_key("tab" if page else "n")
                drive.send_key("down" if page else "t")
                await drive.pilot.pause(0)
                assert len(lines_of(drive.app.screen)) == height, (page, width, height)
            while drive.app.screen is not drive.main:
                await drive.press("escape")
        await drive.resize(*SMALL)
        assert "Weights" in drive.text
