"""What is told of a run as plain values: their JSON reads back bit-equal, and has no nan or inf."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from linreg_core.arrays import Floats
from linreg_core.problem import BIAS, Problem
from linreg_core.theory.theory import Theory
from linreg_core.views.metrics import Metrics
from linreg_core.views.snapshot import RunInfo

CONFIG_KEYS = (
    *("backend", "device", "dtype", "lr", "lr_rule"),
    *("bias", "standardize", "seed", "init", "tol", "run_by"),
)
"""The order of the settings in results; a setting that is not named here comes after them."""


def problem_as_json(problem: Problem, run: RunInfo) -> dict[str, Any]:
    """What was solved, with the notes of the run; rows held out are not among its rows.

    Of a file also how it was read, and of a polynomial the centre of the columns that are trained.
    """
    table = dict(problem.table)
    if problem.polynomial is not None:
        table["centre"] = problem.polynomial.centre
    return {
        "source": problem.source,
        "rows": problem.rows,
        "features": list(file_features(run)),
        "target": problem.target,
        "dropped_rows": problem.dropped_rows,
        "notes": [asdict(note) for note in run.notes],
    } | ({"table": table} if table else {})


def whole_as_json(run: RunInfo) -> dict[str, Any] | None:
    """What is known of the table that was sampled; ``None``: the rows are all there are."""
    whole = run.whole
    if whole is None:
        return None
    return {
        "rows": whole.rows,
        "optimum": weights_as_json(run, whole.optimum.weights)
        | {"loss": finite(whole.optimum.loss)},
        "loss_of_sample_optimum": finite(whole.loss_of_sample),
        "condition_number": finite(whole.condition_number),
        "auto_lr": whole.auto_lr,
    }


def config_as_json(run: RunInfo) -> dict[str, Any]:
    """What was run, every default filled in."""
    settings = vars(run.settings)
    return {name: settings[name] for name in dict.fromkeys((*CONFIG_KEYS, *settings))}


def file_features(run: RunInfo) -> tuple[str, ...]:
    """The features as the file has them: of a polynomial the plain powers, whatever its centre."""
    return run.features if run.polynomial is None else run.polynomial.powers


def weights_as_json(run: RunInfo, raw: Floats, prefix: str = "") -> dict[str, Any]:
    """Weights in the file's units by feature name, and the bias apart.

    A feature may be called bias, too. Of a polynomial they are those of plain powers.

    Args:
        run: whose weights they are.
        raw: in the problem's own units, shape (p,).
        prefix: before both keys, "initial_" say.
    """
    if run.polynomial is not None and run.settings.bias:
        raw = run.polynomial.expanded(raw)
    named = {name: finite(float(w)) for name, w in zip(file_features(run), raw, strict=False)}
    bias = finite(float(raw[-1])) if run.settings.bias else None
    return {f"{prefix}weights": named, f"{prefix}{BIAS}": bias}


def true_weights_as_json(problem: Problem) -> dict[str, Any] | None:
    """The weights that made the target, where they are known."""
    if problem.true_weights is None:
        return None
    *weights, bias = problem.true_weights.tolist()
    return {"weights": dict(zip(problem.features, weights, strict=True)), BIAS: bias}


def metrics_as_json(metrics: Metrics) -> dict[str, Any]:
    """How good a fit is."""
    return {
        "loss": finite(metrics.loss),
        "r2": metrics.r2,
        "r2_about_zero": metrics.r2_about_zero,
        "rmse": finite(metrics.rmse),
        "mae": None if metrics.mae is None else finite(metrics.mae),
    }


def theory_as_json(run: RunInfo, theory: Theory) -> dict[str, Any]:
    """What is known of a run beforehand; nothing in it was measured."""
    eigenvalues = [finite(float(value)) for value in theory.eigenvalues]
    dependence = theory.dependence
    return {
        "rank": theory.rank,
        "weights": len(theory.limit),
        "unique": theory.is_unique,
        "dependence": [] if dependence is None else list(dependence.columns),
        "determined": [] if dependence is None else list(dependence.determined),
        "condition_number": finite(theory.condition_number),
        "eigenvalues": eigenvalues,
        "directions": [
            {"eigenvalue": eigenvalues[index], "direction": words}
            for index, words in zip(theory.listed.tolist(), theory.directions, strict=True)
        ],
        "lr": {
            "value": run.settings.lr,
            "limit": theory.lr_limit,
            "best": theory.best_lr,
            "auto": theory.auto_lr,
            "diverges": theory.diverges,
            "growth": theory.growth,
            "epochs_per_digit": theory.epochs_per_digit,
            "epochs_per_digit_at_best": _at_best(theory),
        },
        "forecast": {
            forecast.dtype: {
                "overflow_epoch": forecast.overflow_epoch,
                "freeze_epoch": forecast.freeze_epoch,
                "freeze_spread": forecast.freeze_spread,
                "digits": forecast.digits,
                "drifts": forecast.drifts,
            }
            for forecast in theory.forecasts
        },
        "limit": weights_as_json(run, theory.limit)
        | {"loss": finite(theory.floor), "known_digits": theory.reference.known_digits},
    }


def _at_best(theory: Theory) -> float | None:
    return None if theory.best_lr is None else theory.epochs_per_digit_at(theory.best_lr)


def finite(value: float) -> float | None:
    """The value, or ``None`` for what JSON has no number for."""
    return value if math.isfinite(value) else None
