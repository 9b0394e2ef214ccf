"""The landscape: its pictures, and that whatever the numbers are there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from rich.cells import cell_len
from textual.color import Color

from tests.app.driver import alone
from tests.app.reports import after, report_of
from tests.lengths import examples
from tui.charts.bands import MOST_BANDS, NEAREST, band_of, borders, label_positions
from tui.charts.kit.canvas import ChartRow
from tui.charts.kit.scale import value_scale
from tui.charts.landscape import RAMP, PatchRow, landscape_chart, window
from tui.charts.one_weight import one_weight_chart
from tui.colours.contrast import LEAST, contrast
from tui.panes.pictures.landscape_plot import (
    LandscapePlot,
    band_colors,
    landscape_hint,
    landscape_rows,
)

LARGEST = sys.float_info.max
SMALLEST = 5e-324

Floats = NDArray[np.float64]
Rows = tuple[PatchRow, ...] | tuple[ChartRow, ...]


def quadratic(
    a: float, b: float, c: float, optimum: tuple[float, float], floor: float = 0.0
) -> Callable[[Floats, Floats], Floats]:
    """The loss a·u² + b·v² + c·u·v + floor, where u and v are measured from the optimum."""

    def losses(first: Floats, second: Floats) -> Floats:
        u, v = first - optimum[0], second - optimum[1]
        return a * u**2 + b * v**2 + c * u * v + floor

    return losses


BOWL = quadratic(1, 0.25, 0, (1, 2))
ARTICLE = quadratic(35 / 3, 56 / 3, 88 / 3, (10, 20))
"""The article's mean squared error: condition number 343."""


def chart(
    losses: Callable[[Floats, Floats], Floats],
    path: ArrayLike,
    optimum: ArrayLike,
    width: int = 44,
    height: int = 14,
    **more: object,
) -> tuple[PatchRow, ...]:
    points = np.asarray(path, dtype=np.float64).reshape(-1, 2)
    best = np.asarray(optimum, dtype=np.float64)
    options = {"names": ("w1", "w2"), **more}
    return landscape_chart(losses, points, best, width, height, **options).rows  # type: ignore[arg-type]


def lines(rows: Rows) -> list[str]:
    return ["".join(piece.text for piece in row) for row in rows]


def picture(rows: Rows) -> str:
    return "\n" + "\n".join(line.rstrip() for line in lines(rows))


def levels(rows: tuple[PatchRow, ...]) -> str:
    """The bands of the canvas alone: of each row the upper samples, then the lower ones."""
    drawn: list[str] = []
    for row in rows:
        ground = [patch for patch in row if patch.back is not None]
        for half in ("front", "back"):
            drawn.append("")
            for patch in ground:
                band = getattr(patch, half)
                drawn[-1] += f"{patch.back if band is None else band}" * len(patch.text)
    return "\n" + "\n".join(filter(None, drawn))


def places(rows: Rows, role: str) -> list[tuple[int, int]]:
    """Row and cell of all that is drawn in a role."""
    found = []
    for number, row in enumerate(rows):
        cell = 0
        for text, is_, *_ in row:
            length = cell_len(str(text))
            if is_ == role:
                found += [(number, place) for place in range(cell, cell + length)]
            cell += length
    return found


# --- Pictures ------------------------------------------------------------------------------------

PATH = [(-3, -2), (-1, 0), (0, 1), (0.5, 1.5)]


def test_bowl_without_colours_is_rings_of_rising_density() -> None:
    assert (
        picture(chart(BOWL, PATH, (1, 2), colored=False))
        == """
↑ w2   → w1
 6┤****+++++++10======--------------=======+
  │***+++++++======--------::::--------=====
 4┤*20++++++======-----:::......:::-----====
  │*++++++++=====-----::..      ..::-----===
 2┤*++++++++=====----:::. ● ✕    .:::2---===
  │*++++++++=====-----:•..      ..::-----===
 0┤**+++++++======•----:::......:::-----====
  │***+++++++======--------::::--------=====
-2┤****○+++++++=======--------------=======+
  │*****++++++++++==============5=======++++
-4┤*******++++++++++++==============++++++++
  └─────────┬──────────┬──────────┬─────────
            -2         0          2"""
    )


