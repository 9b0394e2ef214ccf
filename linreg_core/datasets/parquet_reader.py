"""A program of its own: Parquet on standard input, plain arrays on standard output.

A damaged Parquet file can end the process that reads it: of some 3,500 files with up to four bytes
changed one made polars ask for 2e18 bytes and abort, and 1 in 100 made it print backtraces. So this
runs apart, 0.2 s more, and its standard error is not shown. It imports nothing of ours, to run as a
mere file.

Lines of JSON are written, with arrays between them: first ``{"rows": n, "columns": d}``; then for
each column ``{"name", "type", "kind", "levels"}`` and its arrays: n float64 (nan where missing) and
n bytes (1 where missing) when its kind is "number"; else n int32, which of the levels each cell
holds and -1 where it is missing. A line ``{"error": ...}`` may come at any place, and ends it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator

import polars as pl
from polars.exceptions import PanicException, PolarsError


def main() -> None:
    """Read; the arguments are the largest rows times columns, the most levels, the most rows."""
    out = sys.stdout.buffer
    try:
        for part in parts(sys.stdin.buffer.read(), *map(int, sys.argv[1:])):
            out.write(part)
    except (PolarsError, PanicException, OSError, ValueError) as reason:
        out.write(_line({"error": str(reason)}))


def parts(
    data: bytes, max_numbers: int, max_levels: int, most_rows: int | None = None
) -> Iterator[bytes]:
    """Yield what is written.

    Args:
        data: the file.
        max_numbers: of a file with more rows times columns only the first line is written.
        max_levels: a column of text with more different values has ``None`` for its levels.
        most_rows: read no more rows than these; ``None``: all.
    """
    schema = pl.read_parquet_schema(io.BytesIO(data))
    rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
    if most_rows is not None:
        rows = min(rows, most_rows)
    yield _line({"rows": rows, "columns": len(schema)})
    if rows * len(schema) > max_numbers:
        return
    for position, (name, type_) in enumerate(schema.items()):
        cells = pl.read_parquet(io.BytesIO(data), columns=[position], n_rows=rows).to_series()
        told: dict[str, object] = {"name": name, "type": str(type_), "levels": None}
        if type_.is_numeric():
            yield _line(told | {"kind": "number"})
            yield cells.cast(pl.Float64).fill_null(float("nan")).to_numpy().tobytes()
            yield cells.is_null().to_numpy().tobytes()
        elif type_.is_nested() or type_ in (pl.Binary, pl.Object, pl.Null):
            yield _line(told | {"kind": "other"})
            yield (-cells.is_null().cast(pl.Int32)).to_numpy().tobytes()
        else:
            levels, codes = _coded(cells.cast(pl.String), max_levels)
            yield _line(told | {"kind": "text", "levels": levels})
            yield codes.to_numpy().tobytes()


def _coded(cells: pl.Series, max_levels: int) -> tuple[list[str] | None, pl.Series]:
    levels = cells.drop_nulls().unique(maintain_order=True)
    if len(levels) > max_levels:
        return None, -cells.is_null().cast(pl.Int32)
    codes = {level: code for code, level in enumerate(levels)}
    return list(codes), cells.replace_strict(codes, default=-1, return_dtype=pl.Int32)


def _line(told: dict[str, object]) -> bytes:
    return json.dumps(told).encode() + b"\n"


if __name__ == "__main__":
    main()
