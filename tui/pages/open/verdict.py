"""What is said of a table: why it is refused, what to do about it, what was noted."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from linreg_core import BUILTINS, LinregError, Note, TableHead, visible
from tui.pages.open.advice import AdviceRow
from tui.pages.open.column_table import NO_NAME
from tui.text import in_screen_words

TYPING = {
    "no-such-file": "no file of that name yet",
    "not-a-file": "no file yet: a folder, which the list shows, or a device",
}
"""What is said, by code, of a path that is most of the time still being typed."""


class Verdict(Vertical):
    """A refusal in red and its advice; or notes."""

    DEFAULT_CSS = """
    Verdict { height: auto; }
    Verdict #told { height: auto; max-height: 5; }
    """

    def compose(self) -> ComposeResult:
        yield Static("", id="told", markup=False)
        yield AdviceRow()

    def judge(self, head: TableHead) -> None:
        """Say what the core makes of a table, as far as it was looked at."""
        if head.refusal is None:
            teaches = [BUILTINS[head.request.source].teaches] if head.request.is_builtin else []
            self.say("", *teaches, *head.notes)
        elif (quietly := TYPING.get(head.refusal.code)) is not None:
            self.say("", quietly)
        else:
            self.refuse(head.refusal)

    def refuse(self, refusal: LinregError) -> None:
        """Say why it is refused, and offer what can be done."""
        self.say(_in_words(refusal))
        self.query_one(AdviceRow).offer(refusal.advice)

    def say(self, alarm: str, *notes: Note | str) -> None:
        """Say something that nothing is advised about."""
        alarm, *said = map(in_screen_words, (alarm, *map(_note, notes)))
        lines = [Content.styled(visible(alarm), "bold $text-error")] if alarm else []
        lines += [Content(visible(note)) for note in said]
        self.query_one("#told", Static).update(Content("\n").join(lines))
        self.query_one(AdviceRow).offer(())


def _in_words(refusal: LinregError) -> str:
    """A refusal without the file's name, which stands above."""
    line = "" if refusal.line is None else f"line {refusal.line}"
    column = "" if refusal.column is None else f"column {refusal.column or NO_NAME}"
    location = ", ".join(filter(None, (line, column)))
    return f"{location + ': ' if location else ''}{refusal.message} ({refusal.code})"


def _note(note: Note | str) -> str:
    return note if isinstance(note, str) else note.message
