"""What a user can say about a table larger than memory; imports nothing heavy."""

from __future__ import annotations

import math
import re
import sys
from typing import Literal

from linreg_core.errors import LinregError
from linreg_core.records import dataclass
from linreg_core.safe_text import described, quoted
from linreg_core.settings.table import MAX_SEED

Reduce = Literal["blocks", "gram"]

LEAST_MEMORY = 3 * 2**27
"""384 MiB: Python, NumPy, polars and a few blocks took 130, a process that reads Parquet 160."""

TORCH_MEMORY = 2**28
"""What torch takes beside that, its copies of blocks included: 310 MiB more were the most seen."""

MOST_BLOCK_ROWS = 2**31
MOST_SAMPLE = 10**7
SAMPLE = 10_000
"""So many rows of a large table are opened on the screen, unless another number is asked for."""

_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


@dataclass(frozen=True)
class LargeOptions:
    """How to train on a table that is not held in memory. ``None`` means: the default.

    Args:
        block_rows: rows of a block, at least 1: the loss and the gradient are added block by block,
            so other blocks round otherwise; ``None``: as many as take 8 MiB, a power of two.
        reduce: what an epoch goes over: "blocks", all rows, or "gram", the sums of squares and
            products that one pass has left of them: the same path in exact arithmetic, with other
            rounding.
        memory: bytes to stay within, at least `LEAST_MEMORY`; ``None``: what is free.
        cache: the folder for the blocks; ``None``: the user's folder for such files.
        keep_cache: whether the blocks stay there, for the next run.
        sample: train on so many rows only, drawn at random; ``None``: on all.
        sample_seed: for that draw, 0 to 2^63 - 1.

    Raises:
        LinregError: "bad-option" for a value out of its range.
    """

    block_rows: int | None = None
    reduce: Reduce = "blocks"
    memory: int | None = None
    cache: str | None = None
    keep_cache: bool = False
    sample: int | None = None
    sample_seed: int = 0

    def __post_init__(self) -> None:
        if self.reduce not in ("blocks", "gram"):
            raise LinregError(
                "bad-option", f"--reduce is blocks or gram, got {quoted(str(self.reduce))}"
            )
        if self.cache is not None and (not self.cache or "\0" in self.cache):
            raise LinregError("bad-option", f"--cache names no folder: {quoted(self.cache)}")
        for flag, value, least, most in (
            ("--block-rows", self.block_rows, 1, MOST_BLOCK_ROWS),
            ("--memory", self.memory, LEAST_MEMORY, 2**60),
            ("--sample", self.sample, 2, MOST_SAMPLE),
            ("--sample-seed", self.sample_seed, 0, MAX_SEED),
        ):
            if value is not None and not least <= value <= most:
                raise LinregError(
                    "bad-option",
                    f"{flag} must be from {least:,} to {most:,}, got {described(value)}",
                )

    def require_memory(self, processes: int, *, with_torch: bool) -> None:
        """Refuse too little memory for what will run in it.

        Args:
            processes: of this machine.
            with_torch: whether they import torch.

        Raises:
            LinregError: "bad-option".
        """
        least = processes * (LEAST_MEMORY + with_torch * TORCH_MEMORY)
        if self.memory is not None and self.memory < least:
            many = f"{processes} processes" if processes > 1 else "a process"
            raise LinregError(
                "bad-option",
                f"--memory must be at least {least // 2**20:,}M for {many}"
                f"{' with torch' * with_torch}; allow more"
                f"{', or take --backend numpy' * (with_torch and processes == 1)}",
            )

    @property
    def is_requested(self) -> bool:
        """Whether anything is said, so that a small table is run by blocks as well."""
        return self != DEFAULT_LARGE


DEFAULT_LARGE = LargeOptions()


def format_bytes(size: int) -> str:
    """Say a size in words: 1.5 GiB, or in MiB what is less than 1 GiB."""
    return f"{size / 2**30:,.1f} GiB" if size >= 2**30 else f"{max(size / 2**20, 1):,.0f} MiB"


def parse_bytes(text: str) -> int:
    """Read a size as a person types it: 800M, 1.5G, 2 GiB, or plain bytes.

    Raises:
        LinregError: "bad-value".
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", text.lower())
    if match is None:
        raise LinregError("bad-value", f"a size is written like 800M or 1.5G, got {quoted(text)}")
    size = float(match[1]) * _UNITS[match[2]]
    return int(size) if size < math.inf else sys.maxsize
