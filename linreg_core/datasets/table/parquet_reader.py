"""A program of its own: Parquet on standard input, plain arrays on standard output.

A damaged Parquet file can end the process that reads it: of some 3,500 files with up to four bytes
changed one made polars ask for 2e18 bytes and abort, and 1 in 100 made it print backtraces. And a
small file can unpack to any size: 740 KB of text took 2 GB. So this runs apart, 0.2 s more, and
bounds the memory that it may take. It imports nothing of ours, to run as a mere file.

Lines of JSON are written, with arrays between them: first ``{"rows": n, "columns": d, "numeric":
k}``, and nothing else of a table that is too large or has nothing to train on; then for each column
``{"name", "type", "kind", "inexact", "levels", "sample", "is_long"}`` and its arrays: n float64
(nan where missing) and n bytes (1 where missing) when its kind is "number", "boolean" (1 and 0) or
"date" (days since 1970-01-01); n int32, which of the levels each cell holds and -1 where it is
missing, when it is "text" or "other"; and none when it is "skipped". What cannot be read ends it
with `BAD_FILE`, and the reason on standard error.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np  # before memory is bounded: its BLAS took 650 MB on 16 cores
import polars as pl
from polars.exceptions import InvalidOperationError, PanicException, PolarsError

BAD_FILE = 3

CHUNK = 2**20
"""Cells that are turned into bytes together."""

NUMBERS_TOGETHER = 2**22
"""Numbers of several columns that are read together: each time the file's end is read anew."""

ROOM = 2**28
"""Bytes for polars itself, which takes 60 MB for its threads."""

ROOM_PER_FILE_BYTE = 66
"""For the file, a copy, and its text unpacked: that of a language is packed 3 to 30 times."""

ROOM_PER_NUMBER = 64
"""For a number or the place of a text: decimals have 16 bytes, and polars holds some copies."""

SAMPLE = 20
"""So many texts tell what a column of more levels than are read holds."""

MOST_SECONDS = 600
"""Of processor time; the largest tables that are read take 10."""


def main() -> None:
    """Read what the one argument, an object of JSON, asks for.

    Its keys are the arguments of `parts`, or where there is a path those of `stream`.
    """
    out, request = sys.stdout.buffer, json.loads(sys.argv[1])
    try:
        is_stream = "path" in request
        found = stream(**request) if is_stream else parts(sys.stdin.buffer.read(), **request)
        for part in found:
            out.write(part)
        out.flush()
    except (PolarsError, PanicException, OSError, ValueError, MemoryError) as reason:
        print(str(reason) or type(reason).__name__, file=sys.stderr)  # noqa: T201
        sys.exit(BAD_FILE)


def parts(
    data: bytes,
    *,
    max_numbers: int,
    max_columns: int,
    max_levels: int,
    max_text: int,
    most_rows: int | None,
    wanted: list[str] | None,
) -> Iterator[bytes]:
    """Yield what is written.

    Args:
        data: the file.
        max_numbers: of a file with more rows times columns only the first line is written,
        max_columns: and of one with more columns.
        max_levels: a column of text with more different values has ``None`` for its levels,
        max_text: and one with a longer text, in bytes, which is a long one then.
        most_rows: read no more rows than these; ``None``: all.
        wanted: the names of the columns to read; ``None``: all.
    """
    bound_memory(ROOM + ROOM_PER_FILE_BYTE * len(data))
    schema = pl.read_parquet_schema(io.BytesIO(data))
    rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
    if most_rows is not None:
        rows = min(rows, most_rows)
    columns = len(schema)
    names = [*schema]
    is_read = [wanted is None or name in wanted for name in names]
    numeric = sum(
        is_read[position] and _has_numbers(type_) for position, type_ in enumerate(schema.values())
    )
    yield _line({"rows": rows, "columns": columns, "numeric": numeric})
    if not (rows and 2 <= columns <= max_columns and rows * columns <= max_numbers):
        return
    together = max(1, min(columns, NUMBERS_TOGETHER // rows))
    bound_memory(ROOM + ROOM_PER_FILE_BYTE * len(data) + ROOM_PER_NUMBER * rows * together)
    for first in range(0, columns, together):
        positions = range(first, min(columns, first + together))
        read = [position for position in positions if is_read[position]]
        frame = pl.read_parquet(io.BytesIO(data), columns=read, n_rows=rows) if read else None
        for position in positions:
            if frame is None or position not in read:
                yield _line({"name": names[position], "kind": "skipped"})
            else:
                yield from _column(frame.to_series(read.index(position)), max_levels, max_text)


def stream(
    path: str,
    *,
    room: int,
    head: int | None = None,
    columns: Sequence[str] = (),
    batch: int = 2**16,
) -> Iterator[bytes]:
    """Yield what is written of a file of any size, which is read where it lies.

    With a head, a line ``{"bytes": b}`` and a Parquet file of so many of the first rows. Otherwise
    a line ``{"names", "rows", "others"}``, the last being the types of those columns that hold no
    numbers. If all columns are there and hold some, there follow for every batch a line ``{"rows":
    m}`` and m float64 of each column, nan where missing; at the end a batch of no rows.

    Args:
        path: of the file.
        room: bytes that this may take, for a few row groups unpacked: 150 MB were enough for those
            of 260,000 rows of 5 columns.
        head: rows.
        columns: names of the columns to read.
        batch: rows written together, about.
    """
    bound_memory(room)
    table = pl.scan_parquet(path, glob=False)
    schema = table.collect_schema()
    if head is not None:
        buffer = io.BytesIO()
        table.head(head).collect().write_parquet(buffer)
        yield _line({"bytes": len(buffer.getvalue())})
        yield buffer.getvalue()
        return
    types = {name: schema[name] for name in columns if name in schema}
    others = {
        name: str(type_)[:60]
        for name, type_ in types.items()
        if not (type_.is_numeric() or type_ == pl.Boolean)  # days are no numbers unless asked for
    }
    rows = table.select(pl.len()).collect().item()
    yield _line({"names": list(schema), "rows": rows, "others": others})
    if others or not columns or len(types) < len(columns):
        return
    for frame in table.select(columns).collect_batches(chunk_size=batch):
        yield _line({"rows": frame.height})
        for name in columns:
            yield _numbers(frame[name]).fill_null(np.nan).to_numpy().tobytes()
    yield _line({"rows": 0})


def bound_memory(room: int) -> None:
    """Let this process take so many bytes more than it has; where that is known, as on Linux."""
    try:
        import resource  # noqa: PLC0415  (not everywhere)

        with open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[5]) * resource.getpagesize()
    except (ImportError, OSError, IndexError):
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    bound = taken + room if most == resource.RLIM_INFINITY else min(taken + room, most)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, most))
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, most))


