"""Dialects of text tables: what is guessed, what must be said, and exact numbers in each."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import TableOptions
from linreg_core.datasets.table.read import read_table
from linreg_core.problem import Problem
from tests.core.tables import Write, codes, outcome_of, refusal_of

# --- what is guessed ----------------------------------------------------------------------------

GUESSED = [
    ("x;y\n1;2\n3;5\n", ";"),
    ("x\ty\n1\t2\n3\t5\n", "tab"),
    ("x|y\n1|2\n3|5\n", "|"),
    ("x y\n1 2\n3 5\n", "blanks"),
    ("  x    y\r\n\r\n 1  2\t\r\n3\t\t5  ", "blanks"),
    ('"a b"  "y"\n1 2\n3 "5"\n', "blanks"),
    ('"x, m;";"y, m"\n1;2\n3;5\n', ";"),
    ("x, m;y\n1;2\n3;5\n", ";"),  # a comma in the names, but not one in every row
]


@pytest.mark.parametrize(("text", "said"), GUESSED)
def test_a_guessed_separator_is_said(write: Write, text: str, said: str) -> None:
    problem = read_table(write(text))
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1], [3]], [2, 5])
    note = problem.notes[0]
    assert (note.code, said in note.message) == ("separator-guessed", True)


def test_a_comma_and_a_separator_asked_for_are_no_guess(write: Write) -> None:
    assert codes(read_table(write("x,y z\n1,2\n3,5\n"))) == []
    assert codes(read_table(write("x;y\n1;2\n3;5\n"), TableOptions(separator=";"))) == []


@pytest.mark.parametrize(
    ("text", "options", "code", "line"),
    [
        ("x;y\n1;2\n3\n", {}, "ragged", 3),
        ("x y\n1 2\n3\n", {}, "no-features", 1),
        ("x y\n1 2\n3\n", {"separator": " "}, "ragged", 3),
        ("a,b;y\n1,2;3\n4,5;7\n", {}, "ambiguous-separator", None),
        ("1,5;2,5\n2,5;4,5\n", {"header": False}, "ambiguous-separator", None),
        ("1,5 2,5\n2,5 4,5\n", {"header": False}, "ambiguous-separator", None),
    ],
)
def test_what_gives_no_one_width_is_not_guessed(
    write: Write, text: str, options: dict[str, Any], code: str, line: int | None
) -> None:
    refusal = refusal_of(write(text), **options)
    assert (refusal.code, refusal.line) == (code, line)


def test_an_ambiguous_separator_can_be_named(write: Write) -> None:
    path = write("a,b;y\n1,2;3\n4,5;7\n")
    assert "--separator ',' or ';'" in refusal_of(path).message
    assert refusal_of(path, separator=";").code == "decimal-comma"
    assert refusal_of(path, separator=",", target="y", features=("a",)).code == "unknown-column"


# --- the decimal mark ---------------------------------------------------------------------------


def test_a_decimal_comma_is_refused_until_it_is_asked_for(write: Write) -> None:
    path = write("x;y\n1;2\n3,25;-,5e1\n")
    refusal = refusal_of(path)
    assert (refusal.code, refusal.line, refusal.column) == ("decimal-comma", 3, "x")
    assert "--decimal-comma" in refusal.message
    problem = read_table(path, TableOptions(decimal_comma=True))
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1], [3.25]], [2, -5])


def test_a_decimal_point_is_refused_where_the_comma_is_asked_for(write: Write) -> None:
    refusal = refusal_of(write("x;y\n1;2\n3;1.500\n"), decimal_comma=True)
    assert (refusal.code, refusal.line, refusal.column) == ("decimal-point", 3, "y")


def test_decimal_commas_between_commas_need_quotes(write: Write) -> None:
    path = write('x,y\n"1,5","2,5"\n3,"4"\n')
    assert refusal_of(path).code == "decimal-comma"
    problem = read_table(path, TableOptions(decimal_comma=True))
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1.5], [3]], [2.5, 4])


def test_a_column_of_decimal_commas_is_no_text_to_be_left_out(write: Write) -> None:
    refusal = refusal_of(write('a,x,y\n1,"1,5",1\n2,"2,5",3\n'))
    assert (refusal.code, refusal.column) == ("decimal-comma", "x")


# --- line ends ----------------------------------------------------------------------------------


def test_lines_may_end_in_cr_alone_where_all_do(write: Write) -> None:
    problem = read_table(write('x,y\r1,"2"\r\r3,5'))
    assert (problem.X.tolist(), problem.y.tolist()) == ([[1], [3]], [2, 5])
    refusal = refusal_of(write("x,y\r1,2\r\r3,oops"))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 4, "y")


# --- every dialect ------------------------------------------------------------------------------

NUMBER = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**18), 10**18).map(float),
)
MARKS = {",": ",", ";": ";", "tab": "\t", "|": "|", "blank": " "}


@st.composite
def dialects(draw: st.DrawFn) -> tuple[bytes, list[list[float]], TableOptions]:
    """Return a file, its numbers, and the options that describe it; the separator is left out."""
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(NUMBER, min_size=width, max_size=width), min_size=1, max_size=8))
    separator = draw(st.sampled_from(sorted(MARKS.values())))
    mark = draw(st.sampled_from(".,"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    header, byte_order_mark, final = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    quoted = draw(st.sampled_from(["never", "always", "some"]))

    def cell(text: str) -> str:
        is_quoted = quoted == "always" or (quoted == "some" and draw(st.booleans()))
        return f'"{text}"' if is_quoted or separator in text else text

    lines = [[repr(number).replace(".", mark) for number in row] for row in rows]
    if header:
        lines.insert(0, [f"name {number}" for number in range(width)])
    text = end.join(separator.join(map(cell, line)) for line in lines) + (end if final else "")
    options = TableOptions(decimal_comma=mark == ",", header=header)
    return ("\ufeff" if byte_order_mark else "").encode() + text.encode(), rows, options


@given(written=dialects())
def test_every_dialect_gives_its_numbers_bit_for_bit_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, written: tuple[bytes, list[list[float]], TableOptions]
) -> None:
    data, rows, options = written
    path = tmp_path_factory.getbasetemp() / "dialect.csv"
    path.write_bytes(data)
    outcome = outcome_of(path, options)
    if isinstance(outcome, Problem):
        assert table_of(outcome).tobytes() == np.array(rows).tobytes()
    else:
        assert outcome.code == "ambiguous-separator"


@given(written=dialects(), separator=st.sampled_from(sorted(MARKS)), header=st.booleans())
def test_a_dialect_read_as_another_gives_a_problem_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory,
    written: tuple[bytes, list[list[float]], TableOptions],
    separator: str,
    header: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "other.csv"
    path.write_bytes(written[0])
    check_read_or_refused(path, TableOptions(separator=MARKS[separator], header=header))


TABLE_BYTES = st.lists(
    st.sampled_from(
        [b'"', b"\n", b"\r", b",", b";", b" ", b"\t", b"1", b".5", b"x", b"\x00", b"?"]
    ),
    max_size=40,
).map(b"".join)


@given(data=st.one_of(st.binary(max_size=200), TABLE_BYTES), header=st.booleans())
def test_no_bytes_give_anything_but_a_problem_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, header: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(data)
    for comma, missing in itertools.product((False, True), ("drop", "refuse")):
        options: dict[str, Any] = {"decimal_comma": comma, "missing": missing, "header": header}
        check_read_or_refused(path, TableOptions(**options))


def check_read_or_refused(path: Path, options: TableOptions) -> None:
    """Fail when reading raises what is no refusal, or gives what is no number."""
    outcome = outcome_of(path, options)
    if isinstance(outcome, Problem):
        assert np.isfinite(table_of(outcome)).all()
    else:
        assert str(outcome).isprintable()
        assert outcome.file == str(path)


def table_of(problem: Problem) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return all numbers of a problem, shape (n, d + 1)."""
    return np.column_stack([problem.X, problem.y])


# --- large files --------------------------------------------------------------------------------


def test_a_column_longer_than_a_first_look_expects_is_read_whole(write: Write) -> None:
    """Rows get shorter on the way, so that more come than the first megabyte lets expect."""
    out = io.StringIO("x,y\n")
    out.seek(0, io.SEEK_END)
    for row in range(40_000):
        out.write(f"{row:020},{row:020}\n")
    for row in range(40_000, 200_000):
        out.write(f"{row % 10},1\n")
    problem = read_table(write(out.getvalue()))
    rows = np.arange(200_000)
    assert (problem.X[:, 0] == np.where(rows < 40_000, rows, rows % 10)).all()
    assert (problem.y == np.where(rows < 40_000, rows, 1)).all()
