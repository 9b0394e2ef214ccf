"""The first record of a table: the names of its columns, and where the rows begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from linreg_core.datasets import grammar
from linreg_core.datasets.cells import Cells
from linreg_core.datasets.records import Records, end_of_record
from linreg_core.errors import LinregError
from linreg_core.wording import quoted

_OTHER_SEPARATORS = {";": "';'", "\t": "tab", "|": "'|'"}  # and how to type them


def split(data: bytes, separator: str, has_header: bool) -> tuple[tuple[str, ...], int, Records]:
    """Return the columns' names, the line they stand on, and the rows.

    Args:
        data: the file, UTF-8.
        separator: the character between two fields, ASCII.
        has_header: whether the first record holds the names; if not, they are c1, c2, …

    Returns:
        At least two names, all different and none blank, with the blanks around them stripped;
        the line, from 1, of the first record; the rows, at least one, not yet checked.

    Raises:
        LinregError: "empty-file", "no-rows", "nul-byte" (in the rows; a name may hold one),
            "no-features" for a single column, "blank-name", "duplicate-name"; "quote" and
            "field-too-long" in the first record.
    """
    if not re.search(rb"\S", data):
        raise LinregError("empty-file", "the file is empty; name one that holds a table")
    start = _after_blank_lines(data, 0)
    first = Records(data, separator, start, end_of_record(data, start))
    line = data.count(b"\n", 0, start) + 1
    rows = _rows(first) if has_header else Records(data, separator, start, len(data))
    _refuse_nul(rows)
    shape = first.shape()
    if shape.fields == 1:
        raise LinregError("no-features", _one_column(first), line=line)
    if has_header:
        cells = Cells(first, shape)
        names = tuple(cells.text(0, field).strip(grammar.BLANKS) for field in range(shape.fields))
        _check_names(names, line)
    else:
        names = tuple(f"c{number}" for number in range(1, shape.fields + 1))
    return names, line, rows


def _after_blank_lines(data: bytes, start: int) -> int:
    found = re.compile(rb"[^\r\n]").search(data, start)
    return found.start() if found else len(data)


def _rows(first: Records) -> Records:
    """Return what comes after the header."""
    data, end = first.data, first.end
    start = _after_blank_lines(data, end)
    if start == len(data):
        if data.count(b'"', first.start, end) % 2:
            first.shape()  # refuses the quote that never closes and makes all the file a header
        only_returns = b"\n" not in data and b"\r" in data.strip()
        raise LinregError(
            "no-rows",
            "the lines end in CR alone; save the file with the line ends LF or CR LF"
            if only_returns
            else "there is no row below the names; add the data",
        )
    return Records(data, first.separator, start, len(data))


def _refuse_nul(rows: Records) -> None:
    nul = rows.data.find(b"\0", rows.start)
    if nul >= 0:
        raise LinregError(
            "nul-byte",
            "there is a NUL byte among the data: the file is damaged, or is not UTF-8 text "
            "(try --encoding utf-16)",
            line=rows.data.count(b"\n", 0, nul) + 1,
        )


def _one_column(first: Records) -> str:
    text = first.data[first.start : first.end].decode()
    for separator, typed in _OTHER_SEPARATORS.items():
        if separator in text and separator != first.separator:
            return f"only one column found: is the separator {typed}? then try --separator {typed}"
    return "only one column found; add a feature or a target, or name the --separator"


def _check_names(names: Sequence[str], line: int) -> None:
    for number, name in enumerate(names, 1):
        if not name.strip():
            raise LinregError(
                "blank-name",
                f"column {number} of {len(names)} has no name; name it, or check whether a "
                "separator stands inside the numbers",
                line=line,
            )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        hint = " or, if this line holds data, use --no-header" if grammar.is_number(name) else ""
        raise LinregError(
            "duplicate-name",
            f"{times} columns have the name {quoted(name)}; rename them{hint}",
            line=line,
            column=name,
        )
