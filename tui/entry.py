"""Where the program begins, before anything is imported; ctrl+c gives 130 at any moment of it."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress

INTERRUPTED_EXIT = 128 + signal.SIGINT

WITHOUT_SCREEN = ("train", "explain", "problems", "sessions", "config")
"""The words for commands that print."""

ANSWERS = {"--help", "--version", "--info"}
"""The options that print, too."""

was_interrupted = threading.Event()
"""Set by ctrl+c: an import that it breaks off may make another error of it."""


def main() -> None:
    """Entry point of the ``linreg-tui`` script."""
    begin()
    if _opens_the_screen(sys.argv[1:]):
        from tui.engine import spawn  # noqa: PLC0415

        spawn.begin()  # its imports take as long as ours, and go on beside them
        atexit.register(spawn.give_up)
    from tui.cli.program import main as obey  # noqa: PLC0415  (0.1 s)

    obey()


def _opens_the_screen(arguments: list[str]) -> bool:
    """Whether it is likely: where it does not, a process was begun in vain."""
    return (
        has_terminal()
        and not (arguments and arguments[0] in WITHOUT_SCREEN)
        and not ANSWERS.intersection(arguments)
    )


def has_terminal() -> bool:
    """Whether there is one to read keys from and to draw on."""
    return os.isatty(0) and os.isatty(2) and os.environ.get("TERM") != "dumb"


def begin() -> None:
    """Begin the process: what is imported stays, and to look for garbage in it takes 40 ms."""
    end_on_ctrl_c()
    gc.disable()


def collect_garbage_again() -> None:
    """Collect garbage from now on, but not among what is there by now."""
    gc.freeze()
    gc.enable()


def end_on_ctrl_c() -> None:
    """Have ctrl+c end the process at once: nothing has been done yet, or all has been."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED_EXIT))


def raise_on_ctrl_c() -> None:
    """Have ctrl+c raise `KeyboardInterrupt`, so that what has been begun is left in order."""
    signal.signal(signal.SIGINT, _interrupt)


def end_at_once(code: int) -> None:
    """End with that exit code, once what has been said is written; a terminal may be gone."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.flush()
    os._exit(code)


def _interrupt(*_: object) -> None:
    was_interrupted.set()
    raise KeyboardInterrupt
