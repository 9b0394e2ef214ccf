"""The learning rate between 0 and the limit beyond which a run diverges, as text. Pure."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from tui.charts.kit.canvas import ChartRow, Span
from tui.digits import few, rate

LEAST_RAIL = 6
"""The shortest rail, in cells, that is worth drawing."""


def rate_gauge(
    width: int, *, lr: float, best: float, limit: float, rule: str | None = None
) -> ChartRow:
    """Draw ``lr 0.0001 ●────────────┼───────────◆┤ limit 0.033063``; past the limit ``┤●``.

    ┼ is half of the limit, the rate of the rule auto; ◆ the best fixed rate. Of those that fall
    into one cell the learning rate is drawn, else the best one. Where the rail would be too short
    there are only the numbers.

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
    cells = [Span("─", "rail")] * rail
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

    At the first cell it is that of a quarter of one: a learning rate is never 0. What stands past
    the end is a little above the limit.
    """
    before, rail, _ = _parts(width, lr, limit, rule)
    cell = x - len(before)
    if not rail or not 0 <= cell <= rail + 1:
        return None
    return float(f"{max(cell, 0.25) / (rail - 1) * limit:.2g}")


def _parts(width: int, lr: float, limit: float, rule: str | None) -> tuple[str, int, str]:
    """What stands before the rail, how many cells it has, 0 where there is no room, and after."""
    before = f"lr {rate(lr)} " + (f"({rule}) " if rule else "")
    texts = [f" limit {few(limit)}", f" {few(limit)}"]
    rails = [(width - len(before) - len(text) - 2, text) for text in texts]  # 2: past the limit
    rail, after = next((pair for pair in rails if pair[0] >= LEAST_RAIL), (0, texts[0]))
    return before, rail, after


def _cell(rate: float, limit: float, rail: int) -> int:
    """Return the cell of a rate from 0 to the limit, the nearest."""
    return round(rate / limit * (rail - 1))
