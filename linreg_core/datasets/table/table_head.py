"""What the beginning of a table shows; imports nothing heavy."""

from __future__ import annotations

from typing import Literal

from linreg_core.datasets.request import DataRequest
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass

HEAD_ROWS = 20
HEAD_LINES = 8

Role = Literal["number", "boolean", "date", "dressed", "text", "index", "empty"]
"""What a column holds; dressed: numbers with more around them, such as 12% or $1,250."""


@dataclass(frozen=True)
class TableHead:
    """What the beginning of a table shows.

    Args:
        request: what was looked at, and how; the rows below are those that would be trained on,
            where the problem is built in.
        names: the columns' names as they stand in the file, so possibly with anything in them.
        kinds: what each column seems to hold.
        rows: the first rows, at most `HEAD_ROWS`: one text per column, visible and cut to one line.
        is_whole: whether that was told from the whole table.
        target: the column that would be predicted; ``None``: none can be told.
        features: those that it would be predicted from.
        one_hot: those of them whose values are levels.
        notes: what was done or seen; of a table that is not whole, only what its beginning tells.
        refusal: why the table is refused; ``None``: it is not, as far as its beginning tells.
        lines: of a text file that is refused, the first as they stand there; see `first_lines`.
    """

    request: DataRequest
    names: tuple[str, ...] = ()
    kinds: tuple[Role, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_whole: bool = True
    target: str | None = None
    features: tuple[str, ...] = ()
    one_hot: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    refusal: LinregError | None = None
    lines: tuple[str, ...] = ()
