"""Text from outside, made safe and short for a one-line message."""

from __future__ import annotations

from collections.abc import Sequence

NAME_CHARACTERS = 60
LISTED_NAMES = 8


def visible(text: str) -> str:
    r"""Return ``text`` with everything that does not print written as an escape, ``\x1b`` say.

    Covers control characters (C0 and C1), line breaks, bidirectional marks and lone surrogates:
    printed as they are they could drive the reader's terminal or reverse the message.
    """
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def shortened(text: str) -> str:
    """Return ``text`` made visible and cut to ``NAME_CHARACTERS`` characters."""
    # Cut first: a cell may hold 100,000 characters.
    shown = visible(text[: NAME_CHARACTERS + 1])
    return shown if len(shown) <= NAME_CHARACTERS else shown[: NAME_CHARACTERS - 1] + "…"


def quoted(text: str) -> str:
    """Return ``text`` visible, shortened and between quotes: a value in a message."""
    return f"'{shortened(text)}'"


def listed(names: Sequence[str]) -> str:
    """Return the first ``LISTED_NAMES`` names with commas between, and how many more there are."""
    shown = ", ".join(shortened(name) for name in names[:LISTED_NAMES])
    more = len(names) - LISTED_NAMES
    return shown if more <= 0 else f"{shown} and {more} more"
