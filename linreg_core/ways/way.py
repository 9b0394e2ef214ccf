"""What a way to run many epochs is, and the first one: the phases, one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, Generic, Protocol, TypeVar

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.precision import same_bits
from linreg_core.records import dataclass

STRETCH_NUMBERS = 65_536
"""How many numbers a stretch may keep per kind: 512 KiB, so that its tape stays in cache."""

B = TypeVar("B", bound=Backend)


@dataclass(frozen=True)
class Ran:
    """By which way a run was run, and how much of it was held to the phases.

    Args:
        way: which runs now: "phases", "direct" or "compiled".
        epochs: how many were run, by way; those that were taken back are not among them.
        proved: how many epochs of faster ways were run by the phases as well, and were equal in
            every bit.
        note: why no faster way runs, in one line; ``None``: nothing hinders it.
        is_fault: whether a way differed that had been proved.
    """

    way: str
    epochs: Mapping[str, int]
    proved: int
    note: str | None
    is_fault: bool


class Runs(Protocol):
    """What runs epochs of a backend, from its present state on."""

    @property
    def most_epochs(self) -> int:
        """How many epochs may be asked for at a stretch."""

    def run(self, epochs: int, *, gradients: bool = False, keyframes: Iterable[int] = ()) -> Tape:
        """Run epochs and tell every state on the way.

        Args:
            epochs: how many at most, >= 1; the tape has one at least.
            gradients: whether they are asked for.
            keyframes: the rows of the tape that are kept, those first that stay longest.
        """


class Way(ABC, Generic[B]):
    """One way to run epochs of a backend; it leaves the backend where the phases would.

    Args:
        backend: whose epochs.
    """

    name: ClassVar[str]

    member: object = None
    """Which of several that there are of this kind; ``None``: it is the only one."""

    def __init__(self, backend: B) -> None:
        self.backend = backend
        self._end: Floats | None = None

    @classmethod
    def fits(cls, backend: Backend) -> bool:
        """Whether it was written for the phases of this backend, none of them changed."""
        return True

    @property
    def most_epochs(self) -> int:
        return max(1, STRETCH_NUMBERS // max(self.numbers_per_epoch, 16))

    def goes_on(self, state: Floats) -> bool:
        """Whether it has ended in a state before, so that it knows the errors there."""
        return self._end is not None and bool(same_bits(self._end, state).all())

    @property
    def numbers_per_epoch(self) -> int:
        """How many numbers it stores of every epoch, of the kind it stores most of."""
        return self.backend.numbers_per_epoch

    def bound_to(self, backend: B) -> Way[B]:
        """The same way for another backend of its kind, made of data of the same shape."""
        return type(self)(backend)

    @abstractmethod
    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        """Run all of so many epochs and tell every state on the way; gradients if asked for."""


class Phases(Way[Backend]):
    """The reference: what one steps through and reads."""

    name = "phases"

    def run(self, epochs: int, *, gradients: bool = False, keyframes: Iterable[int] = ()) -> Tape:
        return self.backend.run(epochs, gradients=gradients)


def has_phases_of(backend: Backend, of: type[Backend]) -> bool:
    """Whether a backend's epochs are those of a class, none of the phases changed."""
    kind, own = type(backend), vars(backend)
    return (
        isinstance(backend, of)
        and kind.is_autonomous
        and kind.PHASES == of.PHASES
        and kind.SLOTS == of.SLOTS
        and kind.state is of.state
        and all(
            getattr(kind, phase.method) is getattr(of, phase.method) and phase.method not in own
            for phase in of.PHASES
        )
    )
