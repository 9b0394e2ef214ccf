"""What came of a run: the object that ``linreg-tui train --json`` prints."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from linreg_core.snapshot import Snapshot, Status
from linreg_core.theory import Optimum, optimum


@dataclass(frozen=True, eq=False)
class Result:
    """The end of a run, judged in the problem's own units.

    Args:
        problem: what was solved.
        start: the state at epoch 0.
        end: the state that was reached.
        status: "done", "frozen", "cycle", "diverged", "converged" or "interrupted".
        seconds: time that the epochs took, without loading.
        optimum: the exact answer, for comparison.
    """

    problem: Problem
    start: Snapshot
    end: Snapshot
    status: str
    seconds: float
    optimum: Optimum

    @classmethod
    def of(
        cls, problem: Problem, start: Snapshot, end: Snapshot, *, interrupted: bool, seconds: float
    ) -> Result:
        """Put the parts together; a run that had come to its end was not interrupted."""
        status = str(end.status)
        if end.status is Status.READY:
            status = "interrupted" if interrupted else "done"
        best = optimum(problem, bias=end.run.settings.bias)
        return cls(problem, start, end, status, seconds, best)

    @property
    def rmse(self) -> float:
        """Root of the mean squared error, in units of the target."""
        return math.sqrt(self.end.loss)

    @property
    def r2(self) -> float | None:
        """Share of the target's variance about its mean that the fit explains.

        ``None`` when the target does not vary (0/0) or the loss is not finite.
        """
        if (self.problem.y == self.problem.y[0]).all() or not math.isfinite(self.end.loss):
            return None
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return finite(float(1 - self.end.loss / np.var(self.problem.y)))

    def to_json(self) -> dict[str, Any]:
        """Plain values whose JSON reads back bit-equal; what is not finite is ``None``."""
        run, settings = self.end.run, self.end.run.settings
        weights, bias = self._split(self.end.raw_weights)
        initial, initial_bias = self._split(self.start.raw_weights)
        best, best_bias = self._split(self.optimum.weights)
        return {
            "problem": {
                "source": run.source,
                "rows": run.rows,
                "features": list(run.features),
                "target": run.target,
                "dropped_rows": self.problem.dropped_rows,
                "notes": [asdict(note) for note in run.notes],
            },
            "config": {
                "backend": settings.backend,
                "device": settings.device,
                "dtype": settings.dtype,
                "lr": settings.lr,
                "lr_rule": settings.lr_rule,
                "bias": settings.bias,
                "standardize": settings.standardize,
                "seed": settings.seed,
                "init": settings.init,
                "tol": settings.tol,
            },
            "epochs": self.end.epoch,
            "status": self.status,
            "status_epoch": self.end.status_epoch,
            "cycle_length": self.end.cycle_length,
            "stopped_by": list(self.end.stopped_by),
            "weights": weights,
            "bias": bias,
            "initial_weights": initial,
            "initial_bias": initial_bias,
            "loss": finite(self.end.loss),
            "r2": self.r2,
            "rmse": finite(self.rmse),
            "optimum": {"weights": best, "bias": best_bias, "loss": finite(self.optimum.loss)},
            "seconds": self.seconds,
            "epochs_per_second": self.end.epoch / self.seconds if self.seconds > 0 else None,
        }

    def _split(self, raw: Floats) -> tuple[dict[str, float | None], float | None]:
        """Weights by feature name, and the bias apart: a feature may be called bias, too."""
        features = self.problem.features
        weights = {name: finite(float(w)) for name, w in zip(features, raw, strict=False)}
        bias = finite(float(raw[-1])) if self.end.run.settings.bias else None
        return weights, bias


def finite(value: float) -> float | None:
    """The value, or ``None`` for what JSON has no number for."""
    return value if math.isfinite(value) else None
