"""Inside an epoch: its phases one by one, and back to where it began; and beyond the last epoch."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.backends.phases import Role
from linreg_core.records import dataclass
from linreg_core.timeline.not_finite import Failure, Kind, Made, made_by_phases

MOST_SOUGHT = 5_000
"""Epochs in which the next number that is not finite is sought; they take some 0.3 s."""


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

    After the last epoch of a run that diverges it goes on into those that fail. They are looked at
    and never count: `leave` comes back to the run.

    Args:
        backend: runs them.

    Attributes:
        done: how many phases of the epoch in progress have been run; 0 between epochs.
        beyond: how many epochs further than the run the epoch in progress is.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.forget()

    def forget(self) -> None:
        """Leave them as they are: the backend was brought elsewhere."""
        self._home: Floats | None = None
        self._before: Beginning | None = None
        self._begun: Beginning | None = None
        self.done = self.beyond = 0

    @property
    def is_away(self) -> bool:
        """Whether there is something that `leave` takes back."""
        return self._home is not None

    @property
    def state(self) -> Floats:
        """The state of the run's own epoch, whatever phases have been run since, shape (s,)."""
        return self._backend.state() if self._home is None else self._home

    @property
    def before(self) -> Floats | None:
        """The state one epoch earlier, shape (s,), beyond the run; ``None``: it is not beyond."""
        return None if self._before is None else self._before.state

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
        self._home = self.state if self._home is None else self._home
        self._backend.run_phase(self._backend.PHASES[self.done])
        self.done += 1

    def leave(self) -> None:
        """Take the phases in progress back."""
        if self._home is not None:
            self._backend.restore(self._home)
        self.forget()

    # Beyond the last epoch of a run that diverges.

    def go_beyond(self) -> None:
        """Begin the epoch after the one in progress."""
        begun = self.beginning()
        self._home = begun.state if self._home is None else self._home
        self._backend.restore(begun.following)
        self._before, self._begun = begun, None
        self._begun = self.beginning()
        self.beyond, self.done = self.beyond + 1, 0

    def stand(self, beyond: int, done: int) -> None:
        """Go so many epochs beyond the run, and so many phases into the epoch there."""
        self.leave()
        for _ in range(beyond):
            self.go_beyond()
        for _ in range(done):
            self.advance()

    def seek_failure(self) -> bool:
        """Go on to the next phase that makes inf, or nan, where one epoch earlier it did not.

        Returns:
            False if there was none in the next `MOST_SOUGHT` epochs, after which it then stands; or
            none can be, as all is nan: then it stays.
        """
        for _ in range(MOST_SOUGHT):
            made, earlier = self._made(self.beginning()), self._made(self._before)
            if all(kind is Kind.NAN for _, kind in (*made.values(), *earlier.values())):
                return False
            for index, phase in enumerate(self._backend.PHASES):
                if index >= self.done and _is_worse(phase.role, made, earlier):
                    while self.done <= index:
                        self.advance()
                    if self.is_at_end:
                        self.go_beyond()
                    return True
            self.go_beyond()
        return False

    def failure(self, epoch: int) -> Failure | None:
        """What the phase that ran last has made; ``None`` where that is finite.

        Args:
            epoch: that of the run.
        """
        ran, begun, epoch = self._backend.PHASES[: self.done], self._begun, epoch + self.beyond
        if not self.done:
            ran, begun, epoch = self._backend.PHASES, self._before, epoch - 1
        found = self._made(begun)
        roles = [phase.role for phase in ran if phase.role in found]
        given, made = found[roles[-1]] if roles else (Kind.FINITE, Kind.FINITE)
        if made is Kind.FINITE:
            return None
        return Failure(roles[-1], epoch, made, given, float(np.finfo(self._backend.dtype).max))

    def _made(self, begun: Beginning | None) -> Made:
        """What the phases of an epoch make; nothing, of none."""
        if begun is None:
            return {}
        weights = self._backend.weights_of
        return made_by_phases(weights(begun.state), begun.evaluation, weights(begun.following))


def _is_worse(role: Role, made: Made, earlier: Made) -> bool:
    """Whether a phase made what it did not make one epoch earlier."""
    _, before = earlier.get(role, (Kind.FINITE, Kind.FINITE))
    return role in made and made[role][1] > before
