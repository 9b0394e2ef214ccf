"""What came of a run: the object that ``linreg-tui train --json`` prints."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from linreg_core.as_json import (
    config_as_json,
    finite,
    problem_as_json,
    r_squared,
    theory_as_json,
    weights_as_json,
)
from linreg_core.problem import Problem
from linreg_core.snapshot import Snapshot, Status
from linreg_core.spectrum import Optimum


@dataclass(frozen=True, eq=False)
class Result:
    """The end of a run, judged in the problem's own units.

    Args:
        problem: what was solved.
        start: the state at epoch 0.
        end: the state that was reached.
        status: "done", "frozen", "cycle", "diverged", "converged" or "interrupted".
        seconds: time that the epochs took, without loading.
    """

    problem: Problem
    start: Snapshot
    end: Snapshot
    status: str
    seconds: float

    @classmethod
    def of(
        cls, problem: Problem, start: Snapshot, end: Snapshot, *, interrupted: bool, seconds: float
    ) -> Result:
        """Put the parts together; a run that had come to its end was not interrupted."""
        status = str(end.status)
        if end.status is Status.READY:
            status = "interrupted" if interrupted else "done"
        return cls(problem, start, end, status, seconds)

    @property
    def optimum(self) -> Optimum:
        """The exact answer, for comparison; where there are many, one of them."""
        return self.end.theory.optimum

    @property
    def rmse(self) -> float:
        """Root of the mean squared error, in units of the target."""
        return math.sqrt(self.end.loss)

    @property
    def r2(self) -> float | None:
        """See `r_squared`."""
        return r_squared(self.problem, self.end.loss)

    def to_json(self) -> dict[str, Any]:
        """Plain values whose JSON reads back bit-equal; what is not finite is ``None``."""
        end, run = self.end, self.end.run
        return {
            "problem": problem_as_json(self.problem),
            "config": config_as_json(run),
            "epochs": end.epoch,
            "status": self.status,
            "status_epoch": end.status_epoch,
            "cycle_length": end.cycle_length,
            "stopped_by": list(end.stopped_by),
            **weights_as_json(run, end.raw_weights),
            **weights_as_json(run, self.start.raw_weights, "initial_"),
            "loss": finite(end.loss),
            "r2": self.r2,
            "rmse": finite(self.rmse),
            "optimum": weights_as_json(run, self.optimum.weights)
            | {"loss": finite(self.optimum.loss)},
            "digits": end.progress.digits,
            "theory": theory_as_json(run, end.theory),
            "seconds": self.seconds,
            "epochs_per_second": end.epoch / self.seconds if self.seconds > 0 else None,
        }
