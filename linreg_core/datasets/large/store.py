"""A table as blocks of float64 in a folder, written once and read at the disk's speed.

A folder is named after what it holds: files, their sizes and times, and how they are read. Whoever
uses it holds a shared lock on it, and whoever takes it away an exclusive one; whoever writes it has
another lock, for which the others wait. So several processes share one, and what a process that was
killed left behind is taken away by the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.datasets.large.contents import Contents, contents_of, in_blocks
from linreg_core.datasets.large.moments import Moments, MomentsSoFar
from linreg_core.datasets.large.reading import Layout, TableRows
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import visible

FORMAT = 1

_LOCK, _WRITING, _BLOCKS, _MOMENTS, _TABLE, _PERSISTENT = (
    "lock",
    "writing",
    "blocks",
    "moments.npz",
    "table.json",
    "kept",
)


class Store:
    """The folder of a table's blocks; it must be closed in the end.

    Args:
        folder: where it is; it need not exist.
        is_persistent: whether it stays when nobody uses it any more.

    Raises:
        LinregError: "unwritable" for a place where no folder can be made.
    """

    def __init__(self, folder: Path, *, is_persistent: bool) -> None:
        self._folder, self._is_persistent = folder, is_persistent
        self._lock: BinaryIO | None = None
        self._writing: BinaryIO | None = None
        self._blocks: BinaryIO | None = None

    @property
    def folder(self) -> Path:
        """Where the blocks are."""
        return self._folder

    def open(self) -> Contents | None:
        """Use it: gives what is in it, or ``None`` where that is to be written.

        Waits while another process writes it.
        """
        while self._lock is None:
            lock = self._opened(_LOCK)
            if lock is not None:
                fcntl.flock(lock, fcntl.LOCK_SH)
                if _is_same(lock, self._folder / _LOCK):
                    self._lock = lock
                else:  # it was taken away while it was waited for
                    lock.close()
        contents = self._contents()
        if contents is None:
            self._writing = self._opened(_WRITING)
            assert self._writing is not None  # nobody takes away what is in use
            fcntl.flock(self._writing, fcntl.LOCK_EX)
            contents = self._contents()
        if contents is not None:
            self._is_written()
        return contents

    def _opened(self, name: str) -> BinaryIO | None:
        """A file of the folder, made if need be; ``None``: the folder was just taken away."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                return open(self._folder / name, "ab")
            return None
        except OSError as reason:
            raise LinregError(
                "unwritable",
                f"no blocks can be written here ({reason.strerror}); name another --cache",
                file=visible(str(self._folder)),
            ) from None

    def write(self, rows: TableRows, layout: Layout, block_rows: int) -> Contents:
        """Write all rows.

        Raises:
            LinregError: what ``TableRows.parts`` raises; "no-rows"; "disk-full".
        """
        columns = len(layout.features) + 1
        so_far, digest = MomentsSoFar(columns), hashlib.sha256(repr(block_rows).encode())
        try:
            with open(self._folder / _BLOCKS, "wb") as file:
                for block in in_blocks(rows.parts(), block_rows, columns):
                    so_far.add(block)
                    # X, then y, each of them in one piece.
                    for part in (block[:, :-1], block[:, -1]):
                        data = np.ascontiguousarray(part).data
                        digest.update(data)
                        file.write(data)
            contents = contents_of(rows, layout, block_rows, digest.hexdigest()[:16])
            self._write_down(contents, so_far.moments())
        except OSError as reason:
            raise LinregError(
                "disk-full" if reason.errno == 28 else "unwritable",
                f"the blocks cannot be written ({reason.strerror}); name another --cache",
                file=visible(str(self._folder)),
            ) from None
        self._is_written()
        return contents

    def _write_down(self, contents: Contents, moments: Moments) -> None:
        np.savez(self._folder / _MOMENTS, **vars(moments))
        text = json.dumps({"format": FORMAT} | asdict(contents))
        partial = self._folder / f"{_TABLE}.new"
        partial.write_text(text, encoding="utf-8")
        partial.replace(self._folder / _TABLE)  # last: then all of it is there

    def _contents(self) -> Contents | None:
        """What it holds; ``None``: nothing yet, or something damaged, which is written anew."""
        try:
            values: dict[str, Any] = json.loads((self._folder / _TABLE).read_text(encoding="utf-8"))
            if values.pop("format") != FORMAT:
                return None
            values["notes"] = tuple(Note(**note) for note in values["notes"])
            values["features"] = tuple(values["features"])
            contents = Contents(**values)
            numbers = contents.rows * (len(contents.features) + 1)
            self.moments()
            is_whole = os.path.getsize(self._folder / _BLOCKS) == 8 * numbers
        except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile):
            return None
        return contents if is_whole else None

    def _is_written(self) -> None:
        """Open what is there, and let others do so."""
        self._blocks = open(self._folder / _BLOCKS, "rb")  # noqa: SIM115  (until it is closed)
        if self._is_persistent:
            (self._folder / _PERSISTENT).touch()
        if self._writing is not None:
            self._writing.close()

    def moments(self) -> Moments:
        """The moments of all rows."""
        with np.load(self._folder / _MOMENTS) as found:
            values = {field.name: found[field.name] for field in fields(Moments)}
        return Moments(**(values | {"rows": int(values["rows"])}))

    def read(self, offset: int, room: Floats) -> None:
        """Fill an array with the numbers from an offset on; threads may do so at once.

        Args:
            offset: in numbers.
            room: contiguous.

        Raises:
            LinregError: "unreadable" when the file is not what was written.
        """
        assert self._blocks is not None
        left, at = room.data.cast("B"), 8 * offset
        while len(left):
            try:
                taken = os.preadv(self._blocks.fileno(), [left], at)
            except OSError as reason:
                raise LinregError(
                    "unreadable",
                    f"the blocks cannot be read ({reason.strerror}); name another --cache",
                    file=visible(str(self._folder)),
                ) from None
            if not taken:
                raise LinregError("unreadable", "the blocks became shorter; begin anew")
            left, at = left[taken:], at + taken

    def expect(self, offset: int, count: int) -> None:
        """Have so many numbers read ahead, if the system can."""
        if self._blocks is not None and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._blocks.fileno(), 8 * offset, 8 * count, os.POSIX_FADV_WILLNEED)

    def close(self) -> None:
        """Leave it, and take it away if nobody else uses it and it is not to be kept."""
        for file in (self._blocks, self._writing):
            if file is not None:
                file.close()
        if self._lock is not None:
            _take_away_unused(self._folder, self._lock)
            self._lock.close()
        self._blocks = self._writing = self._lock = None


def is_whole(folder: Path) -> bool:
    """Whether a store is in a folder, with all that it holds."""
    return os.path.exists(folder / _TABLE)  # that of Path raises for a long name


def take_away_leftovers(folder: Path) -> None:
    """Take away what processes left that ended without doing so."""
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            with contextlib.suppress(OSError), open(entry / _LOCK, "rb") as lock:
                _take_away_unused(entry, lock)


def _take_away_unused(folder: Path, lock: BinaryIO) -> None:
    """Take a folder away that nobody uses and that is not persistent, under its lock."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # somebody does
    is_persistent = is_whole(folder) and (folder / _PERSISTENT).exists()
    if not is_persistent and _is_same(lock, folder / _LOCK):
        shutil.rmtree(folder, ignore_errors=True)


def _is_same(file: BinaryIO, path: Path) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        there, here = os.stat(path), os.fstat(file.fileno())
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
