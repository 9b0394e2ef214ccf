"""The line of epochs of one run: forward, back, and why it stops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.precision import Recurrence, RecurrenceFinder
from linreg_core.timeline.breakpoints import Breakpoint, Kind, Window
from linreg_core.timeline.checkpoint import Checkpoint, End, Memory, Status
from linreg_core.timeline.curve import Curve
from linreg_core.timeline.history import History
from linreg_core.timeline.keyframes import Keyframes
from linreg_core.timeline.pace import Pace
from linreg_core.timeline.trajectory import Trajectory
from linreg_core.timeline.travel import RECENT, Travel
from linreg_core.timeline.watch import Watch
from linreg_core.ways.way import Runs

LAST_EPOCH = 2**52
"""More than a machine can run in a century; a float64 still knows every one of them."""


class Timeline:
    """The epochs of a run: those that were run, where it stands among them, and where they end.

    Going back moves only ``epoch``; nothing is un-trained. Going forward again over epochs that
    were run before repeats them, bit for bit, without writing them down twice.

    Args:
        backend: stands where the line does.
        runs: does its epochs.
        start: where the line begins; without a memory no epoch before it can be reached. With
            one that does not reach it, the epochs between are run.
        tolerance: the largest absolute gradient at which the run has converged; ``None``: never.
        clock: seconds, for time budgets only.

    Attributes:
        recent: the states of the epochs just before the present one, up to `RECENT`, shape (k, s).
    """

    def __init__(
        self,
        backend: Backend,
        runs: Runs,
        start: Checkpoint,
        *,
        tolerance: float | None,
        clock: Callable[[], float],
    ) -> None:
        self._backend, self._runs = backend, runs
        self._clock = clock
        self._watch = Watch(start.epoch, tolerance)
        self._pace = Pace()
        self.recent: Floats = start.state[np.newaxis][:0]
        self.end: End | None
        self.stopped_by: tuple[Breakpoint, ...] = ()
        if start.memory is None:
            self._begin(start)
        else:
            self._remember(start.memory)
            if start.epoch > self.latest:
                self.run(start.epoch - self.latest)
            self.goto(start.epoch)

    def _begin(self, start: Checkpoint) -> None:
        """Know nothing but where it begins, and the losses before."""
        self._backend.restore(start.state)
        self.origin = self.epoch = self.latest = start.epoch
        self._inherited = start.curve
        self.end = None
        keyframes = Keyframes(self.origin, start.state[np.newaxis])
        self._travel = Travel(self._backend, self._runs, keyframes, recurrence=None)
        self._finder = RecurrenceFinder(self.origin, start.state)
        self._history = History(start.curve)
        self._trajectory = Trajectory(np.array([self.origin]), start.state[np.newaxis])
        self._loss, self._loss_before = self._backend.evaluate().loss, np.nan
        if not np.isfinite(self._loss):
            self.end = End(Status.DIVERGED, self.origin, self.origin)
        elif start.curve.end <= self.origin:
            self._history.record(self.origin, np.array([self._loss]))

    def _remember(self, memory: Memory) -> None:
        """Know what another line of this run knew at its latest epoch."""
        self.origin, self.latest = memory.origin, memory.latest
        self._inherited = memory.inherited
        self.end = memory.end
        keyframes = Keyframes(self.origin, memory.keyframes, memory.stride)
        self._travel = Travel(self._backend, self._runs, keyframes, memory.recurrence)
        self._history = History(memory.curve)
        self._trajectory = Trajectory(memory.path_epochs, memory.path_states)
        self._go_to(self.latest)
        self._finder = RecurrenceFinder(self.latest, self._backend.state())

    def memory(self) -> Memory:
        """What is to be known of it elsewhere."""
        path_epochs, path_states = self._trajectory.stored()
        return Memory(
            self.origin,
            self.latest,
            self._inherited,
            self._history.curve(),
            self.keyframe_stride,
            self._travel.keyframes.states.copy(),
            path_epochs,
            path_states,
            self.recurrence,
            self.end,
        )

    @property
    def recurrence(self) -> Recurrence | None:
        """Which state comes back for ever; ``None``: none that is known."""
        return self._travel.recurrence

    @property
    def status(self) -> Status:
        """Where the run stands at the present epoch."""
        if self.end is not None and self.is_over:
            return self.end.status
        if self.recurrence is not None and self.repeats:
            return Status.FROZEN if self.recurrence.length == 1 else Status.CYCLE
        return Status.READY

    @property
    def status_epoch(self) -> int | None:
        """The epoch that decided the status; ``None`` when it is "ready"."""
        if self.end is not None and self.is_over:
            return self.end.epoch
        if self.recurrence is not None and self.repeats:
            return self.recurrence.start
        return None

    @property
    def is_over(self) -> bool:
        """Whether no epoch can follow the present one."""
        return self.end is not None and self.epoch >= self.end.last

    @property
    def repeats(self) -> bool:
        """Whether the present state is known to come back for ever."""
        return self.recurrence is not None and self.epoch >= self.recurrence.start

    @property
    def curve(self) -> Curve:
        """The loss of all epochs up to the latest."""
        return self._history.curve()

    def curve_before(self, end: int) -> Curve:
        """The loss of all epochs before ``end``, which is at least the origin."""
        curve, here = self._history.curve(), self.epoch
        if end >= curve.end:
            return curve
        curve = self._travel.curve_before(end, curve, self._inherited)
        self._go_to(here)
        return curve

    def path(self, present: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Epochs from the origin to the present one, whose state is given; see `Trajectory`."""
        return self._trajectory.up_to(self.epoch, present)

    def way(self, present: Floats) -> tuple[NDArray[np.int64], Floats]:
        """The same with all of the last epochs before it, see `RECENT`."""
        epochs, states = self.path(present)
        first = self.epoch - len(self.recent)
        old = int(np.searchsorted(epochs, first))
        recent = np.arange(first, self.epoch + 1)
        return np.concatenate([epochs[:old], recent]), np.concatenate(
            [states[:old], self.recent.astype(np.float64), states[-1:]]
        )

    def whole_path(self, latest: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Epochs from the origin to the latest, whose state is given; see `Trajectory`."""
        return self._trajectory.up_to(self.latest, latest)

    def nearest(self, epoch: int) -> tuple[int, Floats]:
        """How many epochs lead to the state of an epoch that was run, and from which state."""
        return self._travel.nearest(epoch)

    @property
    def before(self) -> Floats | None:
        """The state one epoch before the present one, shape (s,); ``None`` where none is known."""
        return self.recent[-1] if len(self.recent) else None

    @property
    def growth(self) -> float | None:
        """What the last epoch multiplied the root of the loss by; ``None``: not known, or 0/0."""
        if not (np.isfinite(self._loss_before) and self._loss_before > 0):
            return None
        return float(np.sqrt(self._loss / self._loss_before))

    @property
    def keyframe_stride(self) -> int:
        """How many epochs lie between two states that are kept."""
        return self._travel.keyframes.stride

    def set_breakpoints(self, breakpoints: tuple[Breakpoint, ...]) -> None:
        """Stop later runs where one of these holds.

        One that already holds is no reason to stop before it has ceased to hold; only at the
        origin of the line, where nothing has been run, it is.
        """
        self._watch.breakpoints = breakpoints
        holds = breakpoints and self.latest > self.origin
        self._watch.stand(self._window_here() if holds else None, self.epoch)

    def run(self, epochs: int | None, *, seconds: float | None = None) -> int:
        """Run epochs until one ends the line, a breakpoint holds, or the number or time is reached.

        The state afterwards does not depend on how many calls the epochs are split into. Where
        states are known to repeat, epochs are counted and not run.

        Args:
            epochs: how many at most, up to epoch `LAST_EPOCH`; ``None``: until nothing changes
                any more.
            seconds: time budget, kept to within one stretch or one epoch; ``None``: no limit.

        Returns:
            How many epochs were done.
        """
        first = self.epoch
        target = None if epochs is None else min(first + epochs, LAST_EPOCH)
        deadline = None if seconds is None else self._clock() + seconds
        self.stopped_by = ()
        while not (self.is_over or self.stopped_by or self._is_there(target)):
            if deadline is not None and self._clock() >= deadline:
                break
            if target is not None and self.recurrence and self._is_seen(self.recurrence):
                self._skip(target, self.recurrence)
            else:
                most = self._pace.epochs
                if self.recurrence and self.repeats:  # a turn at a time: two are enough
                    most = min(most, self.recurrence.length)
                self._run_stretch(most if target is None else min(most, target - self.epoch))
        self._look_at_last()
        return self.epoch - first

    def goto(self, epoch: int) -> None:
        """Go to an epoch from the origin to the latest, exactly, by replay from a keyframe."""
        epoch = min(max(epoch, self.origin), self.latest)
        if epoch != self.epoch:
            self._go_to(epoch)
        self._watch.stand(self._window_here() if self._watch.breakpoints else None, self.epoch)
        self.stopped_by = ()

    def _is_there(self, target: int | None) -> bool:
        return self.repeats if target is None else self.epoch >= target

    def _run_stretch(self, epochs: int) -> None:
        """Run a stretch, keep what comes before its first stop, learn how long the next may be."""
        begun, start = self._clock(), self._backend.state()
        keyframes = self._travel.keyframes
        keyframes.widen(self._runs.least_stride)
        with self._travel.unless_memory_fails():
            tape = self._runs.run(
                epochs,
                gradients=self._watch.needs_gradients,
                keyframes=keyframes.offsets(self.epoch, epochs + 1),
            )
        epochs = len(tape.losses)
        sound = tape.sound
        accepted = sound if self._watch.is_idle else self._judge(self._window(start, tape, sound))
        if accepted == sound < epochs and not (self.stopped_by or self.end):
            self.end = End(Status.DIVERGED, self.epoch + accepted + 1, self.epoch + accepted)
        if accepted < epochs:
            self._backend.restore(tape.states[accepted - 1] if accepted else start)
        if accepted:
            self._accept(start, tape, accepted)
        self._pace.learn(epochs, self._clock() - begun, self._runs.most_epochs)

    def _accept(self, start: Floats, tape: Tape, accepted: int) -> None:
        """Move on by ``accepted`` epochs, writing down those that are new."""
        states = np.concatenate([start[np.newaxis], tape.states[:accepted]])
        old = min(max(self.latest - self.epoch, 0), accepted)
        newest, loss = self.epoch + old, self._loss
        recent = np.concatenate([self.recent, states[max(accepted - RECENT, 0) : -1]])
        self.recent = recent[-RECENT:]
        self.epoch += accepted
        self._loss = float(tape.losses[accepted - 1])
        self._loss_before = float(tape.losses[accepted - 2]) if accepted > 1 else loss
        if old == accepted:
            return
        self.latest = self.epoch
        self._history.record(newest + 1, tape.losses[old:accepted])
        if self.recurrence is not None:  # all states are those of epochs kept before
            return
        self._travel.keyframes.record(newest + 1, states[old + 1 :])
        if self._backend.is_autonomous:
            sighting = self._finder.look(newest, states[old], states[old + 1 :])
            if sighting is not None:
                self._travel.recurrence = self._travel.trace(sighting)
                if sighting.length == 1:  # of a frozen run the way ends where it froze
                    accepted -= self.epoch - sighting.epoch + 1
        if accepted > old:
            self._trajectory.record(newest + 1, states[old + 1 : accepted + 1])
        if accepted < len(states) - 1:
            self._trajectory.end(self.epoch - len(states) + 1 + accepted, states[accepted])

    # Where runs stop.

    def _window(self, start: Floats, tape: Tape, sound: int) -> Window:
        """What is known of the present epoch and of the ``sound`` epochs after it."""
        return self._watch.window(self.epoch, (self._loss_before, self._loss), start, tape, sound)

    def _judge(self, window: Window) -> int:
        """How many epochs after the window's first stand; says by what the others are cut off."""
        accepted, self.stopped_by, converged = self._watch.judge(window)
        if converged:
            self.end = End(Status.CONVERGED, window.epoch + accepted, window.epoch + accepted)
        return accepted

    def _look_at_last(self) -> None:
        """Judge the last state by what a tape tells only an epoch later."""
        if self._watch.is_idle:
            return
        stopped, window = set(self.stopped_by), self._window_here()
        self._judge(window)
        stopped.update(self.stopped_by)
        if self.end is not None and self.end.status is Status.DIVERGED and self.is_over:
            stopped.add(Breakpoint(Kind.NOT_FINITE))
        self.stopped_by = tuple(found for found in self._watch.breakpoints if found in stopped)
        if window.frozen[0] == 1 and self.recurrence is None and self._backend.is_autonomous:
            self._travel.recurrence = Recurrence(self.epoch, 1)

    def _window_here(self) -> Window:
        """All that is to be known of the present epoch alone, seen from the next one."""
        present = self._backend.state()
        with self._travel.unless_memory_fails():
            tape = self._runs.run(1, gradients=self._watch.needs_gradients)
        window = self._window(present, tape, 0)
        self._backend.restore(present)
        return window

    def _is_seen(self, recurrence: Recurrence) -> bool:
        """Whether all that the next epochs can bring was seen: two turns of what repeats."""
        if not self.repeats:
            return False
        watched = self.epoch - max(recurrence.start, self._watch.since)
        return not self._watch.needs_states or watched >= 2 * recurrence.length

    def _skip(self, target: int, recurrence: Recurrence) -> None:
        """Count epochs up to the target without running them: all their states are known."""
        epoch = self._watch.next_epoch(self.epoch, target)
        if epoch > self.latest:
            turn = np.array([self._loss])  # of a frozen run
            if recurrence.length > 1:
                turn = self._travel.turn(self.latest + 1, recurrence.length)
            self._history.repeat(self.latest + 1, epoch - self.latest, turn)
            self.latest = epoch
        self._go_to(epoch)
        self._judge(self._window_here())

    def _go_to(self, epoch: int) -> None:
        """Bring the backend to the state of an epoch that was run, and stand there."""
        there = self._travel.go(epoch)
        self.epoch = epoch
        self._loss, self._loss_before, self.recent = there.loss, there.loss_before, there.recent
