"""Numbers and names as a person types them."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable

from linreg_core.errors import LinregError
from linreg_core.safe_text import described

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
"""What is read as a number: Python alone would take 1_000 and ٣, too."""


def parse_number(text: str, what: str) -> float:
    """Read a finite number as a person types it; ``what`` names it in the refusal."""
    if not re.fullmatch(NUMBER, text.strip()) or not math.isfinite(float(text)):
        raise bad_value(what, text, "a finite number")
    return float(text)


def parse_whole(text: str, what: str) -> int:
    """Read a whole number as a person types it; ``what`` names it in the refusal."""
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text.strip()):
        raise bad_value(what, text, "a whole number of at most 19 digits")
    return int(text)


def check_name(what: str, value: str, known: Iterable[str], *, or_else: str = "") -> None:
    """Refuse a name that is not among those known, with the nearest one.

    Args:
        what: names the value in the refusal.
        value: the name.
        known: the names there are.
        or_else: what else it may be, in words.
    """
    names = list(known)
    if value in names:
        return
    nearest = difflib.get_close_matches(value, names, n=1)
    hint = f" (did you mean {nearest[0]}?)" if nearest else ""
    expected = ", ".join([or_else, *names] if or_else else names)
    raise bad_value(what, value, f"one of: {expected}{hint}")


def bad_value(what: str, value: object, expected: str) -> LinregError:
    """The refusal of a value: what must be what, and what it is."""
    return LinregError("bad-value", f"{what} must be {expected}; got {described(value)}")
