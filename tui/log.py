"""Where things are written down that have no place on the screen."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def log_path(name: str) -> Path:
    """A file of that name in the user's log folder, which may not exist yet."""
    return platformdirs.user_log_path("linreg-tui") / name
