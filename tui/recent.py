"""The files opened last: their paths, and nothing else of them, in the user's state folder."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

import platformdirs

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
        self._path = path or platformdirs.user_state_path("linreg-tui") / "recent.json"

    def load(self) -> tuple[str, ...]:
        """The absolute paths, the latest first."""
        try:
            with open(self._path, "rb") as file:
                found = json.loads(file.read(MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return ()
        if not isinstance(found, list):
            return ()
        paths = [path for path in found if isinstance(path, str) and os.path.isabs(path)]
        return tuple(dict.fromkeys(paths))[:MOST_RECENT]

    def remember(self, path: str) -> None:
        """Put a file at the head of the list."""
        latest = os.path.abspath(path)
        others = [other for other in self.load() if other != latest]
        with contextlib.suppress(OSError):
            self._write([latest, *others][:MOST_RECENT])

    def _write(self, paths: list[str]) -> None:
        """Replace the file as a whole: whoever reads it meanwhile finds the old list or the new."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        try:
            with open(handle, "w", encoding="ascii") as file:
                json.dump(paths, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            os.unlink(name)
            raise
