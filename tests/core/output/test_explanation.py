"""What is told of a run that was not run."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from linreg_core.output.explanation import FORECAST_DIGITS, Explanation, Leap
from linreg_core.output.json_parts import theory_as_json
from linreg_core.output.result import Result
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import article, problem_of


def explained(problem: Problem, epochs: int = 1000, **wishes: Any) -> Explanation:
    return Explanation.of(Trainer(problem, TrainConfig(**wishes)), epochs)


def leap_of(explanation: Explanation) -> Leap:
    assert explanation.leap is not None
    return explanation.leap


def printed_and_read(explanation: Explanation) -> Any:
    return json.loads(json.dumps(explanation.to_json(), allow_nan=False))


def test_the_object_has_its_keys_and_values() -> None:
    explanation = explained(article(), 500, lr=0.01, bias=True)
    told = printed_and_read(explanation)
    assert set(told) == {
        "problem",
        "config",
        "verdict",
        "initial_weights",
        "initial_bias",
        "theory",
    }
    theory = told["theory"]
    assert set(theory) == {
        *("rank", "weights", "unique", "dependence", "determined", "condition_number"),
        *("eigenvalues", "directions", "lr", "forecast", "limit", "epochs_to_digits", "leap"),
        "best_lr_for_epochs",
    }
    assert (theory["rank"], theory["weights"], theory["unique"]) == (2, 3, False)
    assert theory["dependence"] == ["x2 = x1 + 1"]
    assert [way["eigenvalue"] for way in theory["directions"]] == theory["eigenvalues"]
    assert list(theory["epochs_to_digits"]) == [str(digits) for digits in FORECAST_DIGITS]
    leap = theory["leap"]
    assert (leap["epoch"], leap["digits"]) == (500, leap_of(explanation).digits)
    raw = [*leap["weights"].values(), leap["bias"]]
    assert raw == leap_of(explanation).weights.tolist()
    assert leap["loss"] == leap_of(explanation).loss
    assert list(theory["limit"]["weights"]) == ["x1", "x2"]


@pytest.mark.parametrize("wishes", [{}, {"bias": True}, {"standardize": True, "lr": "best"}])
def test_the_leap_is_the_run(wishes: dict[str, Any]) -> None:
    trainer = Trainer(article(), TrainConfig(**wishes))
    explanation = Explanation.of(trainer, 20_000)
    assert trainer.epoch == 0
    trainer.run(20_000)
    end = trainer.snapshot()
    np.testing.assert_allclose(leap_of(explanation).weights, end.raw_weights, rtol=1e-9)
    assert leap_of(explanation).loss == pytest.approx(end.loss, rel=1e-9, abs=1e-20)
    leapt, run = leap_of(explanation).digits, end.progress.digits
    assert leapt is not None
    assert run is not None
    assert leapt == pytest.approx(run, abs=0.01) or min(leapt, run) > 12


def test_a_result_tells_the_same_theory() -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.01))
    start = trainer.snapshot()
    trainer.run(1000)
    result = Result.of(article(), start, trainer.snapshot(), interrupted=False, seconds=1.0)
    told = result.to_json()
    assert told["theory"] == theory_as_json(start.run, start.theory)
    assert told["digits"] == trainer.snapshot().progress.digits
    without_a_leap = explained(article(), lr=0.01).to_json()["theory"]
    assert told["theory"].items() <= without_a_leap.items()


def test_what_is_beyond_float64_is_null() -> None:
    told = printed_and_read(explained(article(), 10**6, lr=0.05))["theory"]
    assert told["leap"]["loss"] is told["leap"]["weights"]["x1"] is told["leap"]["r2"] is None
    assert told["lr"]["diverges"] is True
    assert told["lr"]["epochs_per_digit"] is None
    assert set(told["epochs_to_digits"].values()) == {None}


def test_r2_of_the_leap_is_that_of_its_loss() -> None:
    problem = problem_of([[1.0], [2.0], [4.0]], [1.0, 3.0, 4.0])
    explanation = explained(problem, 50, lr="best")
    expected = 1 - leap_of(explanation).loss / np.var(problem.y)
    assert printed_and_read(explanation)["theory"]["leap"]["r2"] == pytest.approx(expected)
