"""The names of the panes that share a place; a click shows one."""

from __future__ import annotations

from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.look import Look


class PaneTabs(Widget):
    """One line of names, the shown one marked.

    Args:
        key: the key that goes through them, written before the names.
        names: of the panes.
        classes: at which widths of the screen it is shown.
    """

    DEFAULT_CSS = """
    PaneTabs { height: 1; padding: 0 0 0 1; color: $foreground-darken-1; width: auto; }
    """

    look: reactive[Look] = reactive(Look)
    """What is shown."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, key: str, names: tuple[str, ...], *, classes: str) -> None:
        super().__init__(classes=classes)
        self._key = key
        self._names = names
        self._gap = " " * (classes != "narrow")  # all names in 60 columns

    def render(self) -> Text:
        text = Text(f"{self._key} ", no_wrap=True, style="bold")
        is_narrow = self.has_class("narrow")
        shown = self.look.in_front if is_narrow else self.look.shown_of(self._names)
        for name in self._names:
            label = f"{self._gap}{name.capitalize()}{self._gap}"
            text.append(label, "bold reverse" if name == shown else "")
            text.append("" if self._gap else " ")
        return text

    def on_click(self, event: Click) -> None:
        """Say which name the click was on."""
        offset = event.get_content_offset(self)
        start = len(self._key) + 1
        for name in self._names:
            end = start + len(name) + max(2 * len(self._gap), 1)
            if offset is not None and start <= offset.x < end:
                self.post_message(self.Chosen(name))
            start = end
