"""Inside an epoch: its phases one by one, and back to where it began."""

from __future__ import annotations

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.backends.phases import Role


class PhaseStepper:
    """Runs the phases of one epoch, which can be taken back until it is left.

    Args:
        backend: runs them.

    Attributes:
        done: how many phases of the epoch in progress have been run; 0 between epochs.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._start: Floats | None = None
        self._evaluation: Evaluation | None = None
        self.done = 0

    @property
    def state(self) -> Floats:
        """The state of the epoch itself, whatever phases have been run since, shape (s,)."""
        return self._backend.state() if self._start is None else self._start

    @property
    def evaluation(self) -> Evaluation:
        """The backend's numbers at the epoch itself."""
        return self._evaluation or self._backend.evaluate()

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
        if self._start is None:
            self._start, self._evaluation = self._backend.state(), self._backend.evaluate()
        self._backend.run_phase(self._backend.PHASES[self.done])
        self.done += 1

    def leave(self) -> None:
        """Take the phases in progress back."""
        if self._start is not None:
            self._backend.restore(self._start)
        self.forget()

    def forget(self) -> None:
        """Leave them as they are: the backend was brought elsewhere."""
        self._start = self._evaluation = None
        self.done = 0
