"""Which data a run is asked for: one value that can be compared, sent, and loaded."""

from __future__ import annotations

import os
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from linreg_core import memory
from linreg_core.datasets.builtin.catalogue import BUILTINS, make
from linreg_core.datasets.large.files import files_of, is_several
from linreg_core.datasets.large.options import DEFAULT_LARGE, SAMPLE, LargeOptions
from linreg_core.datasets.options import (
    DEFAULT_MADE,
    DEFAULT_OPTIONS,
    FLAGS,
    NO_SPLIT,
    STANDARD_INPUT,
    MadeOptions,
    Split,
    TableOptions,
)
from linreg_core.datasets.table.limits import MAX_FILE_BYTES
from linreg_core.errors import LinregError
from linreg_core.processes.launch import is_launched
from linreg_core.records import dataclass
from linreg_core.safe_text import quoted, shortened, visible
from linreg_core.stages import OnProgress, ignore_progress

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True)
class DataRequest:
    """Which problem, and how it is read or made; nothing of it is checked before it is loaded.

    Args:
        source: the name of a built-in problem, the path of a file, or "-" for standard input. A
            name wins over a file of that name; ``./article`` is the file.
        options: how to read the file.
        made: how to make the built-in problem.
        split: which rows to hold out, of a file as well as of a built-in problem.
        more: further files, folders or patterns of the same table.
        large: how to train on a table that is not held in memory.
    """

    source: str
    options: TableOptions = DEFAULT_OPTIONS
    made: MadeOptions = DEFAULT_MADE
    split: Split = NO_SPLIT
    more: tuple[str, ...] = ()
    large: LargeOptions = DEFAULT_LARGE

    @property
    def is_builtin(self) -> bool:
        """Whether it names a problem that comes with the program."""
        return self.source in BUILTINS and not self.more

    @property
    def is_path(self) -> bool:
        """Whether it names files."""
        return not (self.is_builtin or (self.source == STANDARD_INPUT and not self.more))

    @property
    def names(self) -> tuple[str, ...]:
        """What it is read from, as it is named; see `files_of`."""
        return (self.source, *self.more)

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the files that it is read from: the table's, if it is one."""
        if not self.is_path:
            return ()
        try:
            return files_of(self.names) if self.more or is_several(self.source) else self.names
        except LinregError:
            return self.names

    @property
    def is_large(self) -> bool:
        """Whether it is a table that is not held in memory.

        That is one of several files, a very large one, and one of which anything of `LargeOptions`
        is asked for.
        """
        if not self.is_path:
            return False
        return (
            bool(self.more)
            or self.large.is_requested
            or is_launched()
            or is_several(self.source)
            or (os.path.isfile(self.source) and os.path.getsize(self.source) > MAX_FILE_BYTES)
        )

    def for_screen(self) -> DataRequest:
        """What is opened on a screen, which shows rows: of a large table a sample."""
        if not self.is_large or self.large.sample is not None:
            return self
        return replace(self, large=replace(self.large, sample=SAMPLE))

    def load(self, on_progress: OnProgress = ignore_progress) -> Problem:
        """Make the built-in problem, or read the one in the file.

        Args:
            on_progress: called with how far a file is read.

        Raises:
            LinregError: "option-not-for-builtin" when an option of files is set for a built-in
                problem, which has its columns given; "option-not-for-file" when it is the other
                way round; "not-in-files" when one of `LargeOptions` is set for what is in no file;
                "no-such-file", with the names there are; "not-enough-memory"; and what
                ``builtin.make``, ``table.read_table`` and ``holdout.held_out`` raise.
        """
        if not self.is_path:
            self._refuse_large()
        with memory.refusing_shortage(f"read {shortened(os.path.basename(self.source))}"):
            problem = self._made() if self.is_builtin else self._read(on_progress)
            if self.split.test_size is None:
                return problem
            from linreg_core.datasets.holdout import held_out  # noqa: PLC0415  (needs NumPy)

            return held_out(problem, self.split)

    def _refuse_large(self) -> None:
        for option in fields(self.large):
            if getattr(self.large, option.name) != option.default:
                flag = "--" + option.name.replace("_", "-")
                raise LinregError(
                    "not-in-files",
                    f"{flag} is set, but says how to train on a table in files; leave it out",
                    file=visible(self.source),
                )

    def _made(self) -> Problem:
        for option in fields(self.options):
            if getattr(self.options, option.name) != option.default:
                raise LinregError(
                    "option-not-for-builtin",
                    f"{option.name} is set, but says how to read a file, and "
                    f"{quoted(self.source)} is built in; leave it out",
                )
        return make(self.source, self.made)

    def _read(self, on_progress: OnProgress) -> Problem:
        if self.is_path and not (self.is_large or os.path.exists(self.source)):
            raise LinregError(
                "no-such-file",
                "there is no such file, and no built-in problem of that name; built in: "
                f"{', '.join(BUILTINS)}",
                file=visible(self.source) or None,
            )
        for name, value in asdict(self.made).items():
            if value is not None:
                raise LinregError(
                    "option-not-for-file",
                    f"{FLAGS[name]} is set, but says how to make a built-in problem; leave it out",
                    file=visible(self.source),
                )
        memory.fit_polars()
        # Here and not above: table files need NumPy and polars, 0.2 s, and this value does not.
        if self.is_large:
            return self._read_large(on_progress)
        from linreg_core.datasets.table.read import read_table  # noqa: PLC0415

        return read_table(self.source, self.options, on_progress)

    def _read_large(self, on_progress: OnProgress) -> Problem:
        from linreg_core.datasets.large.table import LargeTable  # noqa: PLC0415

        for name in self.names:
            if name in BUILTINS and not os.path.exists(name):
                raise LinregError(
                    "no-such-file",
                    f"there is no such file; the built-in problem {name} is trained alone, and in "
                    "memory",
                    file=visible(name),
                )
        if self.split.test_size is not None and self.large.sample is None:
            raise LinregError(
                "needs-memory",
                "--test-size holds rows out of a table in memory, and this one is read in parts; "
                "leave it out, or take a --sample",
            )
        return LargeTable.of(self.names, self.options, self.large).problem(on_progress)


def load_problem(
    source: str,
    options: TableOptions = DEFAULT_OPTIONS,
    made: MadeOptions = DEFAULT_MADE,
    split: Split = NO_SPLIT,
    on_progress: OnProgress = ignore_progress,
) -> Problem:
    """Load a problem by its name or path; see `DataRequest` and its `load`."""
    return DataRequest(source, options, made, split).load(on_progress)
