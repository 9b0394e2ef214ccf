"""The trainer's own two themes; Textual's are offered beside them."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="linreg-dark",
    primary="#2f5d96",
    secondary="#6cb6ff",
    warning="#d9b45b",
    error="#ff8a80",
    success="#7fd8a4",
    accent="#ffb347",
    foreground="#e4e7eb",
    background="#11151a",
    surface="#161b21",
    panel="#1d242c",
    dark=True,
    variables={
        "text-muted": "#98a3af",
        "rule": "#66727e",
        "accent-muted": "#33290f",
        "error-muted": "#3a1c1a",
    },
)

LIGHT = Theme(
    name="linreg-light",
    primary="#7fa8d6",
    secondary="#1f5fa8",
    warning="#7a5a00",
    error="#b3261e",
    success="#1a6e3c",
    accent="#8a4300",
    foreground="#1b1f24",
    background="#fbfbfa",
    surface="#f3f4f5",
    panel="#e7eaee",
    dark=False,
    variables={
        "text-muted": "#545d68",
        "rule": "#8b96a2",
        "accent-muted": "#fdebcf",
        "error-muted": "#fbe3e1",
    },
)

OWN = (DARK, LIGHT)

FEW_COLORS = "standard"
"""What rich calls a terminal of 8 or 16 colours."""


def names() -> list[str]:
    """The themes there are, our own first."""
    return [*(theme.name for theme in OWN), *BUILTIN_THEMES]


def first(requested: str | None, *, colors: str | None) -> str:
    """The theme to begin with.

    Args:
        requested: the one that the user asked for; another than those offered counts as none.
        colors: how many colours the terminal has, in a word of rich's.
    """
    if requested is not None and requested in names():
        return requested
    return "ansi-dark" if colors == FEW_COLORS else DARK.name
