"""The same run in float32 and in float64: how far each of them comes, and what holds it there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.settings.catalogue import DTYPES
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.descent import ExactDescent
from linreg_core.theory.reference import Reference, errors_of
from linreg_core.theory.standstill import Held, Left, Standing
from linreg_core.theory.theory import Forecast, forecasts
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.history import bucket_of, first_epoch_of
from linreg_core.trainer import Trainer

EXACT_BITS = 4
"""log2 of the epochs per octave at which exact arithmetic is told: 272 of 10^6 epochs."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two runs. All but the forecast is measured.

    Args:
        dtype: "float32" or "float64".
        epoch: where it stands.
        is_done: whether it has come to the last epoch that was asked for, or to its own end.
        status: as in `Snapshot`, as are the next two.
        status_epoch: the epoch that decided the status.
        cycle_length: how many epochs a cycle has.
        weights: in the problem's own units, shape (p,).
        loss: as the backend computed it; may be infinite where the run diverged at once.
        epochs: the epochs kept along the way, rising, the present one last, shape (k,).
        digits: the correct digits of the worst weight at those epochs, 0 to 17, shape (k,), against
            the reference; see `Reference.digits`.
        worst: the index of that weight at the present epoch.
        held: a weight against its next step; ``None`` where that is not finite.
        gains: whether one epoch of exact arithmetic from here would lower the loss; false also
            where that is not known.
        left: what keeps it from the limit; ``None`` where nothing does that is known, and as long
            as it runs.
        diverges: whether the learning rate is beyond the limit of any dtype.
        forecast: what theory told beforehand; ``None``: the rule has no closed form.
    """

    dtype: str
    epoch: int
    is_done: bool
    status: Status
    status_epoch: int | None
    cycle_length: int | None
    weights: Floats
    loss: float
    epochs: NDArray[np.int64]
    digits: NDArray[np.float64]
    worst: int
    held: Held | None
    gains: bool
    left: Left | None
    diverges: bool
    forecast: Forecast | None


@dataclass(frozen=True, eq=False)
class Compared:
    """Where two runs of the same configuration stand, from the same initial weights.

    Args:
        backend: a key of `BACKENDS`.
        lr: the learning rate of both.
        epochs: up to which epoch they are run.
        names: one name per weight, p of them, the bias last.
        is_scaled: whether the run's weights differ in units from the problem's.
        is_unique: whether only one set of weights is best.
        reference: the weights that exact arithmetic tends to, in the problem's own units.
        floor: the least loss there is; see `Optimum`.
        sides: float32, then float64.
        exact_epochs: epochs from the first to the last, shape (e,), e <= 300 for 10^6 epochs; none
            where the rule has no closed form.
        exact_digits: the correct digits of the worst weight in exact arithmetic there, shape (e,).
        auto_lr: the learning rate of the rule auto; ``None`` where none follows from the features.
        auto: the forecasts with that rate, float32, then float64; empty without one. Not with the
            best rate: so near to the limit a run ends in a cycle rather than frozen.
    """

    backend: str
    lr: float
    epochs: int
    names: tuple[str, ...]
    is_scaled: bool
    is_unique: bool
    reference: Reference
    floor: float
    sides: tuple[Side, Side]
    exact_epochs: NDArray[np.int64]
    exact_digits: NDArray[np.float64]
    auto_lr: float | None
    auto: tuple[Forecast, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be run."""
        return all(side.is_done for side in self.sides)


