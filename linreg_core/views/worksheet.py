"""One epoch written out with its numbers, so that it can be checked by hand.

Every result is the number that the backend computed, rounded; see `formula_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linreg_core.backends.phases import Numbers, Phase


@dataclass(frozen=True, eq=False)
class Worksheet:
    """The formulas of one epoch.

    Args:
        epoch: the epoch whose weights go in; the update leads to the next.
        lines: for each phase by name, its lines; without numbers where it has not been run.
        done: how many phases have been run.
    """

    epoch: int
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    done: int

    @classmethod
    def of(
        cls, epoch: int, phases: Sequence[Phase], done: int = 0, numbers: Numbers | None = None
    ) -> Worksheet:
        """Write an epoch out.

        Args:
            epoch: its number.
            phases: all of them, in the order in which they run.
            done: how many have been run.
            numbers: what those worked with; ``None``: none has been run.
        """
        lines = tuple(
            (phase.name, (phase.formula,) if numbers is None else phase.written(numbers))
            for phase in phases[:done]
        )
        lines += tuple((phase.name, (phase.formula,)) for phase in phases[done:])
        return cls(epoch, lines, done)
