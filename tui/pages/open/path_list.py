"""The list of what can be opened: what a path may become, or the files opened last."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.text import Text
from textual import work
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from linreg_core import BUILTINS, visible
from tui.host.paths import complete
from tui.host.recent import RecentFiles


class PathOption(Option):
    """A path to choose.

    Args:
        kind: what it is, in a word.
        path: the path.
        words: what there is to say of it.
    """

    def __init__(self, kind: str, path: str, words: str) -> None:
        super().__init__(Text.assemble(kind, visible(path), (f"  {words}", "italic"), no_wrap=True))
        self.path = path


class PathList(OptionList):
    """Paths to choose from; gone while there are none.

    Args:
        recent: the files opened last.
    """

    def __init__(self, recent: RecentFiles) -> None:
        super().__init__(id="places", compact=True, markup=False)
        self._recent = recent

    @work(exclusive=True)
    async def offer(self, typed: str) -> None:
        """List what a path may become; without one, the files opened last and the built-in."""
        if typed:
            found = await asyncio.to_thread(complete, typed)
            self._show([("", path, "") for path in found if path != typed])
        else:
            recent = [("recent    ", path, "") for path in self._recent.load()]
            built_in = [("built in  ", name, info.teaches) for name, info in BUILTINS.items()]
            self._show([*recent, *built_in])

    def _show(self, found: Sequence[tuple[str, str, str]]) -> None:
        """List some paths: what each is, the path, and what there is to say of it."""
        self.clear_options()
        self.display = bool(found)
        self.add_options(PathOption(*path) for path in found)
        if found:
            self.highlighted = 0
