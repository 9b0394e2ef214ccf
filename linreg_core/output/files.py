"""Files that are written whole or not at all, and never over another one without being told to."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Self

from linreg_core.errors import LinregError
from linreg_core.safe_text import quoted, visible


def check_writable(path: str, *, overwrite: bool = False, inputs: Sequence[str] = ()) -> None:
    """Refuse a path that no file can be put at; nothing is written.

    Args:
        path: where the file is to be written; a link stands for what it points to.
        overwrite: whether a file that is there may be written over.
        inputs: files that were read, which are never written over, by whatever name.

    Raises:
        LinregError: "no-such-folder", "not-a-file" where a folder, pipe or device is,
            "is-an-input", "file-exists" and "cannot-write".
    """
    with _refusing(path):
        if not os.path.basename(path):
            raise LinregError("not-a-file", "this is a folder; add the name of a file")
        target = os.path.realpath(path)
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            raise LinregError(
                "no-such-folder", f"there is no folder {quoted(folder)}; create it first"
            )
        try:
            mode = os.stat(target).st_mode
        except FileNotFoundError:
            if not os.access(folder, os.W_OK | os.X_OK):
                raise LinregError(
                    "cannot-write", f"the folder {quoted(folder)} is write-protected"
                ) from None
            return
        if not stat.S_ISREG(mode):
            raise LinregError(
                "not-a-file", "not an ordinary file (a folder, pipe or device); choose another name"
            )
        if any(_is_same(target, name) for name in inputs):
            raise LinregError(
                "is-an-input", "this run was read from that file; choose another name"
            )
        if not overwrite:
            raise LinregError(
                "file-exists",
                "there is a file of that name; choose another one, or write over it (--overwrite)",
            )
        if not os.access(target, os.W_OK):
            raise LinregError("cannot-write", "the file is write-protected")


def check_paths_differ(paths: Sequence[str]) -> None:
    """Refuse files of which one would be written over another; nothing is written.

    Names that differ only in upper and lower case, or in the way their accents are written, are
    one file on some disks, and so they are here.

    Args:
        paths: where they are to be.

    Raises:
        LinregError: "usage" with the later of the two.
    """
    taken: dict[str, str] = {}
    for path in paths:
        with _refusing(path):
            target = unicodedata.normalize("NFC", os.path.realpath(path).casefold())
        if target in taken:
            raise LinregError(
                "usage",
                f"{quoted(taken[target])} would be the same file; each needs a file of its own",
                file=visible(path),
            )
        taken[target] = path


def _is_same(path: str, other: str) -> bool:
    """Whether two names are of one file that is there."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return False


class NewFile:
    r"""A file that comes into being when all of it is written: a context manager.

    What is written goes to a file beside it, which is gone when the context is left. `put` makes
    it the file, with the permissions of any new file, or of the one that it replaces.

        >>> with NewFile("a.csv") as file:
        ...     file.write("x,y\n1,2\n")
        ...     file.put()

    Args:
        path: see `check_writable`.
        overwrite: see `check_writable`.
        inputs: see `check_writable`.
        mode: the permissions of a new file, of which the umask takes away.

    Raises:
        LinregError: see `check_writable`; and "cannot-write" whenever the disk refuses.
    """

    def __init__(
        self,
        path: str,
        *,
        overwrite: bool = False,
        inputs: Sequence[str] = (),
        mode: int = 0o666,
    ) -> None:
        self._path, self._mode = path, mode
        self._check_writable = partial(check_writable, path, overwrite=overwrite, inputs=inputs)
        self._check_writable()
        self._target = os.path.realpath(path)
        # A name of its own: with the file's in it, it could be too long.
        name = f".linreg-{secrets.token_hex(8)}.tmp"
        self._beside = os.path.join(os.path.dirname(self._target), name)

    def __enter__(self) -> Self:
        with _refusing(self._path):
            self._file = open(
                self._beside, "xb", opener=lambda path, flags: os.open(path, flags, self._mode)
            )
        return self

    def write(self, text: str) -> None:
        """Add text, as UTF-8, its line ends as they are."""
        with _refusing(self._path):
            self._file.write(text.encode("utf-8"))

    def put(self) -> None:
        """Make what was written the file."""
        with _refusing(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._check_writable()  # writing may have taken long
            with contextlib.suppress(FileNotFoundError):
                os.chmod(self._beside, stat.S_IMODE(os.stat(self._target).st_mode))
            os.replace(self._beside, self._target)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):  # it is the file by now, or the disk refuses this too
            os.unlink(self._beside)


def write_whole(
    path: str,
    text: str,
    *,
    overwrite: bool = False,
    inputs: Sequence[str] = (),
    mode: int = 0o666,
) -> None:
    """Write a text to a file, whole or not at all; arguments and errors as of `NewFile`."""
    with NewFile(path, overwrite=overwrite, inputs=inputs, mode=mode) as file:
        file.write(text)
        file.put()


@contextmanager
def _refusing(path: str) -> Iterator[None]:
    """Turn what the system says into one line that names the file."""
    try:
        yield
    except LinregError as error:
        raise LinregError(error.code, error.message, file=error.file or visible(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise LinregError(
            "cannot-write", f"cannot be written: {reason}", file=visible(path)
        ) from None
    except ValueError as error:  # a NUL in the path, or text that has no UTF-8
        raise LinregError(
            "cannot-write", f"cannot be written: {visible(str(error))}", file=visible(path)
        ) from None
