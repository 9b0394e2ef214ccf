"""How the text of a table is read, as far as it cannot be told from it: one line or two."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, ItemGrid
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Select

from linreg_core import TableOptions

DEFAULT = TableOptions()

LISTS: dict[str, dict[str, str]] = {
    "separator": {"guessed": "", ",": ",", ";": ";", "|": "|", "tab": "\t", "blanks": " "},
    "decimals": {"1.5": ".", "1,5": ","},
    "header": {"first line": "yes", "none": ""},
    "missing": {"refused": "refuse", "left out": "drop"},
}
"""What is chosen from a list: label -> what is shown -> value."""


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

    def __init__(self) -> None:
        super().__init__(min_column_width=22)

    def compose(self) -> ComposeResult:
        for label, offered in LISTS.items():
            with Horizontal():
                yield Label(label)
                choices = [(Content(shown), value) for shown, value in offered.items()]
                first = choices[0][1]
                yield Select(choices, value=first, allow_blank=False, id=label, compact=True)
        with Horizontal():
            yield Label("encoding")
            yield Input(DEFAULT.encoding, id="encoding", compact=True)

    def read(self) -> TableOptions:
        """The options as they stand here.

        Raises:
            LinregError: when they do not go together.
        """
        chosen = {label: str(self.query_one(f"#{label}", Select).value) for label in LISTS}
        return TableOptions(
            missing="drop" if chosen["missing"] == "drop" else "refuse",
            separator=chosen["separator"] or None,
            decimal_comma=chosen["decimals"] == ",",
            encoding=self.query_one("#encoding", Input).value.strip(),
            header=bool(chosen["header"]),
        )

    @on(Select.Changed)
    @on(Input.Changed)
    def tell(self, event: Message) -> None:
        """Tell that one of them is another."""
        event.stop()
        self.post_message(self.Changed())
