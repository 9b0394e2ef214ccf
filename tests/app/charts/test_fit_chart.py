"""The plot of the fit: its pictures, and what stands in them whatever the numbers are."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from rich.cells import cell_len

from tests.app.driver import alone
from tests.app.reports import after, report_of
from tests.lengths import examples
from tui.charts.fit import scatter_chart
from tui.charts.kit.canvas import MOST_BULLETS, ChartRow
from tui.charts.kit.path import Path, clipped, scattered
from tui.charts.kit.scale import Scale, value_scale
from tui.panes.pictures.fit_plot import FitPlot, fit_hint, fit_rows

LARGEST = sys.float_info.max
SMALLEST = 5e-324


def chart(
    x: ArrayLike, y: ArrayLike, line: ArrayLike, width: int = 34, height: int = 10, **more: object
) -> tuple[ChartRow, ...]:
    x, y, line = (np.asarray(values, dtype=np.float64) for values in (x, y, line))
    options = {"x_name": "x1", "y_name": "y", **more}
    return scatter_chart(x, y, line, width, height, **options)  # type: ignore[arg-type]


def lines(rows: tuple[ChartRow, ...]) -> list[str]:
    return ["".join(span.text for span in row) for row in rows]


def picture(rows: tuple[ChartRow, ...]) -> str:
    return "\n" + "\n".join(line.rstrip() for line in lines(rows))


def drawn(rows: tuple[ChartRow, ...], role: str) -> set[tuple[int, int]]:
    """Row and cell of all that is drawn in a role."""
    roles = [[span.role for span in row for _ in range(cell_len(span.text))] for row in rows]
    return {(n, cell) for n, row in enumerate(roles) for cell, is_ in enumerate(row) if is_ == role}


# --- Pictures ------------------------------------------------------------------------------------


def test_few_points_are_bullets_over_the_line() -> None:
    rows = chart([1, 3, 5], [50, 110, 170], [[1, 50], [5, 130]])
    assert (
        picture(rows)
        == """
↑ y   → x1
200┤
   │                            ●
150┤
   │                       ⣀⣀⠤⠤⠔⠒
100┤             ⢀●⡠⠤⠤⠒⠒⠊⠉⠉
   │    ⣀⣀⠤⠤⠔⠒⠒⠉⠉⠁
 50┤●⠊⠉⠉
   └┬──────┬──────┬──────┬──────┬─
    1      2      3      4      5"""
    )
    assert len(drawn(rows, "data")) == 3
    assert len(drawn(rows, "fit")) > 20


def test_many_points_are_dots_behind_the_line() -> None:
    x = np.linspace(-1, 1, MOST_BULLETS + 1)
    assert (
        picture(chart(x, x**2, [[-1, 0.2], [1, 0.8]]))
        == """
↑ y   → x1
1.0┤⠂⡀                         ⢀⠐
   │ ⠐⡀                       ⣀⣀⠤
   │  ⠐⠄              ⢀⣀⠤⠤⠒⠒⠉⠉⠂
0.5┤   ⠈⠢     ⢀⣀⡠⠤⠔⠒⠊⠉⠁     ⠔⠁
   │   ⣀⣀⠤⠤⠒⠒⠉⠁          ⢀⠔⠁
   │⠒⠉⠉    ⠈⠢⠄⡀       ⢀⠠⠔⠁
  0┤          ⠈⠑⠒⠒⠐⠒⠒⠊⠁
   └┬──────┬──────┬──────┬──────┬─
    -1.0  -0.5    0     0.5    1.0"""
    )


def test_quarter_blocks_where_the_font_has_no_braille() -> None:
    x = np.linspace(-1, 1, MOST_BULLETS + 1)
    assert (
        picture(chart(x, x**2, [[-1, 0.2], [1, 0.8]], braille=False))
        == """
↑ y   → x1
1.0┤▖▖                         ▗▗
   │ ▝▖                       ▗▄▄
   │  ▝▖              ▗▄▄▄▞▀▀▀▘
0.5┤   ▝▚     ▗▄▄▄▞▀▀▀▘     ▞▘
   │  ▗▄▄▄▞▀▀▀▘          ▗▞▘
   │▀▀▘    ▝▚▖▖       ▗▗▞▘
  0┤          ▝▀▀▀▗▀▀▀▘
   └┬──────┬──────┬──────┬──────┬─
    -1.0  -0.5    0     0.5    1.0"""
    )


def test_whole_line_widens_the_axis_as_far_as_it_goes() -> None:
    diagonal = [[50, 50], [170, 170]]
    rows = chart([50, 110, 170], [0, 0, 0], diagonal, role="diagonal", whole_line=True)
    assert (
        picture(rows)
        == """
↑ y   → x1
150┤                        ⣀⡠⠤⠒⠊⠁
   │                  ⣀⡠⠤⠒⠊⠉
