"""The loss history: no extreme is lost, no memory without bound, no trace of the chunks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core.history import History, bucket_of, first_epoch_of
from linreg_core.snapshot import Curve
from tests.core.cases import bits, steady

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