def test_bowl_in_colours_has_two_samples_in_a_cell() -> None:
    rows = chart(BOWL, PATH, (1, 2), 30, 11)
    assert (
        picture(rows)
        == """
↑ w2   → w1
 4┤     10      ▀  ▀▀  ▀
  │ ▀       ▀  ▀ ▀▀▀▀▀▀ ▀  ▀
 2┤               ▀ ✕▀
  │               ●
  │ ▀       ▀   •▀ ▀▀ ▀    ▀
 0┤          •   ▀    ▀   ▀
  │  ▀    ▀   ▀          ▀   ▀
-2┤  ○     ▀    ▀▀    ▀▀5   ▀
  └──────┬──────┬──────┬──────
         -2     0      2"""
    )
    assert (
        levels(rows)
        == """
776666555544443333334444555
776666555544433322333444555
776666555544433222233444555
766666555444332111123344455
766666555444332100123344455
766666555444332000023344455
766666555444332100123344455
766666555444332100123344455
766666555444432211223444455
776666555544433222233444555
776666655554443333334444555
776666655554444333344445555
776666655554444444444445555
777666665555444444444455556
777666665555544444444555556
777666666555555444455555566"""
    )


def test_valley_of_the_article_is_a_canyon_through_the_whole_picture() -> None:
    path = [(0.1, 0.1), (6, 8), (12, 15), (13.4, 17.2)]
    rows = chart(ARTICLE, path, (10, 20), 78, 14, colored=False)
    assert (
        picture(rows)
        == """
↑ w2   → w1
 40┤+++++++++++++++********************************************************%%%
   │=============+++++++++++++++++++++++++++++********************************
 30┤.30...::::::----------=============1000=++++++++++++++++++++++++++++******
   │---::::::....   ....:..10      ...::::::---------==================+++++++
 20┤++==========300=====---------:::::...        ..✕..        ...:::::--------
   │++++++++++++++++++++++++++++==================---------•:::::●..       ...
 10┤***************************+++•++++++++++++++++++++++++===============100-
   │**************************************3000***********+++++++++++++++++++++
  0┤%%%%%○%%%%%%%%%%%%10000%**************************************************
   │%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%***********************
-10┤%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
   └─────┬────────────────────┬────────────────────┬────────────────────┬─────
         0                    5                    10                   15"""
    )


def test_path_in_quarter_blocks() -> None:
    path = np.column_stack([np.linspace(-3, 0.5, 400), np.linspace(-2, 3, 400)])
    assert (
        picture(chart(BOWL, path, (1, 2), 60, 13, colored=False, braille=False))
        == """
↑ w2   → w1
 6┤****+++++++++++10==========-------------------===========
  │*20+++++++++++========------------:::::------------======
 4┤*+++++++++++========--------:::::.......:::::--------====
  │*++++++++++========-------:::▗▄▄●        ...1::-------===
 2┤*++++++++++========-----▄▄▟▀▀▀.     ✕     ..::::------===
  │*++++++++++=======▗▄▄▛▀▀▘-:::...         ...:::-------===
 0┤*+++++++++++▗▄▄▟▀▀▘=--------:::::.......:::::--------5===
  │**+++++▄▄▄▛▀▀+========------------:::::---2--------======
-2┤****○▀▀▘++++++++===========-------------------===========
  │******++++++++++++++=================================++++
  └────┬───────┬───────┬───────┬───────┬───────┬───────┬────
       -3      -2      -1      0       1       2       3"""
    )


def test_marks_stand_over_the_path_and_one_says_that_the_run_is_at_the_optimum() -> None:
    rows = chart(BOWL, [(-3, -2), (1, 2)], (1, 2))
    assert not places(rows, "optimum")
    ((row, cell),) = places(rows, "latest")
    assert lines(rows)[row][cell] == "⊗"
    assert len(places(rows, "start")) == 1
    assert not places(rows, "path")


