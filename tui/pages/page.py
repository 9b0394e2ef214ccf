"""What all pages over the trainer have in common, Textual's own command palette too."""

from __future__ import annotations

from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode, NoScreen
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widgets import OptionList
from textual.worker import active_worker


class ClosesOnce(Screen[ScreenResultType]):
    """A screen that is closed once: for the second of two quick keys Textual closes another one."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Page(ModalScreen[ScreenResultType], ClosesOnce[ScreenResultType]):
    """A page over the trainer."""


class Palette(CommandPalette, ClosesOnce[None]):
    """The command palette."""

    def _action_command_list(self, action: str) -> None:
        if not is_unseen_list(self.query_one(CommandList)):
            super()._action_command_list(action)


def is_unseen_list(node: object) -> bool:
    """Whether it is a list that has no room or is not there yet: turning its pages would break it.

    Textual then looks for lines that it has not laid out.
    """
    return isinstance(node, OptionList) and not node.scrollable_content_region


def is_of_a_closed_page() -> bool:
    """Whether what runs now belongs to a page that is closed: a late key, a search for nobody."""
    worker = active_worker.get(None)
    pump = active_message_pump.get(None) if worker is None else worker.node
    if not isinstance(pump, DOMNode) or isinstance(pump, App):  # the app itself, as it starts
        return False
    try:
        return pump.screen not in pump.app.screen_stack
    except NoScreen:
        return True
