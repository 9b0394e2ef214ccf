"""Loops compiled by numba, and which of them adds as the phases do on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.base import Backend, Tape
from linreg_core.ways.bound import Bound, Member
from linreg_core.ways.proof import Trial, same
from linreg_core.ways.way import STRETCH_NUMBERS, Way


class Compiled(Way[Backend]):
    """A compiled loop, bound to a backend.

    Args:
        backend: whose epochs; one of the article's, on the cpu.
        member: which loop.
    """

    name = "compiled"

    def __init__(self, backend: Backend, member: Member) -> None:
        super().__init__(backend)
        self.member: Member = member
        self._bound = Bound(backend)
        self._out = self._tape(0)

    def bound_to(self, backend: Backend) -> Compiled:
        return Compiled(backend, self.member)

    @property
    def most_epochs(self) -> int:
        return max(1, 4 * STRETCH_NUMBERS // max(self.numbers_per_epoch, 2))

    @property
    def wanted_stride(self) -> int:
        of_few_rows = 2**12 if isinstance(self.backend, NumpyBackend) else 2**15
        return of_few_rows if self.member.is_small else of_few_rows // 4

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        if len(self._out[0]) < epochs:
            self._out = self._tape(epochs)
        states, losses, slopes = (values[:epochs] for values in self._out)
        start = self.backend.state()
        goes_on = self.goes_on(start)
        self._bound.run(self.member, start, (states, losses, slopes), goes_on=goes_on)
        self._end = states[-1].copy()
        self.backend.restore(self._end)
        return Tape(states, losses, slopes if gradients else None)

    def _tape(self, epochs: int) -> tuple[Floats, Floats, Floats]:
        p, dtype = self.backend.p, self.backend.dtype
        states, slopes = (np.empty((epochs, p), dtype) for _ in range(2))
        return states, np.empty(epochs, dtype), slopes


def choose(
    backend: Backend, trials: Sequence[Trial], but: Sequence[object], *, few: bool
) -> Member | None:
    """The first loop that adds as a backend does in trials of it; ``None``: there is none.

    Args:
        backend: one of the article's, on the cpu.
        trials: some of its epochs.
        but: loops that are known not to do.
        few: whether only the loop for few rows is tried.
    """
    bound = Bound(backend)
    for member in bound.members():
        if few and not member.is_small:
            break
        if member not in but and all(_agrees(bound, member, trial) for trial in trials):
            return member
    return None


def _agrees(bound: Bound, member: Member, trial: Trial) -> bool:
    tape = trial.tape
    assert tape.gradients is not None
    arrays = tuple(np.empty_like(values) for values in (tape.states, tape.losses, tape.gradients))
    states, losses, slopes = arrays
    bound.run(member, trial.start, (states, losses, slopes))
    return same(Tape(states, losses, slopes), tape)
