"""The trainer: a problem, a configuration, and the run between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from linreg_core import theory
from linreg_core.arrays import Floats
from linreg_core.backends import BACKENDS, load_backend
from linreg_core.backends.base import Tape
from linreg_core.config import ARTICLE_LR, Settings, TrainConfig
from linreg_core.errors import LinregError
from linreg_core.history import History
from linreg_core.problem import Design, Problem
from linreg_core.snapshot import Curve, RunInfo, Sample, Snapshot, Status

STRETCH_SECONDS = 0.02
"""How long a stretch of epochs may take: a run can be stopped that fast."""

STRETCH_NUMBERS = 65_536
"""How many numbers a stretch may keep per kind: 512 KiB, so that its tape stays in cache."""

SAMPLE_ROWS = 16


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that is needed to go on with a run elsewhere, bit for bit.

    Args:
        epoch: number of updates done.
        weights: in the run's units and dtype, shape (p,).
        curve: the loss up to this epoch.
    """

    epoch: int
    weights: Floats
    curve: Curve


class Trainer:
    """Runs one backend on one problem, and says where it is.

    Args:
        problem: what to solve; never changed.
        config: what was asked for.
        clock: seconds, for the time budgets only.

    Raises:
        LinregError: when the configuration does not go with the problem or the machine.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._clock = clock
        self.problem = problem
        self.settings, design = settle(config, problem)
        self._design = design
        self._backend = load_backend(config.backend)(design, self.settings)
        self._initial = self._backend.state()
        self._first = self._backend.evaluate()
        steepest = np.abs(self._first.gradient).max()
        # A start that steep diverges with its first update; no gradient is small beside it.
        self._gradient_limit = (
            config.tol * steepest if config.tol and np.isfinite(steepest) else -1.0
        )
        self._info = RunInfo(
            source=problem.source,
            rows=problem.rows,
            features=problem.features,
            target=problem.target,
            names=design.names,
            is_scaled=design.is_scaled,
            notes=problem.notes,
            settings=self.settings,
        )
        self._stretch = 1
        self.reset()

    def reset(self) -> None:
        """Go back to epoch 0 and the same initial weights."""
        self._start(Checkpoint(0, self._initial, History().curve()))

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go to a checkpoint of a run with the same problem and configuration."""
        self._start(checkpoint)

    def checkpoint(self) -> Checkpoint:
        """Where the run is, for `resume`."""
        return Checkpoint(self.epoch, self._backend.state(), self._history.curve())

    def step(self) -> bool:
        """Run one epoch; False if the run has ended and none can be run."""
        return self.run(1) == 1

    def run(self, epochs: int, *, seconds: float | None = None) -> int:
        """Run epochs until one ends the run, the number is reached or the time is over.

        The state afterwards does not depend on how many calls the epochs are split into.

        Args:
            epochs: how many to run at most, >= 0.
            seconds: time budget, kept to within one stretch of about 20 ms or one epoch;
                ``None``: no limit.

        Returns:
            How many epochs were done.
        """
        first = self.epoch
        deadline = None if seconds is None else self._clock() + seconds
        while self.status is Status.READY and self.epoch - first < epochs:
            if deadline is not None and self._clock() >= deadline:
                break
            self._run_stretch(min(self._stretch, epochs - (self.epoch - first)))
        if self.status is Status.READY:
            self._check_tolerance()
        return self.epoch - first

    def snapshot(self) -> Snapshot:
        """The present state, with the gradient at the present weights."""
        evaluation = self._backend.evaluate()
        weights = self._backend.state()
        return Snapshot(
            run=self._info,
            epoch=self.epoch,
            status=self.status,
            status_epoch=self.status_epoch,
            weights=weights,
            raw_weights=self._design.to_raw(weights),
            change=None if self._before is None else weights - self._before,
            gradient=evaluation.gradient,
            loss=evaluation.loss,
            stable_lr=self._stable_lr() if self.status is Status.DIVERGED else None,
            sample=Sample(
                target=self.problem.y[:SAMPLE_ROWS].copy(),
                prediction=evaluation.prediction[:SAMPLE_ROWS].copy(),
                residual=evaluation.residual[:SAMPLE_ROWS].copy(),
            ),
            curve=self._history.curve(),
        )

    def _start(self, checkpoint: Checkpoint) -> None:
        self._backend.restore(checkpoint.weights)
        self.epoch = checkpoint.epoch
        self.status = Status.READY
        self.status_epoch: int | None = None
        self._before: Floats | None = None
        self._history = History(checkpoint.curve)
        if self.epoch == 0:
            if np.isfinite(self._first.loss):
                self._history.record(0, np.array([self._first.loss]))
            else:
                self._end(Status.DIVERGED, 0)

    def _run_stretch(self, epochs: int) -> None:
        """Run a stretch, keep what comes before the run's end, learn how long the next may be."""
        begun = self._clock()
        start, start_epoch = self._backend.state(), self.epoch
        try:
            tape = self._backend.run(epochs, gradients=self.settings.tol is not None)
        except LinregError:  # too little memory: be where the epoch says
            self._backend.restore(start)
            raise
        kept = self._find_end(tape)
        if kept:
            self._before = start if kept == 1 else tape.weights[kept - 2].copy()
            self._history.record(start_epoch + 1, tape.losses[:kept])
            self.epoch = start_epoch + kept
        if kept < epochs:
            self._backend.restore(tape.weights[kept - 1] if kept else start)
        self._stretch = self._next_stretch(epochs, self._clock() - begun)

    def _find_end(self, tape: Tape) -> int:
        """How many epochs of a stretch stand; the status is set when it is not all of them."""
        epochs = len(tape.losses)
        finite = np.isfinite(tape.losses) & np.isfinite(tape.weights).all(axis=1)
        diverged = epochs if finite.all() else int(np.argmin(finite))
        if tape.gradients is not None:
            # Row i is the gradient at the state before row i.
            small = np.abs(tape.gradients).max(axis=1) <= self._gradient_limit
            converged = int(np.argmax(small)) if small.any() else epochs
            if converged < epochs and converged <= diverged:
                self._end(Status.CONVERGED, self.epoch + converged)
                return converged
        if diverged < epochs:
            self._end(Status.DIVERGED, self.epoch + diverged + 1)
        return diverged

    def _check_tolerance(self) -> None:
        """See whether the run has converged at the very state it stopped at."""
        if self.settings.tol is None:
            return
        if np.abs(self._backend.evaluate().gradient).max() <= self._gradient_limit:
            self._end(Status.CONVERGED, self.epoch)

    def _next_stretch(self, epochs: int, seconds: float) -> int:
        affordable = int(STRETCH_SECONDS * epochs / max(seconds, 1e-9))
        room = STRETCH_NUMBERS // max(self._backend.n, self._backend.p, 16)
        return max(1, min(2 * self._stretch, affordable, room))

    def _stable_lr(self) -> float | None:
        try:
            return theory.learning_rate("auto", self._design.X)
        except LinregError:
            return None

    def _end(self, status: Status, epoch: int) -> None:
        self.status, self.status_epoch = status, epoch


def settle(config: TrainConfig, problem: Problem) -> tuple[Settings, Design]:
    """Fill in every default of a configuration for a problem, and build the design matrix."""
    is_file = not problem.is_builtin
    bias = is_file if config.bias is None else config.bias
    standardize = is_file if config.standardize is None else config.standardize
    design = Design.of(problem, bias=bias, standardize=standardize)
    lr = config.lr
    if lr is None:
        lr = "auto" if is_file else ARTICLE_LR
    settings = Settings(
        backend=config.backend,
        device=config.device,
        dtype=config.dtype or BACKENDS[config.backend].dtype,
        lr=theory.learning_rate(lr, design.X) if isinstance(lr, str) else float(lr),
        lr_rule=lr if isinstance(lr, str) else None,
        init=config.init,
        seed=config.seed,
        bias=bias,
        standardize=standardize,
        tol=config.tol,
    )
    return settings, design
