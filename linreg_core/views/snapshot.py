"""What leaves the core: frozen values of NumPy and Python, never a tensor."""

from __future__ import annotations

from linreg_core.arrays import Floats
from linreg_core.backends.base import PhaseSource
from linreg_core.polynomial import Polynomial
from linreg_core.precision import UlpMeter
from linreg_core.problem import Note, Problem
from linreg_core.records import dataclass
from linreg_core.settings.settings import Settings
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.landscape import Landscape
from linreg_core.theory.notes import notes_on_run
from linreg_core.theory.progress import Progress
from linreg_core.theory.theory import Theory
from linreg_core.timeline.checkpoint import Checkpoint, Status
from linreg_core.timeline.curve import Curve
from linreg_core.timeline.not_finite import Failure
from linreg_core.views.fit import Fit
from linreg_core.views.held_out import HeldOutFit
from linreg_core.views.metrics import Metrics
from linreg_core.views.verdict import Verdict
from linreg_core.views.whole import Whole
from linreg_core.views.worksheet import Worksheet
from linreg_core.ways.way import Ran


@dataclass(frozen=True)
class RunInfo:
    """What stays the same for a whole run.

    Args:
        source: the problem's name or file.
        rows: number of observations that are trained on, n.
        features: the feature names, d of them.
        polynomial: what the features are powers of; ``None``: of nothing.
        target: the target's name.
        names: one name per weight, p of them, the bias last.
        is_scaled: whether the run's weights differ in units from the problem's.
        notes: what was done to the data, or seen in it, on the way in and by this run.
        settings: what is run.
        code: the code of every phase, in the order in which they run.
        whole: what is known of the table that the rows are a sample of; ``None``: they are none.
    """

    source: str
    rows: int
    features: tuple[str, ...]
    polynomial: Polynomial | None
    target: str
    names: tuple[str, ...]
    is_scaled: bool
    notes: tuple[Note, ...]
    settings: Settings
    code: tuple[PhaseSource, ...]
    whole: Whole | None

    @classmethod
    def of(
        cls,
        problem: Problem,
        spectrum: Spectrum,
        settings: Settings,
        code: tuple[PhaseSource, ...],
    ) -> RunInfo:
        """Tell it of a problem, as it is and as the run sees it."""
        design = spectrum.design
        return cls(
            source=problem.source,
            rows=problem.rows,
            features=problem.features,
            polynomial=problem.polynomial,
            target=problem.target,
            names=design.names,
            is_scaled=design.is_scaled,
            notes=notes_on_run(problem, spectrum, settings),
            settings=settings,
            code=code,
            whole=Whole.of(problem, spectrum, settings),
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """The first rows of the problem at the present weights; all arrays have shape (k,), k <= 16."""

    target: Floats
    prediction: Floats
    residual: Floats


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state after ``epoch`` updates, all numbers as the backend computed them.

    Args:
        run: what is run.
        epoch: number of updates done that count, >= 0.
        origin: the first epoch of the run: 0, or where it was forked off another one.
        first: the first epoch that can be gone back to: ``origin``, or one of a run before it.
        forks: epochs at which a run was forked off another one, rising.
        latest: the latest epoch that was run; more than ``epoch`` in the past.
        status: where the run stands at this epoch.
        status_epoch: the epoch that decided the status; ``None`` when it is "ready".
        cycle_length: how many epochs a cycle has; ``None`` when the status is not "cycle".
        stopped_by: the breakpoints that ended the latest run, in words.
        breakpoints: those that are set, in words, and the epoch of those on an epoch.
        keyframe_stride: how many epochs lie between two states that are kept.
        phases_done: how many phases of the epoch in progress have been run; 0 between epochs.
        beyond: how many epochs further than ``epoch`` the state shown is: one of those that fail,
            after the last epoch of a run that diverges; 0 everywhere else.
        failure: what the phase that ran last has made that is not finite; ``None``: nothing, or
            none ran.
        worksheet: the numbers of the epoch in progress or, between epochs, of the next; ``None``:
            it was not asked for.
        shapes: names and shapes of the arrays as the backend holds them.
        weights: in the run's units and dtype, shape (p,); inside an epoch, after the update, those
            of the next one.
        epoch_weights: those of the epoch shown, before any update, shape (p,).
        committed_state: all that the next epoch depends on, at ``epoch``, shape (s,): finite.
        step: -lr·gradient, what gradient descent adds to the weights of the epoch, shape (p,).
        next_weights: those that its update leads to, shape (p,).
        raw_weights: those of the epoch in the problem's own units, float64, shape (p,).
        change: weights minus those one epoch before, shape (p,); ``None`` where that epoch is
            not known.
        gradient: derivative of the loss by each weight, shape (p,), in the run's dtype, at the
            weights of the epoch.
        metrics: how good the fit is on the rows trained on, at the weights of the epoch.
        backend_loss: the mean squared error that the backend computed there, in the run's dtype and
            against its rounded target; in float64 it is that of ``metrics``.
        test: how good it is on the rows held out; ``None``: there are none.
        growth: what the last epoch multiplied the root of the loss by; ``None`` where the epoch
            before is not known, or its loss is 0.
        meter: the next update against the digits that the dtype has.
        theory: the run in exact arithmetic.
        progress: how far the run has come on the way that theory knows.
        landscape: the loss over two coordinates, and the way of the weights up to here.
        fit: rows of the data and what the model predicts for them.
        sample: the first rows.
        curve: the loss of all epochs up to the latest.
        ran: by which way its epochs were run.
        verdict: what the run has come to.
    """

    run: RunInfo
    epoch: int
    origin: int
    first: int
    forks: tuple[int, ...]
    latest: int
    status: Status
    status_epoch: int | None
    cycle_length: int | None
    stopped_by: tuple[str, ...]
    breakpoints: tuple[tuple[str, int | None], ...]
    keyframe_stride: int
    phases_done: int
    beyond: int
    failure: Failure | None
    worksheet: Worksheet | None
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    weights: Floats
    epoch_weights: Floats
    committed_state: Floats
    step: Floats
    next_weights: Floats
    raw_weights: Floats
    change: Floats | None
    gradient: Floats
    metrics: Metrics
    backend_loss: float
    test: HeldOutFit | None
    growth: float | None
    meter: UlpMeter
    theory: Theory
    progress: Progress
    landscape: Landscape
    fit: Fit
    sample: Sample
    curve: Curve
    ran: Ran
    verdict: Verdict

    @property
    def loss(self) -> float:
        """Mean squared error at the weights of the epoch."""
        return self.metrics.loss

    @property
    def shown_epoch(self) -> int:
        """The epoch whose numbers these are."""
        return self.epoch + self.beyond

    @property
    def committed_weights(self) -> Floats:
        """The weights that a fork begins with, shape (p,)."""
        return self.committed_state[: len(self.weights)]

    def checkpoint(self) -> Checkpoint:
        """The epoch that counts, to go on from elsewhere."""
        return Checkpoint(self.epoch, self.committed_state, self.curve.cut(self.epoch + 1))
