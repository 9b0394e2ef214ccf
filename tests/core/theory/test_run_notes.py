"""What a run says of itself: of the rank of its design, and of what its dtype can tell apart."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from linreg_core.problem import Note
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import article, problem_of


def notes_of(rows: list[list[float]], **wishes: Any) -> dict[str, str]:
    """The notes of a run on rows whose last number is the target, by code."""
    table = np.array(rows, dtype=float)
    problem = problem_of(table[:, :-1], table[:, -1], as_article=False)
    return told(Trainer(problem, TrainConfig(**wishes)).snapshot().run.notes)


def told(notes: tuple[Note, ...]) -> dict[str, str]:
    return {note.code: note.message for note in notes}


def rank_of(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix, by elimination in exact arithmetic."""
    rank = 0
    for column in range(len(rows[0])):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(rank + 1, len(rows)):
            share = rows[r][column] / rows[rank][column]
            rows[r] = [a - share * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("bias", [False, True])
def test_endlessly_many_fit_where_rational_arithmetic_says_so(seed: int, bias: bool) -> None:
    random = np.random.default_rng(seed)
    n, d = int(random.integers(1, 6)), int(random.integers(1, 5))
    X = random.integers(-2, 3, size=(n, d)).astype(float)
    y = random.integers(-5, 6, size=n).astype(float)
    notes = notes_of(np.column_stack([X, y]).tolist(), bias=bias, lr=0.1, standardize=False)
    design = [[Fraction(int(value)) for value in row] + [Fraction(1)] * bias for row in X]
    rank, met = rank_of([*design]), [*map(list, design)]
    meets = rank_of([[*row, Fraction(int(b))] for row, b in zip(met, y, strict=True)]) == rank
    assert len(notes) <= 1
    found = next(iter(notes.values()), None)
    assert (found is not None) == (rank < d + bias)
    if found is not None:
        assert ("collinear" in notes) == (n >= d + bias)
        assert "fit exactly" not in found or meets
        assert ("fit exactly" in found) == (rank == n)


def test_two_rows_settle_two_weights_and_not_three() -> None:
    rows = [[1.0, 2.0, 3.0], [3.0, 5.0, 4.0]]
    assert notes_of(rows, bias=False) == {}
    assert notes_of(rows, bias=True) == {
        "underdetermined": "2 rows cannot settle 3 weights, the bias among them: endlessly many "
        "fit exactly"
    }


def test_rows_that_contradict_each_other_are_not_fitted_exactly() -> None:
    (message,) = notes_of([[1.0, 2.0, 3.0], [1.0, 2.0, 4.0]], bias=True).values()
    assert message.endswith("endlessly many are equally good")


def test_columns_that_depend_on_each_other_are_named() -> None:
    notes = told(Trainer(article(), TrainConfig(bias=True)).snapshot().run.notes)
    assert notes == {"collinear": "x2 = x1 + 1: endlessly many weights are equally good"}
    rows = [[1.0, 2.0, 5.0], [2.0, 4.0, 1.0], [3.0, 6.0, 2.0]]
    assert notes_of(rows)["collinear"] == "x2 = 2·x1: endlessly many weights are equally good"


@pytest.mark.parametrize("digits", [8, 10, 12])
def test_columns_that_nearly_agree_tell_what_their_weights_are_worth(digits: int) -> None:
    """Two columns z, z + e: singular values of the standardised ones are √2 and the length of e."""
    random = np.random.default_rng(0)
    z, apart = random.normal(size=(2, 40))
    apart -= apart.mean() + z * (apart @ (z - z.mean())) / np.sum((z - z.mean()) ** 2)
    apart *= 2 * 10.0**-digits * np.std(z) / np.std(apart)
    rows = np.column_stack([z, z + apart, random.normal(size=(40, 2))]).tolist()
    for wishes in ({"standardize": True}, {"standardize": False, "lr": 0.1}):
        notes = notes_of(rows, bias=True, **wishes)
        assert notes["near-collinear"] == (
            f"x1 and x2 agree to {digits} digits: their weights are known to about {15 - digits}"
        )


def test_the_months_of_a_series_and_its_rows_agree_to_12_digits() -> None:
    rows = np.arange(1.0, 61.0)
    months = [float(f"{1990 + (row - 1) / 12:.11f}") for row in rows]
    table = np.column_stack([rows, months, np.cos(rows)]).tolist()
    message = notes_of(table)["near-collinear"]
    assert message == "x1 and x2 agree to 12 digits: their weights are known to about 3"


def test_three_columns_that_nearly_depend_are_all_named() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 2))
    table = np.column_stack([X, X.sum(axis=1) + 1e-10 * random.normal(size=40), X[:, 0] ** 2])
    message = notes_of(table.tolist())["near-collinear"]
    names, _, rest = message.partition(" depend on each other to ")
    assert names == "x1, x2, x3"
    assert re.fullmatch(r"1[01] digits: their weights are known to about [45]", rest)


@pytest.mark.parametrize("orders", [0, 3, 7])
def test_ordinary_columns_agree_to_no_digits_worth_a_note(orders: int) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(40, 2)) * [1.0, 10.0**orders]
    near = x[:, :1] + 10.0**-orders * random.normal(size=(40, 1))
    assert notes_of(np.column_stack([x, near, x[:, :1] ** 2]).tolist()) == {}


STAMPS = [[float(k), 1.7e9 + 60 * k] for k in range(9)]


def test_a_target_whose_spread_a_dtype_hardly_knows_is_told() -> None:
    assert notes_of(STAMPS) == {}
    (message,) = notes_of(STAMPS, dtype="float32").values()
    spacing = float(np.spacing(np.float32(1.7e9 + 480)))
    share = spacing / np.std([row[1] for row in STAMPS])
    assert message == (
        f"float32 knows the target y in steps of {spacing:.3g}, {share:.2g} times its spread: use "
        "--dtype float64"
    )


def test_a_feature_whose_spread_a_dtype_hardly_knows_is_told_unless_it_is_standardised() -> None:
    rows = [row[::-1] for row in STAMPS]
    assert notes_of(rows, dtype="float32", standardize=True) == {}
    notes = notes_of(rows, dtype="float32", standardize=False, lr=1e-20)
    assert notes["feature-precision"].startswith("float32 hardly tells the values apart of x1")
    assert "feature-precision" not in notes_of(rows, standardize=False, lr=1e-20)
    nanoseconds = [[1.7e18 + 300 * k, float(k)] for k in range(9)]
    assert "feature-precision" in notes_of(nanoseconds, standardize=False, lr=1e-40)
