"""Which files a table is made of: names, patterns and folders."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence

from linreg_core.errors import LinregError
from linreg_core.safe_text import quoted, visible

SUFFIXES = (".csv", ".parquet", ".pq", ".tab", ".tsv", ".txt")
"""What of a folder is read."""

MOST_FILES = 100_000


def is_several(name: str) -> bool:
    """Whether a name is a folder, or a pattern that no file has for a name."""
    return not os.path.isfile(name) and (
        os.path.isdir(os.path.expanduser(name)) or glob.has_magic(name)
    )


def files_of(names: Sequence[str]) -> tuple[str, ...]:
    """The files that names stand for, numbers in their names in the order of numbers.

    Args:
        names: of files, of folders, of which all tables are meant, or patterns such as
            part-*.parquet.

    Raises:
        LinregError: "no-such-file" for a pattern without a file, "not-a-file" for a folder without
            a table, "duplicate-file", "too-many-files".
    """
    files: list[str] = []
    for name in names:
        files += _files(name)
    if len(files) > MOST_FILES:
        raise LinregError(
            "too-many-files", f"{len(files):,} files, and at most {MOST_FILES:,} are read"
        )
    seen: dict[str, str] = {}
    for file in files:
        if (resolved := os.path.realpath(file)) in seen:
            raise LinregError(
                "duplicate-file",
                f"the same file as {visible(seen[resolved])}, whose rows would count twice; leave "
                "one of them out",
                file=visible(file),
            )
        seen[resolved] = file
    return tuple(files)


def status_of(file: str) -> os.stat_result:
    """What the system says of a file.

    Raises:
        LinregError: "no-such-file", "unreadable".
    """
    try:
        return os.stat(file)
    except FileNotFoundError:
        raise LinregError(
            "no-such-file", "there is no such file; check the path", file=visible(file)
        ) from None
    except (OSError, ValueError) as reason:  # ValueError: a NUL in the path
        why = getattr(reason, "strerror", reason)
        raise LinregError("unreadable", f"cannot be read: {why}", file=visible(file)) from None


def _files(name: str) -> list[str]:
    if not os.path.exists(name):  # a shell leaves ~ alone where a pattern stands in quotes
        name = os.path.expanduser(name)
    if os.path.isdir(name):
        try:
            entries = os.listdir(name)
        except OSError as reason:
            raise LinregError(
                "unreadable", f"cannot be read: {reason.strerror}", file=visible(name)
            ) from None
        found = [
            os.path.join(name, entry)
            for entry in entries
            if entry.lower().endswith(SUFFIXES) and entry[:1] not in "._"
        ]
        found = [path for path in found if os.path.isfile(path)]
        if not found:
            raise LinregError(
                "not-a-file",
                f"the folder holds no table ({', '.join(SUFFIXES)}); name files or another folder",
                file=visible(name),
            )
        return sorted(found, key=_natural)
    if os.path.exists(name) or not glob.has_magic(name):
        return [name]
    found = [path for path in glob.glob(name, recursive=True) if os.path.isfile(path)]
    if not found:
        raise LinregError(
            "no-such-file", f"no file has a name like {quoted(name)}; check the pattern"
        )
    return sorted(found, key=_natural)


def _natural(path: str) -> list[tuple[int, str]]:
    """A key by which part-2 comes before part-10."""
    parts = re.split(r"(\d+)", path)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
