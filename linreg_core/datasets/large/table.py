"""A large table as a problem: by blocks, by its squares and products, or as a sample of rows."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs
from threadpoolctl import threadpool_limits

from linreg_core.arrays import Floats
from linreg_core.datasets.large.blocks import StoredBlocks
from linreg_core.datasets.large.condensed import Condensed, condensed
from linreg_core.datasets.large.contents import Contents, contents_of, default_block_rows, in_blocks
from linreg_core.datasets.large.files import files_of, status_of
from linreg_core.datasets.large.moments import Moments, MomentsSoFar
from linreg_core.datasets.large.options import LargeOptions, format_bytes
from linreg_core.datasets.large.parquet_rows import ParquetRows, room_for_parquet
from linreg_core.datasets.large.reading import Layout, TableRows, layout_of
from linreg_core.datasets.large.sample import Reservoir
from linreg_core.datasets.large.store import FORMAT, Store, is_whole, take_away_leftovers
from linreg_core.datasets.options import TableOptions
from linreg_core.datasets.table.notes import notes_on, notes_on_constants
from linreg_core.datasets.table.parquet import MAGIC
from linreg_core.datasets.table.text.files import opened
from linreg_core.errors import LinregError
from linreg_core.problem import Note, Problem
from linreg_core.processes.group import Ranks, ranks
from linreg_core.records import dataclass
from linreg_core.safe_text import visible
from linreg_core.stages import OnProgress, ignore_progress

_HEAD_BYTES = 2**20

_SPARE = 1.1
"""What the blocks may take more of than is foreseen."""


@dataclass(frozen=True)
class LargeTable:
    """The files of a table, and what is read of them.

    Args:
        names: of files, folders, patterns, as they were asked for.
        files: those that they stand for, at least one.
        layout: what is read of each.
        large: how it is trained on.
    """

    names: tuple[str, ...]
    files: tuple[str, ...]
    layout: Layout
    large: LargeOptions

    @classmethod
    def of(cls, names: Sequence[str], options: TableOptions, large: LargeOptions) -> LargeTable:
        """Find the files, and look at the first one.

        Raises:
            LinregError: as `files_of` and `layout_of`.
        """
        files = files_of(names)
        return cls(tuple(names), files, layout_of(files[0], options, large.memory), large)

    @property
    def source(self) -> str:
        """What it is called: the name that was asked for, or the first one of several."""
        more = f" and {len(self.names) - 1} more" if len(self.names) > 1 else ""
        return self.names[0] + more

    @property
    def block_rows(self) -> int:
        """Rows of a block."""
        return self.large.block_rows or default_block_rows(len(self.layout.features) + 1)

    @property
    def folder(self) -> Path:
        """Where its blocks are, or would be."""
        stamps = [
            (os.path.realpath(file), found.st_size, found.st_mtime_ns)
            for file in self.files
            for found in (status_of(file),)
        ]
        identity = [
            FORMAT,
            self.block_rows,
            stamps,
            asdict(self.layout.options),
            self.layout.features,
        ]
        key = hashlib.sha256(json.dumps([*identity, self.layout.target]).encode()).hexdigest()
        return self._root / key[:16]

    @property
    def is_written(self) -> bool:
        """Whether its blocks are there already."""
        return is_whole(self.folder)

    @property
    def _root(self) -> Path:
        if self.large.cache is not None:
            return Path(os.path.expanduser(self.large.cache)) / "linreg-tui-blocks"
        return Path(platformdirs.user_cache_dir("linreg-tui")) / "blocks"

    def foreseen_bytes(self) -> int:
        """About how many bytes its blocks take: told by the beginning of the first file."""
        rows_per_byte = _rows_per_byte(self.files[0], self.large.memory)
        rows = rows_per_byte * sum(status_of(file).st_size for file in self.files)
        return int(8 * rows * (len(self.layout.features) + 1))

    # As a problem.

    def problem(
        self, on_progress: OnProgress = ignore_progress, processes: Ranks | None = None
    ) -> Problem:
        """Read it, or open the blocks that were read before.

        Args:
            on_progress: called with how far it is read.
            processes: those that train on its blocks; ``None``: those of this run.

        Raises:
            LinregError: as `TableRows.parts` and `Store`; "disk-full" before anything is written.
        """
        if self.large.sample is not None:
            return self._sampled(self.large.sample, on_progress)
        if self.large.reduce == "gram":
            contents, moments = self._seen(on_progress)
            note = Note(
                "reduced",
                f"the {contents.rows:,} rows are known by their sums of squares and products; with "
                "--reduce gram epochs go over these: the same path but for rounding",
            )
            return self._condensed(contents, moments, None, note)
        return self._by_blocks(on_progress, ranks() if processes is None else processes)

    def _by_blocks(self, on_progress: OnProgress, processes: Ranks) -> Problem:
        take_away_leftovers(self._root)
        store = Store(self.folder, is_persistent=self.large.keep_cache)
        try:
            contents = store.open()
            if contents is None:
                self._require_room()
                with threadpool_limits(1):  # what is factored is small, and read by other threads
                    contents = store.write(self._rows(on_progress), self.layout, self.block_rows)
            if len(contents.block_sizes) == 1:
                return self._in_memory(store, contents)
            blocks = StoredBlocks(store, contents, processes, self.large.memory)
        except BaseException:
            store.close()
            raise
        size = format_bytes(8 * contents.rows * (len(contents.features) + 1))
        lifetime = "kept" if self.large.keep_cache else "taken away afterwards"
        note = Note(
            "blocks",
            f"by {len(blocks.rows):,} blocks of {contents.block_rows:,} rows, {size} in "
            f"{visible(str(store.folder))}, {lifetime}",
        )
        return self._condensed(contents, store.moments(), blocks, note)

    def _in_memory(self, store: Store, contents: Contents) -> Problem:
        """The problem of a table that is a single block: every process has all of it."""
        with closing(store):
            X = np.empty((contents.rows, len(contents.features)))
            y = np.empty(contents.rows)
            store.read(0, X)
            store.read(X.size, y)
        note = Note("blocks", f"its {contents.rows:,} rows are a single block, held in memory")
        return Problem(
            self.source,
            X,
            y,
            contents.features,
            contents.target,
            dropped_rows=contents.dropped,
            notes=(note, *contents.notes, *notes_on(X, y, contents.features, contents.target)),
            table=self._as_options(contents),
        )

    def _require_room(self) -> None:
        wanted = int(_SPARE * self.foreseen_bytes())
        free = shutil.disk_usage(_existing(self._root)).free
        if wanted > free:
            raise LinregError(
                "disk-full",
                f"the blocks take about {format_bytes(wanted)}, and {format_bytes(free)} are "
                "free here; name another folder with --cache",
                file=visible(str(self._root)),
            )

    def _sampled(self, count: int, on_progress: OnProgress) -> Problem:
        """Rows drawn at random, with what is known of all of them."""
        reservoir = Reservoir(count, len(self.layout.features) + 1, self.large.sample_seed)
        contents, moments = self._seen(on_progress, reservoir.add)
        whole = self._condensed(contents, moments, None)
        drawn = reservoir.rows()
        note = Note(
            "sample",
            f"{len(drawn):,} of {contents.rows:,} rows, drawn with --sample-seed "
            f"{self.large.sample_seed}",
        )
        return Problem(
            source=self.source,
            X=drawn[:, :-1].astype(np.float64),
            y=drawn[:, -1].astype(np.float64),
            features=contents.features,
            target=contents.target,
            dropped_rows=contents.dropped,
            notes=(note, *whole.notes),
            table=self._as_options(contents),
            whole=whole,
        )

    def _seen(
        self, on_progress: OnProgress, *hearers: Callable[[Floats], None]
    ) -> tuple[Contents, Moments]:
        """What one pass tells, with nothing written.

        Args:
            on_progress: called with how far it is.
            hearers: take in every block of rows, shape (b, d + 1).
        """
        rows, columns = self._rows(on_progress), len(self.layout.features) + 1
        so_far, digest = MomentsSoFar(columns), hashlib.sha256()
        with threadpool_limits(1):
            for block in in_blocks(rows.parts(), self.block_rows, columns):
                for hear in (so_far.add, lambda seen: digest.update(seen.data), *hearers):
                    hear(block)
        contents = contents_of(rows, self.layout, self.block_rows, digest.hexdigest()[:16])
        return contents, so_far.moments()

    def _rows(self, on_progress: OnProgress) -> TableRows:
        return TableRows(self.files, self.layout, on_progress, self.large.memory)

    def _condensed(
        self, contents: Contents, moments: Moments, blocks: StoredBlocks | None, *notes: Note
    ) -> Condensed:
        constant = notes_on_constants(
            moments.lowest, moments.highest, contents.features, contents.target
        )
        return condensed(
            self.source,
            moments,
            contents.features,
            contents.target,
            blocks=blocks,
            digest=contents.digest,
            dropped_rows=contents.dropped,
            notes=(*notes, *constant, *contents.notes),
            table=self._as_options(contents),
        )

    def _as_options(self, contents: Contents) -> dict[str, object]:
        """How it was read, for results: what was guessed filled in."""
        return {
            **asdict(self.layout.options),
            "target": contents.target,
            "features": contents.features,
            "files": self.files,
            "block_rows": contents.block_rows,
            "reduce": self.large.reduce,
        }


def _rows_per_byte(file: str, memory: int | None) -> float:
    with opened(file, most_bytes=None) as raw:
        if raw[: len(MAGIC)] == MAGIC:
            with closing(ParquetRows(file, room_for_parquet(memory))) as table:
                return table.rows / max(len(raw), 1)
        head = raw[:_HEAD_BYTES]
    return (head.count(b"\n") + 1) / max(len(head), 1)


def _existing(folder: Path) -> Path:
    """The nearest folder above that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
