"""What a run looks like at its present epoch, put together as one frozen value."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linreg_core import objective
from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.precision import ulp_meter
from linreg_core.problem import Problem
from linreg_core.safe_text import visible
from linreg_core.theory.analysis import Analysis
from linreg_core.timeline.breakpoints import Breakpoint, Kind
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.phase_stepper import Beginning, PhaseStepper
from linreg_core.timeline.timeline import Timeline
from linreg_core.views.fit import drawn_rows, fit
from linreg_core.views.held_out import HeldOutRecord
from linreg_core.views.metrics import Metrics, absolute_error
from linreg_core.views.snapshot import RunInfo, Sample, Snapshot
from linreg_core.views.verdict import verdict
from linreg_core.views.worksheet import Worksheet
from linreg_core.ways.runner import Runner

SAMPLE_ROWS = 16


class Observer:
    """Looks at a run and leaves it as it is.

    Args:
        problem: what is solved.
        run: what stays the same.
        backend: the run's.
        line: its epochs.
        phases: those of the epoch in progress.
        runner: runs its epochs.
        analysis: what is known of it beforehand.
    """

    def __init__(
        self,
        *,
        problem: Problem,
        run: RunInfo,
        backend: Backend,
        line: Timeline,
        phases: PhaseStepper,
        runner: Runner,
        analysis: Analysis,
    ) -> None:
        self._problem = problem
        self._design = analysis.design
        self._run = run
        self._backend = backend
        self._line = line
        self._phases, self._runner = phases, runner
        self._analysis = analysis
        self._tested = (
            None if problem.test is None else HeldOutRecord(problem.test, analysis.design)
        )

    @cached_property
    def _drawn_rows(self) -> NDArray[np.int64]:
        return drawn_rows(self._problem)

    @property
    def path(self) -> tuple[NDArray[np.int64], Floats]:
        """The way to the present epoch: epochs, shape (k,), and weights, shape (k, p), float64."""
        epochs, states = self._line.path(self._phases.state)
        return epochs, self._backend.weights_of(states)

    def snapshot(self, breakpoints: tuple[Breakpoint, ...], *, written: bool) -> Snapshot:
        """The present state, with loss and gradient at the weights of the epoch.

        Args:
            breakpoints: those that are set.
            written: whether it has a worksheet.
        """
        backend, line, phases = self._backend, self._line, self._phases
        begun = phases.beginning()
        evaluation, state, shapes = begun.evaluation, begun.state, backend.shapes()
        weights, start = backend.weights_of(backend.state()), backend.weights_of(state)
        before = line.before if phases.before is None else phases.before
        before = state if phases.has_updated else before
        meter = ulp_meter(start, evaluation.gradient, self._run.settings.rate)
        cycle = line.recurrence if line.status is Status.CYCLE else None
        with np.errstate(over="ignore", invalid="ignore"):
            step = -(evaluation.gradient * self._run.settings.rate)
        path, following = self.path, backend.weights_of(begun.following)
        way_epochs, way = line.way(phases.state)
        progress = self._analysis.progress(start, meter)
        return Snapshot(
            run=self._run,
            epoch=line.epoch,
            origin=line.origin,
            first=line.origin,
            forks=(),
            latest=line.latest,
            status=line.status,
            status_epoch=line.status_epoch,
            cycle_length=None if cycle is None else cycle.length,
            stopped_by=tuple(str(found) for found in line.stopped_by),
            breakpoints=tuple(
                (str(found), int(found.value or 0) if found.kind is Kind.EPOCH else None)
                for found in breakpoints
            ),
            keyframe_stride=line.keyframe_stride,
            phases_done=phases.done,
            beyond=phases.beyond,
            failure=phases.failure(line.epoch),
            worksheet=self._worksheet(begun) if written else None,
            shapes=shapes,
            weights=weights,
            epoch_weights=start,
            committed_state=phases.state,
            step=step,
            next_weights=following,
            raw_weights=self._design.to_raw(start),
            change=None if before is None else weights - backend.weights_of(before),
            gradient=evaluation.gradient,
            metrics=self._metrics(start, evaluation),
            backend_loss=evaluation.loss,
            test=None if self._tested is None else self._tested.up_to(*path),
            growth=line.growth,
            meter=meter,
            theory=self._analysis.theory,
            progress=progress,
            landscape=self._analysis.landscape(way_epochs, backend.weights_of(way), following),
            fit=fit(self._problem, self._drawn_rows, evaluation.prediction),
            sample=Sample(
                target=self._problem.y[:SAMPLE_ROWS].copy(),
                prediction=evaluation.prediction[:SAMPLE_ROWS].copy(),
                residual=evaluation.residual[:SAMPLE_ROWS].copy(),
            ),
            curve=line.curve,
            ran=self._runner.ran,
            verdict=verdict(
                line.status,
                line.status_epoch,
                epoch=line.epoch,
                names=self._run.names,
                settings=self._run.settings,
                theory=self._analysis.theory,
                progress=progress,
                first_epoch_with=self._analysis.first_epoch_with,
            ),
        )

    def _metrics(self, weights: Floats, evaluation: Evaluation) -> Metrics:
        """Judge the fit in float64: in float32 the target itself is rounded."""
        X, y, loss, residual = self._design.X, self._design.y, evaluation.loss, evaluation.residual
        if residual.dtype != np.float64:
            with np.errstate(over="ignore", invalid="ignore"):
                residual = objective.residual(X, weights.astype(np.float64), y)
                loss = float(np.mean(residual**2))
        if not self._problem.has_own_rows:
            mae = absolute_error(self._design, weights)
            return Metrics.by(loss, y, self._design.rows, mae)
        return Metrics.of(loss, residual, y)

    def _worksheet(self, begun: Beginning) -> Worksheet:
        """The epoch that is next, or in progress, with its numbers."""
        return Worksheet.of(
            tuple(visible(name) for name in self._run.names),
            data=(self._design.X, self._design.y),
            weights=self._backend.weights_of(begun.state),
            found=begun.evaluation,
            lr=self._run.settings.lr,
            updated=self._backend.weights_of(begun.following),
        )
