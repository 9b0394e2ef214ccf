"""Panes that scroll: the keys, and how wide a line is beside the scrollbar.

Not left, right, home and end, which go through the epochs.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.scroll_view import ScrollView

SCROLL_BINDINGS: list[BindingType] = [
    Binding("up,k", "scroll_up", "Scroll up", show=False),
    Binding("down,j", "scroll_down", "Scroll down", show=False),
    Binding("pageup", "page_up", "Page up", show=False),
    Binding("pagedown", "page_down", "Page down", show=False),
]


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines that are drawn one by one, each as wide as the scrollbar leaves room."""

    BINDINGS = SCROLL_BINDINGS

    @property
    def line_width(self) -> int:
        """Cells of a line; Textual's own `size` has the scrollbar's in it."""
        return self.scrollable_content_region.width

    def on_mount(self) -> None:
        """Lay the lines out anew where a scrollbar comes or goes, too."""
        self.watch(self, "show_vertical_scrollbar", self.lay_out, init=False)

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Fit the lines into `line_width`."""
        raise NotImplementedError