def test_epochs_that_follow_one_another_are_joined_and_an_arrow_leads_on() -> None:
    path = [(-3.0, -2.0), (-2.5, 6.0), (4.0, 5.0), (3.5, -1.0), (-1.0, 0.0)]
    rows = chart(
        BOWL,
        path,
        (1, 2),
        colored=False,
        epochs=np.array([0, 1, 6, 7, 8]),
        following=np.array([0.5, 4]),
    )
    assert (
        picture(rows)
        == """
↑ w2   → w1
  │*****+++++++10=================++++++++**
 6┤****++•++++======----------======+++++++*
  │***++⢰⠁++=====-------::-------=====•+++++
 4┤**+++⡸++=====----:⢀↗....:::----===⢸=+++++
  │**+++⡇++====----:⡠⠃      .::2---==⡜=+++++
 2┤*20+⢠⠃++====---⡠⠊:.  ✕   .::----==⡇=+++++
  │**++⢸+++====-⢀⠜-::.      .::----=⢸==+++++
 0┤**++⡇+++====●⠁⠒⠢⠤⠤⠤⠤⢄⣀⣀⣀⣀⡀:----==⡜==+++++
  │***⢠⠃++++=====-------::--⠈⠉⠉⠉⠉⠑⠒⠒•=++++++
-2┤***○+++++++======----------======+++++++*
  │*****++++++++==========5=======++++++++**
  └────────┬────────┬────────┬────────┬─────
           -2       0        2        4"""
    )


@pytest.mark.parametrize("braille", [True, False])
@pytest.mark.parametrize(
    ("step", "arrow"),
    [
        ((1, 0), "→→"),
        ((1, 1), "↗→"),
        ((0, 1), "↑↑"),
        ((-1, 1), "↖←"),
        ((-1, 0), "←←"),
        ((-1, -1), "↙←"),
        ((0, -1), "↓↓"),
        ((1, -1), "↘→"),
    ],
)
def test_a_step_shorter_than_a_cell_is_an_arrow_beside_the_run(
    step: tuple[float, float], arrow: str, braille: bool
) -> None:
    here = np.array([-1.0, 0.0])
    rows = chart(
        BOWL,
        np.array([(-3, -3), here]),
        (1, 2),
        40,
        23,
        braille=braille,
        following=here + 1e-3 * np.array(step),
    )
    ((row, cell),) = places(rows, "step")
    ((at_row, at_cell),) = places(rows, "latest")
    assert (cell - at_cell, at_row - row) == step
    assert lines(rows)[row][cell] == arrow[not braille]


@pytest.mark.parametrize(
    "following", [(-1.0, 0.0), (np.nan, 0.0), (np.inf, 1.0), (LARGEST, -LARGEST)]
)
def test_only_a_step_to_another_finite_state_has_an_arrow(following: tuple[float, float]) -> None:
    rows = chart(BOWL, PATH[:2], (1, 2), following=np.array(following))
    assert len(places(rows, "optimum")) == len(places(rows, "latest")) == 1
    assert (len(places(rows, "step")) > 0) == (following[0] == LARGEST)


def test_the_arrow_does_not_cover_the_optimum() -> None:
    rows = chart(BOWL, PATH, (1, 2), following=np.array([1.0, 2.0]))
    assert len(places(rows, "optimum")) == 1


def test_one_point_at_the_optimum_is_a_picture() -> None:
    assert (
        picture(chart(BOWL, [(1, 2)], (1, 2), 34, 11, colored=False))
        == """
↑ w2   → w1
 │******2++++++++++++++++++*******
4┤++++++++++===========+++++++++++
 │+++=======-----------=======++++
 │+=====----:::.....:::----=====1+
2┤+====----::.   ⊗   .:0.2--====++
 │+===0.5---:::.....:::----=====++
 │+++=======-----------=======++++
0┤++++++++++===========+++++++++++
 └┬──────────────┬──────────────┬─
  0              1              2"""
    )


def test_too_small_for_axes_leaves_all_the_room_to_the_ground() -> None:
    assert (
        picture(chart(BOWL, PATH, (1, 2), 8, 4, colored=False))
        == """
++=-..-=
++=-●✕:=
++•-•.-=
○+=----="""
    )


def nothing(*coordinates: Floats) -> Floats:
    return np.full(len(coordinates[0]), np.nan)


@pytest.mark.parametrize(
    ("losses", "path", "optimum", "hint"),
    [
        (nothing, [(0, 0)], (1, 2), "no finite loss here"),
        (BOWL, [(np.nan, 0)], (np.inf, 2), "no finite weights"),
        (BOWL, [], (np.nan, np.nan), "no finite weights"),
    ],
)
def test_nothing_to_draw_is_said(
    losses: Callable[[Floats, Floats], Floats],
    path: list[tuple[float, float]],
    optimum: tuple[float, float],
    hint: str,
) -> None:
    rows = lines(chart(losses, path, optimum, 30, 5))
    assert rows[2].strip("│ ") == hint


