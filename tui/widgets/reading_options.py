"""How the text of a table is read, as far as it cannot be told from it: one line or two."""

from __future__ import annotations

from typing import Literal

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, ItemGrid
from textual.message import Message
from textual.widgets import Checkbox, Input, Label, Select

from linreg_core import TableOptions

SEPARATORS = {"guessed": "", ",": ",", ";": ";", "|": "|", "tab": "\t", "blanks": " "}
"""What may stand between two cells, by the name that is shown."""


class ReadingOptions(ItemGrid):
    """Separator, encoding, decimal comma, header, missing values."""

    DEFAULT_CSS = """
    ReadingOptions { height: auto; grid-gutter: 0 2; }
    ReadingOptions Horizontal { height: 1; }
    ReadingOptions Label { width: auto; margin-right: 1; }
    ReadingOptions Select { width: 1fr; }
    ReadingOptions Input { width: 1fr; }
    """

    class Changed(Message):
        """One of them is another."""

    def __init__(self, options: TableOptions) -> None:
        super().__init__(min_column_width=22)
        self._first = options

    def compose(self) -> ComposeResult:
        first = self._first
        with Horizontal():
            yield Label("separator")
            yield Select(
                list(SEPARATORS.items()),
                value=first.separator or "",
                allow_blank=False,
                id="separator",
                compact=True,
            )
        with Horizontal():
            yield Label("encoding")
            yield Input(first.encoding, id="encoding", compact=True)
        yield Checkbox("decimal comma", first.decimal_comma, id="comma", compact=True)
        yield Checkbox("first line is names", first.header, id="header", compact=True)
        yield Checkbox("leave out lacking rows", first.missing == "drop", id="drop", compact=True)

    def read(self) -> TableOptions:
        """The options as they stand here.

        Raises:
            LinregError: when they do not go together.
        """
        missing: Literal["drop", "refuse"] = (
            "drop" if self.query_one("#drop", Checkbox).value else "refuse"
        )
        return TableOptions(
            missing=missing,
            separator=str(self.query_one("#separator", Select).value) or None,
            decimal_comma=self.query_one("#comma", Checkbox).value,
            encoding=self.query_one("#encoding", Input).value.strip(),
            header=self.query_one("#header", Checkbox).value,
        )

    @on(Select.Changed)
    @on(Input.Changed)
    @on(Checkbox.Changed)
    def tell(self, event: Message) -> None:
        """Tell that one of them is another."""
        event.stop()
        self.post_message(self.Changed())
