"""What was read of a table: its rows cut into blocks, and what is known of them beside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.datasets.large.reading import Layout, TableRows
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass

BLOCK_BYTES = 2**23
"""8 MiB: a block and what is made of it stay in cache, and 100,000 of them are 800 GiB."""


@dataclass(frozen=True)
class Contents:
    """What a store holds, beside its numbers.

    Args:
        features: names of the columns to train on.
        target: name of the one to predict.
        rows: how many rows there are.
        block_rows: how many of them each block has; the last one may have fewer.
        dropped: how many rows were left out.
        digest: the same for the same numbers in the same blocks.
        notes: what was guessed or left out.
    """

    features: tuple[str, ...]
    target: str
    rows: int
    block_rows: int
    dropped: int
    digest: str
    notes: tuple[Note, ...]

    @property
    def block_sizes(self) -> tuple[int, ...]:
        """How many rows each block has."""
        whole, rest = divmod(self.rows, self.block_rows)
        return (self.block_rows,) * whole + (rest,) * (rest > 0)


def default_block_rows(columns: int) -> int:
    """Rows of so many numbers that fill a block, a power of two, at least 64."""
    return max(64, 1 << ((BLOCK_BYTES // (8 * columns)).bit_length() - 1))


def in_blocks(parts: Iterator[Floats], rows: int, columns: int) -> Iterator[Floats]:
    """Join and cut parts, shape (m, columns), so that each but the last has so many rows.

    What is yielded is written over when the next one is asked for.
    """
    block, filled = np.empty((0, columns)), 0
    for read in parts:
        part = read
        while len(part):
            if filled == len(block) < rows:  # grows as it is needed: a block may be the whole table
                grown = np.empty((min(rows, max(2 * len(block), filled + len(part))), columns))
                grown[:filled] = block[:filled]
                block = grown
            taken = min(len(block) - filled, len(part))
            block[filled : filled + taken] = part[:taken]
            part, filled = part[taken:], filled + taken
            if filled == rows:
                yield block
                filled = 0
    if filled:
        yield block[:filled]


def contents_of(rows: TableRows, layout: Layout, block_rows: int, digest: str) -> Contents:
    """What was read, once all is.

    Raises:
        LinregError: "no-rows" when every row lacks a value.
    """
    used = rows.rows_seen - rows.rows_dropped
    if not used:
        raise LinregError("no-rows", "every row has a missing value; leave columns out (--without)")
    notes = list(layout.notes)
    if rows.rows_dropped:
        notes.append(
            Note(
                "rows-dropped",
                f"left out {rows.rows_dropped:,} of {rows.rows_seen:,} rows: a value is missing",
            )
        )
    return Contents(
        layout.features, layout.target, used, block_rows, rows.rows_dropped, digest, tuple(notes)
    )
