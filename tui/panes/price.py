"""What the learning rate costs, in a sentence: known before anything is run."""

from __future__ import annotations

import math

from linreg_core import Snapshot, digits_of
from tui.digits import few, rate
from tui.text import compact, epochs_in_words

ROUNDING = 1e-12
"""Rates that differ by less are one: the limit comes from a computed eigenvalue."""


def price_of_rate(snapshot: Snapshot) -> str:
    """What one more correct digit costs, or where the run overflows; empty where it is unknown."""
    limit, best = snapshot.theory.lr_limit, snapshot.theory.best_lr
    if snapshot.theory.modes is None:
        return "No closed form: which learning rates work is not known."
    if limit is None or best is None:
        return "No learning rate follows from these features."
    return _price(snapshot, limit, best)


def _price(snapshot: Snapshot, limit: float, best: float) -> str:
    theory, settings = snapshot.theory, snapshot.run.settings
    if math.isclose(settings.lr, limit, rel_tol=ROUNDING):
        return "The learning rate is at the limit: it never settles."
    if theory.diverges:
        epochs = (one.overflow_epoch for one in theory.forecasts if one.dtype == settings.dtype)
        at = next(epochs, None)
        near = "" if at is None else f", overflow near epoch {at:,} (forecast)"
        return f"lr {rate(settings.lr)} is above the limit {few(limit)}: it diverges{near}."
    if theory.epochs_per_digit is None:
        flat = "A direction is too flat for float64: standardise (c)."
        return flat if theory.hides_a_direction else "It never settles."
    if theory.epochs_per_digit * int(digits_of("float64")) <= 1:
        return "All digits are there after one epoch."
    count = epochs_in_words(theory.epochs_per_digit)
    unit = "epoch" if count in ("1", "less than 1") else "epochs"
    cost = f"A digit takes {count} {unit} in the long run"
    if any(one.drifts for one in theory.forecasts):
        return f"{cost} of what is determined; rounding may go on moving the rest."
    least = theory.epochs_per_digit_at(best)
    cheaper = "" if least is None else f", {epochs_in_words(least)} at the best rate"
    return f"{cost}{cheaper} ◆ {compact(best)}."
