"""The columns of a table that is to be opened: what they hold, and what each is to be."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable

from linreg_core import TableHead, TableOptions, visible
from tui.text import shorten

NAME_WIDTH, CELL_WIDTH = 20, 12
MOST_CELLS = 20_000
"""More cells than these take half a second to be laid out: a wide table shows fewer of its rows."""

ROLES = TARGET, FEATURE, ONE_HOT, NONE = "target", "feature", "one-hot", "·"
KINDS = "number", "text", "empty"


class ColumnTable(DataTable[Text]):
    """One line for each column of the file: its role, name, type and first values.

    The choice stays that of the core, the last numeric column from all others, until a key
    changes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_feature", "Feature", show=False),
        Binding("t", "set_target", "Target", show=False),
        Binding("h", "toggle_one_hot", "One-hot", show=False),
        Binding("a", "choose_default", "Default", show=False),
    ]

    class Chosen(Message):
        """Target or features are others."""

    class Unfit(Message):
        """A column cannot be that."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, *, id: str) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, cursor_type="row", fixed_columns=2, cell_padding=1)
        self._head: TableHead | None = None
        self._target: str | None = None
        self._features: tuple[str, ...] | None = None
        self._one_hot: tuple[str, ...] = ()

    def show(self, head: TableHead) -> None:
        """Show the columns of a table; where the choice was left open, the one made for it."""
        before, self._head = self._head, head
        if before is None or (before.names, before.rows) != (head.names, head.rows):
            self._fill(head)
        self._mark_roles()

    def forget(self) -> None:
        """Leave the choice to the core again, as for another table."""
        self._target, self._features, self._one_hot = None, None, ()

    def take(self, options: TableOptions) -> None:
        """Show what was chosen."""
        self._target, self._features = options.target, options.features
        self._one_hot = options.one_hot

    def add_choice(self, options: TableOptions) -> TableOptions:
        """The options with what was chosen here."""
        return replace(options, target=self._target, features=self._features, one_hot=self._one_hot)

    def action_toggle_feature(self) -> None:
        """Predict from this column, or no longer; from one of text by its levels."""
        present = self._present()
        if present is None:
            return
        name, kind = present
        if name == self._shown_target():
            self.post_message(self.Unfit("the target cannot be switched: t on another one"))
            return
        features = self._shown_features()
        if kind == "text" and name not in features:
            self._one_hot = (*self._one_hot, name)
        self._set_features(_switched(features, name))

    def action_toggle_one_hot(self) -> None:
        """Predict from the levels of this column, or from its numbers."""
        present = self._present()
        if present is None:
            return
        name, _ = present
        if name == self._shown_target():
            self.post_message(self.Unfit("the target must be a number: t on another one"))
            return
        features = self._shown_features()
        if name not in features:
            features = (*features, name)
        self._one_hot = _switched(self._one_hot, name)
        self._set_features(features)

    def action_set_target(self) -> None:
        """Predict this column."""
        present = self._present()
        if present is None:
            return
        self._target, _ = present
        if self._features is not None:
            self._set_features(tuple(name for name in self._features if name != self._target))
        else:
            self._tell()

    def action_choose_default(self) -> None:
        """Take the choice back."""
        self.forget()
        self._tell()

    def _present(self) -> tuple[str, str] | None:
        """Name and type of the column under the cursor; ``None``: it is on none."""
        head = self._head
        if head is None or not 0 <= self.cursor_row < len(head.kinds):
            return None
        return head.names[self.cursor_row], head.kinds[self.cursor_row]

    def _shown_target(self) -> str | None:
        assert self._head is not None
        return self._target or self._head.target

    def _shown_features(self) -> tuple[str, ...]:
        assert self._head is not None
        return self._head.features if self._features is None else self._features

    def _set_features(self, features: tuple[str, ...]) -> None:
        """Take these, in the file's order, and leave nothing of the choice open."""
        assert self._head is not None
        self._target = self._shown_target()
        self._features = tuple(name for name in self._head.names if name in features)
        self._one_hot = tuple(name for name in self._one_hot if name in features)
        self._tell()

    def _tell(self) -> None:
        self._mark_roles()
        self.post_message(self.Chosen())

    def _fill(self, head: TableHead) -> None:
        self.clear(columns=True)
        rows = head.rows[: max(MOST_CELLS // max(len(head.names), 1), 1)]
        self.add_column("role", key="role", width=max(map(len, ROLES)))
        self.add_column("column")
        self.add_column("type", width=max(map(len, KINDS)))
        for number in range(1, len(rows) + 1):
            self.add_column(f"row {number}")
        for place, name in enumerate(head.names):
            kind = head.kinds[place] if head.kinds else ""
            cells = [row[place] for row in rows]
            shown = [shorten(visible(name), NAME_WIDTH), kind]
            shown += [shorten(cell, CELL_WIDTH) for cell in cells]
            self.add_row(Text(NONE), *(Text(text) for text in shown), key=str(place))

    def _mark_roles(self) -> None:
        assert self._head is not None
        target, features = self._shown_target(), set(self._shown_features())
        one_hot = set(self._one_hot)
        for place, name in enumerate(self._head.names):
            role = NONE
            if name == target:
                role = TARGET
            elif name in features:
                role = ONE_HOT if name in one_hot else FEATURE
            style = "bold" if role != NONE else "dim"
            self.update_cell(str(place), "role", Text(role, style))


def _switched(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The names without that one, or with it at the end."""
    if name in names:
        return tuple(other for other in names if other != name)
    return (*names, name)
