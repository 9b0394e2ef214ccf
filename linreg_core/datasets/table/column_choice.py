"""Which columns of a table are the target and the features."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

import numpy as np

from linreg_core.datasets.options import TableOptions, flag_of
from linreg_core.datasets.table.columns import Column, Sheet
from linreg_core.datasets.table.readings import AsText, Booleans, Dates, Loose
from linreg_core.datasets.table.table_head import Role
from linreg_core.errors import Advice, LinregError
from linreg_core.problem import Note
from linreg_core.records import dataclass
from linreg_core.safe_text import listed, quoted


@dataclass(frozen=True)
class RequestedColumns:
    """The columns asked for by name, as positions in the table.

    Args:
        target: ``None``: the last numeric column that is not asked for as a feature.
        features: ``None``: all other numeric columns, and those of ``one_hot``.
        one_hot: the features whose values are levels.
        without: those that play no part.
        dates: those of dates.
    """

    target: int | None
    features: tuple[int, ...] | None
    one_hot: frozenset[int]
    without: frozenset[int] = frozenset()
    dates: frozenset[int] = frozenset()

    @property
    def wanted(self) -> frozenset[int]:
        """All that are asked for as target or features."""
        target = () if self.target is None else (self.target,)
        return frozenset((*target, *(self.features or ()), *self.one_hot))


@dataclass(frozen=True)
class Choice:
    """The columns chosen.

    Args:
        target: position of the target in the table.
        features: positions of the features, at least one.
        one_hot: those of them whose values are levels.
        columns: all these columns, by position.
        notes: what was left out.
    """

    target: int
    features: tuple[int, ...]
    one_hot: frozenset[int]
    columns: dict[int, Column]
    notes: tuple[Note, ...]


def find(sheet: Sheet, options: TableOptions) -> RequestedColumns:
    """Return where the columns asked for stand.

    Raises:
        LinregError: "unknown-column", "duplicate-feature", "no-features" for an empty list,
            "one-hot-target", and "bad-option" for a column that is to play a part and none.
    """
    requested = _named(sheet, options)
    for position in requested.wanted & requested.without:
        raise LinregError(
            "bad-option",
            "this column is asked for, and left out by --without; do one of them",
            column=sheet.names[position],
        )
    return requested


def _named(sheet: Sheet, options: TableOptions) -> RequestedColumns:
    target = None if options.target is None else _position(sheet, options.target)
    one_hot = _positions(sheet, options.one_hot)
    if target in one_hot:
        raise LinregError(
            "one-hot-target",
            "a target must be a number; choose another --target, or leave it out of --one-hot",
            column=options.target,
        )
    others = [frozenset(_positions(sheet, names)) for names in (options.without, options.dates)]
    if options.features is None:
        return RequestedColumns(target, None, frozenset(one_hot), *others)
    if not options.features:
        raise LinregError("no-features", "the list of features is empty; name at least one")
    features = _positions(sheet, options.features)
    unlisted = tuple(position for position in one_hot if position not in features)
    return RequestedColumns(target, features + unlisted, frozenset(one_hot), *others)


def _positions(sheet: Sheet, names: Sequence[str]) -> tuple[int, ...]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise LinregError("duplicate-feature", "asked for twice; name it once", column=name)
        seen.add(name)
    return tuple(_position(sheet, name) for name in names)


def _position(sheet: Sheet, name: str) -> int:
    if name in sheet.names:
        return sheet.names.index(name)
    names = [name for name in sheet.names if name]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {quoted(near[0])}? " if near else ""
    raise LinregError(
        "unknown-column",
        f"there is no such column; {hint}The table has: {listed(names)}",
        line=sheet.names_line,
        column=name,
    )


def choose(sheet: Sheet, requested: RequestedColumns, options: TableOptions) -> Choice:
    """Return the columns asked for, and by default all that are numeric.

    Args:
        sheet: the table.
        requested: what was asked for.
        options: how to read it.

    Raises:
        LinregError: "no-target" and "no-features" when no numeric column is left for that;
            "not-a-number" when a column is left that holds numbers with something around them,
            and "blank-name" when one is that has no name; and what ``sheet.columns`` raises.
    """
    names, wanted = sheet.names, requested.wanted
    is_settled = None not in (requested.target, requested.features)
    free = wanted if is_settled else frozenset(range(len(names))) - requested.without
    found = sheet.columns(sorted(free))
    columns = {p: _converted(sheet, p, found[p], requested, options) for p in found}
    roles: dict[int, Role] = {
        p: role_of(names[p], p, column) if column is found[p] else "number"
        for p, column in columns.items()
        if p not in wanted
    }
    _refuse_dressed(sheet, {p: columns[p] for p, role in roles.items() if role == "dressed"})
    _refuse_nameless(sheet, roles)
    usable = [p for p in columns if p in wanted or roles[p] == "number"]
    left_out = LeftOut.of(names, roles)

    target = requested.target
    if target is None:
        free_ones = [position for position in usable if position not in wanted]
        if not free_ones:
            raise left_out.refusal("no-target", "to predict")
        target = free_ones[-1]
    features = requested.features
    if features is None:
        features = tuple(position for position in usable if position != target)
        if not features:
            raise left_out.refusal("no-features", f"to predict {quoted(names[target])} from")
    chosen = {position: columns[position] for position in (target, *features)}
    notes = left_out.notes() if requested.features is None else ()
    booleans = [names[p] for p in chosen if found[p].role == "boolean" and columns[p].is_numeric]
    if booleans:
        notes += (Note("boolean", f"true is 1 and false is 0 in {listed(booleans)}"),)
    return Choice(target, features, requested.one_hot, chosen, notes)


def _converted(
    sheet: Sheet, position: int, column: Column, requested: RequestedColumns, options: TableOptions
) -> Column:
    """Return a column as numbers where that takes more than to read them."""
    if position in requested.one_hot and not column.is_numeric:
        return sheet.converted(position, AsText()) if column.others.words else column
    if position in requested.dates:
        return sheet.converted(position, Dates(options.date_format))
    if column.role == "boolean":
        return sheet.converted(position, Booleans())
    is_loose = column.role == "dressed" or (
        column.is_numeric and column.first_refused("drop") is not None
    )
    if options.loose_numbers and is_loose:
        return sheet.converted(position, Loose("," if options.decimal_comma else "."))
    return column


_NAMELESS = re.compile(r"(Unnamed: \d+(\.\d+)?|\s*)")
"""No name, or what pandas writes for one."""


def role_of(name: str, position: int, column: Column) -> Role:
    """Return what a column holds: an index, if it is the first, has no name, and counts or is text.

    It counts where its numbers are whole and all differ.
    """
    if position or not _NAMELESS.fullmatch(name) or column.role == "empty":
        return column.role
    values = column.values
    counts = column.is_numeric and bool(
        np.all(values == np.floor(values)) and len(np.unique(values)) == len(values)
    )
    return column.role if column.is_numeric and not counts else "index"


def _refuse_dressed(sheet: Sheet, columns: Mapping[int, Column]) -> None:
    """Refuse numbers with something around them: they are not left out in silence."""
    refused = [(column.first_refused("drop"), position) for position, column in columns.items()]
    rows = [(row, position) for row, position in refused if row is not None]
    if rows:
        raise sheet.refusal(*min(rows), "")


def _refuse_nameless(sheet: Sheet, roles: Mapping[int, Role]) -> None:
    for position, role in roles.items():
        if not sheet.names[position] and role not in ("index", "empty"):
            raise LinregError(
                "blank-name",
                f"column {position + 1} of {len(sheet.names)} has no name; name it, or check "
                "whether a separator stands inside the numbers",
                line=sheet.names_line,
            )


@dataclass(frozen=True)
class LeftOut:
    """The names of columns that nobody asked for and that hold no numbers, by what they hold."""

    text: tuple[str, ...]
    dates: tuple[str, ...]
    index: tuple[str, ...]
    empty: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str], roles: Mapping[int, Role]) -> LeftOut:
        """Sort columns by their roles."""
        text, dates, index, empty = (
            tuple(names[p] for p, role in sorted(roles.items()) if role == wanted)
            for wanted in ("text", "date", "index", "empty")
        )
        return cls(text, dates, index, empty)

    def refusal(self, code: str, purpose: str) -> LinregError:
        """Return what is said when no column of numbers is left for something."""
        advice = tuple[Advice, ...]()
        hints = ""
        if self.dates:
            advice += (("dates", self.dates[:1]),)
            hints += f"; {quoted(self.dates[0])} holds dates: {flag_of(advice[-1])}"
        if self.text:
            hints += f"; these hold text: {listed(self.text)}"
            if code == "no-features" and "," not in self.text[0]:
                advice += (("one_hot", self.text[:1]),)
                hints += f" ({flag_of(advice[-1])} makes features of one)"
        message = f"no column of numbers is left {purpose}{hints or '; add one'}"
        return LinregError(code, message, advice=advice)

    def notes(self) -> tuple[Note, ...]:
        """Return what is noted."""
        by_code = {
            "text-column": (
                self.text,
                "left out, for most cells are no numbers: {}; --one-hot makes features of such "
                "columns",
            ),
            "date-column": (self.dates, "left out, for they hold dates: {}; --date makes days"),
            "index-column": (self.index, "left out: the first column, {}, numbers or names rows"),
            "empty-column": (
                tuple(filter(None, self.empty)),
                "left out, for every cell is missing: {}",
            ),
            "empty-column-dropped": (
                ("columns without a name",) * ("" in self.empty),
                "left out, for they are empty: {}",
            ),
        }
        return tuple(
            Note(code, words.format(listed([name or "without a name" for name in names])))
            for code, (names, words) in by_code.items()
            if names
        )
