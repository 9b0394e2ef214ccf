"""The beginning of a table: what it shows agrees with what opening the table gives."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from linreg_core import DataRequest, MadeOptions, Split, TableOptions, table_head
from linreg_core.datasets.table.preview import HEAD_BYTES
from linreg_core.datasets.table.table_head import HEAD_ROWS
from linreg_core.errors import LinregError
from linreg_core.safe_text import visible
from tests.core.tables import Write, outcome_of
from tests.places import SHARED

FAULTS = SHARED / "faults"
CELL = "0.123456789"
LONG = 2 * HEAD_BYTES // (2 * len(CELL))
"""Rows of two cells that are more than what is looked at."""


def test_a_small_table_is_told_whole(write: Write) -> None:
    path = str(write("name,x,none,y\nann,1,,2\nbob,3,,4.5\ncid,5,,6\n"))
    head = table_head(DataRequest(path))
    assert head.names == ("name", "x", "none", "y")
    assert head.kinds == ("text", "number", "empty", "number")
    assert head.rows[1] == ("bob", "3", "", "4.5")
    assert (head.target, head.features) == ("y", ("x",))
    assert head.is_whole
    assert [note.code for note in head.notes] == ["text-column", "empty-column"]
    assert head.refusal is None


@pytest.mark.parametrize("name", json.loads((FAULTS / "expected.json").read_text()))
def test_it_says_what_opening_the_table_says(name: str) -> None:
    path, options = FAULTS / name, TableOptions()
    head, opened = table_head(DataRequest(str(path), options)), outcome_of(path, options)
    if isinstance(opened, LinregError):
        assert head.refusal is not None
        if head.is_whole:
            assert str(head.refusal) == str(opened)
    else:
        assert head.refusal is None
        assert head.target == opened.target
        assert len(head.rows) == min(opened.rows, HEAD_ROWS)
        if head.is_whole:
            assert head.notes == opened.notes


def test_of_a_long_table_only_the_beginning_is_read(write: Write) -> None:
    rows = [f"{CELL},{CELL}"] * LONG
    head = table_head(DataRequest(str(write("\n".join(["x,y", *rows, "not,numbers", '"'])))))
    assert not head.is_whole
    assert head.refusal is None
    assert head.rows == ((CELL, CELL),) * HEAD_ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "latin-1", "utf-8-sig"])
@pytest.mark.parametrize("shift", range(3))
def test_a_character_that_the_cut_goes_through_is_left_out(
    write: Write, encoding: str, shift: int
) -> None:
    text = "\n".join([f"é{'e' * shift},y"] + ["é,1"] * HEAD_BYTES)
    head = table_head(
        DataRequest(str(write(text.encode(encoding))), TableOptions(encoding=encoding))
    )
    assert head.refusal is not None  # é is a text, and nothing is left to predict from
    assert head.refusal.code == "no-features"
    assert head.kinds == ("text", "number")
    assert head.rows[0] == ("é", "1")


def test_a_record_that_the_cut_goes_through_is_left_out(write: Write) -> None:
    fields = "\n".join(f'"{row}\n",{row}' for row in range(HEAD_BYTES // 8))
    head = table_head(DataRequest(str(write("x,y\n" + fields)), TableOptions(one_hot=("x",))))
    assert not head.is_whole
    assert head.refusal is None
    assert head.rows[2] == ("2\\n", "2")


def test_a_first_line_longer_than_what_is_looked_at(write: Write) -> None:
    names = [f"column_{place:032}" for place in range(HEAD_BYTES // 32)]
    text = "\n".join([",".join(names), *[",".join("1" * len(names))] * 12])
    head = table_head(DataRequest(str(write(text))))
    assert head.names == tuple(names)
    assert head.refusal is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_end(write: Write, ending: str) -> None:
    text = ending.join(["x,y"] + ["1,2"] * HEAD_BYTES)
    assert table_head(DataRequest(str(write(text)))).rows == (("1", "2"),) * HEAD_ROWS


def test_options_are_those_of_opening(write: Write) -> None:
    path = str(write("x;z;y\n1,5;a;2\n2,5;b;3\n3,5;a;5\n"))
    options = TableOptions(target="x", features=("y",), one_hot=("z",), decimal_comma=True)
    request = DataRequest(path, options)
    head = table_head(request)
    assert (head.target, head.features, head.one_hot) == ("x", ("y", "z"), ("z",))
    assert head.refusal is None
    assert head.request == request


def test_what_is_asked_for_and_not_there_still_shows_the_columns(write: Write) -> None:
    head = table_head(DataRequest(str(write("x,y\n1,2\n")), TableOptions(target="z")))
    assert head.names == ("x", "y")
    assert head.refusal is not None
    assert head.refusal.code == "unknown-column"


def test_cells_are_made_visible_and_short(write: Write) -> None:
    head = table_head(DataRequest(str(write("x,y,z\n\x1b[2Jw,1,2\n" + "w" * 5000 + ",2,3\n"))))
    assert head.rows[0][0] == r"\x1b[2Jw"
    assert len(head.rows[1][0]) < 100


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    cells: dict[str, Any] = {"x": [1.5, None, 3.0] * 20, "t": ["a", "b", None] * 20}
    pl.DataFrame(cells | {"l": [[1], [2], [3]] * 20, "y": range(60)}).write_parquet(path)
    head = table_head(DataRequest(str(path), TableOptions(missing="drop")))
    assert head.kinds == ("number", "text", "text", "number")
    assert head.rows[1] == ("", "b", "(List(Int64))", "1")
    assert head.rows[2] == ("3", "", "(List(Int64))", "2")
    assert len(head.rows) == HEAD_ROWS
    assert (head.target, head.features, head.refusal) == ("y", ("x",), None)


def test_a_built_in_problem() -> None:
    head = table_head(DataRequest("article"))
    assert (head.names, head.target, head.features) == (("x1", "x2", "y"), "y", ("x1", "x2"))
    assert head.rows[1] == ("3", "4", "110")


def test_a_built_in_problem_is_shown_as_it_would_be_made_and_split() -> None:
    made, split = MadeOptions(rows=8, seed=1), Split(0.25)
    request = DataRequest("line", made=made, split=split)
    head = table_head(request)
    assert head.request == request
    assert len(head.rows) == 6
    assert [note.code for note in head.notes] == ["rows-held-out"]
    refused = table_head(DataRequest("line", made=made, split=Split(0.01))).refusal
    assert refused is not None
    assert refused.code == "bad-split"


def test_what_is_no_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    found = [
        table_head(DataRequest(str(source))).refusal
        for source in (fifo, tmp_path, tmp_path / "n\x1b", "-")
    ]
    codes = [None if refusal is None else refusal.code for refusal in found]
    assert codes == ["not-a-file", "not-a-file", "no-such-file", "not-a-file"]
    assert found[2] is not None
    assert found[2].file == visible(str(tmp_path / "n\x1b"))
