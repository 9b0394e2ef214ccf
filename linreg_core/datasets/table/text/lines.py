"""Lines of a text that are no data: those to skip, comments, sep=, and what stands above a table.

What is left out leaves its line end behind, as a blank line: so lines keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from linreg_core.datasets.options import TableOptions, flag_of, lines_of
from linreg_core.datasets.table.text.blocks import Text, after_blank_lines, first_match
from linreg_core.errors import Advice, LinregError

MOST_ABOVE = 20
"""Most lines above a table that are told of: more are no title."""

_HEAD_BYTES = 2**16
_COMMENT = re.compile(rb"[ \t]*(#|%|//)")
_SEPARATORS = (",", ";", "\t", "|")


class _Joined:
    """A ``Text`` of bytes and of what follows in another one."""

    def __init__(self, head: bytes, rest: Text, start: int) -> None:
        self._head, self._rest, self._start = head, rest, start

    def __len__(self) -> int:
        return len(self._head) + len(self._rest) - self._start

    def __getitem__(self, part: slice, /) -> bytes:
        begin, end = part.start or 0, len(self) if part.stop is None else part.stop
        behind = self._start - len(self._head)
        taken = self._head[begin:end]
        if end > len(self._head):
            taken += self._rest[max(begin, len(self._head)) + behind : end + behind]
        return taken


def data_lines(text: Text, options: TableOptions) -> tuple[Text, str | None]:
    """Return a text without the lines that are no data, and the separator that one of them names.

    Comments and what is skipped need the text up to there in memory.

    Args:
        text: UTF-8.
        options: which lines those are.

    Raises:
        LinregError: "bad-option" for a line to skip beyond the text's end.
    """
    skipped = lines_of(options.skip_lines)
    if skipped:
        text = _without_lines(text, skipped)
    if options.comment is not None:
        text = _without_comments(text[:], options.comment.encode())
    start = after_blank_lines(text, 0)
    found = re.match(rb'("?)sep=([^"\r\n])\1\r?(\n|$)', text[start : start + 16])
    if found is None:
        return text, None
    head = text[:start] + b"\n" * found[0].endswith(b"\n")
    return _Joined(head, text, start + len(found[0])), found[2].decode()


def _without_lines(text: Text, skipped: tuple[range, ...]) -> Text:
    last = max(lines[-1] for lines in skipped)
    parts, start = [], 0
    for number in range(1, last + 1):
        if start >= len(text):
            raise LinregError(
                "bad-option", f"--skip-lines names line {last:,}, and the file ends before it"
            )
        found = first_match(text, re.compile(rb"\n"), start)
        end = len(text) if found is None else found + 1
        is_skipped = any(number in lines for lines in skipped)
        parts.append(b"\n" if is_skipped else text[start:end])
        start = end
    return _Joined(b"".join(parts), text, start)


def _without_comments(text: bytes, mark: bytes) -> bytes:
    """Return a text without what stands behind a mark that begins a line or follows a blank."""
    found = rb'"[^"]*"|(?:^[ \t]*|[ \t]+)' + re.escape(mark) + rb"[^\r\n]*"
    return re.sub(
        found,
        lambda part: part[0] if part[0].startswith(b'"') else b"",
        text,
        flags=re.MULTILINE,
    )


@contextmanager
def hinting_at_lines_above(text: Text, separator: str | None) -> Iterator[None]:
    """Let what is refused for its shape say where the table seems to begin.

    Args:
        text: UTF-8.
        separator: the one between fields; ``None``: not known.
    """
    try:
        yield
    except LinregError as refusal:
        if refusal.code not in ("no-features", "ragged"):
            raise
        advice = [*_on_comment(text, refusal.line), *_on_what_is_above(text, separator)]
        if not advice:
            raise
        hints = (f"; if {when}, {flag_of(piece)}" for when, piece in advice)
        raise LinregError(
            refusal.code,
            refusal.message + "".join(hints),
            line=refusal.line,
            column=refusal.column,
            advice=(*(piece for _, piece in advice), *refusal.advice),
        ) from None


def _on_comment(text: Text, number: int | None) -> Iterator[tuple[str, Advice]]:
    """Yield what helps where the refused line, or the first one, begins like a comment."""
    lines = text[:_HEAD_BYTES].split(b"\n")
    for line in lines[: 1 if number is None else number][-1:]:
        found = _COMMENT.match(line)
        if found is not None:
            mark = found[1].decode()
            yield f"lines that begin with {mark} are no data", ("comment", mark)


def _on_what_is_above(text: Text, separator: str | None) -> Iterator[tuple[str, Advice]]:
    """Yield what helps where a table seems to begin further down."""
    above = lines_above(text, separator)
    if above is not None:
        lines = "1" if above == 1 else f"1-{above}"
        yield f"the table begins on line {above + 1}", ("skip_lines", lines)


def lines_above(text: Text, separator: str | None) -> int | None:
    """Return how many lines stand above what seems to be a table; ``None``: none, or not to tell.

    They are told by their fields, of which none has as many as each line below.
    """
    head = text[:_HEAD_BYTES]
    lines = head.split(b"\n")
    if len(head) == _HEAD_BYTES:
        del lines[-1]  # cut in two
    found = []
    for character in _SEPARATORS if separator is None else (separator,):
        widths = [_width(line, character) for line in lines]
        filled = [(number, width) for number, width in enumerate(widths) if width]
        if len(filled) < 3 or (width := filled[-1][1]) < 2:
            continue
        above = [number for number, other in filled if other != width]
        if above and filled[0][0] == above[0] and max(above) < filled[-2][0]:
            first = next(number for number, other in filled if number > max(above))
            if first <= MOST_ABOVE and not any(
                other == width for number, other in filled if number < first
            ):
                found.append(first)
    return min(found, default=None)


def _width(line: bytes, separator: str) -> int:
    """How many fields a line has; 0: it is blank."""
    bare = b"".join(line.strip().split(b'"')[::2])
    if not line.strip():
        return 0
    return len(bare.split()) if separator == " " else bare.count(separator.encode()) + 1
