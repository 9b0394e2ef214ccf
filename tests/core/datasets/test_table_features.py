"""One-hot columns and powers: which features a table gives, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import TableOptions
from linreg_core.datasets.options import MAX_DEGREE
from linreg_core.datasets.table.columns import MAX_LEVELS
from linreg_core.datasets.table.read import read_table
from linreg_core.errors import LinregError
from tests.core.tables import Write, codes, refusal_of

HOUSES = "town,size,rooms,price\nYork,1,2,3\nBath, 2,3,5\nYork,3,2,6\nEly,4,3.0,9\nBath,5,2,10\n"


def test_levels_are_sorted_and_the_first_is_dropped_and_named(write: Write) -> None:
    problem = read_table(write(HOUSES), TableOptions(one_hot=("town",)))
    assert problem.features == ("town=Ely", "town=York", "size", "rooms")
    assert problem.X[:, :2].tolist() == [[0, 1], [0, 0], [0, 1], [1, 0], [0, 0]]
    assert problem.X[:, 2].tolist() == [1, 2, 3, 4, 5]
    (note,) = problem.notes
    assert note.code == "one-hot"
    assert "'town' became 2 features" in note.message
    assert "'Bath' is dropped" in note.message


def test_numbers_are_levels_by_size_however_they_are_written(write: Write) -> None:
    text = "code,y\n10,1\n9,2\n9.0,4\n1e1,8\n-0.5,3\n"
    problem = read_table(write(text), TableOptions(one_hot=("code",)))
    assert problem.features == ("code=9", "code=10")
    assert problem.X.tolist() == [[0, 1], [1, 0], [1, 0], [0, 1], [0, 0]]
    refusal = refusal_of(write("code,y\n1,1\n2,2\nthree,4\n"), one_hot=("code",))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 4, "code")


def test_features_asked_for_keep_their_order_and_one_hot_ones_come_last(write: Write) -> None:
    path = write(HOUSES)
    problem = read_table(path, TableOptions(features=("size",), one_hot=("town",)))
    assert problem.features == ("size", "town=Ely", "town=York")
    problem = read_table(path, TableOptions(features=("town", "size"), one_hot=("town",)))
    assert problem.features == ("town=Ely", "town=York", "size")
    problem = read_table(path, TableOptions(features=("size",), one_hot=("town", "rooms")))
    assert problem.features == ("size", "town=Ely", "town=York", "rooms=3")


def test_levels_are_those_of_the_rows_kept(write: Write) -> None:
    path = write("s,x,y\na,1,2\nb,,3\n?,3,4\nc,4,6\nd,5,8\n")
    refusal = refusal_of(path, one_hot=("s",))
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", 3, "x")
    assert "2 of 5 rows" in refusal.message
    problem = read_table(path, TableOptions(one_hot=("s",), missing="drop"))
    assert problem.features == ("s=c", "s=d", "x")
    assert problem.X.tolist() == [[0, 0, 1], [1, 0, 4], [0, 1, 5]]
    assert problem.dropped_rows == 2


def test_a_missing_level_is_a_missing_value(write: Write) -> None:
    refusal = refusal_of(write("s,y\na,2\nNA,3\n"), one_hot=("s",))
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", 3, "s")


def test_as_many_levels_as_are_allowed(write: Write) -> None:
    for level in ("{}", "level {}"):
        rows = [f"{level.format(number)},{number}\n" for number in range(MAX_LEVELS + 1)]
        path = write("s,y\n" + "".join(rows[:-1]))
        problem = read_table(path, TableOptions(one_hot=("s",)))
        assert (problem.X.sum(axis=0) == 1).all()
        assert len(problem.features) == MAX_LEVELS - 1
        refusal = refusal_of(write("s,y\n" + "".join(rows)), one_hot=("s",))
        assert (refusal.code, refusal.column) == ("too-many-levels", "s")


@pytest.mark.parametrize(
    ("text", "options", "code", "column"),
    [
        ("s,y\na,1\na,2\n", {"one_hot": ("s",)}, "one-level", "s"),
        ("s,y\n7,1\n7,2\n", {"one_hot": ("s",)}, "one-level", "s"),
        (HOUSES, {"one_hot": ("twon",)}, "unknown-column", "twon"),
        (HOUSES, {"one_hot": ("town", "town")}, "duplicate-feature", "town"),
        (HOUSES, {"one_hot": ("price",), "target": "price"}, "one-hot-target", "price"),
        ("s,s=b,y\na,1,1\nb,2,2\n", {"one_hot": ("s",)}, "duplicate-name", "s=b"),
        ("s,s=b\na,1\nb,2\n", {"one_hot": ("s",)}, "duplicate-name", "s=b"),
        (HOUSES, {"degree": 2}, "degree-features", None),
        ("x,x^2\n1,1\n2,4\n", {"degree": 2}, "duplicate-name", "x^2"),
        ("x,y\n1,1\n1e110,4\n", {"degree": 3}, "overflow", "x"),
    ],
)
def test_refused_features(
    write: Write, text: str, options: dict[str, Any], code: str, column: str | None
) -> None:
    refusal = refusal_of(write(text), **options)
    assert (refusal.code, refusal.column) == (code, column)


def test_an_unknown_one_hot_column_gets_the_nearest_name(write: Write) -> None:
    assert "did you mean 'town'?" in refusal_of(write(HOUSES), one_hot=("twon",)).message


def test_a_text_column_is_left_out_until_it_is_asked_for(write: Write) -> None:
    problem = read_table(write(HOUSES))
    assert codes(problem) == ["text-column"]
    assert "--one-hot" in problem.notes[0].message
    assert problem.features == ("size", "rooms")


def test_powers_of_the_one_feature(write: Write) -> None:
    path = write("x,y\n2,1\n-3,4\n0.5,2\n1,1\n-0.5,3\n")  # the mean is 0
    problem = read_table(path, TableOptions(degree=3))
    assert problem.features == ("x", "x^2", "x^3")
    x = np.array([2, -3, 0.5, 1, -0.5])
    assert problem.X.tolist() == np.column_stack([x, x**2, x**3]).tolist()
    problem = read_table(write(HOUSES), TableOptions(features=("size",), degree=MAX_DEGREE))
    assert problem.features[-1] == f"(size - 3)^{MAX_DEGREE}"
    assert problem.X[:, -1].tolist() == [float((size - 3) ** MAX_DEGREE) for size in range(1, 6)]


@pytest.mark.parametrize("degree", [-1, 0, MAX_DEGREE + 1])
def test_degrees_out_of_range(degree: int) -> None:
    with pytest.raises(LinregError, match=f"from 1 to {MAX_DEGREE}, got {degree}"):
        TableOptions(degree=degree)


def test_powers_of_levels_are_none() -> None:
    with pytest.raises(LinregError) as caught:
        TableOptions(degree=2, one_hot=("s",))
    assert caught.value.code == "bad-option"
