"""Looks at a table before it is opened: its columns, what they hold, what would be chosen."""

from __future__ import annotations

from dataclasses import replace

from linreg_core.datasets.options import STANDARD_INPUT, TableOptions
from linreg_core.datasets.request import DataRequest
from linreg_core.datasets.table import column_choice
from linreg_core.datasets.table.column_choice import role_of
from linreg_core.datasets.table.columns import Sheet
from linreg_core.datasets.table.first_lines import first_lines
from linreg_core.datasets.table.parquet import MAGIC, ParquetSheet
from linreg_core.datasets.table.read import check_cells, sheet_of
from linreg_core.datasets.table.table_head import HEAD_LINES, HEAD_ROWS, TableHead
from linreg_core.datasets.table.text.blocks import (
    Text,
    after_blank_lines,
    end_of_record,
    ends_of_records,
)
from linreg_core.datasets.table.text.files import as_utf8, opened
from linreg_core.datasets.table.text.first_look import decoded_beginning
from linreg_core.errors import LinregError
from linreg_core.problem import Problem
from linreg_core.safe_text import shortened, visible

HEAD_BYTES = 2**16
"""How much of a text is looked at: some 1,000 rows, read in 8 ms."""

MOST_HEAD_BYTES = 2**22
"""So much where the first line is that long."""


def read_head(request: DataRequest) -> TableHead:
    """Look at the beginning of a table; what is refused is told, not raised.

    A built-in problem is made for it: a million rows take 25 ms, the most there can be 1 s.

    Args:
        request: of anything but standard input, which can be read only once.
    """
    head, source = TableHead(request), request.source
    try:
        if request.is_builtin:
            return _of_problem(head, request.load())
        if source == STANDARD_INPUT:
            raise LinregError("not-a-file", "standard input is read when the program starts")
        with opened(source) as raw:
            sheet, is_whole = beginning(raw, request.options)
            head = replace(head, names=sheet.names, rows=sheet.first_rows(HEAD_ROWS))
            columns = sheet.columns(range(len(sheet.names)))
            kinds = tuple(role_of(name, p, columns[p]) for p, name in enumerate(sheet.names))
            head = replace(head, kinds=kinds, is_whole=is_whole)
            head = _with_choice(head, sheet)
        if is_whole:
            head = replace(head, notes=request.load().notes)
    except LinregError as refusal:
        column = None if refusal.column is None else shortened(refusal.column)
        file = refusal.file or (visible(source) or None)
        lines = first_lines(request, HEAD_LINES)
        return replace(head, refusal=refusal.at(file=file, column=column), lines=lines)
    return head


def beginning(raw: Text, options: TableOptions) -> tuple[Sheet, bool]:
    """The beginning of a table, and whether that is all of it."""
    if raw[: len(MAGIC)] == MAGIC:
        sheet = ParquetSheet(raw, options, most_rows=HEAD_ROWS)
        return sheet, False
    size = HEAD_BYTES
    while True:
        is_whole = size >= len(raw)
        text = _decoded(raw[:size], options.encoding, is_whole=is_whole)
        whole = text if is_whole else _whole_records(text)
        if is_whole or _has_rows(whole) or size >= MOST_HEAD_BYTES:
            table = whole if _has_rows(whole) else text  # what has no end yet is told of, too
            return sheet_of(table, replace(options, encoding="utf-8")), is_whole
        size *= 8


def _decoded(part: bytes, encoding: str, *, is_whole: bool) -> bytes:
    """A text's beginning as UTF-8, without the character that is cut in two."""
    if is_whole:
        return as_utf8(part, encoding)[:]
    as_utf8(b"", encoding)  # refuses an encoding that nobody knows
    try:
        text = decoded_beginning(part, encoding)
    except UnicodeError:
        return as_utf8(part, encoding)[:]  # which says why it cannot be decoded
    return as_utf8(text.removeprefix("\ufeff").encode(), "utf-8")[:]


def _whole_records(text: bytes) -> bytes:
    """A text without the record that is cut in two."""
    ends = ends_of_records(text)
    return text[: ends[-1] + 1] if len(ends) else b""


def _has_rows(text: bytes) -> bool:
    """Whether there is more than one record."""
    end = end_of_record(text, after_blank_lines(text, 0))
    return after_blank_lines(text, end) < len(text)


def _with_choice(head: TableHead, sheet: Sheet) -> TableHead:
    """Add which columns would be chosen, and what is refused among the cells that are there."""
    chosen = column_choice.choose(
        sheet, column_choice.find(sheet, head.request.options), head.request.options
    )
    names = sheet.names
    head = replace(
        head,
        target=names[chosen.target],
        features=tuple(names[position] for position in chosen.features),
        one_hot=tuple(names[position] for position in sorted(chosen.one_hot)),
        notes=(*sheet.notes, *chosen.notes),
    )
    try:
        check_cells(chosen, sheet, head.request.options.missing)
    except LinregError as refusal:
        return replace(head, refusal=refusal)
    return head


def _of_problem(head: TableHead, problem: Problem) -> TableHead:
    names = (*problem.features, problem.target)
    rows = zip(problem.X[:HEAD_ROWS].tolist(), problem.y[:HEAD_ROWS].tolist(), strict=True)
    return replace(
        head,
        names=names,
        kinds=tuple("number" for _ in names),
        rows=tuple(tuple(f"{value:g}" for value in (*x, y)) for x, y in rows),
        target=problem.target,
        features=problem.features,
        notes=problem.notes,
    )
