"""Parquet: the same numbers, notes and refusals as in text, with rows instead of lines."""

from __future__ import annotations

import datetime
import io
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from linreg_core import TableOptions
from linreg_core.datasets.table import parquet
from linreg_core.datasets.table.columns import MAX_LEVELS
from linreg_core.datasets.table.read import read_table
from linreg_core.problem import Problem
from tests.core.tables import Write, codes, outcome_of, refusal_of


def packed(columns: dict[str, Any]) -> bytes:
    """Return a Parquet file."""
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


HOUSES = {
    "size": [1, 2, None, 4],
    "town": ["York", "Bath", "York", None],
    "price": [1e-300, 0.1, 6.5, -0.0],
}


def test_numbers_come_in_exactly_and_nulls_are_missing(write: Write) -> None:
    path = write(packed(HOUSES))
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == ("missing-value", None, "size")
    assert "row 3: " in refusal.message
    assert "1 of 4 rows" in refusal.message
    problem = read_table(path, TableOptions(missing="drop"))
    assert (problem.features, problem.target) == (("size",), "price")
    assert problem.X.tolist() == [[1], [2], [4]]
    assert problem.y.tobytes() == pl.Series([1e-300, 0.1, -0.0]).to_numpy().tobytes()
    assert codes(problem) == ["text-column", "rows-dropped"]


def test_only_columns_of_numbers_are_numeric(write: Write) -> None:
    columns = {
        "text": ["a", "b"],
        "day": [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)],
        "list": [[1], [2]],
        "decimal": [Decimal("1.25"), Decimal("2.5")],
        "byte": pl.Series([1, 2], dtype=pl.UInt8),
        "y": pl.Series([0.5, 1.5], dtype=pl.Float32),
    }
    problem = read_table(write(packed(columns)))
    assert problem.features == ("decimal", "byte")
    assert problem.X.tolist() == [[1.25, 1], [2.5, 2]]
    for name in ("text", "day", "list"):
        refusal = refusal_of(write(packed(columns)), features=(name,))
        assert (refusal.code, refusal.column) == ("not-a-number", name)


def test_truth_values_are_1_and_0_and_dates_are_days(write: Write) -> None:
    columns = {
        "truth": [True, None, False],
        "day": [datetime.date(2020, 1, 2), datetime.date(2020, 1, 1), datetime.date(2020, 3, 1)],
        "at": [datetime.datetime(2020, 1, 1, 6), datetime.datetime(2020, 1, 1), None],
        "number": pl.Series([2**53 + 1, 2**53 + 2, 1], dtype=pl.Int64),
        "y": [0.5, 1.5, 2.0],
    }
    path = write(packed(columns))
    problem = read_table(path, TableOptions(features=("truth",), missing="drop"))
    assert problem.X.tolist() == [[1], [0]]
    assert codes(problem)[0] == "boolean"
    assert read_table(path, TableOptions(features=("day",), dates=("day",))).X.tolist() == [
        [1],
        [0],
        [60],
    ]
    problem = read_table(path, TableOptions(features=("at",), dates=("at",), missing="drop"))
    assert problem.X.tolist() == [[0.25], [0]]
    problem = read_table(path, TableOptions(features=("number",)))
    assert codes(problem) == ["integer-not-exact"]
    assert "number 1" in problem.notes[0].message


@pytest.mark.parametrize("text", [["$1", "$2,000"], ["1", "2000"], [f"{n} %" for n in range(200)]])
def test_numbers_in_text_are_not_left_out_in_silence(text: list[str], write: Write) -> None:
    path = write(packed({"x": text, "y": list(range(len(text)))}))
    refusal = refusal_of(path)
    assert (refusal.code, refusal.column) == ("not-a-number", "x")
    assert ("without", ("x",)) in refusal.advice
    if len(text) <= MAX_LEVELS:
        problem = read_table(path, TableOptions(loose_numbers=True))
        assert problem.X.tolist() == [[1], [2000]]


def test_markers_that_were_asked_for_are_missing(write: Write) -> None:
    path = write(packed({"s": ["a", "b", "?", "a"], "x": [1, -999, 3, 4], "y": [1.0, 2.0, 3.0, 5]}))
    markers = TableOptions(missing="drop", missing_values=("-999", "?"), one_hot=("s",))
    assert read_table(path, replace(markers, one_hot=())).X.tolist() == [[1], [3], [4]]
    refusal = refusal_of(path, missing="drop", missing_values=("-999", "?"), one_hot=("s",))
    assert refusal.code == "one-level"


