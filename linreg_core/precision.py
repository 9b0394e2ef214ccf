"""Arithmetic with finitely many digits: when steps are too small, frozen runs and cycles.

Where an epoch is a function of the state alone, a state that comes back once comes back for ever.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.records import dataclass


@cache
def digits_of(dtype: str) -> float:
    """Return how many decimal digits the numbers of a dtype have: 7.2 of float32, 15.95 of float64.

    So many are right in a number that is only rounded: −log10 of the largest relative error.

    Args:
        dtype: one of `DTYPES`.
    """
    return float(-np.log10(np.finfo(dtype).eps / 2))


MOST_DIGITS = 17
"""As many as tell any two float64 apart."""


def digits_within(errors: Floats, sizes: Floats) -> Floats:
    """−log10 of relative errors, 0 to 17; 0 of what is no number."""
    with np.errstate(all="ignore"):
        found = np.nan_to_num(-np.log10(np.abs(errors) / sizes), nan=0.0)
    # 0.0 is added since the logarithm of 1 is -0.0 here.
    digits: Floats = np.clip(found, 0, MOST_DIGITS) + 0.0
    return digits


def in_known_digits(values: Floats, errors: Floats) -> Floats:
    """Numbers, each rounded to the digits that are known of it; nan where none is; shapes (k,).

    Args:
        values: the numbers.
        errors: bounds of their errors; may be nan or infinite.
    """
    with np.errstate(all="ignore"):
        known_digits = np.floor(digits_within(errors, np.abs(values))).astype(int)
    return np.array(
        [
            0.0 if value == 0 else np.nan if digits < 1 else float(f"{value:.{digits}g}")
            for value, digits in zip(values.tolist(), known_digits.tolist(), strict=True)
        ]
    )


@dataclass(frozen=True, eq=False)
class UlpMeter:
    """Each weight's next step against the smallest one that its dtype can make; shapes (p,).

    Args:
        step: |lr · gradient|.
        half_ulp: half the gap between the weight and the next number in the step's direction. A
            smaller step is rounded away; one of exactly this size goes to the even neighbour.
        is_stuck: whether the update, computed in the run's dtype, leaves the weight as it is.
        spent: how much of the dtype's digits the step has fallen below: 0, a step as large as the
            weight, to 1, one that is rounded away.
    """

    step: Floats
    half_ulp: Floats
    is_stuck: NDArray[np.bool_]
    spent: Floats


def ulp_meter(weights: Floats, gradient: Floats, lr: float) -> UlpMeter:
    """Measure the next update.

    Args:
        weights: shape (p,), in the run's dtype.
        gradient: at these weights, shape (p,), in the run's dtype.
        lr: the learning rate, rounded to the run's dtype: `Settings.rate`.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        step = gradient * lr
        updated = weights - step
        towards = np.where(step > 0, -np.inf, np.inf).astype(weights.dtype)
        half_ulp = np.abs(np.nextafter(weights, towards).astype(np.float64) - weights) / 2
        size, is_stuck = np.abs(step).astype(np.float64), updated == weights
        bits = np.log2(size / half_ulp) / (np.finfo(weights.dtype).nmant + 1)
    spent = np.where(is_stuck, 1.0, 1 - np.clip(np.nan_to_num(bits, posinf=1.0), 0, 1))
    return UlpMeter(size, half_ulp, is_stuck, spent)


@dataclass(frozen=True)
class Recurrence:
    """The state at epoch ``start`` is, bit for bit, that of epoch ``start + length``.

    Args:
        start: the first epoch of which this is true.
        length: the smallest number of epochs after which it is; 1 is frozen, more is a cycle.
    """

    start: int
    length: int

    def equivalent(self, epoch: int) -> int:
        """The earliest epoch whose state, and the state before it, are those of ``epoch``."""
        if epoch <= self.start + self.length:
            return epoch
        return self.start + 1 + (epoch - self.start - 1) % self.length


@dataclass(frozen=True)
class Sighting:
    """A state was seen again.

    Args:
        epoch: where it was seen again.
        length: how many epochs after the time before.
    """

    epoch: int
    length: int


class RecurrenceFinder:
    """Looks for a state that comes back, in constant memory.

    Brent's algorithm (BIT 20, 1980) on whole stretches of epochs: every state is compared with one
    anchor, and the anchor moves to the newest state whenever the epoch has doubled. A cycle of
    length p that begins at epoch m is seen before epoch 4 max(m, p) and a stretch; a frozen state,
    which equals the one before it, at once. The comparisons cost 2 ns an epoch of two weights.

    Args:
        epoch: where the run begins.
        state: its state there, shape (s,).
    """

    def __init__(self, epoch: int, state: Floats) -> None:
        self._first = epoch
        self._anchor_epoch = epoch
        self._anchor = state.copy()

    def look(self, epoch: int, start: Floats, states: Floats) -> Sighting | None:
        """Look at the next stretch.

        Args:
            epoch: where the stretch starts.
            start: the state at that epoch, shape (s,).
            states: those of the epochs after it, shape (k, s), k >= 1.
        """
        if epoch - self._first >= 2 * (self._anchor_epoch - self._first):
            self._anchor_epoch, self._anchor = epoch, start.copy()
        same = same_as_before(start, states)
        if same.any():
            return Sighting(epoch + int(np.argmax(same)) + 1, 1)
        back = same_rows(states, self._anchor)
        if back.any():
            seen = epoch + int(np.argmax(back)) + 1
            return Sighting(seen, seen - self._anchor_epoch)
        return None


def same_as_before(start: Floats, states: Floats) -> NDArray[np.bool_]:
    """Which rows of ``states``, shape (k, s), equal the row before; before the first is start."""
    same = np.empty(len(states), dtype=np.bool_)
    same[0] = same_bits(states[0], start).all()
    same[1:] = same_rows(states[1:], states[:-1])
    return same


def same_rows(states: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which rows have the same bits, of two arrays of shape (k, s), or of one and a row, (s,).

    Column by column, up to the one that leaves no row: NumPy takes 10 ns for every row, however
    short it is.
    """
    others = np.broadcast_to(others, states.shape)
    same = same_bits(states[:, 0], others[:, 0])
    if states.shape[1] > 16:
        left = np.flatnonzero(same)
        same[left] = same_bits(states[left], others[left]).all(axis=1)
        return same
    for column, other in zip(states.T[1:], others.T[1:], strict=True):
        if not same.any():
            break
        same &= same_bits(column, other)
    return same


def same_bits(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """Which numbers have the same bits: floats would call 0.0 and -0.0 the same."""
    kind = np.dtype(f"u{one.itemsize}")
    same: NDArray[np.bool_] = one.view(kind) == other.view(kind)
    return same
