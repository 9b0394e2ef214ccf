"""What all pages over the trainer have in common, Textual's own command palette too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.command import CommandList, CommandPalette
from textual.containers import Horizontal
from textual.dom import DOMNode, NoScreen
from textual.events import Click
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static
from textual.worker import active_worker

import tui
from linreg_core import LinregError, visible
from tui.engine.commands import Command
from tui.engine.report import Answer, Report
from tui.keys import NAMES
from tui.wishes import Explain, Wish

STYLES = [Path(tui.__file__).parent / name for name in ("colours/widgets.tcss", "pages/pages.tcss")]
"""How pages look, and Textual's widgets on them."""


class ClosesOnce(Screen[ScreenResultType]):
    """A screen that is closed once: for the second of two quick keys Textual closes another one."""

    CSS_PATH = [*STYLES]

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Page(ModalScreen[ScreenResultType], ClosesOnce[ScreenResultType]):
    """A page over the trainer."""

    BINDINGS = [
        Binding("j", "arrow('down')", "Down", show=False),
        Binding("k", "arrow('up')", "Up", show=False),
    ]

    SECTION: ClassVar[str] = ""
    """The section of the help that tells of it."""

    def action_arrow(self, name: str) -> None:
        """Do what an arrow does where the focus is; a letter is typed where one types."""
        self.app.simulate_key(name)

    def action_explain(self) -> None:
        """Open the help there."""
        self.post_message(Explain(self.SECTION))

    def say(self, reason: str) -> None:
        """Say what is wrong, where `footer` has room for it."""
        self.query_one("#reason", Static).update(reason)


def footer(hint: str, *buttons: Button) -> Iterator[Widget]:
    """The end of a form: what is wrong with it, its buttons, and what keys do."""
    yield Static("", id="reason", classes="reason", markup=False)
    if buttons:
        yield Horizontal(*buttons, id="buttons")
    yield KeyHint(hint, classes="hint", markup=False)


class NumberField(Input):
    """A field in which nobody types a question mark: that opens the help."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "question_mark" and super().check_consume_key(key, character)


class KeyHint(Static):
    """Keys and what they do, as in ``ctrl+s  apply    esc  back``; a click is the key."""

    def on_click(self, event: Click) -> None:
        """Press the key of what was clicked."""
        offset, line = event.get_content_offset(self), str(self.content)
        for part in re.finditer(r"(\S+)  ?(\S| (?! ))+", line):
            if offset is not None and part.start() <= offset.x < part.end():
                self.app.simulate_key(NAMES.get(part[1], part[1]))


class ReportPage(Page[None]):
    """A page that hears what the engine reports, and what comes of what it asks for.

    Args:
        report: the engine's latest report.
        classes: of the page.
    """

    report: reactive[Report] = reactive(Report, init=False, repaint=False)
    """The engine's latest report."""

    def __init__(self, report: Report, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.set_reactive(ReportPage.report, report)
        self._pending: Wish | None = None

    def wish(self, command: Command) -> Wish:
        """Send a command; whoever wants to know its answer finds its ticket in the wish."""
        wish = Wish(command)
        self.post_message(wish)
        return wish

    def ask(self, command: Command) -> None:
        """Send a command, and have one of the hooks called once it is answered."""
        self._pending = self.wish(command)

    @property
    def is_asking(self) -> bool:
        """Whether `ask` was called, and no answer has come."""
        return self._pending is not None

    def watch_report(self, report: Report) -> None:
        """Show it, and what came of what was asked for, if that is known by now."""
        self.show_report(report)
        if self._pending is None:
            return
        answer = report.answer_to(self._pending.ticket)
        if answer is Answer.PENDING or (answer is Answer.TAKEN and not self.is_settled(report)):
            self.on_waiting(report)
            return
        self._pending = None
        if answer is Answer.TAKEN:
            self.on_taken()
        elif answer is Answer.REFUSED:
            assert report.refused is not None, "it tells of the refusal"
            self.on_refused(report.refused.error)
        else:
            self.on_lost(visible(report.notice or "the training process ended"))

    def show_report(self, report: Report) -> None:
        """Show what is new, whatever is asked for."""

    def is_settled(self, report: Report) -> bool:
        """Whether what was asked for is done once it is taken; a job may go on for a while."""
        return True

    def on_waiting(self, report: Report) -> None:
        """Show how far the answer is."""

    def on_taken(self) -> None:
        """It was done."""
        self.dismiss(None)

    def on_refused(self, error: LinregError) -> None:
        """It was refused."""
        self.say(visible(str(error)))

    def on_lost(self, reason: str) -> None:
        """The process that should have done it is gone: one can ask again."""
        self.say(reason)


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
