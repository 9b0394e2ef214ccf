"""Where things are written down that have no place on the screen: the user's own folders."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

APP = "linreg-tui"


def log_path(name: str) -> Path | None:
    """A file in the user's log folder, which may not exist yet; ``None``: they have no home."""
    return _at_home(platformdirs.user_log_path, name)


def state_path(name: str) -> Path | None:
    """A file in the user's state folder, which may not exist yet; ``None``: they have no home."""
    return _at_home(platformdirs.user_state_path, name)


def config_path(name: str) -> Path | None:
    """A file in the user's config folder, which may not exist yet; ``None``: they have no home."""
    return _at_home(platformdirs.user_config_path, name)


def sessions_folder() -> Path | None:
    """Where sessions are kept; ``None``: the user has no home."""
    return state_path("sessions")


def _at_home(folder: Callable[[str], Path], name: str) -> Path | None:
    try:
        path = folder(APP) / name
    except RuntimeError:  # no HOME, and no entry in the list of users
        return None
    return path if path.is_absolute() else None  # as older versions leave a ~ that is nobody's


def open_log(name: str) -> int | None:
    """Open a log anew, for its owner's eyes: names of files and columns may stand in it.

    Returns:
        A file descriptor; ``None`` where there is no place for it.
    """
    path = log_path(name)
    if path is None:
        return None
    # Not to wait for a reader, should it be a FIFO.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(path, flags, 0o600)
        with contextlib.suppress(OSError):
            os.fchmod(log, 0o600)  # it may be there from a time when it was open to others
    except (OSError, ValueError):  # a NUL in a variable of the environment
        return None
    return log


def write_log(name: str, text: str) -> Path | None:
    """Write a log anew; gives its path, ``None`` where it could not be written."""
    log = open_log(name)
    if log is None:
        return None
    try:
        with os.fdopen(log, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError:
        return None
    return log_path(name)


def end_of_log(name: str, size: int = 2**14) -> str:
    """The last words of a log, in so many bytes; empty where it has none."""
    path = log_path(name)
    if path is None:
        return ""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # it may be a FIFO
            whole = os.fstat(file.fileno()).st_size
            file.seek(max(0, whole - size))
            return file.read(size).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
