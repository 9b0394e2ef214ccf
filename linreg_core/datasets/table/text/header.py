"""The first record of a table: the names of its columns, and where the rows begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from linreg_core.datasets.table.text import grammar
from linreg_core.datasets.table.text.blocks import after_blank_lines, end_of_record, first_match
from linreg_core.datasets.table.text.frames import first_row
from linreg_core.datasets.table.text.grammar import Mark
from linreg_core.datasets.table.text.records import Records
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted


@dataclass(frozen=True)
class Header:
    """The names of a text's columns, and what stands below them.

    Args:
        names: at least two, without the blanks around them; those that are not blank all differ.
        line: the line they stand on, from 1; ``None``: on none.
        rows: at least one, not yet checked.
        notes: "names-trimmed".
    """

    names: tuple[str, ...]
    line: int | None
    rows: Records
    notes: tuple[Note, ...] = ()


def split(records: Records, mark: Mark, *, has_header: bool | None) -> Header:
    """Return the columns' names and the rows.

    Args:
        records: all of the table, not yet checked.
        mark: the decimal mark.
        has_header: whether the first record holds the names; if not, they are c1, c2, …; ``None``:
            it does, unless it looks like data.

    Raises:
        LinregError: "no-rows", "nul-byte" (in the rows; a name may hold one), "no-features" for a
            single column, "duplicate-name", "header-looks-numeric"; "ragged" where rows have a
            field more than there are names, and it is not clear which of them has none; "quote"
            and "field-too-long" in the first record.
    """
    end = end_of_record(records.text, records.start)
    first = Records(records.text, records.separator, records.start, end)
    line = first.line_at(first.start)
    rows = records if has_header is False else _below(first)
    _refuse_nul(rows)
    if has_header is False:
        fields = rows.first().fields()
        if fields == 1:
            raise LinregError("no-features", _one_column(first), line=line)
        return Header(tuple(f"c{number}" for number in range(1, fields + 1)), None, rows)
    first.fields()  # checks it
    written = first_row(first)
    names = fitted(tuple(name.strip(grammar.BLANKS) for name in written), rows, mark)
    if len(names) == 1:
        raise LinregError("no-features", _one_column(first), line=line)
    if has_header is None and _looks_like_data(names, mark):
        raise LinregError(
            "header-looks-numeric",
            "the first line looks like data; --no-header reads it as such (columns are c1, c2, "
            "...), --header as names",
            line=line,
            advice=(("header", False), ("header", True)),
        )
    check_names(names, line)
    return Header(names, line, rows, _note_on_trimmed(written))


def fitted(names: tuple[str, ...], rows: Records, mark: Mark) -> tuple[str, ...]:
    """Return a name for each column of the rows: some programs write none for an index.

    Fields behind the last name that are empty are columns without a name; so is a first column of
    text, where names are one short. Of names, blank ones at the end may have no field.

    Raises:
        LinregError: "ragged" where the first column of one more holds a number.
    """
    row = first_row(rows)
    more = len(row) - len(names)
    if more > 0 and not any(cell.strip(grammar.BLANKS) for cell in row[-more:]):
        return names + ("",) * more
    if more < 0 and len(row) > 1 and not any(names[more:]):
        return names[:more]
    if more != 1 or len(names) < 2:
        return names
    if grammar.is_number(row[0], mark) or grammar.PLAIN.is_missing(row[0]):
        line = rows.line_at(rows.start)
        raise LinregError(
            "ragged",
            f"{len(row)} fields where there are {len(names)} names: either the first column counts "
            "the rows, and its name is missing, or another name is; write that name",
            line=line,
        )
    return ("", *names)


def _looks_like_data(names: Sequence[str], mark: Mark) -> bool:
    """Whether names are numbers, all of them, or half of them with decimals among these."""
    filled = [name for name in names if not grammar.PLAIN.is_missing(name)]
    numbers = [name for name in filled if grammar.is_number(name, mark)]
    dates = [name for name in filled if re.fullmatch(grammar.DATE, name)]
    return bool(numbers) and (
        len(numbers) + len(dates) == len(filled)
        or (2 * len(numbers) >= len(filled) and any(mark in name for name in numbers))
    )


def _note_on_trimmed(written: Sequence[str]) -> tuple[Note, ...]:
    """Say that names had blanks around them, but not where one stands behind every separator."""
    first, *others = written
    if all(name[:1] == " " for name in others):
        written = [first, *(name[1:] for name in others)]
    count = sum(name != name.strip(grammar.BLANKS) for name in written)
    if not count:
        return ()
    names = "a name" if count == 1 else f"{count:,} names"
    return (Note("names-trimmed", f"the blanks around {names} were left out"),)


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
        LinregError: "blank-name" when all are blank, "duplicate-name".
    """
    filled = [name for name in names if name]
    if not filled:
        raise LinregError("blank-name", "no column has a name; name them", line=line)
    name, times = Counter(filled).most_common(1)[0]
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
