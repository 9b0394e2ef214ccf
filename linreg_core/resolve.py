"""From what was asked to what is run: every default filled in for one problem."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from linreg_core.backends.load import make_backend
from linreg_core.backends.modes import default_rule, learning_rate
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.records import dataclass
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.settings import Settings
from linreg_core.settings.table import SETTINGS
from linreg_core.stages import OnProgress, ignore_progress
from linreg_core.theory.algebra.spectrum import Spectrum, long_work, passing_spectrum
from linreg_core.theory.best_rate import best_rate_for
from linreg_core.theory.descent import Approach

ARTICLE_LR = 1e-4


def has_bias(config: TrainConfig, problem: Problem) -> bool:
    """Return whether a run has a bias: all but the article's do, unless told otherwise."""
    return not problem.as_article if config.bias is None else config.bias


def preparation(config: TrainConfig, problem: Problem) -> tuple[bool, bool]:
    """Return whether a run has a bias, and whether it standardises."""
    prepared = not problem.as_article
    standardize = prepared if config.standardize is None else config.standardize
    return has_bias(config, problem), standardize


def work_before(config: TrainConfig, problem: Problem) -> str | None:
    """What is to be computed before a run can begin, in a few words; ``None``: nothing for long."""
    bias, standardize = preparation(config, problem)
    return long_work(problem.for_bias(bias), bias=bias, standardize=standardize)


def analyse(config: TrainConfig, problem: Problem) -> None:
    """Compute what a run on a problem needs before it can begin; the problem keeps it.

    Raises:
        LinregError: as `Spectrum.of`.
    """
    bias, standardize = preparation(config, problem)
    Spectrum.of(problem.for_bias(bias), bias=bias, standardize=standardize)


def settle(
    config: TrainConfig, problem: Problem, on_progress: OnProgress = ignore_progress
) -> tuple[Settings, Spectrum]:
    """Fill in every default of a configuration for a problem, and analyse its design matrix."""
    bias, standardize = preparation(config, problem)
    spectrum = Spectrum.of(problem, bias=bias, standardize=standardize, on_progress=on_progress)
    lr = config.lr
    if lr is None:
        lr = _default_lr(problem, spectrum)
    dtype = config.dtype or BACKENDS[config.backend].dtype
    filled = {"dtype": dtype, "bias": bias, "standardize": standardize}
    if not isinstance(lr, str):
        return Settings(**{**vars(config), **filled, "lr": float(lr)}, lr_rule=None), spectrum
    rule, _, epochs = lr.partition(":")
    rate = learning_rate(rule, spectrum.eigenvalues)
    settings = Settings(**{**vars(config), **filled, "lr": _rounded_down(rate, dtype)}, lr_rule=lr)
    if epochs:
        settings = _best_for(int(epochs), settings, spectrum)
    return settings, spectrum


@dataclass(frozen=True)
class Prospect:
    """What a run with a bias or without, standardised or not, would have: as values.

    Args:
        condition_number: see `Spectrum.condition_number`; nan where it cannot be standardised.
        default_lr: the learning rate that is taken where none is asked for, or its rule; ``None``
            as above.
        rates: the learning rate of each rule, unrounded; of one from which none follows, nothing.
    """

    condition_number: float
    default_lr: float | str | None
    rates: Mapping[str, float]

    @classmethod
    def of(cls, problem: Problem, *, bias: bool, standardize: bool) -> Prospect:
        """Look at a problem in this way; of its spectrum only the factors are kept."""
        try:
            spectrum = passing_spectrum(problem, bias=bias, standardize=standardize)
        except LinregError:
            return cls(math.nan, None, {})
        rates = {}
        for rule in SETTINGS["lr"].choices:
            with contextlib.suppress(LinregError):
                rates[rule] = learning_rate(rule, spectrum.eigenvalues)
        return cls(spectrum.condition_number, _default_lr(problem, spectrum), rates)

    def lr(self, named: str | None, dtype: str) -> float | None:
        """The learning rate of a rule, or by default, in a dtype, as `settle` fills it in.

        Args:
            named: a rule; ``None``: the default.
            dtype: of the run.

        Returns:
            ``None`` where none follows, and for "best:N", which depends on the initial weights.
        """
        rule = self.default_lr if named is None else named
        if not isinstance(rule, str):
            return rule
        rate = self.rates.get(rule)
        return None if rate is None else _rounded_down(rate, dtype)


def _default_lr(problem: Problem, spectrum: Spectrum) -> float | str:
    return ARTICLE_LR if problem.as_article else default_rule(spectrum.eigenvalues)


def _best_for(epochs: int, settings: Settings, spectrum: Spectrum) -> Settings:
    """The same settings with the best rate for some epochs from the initial weights."""
    weights = make_backend(spectrum.design, settings).state()
    start = Approach.of(spectrum, 0, weights).start
    rate = best_rate_for(epochs, spectrum.eigenvalues, start)
    return settings if rate is None else replace(settings, lr=_rounded_down(rate, settings.dtype))


def _rounded_down(rate: float, dtype: str) -> float:
    """A rate that a rule gives, rounded down in the run's dtype: up, "best" could diverge."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        nearest = np.dtype(dtype).type(rate)
        below = nearest if float(nearest) <= rate else np.nextafter(nearest, nearest * 0)
    return float(below) if 0 < below < np.inf else rate
