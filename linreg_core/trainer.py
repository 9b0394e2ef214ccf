"""The trainer: a problem, a configuration, and the run between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.load import make_backend
from linreg_core.errors import LinregError
from linreg_core.precision import same_bits
from linreg_core.problem import Design, Problem
from linreg_core.resolve import has_bias, settle
from linreg_core.settings.config import TrainConfig
from linreg_core.stages import OnProgress, ignore_progress
from linreg_core.theory.analysis import Analysis
from linreg_core.theory.descent import Approach, ExactDescent
from linreg_core.theory.landscape import Axes
from linreg_core.theory.theory import Theory
from linreg_core.timeline.breakpoints import Breakpoint
from linreg_core.timeline.checkpoint import Checkpoint, Memory, Status
from linreg_core.timeline.history import History
from linreg_core.timeline.phase_stepper import PhaseStepper
from linreg_core.timeline.replay import Replay
from linreg_core.timeline.timeline import Timeline
from linreg_core.views.observer import Observer
from linreg_core.views.snapshot import RunInfo, Snapshot
from linreg_core.ways.runner import Runner
from linreg_core.ways.way import Ran


class Trainer:
    """Runs one backend on one problem, forward and back, and says where it is.

    Between epochs it stands at an epoch; `phase` takes it inside one. Whatever else is asked for
    inside an epoch begins with taking the phases back, but `run` and `step`, which finish it. After
    the last epoch of a run that diverges, phases can be run all the same, to be looked at: they
    never count.

    Args:
        problem: what to solve; never changed.
        config: what was asked for.
        clock: seconds, for the time budgets only.
        on_progress: called with what takes long while the trainer is made.

    Raises:
        LinregError: when the configuration does not go with the problem or the machine.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        *,
        clock: Callable[[], float] = time.perf_counter,
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        self._clock = clock
        self.problem = problem = problem.for_bias(has_bias(config, problem))
        self.config = config
        self.settings, self._spectrum = settle(config, problem, on_progress)
        self._design = self._spectrum.design
        self._backend = make_backend(self._design, self.settings)
        self._runner = Runner(self._backend, self._design, self.settings)
        self._initial = self._backend.state()
        steepest = float(np.abs(self._backend.evaluate().gradient).max())
        # A start too steep for its dtype diverges with its first update: nothing to compare with.
        self._tolerance = config.tol * steepest if config.tol and np.isfinite(steepest) else None
        self._breakpoints: tuple[Breakpoint, ...] = ()
        self._info = RunInfo.of(problem, self._spectrum, self.settings, self._backend.sources())
        self._phases = PhaseStepper(self._backend)
        self._axes: Axes | None = None
        self.reset()

    # Where it is.

    @property
    def here(self) -> Trainer:
        """The trainer of the epoch where it stands: before a fork that of the run before."""
        return self

    @property
    def epoch(self) -> int:
        """Number of updates done."""
        return self._line.epoch

    @property
    def phases_done(self) -> int:
        """How many phases of the epoch in progress have been run; 0 between epochs."""
        return self._phases.done

    @property
    def beyond(self) -> int:
        """How many epochs after the last one of a diverged run the phases have gone; 0: none."""
        return self._phases.beyond

    @property
    def phase_count(self) -> int:
        """How many phases an epoch has."""
        return len(self._backend.PHASES)

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
    def begins_as_configured(self) -> bool:
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
        return self._observer.path

    @property
    def stopped_by(self) -> tuple[Breakpoint, ...]:
        """The breakpoints that ended the latest run."""
        return self._line.stopped_by

    @property
    def status(self) -> Status:
        """Where the run stands at the present epoch."""
        return self._line.status

    @property
    def status_epoch(self) -> int | None:
        """The epoch that decided the status; ``None`` when it is "ready"."""
        return self._line.status_epoch

    @property
    def ran(self) -> Ran:
        """By which way its epochs were run so far."""
        return self._runner.ran

    def prepare(self) -> None:
        """Load what its fastest way needs, in a thread; nothing waits for it."""
        self._runner.prepare()

    # Going forward.

    def step(self) -> bool:
        """Run one epoch, or finish the one in progress; False if none can be run."""
        done = self.run(1)
        if not done and self.here.stopped_by:
            # A condition that holds where a step begins is told once, and does not hold it up.
            done = self.run(1)
        return done == 1

    def run(self, epochs: int | None, *, seconds: float | None = None) -> int:
        """Run epochs; see `Timeline.run`. An epoch in progress is the first of them."""
        self._phases.leave()
        self._runner.expect(epochs)
        return self._line.run(epochs, seconds=seconds)

    def phase(self) -> bool:
        """Run the next phase of the epoch in progress, or the first of the next epoch.

        Returns:
            False if no epoch can be run, and the run has not diverged.
        """
        if self.is_over and self.status is not Status.DIVERGED:
            return False
        self._phases.advance()
        if self._phases.is_at_end and (self.is_over or not self.step()):
            self._phases.go_beyond()
        return True

    def seek_failure(self) -> bool:
        """Go on beyond a run that has diverged to the next number that is not finite.

        Returns:
            False if there is none to go to; see `PhaseStepper.seek_failure`.
        """
        return self.status is Status.DIVERGED and self._phases.seek_failure()

    def set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Stop later runs where one of these holds; see `Timeline.set_breakpoints`."""
        self._phases.leave()
        self._breakpoints = breakpoints
        self._line.set_breakpoints(breakpoints)

    # Going back.

    def reset(self) -> None:
        """Forget all epochs and begin anew with the same initial weights."""
        self.resume(Checkpoint(0, self._initial, History().curve()))

    def goto(self, epoch: int) -> None:
        """Go to an epoch that was run, exactly; beyond either end, to that end."""
        self._phases.leave()
        self._line.goto(epoch)

    def back(self) -> None:
        """Take the epoch in progress back, or between epochs the last epoch."""
        if self._phases.is_away:
            self._phases.leave()
        else:
            self.goto(self.epoch - 1)

    def back_phase(self) -> bool:
        """Take the last phase back; False at the origin, where there is none.

        States are not undone but run again: from the epoch's start, or from a keyframe.
        """
        beyond, done, last = self.beyond, self.phases_done - 1, self.phase_count - 1
        if done < 0 and beyond:
            beyond, done = beyond - 1, last
        elif done < 0:
            if self.epoch == self.origin:
                return False
            self.goto(self.epoch - 1)
            done = last
        self._phases.stand(beyond, done)
        return True

    # Leaving and coming back.

    def checkpoint(self, *, at_once: bool = False) -> Checkpoint:
        """The present epoch, for `resume`; phases in progress are left out.

        Args:
            at_once: whether no epoch is to be run for it, which may be dear or not possible any
                more: then the curve, which a memory makes needless, goes up to the latest epoch.
        """
        self._phases.leave()
        line = self._line
        curve = line.curve if at_once else line.curve_before(self.epoch)
        return Checkpoint(self.epoch, self._backend.state(), curve, self.memory())

    def memory(self) -> Memory:
        """What is remembered of the run's epochs, for a checkpoint."""
        return self._line.memory()

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on at a checkpoint of the same run, or begin one there; see `Timeline`."""
        self._phases.forget()
        self._line = Timeline(
            self._backend,
            self._runner,
            checkpoint,
            tolerance=self._tolerance,
            clock=self._clock,
        )
        self._line.set_breakpoints(self._breakpoints)
        _, first = self._line.nearest(self.origin)
        weights = self._backend.weights_of(first)
        modes = partial(self._backend.modes, lr=self.settings.rate)
        self._analysis = Analysis(self._spectrum, modes, self.origin, weights, self._axes)
        self._observer = Observer(
            problem=self.problem,
            run=self._info,
            backend=self._backend,
            line=self._line,
            phases=self._phases,
            runner=self._runner,
            analysis=self._analysis,
        )

    # What is known of it without running it.

    @property
    def approach(self) -> Approach:
        """Where it begins and where it would end."""
        return self._analysis.approach

    @property
    def descent(self) -> ExactDescent | None:
        """The run in exact arithmetic; ``None``: its rule has no closed form."""
        return self._analysis.descent

    @property
    def theory(self) -> Theory:
        """What is told of it."""
        return self._analysis.theory

    def look_along(self, axes: Axes | None) -> None:
        """Choose the axes of the landscape; see `Analysis.look_along`."""
        self._analysis.look_along(axes)
        self._axes = axes

    def weights_at(self, point: tuple[float, ...]) -> Floats:
        """The weights at a point of the landscape, shape (p,), in the run's units.

        Args:
            point: its coordinates; along all other directions the weights stay where they are.

        Raises:
            LinregError: "bad-value" when it has not as many coordinates as the landscape.
        """
        if len(point) != len(self.snapshot(written=False).landscape.names):
            raise LinregError("bad-value", "a point has as many coordinates as the landscape")
        here = self._backend.weights_of(self._phases.state)
        return self._analysis.moved(here.astype(np.float64), point)

    # Another run from here, and what this one looks like.

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
        forked = type(self)(self.problem, config, clock=self._clock)
        if forked._info.names != self._info.names or (
            forked.settings.standardize != self.settings.standardize
        ):
            raise LinregError("fork", "a fork keeps bias and standardising as they are")
        with np.errstate(over="ignore"):
            here = self._backend.weights_of(self._phases.state)
            # + 0.0: no negative zero by hand
            start = here if weights is None else np.asarray(weights) + 0.0
            start = start.astype(forked._initial.dtype)
        if start.shape != here.shape or not np.isfinite(start).all():
            raise LinregError("bad-value", f"weights must be {len(here)} finite numbers")
        self._phases.leave()
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
        return self._observer.snapshot(self._breakpoints, written=written)

    def epoch_snapshot(self) -> Snapshot:
        """The state of the epoch itself, without the phases in progress, which stay as they are."""
        beyond, done = self.beyond, self.phases_done
        self._phases.leave()
        snapshot = self.snapshot()
        self._phases.stand(beyond, done)
        return snapshot

    def replay(self, epochs: tuple[int, int] | None = None) -> Replay:
        """Go through epochs that were run once more, to tell all of each; see `Replay`.

        The trainer stays where it is, and may go on meanwhile.
        """
        backend = make_backend(self._design, self.settings)
        return Replay(backend, self._runner.for_another(backend), self._line, epochs)
