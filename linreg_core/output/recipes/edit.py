"""An edit: where a run was changed on its way, and went on as another one."""

from __future__ import annotations

import math
from dataclasses import field

from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.safe_text import described
from linreg_core.settings.config import TrainConfig

LAST_EPOCH = 2**52


@dataclass(frozen=True)
class Edit:
    """A fork of a run.

    Args:
        epoch: where it begins, 0 to 2^52.
        config: what is run from there.
        weight: the index of the weight that was set by hand; ``None``: none was.
        value: what it was set to, in the run's units, finite; ``None``: none was.
        weights: what all of them were set to, p of them, likewise; ``None``: they were not.

    Raises:
        LinregError: "bad-value".
    """

    epoch: int
    config: TrainConfig = field(default_factory=TrainConfig)
    weight: int | None = None
    value: float | None = None
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.epoch <= LAST_EPOCH:
            raise LinregError(
                "bad-value", f"an edit's epoch must be >= 0; got {described(self.epoch)}"
            )
        if self.weight is not None and self.weight < 0:
            raise LinregError("bad-value", "an edit's weight must be >= 0")
        if (self.weight is None) != (self.value is None):
            raise LinregError("bad-value", "an edit has a weight and its value, or neither")
        if self.value is not None and self.weights is not None:
            raise LinregError("bad-value", "an edit sets one weight or all weights, not both")
        given = (*(self.weights or ()), *(() if self.value is None else (self.value,)))
        if not all(map(math.isfinite, given)):
            raise LinregError("bad-value", "an edit's value must be finite")

    @property
    def sets_weights(self) -> bool:
        """Whether it sets any weight."""
        return self.weight is not None or self.weights is not None
