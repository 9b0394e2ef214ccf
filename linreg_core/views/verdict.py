"""What a run has come to, in one line: the same for the screen, the command line and JSON."""

from __future__ import annotations

import math
from collections.abc import Callable

from linreg_core.precision import digits_of
from linreg_core.records import dataclass
from linreg_core.safe_text import shortened
from linreg_core.settings.settings import Settings
from linreg_core.theory.progress import Progress
from linreg_core.theory.theory import Theory
from linreg_core.timeline.checkpoint import Status

MUCH = 10
"""A remedy that makes the next digit so many times cheaper is worth a word."""

ALL_BUT = 0.95
"""Digits short of the dtype's own that a run may be and still have all that there are to have."""

NEARLY = 0.3
"""Digits short of those foretold that are about as many: so well they are met in the middle."""


@dataclass(frozen=True)
class Verdict:
    """A judgement of a run at an epoch, by what was measured and what theory knows.

    Args:
        code: "diverged", "diverging", "settled", "held", "converging", "standing" or "measured".
        message: one line; of a run with a closed form, with the correct digits of its worst weight.
        remedy: options of the command line that help; ``None``: none is needed, or none known.
    """

    code: str
    message: str
    remedy: str | None = None


def verdict(
    status: Status,
    status_epoch: int | None,
    *,
    epoch: int,
    names: tuple[str, ...],
    settings: Settings,
    theory: Theory,
    progress: Progress,
    first_epoch_with: Callable[[int], int | None],
) -> Verdict:
    """Judge a run.

    Args:
        status: where it stands.
        status_epoch: the epoch that decided the status.
        epoch: the present one.
        names: of the weights.
        settings: what is run.
        theory: what is known of it.
        progress: how far it has come.
        first_epoch_with: the epoch by which exact arithmetic has so many digits; ``None``: unknown.
    """
    # At the limit itself, which is rounded, a run may go round in a circle.
    if status is Status.DIVERGED or (theory.diverges and status is Status.READY):
        return _divergence(status, status_epoch, settings, theory)
    if progress.digits is None:
        return Verdict("measured", "the data determines no weight: there is nothing to find")
    has_digits = f"{progress.digits:.1f} correct digits"
    is_over = status in (Status.FROZEN, Status.CYCLE)
    if is_over and progress.digits >= digits_of(settings.dtype) - ALL_BUT:
        why = f"as many as {settings.dtype} has"
        if progress.digits > digits_of(settings.dtype) + ALL_BUT:
            why = f"the best weights happen to be numbers of {settings.dtype}"
        return Verdict("settled", f"{has_digits}: {why}")
    if is_over and (theory.modes is None or theory.epochs_per_digit is not None):
        name = shortened(names[progress.worst])
        return Verdict("held", f"{has_digits}: rounding holds {name}", _steadier(settings))
    if theory.modes is None:
        return Verdict("measured", has_digits)
    return _on_the_way(
        progress.digits, has_digits, epoch, settings, theory, first_epoch_with=first_epoch_with
    )


def _on_the_way(
    digits: float,
    has_digits: str,
    epoch: int,
    settings: Settings,
    theory: Theory,
    *,
    first_epoch_with: Callable[[int], int | None],
) -> Verdict:
    """What is to come, where a closed form tells it."""
    each = theory.epochs_per_digit
    if each is None:
        return Verdict("standing", f"{has_digits}; the next one never comes", _steadier(settings))
    whole = math.floor(round(digits, 1)) + 1  # after the digits as they are told
    most, end = _most_digits(theory, settings.dtype)
    by = first_epoch_with(whole)
    is_late = by is not None and by <= epoch  # and only rounding can be why
    if whole <= most and not is_late:
        coming = _coming(whole, by, most, each)
    elif end is None or epoch >= end or digits > most - NEARLY:
        coming = ": about as many as rounding leaves"
    else:
        coming = f"; about {most:.1f} near epoch {end:,}, where rounding ends it"
    faster = theory.auto_lr and theory.epochs_per_digit_at(theory.auto_lr)
    remedy = "--lr auto" if faster and each > MUCH * faster else None
    return Verdict("converging", has_digits + coming, remedy)


def _most_digits(theory: Theory, dtype: str) -> tuple[float, int | None]:
    """How many digits a run can have, about, and the epoch that ends it, where that is foretold."""
    end = next((one for one in theory.forecasts if one.dtype == dtype), None)
    if end is not None and end.digits is not None:
        return end.digits, end.freeze_epoch
    known = theory.reference.known_digits
    return min(digits_of(dtype), math.inf if known is None else known), None


def _coming(whole: int, by: int | None, most: float, each: float) -> str:
    """By which epoch the next digit is there, where that is known, and how often one comes."""
    if by is None:
        return f"; one more {_every(each)}"
    later = f", then one {_every(each)}" if whole + 1 <= most else ""
    return f"; {whole} by epoch {by:,}{later}"


def _divergence(
    status: Status, status_epoch: int | None, settings: Settings, theory: Theory
) -> Verdict:
    """Beyond the limit every run ends so; within it, only where numbers are too large."""
    is_over = status is Status.DIVERGED
    word = f"diverged at epoch {status_epoch:,}" if is_over else "diverging"
    code = "diverged" if is_over else "diverging"
    if theory.diverges and theory.lr_limit is not None:
        rate, limit = f"{settings.lr:.4g}", f"{theory.lr_limit:.4g}"
        if rate == limit:
            rate, limit = repr(settings.lr), repr(theory.lr_limit)
        return Verdict(code, f"{word}: {rate} is beyond the limit {limit}", "--lr auto")
    if theory.modes is None:
        return Verdict(code, word, "a smaller --lr")
    wider = "--dtype float64" if settings.dtype == "float32" else "rescale the data"
    return Verdict(code, f"{word}: its numbers are beyond {settings.dtype}", wider)


def _steadier(settings: Settings) -> str | None:
    """What gives the numbers more digits, or brings the directions nearer to each other."""
    if settings.dtype == "float32":
        return "--dtype float64"
    return None if settings.standardize else "--standardize"


def _every(epochs: float) -> str:
    """How often a digit comes in the long run: the first one is the nearer the start the later."""
    if epochs < 1.5:
        return "every epoch"
    count = f"{epochs:,.0f}" if epochs < 1e7 else f"{epochs:.2g}".replace("e+", "e")
    return f"every {count} epochs"
