"""The engine's process from within: obey and run until the screen is gone.

Nothing that imports NumPy is imported at the top: before that, native code's words have to be kept
off the screen, and there has to be room for it.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING, Any

from linreg_core import LinregError, fit_threads, is_shortage, share_one_arena
from tui.entry import collect_garbage_again
from tui.host.log import log_path, open_log

if TYPE_CHECKING:
    from tui.engine.session import Session

LOG = "engine.log"
"""Where the process writes what would spoil the screen: native errors and tracebacks."""

SHORT_EXIT = errno.ENOMEM
"""How the process ends where there is no memory even for itself."""


def serve(descriptor: int) -> None:
    """Obey what comes through the connection with that file descriptor, and report there."""
    gc.disable()  # what is imported stays; the screen waits
    _redirect_output()
    try:
        fit_threads()
        # polars, should its limits be lowered later, then needs 38 MiB for its threads, not 620.
        share_one_arena()
        _serve(_Line(Connection(descriptor)))
    except BaseException as error:
        if not (isinstance(error, LinregError) or is_shortage(error)):
            raise
        traceback.print_exc()
        os._exit(SHORT_EXIT)  # without anything that would need memory


def _serve(line: _Line) -> None:
    from tui.engine.pulse import BEAT_SECONDS  # noqa: PLC0415  (imports NumPy, as does the next)
    from tui.engine.session import Session  # noqa: PLC0415

    collect_garbage_again()
    session = Session(line.send)
    threading.Thread(target=_beat, args=(line, session, BEAT_SECONDS), daemon=True).start()
    with contextlib.suppress(EOFError, ConnectionError), _tidy(session):
        while True:
            # Only then: whoever is asked to end within a long native call would not hear of it.
            signal.signal(signal.SIGTERM, _leave if session.is_writing else signal.SIG_DFL)
            try:
                if session.has_work and not line.has_something(within=session.rest_seconds):
                    session.advance()
                    session.remember()
                else:
                    _remember_while_nobody_asks(session, line)
                    ticket, command = line.receive()
                    session.handle(command, ticket)
                    session.prepare()  # after its report: the screen does not wait for it
            except (EOFError, ConnectionError):
                raise
            except Exception as error:
                traceback.print_exc()
                session.fail(f"internal error ({error}){see_log()}")


class _Line:
    """The connection, for two threads that send."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)

    def receive(self) -> Any:
        return self._connection.recv()

    def has_something(self, *, within: float) -> bool:
        return self._connection.poll(within)


def _remember_while_nobody_asks(session: Session, line: _Line) -> None:
    """Send what is remembered as soon as it may be, unless a command comes first."""
    seconds: float | None = 0.0
    while seconds is not None and not line.has_something(within=seconds):
        seconds = session.remember()


def _beat(line: _Line, session: Session, seconds: float) -> None:
    """Give signs of life, whatever the other thread does; end the process if nobody hears them.

    The other thread notices that only when it next reports, which may be a minute from now. One
    that is writing a file does so soon, and leaves no half of it.
    """
    from tui.engine.report import Beat  # noqa: PLC0415  (as above)

    never = threading.Event()
    while True:
        try:
            line.send(Beat())
        except OSError:
            if not session.is_writing:
                os._exit(0)
        never.wait(seconds)


class _TerminationRequestedError(BaseException):
    """SIGTERM while a file is being written."""


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise _TerminationRequestedError


@contextlib.contextmanager
def _tidy(session: Session) -> Iterator[None]:
    """Leave no half of a file behind, and then end as SIGTERM ends a process."""
    try:
        yield
    except _TerminationRequestedError:
        session.end()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    finally:
        session.end()


def see_log() -> str:
    """Where more stands, if it does."""
    path = log_path(LOG)
    return "" if path is None else f"; details in {path}"


def _redirect_output() -> None:
    """Send standard output and error of this process, native code's too, to the log."""
    log = open_log(LOG)
    if log is None:
        log = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed, as >&- leaves it
            with contextlib.suppress(OSError):
                stream.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
