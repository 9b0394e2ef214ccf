"""What stays on the plot of a run when another one begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core import BACKENDS
from linreg_core.records import dataclass
from tui.text import compact

if TYPE_CHECKING:
    from linreg_core import Curve, Trainer

MOST_GHOSTS = 5
"""Earlier runs beyond this are forgotten, the oldest first; each has one of `LETTERS`."""

GHOST_BUCKETS = 512
"""Of so many points an earlier run's curve is made."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """An earlier run, for the plot.

    Args:
        label: its settings in a few words, the learning rate first: a narrow plot cuts them off.
        curve: its loss, thinned.
    """

    label: str
    curve: Curve

    @classmethod
    def of(cls, trainer: Trainer) -> Ghost:
        """What stays of a trainer's run."""
        settings, curve = trainer.settings, trainer.snapshot(written=False).curve
        label = (
            f"lr {compact(settings.lr)}, epochs {trainer.origin:,} to {trainer.latest:,}, "
            f"{BACKENDS[settings.backend].label} {settings.dtype}"
        )
        return cls(label, curve.thinned(GHOST_BUCKETS))
