"""The loss plot's theory, window and readout: their pictures, and that they hide nothing."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core import Curve
from tests.app.charts.test_loss_chart import (
    FINITE_LOSSES,
    curve,
    curves,
    drawn,
    fills,
    picture,
    roles,
)
from tests.lengths import examples
from tui.charts.kit.legend import Entry, legend
from tui.charts.kit.scale import exact_decades
from tui.charts.kit.series import series_within
from tui.charts.loss import LossChart, loss_chart

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def halving(epochs: Ints) -> Floats:
    losses: Floats = 8000 * 0.5 ** epochs.astype(np.float64)
    return losses


STUCK = curve(range(13), np.maximum(halving(np.arange(13)), 500))
SETTLED = curve(range(13), 2 + 8 * 0.5 ** np.arange(13))
BUCKETS = curve([0, 100, 200, 300], [80, 40, 20, 10], [100, 79, 39, 19], end=400)

# --- Theory ---------------------------------------------------------------------------------------


def test_exact_arithmetic_goes_on_where_the_curve_is_stuck() -> None:
    chart = loss_chart(STUCK, 60, 14, exact=halving, log_y=True)
    assert (
        picture(chart)
        == """
  1e4┤⣀                         ━  measured
     │ ⠉⠑⠒⠤⢄⡀                   ·· exact arithmetic (theory)
     │      ⠈⠑⠢⠤⣀⡀
  1e3┤           ⠈⠉⠒⠢⢄⡀
     │                ⠈⠑⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
     │                     ⠁⠂⠂⠄⡀⡀
  1e2┤                           ⠁⠂⠄⡀
     │                               ⠁⠂⠄⡀
     │                                   ⠁⠁⠂⠄⠄⡀
  1e1┤                                         ⠁⠂⠄⡀⡀
     │                                              ⠁⠂⠂⠄⡀
     │                                                   ⠁⠂⠄
     └┬────────┬────────┬────────┬───────┬────────┬────────┬
epoch 0        2        4        6       8        10      12"""
    )
    assert (
        roles(chart)
        == """
      l                         l  llllllll
       llllll                   ee lllll llllllllll llllllll
            llllll
                 llllll
                      llllllllllllllllllllllllllllllllllllll
                           eeeeee
                                 eeee
                                     eeee
                                         eeeeee
                                               eeeee
                                                    eeeee
                                                         eee

"""
    )


def test_exact_arithmetic_is_not_drawn_where_it_is_the_curve() -> None:
    falling = curve(range(13), halving(np.arange(13)))
    for log in (False, True):
        chart = partial(loss_chart, falling, 60, 14, log_x=log, log_y=not log)
        assert picture(chart(exact=halving)) == picture(chart())


def test_exact_arithmetic_is_asked_once_per_dot_column_and_not_beyond_the_newest_epoch() -> None:
    asked: list[list[int]] = []

    def exact(epochs: Ints) -> Floats:
        asked.append(epochs.tolist())
        return np.ones(len(epochs))

    run = curve([0, 1000], [2, 1], end=5001)
    longer = curve([0, 9000], [2, 1])
    loss_chart(run, 40, 12, exact=exact, ghosts=[longer])
    loss_chart(run, 40, 12, exact=exact, window=(4990, 5010))
    loss_chart(run, 40, 12, exact=exact, window=(6000, 7000))
    whole, window = asked
    assert whole[0] == 0
    assert 2 < len(whole) <= 40 * 2
    assert window == list(range(4990, 5001))
    assert all(epochs == sorted(set(epochs)) and epochs[-1] == 5000 for epochs in asked)


def test_exact_arithmetic_that_is_not_finite_is_cut() -> None:
    def exact(epochs: Ints) -> Floats:
        return np.where(epochs < 6, np.nan, np.where(epochs > 9, np.inf, 100.0))

    chart = loss_chart(STUCK, 60, 14, exact=exact, log_y=True)
    columns = {cell for row, cell in drawn(chart, "exact") if row > 1}
    left, right = (picture(chart).splitlines()[-1].index(label) for label in ("6", "10"))
    assert left - 1 <= min(columns)
    assert max(columns) < right


@pytest.mark.parametrize("decades", [1, 2, 3])
def test_exact_arithmetic_widens_a_logarithmic_axis_by_half_of_the_curve(decades: int) -> None:
    """So much that a curve of many decades is left behind, and one of few is not squashed."""
    losses = np.array([10.0 ** (4 * decades), 1.0])
    assert exact_decades(losses) == max(3, 2 * decades)
    assert exact_decades(np.zeros(2)) == 3


def test_exact_arithmetic_out_of_reach_does_not_widen_the_axis() -> None:
    level = curve(range(13), [2.0] * 13)
    chart = partial(loss_chart, level, 60, 14, log_y=True)
    assert picture(chart(exact=lambda epochs: np.full(len(epochs), 1e-9))) == picture(chart())


def test_optimum_is_the_floor_of_the_curve() -> None:
    chart = loss_chart(SETTLED, 44, 10, floor=1.0)
    assert (
        picture(chart)
        == """
   10┤⢣                 ━  measured
     │ ⢣                ⠂⠂ best fit (theory)
     │ ⠈⢆
     │  ⠈⢆
    5┤    ⠱⡀
     │     ⠈⠒⠤⣀
     │         ⠉⠑⠒⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
     │ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
     └┬─────┬─────┬──────┬─────┬─────┬─────┬
