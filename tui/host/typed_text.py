"""What a terminal sends, made into what Textual's parser understands and survives. Pure.

That parser takes a report of the mouse in raw bytes, and every sequence that it does not know, for
keys, of which 1 and r forget the run; some sequences break it, and a paste that does not end
swallows all keys that follow (Textual's issues 6456 and 6668). tests/attack/test_textual_faults.py
says when it no longer does.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser

HELD_SECONDS, PASTE_SECONDS = 0.02, 5.0
"""How long the rest of a sequence, and the end of a paste or a string, are waited for."""

MOST_HELD = 4096
"""Bytes that are kept of an unfinished sequence: no key has so many, and the rest is dropped."""

MOST_PASTED = 16_384
"""Bytes of one paste: more is no path and no condition, and a field that holds more is slow."""

PASTE_START, PASTE_END = b"\x1b[200~", b"\x1b[201~"

UNPRINTABLE = bytes({*range(32), 127} - {*b"\t\n\r"})

SEQUENCE = re.compile(
    rb"""
      \x1b\[M (?P<mouse> [\s\S]{3})                        # the mouse, as X10 tells it
    | \x1b[\]PX^_] [^\x07\x1b]* (?: \x07 | \x1b\\ | (?=\x1b[^\\]) )      # a string
    | (?P<keys> \x1b\[ (?: <[\d;-]*[Mm]                     # the mouse, left of the window too
                         | \[[A-E]                         # F1-F5 of the Linux console
                         | \d+\$ (?![@-~])                 # shifted keys of rxvt
                         | (?![M\[]) [0-?]*[\ -/]*[@-~] )) # any other control sequence
    | \x1b\[ (?: \[ | <[\d;-]*+ | (?![M\[<]) [0-?]*+[\ -/]*+ ) (?=[\s\S])  # one that breaks off
    """,
    re.VERBOSE,
)

UNFINISHED = re.compile(
    rb"""
    \x1b (?: \[ (?: M[\s\S]{0,2} | \[ | <[\d;-]* | [0-?]*[\ -/]* )
           | [\]PX^_] [^\x07\x1b]* \x1b? )? \Z
    """,
    re.VERBOSE,
)

STRING_START = re.compile(rb"\x1b[\]PX^_][\s\S]")
"""More than the key of that character with alt: the answer of a terminal, of any length."""

READ_LATER = re.compile(r"\x1b\[(?:<\d+;-?\d+;-?\d+[Mm]|[IO]|\?2026;\d\$y)")
"""What Textual's parser looks for besides keys: the mouse, the focus, synchronized output.

Not among them, and so not passed on: reports of the window's size. A made-up one would have the app
draw a million columns, and deaf for the signal that tells the true size.
"""


class TypedText:
    """Bytes in, as they are read; text out: keys, the mouse, the focus and pastes."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()
        self._held = b""
        self._room: int | None = None  # bytes that a paste may still have; None outside of one

    @property
    def patience(self) -> float | None:
        """Seconds without a byte after which `end` is due; ``None`` when nothing has begun."""
        if self._room is not None or STRING_START.match(self._held):
            return PASTE_SECONDS
        return HELD_SECONDS if self._held else None

    def feed(self, data: bytes) -> str:
        """Take bytes, and give the text of what is complete."""
        data, self._held = self._held + data, b""
        passed = bytearray()
        while data:
            data = self._keys(data, passed) if self._room is None else self._paste(data, passed)
        return self._decode(bytes(passed))

    def end(self) -> str:
        """Give what was waiting, as nothing more comes: the escape key, the end of a paste.

        A sequence that was cut off is dropped.
        """
        held, self._held = self._held, b""
        if self._room is not None:
            held, self._room = PASTE_END, None
        return self._decode(held) if len(held) <= 2 or held == PASTE_END else ""

    def _keys(self, data: bytes, passed: bytearray) -> bytes:
        """Pass on what stands before the first sequence, and that if it means anything."""
        found = SEQUENCE.search(data)
        if found is None:
            unfinished = UNFINISHED.search(data)
            end = len(data) if unfinished is None else unfinished.start()
            passed += data[:end]
            self._held = _cut(data[end:])
            return b""
        passed += data[: found.start()]
        if (mouse := found["mouse"]) is not None:
            passed += _as_sgr(mouse)
        elif (keys := found["keys"]) == PASTE_START:
            self._room = MOST_PASTED
            passed += keys
        elif keys is not None and self._is_known(keys.decode("ascii")):
            passed += keys
        return data[found.end() :]

    def _paste(self, data: bytes, passed: bytearray) -> bytes:
        """Pass on what is pasted; no escape in it ends it but the one that does."""
        assert self._room is not None
        text, end, rest = data.partition(PASTE_END)
        if not end:  # it may have begun
            begun = max(n for n in range(len(PASTE_END)) if text.endswith(PASTE_END[:n]))
            text, self._held = text[: len(text) - begun], text[len(text) - begun :]
        text = text.translate(None, UNPRINTABLE)[: self._room]
        passed += text + end
        self._room = None if end else self._room - len(text)
        return rest

    def _is_known(self, sequence: str) -> bool:
        """Whether Textual's parser makes something of a sequence, and no fault."""
        if READ_LATER.fullmatch(sequence):
            return True
        try:
            keys = list(self._parser._sequence_to_key_events(sequence))
            "".join(key.character or "" for key in keys).encode()
        except (ValueError, OverflowError):  # no such character, or half of one
            return False
        return bool(keys)


def _cut(unfinished: bytes) -> bytes:
    """Keep the start of a sequence, and the escape that may be half of its end."""
    end = b"\x1b" if len(unfinished) > 1 and unfinished.endswith(b"\x1b") else b""
    return unfinished.removesuffix(end)[: MOST_HELD - len(end)] + end


def _as_sgr(mouse: bytes) -> bytes:
    """Tell a report of the mouse in three raw bytes as Textual asked to have it told."""
    button, column, row = (byte - 32 for byte in mouse)
    if min(button, column - 1, row - 1) < 0:
        return b""
    end = b"m" if button & 0b1100011 == 3 else b"M"
    return b"\x1b[<%d;%d;%d%c" % (button, column, row, end)
