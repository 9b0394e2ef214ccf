"""The lines that the commands without a screen print alike."""

from __future__ import annotations

import math

from linreg_core import Dependence, load_problem
from tests.app.driver import Write
from tui.cli.words import (
    NAME_WIDTH,
    laid_out,
    not_unique,
    note_lines,
    problem_line,
    table_row,
    weight_row,
)

ROWS = (
    table_row("weight", "trained", "best"),
    weight_row("x1", 13.4551491861194, 10.0),
    weight_row("x2", -0.001728, 20.5),
    table_row("MSE", 8.4145163224e-29, None),
    table_row("rows", "1,234", math.inf),
)


def test_rows_that_follow_each_other_are_a_table_with_its_points_aligned() -> None:
    assert laid_out(["before", *ROWS, "after"], 5).split("\n") == [
        "before",
        "weight          trained       best",
        "x1          13.455            10",
        "x2          -0.001728         20.5",
        "MSE          8.4145e-29          -",
        "rows     1,234            overflow",
        "after",
    ]


def test_as_many_digits_as_are_asked_for() -> None:
    assert laid_out([weight_row("x", 1 / 3)], 1) == "x   0.3"
    assert laid_out([weight_row("x", 1 / 3)], 17) == "x   0.3333333333333333"


def test_the_name_of_a_weight_is_made_safe_and_cut_off() -> None:
    row = weight_row("\x1b[31m" + "x" * 40, 2.0)
    assert row.title == r"\x1b[31mxxxxxxxxxxxxxxxxxxx…"
    assert len(row.title) == NAME_WIDTH


def test_what_the_data_is(write: Write) -> None:
    path = str(write("a\x1b,y,z\n1,2,a\n2,3,b\n4,4,c\n"))
    problem = load_problem(path)
    assert problem_line(problem) == f"{path}: 3 rows, 1 feature, target y"
    assert [line[:8] for line in note_lines(problem.notes)] == ["  note: "] * len(problem.notes)
    assert problem.notes


def test_why_weights_are_not_unique() -> None:
    lines = not_unique(Dependence(("x2 = x1 + 1",), ("w(x1) + w(x2)",)))
    assert lines[1:3] == ["  x2 = x1 + 1", "  determined: w(x1) + w(x2)"]