epoch 0     2     4      6     8     10   12"""
    )
    assert (
        roles(chart)
        == """
      l                 l  llllllll
       l                ff llll lll llllllll
       ll
        ll
          ll
           llll
               llllllllllllllllll
       f f f f f f f f f f f f f lllllllllll

"""
    )


def test_legend_names_only_what_is_seen() -> None:
    level = curve(range(13), [2.0] * 13)
    chart = partial(loss_chart, level, 60, 14)
    assert "best fit (theory)" in picture(chart(floor=1.5))
    assert "optimum" not in picture(chart(floor=2.0)), "it is under the curve"
    assert "measured" not in picture(chart(floor=2.0)), "one line needs no name"


@pytest.mark.parametrize(
    ("floor", "log"),
    [(0.0, True), (0.0, False), (1.9e-3, True), (1e9, False), (np.nan, True), (np.inf, False)],
)
def test_optimum_of_zero_or_out_of_reach_is_not_drawn(floor: float, log: bool) -> None:
    chart = partial(loss_chart, SETTLED, 44, 10, log_y=log)
    assert picture(chart(floor=floor)) == picture(chart())


def test_optimum_within_reach_of_a_logarithmic_axis_is_drawn() -> None:
    assert drawn(loss_chart(SETTLED, 44, 10, floor=3e-3, log_y=True), "floor")


# --- Legend ---------------------------------------------------------------------------------------

NAMES = (Entry("loss", "━", "one"), Entry("exact", "··", "another"))


@pytest.mark.parametrize(
    ("taken", "corner"),
    [
        ([], "upper right"),
        ([(0, 18)], "lower left"),
        ([(0, 18), (3, 5)], "upper left"),
        ([(0, 18), (3, 5), (0, 0)], "lower right"),
        ([(1, 9), (2, 10)], "none"),
    ],
)
def test_legend_takes_the_first_free_corner(taken: list[tuple[int, int]], corner: str) -> None:
    rows = [["*" if (row, cell) in taken else " " for cell in range(20)] for row in range(4)]
    layers = legend(NAMES, [["".join(row) for row in rows]], 20, 4)
    if corner == "none":
        assert not layers
        return
    (_, sign), (_, name), *_ = layers
    top, left = (0 if "upper" in corner else 2), (0 if "left" in corner else 10)
    assert [role for role, _ in layers] == ["loss", "legend", "exact", "legend"]
    assert sign == [" " * 20] * top + [" " * left + "━" + " " * (19 - left)]
    assert name[-1].strip() == "one"
    assert len(layers[-1][1]) == top + 2


def test_legend_keeps_clear_of_lines_along_the_edges() -> None:
    picture_of_edges = ["*" * 20, *[" " * 20] * 4, "*" * 20]
    (_, sign), *_ = legend(NAMES, [picture_of_edges], 20, 6)
    assert sign == [" " * 20, " " * 10 + "━" + " " * 9]


@pytest.mark.parametrize("size", [(15, 4), (20, 3), (1, 1)])
def test_legend_needs_room(size: tuple[int, int]) -> None:
    assert legend(NAMES, [], *size) == []
    assert legend(NAMES, [], 16, 4)


# --- Window ---------------------------------------------------------------------------------------


def test_window_has_its_own_axes() -> None:
    falling = curve(range(1001), 0.99 ** np.arange(1001))
    assert (
        picture(loss_chart(falling, 40, 9, window=(400, 600)))
        == """
     │⠲⣄
