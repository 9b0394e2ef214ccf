"""The loss of one epoch in words, beside what theory says of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from tui.charts.axis import Floats, Ints
from tui.text import compact, number, shorten

if TYPE_CHECKING:
    from linreg_core import Curve

LOSS_WIDTH = 10
"""Characters of a loss: 7 digits and more, where float32 has 7."""


def readout_text(
    curve: Curve,
    epoch: int,
    width: int,
    *,
    exact: Callable[[Ints], Floats] | None = None,
    floor: float | None = None,
) -> str:
    """Say the loss of an epoch: ``epoch 12,480 · loss 0.43121 · theory: exact 0.4312, optimum 0``.

    Of a bucket of many epochs only its extremes are known, and the loss of its newest epoch:
    ``epochs 12,288 to 12,351 · loss 0.43 to 0.45``.

    Args:
        curve: the losses.
        epoch: >= 0.
        width: the most characters, >= 1; where they are too few theory is left out, the optimum
            first.
        exact: gives the losses that exact arithmetic reaches at epochs, shape (k,); of a bucket
            those at its first and at its newest epoch are said. What is not finite is left out.
        floor: the smallest loss there is.
    """
    bucket = curve.bucket(epoch)
    if bucket is None:
        return shorten(f"epoch {epoch:,} · not run yet", width)
    if epoch == bucket.newest:
        parts = [f"epoch {epoch:,}", f"loss {_loss(bucket.last)}"]
        ends = [epoch]
    else:
        parts = [
            f"epochs {bucket.first:,} to {bucket.newest:,}",
            f"loss {_range(bucket.low, bucket.high)}",
        ]
        ends = [bucket.first, bucket.newest]
    short = " · ".join(parts)
    theory = []
    if exact is not None and np.isfinite(losses := exact(np.array(ends))).all():
        low, high = float(losses.min()), float(losses.max())
        theory = [f"exact {_range(low, high)}", f"exact {_range(low, high, compact)}"]
        if floor is not None:
            theory.insert(0, f"{theory[0]}, optimum {_loss(floor)}")
    elif floor is not None:
        theory = [f"optimum {_loss(floor)}"]
    said = [f"{short} · theory: {text}" for text in theory]
    return next((text for text in said if len(text) <= width), shorten(short, width))


def _loss(loss: float) -> str:
    return number(loss, LOSS_WIDTH).strip()


def _range(low: float, high: float, write: Callable[[float], str] = _loss) -> str:
    ends = write(low), write(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