# --- The window and the bands --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "optimum", "ends"),
    [
        ([0.0, 4.0], [10.0], (0.0, 15.0)),
        ([0.0, 12.0], [10.0], (0.0, 15.0)),
        ([0.0, 18.0], [10.0], (0.0, 18.0)),
        ([0.0, 4.0], [], (0.0, 4.0)),
        ([-LARGEST], [LARGEST], (-LARGEST / 4, LARGEST / 2)),
    ],
)
def test_window_goes_on_behind_the_optimum(
    path: list[float], optimum: list[float], ends: tuple[float, float]
) -> None:
    values = window(np.array(path), np.array(optimum))
    assert (values.min(), values.max()) == ends


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, 99, "1 2 5 10 20 50"),
        (0.31, 4000, "1 3 10 30 100 300 1000 3000"),
        (2e-3, 9e4, "0.01 0.1 1 10 100 1000 10000"),
        (1e-9, 1e9, "1e-06 0.001 1 1000 1e+06"),
        (3.14, 3.2, "3.1"),
        (4.0, 6.0, "5"),
        (SMALLEST, LARGEST, "1e-300 1e-200 1e-100 1 1e+100 1e+200 1e+300"),
    ],
)
def test_borders_are_round(low: float, high: float, expected: str) -> None:
    found = borders(np.array([low] * 50 + [high, np.inf, np.nan, 0, -1]))
    assert " ".join(f"{float(edge):g}" for edge in found) == expected


def test_bands_are_counted_from_the_lowest() -> None:
    heights = np.array([-1, 0, 0.9, 1, 9, 10, 99, np.inf, np.nan])
    assert band_of(heights, (Decimal(1), Decimal(10))).tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 2]


def test_labels_stand_on_their_border_away_from_what_is_taken() -> None:
    bands = np.repeat([[0] * 20 + [1] * 20], 8, axis=0)
    taken = np.array([[0, 20], [1, 20]])
    ((row, column, text),) = label_positions(bands, (Decimal(10), Decimal(30)), taken)
    assert (row, column, text) == (7, 19, "10")
    everywhere = np.argwhere(bands >= 0)
    assert label_positions(bands, (Decimal(10), Decimal(30)), everywhere) == []


