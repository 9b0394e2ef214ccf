"""``linreg-tui explain``: all that is known of a run without running it, on standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

from linreg_core import Explanation, Recipe, Trainer, visible
from tui.cli.streams import print_result
from tui.cli.waiting import waiting
from tui.cli.words import (
    Row,
    laid_out,
    not_unique,
    note_lines,
    plain_powers,
    problem_line,
    solved,
    table_row,
    verdict_lines,
    weight_row,
)
from tui.digits import FEW
from tui.text import compact, epochs_in_words, number

MOST_DIRECTIONS = 12
"""More would not be read; --json has them."""

MOST_COUNTED = 10**12
"""Of later epochs nobody would read every digit."""

FEW_DIGITS = 13
"""Where fewer are known of the exact answer, it is said how many."""


def explain(recipe: Recipe, *, digits: int = FEW, as_json: bool) -> int:
    """Print what is known of a recipe's run, and give the exit code."""
    with waiting(recipe.data.source) as line:
        trainer = Trainer(recipe.data.load(line.update), recipe.config, on_progress=line.update)
        explanation = Explanation.of(trainer, recipe.epochs)
    print_result(
        json.dumps(explanation.to_json(), allow_nan=False)
        if as_json
        else laid_out(_lines(explanation), digits)
    )
    return 0


def _lines(explanation: Explanation) -> list[str | Row]:
    problem, run = explanation.problem, explanation.start.run
    settings = run.settings
    prepared = [
        *(["a bias"] if settings.bias else []),
        *(["standardised features"] if settings.standardize else []),
    ]
    return [
        problem_line(problem) + (f"; with {' and '.join(prepared)}" if prepared else ""),
        *note_lines(run.notes),
        "All of this is theory, in exact arithmetic; nothing was run.",
        *verdict_lines(explanation.start.verdict),
        *(line for section in SECTIONS if (lines := section(explanation)) for line in ["", *lines]),
    ]


def _problem_lines(explanation: Explanation) -> list[str]:
    """The Hessian, and whether the best weights are unique."""
    theory = explanation.theory
    weights = len(theory.limit)
    lines = [f"rank {theory.rank} of {weights}"]
    if theory.is_unique:
        lines[0] += ": the best weights are unique"
    elif theory.dependence is not None:
        lines += not_unique(theory.dependence)
    known = theory.reference.known_digits
    if known is not None and known < FEW_DIGITS:
        count = f"to about {known:.1f} digits" if known >= 1 else "to no digit"
        lines.append(f"least-squares solution known {count}")
    of_what = "" if theory.is_unique else ", over its eigenvalues that are not zero"
    lines.append(f"condition number of the Hessian {_size(theory.condition_number)}{of_what}")
    for index, words in list(zip(theory.listed, theory.directions, strict=True))[:MOST_DIRECTIONS]:
        value = _size(float(theory.eigenvalues[index]))
        lines.append(f"  eigenvalue {value:>10}  along {visible(words)}")
    if len(theory.eigenvalues) > MOST_DIRECTIONS:
        lines.append(f"  and {len(theory.eigenvalues) - MOST_DIRECTIONS:,} more")
    return lines


