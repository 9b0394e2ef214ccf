"""The loss of one epoch in words, beside what theory says of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from tui.charts.kit.scale import Floats, Ints
from tui.text import compact, number, shorten

if TYPE_CHECKING:
    from linreg_core import Curve, HeldOutFit

LOSS_WIDTH = 10
"""Characters of a loss: 7 digits and more, where float32 has 7."""


def readout_text(
    curve: Curve,
    epoch: int,
    width: int,
    *,
    test: HeldOutFit | None = None,
    exact: Callable[[Ints], Floats] | None = None,
    floor: float | None = None,
) -> str:
    """Say the loss of an epoch: ``epoch 12,480 · loss 0.43121 · theory: exact 0.4312``.

    With rows held out: ``epoch 12,480 · loss 0.43121 · held out 0.5032 · theory: exact 0.4312``.

    Of a bucket of many epochs only its extremes are known, and the loss of its newest epoch:
    ``epochs 12,288 to 12,351 · loss 0.43 to 0.45``.

    Args:
        curve: the losses.
        epoch: >= 0.
        width: the most characters, >= 1; where they are too few the optimum is left out, then all
            digits of theory but two, then theory; and then all of that is tried again without the
            rows held out.
        test: the losses on rows held out, told between two known ones with ~ and two digits; where
            none is known yet they are left out. ``None``: there are none.
        exact: gives the losses that exact arithmetic reaches at epochs, shape (k,); of a bucket
            the range from its first to its newest epoch is said. What is not finite is left out.
        floor: the smallest loss there is.
    """
    bucket = curve.bucket(epoch)
    if bucket is None:
        return shorten(f"epoch {epoch:,} · not run yet", width)
    if epoch == bucket.newest:
        short = f"epoch {epoch:,} · loss {_loss(bucket.last)}"
        epochs = [epoch]
    else:
        loss = _range(bucket.low, bucket.high)
        short = f"epochs {bucket.first:,} to {bucket.newest:,} · loss {loss}"
        epochs = [bucket.first, epoch, bucket.newest]
    theory = [] if floor is None else [f"theory: optimum {_loss(floor)}"]
    if exact is not None and np.isfinite(losses := exact(np.array(epochs))).all():
        said = f"theory: exact {_range(float(losses.min()), float(losses.max()))}"
        about = compact(float(f"{losses[len(epochs) // 2]:.2g}"))
        theory = [*(f"{said}, {text.removeprefix('theory: ')}" for text in theory), said]
        theory.append(f"theory ~{about}")
    starts = [f"{short}{_held_out(test, epoch)}", short]
    texts = [
        " · ".join(parts) for start in starts for parts in (*product([start], theory), [start])
    ]
    return next((text for text in texts if len(text) <= width), shorten(short, width))


def _held_out(test: HeldOutFit | None, epoch: int) -> str:
    """What is to be said of the rows held out; nothing where it is not known."""
    if test is None or not test.epochs[0] <= epoch <= test.epochs[-1]:
        return ""
    index = int(np.searchsorted(test.epochs, epoch))
    if test.epochs[index] == epoch:
        return f" · held out {_loss(float(test.losses[index]))}"
    left, right = test.losses[index - 1 : index + 1]
    if not np.isfinite([left, right]).all():
        return ""
    between = np.interp(epoch, test.epochs, test.losses)
    return f" · held out ~{compact(float(f'{between:.2g}'))}"


def _loss(loss: float) -> str:
    return number(loss, LOSS_WIDTH).strip()


def _range(low: float, high: float) -> str:
    ends = _loss(low), _loss(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)
