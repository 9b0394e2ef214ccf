"""The engine in a process of its own, so that training and drawing never wait for each other."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from queue import SimpleQueue

from linreg_core import LinregError, mentions_shortage, visible
from tui.engine.commands import CancelOpen, Command, Open, Restart
from tui.engine.pulse import BEAT_SECONDS, Pulse
from tui.engine.report import BEFORE_A_RUN, Activity, Quiet, Remembered, Report
from tui.engine.serving import LOG, SHORT_EXIT, see_log
from tui.engine.spawn import spawn
from tui.host.log import end_of_log

Process = subprocess.Popen[bytes]

Commands = SimpleQueue[tuple[int, Command] | None]
"""Tickets and commands on their way; ``None``: no more will come."""

NO_MEMORY = "not enough memory"

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
        self._stopping = False
        self._ended_for: str | None = None
        self._decided = threading.Event()
        self._remembered: Remembered | None = None
        self._lock = threading.RLock()
        """Held while a command is sent or a process replaced: no command comes between."""
        self._sent = self._lost = 0

    def start(self) -> None:
        """Spawn the process and have it load the problem."""
        self._spawn(self._first)

    @property
    def pid(self) -> int:
        """The id of the process that was started last."""
        return self._process.pid

    def wait(self, seconds: float) -> Report:
        """Wait, at most so long, until it is known whether the first problem loads."""
        self._decided.wait(seconds)
        return self.latest

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call ``wake``, from the thread that hears the process, whenever `latest` is new."""
        self._wake = wake

    def send(self, command: Command) -> int:
        """Hand a command to the process; a dead one is started again by who hears it die.

        Never waits: what a process that does not answer is sent waits in a queue. One that reads a
        table hears nothing either: to give that up is to end the process.
        """
        with self._lock:
            if isinstance(command, CancelOpen):
                self._end("opening was given up")
            elif isinstance(command, Restart) and self.latest.quiet != Quiet():
                self._end("the training process, which did not answer, was started again")
            elif self.latest.activity is Activity.STOPPED:
                self._restart("the training process was started again")
            self._sent += 1
            self._commands.put((self._sent, command))
            return self._sent

    def stop(self) -> None:
        """End the process, whatever it is doing: it holds nothing that is not on the screen."""
        with self._lock:
            self._stopping = True
        self._commands.put(None)
        self._process.terminate()
        self._process.send_signal(signal.SIGCONT)  # a stopped one hears nothing else
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # The process, and the threads that serve it.

    def _spawn(self, first: Open) -> None:
        process, descriptor = spawn()
        connection = Connection(descriptor)
        commands: Commands = SimpleQueue()
        self._sent += 1
        commands.put((self._sent, first))
        self._process, self._commands = process, commands
        self._started_at, self._has_begun = time.monotonic(), False
        for target, given in (
            (_send_on, (connection, commands)),
            (self._hear, (process, connection)),
        ):
            threading.Thread(target=target, args=given, daemon=True).start()

    def _end(self, reason: str) -> None:
        """End the process, so that who hears it die starts it again."""
        self._ended_for = reason
        self._process.kill()

    def _hear(self, process: Process, connection: Connection) -> None:
        pulse = Pulse()
        with contextlib.suppress(EOFError, OSError):
            while True:
                if connection.poll(BEAT_SECONDS):
                    message = connection.recv()
                    pulse.beat(reports=isinstance(message, Report))
                    if isinstance(message, Report):
                        self._take(message)
                    elif isinstance(message, Remembered):
                        self._remembered = message
                quiet = pulse.quiet(waits=self.latest.answered < self._sent)
                if quiet != self.latest.quiet:
                    self._publish(replace(self.latest, quiet=quiet))
        if not self._stopping:
            process.wait()
            with self._lock:
                if not self._stopping:
                    self._recover(process)

    def _take(self, report: Report) -> None:
        """Take a report; while a process loads what is known already, that stays in sight."""
        loads = report.activity in (*BEFORE_A_RUN, Activity.LOADING)
        if loads and report.snapshot is None and self.latest.snapshot is not None:
            report = replace(
                self.latest, activity=report.activity, stage=report.stage, quiet=Quiet()
            )
        self._has_begun = self._has_begun or not loads
        self._publish(replace(report, lost=self._lost))

    def _publish(self, report: Report) -> None:
        self.latest = report
        if report.activity not in BEFORE_A_RUN:
            self._decided.set()
        self._wake()

    # What is done when it has died.

    def _recover(self, process: Process) -> None:
        self._lost = self._sent
        reason, self._ended_for = self._ended_for, None
        if reason is not None:
            self._restart(reason)
            return
        known, cause = replace(self.latest, lost=self._lost), _describe_exit(process.returncode)
        doing = "" if known.stage is None else f" while {known.stage.what}"
        ended = f"the training process ended{doing} ({cause})"
        lived = time.monotonic() - self._started_at
        reads_another = self._has_begun and known.activity in BEFORE_A_RUN
        if known.snapshot is None:
            known = replace(known, refusal=self._refusal(ended, cause))
        elif reads_another or (self._has_begun and lived >= self._restart_seconds):
            self._restart(f"{ended} and was started again")
            return
        notice = f"{ended}{see_log()}; any command restarts it"
        self._publish(_without_run(known, Activity.STOPPED, notice))

    def _refusal(self, ended: str, cause: str) -> LinregError:
        """What is said of a first problem that ends the process."""
        is_short = cause == NO_MEMORY
        code = "not-enough-memory" if is_short else "engine"
        remedy = "; take a part of the rows or columns, or allow more memory" * is_short
        return LinregError(code, ended + remedy + see_log(), file=visible(self._first.data.source))

    def _restart(self, notice: str) -> None:
        """Start again from the last report, paused; nothing of the session is lost but a moment."""
        known = replace(self.latest, lost=self._lost)
        first = known.opened or self._first
        if known.config is not None and known.snapshot is not None:
            checkpoint, remembered = known.snapshot.checkpoint(), self._remembered
            self._remembered = None
            if remembered is not None and remembered.run == known.run:
                checkpoint = replace(checkpoint, memory=remembered.memory)
                self._remembered = replace(remembered, run=1)  # as it is in the new process
            first = replace(
                first,
                config=known.config,
                checkpoint=checkpoint,
                breakpoints=known.breakpoints,
                ghosts=known.ghosts,
                runs=known.runs,
            )
            notice += f"; epoch {known.snapshot.epoch:,} was kept"
        known = replace(known, run=min(known.run, 1))
        self._publish(_without_run(known, Activity.STARTING, notice))
        try:
            self._spawn(replace(first, notice=notice))
        except OSError as error:  # no process is left, or the folder that one is in is gone
            notice = f"the training process cannot be started: {error.strerror or error}"
            self._publish(
                _without_run(known, Activity.STOPPED, f"{notice}; any command tries again")
            )


def _send_on(connection: Connection, commands: Commands) -> None:
    """Send commands as they come, in a thread of its own: a full pipe waits until it is emptied."""
    with contextlib.suppress(OSError):
        while (ticket_and_command := commands.get()) is not None:
            connection.send(ticket_and_command)


def _without_run(report: Report, activity: Activity, notice: str) -> Report:
    """What is left of a report when the process that runs, compares and writes is gone."""
    return replace(
        report.at_rest(),
        activity=activity,
        comparison=None,
        pair=None,
        written=None,
        notice=notice,
        stage=None,
        quiet=Quiet(),
    )


def _describe_exit(code: int) -> str:
    """Why a process ended, as far as its exit code and its last words tell."""
    if code == SHORT_EXIT or mentions_shortage(end_of_log(LOG)):
        return NO_MEMORY
    if code == -signal.SIGKILL:
        return "killed by SIGKILL, as the system does where memory is short"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
