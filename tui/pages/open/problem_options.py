"""How a problem is read or made, and which of its rows are held out: a few lines of fields."""

from __future__ import annotations

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
    parse_whole,
    visible,
)

DEFAULT = TableOptions()

LISTS: dict[str, dict[str, str]] = {
    "separator": {"guessed": "", ",": ",", ";": ";", "|": "|", "tab": "\t", "blanks": " "},
    "decimals": {"1.5": ".", "1,5": ","},
    "header": {"first line": "yes", "none": ""},
    "missing": {"refused": "refuse", "left out": "drop"},
}
"""What is chosen from a list: label -> what is shown -> value."""

MADE = {"rows": "rows", "columns": "columns", "noise": "noise", "seed": "data seed"}
"""What can be chosen of built-in problems: field of `MadeOptions` -> label."""


class ProblemOptions(ItemGrid):
    """How a file's text is read, or what is chosen of a built-in problem; and the rows held out."""

    DEFAULT_CSS = """
    ProblemOptions { height: auto; grid-gutter: 0 2; }
    ProblemOptions Horizontal { height: 1; }
    ProblemOptions Label { width: auto; margin-right: 1; }
    ProblemOptions Select { width: 1fr; }
    ProblemOptions Input { width: 1fr; }
    """

    class Changed(Message):
        """One of them is another."""

    def __init__(self) -> None:
        super().__init__(min_column_width=22)

    def compose(self) -> ComposeResult:
        for label, offered in LISTS.items():
            with Horizontal(classes="of-file"):
                yield Label(label)
                choices = [(Content(shown), value) for shown, value in offered.items()]
                first = choices[0][1]
                yield Select(choices, value=first, allow_blank=False, id=label, compact=True)
        with Horizontal(classes="of-file"):
            yield Label("encoding")
            yield Input(DEFAULT.encoding, id="encoding", compact=True)
        with Horizontal(classes="of-file"):
            yield Label("degree")
            yield Input(placeholder=str(DEFAULT.degree), id="degree", compact=True)
        for name, label in MADE.items():
            with Horizontal():
                yield Label(label)
                yield Input(id=f"made-{name}", compact=True)
        with Horizontal():
            yield Label("test size")
            yield Input(placeholder="none", id="test-size", compact=True)
        with Horizontal():
            yield Label("split seed")
            yield Input(placeholder=str(Split().seed), id="split-seed", compact=True)

    def offer(self, source: str, begun: DataRequest) -> None:
        """Show the fields that a source has, and what was chosen of this one alone."""
        info = BUILTINS.get(source)
        for cell in self.query(".of-file"):
            cell.display = info is None
        for name in MADE:
            field = self._field(f"made-{name}")
            is_offered = info is not None and name in info.parameters
            _cell(field).display = is_offered
            field.placeholder = f"{getattr(info.defaults, name):g}" if info else ""
            self._write(f"made-{name}", _typed(getattr(begun.made, name)) if is_offered else "")
        self._write("degree", _typed(begun.options.degree, DEFAULT.degree))
        self._show_degree(has_one_feature=False)

    def take(self, begun: DataRequest) -> None:
        """Show how the text of a file was read, and which rows were held out."""
        options, split = begun.options, begun.split
        present = {
            "separator": options.separator or "",
            "decimals": "," if options.decimal_comma else ".",
            "header": "" if options.header is False else "yes",
            "missing": options.missing,
        }
        for label, value in present.items():
            offered = {value: shown for shown, value in LISTS[label].items()}
            offered.setdefault(value, visible(value))  # the command line takes any separator
            listed = self.query_one(f"#{label}", Select)
            with self.prevent(Select.Changed):
                listed.set_options((Content(shown), value) for value, shown in offered.items())
                listed.value = value
        self._write("encoding", options.encoding)
        self._write("test-size", _typed(split.test_size))
        self._write("split-seed", _typed(split.seed, Split().seed))

    def show(self, head: TableHead) -> None:
        """Offer a degree where there is one feature to take powers of."""
        is_file = not head.request.is_builtin
        self._show_degree(has_one_feature=is_file and len(head.features) == 1 and not head.one_hot)

    def read(self, source: str) -> DataRequest:
        """What stands here for a source, which is a built-in problem or a file.

        Raises:
            LinregError: for what is no number or out of its range, and when they do not go
                together.
        """
        chosen = {label: str(self.query_one(f"#{label}", Select).value) for label in LISTS}
        degree = self._field("degree").value
        options = TableOptions(
            degree=parse_whole(degree, "the degree") if degree.strip() else DEFAULT.degree,
            missing="drop" if chosen["missing"] == "drop" else "refuse",
            separator=chosen["separator"] or None,
            decimal_comma=chosen["decimals"] == ",",
            encoding=self._field("encoding").value.strip(),
            header=None if chosen["header"] else False,
        )
        made = parse_made({name: self._field(f"made-{name}").value for name in MADE})
        split = parse_split(self._field("test-size").value, self._field("split-seed").value)
        if source in BUILTINS:
            return DataRequest(source, made=made, split=split)
        return DataRequest(source, options, split=split)

    @on(Select.Changed)
    @on(Input.Changed)
    def tell(self, event: Message) -> None:
        """Tell that one of them is another."""
        event.stop()
        self.post_message(self.Changed())

    def _field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    def _write(self, name: str, text: str) -> None:
        """Put a text into a field, and do not tell."""
        with self.prevent(Input.Changed):
            self._field(name).value = text

    def _show_degree(self, *, has_one_feature: bool) -> None:
        """Show the degree where it can be chosen, and never hide one that counts."""
        field = self._field("degree")
        _cell(field).display = has_one_feature or bool(field.value)


def _cell(field: Input) -> Widget:
    """A field and its label."""
    assert isinstance(field.parent, Widget)
    return field.parent


def _typed(value: float | None, default: float | None = None) -> str:
    """A number as a person types it; nothing for the default."""
    return "" if value == default else str(value)
