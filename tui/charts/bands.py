"""Bands of a landscape: heights cut into a few levels with round borders, and labels. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Context, Decimal

import numpy as np

from tui.charts.kit.scale import Floats, Ints
from tui.charts.kit.ticks import value_texts

MOST_BANDS = 9
"""More of them are no longer told apart, neither as shades of a colour nor as characters."""

LOWEST = 0.02
"""The part of the picture that lies below the lowest border, about.

Less would break the lowest band of a narrow valley into pieces, where it falls between samples.
"""

NEAREST, FAR = 7, 20
"""How far labels stand from each other and from what they must not hide, in cells: the least
distance, and the one beyond which more is no better.
"""


def borders(heights: Floats) -> tuple[Decimal, ...]:
    """Choose the borders between bands: round, rising, at about equal ratios.

    Args:
        heights: any shape; what is not finite or not above 0 does not count.

    Returns:
        From 1 to MOST_BANDS - 1 borders; none where no height counts.
    """
    counted = heights[np.isfinite(heights) & (heights > 0)]
    if len(counted) == 0:
        return ()
    lowest = np.quantile(counted, LOWEST, method="lower")  # a mean of two may overflow
    low, high = (Decimal(float(end)) for end in (lowest, counted.max()))
    return next(rounds for rounds in _rounds(low, high) if 0 < len(rounds) < MOST_BANDS)


def _rounds(low: Decimal, high: Decimal) -> Iterator[tuple[Decimal, ...]]:
    """Give sets of round numbers from low to high, from fine to coarse; at last low, about."""
    powers = range(low.adjusted(), high.adjusted() + 1)
    coarse = (((1,), step) for step in (1, 2, 3, 5, 10, 20, 50, 100))
    for digits, step in (((1, 2, 5), 1), ((1, 3), 1), *coarse):
        numbers = [Decimal(digit).scaleb(p) for p in powers if p % step == 0 for digit in digits]
        yield tuple(number for number in numbers if low <= number < high)
    yield (low.normalize(Context(prec=2, rounding=ROUND_DOWN)),)


def band_of(heights: Floats, edges: tuple[Decimal, ...]) -> Ints:
    """Return the band of each height: 0 below the lowest border; what is not a number is on top."""
    bands: Ints = np.searchsorted([float(edge) for edge in edges], heights, side="right")
    return bands


def label_positions(
    bands: Ints, edges: tuple[Decimal, ...], taken: Ints
) -> list[tuple[int, int, str]]:
    """Choose where the borders between bands are labelled, as far apart as they can be.

    Args:
        bands: of each cell, shape (rows, columns).
        edges: the borders, as from ``borders``.
        taken: row and column of the cells that must stay in sight, shape (t, 2), t >= 0.

    Returns:
        Row, first column and text of each label. A border that is not in the picture, or has no
        place NEAREST cells from all that is taken, has none.
    """
    labels: list[tuple[int, int, str]] = []
    for band, text in enumerate(value_texts(list(edges))):
        below = bands <= band
        at_border = np.zeros_like(below)
        at_border[:, 1:] |= below[:, 1:] != below[:, :-1]
        at_border[1:] |= below[1:] != below[:-1]
        half = len(text) // 2
        at_border[:, : half + 1] = False
        at_border[:, bands.shape[1] - len(text) + half :] = False
        cells = np.argwhere(at_border)
        if len(cells) == 0:
            continue
        room = np.full(len(cells), float(FAR))
        for row, column in np.unique(taken, axis=0):
            # A cell is twice as high as it is wide.
            np.minimum(room, np.hypot(2 * (cells[:, 0] - row), cells[:, 1] - column), out=room)
        best = int(room.argmax())
        if room[best] >= NEAREST:
            row, column = cells[best].tolist()
            labels.append((row, column - half, text))
            taken = np.vstack([taken, cells[best]])
    return labels
