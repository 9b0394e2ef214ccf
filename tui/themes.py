"""The program's own looks, dark and light; Textual's themes stay on offer."""

from __future__ import annotations

from textual.theme import Theme

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
        "foreground-darken-1": "#c2c9d1",
        "foreground-darken-2": "#98a3af",
        "foreground-darken-3": "#66727e",
        "accent-muted": "#33290f",
        "text-accent": "#ffb347",
        "error-muted": "#3a1c1a",
        "text-error": "#ff8a80",
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
        "foreground-darken-1": "#343b43",
        "foreground-darken-2": "#545d68",
        "foreground-darken-3": "#8b96a2",
        "accent-muted": "#fdebcf",
        "text-accent": "#8a4300",
        "error-muted": "#fbe3e1",
        "text-error": "#b3261e",
    },
)
