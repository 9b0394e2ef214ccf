"""The first record of a table: the names of its columns, and where the rows begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from linreg_core.datasets.table.text import grammar
from linreg_core.datasets.table.text.blocks import after_blank_lines, end_of_record, first_match
from linreg_core.datasets.table.text.cells import first_row
from linreg_core.datasets.table.text.records import Records
from linreg_core.errors import LinregError
from linreg_core.safe_text import quoted


def split(records: Records, *, has_header: bool) -> tuple[tuple[str, ...], int, Records]:
    """Return the columns' names, the line they stand on, and the rows.

    Args:
        records: all of the table, not yet checked.
        has_header: whether the first record holds the names; if not, they are c1, c2, …

    Returns:
        At least two names, all different and none blank, with the blanks around them stripped;
        the line, from 1, of the first record; the rows, at least one, not yet checked.

    Raises:
        LinregError: "no-rows", "nul-byte" (in the rows; a name may hold one), "no-features" for a
            single column, "blank-name", "duplicate-name"; "quote" and "field-too-long" in the
            first record.
    """
    end = end_of_record(records.text, records.start)
    first = Records(records.text, records.separator, records.start, end)
    line = first.line_at(first.start)
    rows = _below(first) if has_header else records
    _refuse_nul(rows)
    fields = first.fields()
    if fields == 1:
        raise LinregError("no-features", _one_column(first), line=line)
    if has_header:
        names = tuple(name.strip(grammar.BLANKS) for name in first_row(first, fields))
        check_names(names, line)
    else:
        names = tuple(f"c{number}" for number in range(1, fields + 1))
    return names, line, rows


def _below(first: Records) -> Records:
    """Return what comes after the header."""
    text, end = first.text, first.end
    start = after_blank_lines(text, end)
    if start == len(text):
        if text[first.start : end].count(b'"') % 2:
            first.fields()  # refuses the quote that never closes and makes all the file a header
        raise LinregError("no-rows", "there is no row below the names; add the data")
    return Records(text, first.separator, start, len(text))


def _refuse_nul(rows: Records) -> None:
    nul = first_match(rows.text, re.compile(rb"\0"), rows.start)
    if nul is not None:
        raise LinregError(
            "nul-byte",
            "there is a NUL byte among the data: the file is damaged, or is not UTF-8 text "
            "(try --encoding utf-16)",
            line=rows.line_at(nul),
        )


def _one_column(first: Records) -> str:
    if b" " in first.text[first.start : first.end].strip():
        return (
            "only one column found; if blanks part the columns, --separator blank tells which line "
            "has too few or too many"
        )
    return "only one column found; add a feature or a target, or name the --separator"


def check_names(names: Sequence[str], line: int | None) -> None:
    """Refuse names that do not tell the columns apart.

    Args:
        names: what stands in the header.
        line: the line it stands on, ``None`` when it stands on none.

    Raises:
        LinregError: "blank-name", "duplicate-name".
    """
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
        hint = (
            " or, if this line holds data, use --no-header" if grammar.is_number(name, ".") else ""
        )
        raise LinregError(
            "duplicate-name",
            f"{times} columns have the name {quoted(name)}; rename them{hint}",
            line=line,
            column=name,
        )
