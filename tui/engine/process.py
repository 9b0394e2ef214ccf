"""The engine in a process of its own, so that training and drawing never wait for each other."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType

from tui.engine.messages import Activity, CancelOpen, Command, Open, Report
from tui.engine.session import Session
from tui.log import log_path, open_log

LOG = "engine.log"
"""Where the process writes what would spoil the screen: native errors and tracebacks."""

RESTART_SECONDS = 5.0
"""One that dies sooner would most likely die again."""


class ProcessEngine:
    """Starts the trainer's process, hears it in a thread, and starts it again if it dies.

    Args:
        first: the problem to begin with.
        restart_seconds: a process that lived less long than this is not started again by itself.
    """

    def __init__(self, first: Open, *, restart_seconds: float = RESTART_SECONDS) -> None:
        self.latest = Report()
        self._first = first
        self._restart_seconds = restart_seconds
        self._wake: Callable[[], None] = lambda: None
        self._stopping = self._cancelled = False
        self._heard = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Spawn the process and have it load the problem.

        Inside a running app `multiprocessing` cannot set itself up (stderr is replaced), so the
        first start comes before; it leaves all that a later restart needs.
        """
        self._spawn(self._first)

    def wait(self, seconds: float) -> Report:
        """Wait for the first report, at most so long: it tells whether the problem loads."""
        self._heard.wait(seconds)
        return self.latest

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, from the thread that hears the process, whenever `latest` is new."""
        self._wake = wake

    def send(self, command: Command) -> None:
        """Hand a command to the process; a dead one is started again by who hears it die.

        A process that reads a table hears nothing: to give that up is to end the process.
        """
        if isinstance(command, CancelOpen):
            self._cancelled = True
            self._process.kill()
            return
        if self.latest.activity is Activity.STOPPED:
            self._restart("the training process was started again")
        with self._lock, contextlib.suppress(OSError):
            self._connection.send(command)

    def stop(self) -> None:
        """End the process, whatever it is doing: it holds nothing that is not on the screen."""
        self._stopping = True
        self._process.terminate()
        self._process.join(1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _spawn(self, first: Open) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="engine", daemon=True)
        process.start()
        theirs.close()
        with self._lock:
            self._process, self._connection, self._started_at = process, ours, time.monotonic()
            ours.send(first)
        hearing = threading.Thread(target=self._hear, args=(process, ours), daemon=True)
        hearing.start()

    def _hear(self, process: SpawnProcess, connection: Connection) -> None:
        try:
            while True:
                self._take(connection.recv())
        except (EOFError, OSError):
            pass
        if not self._stopping:
            self._recover(process)

    def _take(self, report: Report) -> None:
        self.latest = report
        self._heard.set()
        self._wake()

    def _recover(self, process: SpawnProcess) -> None:
        process.join()
        if self._cancelled:
            self._cancelled = False
            self._restart("opening was given up")
            return
        cause = _describe_exit(process.exitcode)
        if time.monotonic() - self._started_at >= self._restart_seconds:
            self._restart(f"the training process ended ({cause}) and was started again")
            return
        notice = f"the training process ended ({cause}){_details()}; any command restarts it"
        self._take(_without_run(self.latest, Activity.STOPPED, notice))

    def _restart(self, notice: str) -> None:
        """Start again from the last report, paused; nothing of the session is lost but a moment."""
        known = self.latest
        first = known.opened or self._first
        if known.config is not None and known.snapshot is not None:
            first = replace(
                first,
                config=known.config,
                checkpoint=known.snapshot.checkpoint(),
                breakpoints=known.breakpoints,
                ghosts=known.ghosts,
            )
            notice += f"; epoch {known.snapshot.epoch:,} was kept"
        self._take(_without_run(known, Activity.STARTING, notice))
        self._spawn(replace(first, notice=notice))


def _without_run(report: Report, activity: Activity, notice: str) -> Report:
    """What is left of a report when the process that runs and compares is gone."""
    return replace(report, activity=activity, target=None, comparison=None, notice=notice)


def _describe_exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def _serve(connection: Connection) -> None:
    """The process: obey and run until the screen is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the screen
    _keep_off_the_screen()
    session = Session(connection.send)
    with contextlib.suppress(EOFError, ConnectionError), _tidy(session):
        while True:
            # Only then: whoever is asked to end within a long native call would not hear of it.
            signal.signal(signal.SIGTERM, _leave if session.is_writing else signal.SIG_DFL)
            try:
                if session.has_work and not connection.poll():
                    session.advance()
                else:
                    session.handle(connection.recv())
            except (EOFError, ConnectionError):
                raise
            except Exception as error:
                traceback.print_exc()
                session.fail(f"internal error ({error}){_details()}")


class _AskedToEndError(BaseException):
    """SIGTERM while a file is being written."""


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise _AskedToEndError


@contextlib.contextmanager
def _tidy(session: Session) -> Iterator[None]:
    """Leave no half of a file behind, and then end as SIGTERM ends a process."""
    try:
        yield
    except _AskedToEndError:
        session.end()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    finally:
        session.end()


def _details() -> str:
    """Where more stands, if it does."""
    path = log_path(LOG)
    return "" if path is None else f"; details in {path}"


def _keep_off_the_screen() -> None:
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
