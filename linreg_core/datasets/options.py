"""What a user can say about how a table file is to be read; imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linreg_core.errors import LinregError
from linreg_core.wording import quoted

Missing = Literal["refuse", "drop"]


@dataclass(frozen=True)
class TableOptions:
    """How to read a table file.

    Args:
        target: name of the column to predict; ``None``: the last numeric column that is not
            asked for as a feature.
        features: names of the columns to predict from, in this order; ``None``: all other numeric
            columns, in the file's order. The target may be among them when asked for: then a note
            says so.
        missing: what to do where a chosen column has no value: "refuse" the file, or "drop" the
            row.
        separator: the character between two fields, ASCII.
        encoding: the file's text encoding, by a name that Python knows.
        header: whether the first line holds the names; if not, the columns are c1, c2, …

    Raises:
        LinregError: "bad-option" for a separator that is not one ASCII character, or is a quote
            or line end, and for another ``missing``.
    """

    target: str | None = None
    features: tuple[str, ...] | None = None
    missing: Missing = "refuse"
    separator: str = ","
    encoding: str = "utf-8"
    header: bool = True

    def __post_init__(self) -> None:
        if len(self.separator) != 1 or not self.separator.isascii() or self.separator in '"\r\n\0':
            raise LinregError(
                "bad-option",
                "the separator must be one ASCII character such as ',' or ';' or a tab, got "
                f"{quoted(self.separator)}",
            )
        if self.missing not in ("refuse", "drop"):
            raise LinregError(
                "bad-option", f"missing must be 'refuse' or 'drop', got {quoted(self.missing)}"
            )


DEFAULT_OPTIONS = TableOptions()