class Comparison:
    """Runs a configuration in both dtypes, in turns, from the same initial weights.

    They are those that the configuration gives in its own dtype: a draw in another one would be
    another draw.

    Args:
        problem: what to solve; never changed.
        config: what is run, but for the dtype.
        epochs: up to which epoch, >= 1.
        clock: seconds, for the time budgets only.

    Raises:
        LinregError: as for a trainer, in either dtype.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        epochs: int,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._epochs = epochs
        start = Trainer(problem, config, clock=clock)
        self._trainers = [start.fork(replace(config, dtype=dtype)) for dtype in DTYPES]
        exact, self._auto_lr = self._trainers[-1].descent, self._trainers[-1].theory.auto_lr
        self._exact_epochs = _spread(epochs) if exact is not None else np.empty(0, np.int64)
        self._exact_digits = np.empty(0)
        self._ended: dict[str, Side] = {}
        self._auto: tuple[Forecast, ...] = ()
        if exact is not None:
            reference = self._trainers[-1].theory.reference
            self._exact_digits = exact_digits(exact, reference, self._exact_epochs)
            if self._auto_lr is not None:
                auto = replace(exact, modes=exact.modes.with_rate(self._auto_lr))
                self._auto = forecasts(auto, reference)

    @property
    def is_done(self) -> bool:
        """Whether both runs are at the last epoch, or at an end of their own."""
        return all(self._has_ended(trainer) for trainer in self._trainers)

    def advance(self, seconds: float | None) -> None:
        """Go on with both runs.

        Args:
            seconds: for how long, about, shared by the runs that go on; ``None``: to the end.
        """
        going = [trainer for trainer in self._trainers if not self._has_ended(trainer)]
        for trainer in going:
            share = None if seconds is None else seconds / len(going)
            trainer.run(self._epochs - trainer.epoch, seconds=share)

    def summary(self) -> Compared:
        """The state of both runs."""
        one, other = (self._side(trainer) for trainer in self._trainers)
        trainer = self._trainers[-1]
        design, settings, theory = trainer.design, trainer.settings, trainer.theory
        return Compared(
            backend=settings.backend,
            lr=settings.lr,
            epochs=self._epochs,
            names=design.names,
            is_scaled=design.is_scaled,
            is_unique=theory.is_unique,
            reference=theory.reference,
            floor=theory.floor,
            sides=(one, other),
            exact_epochs=self._exact_epochs,
            exact_digits=self._exact_digits,
            auto_lr=self._auto_lr,
            auto=self._auto,
        )

    def _has_ended(self, trainer: Trainer) -> bool:
        return trainer.is_over or trainer.epoch >= self._epochs

    def _side(self, trainer: Trainer) -> Side:
        """One of the runs; where it has ended it is looked at closely, and once."""
        dtype = trainer.settings.dtype
        if dtype not in self._ended:
            side = self._looked_at(trainer)
            if not side.is_done:
                return side
            self._ended[dtype] = side
        return self._ended[dtype]

    def _looked_at(self, trainer: Trainer) -> Side:
        snapshot, is_done = trainer.snapshot(written=False), self._has_ended(trainer)
        epochs, weights = trainer.path
        dtype, theory = trainer.settings.dtype, trainer.theory
        errors = errors_of(trainer.approach, theory.reference, weights)
        digits = theory.reference.digits(errors)
        standing = Standing.of(trainer.design, snapshot.weights, snapshot.gradient, closely=is_done)
        return Side(
            dtype=dtype,
            epoch=trainer.epoch,
            is_done=is_done,
            status=snapshot.status,
            status_epoch=snapshot.status_epoch,
            cycle_length=snapshot.cycle_length,
            weights=snapshot.raw_weights,
            loss=float(snapshot.backend_loss),
            epochs=epochs,
            digits=digits.min(axis=1),
            worst=int(np.argmin(digits[-1])),
            held=standing.held(snapshot.meter),
            gains=standing.gains(trainer.settings.rate),
            left=standing.left(trainer.approach, theory) if is_done else None,
            diverges=theory.diverges,
            forecast=next((one for one in theory.forecasts if one.dtype == dtype), None),
        )


def exact_digits(
    descent: ExactDescent, reference: Reference, epochs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The correct digits of the worst weight in exact arithmetic at (e,) epochs, shape (e,)."""
    errors = descent.spectrum.design.to_raw(descent.errors(epochs)).T
    return np.asarray(reference.digits(errors).min(axis=1))


def _spread(epochs: int) -> NDArray[np.int64]:
    """Epochs from 0 to the last one, ever wider apart."""
    last = bucket_of(np.array([epochs]), EXACT_BITS)[0]
    sampled = first_epoch_of(np.arange(last + 1), EXACT_BITS)
    return np.append(sampled[sampled < epochs], epochs)
