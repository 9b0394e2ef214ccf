"""What is really run: a configuration with every default filled in for one problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from linreg_core.backends import BACKENDS
from linreg_core.config import ARTICLE_LR, Init, TrainConfig
from linreg_core.problem import Problem
from linreg_core.stages import Tell, tell_nobody
from linreg_core.theory.spectrum import Spectrum
from linreg_core.theory.told import learning_rate


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


def settle(
    config: TrainConfig, problem: Problem, tell: Tell = tell_nobody
) -> tuple[Settings, Spectrum]:
    """Fill in every default of a configuration for a problem, and analyse its design matrix."""
    prepared = not problem.as_article
    bias = prepared if config.bias is None else config.bias
    standardize = prepared if config.standardize is None else config.standardize
    spectrum = Spectrum.of(problem, bias=bias, standardize=standardize, tell=tell)
    lr = config.lr
    if lr is None:
        lr = ARTICLE_LR if problem.as_article else "auto"
    dtype = config.dtype or BACKENDS[config.backend].dtype
    settings = Settings(
        backend=config.backend,
        device=config.device,
        dtype=dtype,
        lr=_ruled(lr, spectrum, dtype) if isinstance(lr, str) else float(lr),
        lr_rule=lr if isinstance(lr, str) else None,
        init=config.init,
        seed=config.seed,
        bias=bias,
        standardize=standardize,
        tol=config.tol,
    )
    return settings, spectrum


def _ruled(rule: Literal["auto", "best"], spectrum: Spectrum, dtype: str) -> float:
    """The rate that a rule gives, rounded down in the run's dtype: up, "best" could diverge."""
    rate = learning_rate(rule, spectrum.eigenvalues)
    with np.errstate(over="ignore", under="ignore"):
        nearest = np.dtype(dtype).type(rate)
        below = nearest if float(nearest) <= rate else np.nextafter(nearest, nearest * 0)
    return float(below) if 0 < below < np.inf else rate
