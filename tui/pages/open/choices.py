"""What can be said about how a file is read: each choice with its label, its meaning, its values.

The columns' part is chosen in their table; see `column_choice`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from linreg_core import TableOptions, parse_whole, visible
from linreg_core.records import dataclass

DEFAULT = TableOptions()


def _names(typed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in typed.split(",") if name.strip())


def _power(typed: str) -> int:
    return parse_whole(typed, "the degree")


@dataclass(frozen=True)
class Choice:
    """A field of `TableOptions`.

    Args:
        field: its name there.
        label: what it is called on the screen.
        meaning: what it does, in a line.
        offered: what it is chosen from, shown -> value; ``None``: it is typed.
        parse: what is typed -> value, for one that is typed.
    """

    field: str
    label: str
    meaning: str
    offered: Mapping[str, Any] | None = None
    parse: Callable[[str], Any] = str

    @property
    def default(self) -> Any:
        """The value that a reader has who says nothing."""
        return getattr(DEFAULT, self.field)

    def shown(self, value: object) -> str:
        """A value as it stands on the screen."""
        for words, offered in (self.offered or {}).items():
            if offered == value:
                return words
        if isinstance(value, tuple):
            return visible(",".join(value))
        return "" if value is None else visible(str(value))

    def read(self, typed: str) -> Any:
        """The value of what is typed; of nothing, the default.

        Raises:
            LinregError: for what cannot be read.
        """
        return self.parse(typed.strip()) if typed.strip() else self.default


CHOICES = (
    Choice(
        "header",
        "first line",
        "whether the first line holds the columns' names, or is data already",
        {"auto": None, "names": True, "data": False},
    ),
    Choice(
        "separator",
        "separator",
        "what stands between two cells",
        {"auto": None, ",": ",", ";": ";", "|": "|", "tab": "\t", "blanks": " "},
    ),
    Choice(
        "decimal_comma",
        "decimals",
        "whether one and a half is written 1.5 or 1,5",
        {"1.5": False, "1,5": True},
    ),
    Choice(
        "loose_numbers",
        "loose numbers",
        "whether $1,250 and 12% and (67) are read as 1250 and 12 and -67",
        {"no": False, "yes": True},
    ),
    Choice(
        "missing",
        "missing",
        "whether a missing value has the file refused, or its row left out",
        {"refused": "refuse", "left out": "drop"},
    ),
    Choice(
        "missing_values",
        "means missing",
        "what else stands where a value is missing, such as -999,unknown",
        parse=_names,
    ),
    Choice("skip_lines", "skip lines", "lines of the file that are no data, such as 1-2,4"),
    Choice("comment", "comment", "what a line begins with that is no data, such as #"),
    Choice(
        "encoding",
        "encoding",
        "how letters are stored: utf-8; from older programs cp1252, latin-1",
    ),
    Choice(
        "date_format",
        "date format",
        "how dates are written: %d day, %m month, %Y year, as in %d.%m.%Y",
    ),
    Choice("degree", "degree", "x becomes x, x², … up to this power: a curve", parse=_power),
)
