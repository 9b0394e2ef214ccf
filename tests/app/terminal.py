"""The program on a terminal of its own: what it is sent, what stands on the screen, how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import pyte

from tui.host.log import state_path
from tui.host.settings import CHOSEN

PROGRAM = (sys.executable, "-m", "tui")

PATIENCE = 30.0
"""Seconds after which a test gives up; nothing here takes a tenth of it on a quiet machine."""

MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
ASKED, GIVEN_BACK = re.compile(rb"\x1b\[>\d+u"), re.compile(rb"\x1b\[<u")
"""The keyboard's own modes are a pile: one is put on it, and taken off."""

SWITCH = re.compile(b"|".join(kind.pattern for kind in (MODE, ASKED, GIVEN_BACK)))

INITIALLY_ON = {7, 25}
"""Private modes that a terminal begins with: lines wrap, the cursor shows."""


def processes(relation: str, of: int) -> list[tuple[int, str]]:
    """The ids and command lines of what runs in some relation to a process, by an option of ps."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,stat=,args=", relation, str(of)],
        capture_output=True,
        text=True,
        check=False,  # it is 1 when there are none
    ).stdout
    lines = (line.split(maxsplit=2) for line in listed.splitlines())
    return [(int(pid), args) for pid, state, args in lines if not state.startswith("Z")]


def engines(of: int | None = None) -> list[int]:
    """The process ids of the engines of a process; ``None``: of this one."""
    found = processes("--ppid", os.getpid() if of is None else of)
    return [pid for pid, args in found if "tui.engine.serving" in args]


class Terminal:
    """A pseudoterminal with the program on it; a context manager, because it must not be left over.

    Args:
        arguments: of the command line.
        program: what is run.
        size: columns and rows.
        env: what the environment has besides.
        errors_only: whether only standard error is the terminal, and standard output a pipe.
        in_control: whether it is the terminal that the program's session is controlled by, so that
            closing it hangs the program up.
        more: for `subprocess.Popen`.
    """

    def __init__(
        self,
        *arguments: str,
        program: tuple[str, ...] = PROGRAM,
        size: tuple[int, int] = (100, 30),
        env: dict[str, str] | None = None,
        errors_only: bool = False,
        in_control: bool = False,
        **more: Any,
    ) -> None:
        if (chosen := state_path(CHOSEN)) is not None:
            chosen.unlink(missing_ok=True)  # by another test, and remembered
        self._ours, self._theirs = pty.openpty()
        self._open = {self._ours, self._theirs}
        columns, rows = size
        self._set_size(columns, rows)
        self.modes_before = termios.tcgetattr(self._theirs)
        self.raw = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [*(["setsid", "--ctty"] if in_control else []), *program, *arguments],
            stdin=subprocess.DEVNULL if errors_only else self._theirs,
            stdout=subprocess.PIPE if errors_only else self._theirs,
            stderr=self._theirs,
            env=os.environ | {"TERM": "xterm-256color"} | (env or {}),
            start_new_session=not in_control,
            **more,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.hang_up()

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self._screen.display)

    @property
    def epoch(self) -> int:
        """The epoch that stands on the screen; -1 where there is none."""
        found = re.search(r"epoch ([\d,]+)", self.text)
        return int(found[1].replace(",", "")) if found else -1

    @property
    def modes(self) -> list[Any]:
        """The terminal's attributes: echo, line by line, signals from keys."""
        return termios.tcgetattr(self._theirs)

    @property
    def switched(self) -> dict[int, bool]:
        """Every private mode that was switched, and whether it is now on."""
        return {
            int(number): state == b"h"
            for numbers, state in MODE.findall(self.raw)
            for number in numbers.split(b";")
        }

    @property
    def is_restored(self) -> bool:
        """Whether the terminal is as it was before the program, which was on the other screen."""
        return not self.changes and 1049 in self.switched

    @property
    def changes(self) -> list[str]:
        """What is not as it was before the program, in words."""
        asked, given_back = (len(end.findall(self.raw)) for end in (ASKED, GIVEN_BACK))
        changes = [
            f"private mode {mode}"
            for mode, is_on in self.switched.items()
            if is_on != (mode in INITIALLY_ON)
        ]
        if self.modes != self.modes_before:
            changes.append("the attributes")
        if asked != given_back:
            changes.append(f"the keyboard: asked {asked}, given back {given_back} times")
        return changes

    @property
    def engine(self) -> int:
        """The process id of the engine."""
        (engine,) = engines(self.process.pid)
        return engine

    def until_gone(self) -> None:
        """Wait until no process of the program is left: the engine sees that it is alone."""
        end = time.monotonic() + PATIENCE
        while left := processes("--sid", self.process.pid):
            assert time.monotonic() < end, left

    @property
    def unheard(self) -> int:
        """How many bytes have been sent that the program has not read."""
        return int.from_bytes(fcntl.ioctl(self._theirs, termios.FIONREAD, bytes(4)), sys.byteorder)

    @property
    def waiting(self) -> int:
        """How many bytes have been written and not yet been read."""
        return int.from_bytes(fcntl.ioctl(self._ours, termios.FIONREAD, bytes(4)), sys.byteorder)

    def send(self, *keys: str | bytes) -> None:
        """Type keys; some at once, as a person does who does not wait; or send any bytes."""
        for key in keys:
            os.write(self._ours, key.encode() if isinstance(key, str) else key)

    def click(self, text: str) -> None:
        """Click where a text begins."""
        row, line = next(
            (n, line) for n, line in enumerate(self._screen.display, 1) if text in line
        )
        place = f"{line.index(text) + 1};{row}"
        self.send(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, and say so."""
        self._set_size(columns, rows)
        self._screen.resize(rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def until(self, wanted: str | Callable[[str], object]) -> str:
        """Read until a text, or what a function looks for, stands on the screen; give that."""
        found = wanted if callable(wanted) else lambda text: wanted in text
        end = time.monotonic() + PATIENCE
        while not found(self.text):
            assert time.monotonic() < end, f"still waiting for {wanted!r}:\n{self.text}"
            assert self._read(0.05) or self.process.poll() is None, f"it has ended:\n{self.text}"
        return self.text

    def until_raw(self, pattern: bytes) -> None:
        """Read until something has been written, wherever it stands."""
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.raw):
            assert time.monotonic() < end, f"still waiting for {pattern!r}: {self.raw!r}"
            self._read(0.05)

    def forget(self, seconds: float, *, is_seen: bool = True) -> None:
        """Read for so long, and keep of it how the terminal was switched.

        What stands on the screen is kept, too, unless it is not to be seen, which costs much less.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left, is_seen=is_seen)
            self.raw = b"".join(found[0] for found in re.finditer(SWITCH, self.raw))

    def hang_up(self) -> None:
        """Close the terminal, as a window is closed."""
        for end in {self._ours, self._theirs} & self._open:
            os.close(end)
        self._open.clear()

    def end(self) -> tuple[int, str]:
        """Wait until the program has ended: its exit code, and what it wrote into the pipe."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self._read(0.05)
        while self._read(0.0):
            pass
        assert self.process.returncode is not None
        out = self.process.stdout
        return self.process.returncode, "" if out is None else out.read().decode()

    def _set_size(self, columns: int, rows: int) -> None:
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, size)

    def _read(self, seconds: float, *, is_seen: bool = True) -> bool:
        """Take what has been written; False if nothing was."""
        if self._ours not in self._open or not select.select([self._ours], [], [], seconds)[0]:
            return False
        new = os.read(self._ours, 65536)
        self.raw += new
        if is_seen:
            self._stream.feed(new)
        return True
