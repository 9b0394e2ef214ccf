"""What came of a run: the object that ``linreg-tui train --json`` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from linreg_core.output.json_parts import (
    config_as_json,
    finite,
    metrics_as_json,
    problem_as_json,
    theory_as_json,
    true_weights_as_json,
    weights_as_json,
    whole_as_json,
)
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.theory.algebra.spectrum import Optimum
from linreg_core.timeline.checkpoint import Status
from linreg_core.views.snapshot import Snapshot


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

    def to_json(self) -> dict[str, Any]:
        """Plain values whose JSON reads back bit-equal; what is not finite is ``None``."""
        end, run = self.end, self.end.run
        test = None if end.test is None else end.test.metrics
        return {
            "problem": problem_as_json(self.problem, end.run),
            "config": config_as_json(run),
            "epochs": end.epoch,
            "status": self.status,
            "status_epoch": end.status_epoch,
            "verdict": asdict(end.verdict),
            "cycle_length": end.cycle_length,
            "stopped_by": list(end.stopped_by),
            **weights_as_json(run, end.raw_weights),
            **weights_as_json(run, self.start.raw_weights, "initial_"),
            **metrics_as_json(end.metrics),
            "backend_loss": finite(end.backend_loss),
            "test": None if test is None else {"rows": test.rows, **metrics_as_json(test)},
            "optimum": weights_as_json(run, self.optimum.weights)
            | {"loss": finite(self.optimum.loss)},
            **({} if run.whole is None else {"whole": whole_as_json(run)}),
            "true_weights": true_weights_as_json(self.problem),
            "digits": end.progress.digits,
            "theory": theory_as_json(run, end.theory),
            "ran": asdict(end.ran),
            "seconds": self.seconds,
            "epochs_per_second": end.epoch / self.seconds if self.seconds > 0 else None,
        }
