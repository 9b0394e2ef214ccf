"""The result: what ``train --json`` prints, in JSON that reads back bit for bit."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from linreg_core import Split, load_problem
from linreg_core.output.json_parts import finite
from linreg_core.output.result import Result
from linreg_core.problem import Note, Problem
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import ARTICLE_X, Case, article, bits, problem_of, steady

EQUALLY_GOOD = "endlessly many weights are equally good"

SLOPE_OF_3 = [[0.0], [1.0], [2.0], [3.0]]


def result_of(
    problem: Problem,
    epochs: int = 10,
    *,
    interrupted: bool = False,
    seconds: float = 0.5,
    **wishes: Any,
) -> Result:
    """The result of a run; with NumPy unless another backend is wished for."""
    trainer = Trainer(problem, TrainConfig(**wishes))
    start = trainer.snapshot()
    trainer.run(epochs)
    return Result.of(problem, start, trainer.snapshot(), interrupted=interrupted, seconds=seconds)


def printed_and_read(result: Result) -> Any:
    """The JSON as another program sees it; NaN and Infinity are no JSON and raise."""
    return json.loads(json.dumps(result.to_json(), allow_nan=False))


# --- the object


def test_the_object_has_the_keys_and_values_of_the_design() -> None:
    """DESIGN section 5."""
    problem = Problem(
        "a.csv",
        ARTICLE_X,
        np.array([50.0, 110.0, 170.0]),
        ("left", "right"),
        "sum",
        dropped_rows=2,
        notes=(Note("rows-dropped", "2 rows were left out."),),
    )
    wishes: dict[str, Any] = {
        "lr": 0.01,
        "bias": True,
        "standardize": False,
        "init": 0.5,
        "seed": 3,
        "tol": 1e-6,
        "run_by": "direct",
    }
    told = printed_and_read(result_of(problem, 5, **wishes))
    assert told["problem"] == {
        "source": "a.csv",
        "rows": 3,
        "features": ["left", "right"],
        "target": "sum",
        "dropped_rows": 2,
        "notes": [
            {"code": "rows-dropped", "message": "2 rows were left out."},
            {"code": "collinear", "message": f"right = left + 1: {EQUALLY_GOOD}"},
        ],
    }
    own = {"backend": "numpy", "device": "cpu", "dtype": "float64", "lr_rule": None}
    assert told["config"] == own | wishes
    assert (told["epochs"], told["status"], told["status_epoch"]) == (5, "done", None)
    assert (told["cycle_length"], told["stopped_by"]) == (None, [])
    assert list(told["weights"]) == list(told["optimum"]["weights"]) == ["left", "right"]
    assert type(told["bias"]) is type(told["optimum"]["bias"]) is float
    assert told["initial_weights"] == {"left": 0.5, "right": 0.5}
    assert told["initial_bias"] == 0.5
    assert (told["seconds"], told["epochs_per_second"]) == (0.5, 10.0)
    assert set(told) == {
        *("problem", "config", "epochs", "status", "status_epoch", "cycle_length"),
        *("weights", "bias", "initial_weights", "initial_bias", "loss", "r2", "rmse"),
        *("backend_loss", "verdict", "r2_about_zero"),
        *(
            "mae",
            "test",
            "true_weights",
            "optimum",
            "ran",
            "seconds",
            "epochs_per_second",
            "stopped_by",
            "theory",
            "digits",
        ),
    }


def test_true_weights_and_rows_held_out_are_told_where_there_are_any() -> None:
    told = printed_and_read(result_of(article()))
    assert (told["test"], told["true_weights"]) == (None, None)
    made = load_problem("plane", split=Split(0.25))
    result = result_of(made)
    told = printed_and_read(result)
    assert told["true_weights"] == {"weights": {"x1": 2.0, "x2": -3.0}, "bias": 1.0}
    assert set(told["test"]) == {"rows", "loss", "r2", "r2_about_zero", "rmse", "mae"}
    assert (told["problem"]["rows"], told["test"]["rows"]) == (75, 25)
    for part in (told, told["test"]):
        assert part["rmse"] == math.sqrt(part["loss"])
        assert 0 < part["mae"] < part["rmse"]


def test_without_a_bias_there_is_none() -> None:
    told = printed_and_read(result_of(article()))
    assert (told["bias"], told["initial_bias"], told["optimum"]["bias"]) == (None, None, None)
    assert list(told["initial_weights"]) == ["x1", "x2"]


def test_a_feature_called_bias_is_not_the_bias() -> None:
    problem = Problem("test", ARTICLE_X, np.array([50.0, 110.0, 170.0]), ("bias", "b"), "y")
    result = result_of(problem, bias=True, init="random", standardize=False)
    told = printed_and_read(result)
    raw = result.end.raw_weights.tolist()
    assert [told["weights"]["bias"], told["weights"]["b"], told["bias"]] == raw
    start = result.start.raw_weights.tolist()
    assert [*told["initial_weights"].values(), told["initial_bias"]] == start
    assert told["weights"]["bias"] != told["bias"]


def test_rates_need_time_to_have_passed() -> None:
    assert printed_and_read(result_of(article(), seconds=0.0))["epochs_per_second"] is None


@pytest.mark.parametrize(
    ("wishes", "epochs", "interrupted", "status"),
    [
        ({}, 10, False, "done"),
        ({}, 0, False, "done"),
        ({}, 10, True, "interrupted"),
        ({"lr": 1.0}, 1000, False, "diverged"),
        ({"lr": 1.0}, 1000, True, "diverged"),
        ({"lr": 0.03, "tol": 0.1}, 1000, False, "converged"),
        ({"lr": 0.03, "tol": 0.1}, 1000, True, "converged"),
        ({"lr": 0.03, "dtype": "float32"}, 100_000, False, "frozen"),
        ({"lr": 0.03, "dtype": "float32"}, 100_000, True, "frozen"),
    ],
)
def test_the_status_says_how_the_run_ended(
    wishes: dict[str, Any], epochs: int, interrupted: bool, status: str
) -> None:
    result = result_of(article(), epochs, interrupted=interrupted, **wishes)
    told = printed_and_read(result)
    assert told["status"] == status
    assert told["status_epoch"] == result.end.status_epoch
    assert (told["status_epoch"] is None) == (status in ("done", "interrupted"))


def test_a_cycle_is_told_with_its_length() -> None:
    problem = problem_of([[2.0]], [1.0])
    result = result_of(problem, 1000, lr=0.25, init=0.0)  # w is 0, then 1, then 0
    told = printed_and_read(result)
    assert (told["status"], told["status_epoch"], told["cycle_length"]) == ("cycle", 0, 2)


# --- the numbers


@given(
    numbers=st.lists(st.floats(-1e60, 1e60), min_size=6, max_size=6),
    dtype=st.sampled_from(["float32", "float64"]),
    bias=st.booleans(),
    epochs=st.integers(0, 4),
)
@steady
def test_numbers_read_back_bit_for_bit(
    numbers: list[float], dtype: str, bias: bool, epochs: int
) -> None:
    small = np.array(numbers) * (1e-50 if dtype == "float32" else 1)
    problem = problem_of(small[:3, None], small[3:])
    result = result_of(problem, epochs, dtype=dtype, bias=bias, init="random", lr=1e-30)
    told = printed_and_read(result)
    for snapshot, weights, constant in (
        (result.end, told["weights"]["x1"], told["bias"]),
        (result.start, told["initial_weights"]["x1"], told["initial_bias"]),
    ):
        values = [weights, constant] if bias else [weights]
        assert bits(np.array(values, dtype=float)) == bits(snapshot.raw_weights)
    for name, value in (("loss", result.end.loss), ("rmse", result.end.metrics.rmse)):
        assert told[name] == value or not math.isfinite(value)
    assert told["config"]["lr"] == 1e-30


def test_what_is_not_finite_is_null() -> None:
    assert [finite(value) for value in (math.nan, math.inf, -math.inf)] == [None] * 3
    assert [finite(value) for value in (0.0, -1e308)] == [0.0, -1e308]


def test_goodness_of_fit_is_scikit_learn_s(seedless: Case) -> None:
    problem = problem_of(SLOPE_OF_3, [1.0, 3.5, 7.5, 9.0])
    trainer = Trainer(problem, seedless.config(bias=True, lr=0.1))
    start = trainer.snapshot()
    trainer.run(100)
    end = trainer.snapshot()
    result = Result.of(problem, start, end, interrupted=False, seconds=1.0)
    prediction = problem.X[:, 0] * end.raw_weights[0] + end.raw_weights[1]
    tolerance = 100 * seedless.eps
    assert result.end.metrics.r2 == pytest.approx(r2_score(problem.y, prediction), rel=tolerance)
    expected = math.sqrt(mean_squared_error(problem.y, prediction))
    assert result.end.metrics.rmse == pytest.approx(expected, rel=tolerance)
    expected = mean_absolute_error(problem.y, prediction)
    assert result.end.metrics.mae == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("constant", [0.0, 3.0, 0.1, 1e-300, 1e300], ids=str)
def test_a_constant_target_leaves_nothing_to_explain(constant: float) -> None:
    """R² is 0/0: the target's variance is 0 even where its mean does not come out exact."""
    result = result_of(problem_of(SLOPE_OF_3[:3], [constant] * 3))
    assert result.end.metrics.r2 is None
    assert printed_and_read(result)["r2"] is None


