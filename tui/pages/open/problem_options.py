"""How a problem is read or made, and which of its rows are held out: a few lines of fields."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, ItemGrid
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select

from linreg_core import (
    BUILTINS,
    DataRequest,
    Split,
    TableHead,
    TableOptions,
    parse_made,
    parse_split,
)
from tui.pages.open.choices import CHOICES, Choice

MADE = {"rows": "rows", "columns": "columns", "noise": "noise", "seed": "data seed"}
"""What can be chosen of built-in problems: field of `MadeOptions` -> label."""

SPLIT_MEANINGS = {
    "test-size": "a share of the rows to test on, not to train on, such as 0.2",
    "split-seed": "with a test size, another number holds other rows out",
}
MEANINGS = {choice.field: choice.meaning for choice in CHOICES} | SPLIT_MEANINGS
"""What a field means, by its id."""


class ProblemOptions(ItemGrid):
    """How a file's text is read, or what is chosen of a built-in problem; and the rows held out.

    What is set stands out, and what is advised.
    """

    DEFAULT_CSS = """
    ProblemOptions { height: auto; grid-gutter: 0 2; }
    ProblemOptions Horizontal { height: 1; }
    ProblemOptions Label { width: auto; margin-right: 1; }
    ProblemOptions Select { width: 1fr; }
    ProblemOptions Input { width: 1fr; }
    ProblemOptions .-set Label { text-style: bold; color: $text-accent; }
    ProblemOptions .-advised Label { text-style: bold reverse; color: $text-warning; }
    """

    class Changed(Message):
        """One of them is another."""

    def __init__(self) -> None:
        super().__init__(min_column_width=22)

    def compose(self) -> ComposeResult:
        for choice in CHOICES:
            yield _cell(choice.label, _widget(choice), classes="of-file")
        for name, label in MADE.items():
            yield _cell(label, Input(id=f"made-{name}", compact=True))
        yield _cell("test size", Input(placeholder="none", id="test-size", compact=True))
        seed = str(Split().seed)
        yield _cell("split seed", Input(placeholder=seed, id="split-seed", compact=True))

    def offer(self, source: str, begun: DataRequest) -> None:
        """Show the fields that a source has, and what was chosen of this one alone."""
        info = BUILTINS.get(source)
        for cell in self.query(".of-file"):
            cell.display = info is None
        for name in MADE:
            field = self._field(f"made-{name}")
            is_offered = info is not None and name in info.parameters
            _cell_of(field).display = is_offered
            field.placeholder = f"{getattr(info.defaults, name):g}" if info else ""
            typed = getattr(begun.made, name) if is_offered else None
            self._write(field, "" if typed is None else str(typed))
        degree = self._field("degree")
        default = TableOptions().degree
        self._write(degree, "" if begun.options.degree == default else str(begun.options.degree))
        self.show(TableHead(begun))

    def take(self, begun: DataRequest) -> None:
        """Show how the text of a file was read, and which rows were held out."""
        self.take_options(begun.options)
        split, default = begun.split, Split()
        size, seed = split.test_size, split.seed
        self._write(self._field("test-size"), "" if size is None else str(size))
        self._write(self._field("split-seed"), "" if seed == default.seed else str(seed))

    def take_options(self, options: TableOptions) -> None:
        """Show how the text of a file is read."""
        for choice in CHOICES:
            value = getattr(options, choice.field)
            if not choice.offered:
                typed = "" if value == choice.default else choice.shown(value)
                self._write(self._field(choice.field), typed)
                continue
            offered = dict(choice.offered)
            if value not in offered.values():
                offered[choice.shown(value)] = value  # the command line takes any separator
            listed = self._listed(choice)
            with self.prevent(Select.Changed):
                listed.set_options((Content(shown), value) for shown, value in offered.items())
                listed.value = value
        self._mark()

    def show(self, head: TableHead) -> None:
        """Offer what a table calls for: a degree for its only feature, a format for its dates."""
        is_file, options = not head.request.is_builtin, head.request.options
        called_for = {
            "degree": is_file and len(head.features) == 1 and not head.one_hot,
            "date_format": "date" in head.kinds or bool(options.dates),
        }
        for name, is_called_for in called_for.items():
            field = self._field(name)
            # Never one hidden that counts.
            _cell_of(field).display = is_called_for or bool(field.value)

    def advise(self, fields: Collection[str]) -> None:
        """Let some fields stand out."""
        for choice in CHOICES:
            cell = _cell_of(self.query_one(f"#{choice.field}"))
            cell.set_class(choice.field in fields, "-advised")
            if choice.field in fields:
                cell.display = True

    def read(self, source: str) -> DataRequest:
        """What stands here for a source, which is a built-in problem or a file.

        Raises:
            LinregError: for what is no number or out of its range, and when they do not go
                together.
        """
        made = parse_made({name: self._field(f"made-{name}").value for name in MADE})
        split = parse_split(self._field("test-size").value, self._field("split-seed").value)
        if source in BUILTINS:
            return DataRequest(source, made=made, split=split)
        options = {choice.field: self._value(choice) for choice in CHOICES}
        return DataRequest(source, TableOptions(**options), split=split)

    @on(Select.Changed)
    @on(Input.Changed)
    def announce(self, event: Message) -> None:
        """Tell that one of them is another."""
        event.stop()
        self._mark()
        self.post_message(self.Changed())

    def _mark(self) -> None:
        """Let stand out what is not as it is for a user who says nothing."""
        for choice in CHOICES:
            if choice.offered:
                field: Select[Any] | Input = self._listed(choice)
                is_set = field.value != choice.default
            else:
                field = self._field(choice.field)
                is_set = bool(field.value)
            _cell_of(field).set_class(is_set, "-set")

    def _value(self, choice: Choice) -> Any:
        if choice.offered:
            return self._listed(choice).value
        return choice.read(self._field(choice.field).value)

    def _listed(self, choice: Choice) -> Select[Any]:
        return self.query_one(f"#{choice.field}", Select)

    def _field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _write(self, field: Input, text: str) -> None:
        """Put a text into a field, and do not tell."""
        with self.prevent(Input.Changed):
            field.value = text


def _widget(choice: Choice) -> Widget:
    """What a choice is made with."""
    if not choice.offered:
        return Input(placeholder=choice.shown(choice.default), id=choice.field, compact=True)
    offered = [(Content(shown), value) for shown, value in choice.offered.items()]
    return Select(offered, value=choice.default, allow_blank=False, id=choice.field, compact=True)


def _cell(label: str, field: Widget, classes: str = "") -> Widget:
    """A field and its label."""
    return Horizontal(Label(label), field, classes=classes)


def _cell_of(field: Widget) -> Widget:
    assert isinstance(field.parent, Widget)
    return field.parent
