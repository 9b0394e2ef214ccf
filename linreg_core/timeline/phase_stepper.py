"""Inside an epoch: its phases one by one, and back to where it began."""

from __future__ import annotations

from dataclasses import dataclass

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.backends.phases import Role


@dataclass(frozen=True, eq=False)
class Beginning:
    """Where an epoch begins, and where it leads.

    Args:
        state: that of the epoch itself, shape (s,).
        evaluation: the backend's numbers at it.
        following: the state after the update, shape (s,).
    """

    state: Floats
    evaluation: Evaluation
    following: Floats


class PhaseStepper:
    """Runs the phases of one epoch, which can be taken back until it is left.

    Args:
        backend: runs them.

    Attributes:
        done: how many phases of the epoch in progress have been run; 0 between epochs.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._begun: Beginning | None = None
        self.done = 0

    @property
    def state(self) -> Floats:
        """The state of the epoch itself, whatever phases have been run since, shape (s,)."""
        return self._backend.state() if self._begun is None else self._begun.state

    def beginning(self) -> Beginning:
        """The epoch itself, and what its update does."""
        if self._begun is not None:
            return self._begun
        backend, state = self._backend, self._backend.state()
        evaluation = backend.evaluate()
        backend.epoch()
        following = backend.state()
        backend.restore(state)
        return Beginning(state, evaluation, following)

    @property
    def has_updated(self) -> bool:
        """Whether the weights have changed since the epoch began."""
        return any(phase.role is Role.UPDATE for phase in self._backend.PHASES[: self.done])

    @property
    def is_at_end(self) -> bool:
        """Whether all phases have been run."""
        return self.done == len(self._backend.PHASES)

    def advance(self) -> None:
        """Run the next phase, perhaps the first of an epoch."""
        self._begun = self.beginning()
        self._backend.run_phase(self._backend.PHASES[self.done])
        self.done += 1

    def leave(self) -> None:
        """Take the phases in progress back."""
        if self._begun is not None:
            self._backend.restore(self._begun.state)
        self.forget()

    def forget(self) -> None:
        """Leave them as they are: the backend was brought elsewhere."""
        self._begun = None
        self.done = 0