def _column(cells: pl.Series, max_levels: int, max_text: int) -> Iterator[bytes]:
    """Yield one column."""
    type_ = cells.dtype
    if len(cells.name) > max_text:
        raise ValueError(f"the name of a column has more than {max_text:,} characters")
    metadata: dict[str, Any] = {"name": cells.name, "type": str(type_)[:60], "inexact": 0}
    metadata |= {"kind": "other", "levels": None, "sample": [], "is_long": False}
    chunks = [cells.slice(begin, CHUNK) for begin in range(0, len(cells), CHUNK)]
    if _has_numbers(type_):
        kind = "boolean" if type_ == pl.Boolean else "number" if type_.is_numeric() else "date"
        inexact = sum(map(_inexact, chunks)) if type_.is_integer() else 0
        yield _line(metadata | {"kind": kind, "inexact": inexact})
        for chunk in chunks:
            yield _numbers(chunk).fill_null(np.nan).to_numpy().tobytes()
        for chunk in chunks:
            yield chunk.is_null().to_numpy().tobytes()
        return
    levels: dict[str, int] | None = None
    if not (type_.is_nested() or type_ in (pl.Binary, pl.Object, pl.Null)):
        with contextlib.suppress(InvalidOperationError):  # there is no text for a duration, say
            levels, is_long = _levels(chunks, max_levels, max_text)
            metadata |= {"kind": "text", "levels": levels and list(levels), "is_long": is_long}
            metadata["sample"] = (
                cells.drop_nulls().head(SAMPLE).cast(pl.String).str.head(60).to_list()
            )
    yield _line(metadata)
    for chunk in chunks:
        if levels is None:
            codes = -chunk.is_null().cast(pl.Int32)
        else:
            text = chunk.cast(pl.String)
            codes = text.replace_strict(levels, default=-1, return_dtype=pl.Int32)
        yield codes.to_numpy().tobytes()


def _has_numbers(type_: pl.DataType) -> bool:
    return type_.is_numeric() or type_ in (pl.Boolean, pl.Date, pl.Datetime)


def _numbers(cells: pl.Series) -> pl.Series:
    """Cells as float64; dates as days since 1970-01-01."""
    if cells.dtype == pl.Datetime:
        return cells.cast(pl.Datetime("us")).cast(pl.Int64) / 86_400_000_000
    if cells.dtype == pl.Date:
        return cells.cast(pl.Int32).cast(pl.Float64)
    return cells.cast(pl.Float64)


def _inexact(cells: pl.Series) -> int:
    """How many whole numbers float64 does not hold."""
    back = cells.cast(pl.Float64).cast(pl.Int128, strict=False)
    return int((back != cells.cast(pl.Int128)).sum())


def _levels(
    chunks: list[pl.Series], max_levels: int, max_text: int
) -> tuple[dict[str, int] | None, bool]:
    """Return the different texts with their numbers, if they are few, and whether one is long."""
    levels: dict[str, int] = {}
    for chunk in chunks:
        texts = chunk.cast(pl.String).drop_nulls()
        if len(texts) and texts.str.len_bytes().max() > max_text:  # type: ignore[operator]
            return None, True
        for level in texts.unique(maintain_order=True):
            levels.setdefault(level, len(levels))
            if len(levels) > max_levels:
                return None, False
    return levels, False


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values).encode() + b"\n"


if __name__ == "__main__":
    main()