def _rate_lines(explanation: Explanation) -> list[str]:
    """The learning rate among those that work, and what it costs."""
    theory = explanation.theory
    lr = explanation.start.run.settings.lr
    if theory.modes is None:
        return [
            f"learning rate {number(lr, 10).strip()}",
            "  this rule of descent has no closed form: which rates work, where a run ends and how "
            "near it comes is seen only by running it",
        ]
    if theory.lr_limit is None or theory.best_lr is None:
        return [f"learning rate {lr:g}: no limit follows from these features"]
    lines = [f"learning rate {number(lr, 10).strip()}, limit {number(theory.lr_limit, 10).strip()}"]
    if theory.hides_a_direction:
        lines.append(
            "  a direction is too flat for float64 to have its eigenvalue: where exact arithmetic "
            "would be is not known; --standardize"
        )
        return lines
    if theory.epochs_per_digit is not None:
        lines.append(f"  {epochs_in_words(theory.epochs_per_digit)} epochs per decimal digit")
    elif theory.diverges:
        growth = "" if theory.growth is None else f" by {theory.growth:.6g}"
        lines.append(f"  diverges: an epoch multiplies the distance{growth}")
    best = theory.epochs_per_digit_at(theory.best_lr)
    if best is not None:
        rate = number(theory.best_lr, 10).strip()
        words = epochs_in_words(best)
        lines.append(f"  best fixed rate in the very long run {rate}: {words} epochs per digit")
    if explanation.best_for is not None:
        rate = number(explanation.best_for, 10).strip()
        lines.append(f"  best fixed rate for {explanation.epochs:,} epochs {rate}")
    return lines


def _forecast_lines(explanation: Explanation) -> list[str]:
    lines, theory = [], explanation.theory
    for forecast in theory.forecasts:
        if forecast.overflow_epoch is not None:
            what = f"overflow near epoch {_epoch(forecast.overflow_epoch)}"
        elif theory.diverges:
            what = "diverges, but from which epoch on is up to rounding"
        elif forecast.drifts:
            what = (
                "no end foretold: columns depend on each other, and rounding may go on moving the "
                "weights along what is not determined"
            )
        elif forecast.freeze_epoch is None:
            what = "no end within any number of epochs"
        else:
            # Beside 0 numbers lie so near to each other that rounding may never come to rest.
            holds = "stands still or circles near"
            if not theory.limit.all():
                holds = "only rounding moves it beyond"
            what = (
                f"{holds} epoch {_epoch(forecast.freeze_epoch)}, mostly within a factor "
                f"{forecast.freeze_spread:g}"
            )
            if forecast.digits is not None:
                what += f", with about {forecast.digits:.1f} correct digits"
        lines.append(f"forecast in {forecast.dtype}: {what}")
    reached = [
        f"{digits} by {_epoch(epoch)}"
        for digits, epoch in explanation.epochs_to_digits
        if epoch is not None
    ]
    if reached:
        lines.append(f"correct digits in exact arithmetic, at the latest: {', '.join(reached)}")
    return lines


def _leap_lines(explanation: Explanation) -> list[str | Row]:
    """The weights that the run tends to, and beside them those after the epochs asked for."""
    theory, leap = explanation.theory, explanation.leap
    exact = []
    if leap is None:
        title, heads, known = "weight", ["in the end"], [[*solved(theory), theory.floor]]
    elif math.isfinite(leap.loss):
        title = f"weight at epoch {explanation.epochs:,}"
        heads = ["exact arithmetic", "in the end"]
        known = [[*leap.weights, leap.loss], [*solved(theory), theory.floor]]
        exact = [(leap.weights, theory.optimum.rounding)]
    else:
        return [f"at epoch {explanation.epochs:,} exact arithmetic is beyond any float64"]
    names = [*explanation.start.run.names, "mean squared error"]
    rows = [weight_row(name, *values) for name, *values in zip(names, *known, strict=True)]
    end = theory.reference.weights, theory.reference.error
    powers = plain_powers(explanation.start.run, *exact, end)
    poised = (
        ["  as if the distance along directions that grow, 0 to rounding, were exactly 0"]
        if theory.is_poised and leap is not None
        else []
    )
    return [table_row(title, *heads), *rows, *powers, *poised]


SECTIONS: tuple[Callable[[Explanation], Sequence[str | Row]], ...] = (
    _problem_lines,
    _rate_lines,
    _forecast_lines,
    _leap_lines,
)
"""What is told, each part after an empty line."""


def _epoch(epoch: int) -> str:
    return f"{epoch:,}" if epoch < MOST_COUNTED else f"{epoch:.2e}"


def _size(value: float) -> str:
    return compact(value) if math.isfinite(value) else "beyond float64"
