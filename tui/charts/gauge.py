"""The learning rate below the limit beyond which a run diverges, as text. Pure."""

from __future__ import annotations

import math
from itertools import groupby
from operator import attrgetter

from tui.charts.kit.canvas import ChartRow, Span
from tui.digits import few, rate

LEAST_RAIL = 6
"""The shortest rail, in cells, that is worth drawing."""

DECADES = 3
"""Of the rail, below the limit: half or twice a rate is a step of one length anywhere on it."""


def rate_gauge(
    width: int, *, lr: float, best: float, limit: float, rule: str | None = None
) -> ChartRow:
    """Draw ``lr 0.0001 ├───●────┴─────────┴──────┼──◆┤ limit 0.033063``; past it ``┤●``.

    It is logarithmic: ┴ are a tenth and a hundredth of the limit, and ├ is its beginning, where
    smaller rates stand, too. ┼ is half of the limit, the rate of the rule auto; ◆ the best fixed
    rate. Of those that fall into one cell the learning rate is drawn, else the best one. Where the
    rail would be too short there are only the numbers.

    Args:
        width: number of cells, >= 1.
        lr: the learning rate, > 0.
        best: the best fixed rate, 0 < best < limit.
        limit: the limit, > 0.
        rule: that gave the learning rate; ``None``: it was given itself.

    Returns:
        Pieces of ``width`` cells together, with the roles "label", "rail", "best", "rate" and, for
        a rate that never settles, "alarm".
    """
    label = "label" if lr < limit else "alarm"
    before, rail, after = _parts(width, lr, limit, rule)
    if not rail:
        side = f"{before}{'<' if lr < limit else '≥'} {few(limit)}"
        text = next((text for text in (before + after[1:], side) if len(text) <= width), before)
        return (Span(text[:width].ljust(width), label),)
    cells = [Span("├", "rail"), *[Span("─", "rail")] * (rail - 1)]
    for decade in range(1, DECADES):
        cells[_cell(limit / 10**decade, limit, rail)] = Span("┴", "rail")
    cells[_cell(limit / 2, limit, rail)] = Span("┼", "rail")
    cells[_cell(best, limit, rail)] = Span("◆", "best")
    end = [Span("┤", "rail"), Span(" ", "rail")]
    if lr < limit:
        cells[_cell(lr, limit, rail)] = Span("●", "rate")
    else:
        end[1] = Span("●", "alarm")
    pieces = [Span(before, label), *cells, *end, Span(after, "label")]
    return tuple(
        Span("".join(piece.text for piece in group), role)
        for role, group in groupby(pieces, attrgetter("role"))
    )


def rate_at(
    x: int, width: int, *, lr: float, limit: float, rule: str | None = None
) -> float | None:
    """Return the learning rate, in few digits, at a cell of the rail; ``None`` beside it.

    What stands past the end is a little above the limit.
    """
    before, rail, _ = _parts(width, lr, limit, rule)
    cell = x - len(before)
    if not rail or not 0 <= cell <= rail + 1:
        return None
    return float(f"{10 ** (DECADES * (cell / (rail - 1) - 1)) * limit:.2g}")


def _parts(width: int, lr: float, limit: float, rule: str | None) -> tuple[str, int, str]:
    """What stands before the rail, how many cells it has, 0 where there is no room, and after."""
    before = f"lr {rate(lr)} " + (f"({rule}) " if rule else "")
    texts = [f" limit {few(limit)}", f" {few(limit)}"]
    rails = [(width - len(before) - len(text) - 2, text) for text in texts]  # 2: past the limit
    rail, after = next((pair for pair in rails if pair[0] >= LEAST_RAIL), (0, texts[0]))
    return before, rail, after


def _cell(rate: float, limit: float, rail: int) -> int:
    """Return the cell of a rate up to the limit, the nearest."""
    share = 1 + (math.log10(rate) - math.log10(limit)) / DECADES
    return round(max(share, 0.0) * (rail - 1))
