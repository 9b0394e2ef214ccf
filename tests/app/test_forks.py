"""Forks from the keyboard: another setting or a weight by hand, from where one stands."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import BACKENDS, TrainConfig
from tests.app.driver import LARGE, SMALL, driving, inline
from tests.app.reports import trainer
from tui.engine.ghosts import MOST_GHOSTS
from tui.pages.edit_weight import EditWeightScreen
from tui.panes.pictures.loss_plot import LossPlot

NUMPY = BACKENDS["numpy"].label


HERE = 1
"""The place of "fork" in the list of where to begin."""


async def test_another_learning_rate_in_the_past() -> None:
    async with driving(inline(epochs=1_000), size=LARGE) as drive:
        old = drive.snapshot.curve
        await drive.answer("g", "400")
        await drive.press("c")
        await drive.fill("#lr", "1e-3")
        await drive.choose("#begin", HERE)
        begin = drive.seen(drive.app.screen.query_one("#begin"))
        assert "400" in begin
        assert "fork" in begin, "the list has room for the word"
        await drive.press("ctrl+s")
        assert drive.app.screen is drive.main
        assert drive.notice == "Fork at epoch 400: learning rate 0.0001 → 0.001."
        here = drive.snapshot
        assert (here.epoch, here.origin, here.latest) == (400, 400, 400)
        assert drive.engine.latest.config == TrainConfig(lr=1e-3)
        (ghost,) = drive.engine.latest.ghosts
        assert ghost.label == f"lr 0.0001, epochs 0 to 1,000, {NUMPY} float64"
        assert ghost.curve.last.tolist() == old.thinned(512).last.tolist()
        assert f"a {ghost.label}" in drive.seen(drive.main.query_one(LossPlot))
        await drive.answer("N", "50")
        original = trainer()
        original.run(400)
        twin = original.fork(TrainConfig(lr=1e-3))
        twin.run(50)
        assert drive.epoch == 450
        assert drive.snapshot.weights.tobytes() == twin.snapshot().weights.tobytes()


async def test_another_backend_goes_on_with_the_weights_that_are_there() -> None:
    async with driving(inline(epochs=300)) as drive:
        weights = drive.snapshot.weights
        await drive.press("c")
        await drive.choose("#backend", list(BACKENDS).index("tensor"))
        await drive.choose("#begin", HERE)
        await drive.press("ctrl+s")
        assert f"Fork at epoch 300: backend {NUMPY} → {BACKENDS['tensor'].label}" in drive.notice
        assert "initial weights" not in drive.notice
        assert drive.snapshot.weights.tobytes() == weights.astype(np.float32).tobytes()


async def test_a_weight_by_hand() -> None:
    async with driving(inline(epochs=10), size=SMALL) as drive:
        before = drive.snapshot.weights
        await drive.press("w")
        assert isinstance(drive.app.screen, EditWeightScreen)
        assert repr(float(before[0])) in drive.text, "its present value stands there"
        await drive.press("2", ".", "5", "enter")
        assert drive.notice.startswith("Fork at epoch 10: x1 ")
        assert "→ 2.5 by hand" in drive.notice
        assert drive.snapshot.weights.tolist() == [2.5, before[1]]
        assert (drive.epoch, drive.snapshot.origin) == (10, 10)
        await drive.press("w")
        await drive.choose("Select", 1)
        assert repr(float(before[1])) in drive.text
        await drive.fill("Input", "-7e2")
        await drive.press("enter")
        assert drive.snapshot.weights.tolist() == [2.5, -700.0]
        assert len(drive.engine.latest.ghosts) == 1, "a fork in which nothing was run leaves none"


@pytest.mark.parametrize("typed", ["", "nan", "inf", "-inf", "1e999", "1_0", "x", "1,5"])
async def test_a_weight_that_is_no_finite_number_is_refused_as_it_is_typed(typed: str) -> None:
    async with driving(inline(epochs=3)) as drive:
        await drive.press("w", "ctrl+e", "ctrl+u")
        await drive.paste(typed)
        assert "weight must be" in drive.seen(drive.app.screen.query_one("#reason"))
        await drive.press("enter")
        assert isinstance(drive.app.screen, EditWeightScreen)
        await drive.press("escape")
        assert (drive.epoch, drive.engine.latest.run) == (3, 1)


async def test_a_weight_too_large_for_the_dtype_is_refused_by_the_engine() -> None:
    async with driving(inline(epochs=3, dtype="float32")) as drive:
        before = drive.snapshot.weights.tobytes()
        await drive.answer("w", "1e300")
        assert drive.app.screen is drive.main
        assert drive.notice == "Refused: weights must be 2 finite numbers"
        assert drive.snapshot.weights.tobytes() == before
        assert drive.engine.latest.run == 1


async def test_the_last_five_runs_stay_and_are_listed_the_newest_first() -> None:
    async with driving(inline(), size=LARGE) as drive:
        for run in range(1, MOST_GHOSTS + 3):
            await drive.press(*["n"] * run, "2")
        labels = [ghost.label for ghost in drive.engine.latest.ghosts]
        assert labels == [
            f"lr 0.0001, epochs 0 to {run}, {NUMPY} float64" for run in range(3, MOST_GHOSTS + 3)
        ]
        listed = drive.seen(drive.main.query_one(LossPlot))
        named = list(zip("abcde", labels, strict=True))
        places = [listed.index(f"{letter} {label}") for letter, label in reversed(named)]
        assert places == sorted(places)
