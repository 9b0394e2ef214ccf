"""The correct digits over epochs: literal pictures, and what is true of any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from linreg_core import Compared, Comparison, Side, Status, TrainConfig, load_problem
from tui.charts.digits import EXACT, MARKS, digits_chart, end_of
from tui.charts.kit.canvas import ChartRow


def started(epochs: int) -> Compared:
    """Two runs that have not begun."""
    return Comparison(load_problem("article"), TrainConfig(), epochs).summary()


def made(epochs: int, *ways: tuple[list[int], list[float]], frozen: int | None = None) -> Compared:
    """Two runs whose digits are given, exact arithmetic as the second one."""
    bare = started(epochs)
    sides: list[Side] = []
    for side, (places, digits) in zip(bare.sides, ways, strict=True):
        way = np.array(places), np.array(digits)
        sides.append(replace(side, epoch=places[-1], epochs=way[0], digits=way[1]))
    if frozen is not None:
        sides[0] = replace(sides[0], status=Status.FROZEN, status_epoch=frozen)
    exact = sides[1]
    return replace(
        bare,
        sides=(sides[0], sides[1]),
        exact_epochs=exact.epochs,
        exact_digits=exact.digits,
    )


def lines(chart: tuple[ChartRow, ...]) -> list[str]:
    return ["".join(span.text for span in row) for row in chart]


STRAIGHT = made(100, ([0, 25, 100], [0, 2, 2]), ([0, 100], [0, 8]), frozen=25)


def test_a_literal_picture() -> None:
    assert lines(digits_chart(STRAIGHT, 40, 10)) == PICTURE


PICTURE = [
    "     │                              ⣀⠤⠒◆",
    "     │                         ⢀⡠⠤⠒⠉    ",
    "     │                     ⢀⡠⠔⠊⠁ float64",
    "    5┤                 ⣀⠤⠒⠉⠁            ",
    "     │            ⢀⣀⠤⠒⠉ exact arithmetic",
    "     │float32 ●⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀",
    "     │    ⣀⠤⠒⠉⠁                         ",
    "    0┤⣀⠤⠒⠉                              ",
    "     └┬─────┬──────┬──────┬──────┬─────┬",
    "epoch 0     20     40     60     80  100",
]


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("braille", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (14, 4), (17, 5), (40, 10), (196, 50)], ids=str)
def test_every_size_is_filled_exactly(size: tuple[int, int], log_x: bool, braille: bool) -> None:
    for compared in (STRAIGHT, started(1), started(10**12)):
        chart = digits_chart(compared, *size, log_x=log_x, braille=braille)
        assert [len(line) for line in lines(chart)] == [size[0]] * size[1]
        assert {span.role for row in chart for span in row} <= {
            "axis",
            "exact",
            "float32",
            "float64",
        }


@pytest.mark.parametrize("log_x", [False, True])
def test_each_run_has_its_own_mark_and_every_line_its_name(log_x: bool) -> None:
    chart = digits_chart(STRAIGHT, 80, 20, log_x=log_x)
    picture = "\n".join(lines(chart))
    for text in (*MARKS.values(), *MARKS, EXACT):
        assert picture.count(text) == 1
    for row in chart:
        for span in row:
            for dtype, mark in MARKS.items():
                assert mark not in span.text or span.role == dtype


def test_the_mark_stands_where_the_run_stopped_moving() -> None:
    assert end_of(STRAIGHT.sides[0]) == (25, 2.0)
    assert end_of(STRAIGHT.sides[1]) == (100, 8.0)
    diverged = replace(STRAIGHT.sides[0], status=Status.DIVERGED, status_epoch=101)
    assert end_of(diverged) == (100, 2.0)
