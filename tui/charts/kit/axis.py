"""The axes of a chart, in characters: labels where they have room. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

import numpy as np

from tui.charts.kit.scale import Scale
from tui.charts.kit.ticks import epoch_texts, tick_sets, value_texts

MIN_ROWS, MIN_COLUMNS = 3, 10
"""The shortest axes, in cells, that are worth labels: the upright one, the lying one."""


def value_labels(scale: Scale) -> dict[int, str]:
    """Label the axis beside the canvas: what stands at which cell, counted from the foot.

    Args:
        scale: of MIN_ROWS cells or more.
    """
    gap = 2 + scale.cells // 20 if scale.cells > MIN_ROWS else 1

    def place(ticks: list[Decimal]) -> list[tuple[int, str]]:
        placed: list[tuple[int, str]] = []
        for cell, label in zip(_cells(scale, ticks), value_texts(ticks), strict=True):
            if not placed or cell - placed[-1][0] >= gap:
                placed.append((cell, label))
        return placed

    return dict(_best(_even_first(scale, tick_sets(scale)), place))


def epoch_axis(scale: Scale) -> tuple[str, str]:
    """Draw the axis of epochs under the canvas: a line with tick marks, the labels under that.

    Args:
        scale: of MIN_COLUMNS cells or more.

    Returns:
        Two texts of ``scale.cells`` cells.
    """
    return _lying_axis(scale, tick_sets(scale, whole=True), epoch_texts)


def value_axis(scale: Scale) -> tuple[str, str]:
    """Draw an axis of values under the canvas: as ``epoch_axis`` does, with other labels."""
    return _lying_axis(scale, _even_first(scale, tick_sets(scale)), value_texts)


def _lying_axis(
    scale: Scale, candidates: Iterable[list[Decimal]], write: Callable[[list[Decimal]], list[str]]
) -> tuple[str, str]:
    gap = max(2, scale.cells // 20)

    def place(ticks: list[Decimal]) -> list[tuple[int, int, str]]:
        placed: list[tuple[int, int, str]] = []
        free = 0
        for cell, label in zip(_cells(scale, ticks), write(ticks), strict=True):
            start = min(max(0, cell - (len(label) - 1) // 2), scale.cells - len(label))
            if start >= free:
                placed.append((cell, start, label))
                free = start + len(label) + gap
        return placed

    line, labels = ["─"] * scale.cells, ""
    for cell, start, label in _best(candidates, place):
        line[cell] = "┬"
        labels = labels.ljust(start) + label
    return "".join(line), labels.ljust(scale.cells)


P = TypeVar("P")


def _best(
    candidates: Iterable[list[Decimal]], place: Callable[[list[Decimal]], list[P]]
) -> list[P]:
    """Place the finest ticks that all have room, else the coarsest of which two have."""
    best: list[P] = []
    for ticks in candidates:
        placed = place(ticks)
        if len(placed) == len(ticks):
            return placed
        if len(placed) >= min(2, len(best)):
            best = placed
    return best


def _even_first(scale: Scale, candidates: Iterable[list[Decimal]]) -> list[list[Decimal]]:
    """Keep the ticks that are three or more and lie at even distances; all, where none do."""
    sets = list(candidates)
    return [ticks for ticks in sets if _are_even(_cells(scale, ticks)[scale.floor > 0 :])] or sets


def _are_even(cells: list[int]) -> bool:
    return len(cells) > 2 and len(set(np.diff(cells))) == 1


def _cells(scale: Scale, ticks: list[Decimal]) -> list[int]:
    cells: list[int] = scale.cell(np.array([float(tick) for tick in ticks])).tolist()
    return cells
