"""The built-in problems: their numbers, which stay the same for ever, and what can be chosen."""

from __future__ import annotations

import csv
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import BUILTINS, MadeOptions, load_problem, parse_made
from linreg_core.datasets.builtin.generate import APART, MAKERS
from linreg_core.datasets.options import FLAGS, MOST_COLUMNS, MOST_NUMBERS
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.settings.table import MAX_SEED
from linreg_core.trainer import Trainer
from tests.core.cases import bits, steady
from tests.places import SHARED

DRAWN = [name for name, info in BUILTINS.items() if info.parameters]


def made(name: str, **options: Any) -> Problem:
    return load_problem(name, made=MadeOptions(**options))


def refusal(name: str, **options: Any) -> LinregError:
    with pytest.raises(LinregError) as caught:
        made(name, **options)
    assert "\n" not in str(caught.value)
    return caught.value


# --- what there is


def test_every_name_has_its_maker() -> None:
    assert list(BUILTINS) == list(MAKERS) == [info.name for info in BUILTINS.values()]


@pytest.mark.parametrize("name", BUILTINS)
def test_a_problem_is_what_is_said_of_it(name: str) -> None:
    problem, info = load_problem(name), BUILTINS[name]
    assert problem.X.shape == (info.defaults.rows, info.defaults.columns)
    assert problem.source == name
    assert info.teaches.endswith(".")
    assert info.teaches.count(". ") == 0, "one sentence"
    assert set(info.parameters) <= set(asdict(MadeOptions()))
    assert [*info.flags] == [FLAGS[parameter] for parameter in info.parameters]


def test_only_the_article_keeps_the_article_s_defaults() -> None:
    for name in BUILTINS:
        settings = Trainer(load_problem(name), TrainConfig()).settings
        is_article = name == "article"
        assert load_problem(name).as_article == is_article
        assert (settings.bias, settings.standardize) == (not is_article, not is_article)
        assert (settings.lr == 1e-4) == is_article
        assert settings.lr_rule in ((None,) if is_article else ("auto", "slow"))


# --- their numbers

FIRST_ROWS = {
    "article": ([1, 2], 50),
    "line": ([6.36961687], 12.398014),
    "plane": ([6.36961687, 2.69786714], 5.05997453),
    "ill-conditioned": ([6.36961687, 6.25451023], -5.08286272),
    "collinear": ([6.36961687, 13.7392337], -28.8196872),
    "outlier": ([6.36961687], 13.6106991),
    "anscombe-1": ([10], 8.04),
    "anscombe-2": ([10], 9.14),
    "anscombe-3": ([10], 7.46),
    "anscombe-4": ([8], 6.58),
}
"""Measured once; another NumPy that draws other numbers is found out here."""


@pytest.mark.parametrize("name", BUILTINS)
def test_the_numbers_stay_the_same(name: str) -> None:
    problem, (x, y) = load_problem(name), FIRST_ROWS[name]
    assert problem.X[0].tolist() == pytest.approx(x, rel=1e-8)
    assert problem.y[0] == pytest.approx(y, rel=1e-8)


@pytest.mark.parametrize("name", DRAWN)
@given(data=st.data())
@steady
def test_without_noise_the_true_weights_fit_exactly(name: str, data: st.DataObject) -> None:
    options = {"rows": data.draw(st.integers(2, 40)), "seed": data.draw(st.integers(0, MAX_SEED))}
    if "columns" in BUILTINS[name].parameters:
        options["columns"] = data.draw(st.integers(2, 12))
    problem = made(name, noise=0.0, **options)
    assert problem.true_weights is not None
    *weights, bias = problem.true_weights
    far = np.abs(problem.X @ weights + bias - problem.y) > 1e-9
    assert far.sum() == (1 if name == "outlier" else 0)
    assert problem.rows == options["rows"]
    assert problem.X.shape[1] == options.get("columns", BUILTINS[name].defaults.columns)


@pytest.mark.parametrize("name", DRAWN)
@given(seed=st.integers(0, MAX_SEED), noise=st.floats(0, 100))
@steady
def test_a_seed_decides_all_draws_and_noise_only_scales(name: str, seed: int, noise: float) -> None:
    problem, again = (made(name, seed=seed, noise=noise, rows=9) for _ in range(2))
    assert (bits(problem.X), bits(problem.y)) == (bits(again.X), bits(again.y))
    exact, one = made(name, seed=seed, noise=0.0, rows=9), made(name, seed=seed, noise=1.0, rows=9)
    assert bits(problem.X) == bits(exact.X)
    expected = exact.y + noise * (one.y - exact.y)
    np.testing.assert_allclose(problem.y, expected, rtol=0, atol=1e-11 * (1 + noise))
    assert bits(made(name, seed=seed ^ 1, rows=9).X) != bits(problem.X)