def test_columns_that_play_no_part_are_not_read(write: Write) -> None:
    path = write(packed({"list": [[1], [2]], "x": [1, 2], "s": ["a", "b"], "y": [1, 3]}))
    sheet = parquet.ParquetSheet(path.read_bytes(), TableOptions(target="y", features=("x",)))
    assert [told["kind"] for told in sheet._metadata] == ["skipped", "number", "skipped", "number"]
    problem = read_table(path, TableOptions(target="y", features=("x",)))
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1], [2]], [1, 3])


def test_one_hot(write: Write) -> None:
    path = write(packed(HOUSES))
    problem = read_table(path, TableOptions(one_hot=("town",), missing="drop"))
    assert (problem.features, problem.X.tolist()) == (("size", "town=York"), [[1, 1], [2, 0]])
    refusal = refusal_of(path, features=("town",), one_hot=("town",))
    assert (refusal.code, refusal.column) == ("missing-value", "town")
    many = {"s": [str(number) for number in range(MAX_LEVELS + 1)], "y": range(MAX_LEVELS + 1)}
    assert refusal_of(write(packed(many)), one_hot=("s",)).code == "too-many-levels"
    lists = {"s": [[1], [2]], "y": [1, 2]}
    assert refusal_of(write(packed(lists)), one_hot=("s",)).code == "not-a-number"


@pytest.mark.parametrize(
    ("columns", "options", "code", "column"),
    [
        ({"x": [1.0, 2.0], "y": [1.0, float("nan")]}, {}, "missing-value", "y"),
        ({"x": [1.0, float("inf")], "y": [1.0, 2.0]}, {}, "non-finite", "x"),
        ({"x": [1.0, 2.0]}, {}, "no-features", None),
        ({"x": pl.Series([], dtype=pl.Int64), "y": []}, {}, "no-rows", None),
        ({"x": [1], "": [2]}, {}, "blank-name", None),
        ({"x": [1], "y": [2]}, {"target": "z"}, "unknown-column", "z"),
        ({"x": [1], "y": [2]}, {"separator": ";"}, "option-not-for-parquet", None),
        ({"x": [1], "y": [2]}, {"header": False}, "option-not-for-parquet", None),
    ],
)
def test_refusals(
    write: Write, columns: dict[str, Any], options: dict[str, Any], code: str, column: str | None
) -> None:
    path = write(packed(columns))
    refusal = refusal_of(path, **options)
    assert (refusal.code, refusal.line, refusal.column) == (code, None, column)
    assert refusal.file == str(path)


def test_a_small_file_that_unpacks_to_a_huge_table_is_refused(write: Write) -> None:
    rows = parquet.MAX_NUMBERS // 2 + 1
    out = io.BytesIO()
    pl.LazyFrame().select(x=pl.repeat(1, rows, dtype=pl.Int8)).with_columns(y="x").sink_parquet(out)
    assert len(out.getvalue()) < 2**20
    assert refusal_of(write(out.getvalue())).code == "too-large"


def test_a_damaged_file_is_refused_or_read(write: Write) -> None:
    chance = random.Random(0)
    whole = packed(HOUSES)
    for _ in range(12):  # 0.2 s each
        data = bytearray(whole)
        for _ in range(3):
            data[chance.randrange(len(parquet.MAGIC), len(data))] ^= 1 << chance.randrange(8)
        outcome = outcome_of(write(bytes(data)), TableOptions(missing="drop"))
        assert isinstance(outcome, Problem) or str(outcome).isprintable()


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1 and no more", packed(HOUSES)[:-20]])
def test_what_only_begins_like_parquet_is_refused(write: Write, data: bytes) -> None:
    assert refusal_of(write(data)).code == "parquet"


def test_a_column_of_a_type_without_text_does_not_spoil_the_others(write: Write) -> None:
    columns = {
        "took": [datetime.timedelta(seconds=n) for n in (3, 0, 9)],
        "at": [datetime.time(1, 2), datetime.time(3), None],
        "when": [datetime.datetime(2020, 1, 1), None, datetime.datetime(2021, 1, 1)],
        "kind": pl.Series(["a", "b", "a"], dtype=pl.Categorical),
        "x": [1.0, 2.0, 4.0],
        "y": [1, 2, 5],
    }
    path = write(packed(columns))
    problem = read_table(path)
    assert (problem.features, problem.target) == (("x",), "y")
    assert read_table(path, TableOptions(features=("x",))).X.tolist() == [[1], [2], [4]]
    refusal = refusal_of(path, one_hot=("took",))
    assert (refusal.code, refusal.column) == ("not-a-number", "took")
    assert read_table(path, TableOptions(one_hot=("kind",))).features == ("kind=b", "x")
