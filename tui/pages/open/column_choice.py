"""What each column of a table is to be, and what a key makes of that: pure functions.

A choice is the part of `TableOptions` that names columns. What it leaves open, the core chooses; so
it says no more than a key asked for.
"""

from __future__ import annotations

from dataclasses import replace

from linreg_core import TableHead, TableOptions

TARGET, FEATURE, ONE_HOT, DATE, LEFT_OUT = "target", "feature", "one-hot", "date", "·"
OPEN, UNKNOWN = "?", ""
ROLES = (TARGET, FEATURE, ONE_HOT, DATE, LEFT_OUT, OPEN, UNKNOWN)
"""What a column can be, as the screen has it."""

_FIELDS = ("target", "features", "without", "one_hot", "dates")
"""The part of `TableOptions` that names columns."""

_MEANINGS = {
    TARGET: "the column that is predicted",
    FEATURE: "one of those that it is predicted from",
    ONE_HOT: "a column of 0 and 1 for each of its values but the first",
    DATE: "days since its earliest date",
    OPEN: "numbers with more around them: space leaves the column out",
}
_LEFT_OUT_MEANINGS = {
    "number": "left out; space takes it",
    "boolean": "left out; space takes it: true is 1, false is 0",
    "date": "left out; d takes it, as days since its earliest date",
    "dressed": "left out; space takes it back",
    "text": "left out; h makes a column of 0 and 1 for each of its values but the first",
    "index": "left out: it numbers or names the rows",
    "empty": "left out: nothing stands in it",
}
"""What a role comes to; of a column that is left out, by what it holds."""

_TAKEN_BY_DEFAULT = ("number", "boolean", "dressed")


def put_in(choice: TableOptions, options: TableOptions) -> TableOptions:
    """Options with the columns that were chosen."""
    return replace(options, **{name: getattr(choice, name) for name in _FIELDS})


def role(choice: TableOptions, head: TableHead, position: int) -> str:
    """What a column is; `UNKNOWN` while neither the user nor the core has chosen."""
    name = head.names[position]
    if name == target(choice, head):
        return TARGET
    for names, named in (
        (choice.without, LEFT_OUT),
        (choice.one_hot, ONE_HOT),
        (choice.dates, DATE),
        (_features(choice, head), FEATURE),
    ):
        if name in names:
            return named
    if choice.features is None and _kind(head, position) == "dressed":
        return OPEN
    return UNKNOWN if target(choice, head) is None else LEFT_OUT


def meaning(choice: TableOptions, head: TableHead, position: int) -> str:
    """What that comes to, in a line."""
    present = role(choice, head, position)
    if present == LEFT_OUT:
        return _LEFT_OUT_MEANINGS.get(_kind(head, position), "")
    return _MEANINGS.get(present, "")


def target(choice: TableOptions, head: TableHead) -> str | None:
    """The column that is predicted, where that is known."""
    return head.target if choice.target is None else choice.target


def switched(choice: TableOptions, head: TableHead, position: int) -> TableOptions:
    """Predict from a column, or no longer."""
    name, kind = head.names[position], _kind(head, position)
    present, bare = role(choice, head, position), _bare(choice, name)
    is_taken_by_default = kind in _TAKEN_BY_DEFAULT
    if present in (FEATURE, ONE_HOT, DATE, OPEN) or (present == UNKNOWN and is_taken_by_default):
        if choice.features is not None:
            return replace(bare, features=_less(choice.features, name))
        return replace(bare, without=(*bare.without, name)) if is_taken_by_default else bare
    if kind == "text":
        return as_one_hot(bare, head, position)
    if kind == "date":
        return as_date(bare, head, position)
    is_taken_back = choice.features is None and name in choice.without
    return bare if is_taken_back else _with_feature(bare, head, name)


def as_target(choice: TableOptions, head: TableHead, position: int) -> TableOptions:
    """Predict a column; the features stay open if they are."""
    name = head.names[position]
    features = None if choice.features is None else _less(choice.features, name)
    return replace(_bare(choice, name), target=name, features=features, dates=choice.dates)


def as_one_hot(choice: TableOptions, head: TableHead, position: int) -> TableOptions:
    """Predict from the values of a column, each by itself; or as if that had not been said."""
    name = head.names[position]
    bare = _bare(choice, name)
    if name in choice.one_hot:
        return bare
    return _listed(replace(bare, one_hot=(*bare.one_hot, name)), head, name)


def as_date(choice: TableOptions, head: TableHead, position: int) -> TableOptions:
    """Predict from the days of a column of dates, or predict them; or as if that had not been."""
    name = head.names[position]
    bare = _bare(choice, name)
    if name in choice.dates:
        return bare
    return _listed(replace(bare, dates=(*bare.dates, name)), head, name)


def _kind(head: TableHead, position: int) -> str:
    """What a column holds; nothing where the table was refused before that was known."""
    return head.kinds[position] if head.kinds else ""


def _features(choice: TableOptions, head: TableHead) -> tuple[str, ...]:
    return head.features if choice.features is None else choice.features


def _bare(choice: TableOptions, name: str) -> TableOptions:
    """The choice without what it says of how a column is read, or that it plays no part."""
    return replace(
        choice,
        without=_less(choice.without, name),
        one_hot=_less(choice.one_hot, name),
        dates=_less(choice.dates, name),
    )


def _listed(choice: TableOptions, head: TableHead, name: str) -> TableOptions:
    """The choice with that feature, where its features are listed at all."""
    is_listed = choice.features is not None and name != choice.target
    return _with_feature(choice, head, name) if is_listed else choice


def _with_feature(choice: TableOptions, head: TableHead, name: str) -> TableOptions:
    """The choice with its features listed, that one among them, in the file's order."""
    wanted = {*_features(choice, head), name}
    return replace(choice, features=tuple(other for other in head.names if other in wanted))


def _less(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)
