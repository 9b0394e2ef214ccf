"""What polars would read in silence, and the strict check does not let it: marks, lone returns."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import DataRequest, TableOptions, load_problem, table_head
from linreg_core.datasets.table.text.records import PIECE_BYTES
from tests.core.tables import Write, refusal_of

MARK = b"\xef\xbb\xbf"

# --- byte order marks: one before everything is left out, any other is part of its cell -----------


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_mark_before_a_row_is_part_of_its_first_cell(row: int, write: Write) -> None:
    rows = [b"1,2\n", b"3,4\n", b"5,7\n"]
    rows[row] = MARK + rows[row]
    refusal = refusal_of(write(b"x,y\n" + b"".join(rows)))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 2 + row, "x")
    assert r"'\ufeff" in refusal.message


@pytest.mark.parametrize("pieces", [1, 2, 9])
def test_a_mark_before_the_first_cell_of_a_piece_is_kept(pieces: int, write: Write) -> None:
    """Lines of 8 bytes: a piece begins where one does."""
    lines = pieces * PIECE_BYTES // 8
    refusal = refusal_of(write(b"x,y\n" + lines * b"123,456\n" + MARK + b"1,2\n" + 9 * b"3,4\n"))
    assert (refusal.code, refusal.line, refusal.column) == ("not-a-number", 2 + lines, "x")


def test_a_mark_before_a_label_makes_another_level(write: Write) -> None:
    path = write(b"k,y\n" + MARK + b"a,1\nb,2\na,3\n")
    problem = load_problem(str(path), TableOptions(one_hot=("k",), target="y"))
    assert problem.features == ("k=b", "k=\ufeffa")


def test_of_two_marks_before_the_names_one_is_kept(write: Write) -> None:
    path = write(2 * MARK + b"x,y\n1,2\n3,5\n")
    assert load_problem(str(path)).features == ("\ufeffx",)
    assert table_head(DataRequest(str(path))).names == ("\ufeffx", "y")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_of_two_marks_in_another_encoding_one_is_kept(encoding: str, write: Write) -> None:
    begin = "\ufeff\ufeff" if encoding == "utf-16-le" else "\ufeff"  # the others write their own
    path = write((begin + "x,y\n1,2\n3,5\n").encode(encoding))
    assert load_problem(str(path), TableOptions(encoding=encoding)).features == ("\ufeffx",)
    path = write((begin.removesuffix("\ufeff") + "x,y\n1,2\n3,5\n").encode(encoding))
    assert load_problem(str(path), TableOptions(encoding=encoding)).features == ("x",)


# --- returns that no line feed follows ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('x,y\n1,"2"\r3\n4,5\n', "quote", 2),
        ('x,y\n3,4\n"1"\r,2\n4,5\n', "quote", 3),
        ('x,y\n3,4\n5,"6"\r\r\n', "quote", 3),
        ('x,y\n3,4\n5,"6"\r\r', "quote", 3),
        ('"x"\r,y\n1,2\n', "quote", 1),
        ("x,y\n3,4\n1\r,2\n", "not-a-number", 3),
        ("x,y\n3,4\n\n5,6\n\r,2\n", "not-a-number", 5),
        ("x\ty\n3\t4\n1\r\t2\n", "not-a-number", 3),
        ("x,y\n\r1,2\n3,4\n", "not-a-number", 2),
        ("x,y\n\n\r\n\r1,2\n3,4\n", "not-a-number", 4),
        ("x,y\n3,4\n\r1,2\n", "not-a-number", 3),
        ("x,y\n3,4\n1,2\r\r\n", "not-a-number", 3),
        ("x,y\n1,2\n3,4\r5,6\n", "ragged", 3),
        ("x,y\n\r", "no-rows", None),
    ],
)
def test_a_return_that_ends_no_line_is_refused(
    text: str, code: str, line: int | None, write: Write
) -> None:
    refusal = refusal_of(write(text))
    assert (refusal.code, refusal.line) == (code, line)


@pytest.mark.parametrize("extra", [1, 2, 3, 4, 5])
def test_a_closing_quote_at_the_edge_of_a_piece_is_judged(extra: int, write: Write) -> None:
    lines = PIECE_BYTES // 8 - 2
    begun = b"x,y\n" + lines * b"123,456\n" + b"0" * (8 + extra) + b',"1"'
    assert load_problem(str(write(begun + b"\r\n3,4\r\n"))).rows == lines + 2
    refusal = refusal_of(write(begun + b"\r2\n3,4\r\n"))
    assert (refusal.code, refusal.line) == ("quote", lines + 2)


def test_returns_within_text_and_at_the_end_are_read(write: Write) -> None:
    text = 'note,x\r,y\na\rb,1,2\n\r\r,0,1\n"c\r,d\r",3,4\n\r\n"e",5,"7"\n\re\r,6,8\r'
    problem = load_problem(str(write(text)), TableOptions(one_hot=("note",), target="y"))
    levels = ["a\rb", "c\r,d\r", "e"]
    assert problem.features == ("note=\re\r", *(f"note={level}" for level in levels), "x\r")
    assert problem.y.tolist() == [2.0, 1.0, 4.0, 7.0, 8.0]


def test_lines_may_end_in_cr_alone_though_a_cell_holds_line_feeds(write: Write) -> None:
    rows = "".join(f'"a\n{row % 3}",{row},{row * row}\r' for row in range(9))
    problem = load_problem(str(write("note,x,y\r" + rows)), TableOptions(target="y"))
    assert problem.X[:, 0].tolist() == list(range(9))
    refusal = refusal_of(write("note,x,y\r" + rows + "b,1,oops\r"), target="y", features=("x",))
    assert (refusal.code, refusal.line) == ("not-a-number", 2 + 2 * 9)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("blank", ["", ",", ",,", ",,,,,"])
@pytest.mark.parametrize("rows", ["{}1,2\n3,4\n", "1,2\n{}3,4\n", '"1",2\n3,"4"\n{}'])
def test_separators_alone_are_a_blank_line_however_many(
    write: Write, rows: str, blank: str, end: str
) -> None:
    text = ("x,y\n" + rows.format(blank + "\n")).replace("\n", end)
    problem = load_problem(str(write(text)))
    assert np.column_stack([problem.X, problem.y]).tolist() == [[1, 2], [3, 4]]
