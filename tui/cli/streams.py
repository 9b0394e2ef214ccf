"""Standard output and standard error: whoever reads them, or no longer does, changes no result."""

from __future__ import annotations

import contextlib
import errno
import os
import sys

from linreg_core import LinregError

DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""A result that the disk behind standard output refuses is no fault of ours."""


def print_result(text: str) -> None:
    """Write a result to standard output, wholly; where nobody reads on, that is no failure.

    Raises:
        LinregError: "cannot-print" when it cannot be written.
    """
    if sys.stdout is None:  # closed, as >&- leaves it
        return
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        let_go_of_output()
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        let_go_of_output()
        raise LinregError(
            "cannot-print", f"the result cannot be written: {error.strerror}"
        ) from None


def complain(text: str) -> None:
    """Write a line to standard error, if anybody is there to read it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def let_go_of_output() -> None:
    """Send what is still to be written nowhere: the flush at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
