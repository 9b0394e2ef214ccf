"""Text from outside, made safe and short for a one-line message."""

from __future__ import annotations

from collections.abc import Sequence

NAME_CHARACTERS = 60
LISTED_NAMES = 8
MESSAGE_CHARACTERS = 600
PATH_CHARACTERS = 200


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


def brief(text: str, most: int = MESSAGE_CHARACTERS) -> str:
    """Return ``text``, cut in its middle to ``most`` characters: a remedy stands at its end."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"


def brief_path(path: str) -> str:
    """Return a path, cut to its last ``PATH_CHARACTERS`` characters."""
    return path if len(path) <= PATH_CHARACTERS else "…" + path[1 - PATH_CHARACTERS :]


def described(value: object) -> str:
    """Return a value in a message; of a text that is `quoted`.

    Python refuses to write a whole number of more than 4,300 digits.
    """
    if isinstance(value, str):
        return quoted(value)
    try:
        return shortened(str(value))
    except ValueError:
        return "a number of more than 4,300 digits"
