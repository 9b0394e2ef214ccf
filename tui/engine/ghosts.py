"""What stays on the plot of a run when another one begins."""

from __future__ import annotations

from dataclasses import dataclass

from linreg_core import BACKENDS, Curve, Trainer
from tui.text import compact

MOST_GHOSTS = 5
"""Earlier runs beyond this are forgotten, the oldest first."""

GHOST_BUCKETS = 512
"""Of so many points an earlier run's curve is made."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """An earlier run, for the plot.

    Args:
        label: its settings in a few words.
        curve: its loss, thinned.
    """

    label: str
    curve: Curve

    @classmethod
    def of(cls, trainer: Trainer) -> Ghost:
        """What stays of a trainer's run."""
        settings, curve = trainer.settings, trainer.snapshot(written=False).curve
        label = (
            f"{BACKENDS[settings.backend].label} {settings.dtype}, lr {compact(settings.lr)}, "
            f"epochs {trainer.origin:,} to {trainer.latest:,}"
        )
        return cls(label, curve.thinned(GHOST_BUCKETS))