def test_labels_tell_the_loss_where_they_stand() -> None:
    width, height = 78, 30
    path = np.array(PATH, dtype=np.float64)
    rows = chart(BOWL, path, (1, 2), width, height, colored=False)
    labels = [
        (number, sum(len(before.text) for before in row[:index]) + len(patch.text) // 2, patch.text)
        for number, row in enumerate(rows)
        for index, patch in enumerate(row)
        if patch.role == "border"
    ]
    assert len(labels) >= 5
    left = lines(rows)[-2].index("└") + 1
    x = value_scale(window(path[:, 0], np.array([1.0])), width - left, 1, margin=0.08)
    y = value_scale(window(path[:, 1], np.array([2.0])), height - 3, 1, margin=0.08)
    for row, column, text in labels:
        at = x.value(np.array([column - left])), y.value(np.array([height - 3 - row]))
        assert BOWL(*at)[0] == pytest.approx(float(text), rel=0.5)


# --- One weight ----------------------------------------------------------------------------------


def parabola(weights: Floats) -> Floats:
    return (weights - 2) ** 2 + 1


def curve(
    path: ArrayLike, optimum: ArrayLike, width: int = 40, height: int = 12, **more: object
) -> tuple[ChartRow, ...]:
    points = np.asarray(path, dtype=np.float64).reshape(-1, 1)
    best = np.asarray(optimum, dtype=np.float64)
    losses = more.pop("losses", parabola)
    return one_weight_chart(losses, points, best, width, height, name="w", **more).rows  # type: ignore[arg-type]


def test_one_weight_is_a_curve_with_the_path_on_it() -> None:
    assert (
        picture(curve([-4, -1, 0.5, 1.2], [2]))
        == """
↑ loss   → w
  │
  │ ⢤⡀
40┤  ⠑○
  │   ⠈⠳⣄
  │     ⠈⠳⣄
20┤       ⠈⠱⢄⡀
  │          ⠉⠢⢄•                  ⢀⡠⠒
  │             ⠉⠓⠦⢄⣀         ⢀⣀⡤⠔⠊⠁
 0┤                  •⠉●⠒✕⠒⠒⠊⠉⠉
  └┬───────────────┬───────────────┬────
   -5              0               5"""
    )


def test_one_weight_that_was_never_moved() -> None:
    rows = curve([2], [2])
    assert len(places(rows, "latest")) == 1
    assert len(places(rows, "loss")) > 30


@pytest.mark.parametrize(
    ("path", "losses", "hint"),
    [([np.nan], parabola, "no finite weights"), ([1], nothing, "no finite loss here")],
)
def test_one_weight_with_nothing_to_draw(
    path: list[float], losses: Callable[[Floats], Floats], hint: str
) -> None:
    rows = lines(curve(path, [np.nan], 30, 5, losses=losses))
    assert rows[2].strip("│ ") == hint


# --- What the pane shows -------------------------------------------------------------------------


def landscape(
    names: tuple[str, ...], losses: Callable[..., Floats], floor: float = 0.0
) -> SimpleNamespace:
    p = len(names)
    path = np.array(PATH, dtype=np.float64)[:, :p]
    return SimpleNamespace(
        names=names,
        optimum=np.array([1.0, 2.0])[:p],
        path=path,
        epochs=np.array([0, 4, 8, 12]),
        following=path[-1],
        floor=floor,
        losses=losses,
    )


def test_pane_shows_two_weights_as_a_map() -> None:
    two = landscape(("[b]x\x1b", "y"), BOWL)
    rows = landscape_rows(two, 44, 14, braille=True, colored=True).rows  # type: ignore[arg-type]
    assert rows == chart(BOWL, PATH, (1, 2), names=("[b]x\\x1b", "y"))


async def test_pane_blends_the_bands_between_two_colours_and_keeps_its_width() -> None:
    snapshot = after(20)
    for colored in (True, False):
        plot = LandscapePlot(colored=colored)
        async with alone(plot, report_of(snapshot)):
            strips = [plot.render_line(y) for y in range(plot.size.height)]
            assert {strip.cell_length for strip in strips} == {plot.size.width}
            behind = {
                segment.style.bgcolor for strip in strips for segment in strip if segment.style
            }
            assert (len(behind) > MOST_BANDS // 2) == colored


async def test_pane_is_drawn_again_only_when_what_it_shows_is_new() -> None:
    plot, report = LandscapePlot(), report_of(after(20))
    async with alone(plot, report):
        rows = plot._rows
        plot.report = replace(report, rate=5.0)
        plot.render_lines(plot.region)
        assert plot._rows is rows
        plot.report = report_of(after(21))
        plot.render_lines(plot.region)
        assert plot._rows is not rows


def test_pane_shows_one_weight_as_a_curve() -> None:
    one = landscape(("w",), parabola)
    rows = landscape_rows(one, 40, 12, braille=True, colored=True).rows  # type: ignore[arg-type]
    assert lines(rows) == lines(curve([-3, -1, 0, 0.5], [1]))


@pytest.mark.parametrize(
    ("names", "floor", "title"),
    [
        (("a", "b"), 0.0, "○ start  ✕ best fit"),
        (("a", "b"), 1e-9, "○ start  ✕ best fit"),
        (("a", "b"), 0.25, "numbers: loss - 0.25000"),
        (("a", "b"), np.inf, "○ start  ✕ best fit"),
        (("a", "b"), np.nan, "○ start  ✕ best fit"),
        (("a",), 0.25, "○ start  ✕ best fit"),
    ],
)
def test_title_says_what_the_numbers_are(names: tuple[str, ...], floor: float, title: str) -> None:
    losses = quadratic(1, 0.25, 0, (1, 2), floor) if len(names) == 2 else parabola
    assert landscape_hint(landscape(names, losses, floor)) == title  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("#121212", "#0178D4", "#e0e0e0"),
        ("#2E3440", "#88C0D0", "#D8DEE9"),
        ("#E0E0E0", "#004578", "#1F1F1F"),
    ],
)
def test_text_can_be_read_on_every_band(low: str, high: str, text: str) -> None:
    bands = band_colors(*map(Color.parse, (low, high, text)))
    assert len(set(bands)) == MOST_BANDS == len(RAMP)
    assert bands[0] == Color.parse(low)
    assert all(contrast(Color.parse(text), band) >= LEAST for band in bands)


