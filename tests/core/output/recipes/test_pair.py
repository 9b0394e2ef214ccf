"""Two runs side by side: their numbers, and the first epoch at which they are not the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import DataRequest, Edit, Pair, Recipe, Repetition, TrainConfig, Trainer
from linreg_core.output.recipes.recipe import ARTICLE_DATA

PROBLEM = ARTICLE_DATA.load()


def recipe(epochs: int, *edits: Edit, **config: Any) -> Recipe:
    """A run of the article's problem."""
    return Recipe(ARTICLE_DATA, TrainConfig(**config), epochs, edits=edits)


def parting(one: Recipe, other: Recipe) -> int | None:
    """Where two part."""
    pair = Pair((PROBLEM, PROBLEM), (one, other))
    while pair.result is None:
        pair.advance(0.0)
    return pair.result.parting


def by_every_epoch(one: Recipe, other: Recipe) -> int | None:
    """The same, found by looking at every epoch of runs without edits."""
    trainers = [Trainer(PROBLEM, recipe.config) for recipe in (one, other)]
    for epoch in range(min(one.epochs, other.epochs) + 1):
        weights = [trainer.snapshot().raw_weights for trainer in trainers]
        if not np.array_equal(weights[0], weights[1]):
            return epoch
        for trainer in trainers:
            trainer.run(1)
    return None


PAIRS = [
    ({}, {}),
    ({}, {"seed": 9}),
    ({}, {"lr": 0.01}),
    ({}, {"init": "zeros"}),
    ({}, {"dtype": "float32"}),
    ({"init": 0.5}, {"init": 0.5, "dtype": "float32"}),
    ({}, {"backend": "numpy-two-weights"}),
    ({"lr": 1e-4}, {"lr": float(np.nextafter(1e-4, 1))}),
    ({"init": 1.0, "lr": 1e-9}, {"init": 1.0, "lr": 1e-9, "dtype": "float32"}),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_they_part_where_looking_at_every_epoch_finds_it(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = recipe(60, **one), recipe(97, **other)
    assert parting(first, second) == by_every_epoch(first, second)


LR = TrainConfig(lr=0.01)


@pytest.mark.parametrize(
    ("one", "other", "epoch"),
    [
        (recipe(60), recipe(60, Edit(20, LR)), 21),
        (recipe(60), recipe(60, Edit(20, weight=0, value=3.0)), 20),
        (recipe(60, Edit(20, LR)), recipe(60, Edit(20, LR), Edit(30)), 31),
        (recipe(60, Edit(20, LR)), recipe(60, Edit(9, LR)), 10),
        (recipe(15), recipe(60, Edit(20, LR)), None),
        (recipe(60, Edit(20, LR)), recipe(60, Edit(20, LR)), None),
        (recipe(60, Edit(20), lr=0.02), recipe(60, Edit(30)), 1),
    ],
)
def test_forks_part_where_they_were_changed(one: Recipe, other: Recipe, epoch: int | None) -> None:
    assert parting(one, other) == parting(other, one) == epoch


def test_both_are_told_at_the_last_epoch_that_both_have() -> None:
    pair = Pair((PROBLEM, PROBLEM), (recipe(60), recipe(40, lr=0.01)))
    assert pair.result is None
    pair.advance(None)
    assert pair.result is not None
    assert pair.share == 1
    one, other = pair.result.sides
    assert (one.epoch, other.epoch) == (40, 40)
    assert (one.curve.end, other.curve.end) == (61, 41)
    alone = Repetition(PROBLEM, recipe(40))
    alone.advance(None)
    assert one.weights.tobytes() == alone.trainer.snapshot().raw_weights.tobytes()


def test_runs_on_other_data_have_no_place_where_they_part() -> None:
    other = DataRequest("line")
    pair = Pair((PROBLEM, other.load()), (recipe(5), Recipe(other, epochs=7)))
    pair.advance(None)
    assert pair.result is not None
    assert (pair.result.is_alike, pair.result.parting) == (False, None)
