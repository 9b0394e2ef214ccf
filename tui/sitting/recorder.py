"""The recorder: writes a sitting down as reports come, and takes the last one up again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from linreg_core import BACKENDS, LinregError, quoted, visible
from linreg_core.records import dataclass
from tui.engine.commands import Open
from tui.engine.report import BEFORE_A_RUN, Report
from tui.sitting.file import SittingFile, is_in_use, prune, read, sittings
from tui.sitting.state import State, reported
from tui.text import duration

WAIT_SECONDS = 1.0
"""Least time between two records of where a run stands."""


@dataclass(frozen=True)
class StoredSession:
    """A sitting that can be taken up.

    Args:
        path: its file.
        state: what it has come to.
    """

    path: Path
    state: State

    def words(self, now: float) -> str:
        """What it is, in a line: article, NumPy, epoch 250,764, 3 min ago."""
        run = self.state.runs.present
        assert run is not None, "what has none is not read"
        name = visible(run.recipe.data.source.rsplit("/", 1)[-1])
        label = BACKENDS[run.recipe.last_config.backend].label
        epoch = 0 if run.standing is None else run.standing.epoch
        ago = duration(max(now - self.state.at, 0))
        left = f", {self.state.left:,} epochs left to run" if self.state.left else ""
        return f"{name}, {label}, epoch {epoch:,}{left}, {ago} ago"


def opening(file: SittingFile) -> Open:
    """The command that takes a sitting up; it must be locked."""
    from tui.sitting.machine import changes, machine  # noqa: PLC0415  (only where it is needed)

    state, run = file.state, file.state.runs.present
    assert run is not None, "what has none is not read"
    return Open(
        run.recipe.data,
        run.recipe.last_config,
        breakpoints=state.breakpoints,
        notice=changes(state.machine, machine()),
        runs=replace(state.runs, sitting=file.name),
    )


def take_last(folder: Path, name: str = "") -> tuple[SittingFile, list[str]]:
    """Lock the latest sitting that can be read and is in no other window's hands.

    Args:
        folder: where sittings are.
        name: that of the one that is wanted; empty: the latest.

    Returns:
        Its file, and what is to be said of those that cannot be read.

    Raises:
        LinregError: "no-session" when there is none, and as `SittingFile.taken` where it is named.
    """
    skipped: list[str] = []
    held = False
    for path in sittings(folder):
        if name and path.stem != name:
            continue
        try:
            return SittingFile.taken(path), skipped
        except LinregError as error:
            if name:
                raise
            held = held or error.code == "session-in-use"
            skipped += [str(error)] if error.code == "bad-session" else []
        except OSError as error:
            skipped.append(f"{visible(str(path))}: cannot be read: {error.strerror}")
    if name:
        reason = f"there is no session {quoted(name)}; linreg-tui sessions lists them"
    elif held:
        reason = "the last session is open in another window, and there is no other"
    else:
        reason = "there is no session to go on with: nothing was run since, or --no-session was set"
    raise LinregError("no-session", "; ".join([reason, *skipped]))


class Recorder:
    """Writes down what becomes of the sitting on the screen.

    Nothing is written before anything was run. Where it cannot be written, nothing more is, and
    `trouble` says why.

    Args:
        folder: where sittings are; made if need be.
        file: that of the sitting that is taken up from the beginning; ``None``: a new one.
        clock: seconds since 1970.

    Attributes:
        trouble: why nothing is recorded any more; ``None``: all is.
    """

    def __init__(
        self,
        folder: Path,
        file: SittingFile | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._file, self._clock = folder, file, clock
        self._next: SittingFile | None = None
        self._machine: Mapping[str, str] = {}
        self._seen: tuple[object, ...] = ()
        self._last = -WAIT_SECONDS
        self._waiting: tuple[Report, Mapping[str, Any]] | None = None
        self.trouble: str | None = None

    def note(self, report: Report, view: Mapping[str, Any]) -> None:
        """Write down what is new; where the run stands, not too often.

        Args:
            report: the engine's latest.
            view: how it is looked at.
        """
        if self.trouble is not None or report.activity in BEFORE_A_RUN:
            return
        runs = report.runs
        if self._next is not None and runs.sitting == self._next.name:
            self._change_file(self._next)
        seen = (report.run, runs.number, len(runs.runs), report.breakpoints, *view.items())
        self._waiting = report, view
        if seen != self._seen:
            self._seen = seen
            self.flush()
        else:
            self.tick()

    def tick(self) -> None:
        """Write down what waits, if that is due."""
        if self._waiting is None:
            return
        if self._clock() - self._last >= WAIT_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write down what has not been, if anything."""
        if self._waiting is None or self.trouble is not None:
            return
        report, view = self._waiting
        state, self._waiting = reported(report, view), None
        if state is None or (self._file is None and not state.is_worth_storing):
            return
        self._last = self._clock()
        try:
            if self._file is None:
                self._file = SittingFile.created(self._folder)
                prune(self._folder)
            from tui.sitting.machine import machine  # noqa: PLC0415  (only where it is needed)

            self._machine = self._machine or machine()
            self._file.go_on(replace(state, at=self._last, machine=self._machine))
        except OSError as error:
            self.trouble = f"this session is not recorded any more: {error.strerror or error}"

    def sync(self) -> None:
        """Have the disk itself hold what was written; may take a while."""
        if self._file is not None:
            with suppress(OSError):
                self._file.sync()

    def close(self) -> None:
        """Write down the rest, and let others have the file."""
        self.flush()
        self.sync()
        for file in (self._file, self._next):
            if file is not None:
                file.close()
        self._file = self._next = None

    @property
    def left(self) -> int:
        """How many epochs of the sitting that is taken up were asked for and not run."""
        file = self._next or self._file
        return 0 if file is None else file.state.left

    # The last sitting.

    def last(self) -> StoredSession | None:
        """The latest sitting that can be taken up; ``None``: there is none."""
        for path in sittings(self._folder):
            with suppress(OSError, LinregError):
                if not is_in_use(path):
                    return StoredSession(path, read(path))
        return None

    def take_up(self, stored: StoredSession) -> tuple[Open, Mapping[str, Any]]:
        """Lock a sitting, and say how it is opened and looked at.

        It becomes the recorded one when a report says that it was taken up.

        Raises:
            LinregError: see `SittingFile.taken`.
        """
        if self._next is not None:
            self._next.close()
            self._next = None
        self._next = SittingFile.taken(stored.path)
        return opening(self._next), self._next.state.first_view

    def _change_file(self, file: SittingFile) -> None:
        self.flush()
        if self._file is not None:
            self._file.close()
        self._file, self._next = file, None
