"""The loss of one epoch in words, as literal lines of every width."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from linreg_core.timeline.curve import Curve
from tui.charts.readout import readout_text

LOW, HIGH = np.array([8.0, 0.5, 0.25]), np.array([8.0, 4.0, 0.45])
CURVE = Curve(np.array([0, 1, 12_288]), LOW, HIGH, LOW, 12_352)


def exact(epochs: NDArray[np.int64]) -> NDArray[np.float64]:
    losses: NDArray[np.float64] = 1 / (1 + epochs)
    return losses


@pytest.mark.parametrize(
    ("epoch", "text"),
    [
        (0, "epoch 0 · loss 8"),
        (1, "epochs 1 to 12,287 · loss 0.5 to 4"),
        (12_287, "epoch 12,287 · loss 0.5"),
        (12_300, "epochs 12,288 to 12,351 · loss 0.25 to 0.45"),
        (12_351, "epoch 12,351 · loss 0.25"),
        (12_352, "epoch 12,352 · not run yet"),
    ],
)
def test_loss_of_an_epoch_or_the_range_of_its_bucket(epoch: int, text: str) -> None:
    assert readout_text(CURVE, epoch, 80) == text


RANGE = "epochs 1 to 12,287 · loss 0.5 to 4"


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (100, f"{RANGE} · theory: exact 8.13802e-5 to 0.5, optimum 3.2e-30"),
        (80, f"{RANGE} · theory: exact 8.13802e-5 to 0.5"),
        (60, f"{RANGE} · theory ~0.01"),
        (40, RANGE),
        (20, RANGE[:19] + "…"),
        (1, "…"),
    ],
)
def test_theory_is_said_as_far_as_there_is_room(width: int, text: str) -> None:
    assert readout_text(CURVE, 99, width, exact=exact, floor=3.2e-30) == text


def test_theory_of_a_single_epoch() -> None:
    text = readout_text(CURVE, 0, 80, exact=exact, floor=0.0)
    assert text == "epoch 0 · loss 8 · theory: exact 1, optimum 0"
    assert readout_text(CURVE, 0, 80, floor=0.5) == "epoch 0 · loss 8 · theory: optimum 0.5"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_exact_loss_that_is_not_finite_is_left_out(value: float) -> None:
    text = readout_text(CURVE, 0, 80, exact=lambda epochs: np.full(len(epochs), value))
    assert text == "epoch 0 · loss 8"
