"""The list of earlier runs under the plot, as literal rows."""

from __future__ import annotations

import pytest

from tests.app.reports import after, trainer
from tui.engine.ghosts import GHOST_BUCKETS, Ghost
from tui.panes.pictures.loss_plot import LEAST_HEIGHT, legend_rows

GHOSTS = tuple(
    Ghost(label, after(3).curve)
    for label in (
        "lr 0.0001, epochs 0 to 1,000, NumPy float64",
        "lr 0.001, epochs 400 to 1,000,000, torch tensor float32",
    )
)


def picture(ghosts: tuple[Ghost, ...], height: int, width: int = 80) -> str:
    rows = legend_rows(ghosts, width, height)
    assert {span.role for row in rows for span in row} <= {"ghost"}
    return "\n".join("".join(span.text for span in row) for row in rows)


def test_the_newest_is_the_first() -> None:
    assert picture(GHOSTS, LEAST_HEIGHT + 2) == (
        "b lr 0.001, epochs 400 to 1,000,000, torch tensor float32\n"
        "a lr 0.0001, epochs 0 to 1,000, NumPy float64"
    )


@pytest.mark.parametrize(
    ("height", "text"),
    [(1, ""), (LEAST_HEIGHT, ""), (LEAST_HEIGHT + 1, "earlier: b lr 0.001 · a lr 0.0001")],
)
def test_the_plot_keeps_its_room(height: int, text: str) -> None:
    assert picture(GHOSTS, height) == text


@pytest.mark.parametrize(
    ("width", "first"),
    [
        (57, "b lr 0.001, epochs 400 to 1,000,000, torch tensor float32"),
        (56, "b lr 0.001, epochs 400 to 1,000,000"),
        (34, "b lr 0.001"),
    ],
)
def test_no_number_is_cut_off(width: int, first: str) -> None:
    assert picture(GHOSTS, LEAST_HEIGHT + 2, width).splitlines()[0] == first
    assert picture(GHOSTS, LEAST_HEIGHT + 1, 30) == "earlier: b lr 0.001"


def test_without_earlier_runs_there_is_no_list() -> None:
    assert legend_rows((), 80, 100) == ()


def test_a_ghost_is_labelled_by_its_settings_and_its_epochs() -> None:
    alone = trainer(backend="tensor", lr=0.001)
    alone.run(400)
    fork = alone.fork(alone.config)
    fork.run(12_000)
    fork.goto(500)
    assert Ghost.of(fork).label == "lr 0.001, epochs 400 to 12,400, torch tensor float32"


def test_a_ghost_is_thin_and_loses_no_extreme() -> None:
    alone = trainer(lr=0.033)
    alone.run(50_000)
    curve, ghost = alone.snapshot().curve, Ghost.of(alone).curve
    assert len(ghost.epoch) == GHOST_BUCKETS < len(curve.epoch)
    assert (ghost.low.min(), ghost.high.max()) == (curve.low.min(), curve.high.max())
    assert ghost.last[-1] == curve.last[-1]
