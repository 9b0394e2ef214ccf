"""How much of a table is read at all, and what is said beyond that; known before it is read."""

from __future__ import annotations

from linreg_core.errors import LinregError

MAX_FILE_BYTES = 2**30
"""Largest table read: 1 GiB.

One-digit cells, the shortest there are, take 4 times the file's size as float64, and reading takes
up to 3 times that.
"""

MAX_RECORD_BYTES = 2**20
"""Longest record of a text: as many columns as are read, of numbers of 17 digits, take 100 KB."""

MAX_FIELD_BYTES = 131_072
"""Longest field read; a longer one is a quote that never closes, or no table."""

MAX_COLUMNS = 4_000
"""Most columns of a table, and most features that are made of them.

What is known of a run beforehand is told by the eigenvectors of a matrix of features by features:
2,000 take 4-8 s, and the time grows with the third power, so 4,000 take a minute.
"""


def too_large(size: str) -> LinregError:
    """Return what is said about a table of too many bytes."""
    return LinregError(
        "too-large",
        f"the table has {size} bytes, and at most {MAX_FILE_BYTES:,} are read here; take a part "
        "of its rows or columns",
    )


def too_many_columns(columns: str, line: int | None = None) -> LinregError:
    """Return what is said about a table of too many columns, which is told in words."""
    return LinregError(
        "too-many-columns",
        f"the table has {columns} columns, and at most {MAX_COLUMNS:,} are read here; take a part "
        "of them",
        line=line,
    )


def line_too_long(line: int) -> LinregError:
    """Return what is said about a record that is too long."""
    return LinregError(
        "line-too-long",
        f"more than {MAX_RECORD_BYTES:,} bytes without an end of the line: this is no table, its "
        "line ends are missing, or a quote is never closed",
        line=line,
    )
