"""Where problems come from: the built-in ones, and table files."""

from __future__ import annotations

import os
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from linreg_core import memory
from linreg_core.datasets.builtin.catalogue import BUILTINS, BuiltinInfo, make
from linreg_core.datasets.options import (
    DEFAULT_MADE,
    DEFAULT_OPTIONS,
    FLAGS,
    NO_SPLIT,
    STANDARD_INPUT,
    MadeOptions,
    Split,
    TableOptions,
    parse_made,
    parse_split,
)
from linreg_core.errors import LinregError
from linreg_core.safe_text import quoted, shortened, visible
from linreg_core.stages import Tell, tell_nobody

if TYPE_CHECKING:
    from linreg_core.datasets.table.table_head import TableHead
    from linreg_core.problem import Problem

__all__ = [
    "BUILTINS",
    "STANDARD_INPUT",
    "BuiltinInfo",
    "MadeOptions",
    "Split",
    "TableOptions",
    "load_problem",
    "parse_made",
    "parse_split",
    "table_head",
]


def load_problem(
    source: str,
    options: TableOptions = DEFAULT_OPTIONS,
    made: MadeOptions = DEFAULT_MADE,
    split: Split = NO_SPLIT,
    tell: Tell = tell_nobody,
) -> Problem:
    """Return a built-in problem, or the one in a table file.

    Args:
        source: the name of a built-in problem, the path of a file, or "-" for standard input. A
            name wins over a file of that name; ``./article`` is the file.
        options: how to read the file.
        made: how to make the built-in problem.
        split: which rows to hold out, of a file as well as of a built-in problem.
        tell: hears how far a file is read.

    Raises:
        LinregError: "option-not-for-builtin" when an option of files is set for a built-in problem,
            which has its columns given; "option-not-for-file" when it is the other way round;
            "no-such-file", with the names there are; "not-enough-memory"; and what
            ``builtin.make``, ``table.read_table`` and ``holdout.held_out`` raise.
    """
    with memory.refusing_shortage(f"read {shortened(os.path.basename(source))}"):
        problem = _whole(source, options, made, tell)
        if split.test_size is None:
            return problem
        from linreg_core.datasets.holdout import held_out  # noqa: PLC0415  (needs NumPy)

        return held_out(problem, split)


def _whole(source: str, options: TableOptions, made: MadeOptions, tell: Tell) -> Problem:
    """Return a problem with all its rows."""
    if source in BUILTINS:
        _refuse_options(source, options)
        return make(source, made)
    if source != STANDARD_INPUT and not os.path.exists(source):
        raise LinregError(
            "no-such-file",
            "there is no such file, and no built-in problem of that name; built in: "
            f"{', '.join(BUILTINS)}",
            file=visible(source) or None,
        )
    for name, value in asdict(made).items():
        if value is not None:
            raise LinregError(
                "option-not-for-file",
                f"{FLAGS[name]} is set, but says how to make a built-in problem; leave it out",
                file=visible(source),
            )
    memory.fit_polars()
    # Here and not above: table files need NumPy and polars, 0.2 s, and names and options do not.
    from linreg_core.datasets.table.read import read_table  # noqa: PLC0415

    return read_table(source, options, tell)


def table_head(
    source: str,
    options: TableOptions = DEFAULT_OPTIONS,
    made: MadeOptions = DEFAULT_MADE,
    split: Split = NO_SPLIT,
) -> TableHead:
    """Look at the beginning of a table, quickly; see ``beginning.read_head``."""
    try:
        with memory.refusing_shortage(f"look at {shortened(os.path.basename(source))}"):
            memory.fit_polars()
            from linreg_core.datasets.table.preview import read_head  # noqa: PLC0415  (heavy, as above)

            return read_head(source, options, made, split)
    except LinregError as refusal:
        from linreg_core.datasets.table.table_head import TableHead  # noqa: PLC0415  (needs NumPy)

        return TableHead(
            source, options, made=made, split=split, refusal=refusal.with_traceback(None)
        )


def _refuse_options(name: str, options: TableOptions) -> None:
    for option in fields(options):
        if getattr(options, option.name) != option.default:
            raise LinregError(
                "option-not-for-builtin",
                f"{option.name} is set, but says how to read a file, and {quoted(name)} is built "
                "in; leave it out",
            )