def test_a_diverged_run_is_told_in_json() -> None:
    """Its loss is finite, but may be 1e308 times the target's variance or more."""
    result = result_of(problem_of(SLOPE_OF_3, [0.0, 0.001, 0.002, 0.002]), 10_000, lr=0.4)
    assert result.status == "diverged"
    told = printed_and_read(result)
    assert told["loss"] == result.end.loss
    assert all(map(math.isfinite, told["weights"].values()))
    assert told["r2"] is None or told["r2"] < 0


@pytest.mark.parametrize("largest", [1e200, 1.7e308], ids=str)
def test_a_run_that_starts_past_the_range_is_told_in_json(largest: float) -> None:
    result = result_of(problem_of(SLOPE_OF_3[:3], [largest, -largest, largest]))
    told = printed_and_read(result)
    assert (told["status"], told["status_epoch"], told["epochs"]) == ("diverged", 0, 0)
    assert (told["loss"], told["rmse"], told["r2"]) == (None, None, None)
    assert told["weights"] == told["initial_weights"] == {"x1": 0.1}


@pytest.mark.parametrize("backend", ["tensor", "nn", "numpy"])
def test_metrics_are_against_the_data_s_own_target_whatever_the_dtype(backend: str) -> None:
    """In float32 a target near 1e8 is known to 8: the backend sees a perfect fit of nothing."""
    x = np.array([(37 * i % 40) / 7 for i in range(1, 41)])
    y = np.array([100_000_000.0 + i % 4 for i in range(1, 41)])
    problem = problem_of(x[:, np.newaxis], y, as_article=False)
    trainer = Trainer(problem, TrainConfig(backend=backend, dtype="float32", lr="auto"))
    trainer.run(100)
    end = trainer.snapshot()
    assert end.backend_loss == 0
    weights = [Fraction(float(weight)) for weight in end.raw_weights]
    pairs = zip(x, y, strict=True)
    errors = [weights[0] * Fraction(a) + weights[1] - Fraction(b) for a, b in pairs]
    assert end.loss == pytest.approx(float(sum(e * e for e in errors) / 40), rel=1e-6)
    assert end.metrics.mae == pytest.approx(float(sum(map(abs, errors)) / 40), rel=1e-6)
    assert end.loss > end.theory.floor > 1
    best = 1 - end.theory.floor / np.var(y)
    assert end.metrics.r2 is not None
    assert end.metrics.r2 < best


@pytest.mark.parametrize("backend", BACKENDS)
def test_in_float64_the_backend_s_own_loss_is_that_of_the_metrics(backend: str) -> None:
    trainer = Trainer(article(), TrainConfig(backend=backend, dtype="float64"))
    trainer.run(50)
    assert trainer.snapshot().backend_loss == trainer.snapshot().loss


def test_without_a_bias_r2_about_zero_is_what_statistics_programs_print() -> None:
    """NIST's NoInt1: 0.999365492298663, where R² about the mean is below 0."""
    x = np.arange(60.0, 71.0)
    problem = problem_of(x[:, np.newaxis], np.arange(130.0, 141.0))
    end = result_of(problem, 500, lr="best").end
    assert end.metrics.r2_about_zero == pytest.approx(0.999365492298663, rel=1e-12)
    assert end.metrics.r2 is not None
    assert end.metrics.r2 < 0
