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

LARGE = 2**16
"""Of tables with more numbers a stretch is a few epochs, or one."""

STRIDE_OF_LARGE = 64
"""Epochs between two keyframes of a large table, of which one takes as long by the phases."""

BETWEEN = LARGE * STRIDE_OF_LARGE
"""So many numbers of a table at most are passed over between two keyframes: some milliseconds."""

STATES_BETWEEN = 2**20
"""And so many numbers of states are told, which a replay may hold together: 8 MiB."""

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

    @property
    def least_stride(self) -> int:
        """How many epochs lie between two keyframes at least, a power of two."""

    def run(self, epochs: int, *, gradients: bool = False, keyframes: Iterable[int] = ()) -> Tape:
        """Run epochs and tell every state on the way.

        Args:
            epochs: how many at most, >= 1; the tape has one at least.
            gradients: whether they are asked for.
            keyframes: which states are kept, told by the epochs that lead there; 0 is the present
                one.
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

    @property
    def least_stride(self) -> int:
        """How many epochs lie between two keyframes at least, a power of two.

        Around each the phases run as well: see `linreg_core.ways.guard`. So far apart that takes
        at most about as long as the way itself takes from one to the next, some milliseconds.
        """
        return affordable_stride(self.backend, self.wanted_stride)

    @property
    def wanted_stride(self) -> int:
        """What that is for a table of a few numbers."""
        return 1

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

    @property
    def least_stride(self) -> int:
        return 1  # there is nothing to guard

    def run(self, epochs: int, *, gradients: bool = False, keyframes: Iterable[int] = ()) -> Tape:
        return self.backend.run(epochs, gradients=gradients)


def is_large(backend: Backend) -> bool:
    """Whether an epoch of a backend takes much longer than to call for it."""
    return backend.n * backend.p > LARGE


def affordable_stride(backend: Backend, wanted: int) -> int:
    """A power of two: as many epochs as are wanted, or fewer of a table or a state of many numbers.

    Args:
        backend: whose epochs.
        wanted: how many, of a table of a few numbers.
    """
    numbers, of_state = backend.n * backend.p, len(backend.state())
    most = STRIDE_OF_LARGE if is_large(backend) else min(wanted, BETWEEN // numbers)
    return 1 << max(min(most, STATES_BETWEEN // of_state), 1).bit_length() - 1


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
