"""What is really run: every setting has its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linreg_core.settings.config import Init


@dataclass(frozen=True)
class Settings:
    """What is really run: a `TrainConfig` with every default filled in for one problem.

    Args:
        backend: a key of `BACKENDS`.
        device: "cpu", "cuda" or "cuda:N".
        dtype: "float32" or "float64".
        lr: the learning rate, > 0.
        lr_rule: the rule that gave the learning rate; ``None``: it was given as a number.
        init: as in `TrainConfig`.
        seed: as in `TrainConfig`.
        bias: whether the last weight is a constant term.
        standardize: whether the features were brought to one scale.
        tol: as in `TrainConfig`.
    """

    backend: str
    device: str
    dtype: str
    lr: float
    lr_rule: Literal["auto", "best"] | None
    init: Init
    seed: int
    bias: bool
    standardize: bool
    tol: float | None
