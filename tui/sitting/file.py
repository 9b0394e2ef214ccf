"""A sitting's file: one JSON line for each event, locked as long as this process lives.

The lock is the system's: it ends with the process, however that ends, so a sitting is never taken
for one that is in use. A file that has grown is written anew, shorter: beside it first, locked,
and then put in its place, so that no other process can have it between.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from linreg_core import LinregError, visible
from tui.sitting.state import Event, State, events, followed

SUFFIX, UNFINISHED = ".jsonl", ".tmp"

MOST_GROWN = 2**18
"""Bytes from which on a file is written anew when it has doubled."""

MOST_READ = 2**24

MOST_SITTINGS, MOST_BYTES = 20, 16 * 2**20
"""What is kept: so many sittings, and so many bytes of them, the latest first."""


class SittingFile:
    """A sitting's file that is ours; see `created` and `taken`.

    Args:
        path: where it is.
        descriptor: open and locked.
        state: what it holds.
    """

    def __init__(self, path: Path, descriptor: int, state: State) -> None:
        self._path, self._descriptor, self.state = path, descriptor, state
        self._size = os.fstat(descriptor).st_size
        self._least = self._size

    @property
    def name(self) -> str:
        """By which the sitting is called."""
        return self._path.stem

    @classmethod
    def created(cls, folder: Path) -> SittingFile:
        """Begin a sitting in a folder, which is made if need be.

        Raises:
            OSError: when it cannot be.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            name = time.strftime("%Y%m%d-%H%M%S") + f"-{os.urandom(2).hex()}"
            path = folder / (name + SUFFIX)
            with suppress(FileExistsError):  # begun in the same second
                return cls(path, _locked(path, os.O_CREAT | os.O_EXCL), State())

    @classmethod
    def taken(cls, path: Path) -> SittingFile:
        """Go on with a sitting.

        Raises:
            LinregError: "session-in-use" when another process has it, and as `read`.
            OSError: when it cannot be opened.
        """
        while True:
            try:
                descriptor = _locked(path)
            except BlockingIOError:
                raise LinregError(
                    "session-in-use", "this session is open in another window", file=_shown(path)
                ) from None
            if _is_at(path, descriptor):  # it was not written anew just now
                break
            os.close(descriptor)
        try:
            state, end = _read(path)
            os.ftruncate(descriptor, end)  # of a last line that was torn
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, state)

    def go_on(self, state: State) -> None:
        """Write down what has become of it.

        Raises:
            OSError: when the disk refuses.
        """
        self._write(events(self.state, state), state.at)
        self.state = state
        if self._size > max(MOST_GROWN, 2 * self._least):
            self._shorten()

    def sync(self) -> None:
        """Have the disk itself hold it."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._descriptor)

    def _write(self, events: Iterable[Event], at: float) -> None:
        text = b"".join(_line(event, at) for event in events)
        start = self._size
        while text:
            try:
                written = os.write(self._descriptor, text)
            except OSError:
                os.ftruncate(self._descriptor, start)  # no half of a line for the next to follow
                raise
            text, self._size = text[written:], self._size + written

    def _shorten(self) -> None:
        beside = self._path.with_suffix(UNFINISHED)
        with suppress(FileNotFoundError):
            beside.unlink()
        descriptor = _locked(beside, os.O_CREAT | os.O_EXCL)
        old, size = self._descriptor, self._size
        self._descriptor, self._size = descriptor, 0
        try:
            self._write(events(State(), self.state), self.state.at)
            os.fsync(descriptor)
            os.replace(beside, self._path)
        except OSError:
            self._descriptor, self._size = old, size
            os.close(descriptor)
            raise
        self._least = self._size
        os.close(old)


def read(path: Path) -> State:
    """What a sitting's file holds, whoever has it; a last line that is torn does not count.

    Raises:
        LinregError: "bad-session" with the file, and the line where it is known.
        OSError: when it cannot be read.
    """
    return _read(path)[0]


def _read(path: Path) -> tuple[State, int]:
    """What a file holds, and where its last whole line ends."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        data = file.read(MOST_READ)
    *lines, torn = data.split(b"\n")
    state = State()
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
            if not isinstance(event, dict) or (number == 1 and "session" not in event):
                raise LinregError("bad-session", "it is no session of linreg-tui")
            state = followed(state, event)
        except (ValueError, RecursionError, LinregError) as error:
            reason = error.message if isinstance(error, LinregError) else "it is no JSON"
            raise LinregError(
                "bad-session",
                f"this session cannot be read: {reason}",
                file=_shown(path),
                line=number,
            ) from None
    if state.runs.present is None:
        raise LinregError("bad-session", "nothing was run in this session", file=_shown(path))
    return state, len(data) - len(torn)


def sittings(folder: Path) -> list[Path]:
    """The files of all sittings, the latest first; none where there is no folder."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX):
                with suppress(OSError):
                    found.append((entry.stat().st_mtime, entry.name))
    return [folder / name for _, name in sorted(found, reverse=True)]


def is_in_use(path: Path) -> bool:
    """Whether another process, or this one, has it."""
    try:
        os.close(_locked(path))
    except OSError:
        return True
    return False


def delete(path: Path) -> None:
    """Delete a sitting.

    Raises:
        LinregError: "session-in-use".
        OSError: when it cannot be.
    """
    descriptor = -1
    try:
        descriptor = _locked(path)
        path.unlink()
    except BlockingIOError:
        raise LinregError(
            "session-in-use", "this session is open in another window", file=_shown(path)
        ) from None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def prune(folder: Path) -> None:
    """Delete what is beyond the bounds, and what was never finished; never one that is in use."""
    total = 0
    for index, path in enumerate(sittings(folder)):
        with suppress(OSError, LinregError):
            total += path.stat().st_size
            if index >= MOST_SITTINGS or total > MOST_BYTES:
                delete(path)
    for path in folder.glob("*" + UNFINISHED):
        with suppress(OSError, LinregError):
            delete(path)


def _line(event: Event, at: float) -> bytes:
    text = json.dumps(event | {"at": round(at, 1)}, allow_nan=False, separators=(",", ":"))
    return text.encode("ascii") + b"\n"


def _locked(path: Path, flags: int = 0) -> int:
    """Open a file to add to it, for its owner alone, and lock it.

    Raises:
        BlockingIOError: when another process has it.
        OSError: when it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK | flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether an open file is still the one of that name."""
    with suppress(OSError):
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    raise LinregError("no-session", "this session has been deleted", file=_shown(path))


def _shown(path: Path) -> str:
    return visible(str(path))
