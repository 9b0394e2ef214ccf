"""The clipboard: by the terminal itself, and by a program where there is one for this desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

SECONDS = 2.0
"""A program that takes longer has no desktop to talk to."""

OSC_52 = "the terminal (OSC 52)"

Run = Callable[[tuple[str, ...], bytes], bool]


def program(
    environ: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    find: Callable[[str], str | None] = shutil.which,
) -> tuple[str, ...] | None:
    """The command that takes a text to the clipboard; ``None``: there is none for this desktop."""
    candidates = (
        (bool(environ.get("TMUX")), ("tmux", "load-buffer", "-w", "-")),
        (platform == "darwin", ("pbcopy",)),
        (bool(environ.get("WAYLAND_DISPLAY")), ("wl-copy",)),
        (bool(environ.get("DISPLAY")), ("xclip", "-selection", "clipboard")),
    )
    return next((command for fits, command in candidates if fits and find(command[0])), None)


def run(command: tuple[str, ...], text: bytes) -> bool:
    """Hand a text to a program; whether it took it."""
    try:
        done = subprocess.run(
            command,
            input=text,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def copied_by(text: str, command: tuple[str, ...] | None, run: Run = run) -> str:
    """Hand a text to the program for it, and say what has it; the terminal is given it besides."""
    if command is not None and run(command, text.encode("utf-8", "backslashreplace")):
        return f"copied by {command[0]}"
    failed = "" if command is None else f"; {command[0]} did not take it"
    return f"given to {OSC_52}, which may not take it{failed}"
