"""What can be told of a run beforehand: where it goes, how fast, which learning rates work.

Nothing here trains, and nothing here is measured: what is shown of it is always called theory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.modes import Modes
from linreg_core.precision import digits_of
from linreg_core.records import dataclass
from linreg_core.safe_text import shortened
from linreg_core.settings.catalogue import DTYPES
from linreg_core.theory.algebra.dependence import Dependence, dependence, free_weights
from linreg_core.theory.algebra.spectrum import Optimum
from linreg_core.theory.descent import Approach, ExactDescent
from linreg_core.theory.forecast import freeze, overflow_epoch
from linreg_core.theory.reference import Reference

MOST_LISTED = 200
"""Directions that are told one by one; of more, as many of the fastest as of the slowest."""

MOST_TERMS = 3
LEAST_TERM = 0.05
"""Components of a unit direction that are named."""


FREEZE_SPREAD = 2.0
"""The factor within which 97 % of the runs that rounding ends are ended where it was foretold, and
99 % of those of 100 epochs or more; measured, see `freeze`."""


@dataclass(frozen=True)
class Forecast:
    """What becomes of the run in a dtype. All epochs are of exact arithmetic, rounded only there.

    Args:
        dtype: "float32" or "float64".
        overflow_epoch: where it diverges; ``None``: it does not.
        freeze_epoch: from where on rounding holds the run, about: it is frozen or goes in a small
            cycle, mostly within a factor `FREEZE_SPREAD` of it; ``None``: it diverges, drifts, or
            goes on for longer than any count.
        digits: the correct digits of the worst weight then, about; ``None`` without a freeze epoch,
            or where the data determines no weight.
        drifts: whether rounding can move weights for ever along what the data does not determine,
            so that no epoch is foretold from which they stand still.
    """

    dtype: str
    overflow_epoch: int | None
    freeze_epoch: int | None
    digits: float | None
    drifts: bool

    @property
    def freeze_spread(self) -> float | None:
        """The factor that the freeze epoch may mostly be off by; ``None`` where there is none."""
        return None if self.freeze_epoch is None else FREEZE_SPREAD


@dataclass(frozen=True, eq=False)
class Theory:
    """A run in exact arithmetic, as values that may leave the core.

    What follows from the data alone is always there. What follows from the rule of descent, and is
    ``None`` or empty or false for a rule without a closed form, is: ``modes``, ``forecasts``, and
    all the properties below but the first.

    Args:
        origin: the epoch at which the run begins.
        eigenvalues: of the Hessian, largest first, > 0, shape (m,).
        start: the distance to the limit along each of its directions at the origin, shape (m,).
        modes: what epochs make of these distances; ``None``: the rule has no closed form.
        listed: indices of the directions that are told one by one, shape (t,), t <= `MOST_LISTED`.
        directions: those directions in the names of the data: "0.62·x1 + 0.79·x2".
        rank: how many combinations of the weights the data determines.
        is_unique: whether only one set of weights is best.
        condition_number: λmax / λmin, over those that are not zero; may be infinite.
        optimum: the least-squares solution, in the problem's own units.
        reference: the weights that the run tends to: the optimum, or where that is not unique the
            one of many that this start leads to; and how well they are known.
        level: what the excess of the modes is added to: the least loss, and where that is known to
            few digits only, another rounding of it; nan where no losses are known.
        is_free: which weights are not determined, shape (p,): others are as good.
        dependence: which columns depend on each other; ``None`` where the weights are unique, or
            too many.
        forecasts: one for each dtype; none without a closed form.
    """

    origin: int
    eigenvalues: Floats
    start: Floats
    modes: Modes | None
    listed: NDArray[np.int64]
    directions: tuple[str, ...]
    rank: int
    is_unique: bool
    condition_number: float
    optimum: Optimum
    reference: Reference
    level: float
    is_free: NDArray[np.bool_]
    dependence: Dependence | None
    forecasts: tuple[Forecast, ...]

    @classmethod
    def of(cls, approach: Approach, modes: Modes | None, descent: ExactDescent | None) -> Theory:
        """Tell what there is to be known of a run.

        Args:
            approach: where it begins and where it would end.
            modes: what epochs make of its distances; ``None``: its rule has no closed form.
            descent: the run with its epochs; ``None``: as above, or it hides a direction.
        """
        spectrum = approach.spectrum
        listed = _listed(len(spectrum.eigenvalues))
        reference = Reference.of(approach)
        return cls(
            origin=approach.origin,
            eigenvalues=spectrum.eigenvalues,
            start=approach.start,
            modes=modes,
            listed=listed,
            directions=tuple(
                in_words(v, spectrum.design.names) for v in spectrum.directions.T[listed]
            ),
            rank=spectrum.rank,
            is_unique=spectrum.is_unique,
            condition_number=spectrum.condition_number,
            optimum=spectrum.optimum,
            reference=reference,
            level=np.nan if descent is None else descent.level,
            is_free=free_weights(spectrum),
            dependence=dependence(spectrum),
            forecasts=() if descent is None else forecasts(descent, reference),
        )

    @property
    def limit(self) -> Floats:
        """The weights of the reference, in the problem's own units, shape (p,)."""
        return self.reference.weights

    @property
    def floor(self) -> float:
        """The least loss there is."""
        return self.optimum.loss

    @property
    def hides_a_direction(self) -> bool:
        """Whether float64 has no eigenvalue for a direction: then losses and ends are not known."""
        return len(self.eigenvalues) < self.rank

    def losses(self, epochs: NDArray[np.int64]) -> NDArray[np.float64]:
        """The loss at epochs, shape (e,); may be infinite, and is nan before the origin.

        All are nan without a closed form, or where a direction is hidden.
        """
        losses = np.full(len(epochs), np.nan)
        if self.modes is not None:
            known = epochs >= self.origin
            losses[known] = self.level + self.modes.excess(epochs[known] - self.origin)
        return losses

    @property
    def lr_limit(self) -> float | None:
        """The rate with which or more the run never settles; ``None`` where none follows."""
        return None if self.modes is None else self.modes.limit_rate

    @property
    def best_lr(self) -> float | None:
        """The fixed rate whose slowest direction is fastest; ``None`` as above."""
        return None if self.modes is None else self.modes.best_rate

    @property
    def auto_lr(self) -> float | None:
        """A rate that always works; ``None`` as above."""
        return None if self.modes is None else self.modes.auto_rate

    @property
    def diverges(self) -> bool:
        """Whether the learning rate is beyond the limit."""
        return self.modes is not None and bool((self.modes.log_growth > 0).any())

    @property
    def is_poised(self) -> bool:
        """Whether the start has no distance, but for rounding, along a direction that grows.

        In exact arithmetic nothing comes of it; a run diverges where rounding says.
        """
        if self.modes is None:
            return False
        return bool(((self.modes.log_growth > 0) & (self.start == 0)).any())

    @property
    def growth(self) -> float | None:
        """|1 − η λmax|: what an epoch multiplies the steepest distance by; ``None`` without any."""
        growth = np.empty(0) if self.modes is None else self.modes.growth[:1]
        return float(growth[0]) if len(growth) and np.isfinite(growth[0]) else None

    @property
    def epochs_per_digit(self) -> float | None:
        """How many epochs one more correct digit takes along the slowest direction.

        ``None`` when it never comes, or there is no direction at all.
        """
        return self._epochs_per_digit(self.modes)

    def epochs_per_digit_at(self, lr: float) -> float | None:
        """The same at another learning rate."""
        return self._epochs_per_digit(None if self.modes is None else self.modes.with_rate(lr))

    def _epochs_per_digit(self, modes: Modes | None) -> float | None:
        if modes is None or self.hides_a_direction:
            return None
        slowest = float(np.max(modes.epochs_per_digit, initial=-1.0))
        return slowest if 0 <= slowest < np.inf else None


