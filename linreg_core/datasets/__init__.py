"""Where problems come from: the built-in ones, and table files."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import TYPE_CHECKING

from linreg_core.datasets.builtin import BUILTINS
from linreg_core.datasets.options import DEFAULT_OPTIONS, STANDARD_INPUT, TableOptions
from linreg_core.errors import LinregError
from linreg_core.wording import quoted, visible

if TYPE_CHECKING:
    from linreg_core.problem import Problem

__all__ = ["BUILTIN_NAMES", "STANDARD_INPUT", "TableOptions", "load_problem"]

BUILTIN_NAMES = tuple(BUILTINS)
"""Names of the built-in problems."""


def load_problem(source: str, options: TableOptions = DEFAULT_OPTIONS) -> Problem:
    """Return a built-in problem, or the one in a table file.

    Args:
        source: the name of a built-in problem, the path of a file, or "-" for standard input. A
            name wins over a file of that name; ``./article`` is the file.
        options: how to read the file.

    Raises:
        LinregError: "option-not-for-builtin" when an option is set for a built-in problem, which
            has its columns given; "no-such-file", with the names there are; and what
            ``table.read_table`` raises.
    """
    if source in BUILTINS:
        _refuse_options(source, options)
        return BUILTINS[source]()
    if source != STANDARD_INPUT and not os.path.exists(source):
        raise LinregError(
            "no-such-file",
            "there is no such file, and no built-in problem of that name; built in: "
            f"{', '.join(BUILTIN_NAMES)}",
            file=visible(source) or None,
        )
    # Here and not above: table files need NumPy and polars, 0.2 s, and names and options do not.
    from linreg_core.datasets.table import read_table  # noqa: PLC0415

    return read_table(source, options)


def _refuse_options(name: str, options: TableOptions) -> None:
    for option in fields(options):
        if getattr(options, option.name) != option.default:
            raise LinregError(
                "option-not-for-builtin",
                f"{option.name} is set, but says how to read a file, and {quoted(name)} is built "
                "in; leave it out",
            )
