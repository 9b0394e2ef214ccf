"""Tables as people have them: each opens, or is refused with advice that then works."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
import pytest

from linreg_core import DataRequest, LinregError, TableOptions
from linreg_core.datasets.options import flag_of, following
from linreg_core.datasets.table.readings import Dates, Loose, parted
from linreg_core.datasets.table.table_head import HEAD_ROWS
from linreg_core.problem import Problem
from tests.core.rational import least_squares
from tests.core.tables import Write, codes, outcome_of, refusal_of
from tests.places import SHARED
from tui.cli.options import problem_options, requested_recipe

FIELD, FAULTS = SHARED / "field", SHARED / "faults"


def cases() -> list[Any]:
    """Return what is expected of each file and its arguments."""
    path = FIELD / "expected.json"
    if not path.exists():
        return [pytest.param({}, marks=pytest.mark.skip(f"{path} is not part of the project"))]
    told = json.loads(path.read_text(encoding="utf-8"))
    return [pytest.param(case, id=" ".join([case["file"], *case["args"]])) for case in told]


def request_for(*arguments: str) -> DataRequest:
    """Return what is asked for on the command line."""
    asked: list[DataRequest] = []

    @click.command()
    @problem_options
    def command(**_: object) -> None:
        asked.append(requested_recipe().data)

    command(list(arguments), standalone_mode=False)
    return asked[0]


@pytest.mark.parametrize("case", cases())
def test_every_case_of_the_field(case: dict[str, Any]) -> None:
    request = request_for(str(FIELD / case["file"]), *case["args"])
    before = (FIELD / case["file"]).read_bytes()
    outcome = outcome_of(request.source, request.options)
    if isinstance(outcome, LinregError):
        assert "refused" in case, str(outcome)
        for pattern in case["refused"]:
            assert re.search(pattern, str(outcome))
    else:
        check(outcome, case["opens"])
    assert (FIELD / case["file"]).read_bytes() == before


def check(problem: Problem, expected: dict[str, Any]) -> None:
    """Hold a problem to what is expected, its weights to those of exact arithmetic."""
    if "rows" in expected:
        assert problem.rows == expected["rows"]
    if expected.get("note") is not None:
        assert any(re.search(expected["note"], note.message) for note in problem.notes)
    if "weights" in expected:
        *weights, bias = map(float, least_squares(problem, bias=True))
        found = dict(zip(problem.features, weights, strict=True))
        assert found == pytest.approx(expected["weights"], rel=1e-6)
        if "bias" in expected:
            assert bias == pytest.approx(expected["bias"], rel=1e-6)


def refused_files() -> list[Path]:
    """Return the files that may be refused, small ones."""
    paths = [*FIELD.glob("*"), *FAULTS.glob("*")]
    return sorted(p for p in paths if p.suffix != ".json" and p.stat().st_size < 2**20)


def refusals_on_the_way(path: Path, options: TableOptions, depth: int = 3) -> Iterator[None]:
    """Follow each piece of advice of a refusal: the table opens, or another refusal comes."""
    outcome = outcome_of(path, options)
    if isinstance(outcome, Problem):
        return
    for advice in outcome.advice:
        assert flag_of(advice).split()[0].split("=")[0] in outcome.message
        then = following(options, advice)
        after = outcome_of(path, then)
        if isinstance(after, LinregError):
            assert str(after) != str(outcome), f"{flag_of(advice)} did not help"
            if depth:
                yield from refusals_on_the_way(path, then, depth - 1)
        yield


@pytest.mark.parametrize("path", refused_files(), ids=lambda path: path.name)
def test_every_advice_works(path: Path) -> None:
    for _ in refusals_on_the_way(path, TableOptions()):
        pass


def test_advice_is_followed_somewhere() -> None:
    if not FIELD.exists():
        pytest.skip(f"{FIELD} is not part of the project")
    followed = [sum(1 for _ in refusals_on_the_way(p, TableOptions())) for p in refused_files()]
    assert sum(followed) > len(followed) / 2


def test_flags_in_a_refusal_are_those_of_the_command_line() -> None:
    @click.command()
    @problem_options
    def command(**_: object) -> None:
        """Has the options."""

    known = {opt for param in command.params for opt in (*param.opts, *param.secondary_opts)}
    for path in refused_files():
        outcome = outcome_of(path, TableOptions())
        if isinstance(outcome, LinregError):
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", outcome.message)) <= known


def packed(**columns: Any) -> bytes:
    """Return a Parquet file."""
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        packed(x=["$1", "$2"], y=[1, 2]),
        packed(x=["a", "b"], y=[1, 2]),
        packed(x=[1.0, None], y=[1, 2]),
        packed(x=[1.0, float("inf")], y=[1, 2]),
        packed(x=pl.Series(["2024-01-01", "2024-02-01"]).str.to_date(), y=[1, 2]),
        packed(x=["2024-01-01", "2024-02-01"], y=[1, 2]),
        packed(x=[f"{n} kg" for n in range(300)], y=range(300), z=range(300)),
    ],
)
def test_every_advice_works_in_parquet(data: bytes, write: Write) -> None:
    assert sum(1 for _ in refusals_on_the_way(write(data), TableOptions()))


# --- numbers with something around them ---------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "mark", "number", "unit"),
    [
        ("$1,250,000", ".", 1250000, "$"),
        ("12%", ".", 12, "%"),
        ("1 234", ".", 1234, ""),
        ("1\u00a0234,5", ",", 1234.5, ""),
        ("1'234.5", ".", 1234.5, ""),
        ("1.234,5", ",", 1234.5, ""),
        ("(67.00)", ".", -67, ""),
        ("($1,000.5)", ".", -1000.5, "$"),
        ("12,50 €", ",", 12.5, "€"),
        ("120 m²", ".", 120, "m²"),
        ("\u2212100 km/h", ".", -100, "km/h"),
        ("12,34,567", ".", 1234567, ""),
        ("EUR 3.5", ".", 3.5, "EUR"),
        ("-$5", ".", -5, "$"),
        ("$-5", ".", -5, "$"),
    ],
)
def test_loose_numbers(cell: str, mark: Any, number: float, unit: str) -> None:
    assert parted(cell, mark) == (number, unit)
    assert Loose(mark).number(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        *("1st", "Q1", "1/2", "12:30", "555-1234", "1,2", "1,23", "1,2345", "$1.2M", "(-5)"),
        *("67)", "--5", "12.5.2024", "1e", "1d3", "Mazda RX4", "<5", "~12", "5-10", "1 23"),
        *("1,234'567", "1,23,45"),
    ],
)
def test_what_is_no_loose_number(cell: str) -> None:
    assert Loose(".").number(cell) is None


def test_a_column_is_of_one_unit(write: Write) -> None:
    refusal = refusal_of(write("x,y\n5 kg,1\n6 kg,2\n300 g,3\n"), loose_numbers=True)
    assert (refusal.code, refusal.line, refusal.column) == ("mixed-units", 4, "x")
    refusal = refusal_of(write("x,y\n0.5,1\n60%,2\n50%,3\n"), loose_numbers=True)
    assert (refusal.code, refusal.line) == ("mixed-units", 3)
    problem = DataRequest(
        str(write("x,y\n$1,1\n0,2\n2,3\n")), TableOptions(loose_numbers=True)
    ).load()
    assert problem.X.tolist() == [[1], [0], [2]]


def test_names_with_numbers_stay_names(write: Write) -> None:
    text = "seat,x,y\n12A,1,2\n12B,2,3\n14C,3,5\n"
    assert codes(DataRequest(str(write(text))).load()) == ["text-column"]


def test_the_default_target_never_slides_over_a_number_with_a_unit(write: Write) -> None:
    refusal = refusal_of(write("a,b,price\n1,2,$5\n2,4,$6\n3,5,$8\n"))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 2, "price")
    assert refusal.advice == (("loose_numbers", True), ("without", ("price",)))


# --- columns that are no numbers ----------------------------------------------------------------


@pytest.mark.parametrize("index", ["0 1 2", "1 2 3", "a b c", "5 3 9"])
@pytest.mark.parametrize("name", ["", '""', "Unnamed: 0"])
def test_a_first_column_without_a_name_is_an_index(index: str, name: str, write: Write) -> None:
    rows = "".join(f"{label},{n},{n * n}\n" for n, label in enumerate(index.split()))
    problem = DataRequest(str(write(f"{name},x,y\n{rows}"))).load()
    assert problem.features == ("x",)
    assert "index-column" in codes(problem)


@pytest.mark.parametrize("index", ["0 0 1", "0.5 1 2"])
def test_other_columns_without_a_name_are_refused(index: str, write: Write) -> None:
    rows = "".join(f"{label},{n},{n * n}\n" for n, label in enumerate(index.split()))
    assert refusal_of(write(f",x,y\n{rows}")).code == "blank-name"
    assert refusal_of(write("x,,y\n1,2,3\n4,5,6\n")).code == "blank-name"


def test_a_header_one_short(write: Write) -> None:
    problem = DataRequest(str(write("x,y\na,1,2\nb,2,4\n"))).load()
    assert (problem.features, codes(problem)[0]) == (("x",), "index-column")
    refusal = refusal_of(write("x,y\n1,1,2\n2,2,4\n"))
    assert (refusal.code, refusal.line) == ("ragged", 2)
    assert "counts the rows" in refusal.message
    assert "another name" in refusal.message


@pytest.mark.parametrize(
    "text", ["x,y\n1,2,\n3,4,\n5,7,\n", "x,y,\n1,2,\n3,4,\n5,7,\n", "x,y,,\n1,2,,\n3,4,,\n5,7,,\n"]
)
def test_empty_columns_at_the_end_are_dropped(text: str, write: Write) -> None:
    problem = DataRequest(str(write(text))).load()
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1], [3], [5]], [2, 4, 7])
    assert codes(problem) == ["empty-column-dropped"]


def test_truth_values(write: Write) -> None:
    path = write("a,b,y\nTRUE,yes,1\nfalse,no,2\nTrue,no,4\n")
    problem = DataRequest(str(path)).load()
    assert problem.X.tolist() == [[1], [0], [1]]
    assert codes(problem)[:2] == ["text-column", "boolean"]
    refusal = refusal_of(write("a,y\nTrue,1\nmaybe,2\n"), features=("a",))
    assert (refusal.code, refusal.column) == ("not-a-number", "a")


def test_dates(write: Write) -> None:
    path = write("when,y\n2024-03-01,1\n2024-02-28T12:00,2\n2024-02-28,3\n")
    problem = DataRequest(str(path), TableOptions(dates=("when",))).load()
    assert problem.X.tolist() == [[2], [0.5], [0]]
    assert codes(problem) == ["date"]
    path = write("when,y\n01.03.2024,1\n28.02.2024,2\n30.02.2024,3\n")
    assert "--date when" in refusal_of(path).message
    refusal = refusal_of(path, dates=("when",))
    assert (refusal.code, refusal.line) == ("not-a-date", 2)
    refusal = refusal_of(path, dates=("when",), date_format="%d.%m.%Y")
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-date", 4, "when")
    assert Dates(None).number("2024-01-01T00:00+01:00") == Dates(None).number("2023-12-31T23:00")


def test_numbers_that_may_be_dates_are_noted(write: Write) -> None:
    path = write("day,y\n20240101,1\n20240102,2\n20240105,4\n")
    assert "date-like" in codes(DataRequest(str(path)).load())
    assert DataRequest(str(path), TableOptions(dates=("day",))).load().X.tolist() == [[0], [1], [4]]


def test_columns_can_be_left_out(write: Write) -> None:
    path = write("a,b,c,y\n1,2,$3,4\n2,3,$4,6\n3,5,$5,9\n")
    assert DataRequest(str(path), TableOptions(without=("c", "a"))).load().features == ("b",)
    assert refusal_of(path, without=("z",)).code == "unknown-column"
    assert refusal_of(path, without=("a",), target="a").code == "bad-option"


# --- lines that are no data ---------------------------------------------------------------------


def test_lines_can_be_skipped_and_keep_their_numbers(write: Write) -> None:
    path = write("a title\n\nx,y\nm,s\n1,2\n3,oops\n")
    refusal = refusal_of(path)
    assert "--skip-lines 1-2" in refusal.message
    refusal = refusal_of(path, skip_lines="1,4")
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 6, "y")
    assert refusal_of(path, skip_lines="1-9").code == "bad-option"
    for wrong in ("0", "2-1", "x", "1-", "-1"):
        assert refusal_of(path, skip_lines=wrong).code == "bad-option"


def test_a_line_of_units_is_told(write: Write) -> None:
    refusal = refusal_of(write("x,y\nm,s\n1,2\n3,4\n"))
    assert refusal.advice == (("skip_lines", "2"), ("skip_lines", "1"))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("# of 2024\nx,y\n1,2\n3,4\n5,6\n", "#"),
        ("x,y\n1,2\n  // checked\n3,4\n5,6\n", "//"),
        ("x,y\n1,2\n3,4\n5,6\n%end\n", "%"),
    ],
)
def test_a_line_that_begins_like_a_comment_is_said_to(write: Write, text: str, mark: str) -> None:
    path = write(text)
    refusal = refusal_of(path)
    assert refusal.advice[0] == ("comment", mark)
    assert "begin with " + mark in refusal.message
    assert DataRequest(str(path), TableOptions(comment=mark)).load().rows == 3


def test_comments(write: Write) -> None:
    path = write('# one "quote\nx,y\n1,2 # inside\n  # blanks before\n"a #b",3\n')
    refusal = refusal_of(path, comment="#")
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 5, "x")
    assert "'a #b'" in refusal.message


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=;\r"])
def test_the_separator_that_a_first_line_names(first: str, write: Write) -> None:
    path = write(f"{first}\na,b;y\n1;2\n3;oops\n")
    refusal = refusal_of(path)
    assert (refusal.line, refusal.column) == (4, "y")


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("1,2\n3,4\n", True),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", True),
        ("2024-01-01,5\n2024-01-02,6\n", True),
        ("country,1999,2000\nA,1,2\nB,3,5\n", False),
        ("x,1\n1,2\n3,4\n", False),
    ],
)
def test_a_first_line_that_looks_like_data_is_refused(
    text: str, is_refused: bool, write: Write
) -> None:
    outcome = outcome_of(write(text), TableOptions())
    found = isinstance(outcome, LinregError) and outcome.code == "header-looks-numeric"
    assert found is is_refused
    if is_refused:
        assert isinstance(outcome, LinregError)
        assert {value for _, value in outcome.advice} == {True, False}


# --- what is missing ----------------------------------------------------------------------------


def test_what_stands_for_a_missing_value(write: Write) -> None:
    path = write("x,y\n1,2\nNaN,3\n-999.0,4\nunknown,5\n7,n.k.\n8,9\n")
    problem = DataRequest(
        str(path), TableOptions(missing="drop", missing_values=("-999", "n.k."))
    ).load()
    assert problem.y.tolist() == [2, 9]
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line) == ("missing-value", 3)
    assert "(x 2)" in refusal.message


def test_words_for_missing_values_are_levels_among_text(write: Write) -> None:
    path = write("job,y\nunknown,1\nclerk,2\nunknown,3\n")
    problem = DataRequest(str(path), TableOptions(one_hot=("job",))).load()
    assert problem.features == ("job=unknown",)
    assert problem.X.tolist() == [[1], [0], [1]]


@pytest.mark.parametrize(
    ("column", "is_noted"),
    [
        ([1, 2, -999, 4, 5, 3, 2], True),
        ([1, 2, 9999, 4, 5, 9999, 3], True),
        ([1, 2, 500, 500, 500, 4, 5], True),
        ([1, 2, 500, 4, 5, 3, 2], False),
        ([97, 98, 99, 100, 96, 95, 97], False),
        ([0, 0, 0, 0, 1, 0, 0], False),
        ([1e300, -1e308, 1e308, 2.0, 3.0, 5.0, 1.0], False),
    ],
)
def test_numbers_far_out_are_noted(column: list[float], is_noted: bool, write: Write) -> None:
    rows = "".join(f"{value!r},{place**2}\n" for place, value in enumerate(column))
    found = codes(DataRequest(str(write(f"x,y\n{rows}"))).load())
    assert ("far-out" in found) is is_noted


# --- numbers that float64 does not hold ---------------------------------------------------------


def test_what_rounding_takes_is_noted(write: Write) -> None:
    path = write(f"a,b,y\n{2**53 + 1},1e-400,1\n{2**53},0.0,2\n{2**60},-0,4\n")
    problem = DataRequest(str(path)).load()
    notes = {note.code: note.message for note in problem.notes}
    assert "a 1" in notes["integer-not-exact"]
    assert "b 1" in notes["rounded-to-zero"]
    assert problem.rows < HEAD_ROWS
    assert np.isfinite(problem.X).all()


# --- what is no table ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html>\n<html></html>", "HTML"),
        (b"\n <html lang='en'>", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "LFS"),
        (b"% a comment\n@RELATION iris\n@DATA\n", "ARFF"),
        (b'{"x": [1, 2]}', "JSON"),
        (b'[{"x": 1}]', "JSON"),
        (b"{}", "JSON"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0" + bytes(12) + b"[Content_Types].xml", "Excel"),
        (b"PK\x03\x04 anything", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.4", "PDF"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
    ],
)
def test_what_is_no_table_is_named(data: bytes, what: str, write: Write) -> None:
    assert what in refusal_of(write(data)).message
    assert what in refusal_of(write(b"\xef\xbb\xbf" + data)).message
