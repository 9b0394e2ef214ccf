"""The trainer: a problem, a configuration, and the run between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Evaluation
from linreg_core.backends.load import load_backend
from linreg_core.backends.phases import Numbers, Role
from linreg_core.errors import LinregError
from linreg_core.precision import same_bits, ulp_meter
from linreg_core.problem import Design, Problem
from linreg_core.resolve import settle
from linreg_core.safe_text import visible
from linreg_core.settings.config import TrainConfig
from linreg_core.stages import Tell, tell_nobody
from linreg_core.theory.descent import ExactDescent
from linreg_core.theory.landscape import Axes, Slice, check_axes, default_axes
from linreg_core.theory.progress import progress
from linreg_core.theory.theory import Theory
from linreg_core.timeline.breakpoints import Breakpoint, Kind
from linreg_core.timeline.checkpoint import Checkpoint, Memory, Status
from linreg_core.timeline.history import History
from linreg_core.timeline.replay import Replay
from linreg_core.timeline.timeline import Timeline
from linreg_core.views.fit import drawn_rows, fit
from linreg_core.views.held_out import HeldOutRecord
from linreg_core.views.metrics import Metrics
from linreg_core.views.snapshot import RunInfo, Sample, Snapshot
from linreg_core.views.worksheet import Worksheet

SAMPLE_ROWS = 16


@dataclass
class _InEpoch:
    """An epoch in progress.

    Args:
        start: the state that it began with, shape (s,).
        evaluation: the backend's numbers there.
        done: how many of its phases have been run.
    """

    start: Floats
    evaluation: Evaluation
    done: int = 0


class Trainer:
    """Runs one backend on one problem, forward and back, and says where it is.

    Between epochs it stands at an epoch; `phase` takes it inside one. Whatever else is asked for
    inside an epoch begins with taking the phases back, but `run` and `step`, which finish it.

    Args:
        problem: what to solve; never changed.
        config: what was asked for.
        clock: seconds, for the time budgets only.
        tell: hears what takes long while the trainer is made.

    Raises:
        LinregError: when the configuration does not go with the problem or the machine.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        *,
        clock: Callable[[], float] = time.perf_counter,
        tell: Tell = tell_nobody,
    ) -> None:
        self._clock = clock
        self.problem = problem
        self.config = config
        self.settings, self._spectrum = settle(config, problem, tell)
        self._design = self._spectrum.design
        self._drawn_rows = drawn_rows(problem)
        self._axes: Axes | None = None
        self._backend = load_backend(config.backend)(self._design, self.settings)
        self._initial = self._backend.state()
        steepest = float(np.abs(self._backend.evaluate().gradient).max())
        # A start too steep for its dtype diverges with its first update: nothing to compare with.
        self._tolerance = config.tol * steepest if config.tol and np.isfinite(steepest) else None
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._info = RunInfo(
            source=problem.source,
            rows=problem.rows,
            features=problem.features,
            target=problem.target,
            names=self._design.names,
            is_scaled=self._design.is_scaled,
            notes=problem.notes,
            settings=self.settings,
            code=self._backend.sources(),
        )
        self._inside: _InEpoch | None = None
        self.reset()

    # Where it is.

    @property
    def epoch(self) -> int:
        """Number of updates done."""
        return self._line.epoch

    @property
    def latest(self) -> int:
        """The latest epoch that was run."""
        return self._line.latest

    @property
    def origin(self) -> int:
        """The first epoch of the run."""
        return self._line.origin

    @property
    def design(self) -> Design:
        """The problem as the run sees it."""
        return self._design

    @property
    def begins_as_asked(self) -> bool:
        """Whether the run begins at epoch 0 with the weights of its configuration."""
        _, first = self._line.nearest(self.origin)
        return self.origin == 0 and bool(same_bits(first, self._initial).all())

    @property
    def is_over(self) -> bool:
        """Whether no epoch can follow: the run has diverged or converged."""
        return self._line.is_over

    @property
    def has_settled(self) -> bool:
        """Whether the present state is known to come back for ever."""
        return self._line.repeats

    @property
    def path(self) -> tuple[NDArray[np.int64], Floats]:
        """The way to the present epoch: epochs, shape (k,), and weights, shape (k, p), float64.

        The weights are in the run's units. Epochs lie ever wider apart: see `Trajectory`.
        """
        epochs, states = self._line.path(self._epoch_state())
        return epochs, self._backend.weights_of(states)

    @property
    def stopped_by(self) -> tuple[Breakpoint, ...]:
        """The breakpoints that ended the latest run."""
        return self._line.stopped_by

    @property
    def status(self) -> Status:
        """Where the run stands at the present epoch."""
        line = self._line
        if line.end is not None and line.is_over:
            return line.end.status
        if line.recurrence is not None and line.repeats:
            return Status.FROZEN if line.recurrence.length == 1 else Status.CYCLE
        return Status.READY

    @property
    def status_epoch(self) -> int | None:
        """The epoch that decided the status; ``None`` when it is "ready"."""
        line = self._line
        if line.end is not None and line.is_over:
            return line.end.epoch
        if line.recurrence is not None and line.repeats:
            return line.recurrence.start
        return None

    # Going forward.

    def step(self) -> bool:
        """Run one epoch, or finish the one in progress; False if none can be run."""
        done = self.run(1)
        if not done and self.stopped_by:
            # A condition that holds where a step begins is told once, and does not hold it up.
            done = self.run(1)
        return done == 1

    def run(self, epochs: int | None, *, seconds: float | None = None) -> int:
        """Run epochs; see `Timeline.run`. An epoch in progress is the first of them."""
        self._leave_epoch()
        return self._line.run(epochs, seconds=seconds)

    def phase(self) -> bool:
        """Run the next phase of the epoch in progress, or the first of the next epoch.

        Returns:
            False if no epoch can be run.
        """
        if self.is_over:
            return False
        if self._run_phase() == len(self._backend.PHASES):
            self.step()
        return True

    def set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Stop later runs where one of these holds; see `Timeline.set_breakpoints`."""
        self._leave_epoch()
        self._breakpoints = breakpoints
        self._line.set_breakpoints(breakpoints)

    # Going back.

    def reset(self) -> None:
        """Forget all epochs and begin anew with the same initial weights."""
        self.resume(Checkpoint(0, self._initial, History().curve()))

    def goto(self, epoch: int) -> None:
        """Go to an epoch that was run, exactly; beyond either end, to that end."""
        self._leave_epoch()
        self._line.goto(epoch)

    def back(self) -> None:
        """Take the epoch in progress back, or between epochs the last epoch."""
        if self._inside is not None:
            self._leave_epoch()
        else:
            self.goto(self.epoch - 1)

    def back_phase(self) -> bool:
        """Take the last phase back; False at the origin, where there is none.

        States are not undone but run again: from the epoch's start, or from a keyframe.
        """
        if self._inside is not None:
            done = self._inside.done - 1
        elif self.epoch > self.origin:
            self.goto(self.epoch - 1)
            done = len(self._backend.PHASES) - 1
        else:
            return False
        self._leave_epoch()
        for _ in range(done):
            self._run_phase()
        return True

    # Leaving and coming back.

    def checkpoint(self) -> Checkpoint:
        """The present epoch, for `resume`; phases in progress are left out."""
        self._leave_epoch()
        line = self._line
        curve = line.curve_before(self.epoch)
        return Checkpoint(self.epoch, self._backend.state(), curve, line.memory())

    def memory(self) -> Memory:
        """What is remembered of the run's epochs, for a checkpoint."""
        return self._line.memory()

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on at a checkpoint of the same run, or begin one there; see `Timeline`."""
        self._inside = None
        self._line = Timeline(
            self._backend, checkpoint, tolerance=self._tolerance, clock=self._clock
        )
        test = self.problem.test
        self._tested = None if test is None else HeldOutRecord(test, self._design)
        self._line.set_breakpoints(self._breakpoints)
        for told in ("descent", "theory", "_slice"):  # of the beginning that was before
            self.__dict__.pop(told, None)

    # What is known of it without running it. Told when it is asked for: a trainer that is forked
    # off, or only compared with, needs none of it, and it takes longer than many epochs.

    @cached_property
    def descent(self) -> ExactDescent:
        """The run in exact arithmetic, but with the rate that the backend multiplies by."""
        _, first = self._line.nearest(self.origin)
        weights = self._backend.weights_of(first)
        return ExactDescent.of(self._spectrum, self.settings.rate, self.origin, weights)

    @cached_property
    def theory(self) -> Theory:
        """What is told of it."""
        return Theory.of(self.descent)

    @cached_property
    def _slice(self) -> Slice:
        return Slice.of(self.descent, self.theory, self._axes or default_axes(self.descent))

    def look_along(self, axes: Axes | None) -> None:
        """Choose the axes of the landscape; ``None``: those of `default_axes`.

        Raises:
            LinregError: "bad-axes" when the run has no such axes.
        """
        if axes is not None:
            check_axes(axes, self.descent)
        self._axes = axes
        self.__dict__.pop("_slice", None)

    def fork(self, config: TrainConfig, weights: Floats | None = None) -> Trainer:
        """A new run that begins where this one stands; this one stays as it is.

        Args:
            config: what is different from here on; bias and standardising must stay as they are,
                or the weights would mean something else.
            weights: other weights to begin with, shape (p,), finite, in the run's units; ``None``:
                the present ones, rounded to the new dtype.

        Raises:
            LinregError: as for a new trainer; "fork" when the weights would mean something else;
                "bad-value" when weights are not finite in the new dtype.
        """
        forked = Trainer(self.problem, config, clock=self._clock)
        if forked._info.names != self._info.names or (
            forked.settings.standardize != self.settings.standardize
        ):
            raise LinregError("fork", "a fork keeps bias and standardising as they are")
        with np.errstate(over="ignore"):
            here = self._backend.weights_of(self._epoch_state())
            # + 0.0: no negative zero by hand
            start = here if weights is None else np.asarray(weights) + 0.0
            start = start.astype(forked._initial.dtype)
        if start.shape != here.shape or not np.isfinite(start).all():
            raise LinregError("bad-value", f"weights must be {len(here)} finite numbers")
        self._leave_epoch()
        forked._breakpoints = self._breakpoints
        state = forked._backend.beginning(start)
        forked.resume(Checkpoint(self.epoch, state, self._line.curve_before(self.epoch)))
        return forked

    def snapshot(self, *, written: bool = True) -> Snapshot:
        """The present state, with loss and gradient at the weights of the epoch.

        Args:
            written: whether the worksheet has numbers, not formulas alone; they take most of the
                time of a problem with many weights.
        """
        backend, line = self._backend, self._line
        evaluation = self._inside.evaluation if self._inside else backend.evaluate()
        shapes = backend.shapes()
        worksheet = self._worksheet() if written else Worksheet.of(self.epoch, backend.PHASES)
        state = self._epoch_state()
        weights, start = backend.weights_of(backend.state()), backend.weights_of(state)
        done = self._inside.done if self._inside else 0
        before = state if self._has_updated(done) else line.before
        meter = ulp_meter(start, evaluation.gradient, self.settings.rate)
        cycle = line.recurrence if self.status is Status.CYCLE else None
        path = self.path
        return Snapshot(
            run=self._info,
            epoch=self.epoch,
            origin=line.origin,
            latest=line.latest,
            status=self.status,
            status_epoch=self.status_epoch,
            cycle_length=None if cycle is None else cycle.length,
            stopped_by=tuple(str(found) for found in line.stopped_by),
            breakpoints=tuple(
                (str(found), int(found.value or 0) if found.kind is Kind.EPOCH else None)
                for found in self._breakpoints
            ),
            keyframe_stride=line.keyframe_stride,
            phases_done=done,
            worksheet=worksheet,
            shapes=shapes,
            weights=weights,
            epoch_weights=start,
            epoch_state=state,
            raw_weights=self._design.to_raw(weights),
            change=None if before is None else weights - backend.weights_of(before),
            gradient=evaluation.gradient,
            metrics=Metrics.of(evaluation.loss, evaluation.residual, self.problem.y),
            test=None if self._tested is None else self._tested.up_to(*path),
            growth=line.growth,
            meter=meter,
            theory=self.theory,
            progress=progress(self.descent, self.theory, weights.astype(np.float64), meter),
            landscape=self._slice.landscape(*path),
            fit=fit(self.problem, self._drawn_rows, evaluation.prediction),
            sample=Sample(
                target=self.problem.y[:SAMPLE_ROWS].copy(),
                prediction=evaluation.prediction[:SAMPLE_ROWS].copy(),
                residual=evaluation.residual[:SAMPLE_ROWS].copy(),
            ),
            curve=line.curve,
        )

    def epoch_snapshot(self) -> Snapshot:
        """The state of the epoch itself, without the phases in progress, which stay as they are."""
        done = self._inside.done if self._inside else 0
        self._leave_epoch()
        snapshot = self.snapshot()
        for _ in range(done):
            self.phase()
        return snapshot

    def replay(self, epochs: tuple[int, int] | None = None) -> Replay:
        """Go through epochs that were run once more, to tell all of each; see `Replay`.

        The trainer stays where it is, and may go on meanwhile.
        """
        backend = load_backend(self.config.backend)(self._design, self.settings)
        return Replay(backend, self._line, epochs)

    # Inside an epoch.

    def _run_phase(self) -> int:
        """Run the next phase, perhaps the first of the next epoch; how many of it are done now."""
        if self._inside is None:
            self._inside = _InEpoch(self._backend.state(), self._backend.evaluate())
        self._backend.run_phase(self._backend.PHASES[self._inside.done])
        self._inside.done += 1
        return self._inside.done

    def _leave_epoch(self) -> None:
        """Take the phases in progress back."""
        if self._inside is not None:
            self._backend.restore(self._inside.start)
        self._inside = None

    def _epoch_state(self) -> Floats:
        """The state of the epoch itself, whatever phases have been run since, shape (s,)."""
        return self._backend.state() if self._inside is None else self._inside.start

    def _has_updated(self, done: int) -> bool:
        """Whether the weights have changed once so many phases have been run."""
        return any(phase.role is Role.UPDATE for phase in self._backend.PHASES[:done])

    def _worksheet(self) -> Worksheet:
        """The epoch in progress written out, or between epochs the one that led here."""
        backend, present = self._backend, self._backend.state()
        if self._inside is not None:
            inside, epoch = self._inside, self.epoch
        elif self._line.before is not None:
            backend.restore(self._line.before)
            evaluation, epoch = backend.evaluate(), self.epoch - 1
            backend.restore(present)
            inside = _InEpoch(self._line.before, evaluation, len(backend.PHASES))
        else:
            return Worksheet.of(self.epoch, backend.PHASES)
        names = tuple(visible(name) for name in self._info.names)
        numbers = Numbers(
            X=self._design.X.astype(present.dtype, copy=False),
            y=self._design.y,
            names=names,
            gradient_names=[backend.gradient_name(i, name) for i, name in enumerate(names)],
            lr=self.settings.lr,
            weights=backend.weights_of(inside.start),
            prediction=inside.evaluation.prediction,
            residual=inside.evaluation.residual,
            loss=inside.evaluation.loss,
            gradient=inside.evaluation.gradient,
            updated=backend.weights_of(present),
        )
        return Worksheet.of(epoch, backend.PHASES, inside.done, numbers)
