"""``linreg-tui --info``: what a bug report needs, and nothing of the user's data."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from linreg_core import visible
from tui.cli.streams import print_result
from tui.sitting.machine import machine

PACKAGES = ("textual", "rich", "plotext", "polars", "click", "platformdirs")

TERMINAL = ("TERM", "COLORTERM", "TERM_PROGRAM", "TMUX", "STY", "LANG", "LC_ALL", "NO_COLOR")
"""Variables that change how the screen looks."""


def show_info() -> None:
    """Print versions, processor and terminal."""
    rows = machine() | {name: _version(name) for name in PACKAGES}
    rows["system"] = platform.platform()
    rows["encoding"] = str(getattr(sys.stdout, "encoding", None))
    for name in TERMINAL:
        if name in os.environ:
            set_to = "set" if name in ("TMUX", "STY") else os.environ[name]
            rows[name] = set_to
    width = max(map(len, rows))
    print_result("\n".join(f"{name:<{width}}  {visible(value)}" for name, value in rows.items()))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