def test_noise_is_about_as_large_as_it_is_said_to_be() -> None:
    exact, noisy = (made("line", rows=100_000, noise=noise) for noise in (0.0, 3.0))
    assert np.std(noisy.y - exact.y) == pytest.approx(3.0, rel=0.01)


def test_anscombe_s_numbers_are_those_of_the_table() -> None:
    table = SHARED / "data" / "anscombe.csv"
    if not table.exists():
        pytest.skip(f"{table} is not part of the project")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number in range(1, 5):
        problem = load_problem(f"anscombe-{number}")
        assert problem.X[:, 0].tolist() == [float(row[f"x{number}"]) for row in rows]
        assert problem.y.tolist() == [float(row[f"y{number}"]) for row in rows]
        assert problem.true_weights is None


# --- what they teach


def test_anscombe_s_four_share_their_line() -> None:
    for number in range(1, 5):
        theory = Trainer(load_problem(f"anscombe-{number}"), TrainConfig()).theory
        assert theory.optimum.weights.round(2).tolist() == [0.5, 3.0]


def test_features_that_nearly_agree_make_a_narrow_valley() -> None:
    theory = Trainer(load_problem("ill-conditioned"), TrainConfig()).theory
    assert theory.is_unique
    assert theory.condition_number > 1000
    X = made("ill-conditioned", columns=5).X
    assert 0 < np.abs(X[:, 1:] - X[:, :1]).max() <= APART / 2


def test_where_one_feature_follows_from_another_weights_are_not_unique() -> None:
    theory = Trainer(load_problem("collinear"), TrainConfig()).theory
    assert theory.dependence is not None
    assert theory.dependence.columns == ("x2 = 2·x1 + 1",)


def test_one_row_turns_the_line() -> None:
    line, turned = (
        Trainer(load_problem(name, made=MadeOptions(rows=20)), TrainConfig()).theory.optimum
        for name in ("line", "outlier")
    )
    assert turned.weights[0] < 0.7 * line.weights[0]


def test_blank_texts_leave_it_to_the_problem() -> None:
    typed = {"rows": "20", "columns": " ", "noise": "0", "seed": ""}
    assert parse_made(typed) == MadeOptions(rows=20, noise=0)
    assert parse_made({}) == MadeOptions()


# --- refusals


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        (name, parameter, value)
        for name, info in BUILTINS.items()
        for parameter, value in (("rows", 5), ("columns", 3), ("noise", 0.5), ("seed", 1))
        if parameter not in info.parameters
    ],
)
def test_what_a_problem_does_not_know_is_refused(name: str, parameter: str, value: float) -> None:
    refused = refusal(name, **{parameter: value})
    assert refused.code == "option-not-for-builtin"
    assert refused.message.startswith(f"{FLAGS[parameter]} is set")
    assert all(flag in refused.message for flag in BUILTINS[name].flags)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("rows", value) for value in (-1, 0, 1, MOST_NUMBERS + 1)),
        *(("columns", value) for value in (-1, 0, MOST_COLUMNS + 1)),
        *(("noise", value) for value in (-0.1, np.nan, np.inf, 1e7)),
        *(("seed", value) for value in (-1, MAX_SEED + 1)),
    ],
)
def test_what_is_out_of_range_is_refused(parameter: str, value: float) -> None:
    refused = refusal("plane", **{parameter: value})
    assert refused.code == "bad-option"
    assert FLAGS[parameter] in refused.message
    assert str(value) in refused.message


def test_memory_is_bounded() -> None:
    refused = refusal("plane", rows=MOST_NUMBERS // 100 + 1, columns=100)
    assert refused.code == "bad-option"
    assert f"{MOST_NUMBERS:,}" in refused.message


def test_one_feature_alone_cannot_nearly_agree() -> None:
    assert refusal("ill-conditioned", columns=1).code == "bad-option"


def test_a_file_is_not_made() -> None:
    refused = refusal(__file__, seed=3)
    assert refused.code == "option-not-for-file"
    assert refused.file == __file__
