"""The columns of a table that is to be opened: what they hold, and what each is to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable

from linreg_core import TableHead, TableOptions, visible
from tui.pages.open import column_choice
from tui.pages.open.column_choice import LEFT_OUT, OPEN, ROLES, TARGET
from tui.text import shorten

NAME_WIDTH, CELL_WIDTH = 20, 12
MOST_CELLS = 20_000
"""More cells than these take half a second to be laid out: a wide table shows fewer of its rows."""

NO_NAME = "(no name)"
MOST_TARGET = 24
STYLES = {LEFT_OUT: "", OPEN: "bold reverse"}
"""Of the roles that are none; the others are bold."""

Change = Callable[[TableOptions, TableHead, int], TableOptions]
"""What a key makes of a choice, for the column in one place."""

KINDS = {
    "number": "number",
    "boolean": "true/false",
    "date": "date",
    "dressed": "number?",
    "text": "text",
    "index": "row number",
    "empty": "empty",
}
"""What a column holds, as the screen has it."""


class ColumnTable(DataTable[Text]):
    """One line for each column of the file: its role, name, type and first values.

    The choice stays that of the core, the last numeric column from all others, as far as no key
    has changed it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "Feature", show=False),
        Binding("t", "set_target", "Target", show=False),
        Binding("h", "switch_one_hot", "One-hot", show=False),
        Binding("d", "switch_date", "Date", show=False),
        Binding("a", "choose_default", "Default", show=False),
    ]

    class Chosen(Message):
        """Some column is something else."""

    class Unfit(Message):
        """A column cannot be that."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, *, id: str) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, cursor_type="row", fixed_columns=2, cell_padding=1)
        self._head: TableHead | None = None
        self._choice = TableOptions()

    @property
    def meaning(self) -> str:
        """What the role of the column under the cursor comes to, in a line."""
        position = self._present()
        if self._head is None or position is None:
            return ""
        return column_choice.meaning(self._choice, self._head, position)

    @property
    def target_words(self) -> str:
        """What is predicted, where that is known: its row may be out of sight."""
        head = self._head
        name = None if head is None else column_choice.target(self._choice, head)
        return "" if name is None else f"target {shorten(visible(name), MOST_TARGET)} · "

    def show(self, head: TableHead) -> None:
        """Show the columns of a table; where the choice was left open, the one made for it."""
        before, self._head = self._head, head
        if before is None or _shown_of(before) != _shown_of(head):
            self._fill(head)
        self._mark_roles()

    def go_to(self, name: str) -> None:
        """Put the cursor on a column, as a refusal names it; nowhere if there is none."""
        assert self._head is not None
        named = [visible(other) for other in self._head.names]  # a long one is cut there
        if name in named:
            self.move_cursor(row=named.index(name))

    def take(self, options: TableOptions) -> None:
        """Show what was chosen; another table has another choice."""
        self._choice = column_choice.put_in(options, TableOptions())

    def add_choice(self, options: TableOptions) -> TableOptions:
        """The options with what was chosen here."""
        return column_choice.put_in(self._choice, options)

    def action_switch(self) -> None:
        """Predict from this column, or no longer; from one of text by its levels."""
        self._change(column_choice.switched, "the target cannot be switched: t on another one")

    def action_switch_one_hot(self) -> None:
        """Predict from the levels of this column, or from its numbers."""
        self._change(column_choice.as_one_hot, "the target must be a number: t on another one")

    def action_switch_date(self) -> None:
        """Take the dates of this column for days, or no longer."""
        self._change(column_choice.as_date)

    def action_set_target(self) -> None:
        """Predict this column."""
        head, position = self._head, self._present()
        if head is not None and position is not None and head.kinds[position] == "text":
            self.post_message(self.Unfit("a target must be a column of numbers; this one is text"))
        else:
            self._change(column_choice.as_target)

    def action_choose_default(self) -> None:
        """Take the choice back."""
        self._choice = TableOptions()
        self._announce()

    def _present(self) -> int | None:
        """The position of the column under the cursor; ``None``: it is on none."""
        known = 0 if self._head is None else len(self._head.kinds)
        return self.cursor_row if 0 <= self.cursor_row < known else None

    def _change(self, change: Change, unfit: str = "") -> None:
        """Change the choice for the column under the cursor, unless it is an unfit target."""
        head, position = self._head, self._present()
        if head is None or position is None:
            return
        if unfit and column_choice.role(self._choice, head, position) == TARGET:
            self.post_message(self.Unfit(unfit))
            return
        self._choice = change(self._choice, head, position)
        self._announce()

    def _announce(self) -> None:
        self._mark_roles()
        self.post_message(self.Chosen())

    def _fill(self, head: TableHead) -> None:
        self.clear(columns=True)
        rows = head.rows[: max(MOST_CELLS // max(len(head.names), 1), 1)]
        self.add_column("role", key="role", width=max(map(len, ROLES)))
        self.add_column("column")
        self.add_column("type", width=max(map(len, KINDS.values())))
        for number in range(1, len(rows) + 1):
            self.add_column(f"row {number}")
        for position, name in enumerate(head.names):
            kind = KINDS[head.kinds[position]] if head.kinds else ""
            cells = [row[position] for row in rows]
            shown = [shorten(visible(name), NAME_WIDTH) or NO_NAME, kind]
            shown += [shorten(cell, CELL_WIDTH) for cell in cells]
            self.add_row(Text(LEFT_OUT), *(Text(text) for text in shown), key=str(position))

    def _mark_roles(self) -> None:
        if self._head is None:
            return
        for position in range(len(self._head.names)):
            role = column_choice.role(self._choice, self._head, position)
            style = STYLES.get(role, "bold")
            self.update_cell(str(position), "role", Text(role, style))


def _shown_of(head: TableHead) -> tuple[object, ...]:
    """What of a table stands still whatever is chosen."""
    return head.names, head.kinds, head.rows
