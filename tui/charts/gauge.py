"""The learning rate between 0 and the limit beyond which a run diverges, as text. Pure."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from tui.charts.kit.canvas import ChartRow, Span
from tui.text import compact

LEAST_RAIL = 12
"""The shortest rail, in cells, that is worth drawing."""

BEFORE, AFTER = "lr ", " limit "


def rate_gauge(width: int, *, lr: float, best: float, limit: float, limit_text: str) -> ChartRow:
    """Draw ``lr ●────────────┼───────────◆┤  limit 0.0331``; at the limit and past it ``┤●``.

    ┼ is half of the limit, the rate of the rule auto; ◆ the best fixed rate. Of those that fall
    into one cell the learning rate is drawn, else the best one. Where the rail would be too short
    there are only the numbers.

    Args:
        width: number of cells, >= 1.
        lr: the learning rate, > 0.
        best: the best fixed rate, 0 < best < limit.
        limit: the limit, > 0.
        limit_text: the limit as it is written.

    Returns:
        Pieces of ``width`` cells together, with the roles "label", "rail", "best", "rate" and, for
        a rate that never settles, "alarm".
    """
    after = AFTER + limit_text
    rail = width - len(BEFORE) - len(after) - 2  # two cells for what is past the limit
    if rail < LEAST_RAIL:
        numbers = f"{BEFORE}{compact(lr)},{after}"
        return (Span(numbers[:width].ljust(width), "label" if lr < limit else "alarm"),)
    cells = [Span("─", "rail")] * rail
    cells[_cell(limit / 2, limit, rail)] = Span("┼", "rail")
    cells[_cell(best, limit, rail)] = Span("◆", "best")
    past = [Span("┤", "rail"), Span(" ", "rail")]
    if lr < limit:
        cells[_cell(lr, limit, rail)] = Span("●", "rate")
    else:
        past[1] = Span("●", "alarm")
    pieces = [Span(BEFORE, "label"), *cells, *past, Span(after, "label")]
    return tuple(
        Span("".join(piece.text for piece in group), role)
        for role, group in groupby(pieces, attrgetter("role"))
    )


def _cell(rate: float, limit: float, rail: int) -> int:
    return min(int(rate / limit * rail), rail - 1)
