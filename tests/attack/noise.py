"""Noise: what a cat on the keyboard, a broken line and a hostile program may send to a terminal."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

LEAVING = b"q\x11\x1a"
"""q and ctrl+q leave, ctrl+z stops."""

ELSEWHERE = b"/~"
"""Without these no path typed at random leads out of the folder."""

QUIET = LEAVING + ELSEWHERE

NAMED = [
    *(b"\x1b[" + end for end in (b"A", b"B", b"C", b"D", b"F", b"H", b"Z", b"5~", b"6~", b"3~")),
    *(b"\t", b"\r", b"\x1b", b"\x7f", b" ", b"\x1bOP", b"\x1b[1;5C", b"\x1b[97;5u"),
    *(b"\x1b[I", b"\x1b[O", b"\x1b[?2026;1$y", b"\x1b[?2048;1$y", b"\x1b[48;5;5;0;0t"),
]

SIZES = (300, 100)
"""The largest terminal, columns and rows; the smallest has one of each."""

Size = tuple[int, int]


class Noise:
    """Bytes and sizes without end, the same for the same seed.

    Args:
        seed: of the chance.
        resizes: which part of what comes is a new size.
    """

    def __init__(self, seed: int, *, resizes: float) -> None:
        self._chance = random.Random(seed)
        self._resizes = resizes
        self._kinds: dict[Callable[[], bytes], int] = {
            self._key: 8,
            self._named: 5,
            self._mouse: 4,
            self._old_mouse: 2,
            self._bytes: 2,
            self._sequence: 2,
            self._paste: 1,
        }

    def __iter__(self) -> Iterator[bytes | Size]:
        chance = self._chance
        while True:
            if chance.random() < self._resizes:
                yield chance.randint(1, SIZES[0]), chance.randint(1, SIZES[1])
            else:
                (kind,) = chance.choices([*self._kinds], [*self._kinds.values()])
                yield kind()

    def _key(self) -> bytes:
        return bytes([self._chance.choice([n for n in range(1, 127) if n not in QUIET])])

    def _named(self) -> bytes:
        return self._chance.choice(NAMED)

    def _mouse(self) -> bytes:
        chance = self._chance
        button = chance.choice([0, 0, 1, 2, 32, 35, 64, 65, chance.randrange(256)])
        x, y = (chance.choice([chance.randint(-1, most), 9**18]) for most in SIZES)
        return f"\x1b[<{button};{x};{y}{chance.choice('Mm')}".encode()

    def _old_mouse(self) -> bytes:
        return b"\x1b[M" + self._chance.randbytes(3)

    def _bytes(self) -> bytes:
        return self._chance.randbytes(self._chance.randint(1, 8)).translate(None, QUIET)

    def _sequence(self) -> bytes:
        chance = self._chance
        inside = "".join(chance.choices("0123456789;:<?", k=chance.randint(0, 12)))
        return f"\x1b{chance.choice('[[[]P_O')}{inside}{chance.choice('AMRmntuyZ$ ')}".encode()

    def _paste(self) -> bytes:
        text = self._chance.randbytes(self._chance.randint(0, 300)).translate(None, ELSEWHERE)
        return b"\x1b[200~" + text + b"\x1b[201~"
