"""Two runs side by side: both run again, and the first epoch at which they are not the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.output.recipes.recipe import Recipe
from linreg_core.output.recipes.repetition import Repetition
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.timeline.curve import Curve
from linreg_core.trainer import Trainer


@dataclass(frozen=True, eq=False)
class PairSide:
    """One of the two runs.

    Args:
        names: one name per weight, p of them.
        epoch: where it is told; the same for both.
        weights: there, in the problem's own units, shape (p,).
        loss: mean squared error there.
        curve: the loss of all its epochs.
    """

    names: tuple[str, ...]
    epoch: int
    weights: Floats
    loss: float
    curve: Curve


@dataclass(frozen=True, eq=False)
class Paired:
    """Two runs, at the last epoch that both have.

    Args:
        sides: the two.
        parting: the first epoch at which their weights differ; ``None``: they differ at none that
            both have, or the runs have not the same weights.
        is_alike: whether they have the same weights, so that those can be compared.
        has_same_data: whether their losses can be.
    """

    sides: tuple[PairSide, PairSide]
    parting: int | None
    is_alike: bool
    has_same_data: bool


class Pair:
    """Runs two recipes again, to the epochs that they say.

    Args:
        problems: theirs, in their order; the same object where the data is the same.
        recipes: the two runs.
        clock: seconds, for the time budgets only.

    Raises:
        LinregError: as for a repetition.
    """

    def __init__(
        self,
        problems: tuple[Problem, Problem],
        recipes: tuple[Recipe, Recipe],
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._problems, self._recipes, self._clock = problems, recipes, clock
        self._runs = tuple(
            Repetition(problem, recipe, clock=clock)
            for problem, recipe in zip(problems, recipes, strict=True)
        )
        self._total = sum(max(recipe.epochs, 1) for recipe in recipes)
        self._steps = self._work()
        self._parting: int | None = None
        self._result: Paired | None = None

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        if self._result is not None:
            return 1.0
        return min(sum(run.trainer.epoch for run in self._runs) / self._total, 1.0)

    @property
    def result(self) -> Paired | None:
        """What came of it; ``None``: it is not done."""
        return self._result

    def advance(self, seconds: float | None) -> None:
        """Go on for so long, about; ``None``: to the end.

        Raises:
            LinregError: as for a repetition.
        """
        end = None if seconds is None else self._clock() + seconds
        for _ in self._steps:
            if end is not None and self._clock() >= end:
                return

    def _work(self) -> Iterator[None]:
        for run in self._runs:
            while not run.is_done:
                run.advance(0.01)
                yield
        one, other = (run.trainer for run in self._runs)
        has_same_data = self._problems[0] is self._problems[1]
        is_alike = has_same_data and one.design.names == other.design.names
        if is_alike:
            yield from self._seek_parting(one, other)
        here = min(one.latest, other.latest)
        sides = (self._side(one, here), self._side(other, here))
        self._result = Paired(sides, self._parting, is_alike, has_same_data)

    def _side(self, trainer: Trainer, epoch: int) -> PairSide:
        trainer.goto(epoch)
        snapshot = trainer.snapshot(written=False)
        curve = trainer.checkpoint().memory
        assert curve is not None, "a checkpoint has it"
        return PairSide(
            trainer.design.names,
            snapshot.epoch,  # a fork shows what was before it in another trainer
            snapshot.raw_weights,
            float(snapshot.backend_loss),
            curve.curve,
        )

    # Where they part.

    def _seek_parting(self, one: Trainer, other: Trainer) -> Iterator[None]:
        """Seek the first epoch at which they differ, up to the last one that both have."""
        first, second = self._recipes
        if first.config != second.config or not (first.edits or second.edits):
            yield from self._seek_from_the_start()
            return
        shared = _shared_edits(first, second)
        edits = [edit for recipe in self._recipes for edit in recipe.edits[shared:][:1]]
        if edits:
            epoch = min(edit.epoch + (not edit.sets_weights) for edit in edits)
            self._parting = epoch if epoch <= min(one.latest, other.latest) else None

    def _seek_from_the_start(self) -> Iterator[None]:
        """Compare both runs before their first edits, at epochs ever wider apart, and between."""
        last = min(run.edits[0].epoch if run.edits else run.epochs for run in self._recipes)
        one, other = (
            Trainer(problem, recipe.config, clock=self._clock)
            for problem, recipe in zip(self._problems, self._recipes, strict=True)
        )
        same, differing = -1, 0
        while not _differ(one, other, differing):
            yield
            if differing >= last:
                return
            same, differing = differing, min(2 * differing + 1, last)
        while differing - same > 1:
            yield
            middle = (same + differing) // 2
            if _differ(one, other, middle):
                differing = middle
            else:
                same = middle
        self._parting = differing


def _differ(one: Trainer, other: Trainer, epoch: int) -> bool:
    """Whether the weights differ at an epoch, or as near to it as each can come."""
    for trainer in (one, other):
        trainer.goto(epoch)
        trainer.run(max(epoch - trainer.epoch, 0))
    mine, theirs = (trainer.snapshot(written=False).raw_weights for trainer in (one, other))
    return not np.array_equal(mine, theirs)


def _shared_edits(one: Recipe, other: Recipe) -> int:
    """How many edits they begin with in common."""
    pairs = zip(one.edits, other.edits, strict=False)
    return next(
        (n for n, (a, b) in enumerate(pairs) if a != b), min(len(one.edits), len(other.edits))
    )
