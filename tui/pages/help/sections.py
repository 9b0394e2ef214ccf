"""The sections of the help, made of the panes, the words, the settings and the keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from linreg_core import SETTINGS
from linreg_core.records import dataclass
from tui.keys import KEYS
from tui.pages.help.topics import MORE, TOPICS
from tui.pages.help.try_this import TRY_THIS
from tui.pages.help.words import WORDS
from tui.pages.open.choices import CHOICES

FIRST = "Try this"

Entry = tuple[str, str]
"""A word or keys, and a sentence."""


@dataclass(frozen=True)
class Section:
    """A part of the help that is shown at once.

    Args:
        name: in the contents.
        entries: what is explained.
        words: what is said before.
        looked_up: the entry that is looked up, which stands above all; ``None``: none is.
    """

    name: str
    entries: tuple[Entry, ...]
    words: str = ""
    looked_up: Entry | None = None


def sections_of(panes: Iterable[tuple[str, str]]) -> tuple[Section, ...]:
    """All sections, what to try first.

    Args:
        panes: name and words of each pane.
    """
    setup = tuple((setting.label, _sentence(setting.help)) for setting in SETTINGS.values())
    table = tuple((choice.label, _sentence(choice.meaning)) for choice in CHOICES)
    return (
        Section(FIRST, tuple(map(_to_try, TRY_THIS))),
        *(Section(name, _words(name), text) for name, text in panes),
        Section("Setup", setup + _words("Setup")),
        Section("Open", _words("Open") + table),
        Section("Why it stops", _words("Why it stops")),
        Section("Runs", _words("Runs")),
        *(Section(topic, _keys(topic)) for topic in TOPICS),
        Section("Not here", _words("Not here")),
    )


def asking(
    sections: Sequence[Section], word: str, preferred: str = ""
) -> tuple[tuple[Section, ...], str]:
    """Put a word above all else in the section that explains it, and say in which.

    Args:
        sections: all.
        word: as it stands on the screen.
        preferred: the section in which it is looked for first.

    Returns:
        The sections as they were, and "", where no section explains the word.
    """
    wanted = word.casefold()
    for section in sorted(sections, key=lambda section: section.name != preferred):
        for entry in section.entries:
            if wanted in entry[0].casefold().split(", "):
                changed = replace(section, looked_up=entry)
                return tuple(changed if s is section else s for s in sections), section.name
    return tuple(sections), ""


def _to_try(item: tuple[tuple[str, ...], str]) -> Entry:
    keys = {key.action: key.shown[0] for key in KEYS}
    actions, text = item
    return (
        " ".join(keys[action] for action in actions),
        re.sub(r"{(.+?)}", lambda named: keys[named[1]], text),
    )


def _words(section: str) -> tuple[Entry, ...]:
    return tuple(WORDS.get(section, {}).items())


def _keys(topic: str) -> tuple[Entry, ...]:
    entries = [
        (" ".join(key.shown), key.help)
        for action in TOPICS[topic]
        for key in KEYS
        if key.action.partition("(")[0] == action
    ]
    return (*entries, *MORE.get(topic, ()))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
