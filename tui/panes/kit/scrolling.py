"""The keys with which panes scroll: not left, right, home and end, which go through the epochs."""

from __future__ import annotations

from textual.binding import Binding, BindingType

SCROLL_BINDINGS: list[BindingType] = [
    Binding("up,k", "scroll_up", "Scroll up", show=False),
    Binding("down,j", "scroll_down", "Scroll down", show=False),
    Binding("pageup", "page_up", "Page up", show=False),
    Binding("pagedown", "page_down", "Page down", show=False),
]
