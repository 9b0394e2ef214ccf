"""The ruled row with which a pane begins: its title, or the names of those that share its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.keys import KEYS
from tui.look import Look
from tui.panes.kit.pane import Pane

Group = tuple[str, tuple[str, ...]]
"""A key and the panes that it goes through."""

LEAST_RULE = 2
"""Cells of it between the names and the hint."""

APART = 9
"""Cells that names which stand apart leave at least: no name moves for a hint that comes or goes,
so they are as far apart as the longest hint of them lets them be."""

LETTERS = {name for key in KEYS for name in key.shown if len(name) == 1 and name.isalpha()}
"""Keys that may stand in a hint, before the words on what they do."""


class Head(Widget):
    """One line: ``t  Loss  Fit  ──── x y  log y``; a click shows a pane, or is a key.

    Args:
        groups: of one pane alone the title is shown.
        behind: the pane that is shown while none of them is in front; empty: the one chosen last.
        classes: at which widths of the screen it is shown.
    """

    DEFAULT_CSS = """
    Head { height: 1; padding: 0 1; color: $text-muted; }
    Head > .head--key, Head > .head--title, Head > .head--shown { color: $foreground; }
    Head > .head--key, Head > .head--title, Head > .head--shown { text-style: bold; }
    Head > .head--shown { background: $panel; }
    Head > .head--rule { color: $rule; }
    Head > .head--focused { color: $foreground; }
    """

    COMPONENT_CLASSES = {
        f"head--{part}" for part in ("key", "title", "shown", "name", "rule", "focused")
    }

    look: reactive[Look] = reactive(Look)
    """What is shown."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *groups: Group, behind: str = "", classes: str = "") -> None:
        super().__init__(classes=classes)
        self._groups = groups
        self._behind = behind
        self._panes: dict[str, Pane] = {}

    def follow(self, panes: Mapping[str, Pane]) -> None:
        """Show the words of these panes as they change; others may come later."""
        names = {name for _, group in self._groups for name in group}
        for name in names & (panes.keys() - self._panes.keys()):
            self._panes[name] = panes[name]
            for attribute in ("title", "hint", "has_focus"):
                self.watch(panes[name], attribute, self._show_words, init=False)
        self._show_words()

    def _show_words(self) -> None:
        self.refresh()

    @property
    def shown(self) -> str:
        """The name of the pane whose words are shown."""
        if self._behind and not self.look.is_page_in_front:
            return self._behind
        names = tuple(name for _, group in self._groups for name in group)
        return self.look.in_front if len(self._groups) > 1 else self.look.shown_of(names)

    def render(self) -> Text:
        width, pane = self.size.width, self._pane(self.shown)
        line = Text(no_wrap=True)
        for text, part, _ in self._pieces():
            line.append(text, self._style(part))
        room = max(width - line.cell_len, 0)
        hint = fitting_hint(pane.hint, room - LEAST_RULE)
        rule = ("━" if pane.has_focus else "─") * (room - cell_len(hint))
        line.append(rule, self._style("focused" if pane.has_focus else "rule"))
        return line.append(hint)

    def _pieces(self) -> list[tuple[str, str, str]]:
        """What stands before the rule: text, part, and the name of the pane it stands for."""
        names = [name for _, group in self._groups for name in group]
        if len(names) == 1:
            return [(f"{self._pane(names[0]).title} ", "title", names[0])]
        apart = self._names(" ")
        width = sum(cell_len(text) for text, _, _ in apart)
        panes = map(self._pane, names)
        hints = (cell_len(pane.hint) + 1 + LEAST_RULE for pane in panes)
        return apart if width + max(APART, *hints) <= self.size.width else self._names("")

    def _names(self, gap: str) -> list[tuple[str, str, str]]:
        """The keys and the names, with a gap on both sides of each or else one blank behind it."""
        pieces = []
        for key, group in self._groups:
            pieces.append((f"{key} ", "key", ""))
            for name in group:
                part = "shown" if name == self.shown else "name"
                pieces.append((f"{gap}{name.capitalize()}{gap}", part, name))
                pieces.append(("" if gap else " ", "name", ""))
        return [piece for piece in pieces if piece[0]]

    def _pane(self, name: str) -> Pane | _NoPane:
        return self._panes.get(name, _NO_PANE)

    def _style(self, part: str) -> str:
        return str(self.get_component_rich_style(f"head--{part}", partial=True))

    def on_click(self, event: Click) -> None:
        """Say which name the click was on, or press the key that was clicked."""
        offset, pane = event.get_content_offset(self), self._panes.get(self.shown)
        if offset is None or pane is None:
            return
        end = 0
        for text, part, name in self._pieces():
            start, end = end, end + cell_len(text)
            if start <= offset.x < end and part == "key":
                self.app.simulate_key(text.strip())
            elif start <= offset.x < end and name:
                self.post_message(self.Chosen(name))
        hint = fitting_hint(pane.hint, self.size.width - end - LEAST_RULE)
        key = key_at(hint, offset.x - (self.size.width - cell_len(hint)))
        if key is not None:
            self.app.simulate_key(key)


class _NoPane(NamedTuple):
    """What is known of a pane that has not come yet."""

    title: str = ""
    hint: str = ""
    has_focus: bool = False


_NO_PANE = _NoPane()


def key_at(hint: str, x: int) -> str | None:
    """The key of a hint such as ``x y log y`` at a cell, or the last one before; ``None``: none."""
    found = None
    for match in re.finditer(r"(?<!\S)\S+", hint):
        if match[0] not in LETTERS:
            return found if 0 <= x < len(hint) else None
        if match.start() <= x:
            found = match[0]
    return None


def fitting_hint(hint: str, room: int) -> str:
    """The first parts of a hint, with a blank before, that have room; none, where none has."""
    parts = hint.split(" · ")
    texts = (" " + " · ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((text for text in texts if cell_len(text) <= room), "") if hint else ""
