"""The timeline: its pictures, and that a click finds the epoch that a cell shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.charts.kit.canvas import Span
from tui.charts.timeline import MIN_RAIL, MIN_TICK_GAP, epoch_at, timeline_bar


def bar(
    width: int,
    latest: int,
    epoch: int,
    *,
    origin: int = 0,
    stride: int = 1,
    breakpoints: Sequence[int] = (),
) -> tuple[Span, ...]:
    return timeline_bar(
        width, origin=origin, epoch=epoch, latest=latest, stride=stride, breakpoints=breakpoints
    )


def text(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


# --- Pictures ------------------------------------------------------------------------------------


def test_rail_with_keyframes_cursor_and_breakpoint() -> None:
    past = bar(40, 9120, 4000, stride=2048, breakpoints=[7000])
    assert text(past) == "0 ├──────┴──────●──────┴──◆───┴──┤ 9,120"


def test_roles() -> None:
    assert bar(25, 5, 2, breakpoints=[3]) == (
        Span("0 ", "label"),
        Span("├───", "rail"),
        Span("┴", "tick"),
        Span("───", "rail"),
        Span("●", "cursor"),
        Span("───", "rail"),
        Span("◆", "breakpoint"),
        Span("───", "rail"),
        Span("┴", "tick"),
        Span("───┤", "rail"),
        Span(" 5", "label"),
    )


@pytest.mark.parametrize(
    ("epoch", "picture"),
    [
        (0, "0 ●──────┴─────┴─┤ 9,120"),
        (4560, "0 ├──────┴●────┴─┤ 9,120"),
        (9120, "0 ├──────┴─────┴─● 9,120"),
    ],
)
def test_cursor_stands_at_its_epoch(epoch: int, picture: str) -> None:
    assert text(bar(24, 9120, epoch)) == picture


def test_nothing_run_yet() -> None:
    assert text(bar(24, 0, 0, breakpoints=[500])) == "0 ●──────────────────┤ 0"


def test_run_that_begins_at_a_fork() -> None:
    forked = bar(40, 4005, 4002, origin=4000)
    assert text(forked) == "4,000 ├────┴─────●────┴─────┴────┤ 4,005"


def test_breakpoints_stand_over_ticks_and_ends_and_under_the_cursor() -> None:
    stops = bar(40, 8, 5, breakpoints=[8, 0, 3, 5, 9, -1])
    assert text(stops) == "0 ◆───┴────┴───◆────┴───●───┴────┴───◆ 8"


@pytest.mark.parametrize(
    ("stride", "picture"),
    [
        (1140, "0 ├───────┴─────●─┴──────┴───────┤ 9,120"),
        (1200, "0 ├───┴───┴───┴─●─┴───┴───┴────┴─┤ 9,120"),
    ],
)
def test_of_keyframes_too_close_together_every_second_has_a_tick(stride: int, picture: str) -> None:
    assert text(bar(40, 9120, 4000, stride=stride)) == picture


@pytest.mark.parametrize(
    ("width", "picture"),
    [
        (40, "0 ├───┴●──┴────┴─┤ 1,000,000,000,000,000"),
        (24, "0 ├────┴●──┴────┴─┤ 1e15"),
        (15, "0 ├─●────┤ 1e15"),
        (14, "├────●─┴─────┤"),
        (4, "├●─┤"),
        (2, "●┤"),
        (1, "●"),
    ],
)
def test_labels_give_way_to_the_rail(width: int, picture: str) -> None:
    assert text(bar(width, 10**15, 350 * 10**12)) == picture


def test_label_that_rounding_does_not_shorten_stays_exact() -> None:
    assert text(bar(16, 9120, 0)) == "0 ●─────┴┤ 9,120"


def test_epoch_of_each_cell() -> None:
    assert text(bar(14, 9, 0)) == "0 ●───┴───┴┤ 9"
    epochs = [epoch_at(column, 14, origin=0, latest=9) for column in range(-1, 15)]
    assert epochs == [None, None, None, *range(10), None, None, None]


# --- Properties ----------------------------------------------------------------------------------

WIDTHS = st.integers(1, 200)
EPOCHS = st.one_of(st.integers(0, 20), st.integers(0, 10**6), st.integers(0, 10**18))


@st.composite
def epochs_of_run(draw: st.DrawFn) -> tuple[int, int, int]:
    """An origin, an epoch and the latest one."""
    origin, epoch, latest = sorted(draw(st.tuples(EPOCHS, EPOCHS, EPOCHS)))
    return origin, epoch, latest


@settings(deadline=None)
@given(WIDTHS, st.tuples(EPOCHS, EPOCHS, EPOCHS), st.integers(1, 10**6), st.lists(EPOCHS))
def test_bar_has_its_width_and_one_cursor(
    width: int, run: tuple[int, int, int], stride: int, breakpoints: list[int]
) -> None:
    """Whatever the order of the epochs: a bar that is wrong for a moment must not end the app."""
    origin, epoch, latest = run
    spans = bar(width, latest, epoch, origin=origin, stride=stride, breakpoints=breakpoints)
    assert cell_len(text(spans)) == len(text(spans)) == width
    assert [span.text for span in spans if span.role == "cursor"] == ["●"]
    assert all(span.text for span in spans)
    rail = [span for span in spans if span.role != "label"]
    if len(rail) < len(spans):
        assert len(text(tuple(rail))) >= MIN_RAIL


@settings(deadline=None)
@given(WIDTHS, epochs_of_run())
@example(80, (0, 10**17 + 1, 10**18))
def test_click_on_the_cursor_finds_its_epoch_to_within_a_cell(
    width: int, run: tuple[int, int, int]
) -> None:
    origin, epoch, latest = run
    spans = bar(width, latest, epoch, origin=origin, stride=latest + 1)
    found = epoch_at(text(spans).index("●"), width, origin=origin, latest=latest)
    steps = sum(len(span.text) for span in spans if span.role != "label") - 1
    assert found is not None
    assert abs(found - epoch) * max(steps, 1) <= latest - origin


@settings(deadline=None)
@given(WIDTHS, epochs_of_run())
def test_epochs_rise_along_the_rail_from_the_origin_to_the_latest(
    width: int, run: tuple[int, int, int]
) -> None:
    origin, epoch, latest = run
    epochs = [epoch_at(column, width, origin=origin, latest=latest) for column in range(width)]
    labelled = [
        span.role == "label" for span in bar(width, latest, epoch, origin=origin) for _ in span.text
    ]
    assert [found is None for found in epochs] == labelled
    on_rail = [found for found in epochs if found is not None]
    assert on_rail == sorted(on_rail)
    assert on_rail[0] == origin
    assert len(on_rail) == 1 or on_rail[-1] == latest


@settings(deadline=None)
@given(WIDTHS, epochs_of_run(), st.integers(0, 10**6))
def test_cursor_never_goes_left_as_the_epoch_rises(
    width: int, run: tuple[int, int, int], further: int
) -> None:
    origin, epoch, latest = run
    later = min(epoch + further, latest)
    before, after = (
        text(bar(width, latest, one, origin=origin)).index("●") for one in (epoch, later)
    )
    assert before <= after


@settings(deadline=None)
@given(WIDTHS, st.integers(0, 200), st.integers(1, 50))
def test_ticks_are_far_enough_apart(width: int, latest: int, stride: int) -> None:
    line = text(bar(width, latest, 0, stride=stride))
    ticks = [cell for cell, character in enumerate(line) if character == "┴"]
    assert all(b - a >= MIN_TICK_GAP for a, b in pairwise(ticks))
