"""A recipe run again: from one edit to the next, to the same bits."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from linreg_core.branches import BranchTrainer
from linreg_core.errors import LinregError
from linreg_core.output.checkpoint_file import StoredRun
from linreg_core.output.recipes.edit import Edit
from linreg_core.output.recipes.recipe import Recipe
from linreg_core.problem import Problem
from linreg_core.stages import OnProgress, ignore_progress
from linreg_core.timeline.breakpoints import Breakpoint
from linreg_core.trainer import Trainer

AGAIN = "running again"

SLICE_SECONDS = 0.1


class Repetition:
    """Runs what a recipe says, edits and all, a while at a time.

    Args:
        problem: that of the recipe's data.
        recipe: what to run.
        until: where the run that follows the last edit stops.
        stored: where it is gone on from; ``None``: from the beginning.
        clock: seconds, for time budgets only.
        on_progress: called with what takes long while a trainer is made.

    Attributes:
        trainer: the present one; every edit makes another.
        start: the state in which that one began.

    Raises:
        LinregError: as for a trainer.
    """

    def __init__(
        self,
        problem: Problem,
        recipe: Recipe,
        *,
        until: tuple[Breakpoint, ...] = (),
        stored: StoredRun | None = None,
        clock: Callable[[], float] = time.perf_counter,
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        config = recipe.config
        if stored is not None and stored.edits_done:
            config = recipe.edits[stored.edits_done - 1].config
        self.trainer: Trainer = BranchTrainer(problem, config, clock=clock, on_progress=on_progress)
        self._problem, self._recipe = problem, recipe
        self._edits, self._last, self._until = list(recipe.edits), recipe.epochs, until
        self.start = self.trainer.snapshot()
        if stored is not None:
            self._edits = self._edits[stored.edits_done :]
            self.trainer.resume(stored.checkpoint)
            self._look_at_start()
        self._make_edits()

    @property
    def is_done(self) -> bool:
        """Whether the last epoch has been run, or none can follow."""
        over = self.trainer.is_over or bool(self.trainer.stopped_by)
        return not self._edits and (over or self.trainer.epoch >= self._last)

    def advance(self, seconds: float | None) -> None:
        """Go on for so long, about; ``None``: to the end.

        Raises:
            LinregError: "bad-edit" for one that the run does not come to, and as for a fork.
        """
        self._advance(seconds)
        while seconds is None and not self.is_done:
            self._advance(None)

    def finish(self, on_progress: OnProgress) -> Trainer:
        """Go on to the end, and report how far it is; gives the trainer there."""
        while not self.is_done:
            on_progress(AGAIN, self.trainer.epoch / max(self._last, 1))
            self.advance(SLICE_SECONDS)
        return self.trainer

    def as_stored(self, seconds: float, machine: Mapping[str, str]) -> StoredRun:
        """Where it stands, to go on with it later.

        Args:
            seconds: spent in its epochs so far.
            machine: what runs it, in words by name.
        """
        done = len(self._recipe.edits) - len(self._edits)
        checkpoint = self.trainer.checkpoint(at_once=True)
        return StoredRun(self._recipe, self._problem.digest, done, checkpoint, seconds, machine)

    def _look_at_start(self) -> None:
        """Look once more at where the present trainer began."""
        here = self.trainer.epoch
        self.trainer.goto(self.trainer.origin)
        self.start = self.trainer.snapshot()
        self.trainer.goto(here)

    def advance_to(self, epoch: int) -> None:
        """Go on to an epoch, or to the next edit where that comes first."""
        target = self._edits[0].epoch if self._edits else self._last
        self._run(min(target, epoch), None)

    def _advance(self, seconds: float | None) -> None:
        """Go on to the next edit, or to the end."""
        self._run(self._edits[0].epoch if self._edits else self._last, seconds)

    def _run(self, target: int, seconds: float | None) -> None:
        self.trainer.run(target - self.trainer.epoch, seconds=seconds)
        if self._edits:
            self._make_edits()

    def _make_edits(self) -> None:
        """Make those whose epoch has come."""
        while self._edits:
            edit, trainer = self._edits[0], self.trainer
            if trainer.epoch < edit.epoch and not trainer.is_over:
                return
            if trainer.epoch != edit.epoch:
                raise LinregError(
                    "bad-edit",
                    f"there is an edit at epoch {edit.epoch:,}, and the run ends at "
                    f"{trainer.epoch:,}",
                )
            self.trainer = edited(trainer, self._edits.pop(0))
            self.start = self.trainer.snapshot()
        self.trainer.set_breakpoints(self._until)


def edited(trainer: Trainer, edit: Edit) -> Trainer:
    """The run that goes on with an edit; the trainer must stand at its epoch.

    Raises:
        LinregError: as for a fork; "bad-edit" for a weight that there is not.
    """
    if not edit.sets_weights:
        return trainer.fork(edit.config)
    weights = trainer.snapshot(written=False).committed_weights.astype(np.float64)
    if edit.weights is not None:
        weights = np.array(edit.weights)
    elif edit.weight is not None and edit.value is not None:
        if edit.weight >= len(weights):
            raise LinregError(
                "bad-edit", f"there is no weight {edit.weight}; there are {len(weights)}"
            )
        weights[edit.weight] = edit.value
    return trainer.fork(edit.config, weights)
