"""The problem and its design matrix: checks at the door, and weights back in the data's units."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.errors import LinregError
from linreg_core.problem import BIAS, Design, Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import problem_of, steady


@pytest.mark.parametrize(
    ("X", "y", "features", "code"),
    [
        ([1.0, 2.0], [1.0, 2.0], ("a",), "shape"),
        ([[1.0], [2.0]], [[1.0], [2.0]], ("a",), "shape"),  # would broadcast to (2, 2)
        ([[1.0], [2.0]], [1.0], ("a",), "shape"),
        (np.empty((0, 1)), [], ("a",), "shape"),
        (np.empty((2, 0)), [1.0, 2.0], (), "shape"),
        ([[1.0, 2.0]], [1.0], ("a",), "shape"),
        ([[np.nan]], [1.0], ("a",), "non-finite"),
        ([[1.0]], [np.inf], ("a",), "non-finite"),
    ],
)
def test_what_is_no_problem_is_refused(
    X: Any, y: Any, features: tuple[str, ...], code: str
) -> None:
    with pytest.raises(LinregError) as refusal:
        Problem("test", X, y, features, "y")
    assert refusal.value.code == code
    assert "\n" not in refusal.value.message


def test_a_problem_keeps_read_only_copies() -> None:
    X, y = np.array([[1.0], [2.0]]), np.array([1.0, 2.0])
    problem = problem_of(X, y)
    X[:], y[:] = 9, 9
    assert problem.X.tolist() == [[1.0], [2.0]]
    assert problem.y.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        problem.X[0, 0] = 3
    with pytest.raises(ValueError, match="read-only"):
        problem.y[0] = 3


def test_a_problem_takes_read_only_whole_numbers() -> None:
    X, y = np.array([[1], [2]]), np.array([3, 4])
    for array in (X, y):
        array.setflags(write=False)
    problem = problem_of(X, y)
    assert [str(array.dtype) for array in (problem.X, problem.y)] == ["float64", "float64"]
    assert problem.rows == 2


# --- the design matrix


@st.composite
def columns(draw: st.DrawFn) -> Problem:
    """Columns of very different sizes, each with an offset of up to 100 times its spread."""
    n, d = draw(st.integers(1, 30)), draw(st.integers(1, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = np.array([10.0 ** draw(st.floats(-100, 100)) for _ in range(d)])
    offsets = np.array([draw(st.sampled_from([0.0, 1.0, -100.0])) for _ in range(d)])
    X = (random.normal(size=(n, d)) + offsets) * sizes
    if draw(st.booleans()):
        X[:, draw(st.integers(0, d - 1))] = draw(st.sampled_from([0.0, 0.1, -3.0]))
    return problem_of(X, random.normal(size=n))


@given(problem=columns(), bias=st.booleans(), standardize=st.booleans(), seed=st.integers(0, 99))
@steady
def test_raw_weights_predict_what_the_run_s_weights_do(
    problem: Problem, bias: bool, standardize: bool, seed: int
) -> None:
    design = Design.of(problem, bias=bias, standardize=standardize)
    weights = np.random.default_rng(seed).normal(size=len(design.names))
    raw = design.to_raw(weights)
    d = len(problem.features)
    constant = raw[d] if bias else 0.0
    sizes = (np.abs(problem.X) + np.abs(design.shift)) @ np.abs(raw[:d]) + np.abs(weights).sum()
    error = np.abs(problem.X @ raw[:d] + constant - design.X @ weights)
    assert (error <= (d + 8) * 2**-52 * sizes).all()
    assert raw.dtype == np.float64


@given(problem=columns(), bias=st.booleans())
@steady
def test_standardised_columns_have_mean_square_1_and_with_a_bias_mean_0(
    problem: Problem, bias: bool
) -> None:
    design = Design.of(problem, bias=bias, standardize=True)
    constant = np.ptp(problem.X, axis=0) == 0
    columns = design.X[:, : len(problem.features)]
    assert np.mean(columns[:, ~constant] ** 2, axis=0) == pytest.approx(1.0, rel=1e-10)
    if bias:
        assert np.mean(columns[:, ~constant], axis=0) == pytest.approx(0.0, abs=1e-10)
        assert (columns[:, constant] == 0).all()
        assert (design.scale[constant] == 1).all()
        assert (design.X[:, -1] == 1).all()
    else:
        assert (design.shift == 0).all()
        signs = np.sign(problem.X[:, constant])  # 0 where there is nothing to divide
        assert columns[:, constant] == pytest.approx(signs, rel=1e-10)


def test_without_standardising_the_numbers_are_the_problem_s_own() -> None:
    problem = problem_of([[1.0, 7.0], [2.0, 9.0]], [1.0, 2.0])
    plain = Design.of(problem, bias=False, standardize=False)
    assert plain.X.tolist() == problem.X.tolist()
    assert (plain.names, plain.is_scaled) == (("x1", "x2"), False)
    with_bias = Design.of(problem, bias=True, standardize=False)
    assert with_bias.X.tolist() == [[1.0, 7.0, 1.0], [2.0, 9.0, 1.0]]
    assert (with_bias.names, with_bias.is_scaled) == (("x1", "x2", BIAS), False)
    assert Design.of(problem, bias=False, standardize=True).is_scaled


def test_the_design_is_read_only_and_to_raw_changes_no_weights() -> None:
    design = Design.of(problem_of([[1.0], [3.0]], [1.0, 2.0]), bias=True, standardize=True)
    assert not design.X.flags.writeable
    weights = np.array([1.0, 5.0])
    raw = design.to_raw(weights)
    assert weights.tolist() == [1.0, 5.0]
    assert raw.tolist() == [1.0, 3.0]  # mean 2, spread 1


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("shape", [(1.0, -1.0, 1.5), (1.0, 1.5, 1.5)], ids=["about 0", "above 0"])
@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-200, 1e200, 1e308], ids=str)
def test_columns_of_any_size_are_trained_or_refused(
    size: float, shape: tuple[float, ...], bias: bool
) -> None:
    """Raw weights may leave float64's range then: that is told, too, and nothing else is raised."""
    problem = problem_of(np.outer(shape, size), [1.0, 2.0, 4.0])
    config = TrainConfig(bias=bias, standardize=True, lr="auto")
    try:
        trainer = Trainer(problem, config)
    except LinregError as error:
        refusal = error.code
    else:
        refusal = ""
    if refusal:
        assert (refusal, size) == ("overflow", 1e308)
        return
    start = trainer.snapshot()
    trainer.run(100)
    end = trainer.snapshot()
    assert np.isfinite(end.weights).all()
    assert end.loss < start.loss
    assert end.raw_weights.shape == (1 + bias,)


# --- refusals


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({}, "no good"),
        ({"file": "a.csv"}, "a.csv: no good"),
        ({"file": "a.csv", "line": 3}, "a.csv:3: no good"),
        ({"file": "a.csv", "line": 3, "column": "x"}, "a.csv:3: column x: no good"),
        ({"column": "x"}, "column x: no good"),
    ],
)
def test_an_error_tells_its_place_and_survives_the_way_to_another_process(
    place: dict[str, Any], text: str
) -> None:
    error = LinregError("some-code", "no good", **place)
    copy = pickle.loads(pickle.dumps(error))
    assert str(error) == str(copy) == text
    fields = ("code", "message", "file", "line", "column")
    assert [getattr(copy, name) for name in fields] == [getattr(error, name) for name in fields]
    assert type(copy) is LinregError
