"""Which columns of a table are the target and the features."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from linreg_core.datasets.options import TableOptions
from linreg_core.datasets.table.columns import Column, Sheet
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.safe_text import listed, quoted


@dataclass(frozen=True)
class Asked:
    """The columns asked for by name, as positions in the table.

    Args:
        target: ``None``: the last numeric column that is not asked for as a feature.
        features: ``None``: all other numeric columns, and those of ``one_hot``.
        one_hot: the features whose values are levels.
    """

    target: int | None
    features: tuple[int, ...] | None
    one_hot: frozenset[int]


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


def find(sheet: Sheet, options: TableOptions) -> Asked:
    """Return where the columns asked for stand.

    Raises:
        LinregError: "unknown-column", "duplicate-feature", "no-features" for an empty list, and
            "one-hot-target".
    """
    target = None if options.target is None else _position(sheet, options.target)
    one_hot = _positions(sheet, options.one_hot)
    if target in one_hot:
        raise LinregError(
            "one-hot-target",
            "a target must be a number; choose another --target, or leave it out of --one-hot",
            column=options.target,
        )
    if options.features is None:
        return Asked(target, None, frozenset(one_hot))
    if not options.features:
        raise LinregError("no-features", "the list of features is empty; name at least one")
    features = _positions(sheet, options.features)
    unlisted = tuple(position for position in one_hot if position not in features)
    return Asked(target, features + unlisted, frozenset(one_hot))


def _positions(sheet: Sheet, names: Sequence[str]) -> tuple[int, ...]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise LinregError(
                "duplicate-feature", "asked for twice as a feature; name it once", column=name
            )
        seen.add(name)
    return tuple(_position(sheet, name) for name in names)


def _position(sheet: Sheet, name: str) -> int:
    if name in sheet.names:
        return sheet.names.index(name)
    near = difflib.get_close_matches(name, sheet.names, 1)
    hint = f"did you mean {quoted(near[0])}? " if near else ""
    raise LinregError(
        "unknown-column",
        f"there is no such column; {hint}The table has: {listed(sheet.names)}",
        line=sheet.names_line,
        column=name,
    )


def choose(sheet: Sheet, asked: Asked) -> Choice:
    """Return the columns asked for, and by default all that are numeric.

    Args:
        sheet: the table.
        asked: what was asked for.

    Raises:
        LinregError: "no-target" and "no-features" when no numeric column is left for that, and
            what ``sheet.columns`` raises.
    """
    names = sheet.names
    wanted = {*(asked.features or ()), *asked.one_hot}
    if asked.target is not None:
        wanted.add(asked.target)
    is_settled = None not in (asked.target, asked.features)
    columns = sheet.columns(sorted(wanted) if is_settled else range(len(names)))
    usable = [p for p, column in columns.items() if p in wanted or column.is_numeric]
    left_out = sorted(columns.keys() - set(usable))
    text = [names[p] for p in left_out if not columns[p].is_empty]
    empty = [names[p] for p in left_out if columns[p].is_empty]

    target = asked.target
    if target is None:
        free = [position for position in usable if position not in wanted]
        if not free:
            raise LinregError("no-target", f"no column of numbers is left to predict{_but(text)}")
        target = free[-1]
    features = asked.features
    if features is None:
        features = tuple(position for position in usable if position != target)
        if not features:
            raise LinregError(
                "no-features",
                f"no column of numbers is left to predict {quoted(names[target])} from{_but(text)}",
            )
    kept = {position: columns[position] for position in (target, *features)}
    notes = _notes(text, empty) if asked.features is None else ()
    return Choice(target, features, asked.one_hot, kept, notes)


def _but(text: Sequence[str]) -> str:
    return f"; these hold text: {listed(text)}" if text else "; add one"


def _notes(text: Sequence[str], empty: Sequence[str]) -> tuple[Note, ...]:
    notes = []
    if text:
        notes.append(
            Note(
                "text-column",
                f"left out, for most cells are no numbers: {listed(text)}; --one-hot makes "
                "features of such columns",
            )
        )
    if empty:
        notes.append(Note("empty-column", f"left out, for every cell is missing: {listed(empty)}"))
    return tuple(notes)
