"""The numbers of the present epoch: the loss, and the first rows of the data at these weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from rich.text import Text
from textual.reactive import reactive

from linreg_core import Metrics, Snapshot, visible
from tui.digits import few, share, shortest
from tui.engine.report import Report
from tui.panes.kit.pane import Pane
from tui.panes.kit.text_pane import wrap
from tui.text import compact, counted, shorten
from tui.worksheet import formats_of, given

COLUMN_WIDTH = 14
SAMPLE_WIDTH = 11
LABEL_WIDTH = 24

LEAST_SAMPLE = 4
"""Lines for rows of the data that are worth more than a blank line above them."""


class EpochPanel(Pane):
    """How good the fit is, largest gradient, and target, prediction and residual row by row."""

    NAME = "epoch"

    HELP = (
        "What the run has come to so far, in a few numbers, as the backend computed them; where "
        "rows are held out the same on these, about their own mean; and the first rows of the data "
        "with their predictions."
    )

    DEFAULT_CSS = """
    EpochPanel { padding: 0 1; }
    """

    report: reactive[Report] = reactive(Report)
    """The engine's latest report."""

    detail: reactive[bool] = reactive(False)
    """Whether all digits are shown."""

    def render(self) -> Text:
        snapshot = self.report.snapshot
        if snapshot is None:
            return Text("")
        lines = wrap(visible(snapshot.verdict.message), self.size.width)
        lines += summary_lines(snapshot, detail=self.detail)
        if self.detail:
            lines += wrap(ran_words(snapshot), self.size.width)
        if self.size.height - len(lines) > LEAST_SAMPLE:
            lines.append("")
        room = self.size.height - len(lines) - 1  # the last line counts the other rows
        lines += sample_lines(snapshot, self.size.width, room, detail=self.detail)
        return Text("\n".join(lines), no_wrap=True)


def ran_words(snapshot: Snapshot) -> str:
    """By which way epochs run, and how many of them the phases have confirmed; or what hinders."""
    ran = snapshot.ran
    proved = f", {counted(ran.proved, 'epoch')} proved" if ran.proved else ""
    return f"run by {ran.way}{proved}" + (f"; {ran.note}" if ran.note else "")


def summary_lines(snapshot: Snapshot, *, detail: bool = False) -> list[str]:
    """What one number says about the whole epoch, or one for each part of the rows."""
    # The loss is the backend's own, as everywhere; what follows from it is judged in float64.
    parts, heading = [replace(snapshot.metrics, loss=snapshot.backend_loss)], []
    if snapshot.test is not None:
        parts.append(snapshot.test.metrics)
        words = zip(parts, ("rows", "held out"), strict=True)
        titles = (f"{compact(part.rows)} {word}".rjust(COLUMN_WIDTH) for part, word in words)
        heading = [" " * LABEL_WIDTH + "".join(titles)]
    target = shorten(visible(snapshot.run.target), LABEL_WIDTH - len("√loss, in "))
    largest = float(np.abs(snapshot.gradient).max())
    cell = partial(_cell, write=shortest if detail else few)
    of_all = partial(_cell, write=shortest if detail else share)
    measures: tuple[tuple[str, Callable[[Metrics], str]], ...] = (
        ("loss (MSE)", lambda part: cell(part.loss)),
        (f"√loss, in {target}", lambda part: cell(part.rmse)),
        ("mean |ŷ - y|", lambda part: cell(part.mae)),
        ("R²", lambda part: of_all(part.r2)),
        *(
            []
            if snapshot.run.settings.bias
            else [("R² about 0", lambda p: of_all(p.r2_about_zero))]
        ),
    )
    is_rounded = np.isfinite(snapshot.backend_loss) and snapshot.backend_loss != snapshot.loss
    return [
        *heading,
        *(f"{title:<{LABEL_WIDTH}}" + "".join(map(text, parts)) for title, text in measures),
        *[f"{'loss in float64':<{LABEL_WIDTH}}{cell(snapshot.loss)}"] * bool(is_rounded),
        f"{'largest |gradient|':<{LABEL_WIDTH}}{cell(largest)}",
    ]


def _cell(value: float | None, *, write: Callable[[float], str]) -> str:
    return ("-" if value is None else write(value)).rjust(COLUMN_WIDTH)


def sample_lines(snapshot: Snapshot, width: int, room: int, *, detail: bool = False) -> list[str]:
    """As many rows of the data as there is room for, under a heading."""
    sample, rows, formats = snapshot.sample, snapshot.run.rows, formats_of(snapshot, detail=detail)
    shown = min(len(sample.target), max(room - 1, 0))
    columns = (
        ("y", sample.target, partial(given, number_format=formats.prediction)),
        ("ŷ", sample.prediction, formats.prediction.write),
        ("ŷ - y", sample.residual, formats.residual.write),
    )
    cells = [[title, *map(write, values[:shown])] for title, values, write in columns]
    widths = [max(SAMPLE_WIDTH, *map(len, column)) for column in cells]
    lines = []
    for row, texts in enumerate(zip(*cells, strict=True)):
        numbers = "".join(f" {text:>{w}}" for text, w in zip(texts, widths, strict=True))
        lines.append(shorten(f"{row or 'row':>4}" + numbers, width))
    if shown < rows:
        lines.append(f"   … {rows - shown:,} more rows")
    return lines