100┤           ⢀⣀⠤⠤⠒⠊⠉
   │     ⢀⣀⠤⠔⠒⠉⠁
 50┤⣀⠤⠔⠒⠉⠁
   │
  0┤●             ●              ●
   └┬───────────┬───────────┬─────
    50         100         150"""
    )
    assert drawn(rows, "diagonal")
    assert not drawn(rows, "fit")


def test_line_that_leaves_the_frame_is_clipped() -> None:
    assert (
        picture(chart([1, 3, 5], [4, 5, 6], [[1, -1000], [5, 1000]]))
        == """
↑ y   → x1
10┤               ⢸
  │               ⢸
  │               ⢸             ●
 5┤               ●
  │ ●             ⡇
  │               ⡇
 0┤               ⡇
  └─┬──────┬──────┬──────┬──────┬─
    1      2      3      4      5"""
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ([[1, 0], [5, 0]], "▼ the line is below"),
        ([[1, 1e300], [5, 1e200]], "▲ the line is above"),
        ([[1, np.nan], [5, 0]], "the line is not finite"),
        ([[70, -1e300], [90, 1e300]], "the line is outside"),
    ],
)
def test_line_of_which_nothing_is_to_be_seen_is_said(line: ArrayLike, word: str) -> None:
    rows = chart([1, 3, 5], [100, 101, 102], line)
    assert any(span.text.strip() == word for row in rows for span in row if span.role == "fit")
    assert len(drawn(rows, "data")) == 3


def test_one_point_stands_in_the_middle() -> None:
    assert (
        picture(chart([-2], [3], [[-2, 3], [-2, 3]]))
        == """
↑ y   → x1
6┤
 │
4┤
 │               ●
2┤
 │
0┤
 └┬──────────────┬──────────────┬─
  -4             -2             0"""
    )


def test_points_that_are_not_finite_are_left_out() -> None:
    broken = chart([1, np.nan, 3, np.inf, 5], [50, 80, np.nan, 5, 170], [[1, 50], [5, 130]])
    assert broken == chart([1, 5], [50, 170], [[1, 50], [5, 130]])


@pytest.mark.parametrize(
    ("x", "hint"), [([], "no rows"), ([np.nan], "no finite values"), ([np.inf], "no finite values")]
)
def test_nothing_to_draw_is_said(x: list[float], hint: str) -> None:
    rows = lines(chart(x, x, np.empty((0, 2)), 24, 5))
    assert rows[2].strip("│ ") == hint


def test_too_small_for_axes_leaves_all_the_room_to_the_points() -> None:
    assert (
        picture(chart([0, 1, 2], [0, 1, 2], [[0, 2], [2, 0]], 6, 3))
        == """
⠑⢄   ●
  ⠑●
