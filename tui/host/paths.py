"""Paths as a person types, completes and drops them."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from linreg_core import BUILTINS

MOST_COMPLETIONS = 200
MOST_PASTED = 4096 + 64
"""Characters of a pasted path: the longest one that Linux takes, and what is put around it."""


def complete(typed: str) -> tuple[str, ...]:
    """The folders and ordinary files whose paths begin with what was typed, folders with a slash.

    Hidden ones only when their dot was typed. Nothing where the folder cannot be listed.
    """
    folder, name = typed[: typed.rfind("/") + 1], typed[typed.rfind("/") + 1 :]
    if typed == "~":
        return ("~/",)
    found = []
    with contextlib.suppress(OSError, ValueError), os.scandir(expanded(folder) or ".") as entries:
        for entry in entries:
            if not entry.name.startswith(name) or entry.name.startswith(".") > name.startswith("."):
                continue
            with contextlib.suppress(OSError):
                if entry.is_dir():
                    found.append(f"{folder}{entry.name}/")
                elif entry.is_file():
                    found.append(f"{folder}{entry.name}")
    return tuple(sorted(found)[:MOST_COMPLETIONS])


def common_start(paths: Sequence[str]) -> str:
    """What all of them begin with; empty for none."""
    low, high = min(paths, default=""), max(paths, default="")
    differing = (index for index, letter in enumerate(low) if high[index] != letter)
    return low[: next(differing, len(low))]


def expanded(typed: str) -> str:
    """A path as the engine takes it: the home folder for ~."""
    return os.path.expanduser(typed)


def is_same_source(source: str, other: str) -> bool:
    """Whether both name the same problem: a file's path can be written in several ways."""
    if source in BUILTINS or other in BUILTINS:
        return source == other
    return bool(source) and os.path.abspath(source) == os.path.abspath(other)


def pasted_path(text: str) -> str | None:
    """The existing path that a pasted text is; ``None`` when it is none.

    A file dropped on a terminal is pasted as its path, as it is or with quotes around it, with its
    blanks escaped, or as a ``file://`` URL.
    """
    text = text.strip()
    if not text or len(text) > MOST_PASTED or "\n" in text:
        return None
    for path in _readings(text):
        with contextlib.suppress(OSError, ValueError):
            if os.path.exists(expanded(path)):
                return path
    return None


def _readings(text: str) -> list[str]:
    """What a pasted text may mean as a path."""
    readings = [text]
    with contextlib.suppress(ValueError):
        if (url := urlsplit(text)).scheme == "file" and url.netloc in ("", "localhost"):
            readings.append(os.fsdecode(unquote_to_bytes(url.path)))
    with contextlib.suppress(ValueError):
        words = shlex.split(text)
        readings += words if len(words) == 1 else []
    return readings
