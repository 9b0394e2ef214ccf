"""The lines that the commands without a screen print alike."""

from __future__ import annotations

import math

import pytest

from linreg_core import Dependence, load_problem
from tests.app.driver import Write
from tui.cli.words import (
    CELL_WIDTH,
    NAME_WIDTH,
    not_unique,
    note_lines,
    problem_line,
    table_row,
    weight_row,
)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ((), "title"),
        (("trained", 0.25), "title                              trained              0.25"),
        ((None, math.inf), "title                                    -          overflow"),
        ((1 / 3,), "title                     0.33333333333333"),
    ],
)
def test_a_row_has_its_title_and_its_cells_at_their_right_ends(
    cells: tuple[str | float | None, ...], text: str
) -> None:
    row = table_row("title", *cells)
    assert row.rstrip() == text
    assert len(row) == NAME_WIDTH + len(cells) * CELL_WIDTH


def test_a_title_that_is_too_long_hides_no_digit() -> None:
    assert table_row("weight at epoch 1,000,000", 1.0).endswith("1,000,000                 1")


def test_the_name_of_a_weight_is_made_safe_and_cut_off() -> None:
    row = weight_row("\x1b[31m" + "x" * 40, 2.0)
    assert row == r"\x1b[31mxxxxxxxxxxxxxx… " + "2".rjust(CELL_WIDTH)


def test_what_the_data_is(write: Write) -> None:
    path = str(write("a\x1b,y,z\n1,2,a\n2,3,b\n4,4,c\n"))
    problem = load_problem(path)
    assert problem_line(problem) == f"{path}: 3 rows, 1 feature, target y"
    assert [line[:8] for line in note_lines(problem.notes)] == ["  note: "] * len(problem.notes)
    assert problem.notes


def test_why_weights_are_not_unique() -> None:
    lines = not_unique(Dependence(("x2 = x1 + 1",), ("w(x1) + w(x2)",)))
    assert lines[1:3] == ["  x2 = x1 + 1", "  determined: w(x1) + w(x2)"]
