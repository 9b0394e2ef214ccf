"""The trainer's own two themes; Textual's are offered beside them."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="linreg-dark",
    dark=True,
    background="#11151a",
    surface="#171c22",
    panel="#1d242c",
    foreground="#e4e7eb",
    primary="#4f9fd8",
    secondary="#98a3af",
    accent="#ffb347",
    warning="#ffb347",
    error="#ff8a80",
    success="#5fc29d",
    variables={"rule": "#46525f", "text-muted": "#98a3af"},
)

LIGHT = Theme(
    name="linreg-light",
    dark=False,
    background="#fbfbfa",
    surface="#f1f2f4",
    panel="#e7eaee",
    foreground="#1b1f24",
    primary="#1f6fa8",
    secondary="#545d68",
    accent="#8a4300",
    warning="#8a4300",
    error="#b3261e",
    success="#00694c",
    variables={"rule": "#a9b3bd", "text-muted": "#545d68"},
)

OWN = (DARK, LIGHT)

FEW_COLORS = "standard"
"""What rich calls a terminal of 8 or 16 colours."""


def first(asked: str | None, *, colors: str | None) -> str:
    """The theme to begin with.

    Args:
        asked: the one that the user asked for; another than those offered counts as none.
        colors: how many colours the terminal has, in a word of rich's.
    """
    if asked is not None and asked in {*BUILTIN_THEMES, *(theme.name for theme in OWN)}:
        return asked
    return "ansi-dark" if colors == FEW_COLORS else DARK.name
