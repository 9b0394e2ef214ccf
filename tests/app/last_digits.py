"""Pictures that are the same but for the last digits of numbers.

LAPACK, and torch in float32, round otherwise on another processor: the same picture has "+19.9"
here and "+19.90000" there, and where a number is nothing but rounding, any number of its size.
"""

from __future__ import annotations

import html
import re
from itertools import zip_longest

RELATIVE = 1e-6
"""What float32 may differ by."""

NOTHING = 1e-12
"""A number below it is rounding, in pictures of problems whose numbers are some tens."""

NUMBER = re.compile(r"([+−-]?[0-9][0-9,]*\.?[0-9]*(?:e-?[0-9]+)?)")
TEXT = re.compile(r">([^<>]*)</text>")


def is_same_picture(one: str, other: str) -> bool:
    """Whether two SVG files show the same, but for the last digits of numbers."""
    if TEXT.sub("></text>", one) != TEXT.sub("></text>", other):
        return False
    return all(
        is_same_text(*(html.unescape(text) for text in texts))
        for texts in zip(TEXT.findall(one), TEXT.findall(other), strict=True)
    )


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for blanks and the last digits of numbers."""
    parts = zip_longest(*(NUMBER.split(" ".join(text.split())) for text in (one, other)))
    return all(
        left == right or (place % 2 == 1 and left and right and _is_near(left, right))
        for place, (left, right) in enumerate(parts)
    )


def _is_near(one: str, other: str) -> bool:
    left, right = (float(text.replace(",", "").replace("−", "-")) for text in (one, other))
    return abs(left - right) <= max(NOTHING, RELATIVE * max(abs(left), abs(right)))
