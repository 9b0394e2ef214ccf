"""What every pane with a head has: a title, and a hint at the end of its rule."""

from __future__ import annotations

from typing import ClassVar

from textual.reactive import reactive
from textual.widget import Widget


class Pane(Widget):
    """A part of the screen under a head; the head shows the words.

    It is the last one of the bases: Textual takes the styles of the first alone.
    """

    NAME: ClassVar[str]
    """Its name in the look."""

    title: reactive[str] = reactive("", repaint=False)
    """What it shows, where it has a place of its own."""

    hint: reactive[str] = reactive("", repaint=False)
    """A few words more, a key and what it does, say."""
