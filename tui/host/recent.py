"""The files opened last: their paths, and nothing else of them, in the user's state folder."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from pathlib import Path

from linreg_core import LinregError
from tui.host.log import state_path

MOST_RECENT = 20
MOST_BYTES = 2**20
"""A list of 20 paths has some kilobytes; what is larger is none of ours."""


class RecentFiles:
    """A list of paths in a JSON file.

    A list that is missing, broken or cannot be written is an empty one, and no reason to say
    anything: it is a convenience.

    Args:
        path: the file that holds it; ``None``: ``recent.json`` in the user's state folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or state_path("recent.json")

    def load(self) -> tuple[str, ...]:
        """The absolute paths, the latest first."""
        try:
            return self._read()
        except OSError:
            return ()

    def remember(self, path: str) -> None:
        """Put a file at the head of the list; one that cannot be read now stays as it is."""
        if self._path is None:
            return
        with contextlib.suppress(OSError, ValueError, LinregError):
            latest = os.path.abspath(path)
            others = [other for other in self._read() if other != latest]
            self._path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps([latest, *others][:MOST_RECENT])
            from linreg_core import write_whole  # noqa: PLC0415  (2 ms, and seldom needed)

            write_whole(str(self._path), text, overwrite=True, mode=0o600)

    def _read(self) -> tuple[str, ...]:
        """The list in the file; an empty one of what is no such file.

        Raises:
            OSError: when there is a file, and it cannot be read.
        """
        try:
            if self._path is None or not stat.S_ISREG(os.stat(self._path).st_mode):
                return ()  # to open a FIFO waits, perhaps for ever
            with open(self._path, "rb") as file:
                found = json.loads(file.read(MOST_BYTES))
        except (FileNotFoundError, ValueError, RecursionError):
            return ()
        if not isinstance(found, list):
            return ()
        paths = [path for path in found if isinstance(path, str) and os.path.isabs(path)]
        return tuple(dict.fromkeys(paths))[:MOST_RECENT]
