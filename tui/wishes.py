"""What widgets and screens wish for: messages on their way up to the app, which alone acts."""

from __future__ import annotations

from textual.message import Message

from tui.engine.commands import Command


class Wish(Message):
    """Something that the engine should do.

    Args:
        command: what.

    Attributes:
        ticket: the command's, given by the engine; ``None`` until it is sent.
    """

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command
        self.ticket: int | None = None


class Explain(Message):
    """The help is wanted.

    Args:
        section: the one to open at; empty: that of the word, or what to try.
        word: what is to be explained, as it stands on the screen; empty: the section.
    """

    def __init__(self, section: str = "", word: str = "") -> None:
        super().__init__()
        self.section = section
        self.word = word


class EngineReported(Message):
    """The engine's latest report is new."""
