"""What a refusal advises: pieces side by side, of which a key takes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from linreg_core import TableOptions, visible
from tui.pages.open.choices import CHOICES
from tui.pages.open.column_table import NO_NAME

Advice = tuple[str, Any]
"""A field of `TableOptions` and its value; a tuple is to be added to what is there."""

MOST = 9
"""As many as there are keys for."""

_WORDS = {
    "target": "predict {}",
    "features": "predict from {}",
    "without": "leave {} out",
    "one_hot": "make 0 and 1 of {}",
    "dates": "make days of {}",
    "loose_numbers": "read such numbers",
    "missing": "leave such rows out",
    "missing_values": "{} means missing",
    "skip_lines": "skip line {}",
    "comment": "skip what begins with {}",
}
"""Pieces that are said otherwise than a choice and its value."""


def words(advice: Advice) -> str:
    """What a piece of advice does."""
    field, value = advice
    if field in _WORDS:
        names = value if isinstance(value, tuple) else (value,)
        return _WORDS[field].format(", ".join(visible(str(name)) or NO_NAME for name in names))
    choice = next(choice for choice in CHOICES if choice.field == field)
    return f"{choice.label}: {choice.shown(value)}"


def taken(options: TableOptions, advice: Advice) -> TableOptions:
    """Options with a piece of advice."""
    field, value = advice
    present = getattr(options, field)
    if isinstance(value, tuple) and present is not None:
        value = (*present, *value)
    return replace(options, **{field: value})


class AdviceRow(Static, can_focus=True):
    """Some pieces of advice, and a cursor on one of them; gone while there are none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up,h,k", "move(-1)", show=False),
        Binding("right,down,l,j", "move(1)", show=False),
        Binding("enter", "take_present", show=False),
    ]

    DEFAULT_CSS = """
    AdviceRow { height: auto; display: none; }
    """

    class Offered(Message):
        """Other pieces are advised, of these fields."""

        def __init__(self, fields: frozenset[str]) -> None:
            super().__init__()
            self.fields = fields

    class Taken(Message):
        """The user follows a piece of advice."""

        def __init__(self, advice: Advice) -> None:
            super().__init__()
            self.advice = advice

    def __init__(self) -> None:
        super().__init__(id="advice", markup=False)
        self._offered: tuple[Advice, ...] = ()
        self._cursor = 0

    def offer(self, advice: Sequence[Advice]) -> None:
        """Show some pieces of advice."""
        self._offered, self._cursor = tuple(advice[:MOST]), 0
        self.display = bool(self._offered)
        self.refresh(layout=True)
        self.post_message(self.Offered(frozenset(field for field, _ in self._offered)))

    def take(self, number: int) -> None:
        """Follow one, counted from 1; nothing where there is none."""
        if 0 < number <= len(self._offered):
            self.post_message(self.Taken(self._offered[number - 1]))

    def action_take_present(self) -> None:
        """Follow the one under the cursor."""
        self.take(self._cursor + 1)

    def action_move(self, step: int) -> None:
        """Put the cursor on another one."""
        self._cursor = (self._cursor + step) % len(self._offered)
        self.refresh()

    def render(self) -> Text:
        """Pieces with their keys before them."""
        return Text("   ").join(
            Text.assemble(
                (str(index + 1), "bold"),
                " ",
                (words(advice), "reverse" if self.has_focus and index == self._cursor else ""),
            )
            for index, advice in enumerate(self._offered)
        )
