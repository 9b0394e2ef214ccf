"""What the fuzzers share: bytes changed by chance, the same in every run, and what came of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from linreg_core.errors import LinregError

PATIENCE = 60.0
"""Seconds for one case: the slowest takes one, alone on a slow machine a few."""

ERROR_CHARACTERS = 1000
"""An error in one line is shorter, whatever stands in the input."""

PIECES = (
    b"",
    b'"',
    b'""',
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b" ",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\n,,,,\n",
    b"\0",
    b"\x1b[2J",
    b"\x1a",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    b"\xc3",
    "é".encode(),
    "\u202e".encode(),
    "\u2028".encode(),
    "٣".encode(),
    b"\xa0",
    b"-",
    b".",
    b"e",
    b"+",
    b"_",
    b"0",
    b"1e400",
    b"-1e-400",
    b"nan",
    b"Infinity",
    b"NA",
    b"0x10",
    b"1_000",
    b"1,5",
    b"9" * 400,
    b"x" * 2000,
)
"""What is put in somewhere."""


def changed(chance: random.Random, data: bytes, most: int = 3) -> bytes:
    """Return bytes with one to ``most`` changes."""
    for _ in range(chance.randint(1, most)):
        data = chance.choice(CHANGES)(chance, data)
    return data


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randrange(len(data) + 1)


def _stretch(chance: random.Random, data: bytes) -> tuple[int, int]:
    start = _place(chance, data)
    return start, min(len(data), start + int(chance.expovariate(1 / 20)) + 1)


def flip(chance: random.Random, data: bytes) -> bytes:
    """Change one bit."""
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def cut(chance: random.Random, data: bytes) -> bytes:
    """Leave the end off."""
    return data[: _place(chance, data)]


def lose(chance: random.Random, data: bytes) -> bytes:
    """Leave a stretch out."""
    start, end = _stretch(chance, data)
    return data[:start] + data[end:]


def double(chance: random.Random, data: bytes) -> bytes:
    """Write a stretch twice."""
    start, end = _stretch(chance, data)
    return data[:end] + data[start:]


def insert(chance: random.Random, data: bytes) -> bytes:
    """Put something in."""
    at = _place(chance, data)
    return data[:at] + chance.choice(PIECES) + data[at:]


def overwrite(chance: random.Random, data: bytes) -> bytes:
    """Put something in the place of a stretch."""
    start, end = _stretch(chance, data)
    return data[:start] + chance.choice(PIECES) + data[end:]


def blank(chance: random.Random, data: bytes) -> bytes:
    """Let a stretch be NUL, as a hole of a file is."""
    start, end = _stretch(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def lose_line(chance: random.Random, data: bytes) -> bytes:
    """Leave a line out."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines) + 1)
    return b"".join(lines[:at] + lines[at + 1 :])


def double_line(chance: random.Random, data: bytes) -> bytes:
    """Write a line twice."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines) + 1)
    return b"".join(lines[: at + 1] + lines[at:])


def other_digit(chance: random.Random, data: bytes) -> bytes:
    """Put another digit, sign or mark in the place of a digit."""
    places = [at for at, byte in enumerate(data) if byte in b"0123456789"]
    if not places:
        return data
    at = chance.choice(places)
    return data[:at] + bytes([chance.choice(b"0123456789.-+eE ")]) + data[at + 1 :]


CHANGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    flip,
    flip,
    cut,
    lose,
    double,
    insert,
    insert,
    overwrite,
    blank,
    lose_line,
    double_line,
    other_digit,
    other_digit,
    other_digit,
)


class Tally:
    """What came of all cases.

    Args:
        clock: seconds; of the process, where all is done in it and the machine may be busy.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.outcomes: Counter[str] = Counter()
        self.slowest = 0.0
        self._clock = clock

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time a case."""
        begun = self._clock()
        yield
        self.slowest = max(self.slowest, self._clock() - begun)

    def tell(self, capsys: pytest.CaptureFixture[str], what: str) -> None:
        """Print the figures, and fail if a case took too long."""
        count = sum(self.outcomes.values())
        told = ", ".join(f"{times} {name}" for name, times in self.outcomes.most_common())
        with capsys.disabled():
            print(f"\n{count:,} {what}, the slowest {self.slowest:.2f} s: {told}")  # noqa: T201
        assert self.slowest < PATIENCE


def check_refusal(refusal: LinregError) -> None:
    """A refusal is one line that a terminal can show, and no fault of ours."""
    told = str(refusal)
    assert told.isprintable(), told
    assert len(told) <= ERROR_CHARACTERS, told
    assert refusal.code.replace("-", "").isalnum(), refusal.code
    assert refusal.message
