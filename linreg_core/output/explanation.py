"""What is known of a run without running it: what ``linreg-tui explain`` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.output.json_parts import (
    config_as_json,
    finite,
    problem_as_json,
    theory_as_json,
    weights_as_json,
)
from linreg_core.problem import Problem
from linreg_core.theory.forecast import digits_correct, epochs_to_digits
from linreg_core.theory.theory import Theory
from linreg_core.trainer import Trainer
from linreg_core.views.metrics import r_squared
from linreg_core.views.snapshot import Snapshot

DIGITS_TOLD = (1, 2, 3, 6, 9, 12)
"""The accuracies for which the number of epochs is forecast."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """A run in exact arithmetic, up to an epoch.

    Args:
        problem: what would be solved.
        start: the state at epoch 0, from which nothing was run.
        epochs: how many epochs are leapt over.
        weights: in exact arithmetic after them, in the problem's own units, shape (p,).
        loss: the loss there.
        epochs_to_digits: for each of `DIGITS_TOLD`, the epoch from which every weight has so many
            correct digits in exact arithmetic; ``None``: never, or later than any count.
    """

    problem: Problem
    start: Snapshot
    epochs: int
    weights: Floats
    loss: float
    epochs_to_digits: tuple[tuple[int, int | None], ...]

    @classmethod
    def of(cls, trainer: Trainer, epochs: int) -> Explanation:
        """Explain the run that a trainer has not begun."""
        descent = trainer.descent
        return cls(
            problem=trainer.problem,
            start=trainer.snapshot(),
            epochs=epochs,
            weights=descent.spectrum.design.to_raw(descent.leap(epochs)),
            loss=float(descent.losses(np.array([epochs]))[0]),
            epochs_to_digits=tuple((d, epochs_to_digits(descent, d)) for d in DIGITS_TOLD),
        )

    @property
    def theory(self) -> Theory:
        """The run in exact arithmetic."""
        return self.start.theory

    @property
    def digits(self) -> float:
        """The correct digits of the worst weight in exact arithmetic after ``epochs``."""
        return float(digits_correct(self.weights, self.theory.limit).min())

    def to_json(self) -> dict[str, Any]:
        """Plain values whose JSON reads back bit-equal; what is not finite is ``None``."""
        run = self.start.run
        leap = weights_as_json(run, self.weights)
        judged = {"loss": finite(self.loss), "r2": r_squared(self.problem.y, self.loss)}
        return {
            "problem": problem_as_json(self.problem),
            "config": config_as_json(run),
            **weights_as_json(run, self.start.raw_weights, "initial_"),
            "theory": theory_as_json(run, self.theory)
            | {
                "epochs_to_digits": {str(digits): at for digits, at in self.epochs_to_digits},
                "leap": {"epoch": self.epochs, **leap, **judged, "digits": self.digits},
            },
        }