0.015┤ ⠈⠑⠦⣀
     │    ⠈⠑⠦⣄
0.010┤        ⠉⠒⠤⣀⡀
     │            ⠉⠓⠲⠤⣄⣀
0.005┤                 ⠈⠉⠙⠒⠲⠤⢤⣀⣀⡀
     │                          ⠉⠉⠉⠓⠒⠒⠒⠦
     └┬───────┬────────┬───────┬───────┬
epoch 400    450      500     550    600"""
    )


def test_buckets_wider_than_a_column_are_a_slope_and_no_stairs() -> None:
    assert (
        picture(loss_chart(BUCKETS, 40, 12, window=(120, 280)))
        == """
   70┤⠑⠤⡀
     │  ⠈⠒⢄
   60┤     ⠉⠢⣀
     │        ⠑⠤⡀
   50┤          ⠈⠒⢄
     │             ⠉⠢⣀
   40┤                ⠑⠢⢄⣀
     │                    ⠉⠑⠢⠤⣀⡀
   30┤                         ⠈⠑⠒⠤⣀⡀
     │                              ⠈⠉⠒⠤
     └──────┬──────────┬─────────┬──────
epoch      150        200       250"""
    )


def test_extremes_of_a_bucket_stand_in_its_middle() -> None:
    swinging = curve([0, 100, 200, 300], [50, 10, 50, 50], [50, 90, 50, 50], end=400)
    assert (
        picture(loss_chart(swinging, 40, 12, window=(80, 320)))
        == """
  100┤
     │        ⢀⢴
   80┤       ⡠⠃⢸
     │     ⡠⠊  ⢸
   60┤   ⢀⠜    ⢸
     │  ⠐⠁     ⢸                  ⢀⡠⠔⠒⠒⠒
   40┤         ⢸               ⣀⠤⠊⠁
     │         ⢸           ⢀⡠⠔⠉
   20┤         ⢸        ⣀⠤⠊⠁
     │         ⠘⠒⠒⠒⠒⠒⠒⠒⠉
     └───┬──────┬──────┬─────┬──────┬───
epoch   100    150    200   250    300"""
    )


def test_window_that_shows_no_epoch_of_the_run_says_so() -> None:
    assert (
        picture(loss_chart(curve(range(3), [3, 2, 1]), 30, 5, window=(400, 600)))
        == """
