"""The first lines of a file whose columns cannot be told, as they stand in it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static


class FirstLines(Static):
    """Numbered lines; gone while there are none."""

    DEFAULT_CSS = """
    FirstLines { display: none; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__(id="lines", markup=False)

    def show(self, lines: Sequence[str], at_fault: int | None) -> None:
        """Show some lines, the one that is to blame in bold."""
        self.display = bool(lines)
        shown = (
            Content.styled(f"{number:>2}  {line}", "bold $text-error" if number == at_fault else "")
            for number, line in enumerate(lines, start=1)
        )
        self.update(Content("\n").join(shown))
