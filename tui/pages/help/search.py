"""The search of the help: all words that are typed, in any order, each by its beginning. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from linreg_core.records import dataclass
from tui.pages.help.also import ALSO
from tui.pages.help.sections import Section

SMALL = frozenset(
    {
        *("a", "an", "and", "are", "can", "do", "does", "for", "how", "i", "in", "is", "it"),
        *("my", "of", "on", "the", "to", "what", "why"),
    }
)
"""Words of a question that tell nothing apart, left out unless there are no others."""


@dataclass(frozen=True)
class Candidate:
    """What may be found.

    Args:
        section: in which it stands.
        head: the word that is explained.
        text: what is said of it.
    """

    section: str
    head: str
    text: str

    @property
    def name(self) -> str:
        """The head as a reader takes it: S is another key than s, Target the word target."""
        return self.head if len(self.head) == 1 else self.head.casefold()


def found(sections: Sequence[Section], text: str) -> Section:
    """All entries that have every word of a text, those first that are named like it.

    Args:
        sections: all.
        text: what is looked for.

    Returns:
        The entries; where two have one name it is followed by that of their section.
    """
    wanted = _words_of(text)
    candidates = [Candidate(s.name, *entry) for s in sections for entry in s.entries]
    candidates += [Candidate(s.name, s.name, s.words) for s in sections if s.words]
    ranked = [(_rank(each, wanted, text), each) for each in candidates]
    hits = [each for rank, each in sorted(ranked, key=lambda pair: pair[0]) if rank <= LAST]
    entries = {(each.head, each.text): each for each in reversed(hits)}
    distinct = [each for each in hits if entries[each.head, each.text] is each]
    twice = Counter(each.name for each in distinct)
    named = (
        f"{each.head} ({each.section})"
        if twice[each.name] > 1 and each.head != each.section
        else each.head
        for each in distinct
    )
    words = "" if distinct else f"Nothing here tells of {text}."
    lines = tuple((name, each.text) for name, each in zip(named, distinct, strict=True))
    return Section("Found", lines, words)


LAST = (7, True)
"""The rank of what has all words, but only here and there."""


def _rank(candidate: Candidate, wanted: Sequence[str], text: str) -> tuple[int, bool]:
    """How near an entry is to what is looked for: how its words are found, and not side by side.

    A whole word counts more than one that only begins so: who types mean does not mean "means".
    """
    phrase, head = text.strip().casefold(), candidate.head.casefold()
    if phrase in (head, *head.split(", ")):
        return 0, False
    also = ALSO.get(candidate.head, "")
    everything = f"{head} {also} {candidate.text.casefold()}"
    places = (head, True), (also, True), (head, False), (also, False), (everything, True)
    for rank, (place, whole) in enumerate((*places, (everything, False)), start=1):
        if all(_has(place, word, whole=whole) for word in wanted):
            return rank, phrase not in place
    return LAST[0] + 1, True


def _has(place: str, word: str, *, whole: bool) -> bool:
    """Whether a word, or its singular, stands in a text in small letters, or begins a word."""
    end = r"(?!\w)" if whole else ""
    singular = word[:-1] if re.fullmatch(r"\w{3,}[^s\W]s", word) else word
    return any(
        re.search(
            rf"(?<!\w){re.escape(form)}{end}" if form[:1].isalnum() else re.escape(form), place
        )
        for form in (word, singular)
    )


def _words_of(text: str) -> list[str]:
    words = text.casefold().replace(",", " ").split() or [text.casefold()]
    return [word for word in words if word not in SMALL] or words
