"""The way of the weights, in bounded memory."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.trajectory import MOST_NUMBERS, OCTAVE_BITS, Trajectory
from linreg_core.trainer import Trainer
from tests.core.cases import article, steady
from tests.core.toy import Ticks, rho, timeline

ALL_KEPT = 4 << OCTAVE_BITS
"""So many epochs from the first on are all kept."""


def weights_at(epochs: NDArray[np.int64] | list[int]) -> Floats:
    """Weights that tell their epoch."""
    return np.array(epochs, dtype=np.float64)[:, np.newaxis] * [1.0, -2.0]


def walked(first: int, chunks: list[int]) -> Trajectory:
    trajectory = Trajectory(np.array([first]), weights_at([first]))
    epoch = first + 1
    for chunk in chunks:
        trajectory.record(epoch, weights_at(list(range(epoch, epoch + chunk))))
        epoch += chunk
    return trajectory


@given(
    first=st.integers(0, 1000),
    chunks=st.lists(st.integers(1, 700), min_size=1, max_size=8),
    back=st.integers(0, 300),
)
@steady
def test_epochs_come_with_their_own_weights_however_they_were_recorded(
    first: int, chunks: list[int], back: int
) -> None:
    last = first + sum(chunks)
    at_once, in_chunks = walked(first, [sum(chunks)]), walked(first, chunks)
    here = max(first, last - back)
    epochs, weights = in_chunks.up_to(here, weights_at([here])[0])
    assert (epochs[0], epochs[-1]) == (first, here)
    assert (np.diff(epochs) > 0).all()
    np.testing.assert_array_equal(weights, weights_at(epochs))
    np.testing.assert_array_equal(epochs, at_once.up_to(here, weights_at([here])[0])[0])
    kept = set(epochs.tolist())
    assert kept >= set(range(first, min(here + 1, first + ALL_KEPT)))


def test_gaps_grow_with_the_distance_from_the_first() -> None:
    trajectory = walked(0, [100_000])
    epochs, _ = trajectory.up_to(100_000, weights_at([100_000])[0])
    for here, following in itertools.pairwise(epochs.tolist()):
        assert following - here <= max(1, here >> OCTAVE_BITS)
    assert len(epochs) < 300


def test_epochs_are_kept_in_pairs() -> None:
    """Or a run that jumps from side to side would look like one that stays on one side."""
    epochs, _ = walked(0, [100_000]).up_to(100_001, weights_at([100_001])[0])
    kept = set(epochs[:-1].tolist())  # the last one is the present
    assert all(epoch ^ 1 in kept for epoch in kept)


def test_many_weights_are_kept_at_few_epochs() -> None:
    p = (MOST_NUMBERS >> 10) + 1
    trajectory = Trajectory(np.array([0]), np.zeros((1, p)))
    for epoch in range(1, 65):
        trajectory.record(epoch, np.full((1, p), float(epoch)))
    epochs, weights = trajectory.up_to(64, np.full(p, 64.0))
    assert epochs.tolist() == [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64]
    assert weights[:, 0].tolist() == epochs.tolist()


@pytest.mark.parametrize("chunks", [[3000], [1, 2, 2997], [700] * 4 + [200]])
def test_a_run_s_path_has_the_bits_of_its_epochs(chunks: list[int]) -> None:
    trainer = Trainer(article(), TrainConfig(dtype="float32", lr=1e-3))
    for chunk in chunks:
        trainer.run(chunk)
    found = trainer.snapshot().landscape
    for epoch, place in zip(found.epochs.tolist(), found.path, strict=True):
        trainer.goto(epoch)
        assert trainer.snapshot().raw_weights.tolist() == place.tolist()


def test_epochs_that_are_counted_and_not_run_add_nothing_but_the_present() -> None:
    # Of a clock that stands still, stretches are as long as they may be, whatever the machine does.
    trainer = Trainer(article(), TrainConfig(dtype="float32", lr=0.01), clock=lambda: 0.0)
    trainer.run(20_000)
    assert trainer.status is Status.FROZEN
    before = len(trainer.snapshot().landscape.epochs)
    trainer.run(10**12)
    found = trainer.snapshot().landscape
    assert found.epochs[-1] == 10**12 + 20_000
    assert len(found.epochs) <= before + 1
    assert found.path[-1].tolist() == found.path[-2].tolist()


@pytest.mark.parametrize("clock", [Ticks(), Ticks((0.003, 60.0)), Ticks((0.0, 0.01))])
def test_the_way_of_a_frozen_run_ends_where_it_froze_whatever_the_stretches(clock: Ticks) -> None:
    line, toy = timeline(rho(2500, 1), clock)
    line.run(10**6)
    epochs, states = line.path(toy.state())
    assert epochs[-2:].tolist() == [2500, 10**6]
    assert states[-2:, 0].tolist() == [2500, 2500]
    assert (states[:-1, 0] == epochs[:-1]).all()