def forecasts(descent: ExactDescent, reference: Reference) -> tuple[Forecast, ...]:
    """Foretell what becomes of a run in each dtype, against the reference of the same run."""
    return tuple(_forecast(descent, reference, dtype) for dtype in DTYPES)


def in_words(direction: Floats, names: tuple[str, ...]) -> str:
    """The largest components of a unit vector, shape (p,), the largest one positive.

    Args:
        direction: the vector.
        names: p names.
    """
    order = np.argsort(-np.abs(direction), kind="stable")[:MOST_TERMS]
    sign = -1.0 if direction[order[0]] < 0 else 1.0
    words = ""
    for index in sorted(order.tolist()):
        part = sign * float(direction[index])
        if abs(part) >= LEAST_TERM:
            size = "" if round(abs(part), 2) == 1 else f"{abs(part):.2f}·"
            mark = ("- " if part < 0 else "+ ") if words else ("-" if part < 0 else "")
            words += f"{' ' if words else ''}{mark}{size}{shortened(names[index])}"
    left_out = int(np.count_nonzero(np.abs(direction) >= LEAST_TERM)) - MOST_TERMS
    return f"{words} + {left_out} more" if left_out > 0 else words


def _listed(count: int) -> NDArray[np.int64]:
    indices = np.arange(count)
    if count <= MOST_LISTED:
        return indices
    return np.concatenate([indices[: MOST_LISTED // 2], indices[-MOST_LISTED // 2 :]])


def _forecast(descent: ExactDescent, reference: Reference, dtype: str) -> Forecast:
    frozen = freeze(descent, reference, dtype)
    digits = None if frozen is None else frozen.digits
    return Forecast(
        dtype=dtype,
        overflow_epoch=overflow_epoch(descent, dtype),
        freeze_epoch=None if frozen is None else frozen.epoch,
        digits=None if digits is None else min(digits, digits_of(dtype)),
        drifts=descent.spectrum.drifts,
    )
