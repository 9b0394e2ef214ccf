"""Starts the engine's process; it may be begun before anything else of the program is imported."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

PROGRAM = """\
import sys
sys.path[:] = sys.argv[2:]
from tui.engine.serving import serve
serve(int(sys.argv[1]))
"""
"""What the process runs. `multiprocessing` would first start another Python, to watch over what is
shared, and nothing is: the first picture came 25 ms later."""


class Spawned(NamedTuple):
    """A process, and the file descriptor of the connection to it."""

    process: subprocess.Popen[bytes]
    descriptor: int


_begun: list[Spawned] = []


def begin() -> None:
    """Start a process for whoever wants one first; where that is not possible it is said then."""
    with contextlib.suppress(OSError):
        _begun.append(_spawn())


def give_up() -> None:
    """End what was begun and not wanted."""
    while _begun:
        process, _ = _begun.pop()
        process.kill()
        process.wait()


def spawn() -> Spawned:
    """The process that was begun, or else a new one.

    Raises:
        OSError: no process can be started.
    """
    return _begun.pop() if _begun else _spawn()


def _spawn() -> Spawned:
    ours, theirs = socket.socketpair()
    with theirs, _without_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(theirs.fileno()), *sys.path],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    return Spawned(process, ours.detach())


@contextlib.contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Start a process that ctrl+c never reaches, also not while it imports: that is ours to hear.

    What is blocked stays so in a new program; for us it is only put off.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
