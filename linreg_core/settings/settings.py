"""What is really run: every setting has its value."""

from __future__ import annotations

from dataclasses import field

import numpy as np

from linreg_core.records import dataclass
from linreg_core.settings.config import TrainConfig


@dataclass(frozen=True, kw_only=True)
class Settings(TrainConfig):
    """What is really run: a `TrainConfig` with every default filled in for one problem.

    Args:
        dtype: "float32" or "float64".
        lr: the learning rate, > 0.
        lr_rule: the rule that gave the learning rate; ``None``: it was given as a number.
        bias: whether the last weight is a constant term.
        standardize: whether the features were brought to one scale.
    """

    # A field without a default: or that of the parent would do, which is None.
    dtype: str = field()
    lr: float = field()
    bias: bool = field()
    standardize: bool = field()
    lr_rule: str | None

    @property
    def rate(self) -> float:
        """The learning rate as the run multiplies by it: rounded to its dtype, perhaps to inf."""
        with np.errstate(over="ignore"):
            return float(np.dtype(self.dtype).type(self.lr))
