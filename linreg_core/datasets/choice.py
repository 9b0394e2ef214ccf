"""Which columns of a table are the target and the features."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from linreg_core.datasets.cells import Cells, Column
from linreg_core.errors import LinregError
from linreg_core.problem import Note
from linreg_core.wording import listed, quoted


@dataclass(frozen=True)
class Asked:
    """The columns asked for by name, as positions in the table.

    Args:
        target: ``None``: the last numeric column that is not asked for as a feature.
        features: ``None``: all other numeric columns.
    """

    target: int | None
    features: tuple[int, ...] | None


@dataclass(frozen=True)
class Choice:
    """The columns chosen.

    Args:
        target: position of the target in the table.
        features: positions of the features, at least one.
        columns: these columns, by position.
        notes: what was left out.
    """

    target: int
    features: tuple[int, ...]
    columns: dict[int, Column]
    notes: tuple[Note, ...]


def find(
    names: Sequence[str], target: str | None, features: Sequence[str] | None, line: int | None
) -> Asked:
    """Return where the columns asked for stand.

    Args:
        names: all names of the table, different.
        target: the name asked for, or ``None``.
        features: the names asked for, or ``None``.
        line: the line of the names, for the refusal; ``None`` when they stand on none.

    Raises:
        LinregError: "unknown-column", "duplicate-feature", and "no-features" for an empty list.
    """
    positions = {name: position for position, name in enumerate(names)}

    def position_of(name: str) -> int:
        if name not in positions:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"did you mean {quoted(near[0])}? " if near else ""
            raise LinregError(
                "unknown-column",
                f"there is no such column; {hint}The table has: {listed(names)}",
                line=line,
                column=name,
            )
        return positions[name]

    if features is not None:
        if not features:
            raise LinregError("no-features", "the list of features is empty; name at least one")
        for index, name in enumerate(features):
            if name in features[:index]:
                raise LinregError(
                    "duplicate-feature", "asked for twice as a feature; name it once", column=name
                )
    return Asked(
        None if target is None else position_of(target),
        None if features is None else tuple(map(position_of, features)),
    )


def choose(cells: Cells, names: Sequence[str], asked: Asked) -> Choice:
    """Return the columns asked for, and by default all that are numeric.

    Args:
        cells: the table.
        names: its names.
        asked: what was asked for.

    Raises:
        LinregError: "no-target" and "no-features" when no numeric column is left for that.
    """
    wanted = {*(asked.features or ()), *(() if asked.target is None else (asked.target,))}
    columns: dict[int, Column] = {}
    text: list[str] = []
    empty: list[str] = []
    for position, name in enumerate(names):
        if position not in wanted and None not in (asked.target, asked.features):
            continue
        column = cells.column(position)
        if position in wanted or column.is_numeric:
            columns[position] = column
        else:
            (empty if column.is_empty else text).append(name)

    target = asked.target
    if target is None:
        free = [position for position in columns if position not in wanted]
        if not free:
            raise LinregError("no-target", f"no column of numbers is left to predict{_but(text)}")
        target = free[-1]
    features = asked.features
    if features is None:
        features = tuple(position for position in columns if position != target)
        if not features:
            raise LinregError(
                "no-features",
                f"no column of numbers is left to predict {quoted(names[target])} from{_but(text)}",
            )
    kept = {position: columns[position] for position in (target, *features)}
    return Choice(target, features, kept, _notes(text, empty) if asked.features is None else ())


def _but(text: Sequence[str]) -> str:
    return f"; these hold text: {listed(text)}" if text else "; add one"


def _notes(text: Sequence[str], empty: Sequence[str]) -> tuple[Note, ...]:
    notes = []
    if text:
        notes.append(
            Note("text-column", f"left out, for most cells are no numbers: {listed(text)}")
        )
    if empty:
        notes.append(Note("empty-column", f"left out, for every cell is missing: {listed(empty)}"))
    return tuple(notes)
