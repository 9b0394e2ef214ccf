"""What is shown when the terminal has no room for the trainer."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

LEAST_WIDTH, LEAST_HEIGHT = 60, 18


class TooSmall(Widget):
    """The size there is and the size that is needed."""

    DEFAULT_CSS = """
    TooSmall { width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
    """

    def render(self) -> Text:
        size = self.app.size
        return Text(
            f"Too small: {size.width}×{size.height}\nneeds {LEAST_WIDTH}×{LEAST_HEIGHT}\nq quits"
        )
