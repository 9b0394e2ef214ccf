"""Zooming, panning and moving the readout, as properties of a view."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.charts.kit.scale import Ints, Scale, epoch_scale
from tui.charts.view import View, Whole, inside, pointed_at, stepped

NEWEST = st.one_of(st.integers(1, 30), st.integers(2, 10**12))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[View, Whole, int, bool]:
    """A view, all there is to see, an epoch seen, and whether the axis is logarithmic."""
    log = draw(st.booleans())
    whole = int(log), draw(NEWEST) + int(log)
    view, about = View(), draw(st.integers(*whole))
    for _ in range(draw(st.integers(0, 6))):
        view = view.zoomed(0.5, draw(st.integers(*whole)), whole, log=log)
    first, last = view.span or whole
    return view, whole, min(max(about, math.ceil(first)), math.floor(last)), log


def check(view: View, whole: Whole) -> None:
    """It shows something, and nothing beyond the whole."""
    first, last = view.window or whole
    assert 0 <= whole[0] <= first < last <= whole[1]
    assert view.window != whole, "all of it is no window: it would not follow new epochs"
    assert view.readout is None or view.window is None or first <= view.readout <= last


@given(scenes())
def test_zooming_out_takes_back_what_zooming_in_did(scene: tuple[View, Whole, int, bool]) -> None:
    view, whole, about, log = scene
    closer = view.zoomed(0.5, about, whole, log=log)
    check(closer, whole)
    assume(closer != view)
    back = closer.zoomed(2, about, whole, log=log)
    check(back, whole)
    before, after = view.window or whole, back.window or whole
    digits = whole[1] * 1e-12  # of the floats between
    assert after == pytest.approx(before, abs=1 + digits, rel=0)
    assert view.span is not None or back.span is None


@given(scenes())
def test_zooming_halves_what_is_seen_and_keeps_the_epoch_in_place(
    scene: tuple[View, Whole, int, bool],
) -> None:
    view, whole, about, log = scene
    closer = view.zoomed(0.5, about, whole, log=log)
    assume(closer != view)
    (first, last), (start, end) = view.span or whole, closer.span or whole
    before, after = Scale(first, last, 1, 2, log=log), Scale(start, end, 1, 2, log=log)
    place = [_place(scale, about) for scale in (before, after)]
    length = [scale.ends[1] - scale.ends[0] for scale in (before, after)]
    assert length[1] == pytest.approx(length[0] / 2, rel=1e-3)
    assert place[1] == pytest.approx(place[0], abs=1e-3)


def _place(scale: Scale, epoch: float) -> float:
    start, end = scale.ends
    return ((math.log10(epoch) if scale.log else epoch) - start) / (end - start)


@given(scenes(), st.sampled_from([-0.25, 0.25, 1.0, -3.0]))
def test_panning_keeps_the_length_and_goes_no_further_than_the_ends(
    scene: tuple[View, Whole, int, bool], share: float
) -> None:
    view, whole, _, log = scene
    panned = view.panned(share, whole, log=log)
    check(panned, whole)
    if view.span is None or panned.span is None:
        assert panned == view
        return
    (first, last), (start, end) = view.span, panned.span
    if share > 0:
        assert start >= first - 1e-9 * last
    else:
        assert end <= last * (1 + 1e-9)
    if not log:
        assert end - start == pytest.approx(last - first, rel=1e-6)
        if whole[0] < start and end < whole[1]:
            assert start - first == pytest.approx(share * (last - first), rel=1e-3, abs=1e-3)


@given(scenes())
def test_zooming_out_ends_with_all_epochs(scene: tuple[View, Whole, int, bool]) -> None:
    view, whole, about, log = scene
    for _ in range(8):
        view = view.zoomed(2, about, whole, log=log)
        check(view, whole)
    assert view.window is None
    assert view.zoomed(2, about, whole, log=log) == view


@given(scenes(), NEWEST)
def test_window_beyond_a_run_that_was_reset_comes_back_to_it(
    scene: tuple[View, Whole, int, bool], newest: int
) -> None:
    view, before, about, log = scene
    whole = before[0], min(before[1], newest + before[0])
    for moved in (
        view.zoomed(2, about, whole, log=log),
        view.zoomed(0.5, whole[1], whole, log=log),
        view.panned(-0.25, whole, log=log),
        view.panned(0.25, whole, log=log),
    ):
        first, last = moved.window or whole
        assert 0 <= first < last
        if moved != view:
            check(moved, whole)


@given(scenes(), st.integers(0, 10**12))
def test_readout_stays_in_sight(scene: tuple[View, Whole, int, bool], epoch: int) -> None:
    view, whole, about, log = scene
    read = view.reading(inside(epoch, _scale(view, whole, log), whole[1]))
    for moved in (
        read.zoomed(0.5, about, whole, log=log),
        read.panned(0.5, whole, log=log),
        read.zoomed(2, about, whole, log=log),
    ):
        check(moved, whole)
        assert moved.readout is not None
    assert read.unzoomed() == View(None, read.readout)
    assert read.reading(None) == view


def _scale(view: View, whole: Whole, log: bool) -> Scale:
    first, last = view.window or whole
    return epoch_scale(last, 40, 2, log=log, oldest=first)


@given(scenes(), st.integers(0, 10**12), st.sampled_from([-5, -1, 1, 5]))
def test_readout_moves_by_a_column_and_by_an_epoch_at_least(
    scene: tuple[View, Whole, int, bool], epoch: int, steps: int
) -> None:
    view, whole, _, log = scene
    x = _scale(view, whole, log)
    epoch = inside(epoch, x, whole[1])
    moved = stepped(epoch, steps, x, whole[1])
    assert x.low <= moved <= x.high
    edge = x.high if steps > 0 else x.low
    assert moved == epoch == edge or (moved > epoch) == (steps > 0)
    here, there, beside = (int(x.dot(_array(e))[0]) for e in (epoch, moved, moved - 1))
    if abs(moved - epoch) > 1 and moved != edge:
        # Where epochs are further apart than columns, the nearest epoch is.
        assert abs(there - here - steps) <= max(1, there - beside)


@given(scenes(), st.integers(-5, 50))
def test_mouse_points_at_an_epoch_of_its_cell(
    scene: tuple[View, Whole, int, bool], cell: int
) -> None:
    view, whole, _, log = scene
    x = _scale(view, whole, log)
    epoch = pointed_at(cell, x, whole[1])
    assert x.low <= epoch <= x.high
    # Where a cell has no epoch it is the nearest one.
    place = min(max(cell, 0), x.cells - 1)
    there = int(x.cell(_array(epoch))[0])
    others = [int(x.cell(_array(near))[0]) for near in (epoch - 1, epoch + 1) if near >= x.low]
    assert there == place or place not in others


def test_readout_comes_to_the_newest_epoch_first() -> None:
    x = epoch_scale(1000, 40, 2, log=False)
    assert stepped(None, -1, x, 1000) == 1000
    assert stepped(None, 1, x, 700) == 700
    assert stepped(700, 1, x, 700) == 700
    window = epoch_scale(600, 40, 2, log=False, oldest=400)
    assert stepped(None, -1, window, 1000) == 600
    assert stepped(None, -1, window, 20) == 20, "not run yet"


def _array(epoch: int) -> Ints:
    return np.array([epoch])
