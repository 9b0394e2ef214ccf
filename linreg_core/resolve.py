"""From what was asked to what is run: every default filled in for one problem."""

from __future__ import annotations

from typing import Literal

import numpy as np

from linreg_core.backends.modes import learning_rate
from linreg_core.problem import Problem
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.settings import Settings
from linreg_core.stages import Tell, tell_nobody
from linreg_core.theory.spectrum import Spectrum

ARTICLE_LR = 1e-4


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
    filled = {
        "lr": _ruled(lr, spectrum, dtype) if isinstance(lr, str) else float(lr),
        "lr_rule": lr if isinstance(lr, str) else None,
        "dtype": dtype,
        "bias": bias,
        "standardize": standardize,
    }
    return Settings(**{**vars(config), **filled}), spectrum


def _ruled(rule: Literal["auto", "best"], spectrum: Spectrum, dtype: str) -> float:
    """The rate that a rule gives, rounded down in the run's dtype: up, "best" could diverge."""
    rate = learning_rate(rule, spectrum.eigenvalues)
    with np.errstate(over="ignore", under="ignore"):
        nearest = np.dtype(dtype).type(rate)
        below = nearest if float(nearest) <= rate else np.nextafter(nearest, nearest * 0)
    return float(below) if 0 < below < np.inf else rate
