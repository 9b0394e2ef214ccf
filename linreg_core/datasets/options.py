"""What a user can say about how a problem is read, made and split; imports nothing heavy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from linreg_core.errors import Advice, LinregError
from linreg_core.records import dataclass
from linreg_core.safe_text import described, quoted, visible
from linreg_core.settings.parsing import parse_number, parse_whole
from linreg_core.settings.table import MAX_SEED

Missing = Literal["refuse", "drop"]

FLAGS = {"rows": "--rows", "columns": "--columns", "noise": "--noise", "seed": "--data-seed"}
"""How the fields of `MadeOptions` are called on the command line."""

MOST_NUMBERS = 10_000_000
"""Rows times columns of a made problem: 80 MB of features, of which a run holds a few copies."""

MOST_COLUMNS = 1_000
MOST_NOISE = 1_000_000

STANDARD_INPUT = "-"
"""The source that stands for standard input."""

MAX_DEGREE = 20
"""Highest power of a feature; from about 10 on, float64 cannot tell the powers apart well."""


@dataclass(frozen=True)
class TableOptions:
    """How to read a table.

    Args:
        target: name of the column to predict; ``None``: the last numeric column that is not
            asked for as a feature.
        features: names of the columns to predict from, in this order; ``None``: all other numeric
            columns, in the file's order. The target may be among them when asked for: then a note
            says so.
        without: names of columns that play no part, however they are filled.
        one_hot: names of columns whose values are levels, not numbers: each becomes a column of 0
            and 1 per level but the first. They are features also when ``features`` does not name
            them, and then come last.
        dates: names of columns of dates: they become days since the earliest.
        date_format: how the dates are written, in the letters of ``datetime.strptime``
            ("%d.%m.%Y"); ``None``: as ISO 8601 writes them, with or without a time.
        degree: the single feature x becomes x and powers of its distance from its mean, up to this
            one, 1 to ``MAX_DEGREE``; see `Polynomial`.
        missing: what to do where a chosen column has no value: "refuse" the file, or "drop" the
            row.
        missing_values: what stands for a missing value, beside ``grammar.MISSING_MARKERS``: texts
            as they stand in a cell; a number stands for all cells of that value.
        loose_numbers: whether a number may have a sign or a unit before or behind it, marks
            between thousands, or brackets for a minus; see ``loose.Loose``.
        separator: the character between two fields, ASCII; a space stands for any run of blanks;
            ``None``: told from the text by ``dialect.settle``.
        decimal_comma: whether the decimal mark is a comma, and only a comma.
        encoding: the file's text encoding, by a name that Python knows.
        header: whether the first line holds the names; if not, the columns are c1, c2, …;
            ``None``: it does, and is refused where it seems to hold data.
        skip_lines: lines of the file, from 1, that are read as if they were blank, such as
            "1-2,4"; "": none.
        comment: what begins a line that is no data, or what of a line is none, behind a blank;
            ``None``: nothing does.

    Raises:
        LinregError: "bad-option" for a separator that is not one ASCII character, or is a quote
            or line end, for another ``missing``, for a degree out of range, for a degree together
            with ``one_hot``, for lines that are none, and for a comment that is blank or holds a
            quote or a line end.
    """

    target: str | None = None
    features: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    one_hot: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    date_format: str | None = None
    degree: int = 1
    missing: Missing = "refuse"
    missing_values: tuple[str, ...] = ()
    loose_numbers: bool = False
    separator: str | None = None
    decimal_comma: bool = False
    encoding: str = "utf-8"
    header: bool | None = None
    skip_lines: str = ""
    comment: str | None = None

    def __post_init__(self) -> None:
        if self.separator is not None and not _is_separator(self.separator):
            raise LinregError(
                "bad-option",
                "the separator must be one ASCII character such as ',' or ';' or a tab, got "
                f"{quoted(self.separator)}",
            )
        if self.missing not in ("refuse", "drop"):
            raise LinregError(
                "bad-option", f"missing must be 'refuse' or 'drop', got {quoted(self.missing)}"
            )
        if not 1 <= self.degree <= MAX_DEGREE:
            raise LinregError(
                "bad-option",
                f"the degree must be from 1 to {MAX_DEGREE}, got {described(self.degree)}",
            )
        if self.degree > 1 and self.one_hot:
            raise LinregError(
                "bad-option",
                "a degree makes powers of one feature, and one-hot columns of 0 and 1 have none; "
                "leave out --degree or --one-hot",
            )
        lines_of(self.skip_lines)
        if self.comment is not None and not _is_comment(self.comment):
            raise LinregError(
                "bad-option",
                "a comment must begin with a mark such as '#' or '//', without quotes, got "
                f"{quoted(self.comment)}",
            )


def _is_separator(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text not in '"\r\n\0'


def _is_comment(text: str) -> bool:
    return bool(text.strip()) and not set(text) & set('"\r\n\0')


def lines_of(listed: str) -> tuple[range, ...]:
    """Read lines of a file as a person lists them: "1-2,4".

    Raises:
        LinregError: "bad-option" for what is no such list.
    """
    found = []
    for part in filter(None, (part.strip() for part in listed.split(","))):
        ends = re.fullmatch(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?", part)
        first, last = (0, 0) if ends is None else (int(ends[1]), int(ends[2] or ends[1]))
        if not 1 <= first <= last:
            raise LinregError(
                "bad-option",
                f"lines to skip are numbers from 1, such as 1-2,4; got {quoted(listed)}",
            )
        found.append(range(first, last + 1))
    return tuple(found)


DEFAULT_OPTIONS = TableOptions()

_FLAGS = {"dates": "date"}


def flag_of(advice: Advice) -> str:
    """How an option and its value are typed on the command line."""
    name, value = advice
    flag = _FLAGS.get(name, name).replace("_", "-")
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    typed = shlex.quote(visible(",".join(value) if isinstance(value, tuple) else str(value)))
    return f"--{flag}={typed}" if typed.startswith("-") else f"--{flag} {typed}"


def following(options: TableOptions, advice: Advice) -> TableOptions:
    """Options with what a refusal advises; what several can have is added to what they have."""
    name, value = advice
    present = getattr(options, name)
    if isinstance(value, tuple):
        value = (*(present or ()), *value)
    elif name == "skip_lines" and present:
        value = f"{present},{value}"
    return replace(options, **{name: value})


@dataclass(frozen=True)
class MadeOptions:
    """How to make a built-in problem. ``None`` always means: as the problem has it.

    Args:
        rows: number of observations, 2 to `MOST_NUMBERS`; rows times columns stay within it, too.
        columns: number of features, 1 to `MOST_COLUMNS`.
        noise: standard deviation of what is added to the target, 0 to `MOST_NOISE`.
        seed: for the draws, 0 to 2^63 - 1.

    Raises:
        LinregError: "bad-option" for a value out of its range.
    """

    rows: int | None = None
    columns: int | None = None
    noise: float | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, least, most in (
            ("rows", 2, MOST_NUMBERS),
            ("columns", 1, MOST_COLUMNS),
            ("noise", 0, MOST_NOISE),
            ("seed", 0, MAX_SEED),
        ):
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise LinregError(
                    "bad-option",
                    f"{FLAGS[name]} must be from {least} to {most:,}, got {described(value)}",
                )


DEFAULT_MADE = MadeOptions()


@dataclass(frozen=True)
class Made:
    """How a problem is made, everything filled in; see `MadeOptions`."""

    rows: int
    columns: int
    noise: float = 0.0
    seed: int = 0


def parse_made(typed: Mapping[str, str]) -> MadeOptions:
    """Read how to make a problem as a person types it.

    Args:
        typed: field of `MadeOptions` -> its text; blank: as the problem has it.

    Raises:
        LinregError: "bad-value" for a text that is no number; what `MadeOptions` raises.
    """
    given = {name: text for name, text in typed.items() if text.strip()}
    noise = parse_number(given.pop("noise"), FLAGS["noise"]) if "noise" in given else None
    whole = {name: parse_whole(text, FLAGS[name]) for name, text in given.items()}
    return MadeOptions(noise=noise, **whole)


@dataclass(frozen=True)
class Split:
    """Which rows are held out, to test the fit on rows that it was not trained on.

    Args:
        test_size: the share of the rows that is held out, > 0 and < 1; ``None``: no row.
        seed: for the permutation of the rows that chooses them, 0 to 2^63 - 1.

    Raises:
        LinregError: "bad-option" for a value out of its range.
    """

    test_size: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.test_size is not None and not 0 < self.test_size < 1:
            raise LinregError(
                "bad-option",
                "--test-size must be a share of the rows between 0 and 1, got "
                f"{described(self.test_size)}",
            )
        if not 0 <= self.seed <= MAX_SEED:
            raise LinregError(
                "bad-option",
                f"--split-seed must be from 0 to {MAX_SEED:,}, got {described(self.seed)}",
            )


NO_SPLIT = Split()


def parse_split(test_size: str, seed: str) -> Split:
    """Read which rows to hold out as a person types it; blank texts stand for the defaults.

    Raises:
        LinregError: "bad-value" for a text that is no number; what `Split` raises.
    """
    return Split(
        parse_number(test_size, "--test-size") if test_size.strip() else None,
        parse_whole(seed, "--split-seed") if seed.strip() else NO_SPLIT.seed,
    )