●   ⠑⢄"""
    )


def test_long_names_are_cut_and_wide_ones_keep_the_width() -> None:
    names: dict[str, Any] = {"x_name": "面積" * 20, "y_name": "e\u0301" * 3 + "price" * 20}
    rows = chart([1, 3], [5, 9], [[1, 5], [3, 9]], **names)
    assert [cell_len(line) for line in lines(rows)] == [34] * 10
    assert "…" in lines(rows)[0]
    assert lines(rows)[0].count("積") == 3


# --- What the pane shows -------------------------------------------------------------------------


def snapshot(**fit: object) -> SimpleNamespace:
    return SimpleNamespace(fit=SimpleNamespace(**fit), run=SimpleNamespace(target="pri\x1bce"))


ONE = snapshot(
    feature=np.array([3.0, 1.0, 5.0]),
    feature_name="[b]area",
    target=np.array([110.0, 50.0, 170.0]),
    prediction=np.array([90.0, 50.0, 130.0]),
    rows=3,
)
MORE = snapshot(
    feature=None,
    feature_name=None,
    target=np.array([50.0, 110.0, 170.0]),
    prediction=np.array([44.0, 120.0, 150.0]),
    rows=20_640,
)


def test_one_feature_is_shown_with_the_line_of_the_model() -> None:
    rows = fit_rows(ONE, 34, 10, braille=True)  # type: ignore[arg-type]
    names: dict[str, Any] = {"x_name": "[b]area", "y_name": "pri\\x1bce"}
    assert rows == chart([1, 3, 5], [50, 110, 170], [[1, 50], [5, 130]], **names)
    assert fit_hint(ONE.fit) == "line: the model"


def test_more_features_are_shown_as_predicted_against_actual() -> None:
    rows = fit_rows(MORE, 50, 10, braille=True)  # type: ignore[arg-type]
    assert lines(rows)[0].strip() == "↑ predicted pri\\x1bce   → actual pri\\x1bce"
    assert drawn(rows, "diagonal")
    assert len(drawn(rows, "data")) == 3
    assert fit_hint(MORE.fit) == "3 of 20,640 rows"
    all_rows = snapshot(**vars(MORE.fit) | {"rows": 3})
    assert fit_hint(all_rows.fit) == "line: predicted = actual"


async def test_pane_keeps_its_width_and_is_drawn_again_only_when_what_it_shows_is_new() -> None:
    plot, report = FitPlot(), report_of(after(20))
    async with alone(plot, report):
        strips = [plot.render_line(y) for y in range(plot.size.height)]
        assert {strip.cell_length for strip in strips} == {plot.size.width}
        rows = plot._rows
        plot.report = replace(report, rate=5.0)
        plot.render_lines(plot.region)
        assert plot._rows is rows
        plot.report = report_of(after(21))
        plot.render_lines(plot.region)
        assert plot._rows is not rows


# --- Properties ----------------------------------------------------------------------------------

FINITE = st.one_of(
    st.floats(-LARGEST, LARGEST),
    st.floats(-100, 100),
    st.sampled_from([0.0, SMALLEST, -SMALLEST, 1e-300, 1e300, LARGEST, -LARGEST]),
)
VALUES = st.one_of(FINITE, st.sampled_from([np.inf, -np.inf, np.nan]))
ENDS = st.tuples(*[st.tuples(VALUES, VALUES)] * 2)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.tuples(VALUES, VALUES), max_size=70),
    ENDS,
    st.tuples(st.integers(1, 70), st.integers(1, 30)),
    st.tuples(st.text(max_size=20), st.booleans(), st.booleans()),
)
@example([(0, 0), (LARGEST, -LARGEST)], ((0, LARGEST), (1, -LARGEST)), (40, 12), ("", False, True))
@example([(1, LARGEST), (1, -LARGEST)], ((1, 1), (1, 1)), (40, 12), ("", True, True))
def test_chart_fills_its_area_exactly_and_shows_every_point(
    points: list[tuple[float, float]],
    ends: tuple[tuple[float, float], ...],
    size: tuple[int, int],
    options: tuple[str, bool, bool],
) -> None:
    name, whole, braille = options
    name = "".join(filter(str.isprintable, name))
    x, y = np.array(points).reshape(-1, 2).T
    rows = chart(x, y, ends, *size, y_name=name, whole_line=whole, braille=braille)
    assert [cell_len(line) for line in lines(rows)] == [size[0]] * size[1]
    assert all(character.isprintable() for line in lines(rows) for character in line)
    assert {span.role for row in rows for span in row} <= {"axis", "data", "fit"}
    finite = np.isfinite(x) & np.isfinite(y)
    if 0 < finite.sum() <= MOST_BULLETS:
        cells = drawn(rows, "data")
        assert 1 <= len(cells) <= finite.sum()


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=9),
    st.tuples(*[st.tuples(FINITE, FINITE)] * 2),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_only_dots_of_the_canvas_reach_plotext(
    points: list[tuple[float, float]],
    ends: tuple[tuple[float, float], ...],
    cells: tuple[int, int],
) -> None:
    values = np.array(points)
    x, y = value_scale(values[:, 0], cells[0], 2), value_scale(values[:, 1], cells[1], 4)
    for path in (scattered(values, x, y), clipped(np.array(ends), x, y)):
        assert path.column.dtype == path.row.dtype == np.int64
        assert ((path.column >= 0) & (path.column < x.dots)).all()
        assert ((path.row >= 0) & (path.row < y.dots)).all()
        assert not path.joined[:1].any()
    dots = scattered(values, x, y)
    for values_of_axis, scale, found in (
        (values[:, 0], x, dots.column),
        (values[:, 1], y, dots.row),
    ):
        ends_of_axis = scale.dot(np.array([values_of_axis.min(), values_of_axis.max()]))
        assert (found.min(), found.max()) == tuple(ends_of_axis)


def clip(*ends: tuple[float, float]) -> list[tuple[int, int]]:
    path: Path = clipped(np.array(ends), Scale(0, 10, 11, 1), Scale(0, 10, 11, 1))
    assert path.joined.tolist() == [False, True][: len(path.column)]
    return list(zip(path.column.tolist(), path.row.tolist(), strict=True))


@pytest.mark.parametrize(
    ("ends", "seen"),
    [
        (((2, 3), (7, 4)), [(2, 3), (7, 4)]),
        (((7, 4), (2, 3)), [(7, 4), (2, 3)]),
        (((0, -10), (10, 20)), [(3, 0), (7, 10)]),
        (((-5, -5), (15, 15)), [(0, 0), (10, 10)]),
        (((4, -5), (4, 50)), [(4, 0), (4, 10)]),
        (((4, 4), (4, 4)), [(4, 4), (4, 4)]),
        (((4, -LARGEST), (6, LARGEST)), [(5, 0), (5, 10)]),
        (((4, 11), (6, 12)), []),
        (((11, 4), (11, 6)), []),
        (((-3, 8), (3, 14)), []),
    ],
)
def test_line_is_clipped_where_it_crosses_the_frame(
    ends: tuple[tuple[float, float], ...], seen: list[tuple[int, int]]
) -> None:
    assert clip(*ends) == seen