│
│
│        no epochs here
│
└─────────────────────────────"""
    )


def test_window_beyond_the_run_shows_earlier_runs() -> None:
    longer = curve(range(13), halving(np.arange(13)))
    chart = loss_chart(curve(range(3), [3, 2, 1]), 30, 9, window=(6, 12), ghosts=[longer])
    assert drawn(chart, "ghost")
    assert not drawn(chart)


@pytest.mark.parametrize("log", [False, True])
def test_line_cut_by_a_window_keeps_its_slope(log: bool) -> None:
    def line(epoch: Ints | Floats) -> Floats:
        return np.array(10.0 ** (-epoch / 200) if log else 2000.0 - epoch)

    ends = np.arange(99, 1001, 100)
    series = series_within(curve(ends - 99, line(ends), end=int(ends[-1]) + 1), (150, 275), log=log)
    assert sorted(set(series.x.tolist())) == [150, 199, 275]
    for values in (series.low, series.high, series.last):
        np.testing.assert_allclose(values, line(series.x), rtol=1e-12)


WINDOWS = st.tuples(st.integers(0, 10**13), st.integers(1, 10**13)).map(
    lambda ends: (ends[0], ends[0] + ends[1])
)
SMALL_WINDOWS = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(
    lambda ends: (ends[0], ends[0] + ends[1])
)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.lists(FINITE_LOSSES, min_size=1, max_size=5), min_size=1, max_size=12),
    SMALL_WINDOWS,
    st.booleans(),
)
def test_line_through_a_window_has_the_extremes_of_every_bucket(
    losses: list[list[float]], window: tuple[int, int], log: bool
) -> None:
    ends = np.cumsum([len(bucket) for bucket in losses])
    low, high, last = np.array([(min(one), max(one), one[-1]) for one in losses]).T
    begins = np.append(0, ends[:-1])
    series = series_within(Curve(begins, low, high, last, int(ends[-1])), window, log=log)
    assert (np.diff(series.x) >= 0).all()
    assert ((series.x >= window[0]) & (series.x <= window[1])).all()
    whole = (begins > window[0]) & (ends - 1 <= window[1])
    for place in np.flatnonzero(whole):
        part = (series.x >= begins[place] - 1) & (series.x < ends[place])
        assert series.low[part].min() <= low[place]
        assert series.high[part].max() >= high[place]


@settings(max_examples=examples(200), deadline=None)
@given(curves(), st.one_of(WINDOWS, SMALL_WINDOWS), st.booleans())
def test_line_through_a_window_stays_in_it(
    values: Curve, window: tuple[int, int], log: bool
) -> None:
    series = series_within(values, window, log=log)
    assert (np.diff(series.x) >= 0).all()
    assert ((series.x >= window[0]) & (series.x <= window[1])).all()


# --- Readout --------------------------------------------------------------------------------------


def test_readout_and_cursor_are_different_lines_behind_the_curve() -> None:
    falling = curve(range(9), halving(np.arange(9)))
    chart = loss_chart(falling, 30, 8, readout=4, cursor=2)
    assert (
        picture(chart)
        == """
     │⠱⡀    ┊     │
     │ ⠱⡀   ┊     │
 5000┤  ⠱⡀  ┊     │
     │   ⠑⠤⡀┊     │
     │     ⠈⠒⠤⣀   │
    0┤      ┊  ⠉⠒⠢⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀
     └┬─────▲─────┴────┬─────┬
epoch 0     2     4    6     8"""
    )
    assert drawn(chart) == drawn(loss_chart(falling, 30, 8))
    assert len(drawn(chart, "readout")) + len(drawn(chart, "cursor")) > 8


def test_lines_outside_a_window_are_not_drawn() -> None:
    chart = loss_chart(STUCK, 30, 8, window=(3, 6), readout=7, cursor=2)
    assert not drawn(chart, "readout") | drawn(chart, "cursor")
    assert drawn(loss_chart(STUCK, 30, 8, window=(3, 6), readout=6), "readout")


# --- Properties -----------------------------------------------------------------------------------


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(curves(), min_size=1, max_size=3),
    st.tuples(st.integers(1, 90), st.integers(1, 30)),
    st.one_of(st.none(), WINDOWS, SMALL_WINDOWS),
    st.lists(st.one_of(FINITE_LOSSES, st.just(np.nan), st.just(np.inf)), min_size=1, max_size=5),
    st.tuples(*[st.booleans()] * 3),
)
def test_any_theory_in_any_window_fits_and_hides_nothing(
    values: list[Curve],
    size: tuple[int, int],
    window: tuple[int, int] | None,
    theory: list[float],
    options: tuple[bool, bool, bool],
) -> None:
    log_x, log_y, braille = options
    main, *ghosts = values

    def exact(epochs: Ints) -> Floats:
        return np.resize(theory, len(epochs))

    chart = partial(
        loss_chart, main, *size, window=window, log_x=log_x, log_y=log_y, braille=braille
    )
    plain, full = (
        chart(ghosts=ghosts),
        chart(ghosts=ghosts, exact=exact, floor=theory[0], readout=5, cursor=7),
    )
    for one in (plain, full):
        fills(one, *size)
        assert one.epochs is None or 1 <= one.epochs.cells <= size[0]
    assert bool(curve_cells(full)) == bool(curve_cells(plain))


def curve_cells(chart: LossChart) -> set[tuple[int, int]]:
    """Where the curve is, its sign in the legend left out."""
    texts = ["".join(span.text for span in row) for row in chart.rows]
    return {(row, cell) for row, cell in drawn(chart) if texts[row][cell] != "━"}
