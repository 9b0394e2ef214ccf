"""A field for a path: completed with tab, replaced by what is dropped on the terminal."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from linreg_core import visible
from tui.host.paths import common_start, complete, pasted_path


class PathField(Input):
    """One line. What does not print stands in it as an escape, and still means the path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("down", "leave", "To the list", show=False),
    ]

    class Left(Message):
        """A key goes on to what stands below."""

    def __init__(self, path: str, *, id: str) -> None:  # noqa: A002  (Textual's name)
        super().__init__(
            visible(path), placeholder="a file, or a built-in problem", id=id, compact=True
        )
        self._shown, self._meant = visible(path), path

    @property
    def path(self) -> str:
        """The path that is written here."""
        if self.value.startswith(self._shown):
            return self._meant + self.value[len(self._shown) :]
        return self.value

    def write(self, path: str) -> None:
        """Replace what is written here."""
        self._shown, self._meant = visible(path), path
        self.value = self._shown
        self.cursor_position = len(self.value)

    async def action_complete(self) -> None:
        """Add what all the paths that begin like this one have in common, or go on."""
        before = self.path
        longer = common_start(await asyncio.to_thread(complete, before))
        if len(longer) > len(before):
            self.write(longer)
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go on to what stands below."""
        self.post_message(self.Left())

    def on_paste(self, event: Paste) -> None:
        """Take a path in place of what is written; any other text is put in."""
        path = pasted_path(event.text)
        if path is not None:
            event.prevent_default()
            event.stop()
            self.write(path)
