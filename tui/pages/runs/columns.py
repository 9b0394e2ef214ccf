"""The table of runs as lines of text: columns as wide as what stands in them. Pure."""

from __future__ import annotations

from textwrap import wrap

from rich.text import Text

from tui.pages.runs.words import Row
from tui.text import shorten

LEAST_DIFFERS = 20
"""Cells for what differs, below which there is no room for the digits."""


class Columns:
    """The columns of the table; weights give way to what differs, or it takes a second line.

    Args:
        rows: what is in them.
        width: cells that there are.
        names: of the weights.
    """

    def __init__(self, rows: tuple[Row, ...], width: int, names: tuple[str, ...]) -> None:
        self._width, self._has_digits = width, True
        self._weights = max((len(row.weights) for row in rows), default=0)
        self._lay_out(rows, names)
        wanted = max((len(row.differs) for row in rows), default=0)
        while self._differs < wanted and self._weights:
            self._weights -= 1
            self._lay_out(rows, names)
        if self._differs < min(wanted, LEAST_DIFFERS):
            self._has_digits = False
            self._lay_out(rows, names)

    def _lay_out(self, rows: tuple[Row, ...], names: tuple[str, ...]) -> None:
        heads = ["epochs", "loss", *(shorten(name, 10) for name in names[: self._weights])]
        heads += [""] * (2 + self._weights - len(heads)) + ["digits"] * self._has_digits
        cells = [heads, *(self._numbers(row) for row in rows)]
        self._widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        ended = max(len(row.ended) for row in (*rows, HEAD))
        others = len("  1 ● ") + sum(self._widths) + 2 * len(self._widths) + 2 + ended
        self._differs = max(self._width - others, 1)
        self.heads = self._line(f"{'#':>3}  ", HEAD.differs, heads, HEAD.ended)

    def line(self, row: Row, mark: str) -> Text:
        """A row, with the mark of one that is shown below."""
        begin = f"{row.number:>3} {mark}"
        return self._line(begin, row.differs, self._numbers(row), row.ended)

    def _numbers(self, row: Row) -> list[str]:
        weights = row.weights[: self._weights]
        missing = [""] * (self._weights - len(weights))
        return [row.epochs, row.loss, *weights, *missing, *[row.digits] * self._has_digits]

    def _line(self, begin: str, differs: str, numbers: list[str], ended: str) -> Text:
        what, *more = wrap(differs, self._differs) or [""]
        figures = "  ".join(n.rjust(width) for n, width in zip(numbers, self._widths, strict=True))
        first = shorten(f"{begin} {what:<{self._differs}}  {figures}  {ended}", self._width)
        rest = (" " * (len(begin) + 1) + line for line in more)
        return Text("\n".join([first, *rest]), no_wrap=True)


HEAD = Row(0, "what differs", "epochs", "loss", (), "digits", "how it ended")
