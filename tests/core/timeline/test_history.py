"""The loss history: no extreme is lost, no memory without bound, no trace of the chunks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core.timeline.curve import Curve
from linreg_core.timeline.history import History, bucket_of, first_epoch_of
from tests.core.cases import bits, steady
from tests.lengths import examples

EPOCHS = st.integers(0, 2**52 - 1)


def bucket(epoch: int) -> int:
    return int(bucket_of(np.array([epoch]))[0])


def first_epoch(index: int) -> int:
    return int(first_epoch_of(np.array([index]))[0])


def recorded(losses: NDArray[np.floating], cuts: list[int]) -> Curve:
    """The curve of losses from epoch 0 on, recorded in pieces cut at these fractions of 1000."""
    history = History()
    borders = sorted({0, len(losses), *(cut * len(losses) // 1000 for cut in cuts)})
    for first, end in pairwise(borders):
        history.record(first, losses[first:end])
    return history.curve()


def told(curve: Curve) -> tuple[object, ...]:
    values = (bits(curve.low), bits(curve.high), bits(curve.last))
    return bits(curve.epoch, "int64"), *values, curve.end


def drawn_losses(seed: int, epochs: int, dtype: str = "float64") -> NDArray[np.floating]:
    random = np.random.default_rng(seed)
    losses: NDArray[np.floating] = 10.0 ** random.uniform(-30, 30, epochs)
    return losses.astype(dtype)


# --- buckets


@given(epoch=EPOCHS)
@steady
def test_an_epoch_lies_in_its_bucket(epoch: int) -> None:
    index = bucket(epoch)
    assert first_epoch(index) <= epoch < first_epoch(index + 1)


@given(epoch=EPOCHS)
@steady
def test_buckets_rise_with_the_epochs_and_leave_none_out(epoch: int) -> None:
    assert bucket(epoch + 1) - bucket(epoch) in (0, 1)


@given(index=st.integers(0, bucket(2**52 - 1) - 1))
@steady
def test_a_bucket_starts_at_its_first_epoch(index: int) -> None:
    assert first_epoch(index) < first_epoch(index + 1)
    assert bucket(first_epoch(index)) == index


@pytest.mark.parametrize("octave", range(1, 52))
def test_borders_between_octaves_are_exact(octave: int) -> None:
    for epoch in (2**octave - 1, 2**octave, 2**octave + 1):
        index = bucket(epoch)
        assert first_epoch(index) <= epoch < first_epoch(index + 1)


def test_the_first_512_epochs_have_a_bucket_each() -> None:
    epochs = np.arange(513)
    assert (bucket_of(epochs) == epochs).all()
    assert bucket(513) == 512


def test_memory_is_bounded_for_any_number_of_epochs() -> None:
    assert bucket(10**12) < 10_000
    assert bucket(10**6) < 4_000


@given(epoch=st.integers(512, 2**52 - 1))
@steady
def test_the_newest_half_of_a_plot_has_its_points(epoch: int) -> None:
    assert bucket(epoch) - bucket(epoch // 2) >= 256


# --- the curve


@given(
    seed=st.integers(0, 2**32),
    epochs=st.integers(1, 20_000),
    dtype=st.sampled_from(["float32", "float64"]),
)
@steady
def test_every_bucket_holds_the_extremes_and_the_last_of_its_epochs(
    seed: int, epochs: int, dtype: str
) -> None:
    losses = drawn_losses(seed, epochs, dtype)
    curve = recorded(losses, [])
    ends = [*curve.epoch[1:], epochs]
    assert curve.epoch[0] == 0
    assert curve.end == epochs
    assert (np.diff(curve.epoch) > 0).all()
    for index, (first, end) in enumerate(zip(curve.epoch, ends, strict=True)):
        own = losses[first:end]
        assert curve.low[index] == own.min()
        assert curve.high[index] == own.max()
        assert curve.last[index] == own[-1]


@given(
    seed=st.integers(0, 2**32),
    epochs=st.integers(1, 20_000),
    cuts=st.lists(st.integers(1, 999), max_size=30),
)
@steady
def test_a_curve_shows_no_trace_of_the_chunks(seed: int, epochs: int, cuts: list[int]) -> None:
    losses = drawn_losses(seed, epochs)
    assert told(recorded(losses, cuts)) == told(recorded(losses, []))


@given(seed=st.integers(0, 2**32), before=st.integers(1, 6_000), after=st.integers(1, 6_000))
@steady
def test_a_history_goes_on_from_a_curve(seed: int, before: int, after: int) -> None:
    losses = drawn_losses(seed, before + after)
    resumed = History(recorded(losses[:before], []))
    resumed.record(before, losses[before:])
    assert told(resumed.curve()) == told(recorded(losses, []))


# --- a cycle's losses, without writing them out


@given(
    seed=st.integers(0, 2**32),
    before=st.integers(1, 3000) | st.integers(60_000, 80_000),
    length=st.integers(1, 9) | st.integers(1, 300),
    epochs=st.integers(1, 9) | st.integers(1, 200_000),
)
@settings(steady, max_examples=examples(60))
def test_a_cycle_told_is_a_cycle_written_out(
    seed: int, before: int, length: int, epochs: int
) -> None:
    start, turn = drawn_losses(seed, before), drawn_losses(seed + 1, length)
    short, long = History(recorded(start, [])), History(recorded(start, []))
    long.record(before, np.resize(turn, epochs))
    short.repeat(before, epochs, turn)
    assert told(short.curve()) == told(long.curve())
    # and it goes on from there
    for history in (short, long):
        history.record(before + epochs, turn)
    assert told(short.curve()) == told(long.curve())


@given(
    seed=st.integers(0, 2**32),
    length=st.integers(1, 40),
    parts=st.lists(st.integers(1, 30_000), min_size=1, max_size=4),
)
@steady
def test_a_cycle_can_be_told_in_parts(seed: int, length: int, parts: list[int]) -> None:
    turn, end = drawn_losses(seed, length), 1 + sum(parts)
    whole, split = (History(recorded(np.ones(1), [])) for _ in range(2))
    whole.repeat(1, end - 1, turn)
    first = 1
    for epochs in parts:
        split.repeat(first, epochs, np.roll(turn, -(first - 1) % length))
        first += epochs
    assert told(split.curve()) == told(whole.curve())


@pytest.mark.parametrize("length", [1, 2, 9, 1000])
@pytest.mark.parametrize("first", [1, 300, 70_001])
def test_ten_to_the_twelve_epochs_of_a_cycle_are_told_in_buckets(length: int, first: int) -> None:
    turn = drawn_losses(length, length)
    history = History(recorded(np.full(first, turn[0]), []))
    epochs = 10**12 + 7
    history.repeat(first, epochs, turn)
    curve = history.curve()
    assert curve.end == first + epochs
    assert len(curve.epoch) < 10_000
    wide = curve.epoch > 2 * first + 512 * length
    ends = np.append(curve.epoch[1:], curve.end)
    assert wide.sum() > 1000
    # The newest bucket may be too short for a whole turn.
    assert (curve.low[wide][:-1] == turn.min()).all()
    assert (curve.high[wide][:-1] == turn.max()).all()
    assert (curve.last[wide] == turn[(ends[wide] - 1 - first) % length]).all()


def test_a_history_leaves_the_curve_it_came_from_as_it_is() -> None:
    curve = recorded(np.ones(600), [])
    before = told(curve)
    resumed = History(curve)
    resumed.record(600, np.full(9, 0.5))
    assert told(curve) == before
    assert resumed.curve().low[-1] == 0.5


def test_an_empty_history_has_an_empty_curve() -> None:
    curve = History().curve()
    assert [len(array) for array in (curve.epoch, curve.low, curve.high, curve.last)] == [0] * 4
    assert curve.end == 0
    assert told(History(curve).curve()) == told(curve)


# --- one epoch


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=5), st.integers(1, 3000))
@steady
def test_the_bucket_of_an_epoch_tells_its_extremes_and_its_newest_loss(
    epochs: list[int], end: int
) -> None:
    losses = drawn_losses(7, end)
    curve = recorded(losses, [])
    for epoch in epochs:
        found = curve.bucket(epoch)
        if epoch >= end:
            assert found is None
            continue
        assert found is not None
        assert found.first <= epoch <= found.newest < end
        assert found.first == first_epoch(bucket(epoch))
        assert found.newest == min(first_epoch(bucket(epoch) + 1), end) - 1
        part = losses[found.first : found.newest + 1]
        assert (found.low, found.high, found.last) == (part.min(), part.max(), part[-1])


def test_there_is_no_bucket_before_the_first_epoch() -> None:
    assert History().curve().bucket(0) is None
    assert recorded(np.ones(3), []).bucket(-1) is None
