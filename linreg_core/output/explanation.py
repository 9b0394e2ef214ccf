"""What is known of a run without running it: what ``linreg-tui explain`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.output.json_parts import (
    config_as_json,
    finite,
    problem_as_json,
    theory_as_json,
    weights_as_json,
    whole_as_json,
)
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.theory.algebra.error_bound import without_noise
from linreg_core.theory.best_rate import best_rate_for
from linreg_core.theory.descent import ExactDescent
from linreg_core.theory.forecast import epochs_to_digits
from linreg_core.theory.reference import Reference
from linreg_core.theory.theory import Theory
from linreg_core.trainer import Trainer
from linreg_core.views.metrics import r_squared
from linreg_core.views.snapshot import Snapshot

FORECAST_DIGITS = (1, 2, 3, 6, 9, 12)
"""The accuracies for which the number of epochs is forecast."""


@dataclass(frozen=True, eq=False)
class Leap:
    """Exact arithmetic at one epoch.

    Args:
        weights: in the problem's own units, shape (p,).
        loss: the loss there.
        digits: the correct digits of the worst weight; ``None``: the data determines none.
    """

    weights: Floats
    loss: float
    digits: float | None

    @classmethod
    def of(cls, descent: ExactDescent, reference: Reference, epoch: int) -> Leap:
        """Leap to an epoch of a run that has this reference."""
        design, optimum = descent.spectrum.design, descent.spectrum.optimum
        epochs = np.array([epoch])
        weights = design.to_raw(descent.leap(epoch))
        errors = design.to_raw(descent.errors(epochs))[:, 0]
        return cls(
            without_noise(weights, optimum.rounding, optimum.scale),
            float(descent.losses(epochs)[0]),
            reference.digits_of_worst(errors),
        )


@dataclass(frozen=True, eq=False)
class Explanation:
    """A run in exact arithmetic, up to an epoch.

    Args:
        problem: what would be solved.
        start: the state at epoch 0, from which nothing was run.
        epochs: how many epochs are leapt over.
        leap: where exact arithmetic is after them; ``None``: the rule of descent has no closed
            form.
        epochs_to_digits: for each of `FORECAST_DIGITS`, the epoch from which every weight has so
            many correct digits in exact arithmetic; ``None``: never, later than any count, or more
            than are known of the reference. Empty without a closed form.
        best_for: the best fixed learning rate for that many epochs; ``None``: there are none, or
            none follows.
    """

    problem: Problem
    start: Snapshot
    epochs: int
    leap: Leap | None
    epochs_to_digits: tuple[tuple[int, int | None], ...]
    best_for: float | None

    @classmethod
    def of(cls, trainer: Trainer, epochs: int) -> Explanation:
        """Explain the run that a trainer has not begun."""
        start, descent = trainer.snapshot(), trainer.descent
        reference = start.theory.reference
        if descent is None:
            return cls(trainer.problem, start, epochs, None, (), None)
        reached = tuple((d, epochs_to_digits(descent, reference, d)) for d in FORECAST_DIGITS)
        leap = Leap.of(descent, reference, epochs)
        best = None
        if epochs:
            best = best_rate_for(epochs, descent.spectrum.eigenvalues, descent.start)
        return cls(trainer.problem, start, epochs, leap, reached, best)

    @property
    def theory(self) -> Theory:
        """The run in exact arithmetic."""
        return self.start.theory

    def to_json(self) -> dict[str, Any]:
        """Plain values whose JSON reads back bit-equal; what is not finite is ``None``."""
        run = self.start.run
        return {
            "problem": problem_as_json(self.problem, run),
            "config": config_as_json(run),
            **({} if run.whole is None else {"whole": whole_as_json(run)}),
            "verdict": asdict(self.start.verdict),
            **weights_as_json(run, self.start.raw_weights, "initial_"),
            "theory": theory_as_json(run, self.theory)
            | {
                "best_lr_for_epochs": self.best_for,
                "epochs_to_digits": {str(digits): at for digits, at in self.epochs_to_digits},
                "leap": None if self.leap is None else self._leap_as_json(self.leap),
            },
        }

    def _leap_as_json(self, leap: Leap) -> dict[str, Any]:
        return {
            "epoch": self.epochs,
            **weights_as_json(self.start.run, leap.weights),
            "loss": finite(leap.loss),
            "r2": r_squared(self.problem.y, leap.loss),
            "digits": leap.digits,
        }
