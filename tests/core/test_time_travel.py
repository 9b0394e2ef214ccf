"""Forward, back, into an epoch, into a fork: always the bits that single epochs would bring."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core.arrays import Floats
from linreg_core.backends import BACKENDS, load_backend
from linreg_core.backends.base import Backend, Evaluation
from linreg_core.breakpoints import parse_breakpoints
from linreg_core.config import DTYPES, TrainConfig
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.snapshot import Curve, Snapshot, Status
from linreg_core.timeline import Checkpoint
from linreg_core.trainer import Trainer, settle
from tests.core.cases import Case, article, bits, everything, few, problem_of, same, walk
from tests.core.test_history import recorded, told

# Columns nearly at right angles: some 20 epochs and the run has settled, in float64 some 40.
PROBLEM = problem_of([[1.0, 2.0], [2.0, -1.0], [0.1, 0.3]], [3.0, -0.7, 1.1])
FAR = 3000
"""Long after; the curve's buckets are 8 epochs wide there."""


@dataclass(frozen=True)
class Moment:
    """A state, and the backend's numbers there."""

    weights: Floats
    evaluation: Evaluation


class Track:
    """The epochs of a run by nothing but single epochs of a backend of its own.

    Args:
        config: what is run.
        start: weights of the first epoch; ``None``: the initial ones.
        losses: of the epochs before the first.
    """

    def __init__(
        self, config: TrainConfig, start: Floats | None = None, losses: Sequence[float] = ()
    ) -> None:
        settled, design = settle(config, PROBLEM)
        backend: Backend = load_backend(config.backend)(design, settled)
        if start is not None:
            backend.restore(start)
        self.config = config
        self.losses = list(losses)
        self.origin = self.latest = self.epoch = len(self.losses)
        self.phases = 0
        self.known_before = self.origin
        self._walk = walk(backend)
        self._moments: list[Moment] = []
        self._seen: dict[bytes, int] = {}
        self._turn = 0

    def at(self, epoch: int) -> Moment:
        """The state of an epoch; once a state has come back, no more are run."""
        place = epoch - self.origin
        while not self._turn and len(self._moments) <= place:
            moment = Moment(*next(self._walk))
            first = self._seen.setdefault(moment.weights.tobytes(), len(self._moments))
            self._turn = len(self._moments) - first
            self._moments.append(moment)
        if place >= len(self._moments):
            place -= -(-(place - len(self._moments) + 1) // self._turn) * self._turn
        return self._moments[place]

    def curve(self, end: int) -> Curve:
        """That of all epochs before ``end``, written out."""
        own = [self.at(epoch).evaluation.loss for epoch in range(self.origin, end)]
        return recorded(np.array(self.losses + own), [])

    def followed_by(self, config: TrainConfig, start: Floats) -> Track:
        """A track that begins where this one stands, and remembers its losses."""
        own = [self.at(epoch).evaluation.loss for epoch in range(self.origin, self.epoch)]
        return Track(config, start, self.losses + own)

    def moved_to(self, epoch: int) -> None:
        self.epoch, self.phases = epoch, 0
        self.latest = max(self.latest, epoch)


def agree(snapshot: Snapshot, track: Track, dtype: str) -> None:
    """Whether a snapshot tells what single epochs would have brought."""
    present = track.at(track.epoch)
    names = [name for name, _ in snapshot.worksheet.lines]
    updated = track.phases > names.index("update")
    weights = track.at(track.epoch + 1).weights if updated else present.weights
    assert (snapshot.epoch, snapshot.origin, snapshot.latest, snapshot.phases_done) == (
        track.epoch,
        track.origin,
        track.latest,
        track.phases,
    )
    assert bits(snapshot.weights, dtype) == bits(weights, dtype)
    assert bits(snapshot.gradient, dtype) == bits(present.evaluation.gradient, dtype)
    assert bits(snapshot.sample.residual, dtype) == bits(present.evaluation.residual, dtype)
    assert snapshot.loss == present.evaluation.loss
    if track.phases:
        assert snapshot.change is not None
        assert bits(snapshot.change, dtype) == bits(weights - present.weights, dtype)
        assert (snapshot.worksheet.epoch, snapshot.worksheet.done) == (track.epoch, track.phases)
    elif track.epoch == track.origin:
        assert snapshot.change is None
    else:
        assert snapshot.change is not None
        before = track.at(track.epoch - 1).weights
        assert bits(snapshot.change, dtype) == bits(weights - before, dtype)


MOVES = [
    "step",
    "phase",
    "phase",
    "phase",
    "back phase",
    "back phase",
    "back",
    "goto",
    "run",
    "run",
    "run for a time",
    "stop",
    "far",
    "reset",
    "resume",
    "fork",
    "look",
]


def forks(case: Case) -> st.SearchStrategy[dict[str, Any]]:
    """What a fork may change; a backend brings the article's dtype unless one is named."""
    same_case = {"backend": case.backend, "dtype": case.dtype}
    return st.one_of(
        st.just(same_case),
        st.fixed_dictionaries(
            {"backend": st.sampled_from(list(BACKENDS)), "dtype": st.sampled_from(DTYPES)}
        ),
        st.sampled_from(["auto", "best", 0.1, 0.15]).map(lambda lr: {**same_case, "lr": lr}),
    )


@given(data=st.data())
@settings(few, max_examples=12)
def test_every_way_to_an_epoch_leads_to_the_same_bits(seedless: Case, data: DataObject) -> None:
    config = seedless.config(lr="auto", init="random")
    trainer, track = Trainer(PROBLEM, config), Track(config)
    dtype = seedless.dtype
    left_behind: list[tuple[Trainer, tuple[object, ...]]] = []
    for move in data.draw(st.lists(st.sampled_from(MOVES), min_size=3, max_size=16), label="moves"):
        phases = len(trainer.snapshot().run.code)
        match move:
            case "step":
                assert trainer.step()
                track.moved_to(track.epoch + 1)
            case "phase":
                assert trainer.phase()
                track.phases += 1
                if track.phases == phases:
                    track.moved_to(track.epoch + 1)
            case "back phase":
                is_first = track.phases == 0 and track.epoch == track.origin
                assert trainer.back_phase() == (not is_first)
                if track.phases > 0:
                    track.phases -= 1
                elif not is_first:
                    track.moved_to(track.epoch - 1)
                    track.phases = phases - 1
            case "back":
                trainer.back()
                track.moved_to(max(track.epoch - (track.phases == 0), track.origin))
            case "goto":
                epoch = data.draw(st.integers(track.origin, track.latest), label="epoch")
                trainer.goto(epoch)
                track.moved_to(epoch)
            case "run" | "run for a time":
                epochs = data.draw(st.integers(1, 15), label="epochs")
                done = trainer.run(epochs, seconds=60.0 if "time" in move else None)
                assert done == epochs
                track.moved_to(track.epoch + epochs)
            case "stop":
                ahead = data.draw(st.integers(1, 15), label="ahead")
                trainer.set_breakpoints(parse_breakpoints(f"epoch == {track.epoch + ahead}"))
                assert trainer.run(FAR) == ahead
                trainer.set_breakpoints(())
                track.moved_to(track.epoch + ahead)
            case "far":
                trainer.run(FAR)
                assert trainer.has_settled
                track.moved_to(track.epoch + FAR)
            case "reset":
                trainer.reset()
                track = Track(track.config)
            case "resume":
                checkpoint = pickle.loads(pickle.dumps(trainer.checkpoint()))
                left_behind.append((trainer, everything(trainer.snapshot())))
                trainer = Trainer(PROBLEM, track.config)
                trainer.resume(checkpoint)
                track = track.followed_by(track.config, checkpoint.weights)
            case "fork":
                trainer.goto(trainer.epoch)  # out of the epoch, as a fork does
                wishes = data.draw(forks(seedless), label="wishes")
                edit = st.none() | st.lists(st.floats(-9, 9), min_size=2, max_size=2)
                edited = data.draw(edit, label="weights")
                left_behind.append((trainer, everything(trainer.snapshot())))
                changed = replace(track.config, **wishes)
                trainer = trainer.fork(changed, None if edited is None else np.array(edited))
                dtype = wishes["dtype"]
                start = track.at(track.epoch).weights if edited is None else np.array(edited) + 0.0
                track = track.followed_by(changed, start.astype(dtype))
        agree(trainer.snapshot(), track, dtype)
    assert told(trainer.snapshot().curve) == told(track.curve(track.latest + 1))
    assert told(trainer.checkpoint().curve) == told(track.curve(track.epoch))
    track.moved_to(track.epoch)
    agree(trainer.snapshot(), track, dtype)
    for other, was in left_behind:
        assert everything(other.snapshot()) == was