# --- Properties ----------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.floats(-100, 100),
    st.sampled_from([0.0, SMALLEST, 1e150, -1e150, 1e300, LARGEST, -LARGEST, np.inf, np.nan]),
)
SIZES = st.tuples(st.integers(1, 70), st.integers(1, 30))
OPTIONS = st.tuples(st.text(max_size=20), st.booleans(), st.booleans())


def fills(rows: Rows, size: tuple[int, int]) -> None:
    assert [cell_len(line) for line in lines(rows)] == [size[0]] * size[1]
    assert all(character.isprintable() for line in lines(rows) for character in line)
    assert all(piece.text for row in rows for piece in row)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=12),
    st.tuples(NUMBERS, NUMBERS),
    st.tuples(*[NUMBERS] * 4),
    SIZES,
    OPTIONS,
)
@example([(0, 0), (1e150, -1e150)], (1, 2), (1, 1, 0, 0), (60, 20), ("", True, True))
@example([(LARGEST, 0), (-LARGEST, 0)], (0, 0), (1, 1, 0, 0), (60, 20), ("", True, True))
def test_chart_fills_its_area_exactly_and_marks_where_the_run_is(
    path: list[tuple[float, float]],
    optimum: tuple[float, float],
    terms: tuple[float, ...],
    size: tuple[int, int],
    options: tuple[str, bool, bool],
) -> None:
    name, colored, braille = options
    name = "".join(filter(str.isprintable, name))
    a, b, c, floor = terms
    losses = quadratic(a, b, c, (np.nan_to_num(optimum[0]), np.nan_to_num(optimum[1])), floor)
    names = ("w", name)
    rows = chart(
        losses,
        path,
        optimum,
        *size,
        names=names,
        colored=colored,
        braille=braille,
        epochs=np.arange(len(path)),
        following=np.array(optimum[::-1]),
    )
    fills(rows, size)
    bands = [band for row in rows for patch in row for band in patch[2:]]
    assert all(band is None or (colored and 0 <= band < MOST_BANDS) for band in bands)
    if np.isfinite(np.reshape(path, (-1, 2))).all(axis=1).any() and places(rows, "ground"):
        assert len(places(rows, "latest")) == 1


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(NUMBERS, max_size=12), NUMBERS, st.tuples(NUMBERS, NUMBERS), SIZES, OPTIONS)
@example([0, 1e150], 1, (1, 0), (60, 20), ("", True, True))
def test_curve_fills_its_area_exactly(
    path: list[float],
    optimum: float,
    terms: tuple[float, float],
    size: tuple[int, int],
    options: tuple[str, bool, bool],
) -> None:
    def losses(weights: Floats) -> Floats:
        squares: Floats = (weights - np.nan_to_num(optimum)) ** 2
        return terms[0] * squares + terms[1]

    fills(curve(path, [optimum], *size, losses=losses, braille=options[1]), size)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.one_of(st.floats(0, LARGEST), NUMBERS), min_size=1, max_size=40))
def test_borders_lie_between_the_heights_and_are_few(heights: list[float]) -> None:
    values = np.array(heights)
    counted = values[np.isfinite(values) & (values > 0)]
    edges = borders(values)
    assert bool(edges) == bool(len(counted))
    assert len(edges) < MOST_BANDS
    assert list(edges) == sorted(set(edges))
    if edges:
        assert 0.9 * counted.min() <= float(edges[0])
        assert 0.9 * float(edges[-1]) <= counted.max()


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 2**32 - 1), st.tuples(st.integers(1, 60), st.integers(1, 30)))
def test_labels_are_on_the_map_and_apart(seed: int, size: tuple[int, int]) -> None:
    random = np.random.default_rng(seed)
    slopes = random.normal(size=2)
    rows, columns = np.indices(size[::-1])
    heights = np.exp(slopes[0] * rows / 3 + slopes[1] * columns / 6)
    edges = borders(heights)
    labels = label_positions(band_of(heights, edges), edges, np.empty((0, 2), dtype=np.int64))
    for row, column, text in labels:
        assert 0 <= row < size[1]
        assert 0 <= column <= size[0] - len(text)
    centers = np.array([(2 * row, column + len(text) // 2) for row, column, text in labels])
    for index, center in enumerate(centers):
        others = np.delete(centers, index, axis=0)
        assert (np.hypot(*(others - center).T) >= NEAREST).all()
