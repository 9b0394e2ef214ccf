"""Runs that were forked off others: going back past the fork shows the epochs of the run before."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from linreg_core.arrays import Floats
from linreg_core.errors import LinregError
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.landscape import Axes
from linreg_core.timeline.breakpoints import Breakpoint
from linreg_core.timeline.checkpoint import Checkpoint, Memory, Past
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot

MOST_BEFORE = 5
"""Forks that one can go back past, the latest ones: each keeps the memory of a run."""


class BranchTrainer(Trainer):
    """A trainer whose forks remember what they were forked off.

    Its epochs and, before them, those of the runs before are one line: before the fork it stands in
    a trainer of the run before, and with the fork's first epoch it is back in its own. That other
    trainer is made when it is needed, of its configuration and its memory.
    """

    _past: Past | None = None
    _there: BranchTrainer | None = None

    @property
    def here(self) -> Trainer:
        return self if self._there is None else self._there.here

    def _origins(self) -> tuple[int, ...]:
        """The first epochs of this run and of those before it that are remembered, rising."""
        origins, past = [self.origin], self._past
        while past is not None:
            origins.append(past.memory.origin)
            past = past.memory.past
        return tuple(reversed(origins))

    # Forward, and back into this run.

    def run(self, epochs: int | None, *, seconds: float | None = None) -> int:
        if self._there is None:
            return super().run(epochs, seconds=seconds)
        room = self.origin - self.here.epoch
        done = self._there.run(room if epochs is None else min(epochs, room), seconds=seconds)
        stopped, rest = self.here.stopped_by, None if epochs is None else epochs - done
        if self._comes_back():
            self._line.stopped_by = stopped
            if rest != 0 and not stopped:
                done += super().run(rest, seconds=seconds)
        return done

    def phase(self) -> bool:
        if self._there is None:
            return super().phase()
        was_run = self._there.phase()
        self._comes_back()
        return was_run

    def seek_failure(self) -> bool:
        return self._there is None and super().seek_failure()

    def _comes_back(self) -> bool:
        """Whether this run's first epoch is reached; then it stands there."""
        is_reached = self.here.epoch >= self.origin
        if is_reached:
            super().goto(self.origin)
            self._there = None
        return is_reached

    # Back, and into the run before.

    def goto(self, epoch: int) -> None:
        if max(epoch, self._origins()[0]) < self.origin:
            self._run_before().goto(epoch)
        else:
            super().goto(epoch)
            self._there = None

    def back(self) -> None:
        if self._there is None:
            super().back()
        else:
            self._there.back()

    def back_phase(self) -> bool:
        is_at_origin = self.epoch == self.origin and not (self.phases_done or self.beyond)
        goes_before = is_at_origin and self._origins()[0] < self.origin
        if self._there is None and not goes_before:
            return super().back_phase()
        if self._there is None:
            self._run_before().goto(self.origin)
        return self._run_before().back_phase()

    def _run_before(self) -> BranchTrainer:
        """The run before, made anew if it does not stand there."""
        if self._there is None:
            assert self._past is not None
            config, memory = self._past.config, self._past.memory
            there = BranchTrainer(self.problem, config, clock=self._clock)
            there.set_breakpoints(self._breakpoints)
            there.resume(Checkpoint(memory.latest, memory.keyframes[0], memory.curve, memory))
            with contextlib.suppress(LinregError):  # axes that it has not
                there.look_along(self._axes)
            self._phases.leave()
            self._there = there
        return self._there

    # The rest, where it stands.

    def set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        super().set_breakpoints(breakpoints)
        if self._there is not None:
            self._there.set_breakpoints(breakpoints)

    def look_along(self, axes: Axes | None) -> None:
        super().look_along(axes)
        if self._there is not None:
            self._there.look_along(axes)

    def memory(self) -> Memory:
        return replace(super().memory(), past=self._past)

    def checkpoint(self, *, at_once: bool = False) -> Checkpoint:
        return replace(super().checkpoint(at_once=at_once), epoch=self.here.epoch)

    def resume(self, checkpoint: Checkpoint) -> None:
        self._there = None
        self._past = None if checkpoint.memory is None else checkpoint.memory.past
        super().resume(checkpoint)
        self.goto(checkpoint.epoch)

    def fork(self, config: TrainConfig, weights: Floats | None = None) -> BranchTrainer:
        if self._there is not None:
            return self._there.fork(config, weights)
        forked = super().fork(config, weights)
        assert isinstance(forked, BranchTrainer)
        forked._past = Past(self.config, _shallow(self.memory(), MOST_BEFORE - 1))
        return forked

    def snapshot(self, *, written: bool = True) -> Snapshot:
        if self._there is None:
            return self._in_line(super().snapshot(written=written))
        return self._in_line(self._there.snapshot(written=written))

    def epoch_snapshot(self) -> Snapshot:
        if self._there is None:
            return super().epoch_snapshot()
        return self._in_line(self._there.epoch_snapshot())

    def _in_line(self, seen: Snapshot) -> Snapshot:
        """A snapshot of where it stands, on the line of this run."""
        first, *others = self._origins()
        forks = tuple(origin for origin in others if origin > first)
        curve = self._line.curve
        return replace(seen, first=first, forks=forks, latest=self.latest, curve=curve)


def _shallow(memory: Memory, depth: int) -> Memory:
    """A memory that goes back past so many forks."""
    if memory.past is None:
        return memory
    if not depth:
        return replace(memory, past=None)
    past = memory.past
    return replace(memory, past=Past(past.config, _shallow(past.memory, depth - 1)))
