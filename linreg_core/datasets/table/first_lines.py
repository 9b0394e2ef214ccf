"""The first lines of a file as they stand there, whatever they hold; for who is to say what."""

from __future__ import annotations

from linreg_core.datasets.request import DataRequest
from linreg_core.datasets.table.parquet import MAGIC
from linreg_core.datasets.table.text.files import as_utf8, opened
from linreg_core.datasets.table.text.first_look import is_binary
from linreg_core.errors import LinregError
from linreg_core.safe_text import visible

READ_BYTES = 2**16
LINE_CHARACTERS = 200


def first_lines(request: DataRequest, count: int) -> tuple[str, ...]:
    """The first lines of a text file, visible and cut; none of what is no text, or cannot be read.

    What the encoding cannot say is marked, not refused: the lines are there to tell why.

    Args:
        request: of anything; only a file that can be read twice has some.
        count: how many lines at most, counted as refusals count them.
    """
    if not request.files:
        return ()
    try:
        as_utf8(b"", request.options.encoding)  # refuses an encoding that nobody knows
        with opened(request.source) as raw:
            part = raw[:READ_BYTES]
    except LinregError:
        return ()
    text = part.decode(request.options.encoding, errors="replace")
    if part[: len(MAGIC)] == MAGIC or is_binary(text.encode("utf-8", "replace")):
        return ()
    lines = text.split("\n") if "\n" in text else text.split("\r")
    if not lines[-1]:
        lines.pop()
    cut = (line.removesuffix("\r")[:LINE_CHARACTERS] for line in lines[:count])
    return tuple(visible(line)[:LINE_CHARACTERS] for line in cut)
