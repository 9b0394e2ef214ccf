"""What a theme says of colours, changed until all that is written can be read.

Each colour of a text is moved towards white or black until it has the contrast on every ground
that texts stand on; so any theme does. What keeps its hue is what a theme is known by.

Curves have one of two hues of Okabe and Ito's palette (2008), or the text's colour: blue and yellow
are told apart by nearly all eyes, also by those that see no difference between red and green. And
each has marks, dots or dashes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color
from textual.theme import Theme

from tui.colours.contrast import black_or_white, readable

HUES = {"hue-blue": "#56b4e9", "hue-yellow": "#f0e442"}
"""Of curves and of code."""

MUTED, RULE, TINT = 0.7, 0.4, 0.16
"""How much of the text's colour is in what is less important and in rules; of a hue in a ground."""

COLORS = ("primary", "secondary", "warning", "error", "success", "accent")
"""The colours of a theme; each is that of a text, too."""

TEXTS = (
    "foreground",
    *(f"foreground-{way}-{step}" for way in ("darken", "lighten") for step in (1, 2, 3)),
    *(f"text-{name}" for name in COLORS),
    *("footer-foreground", "footer-description-foreground", "footer-key-foreground"),
    *("block-cursor-blurred-foreground", "button-foreground", "input-selection-foreground"),
    *("text-muted", *HUES),
)
"""The variables that colour a text, on any ground."""

SAME = {
    "text": "foreground",
    "text-disabled": "text-muted",
    "foreground-muted": "text-muted",
    "foreground-disabled": "text-muted",
    "footer-key-foreground": "foreground",
}
"""Variables that are no colours of their own."""

NAMED = {
    True: {
        "rule": "ansi_default",
        "text-primary": "ansi_bright_cyan",
        "text-secondary": "ansi_default",
        "text-warning": "ansi_bright_yellow",
        "text-error": "ansi_bright_red",
        "text-success": "ansi_bright_green",
        "text-accent": "ansi_bright_yellow",
        "hue-blue": "ansi_bright_cyan",
        "hue-yellow": "ansi_bright_yellow",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
    },
    False: {
        "rule": "ansi_default",
        "text-primary": "ansi_blue",
        "text-secondary": "ansi_default",
        "text-warning": "ansi_magenta",
        "text-error": "ansi_red",
        "text-success": "ansi_blue",
        "text-accent": "ansi_magenta",
        "hue-blue": "ansi_blue",
        "hue-yellow": "ansi_magenta",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_bright_white",
    },
}
"""For a theme of the terminal's own colours, by whether it is dark: those that can be read."""

PLAIN = (
    *("text-muted", "text-disabled", "foreground-muted", "foreground-disabled"),
    *("error-muted", "accent-muted", "secondary-muted", "footer-key-foreground"),
)
"""What has the terminal's colour of texts or of the ground in such a theme."""


def readable_variables(theme: Theme, variables: Mapping[str, str]) -> dict[str, str]:
    """Change the colours of a theme so that all texts can be read.

    Args:
        theme: the theme; where its colours are the terminal's own, only their names are known.
        variables: of the theme, as Textual makes them.
    """
    if theme.ansi:
        return {**variables, **dict.fromkeys(PLAIN, "ansi_default"), **NAMED[theme.dark]}
    texts = {f"text-{name}": variables[name] for name in COLORS}
    found = {**HUES, **variables, **texts, **grounds_of(variables)}
    found |= {name: theme.variables[name] for name in OWN_GROUNDS if name in theme.variables}
    text = Color.parse(found["foreground"])
    background = Color.parse(found["background"])
    if "rule" not in variables:
        found["rule"] = background.blend(text, RULE).hex
        found["text-muted"] = background.blend(text, MUTED).hex
    grounds = [Color.parse(found[name]) for name in (*GROUNDS, "background")]
    grounds.append(Color.parse(found["surface"]).blend(text, 0.05))
    for name in TEXTS:
        found[name] = readable(Color.parse(found[name]), grounds, dark=theme.dark).hex
    for name, other in SAME.items():
        found[name] = found[other]
    for name in ("block-cursor", "button-color"):
        ground = Color.parse(found["block-cursor-background"])
        found[f"{name}-foreground"] = black_or_white(ground).hex
    return found


GROUNDS = (
    *("surface", "panel", "accent-muted", "error-muted", "secondary-muted"),
    *("block-cursor-blurred-background", "input-selection-background"),
)
"""What texts stand on besides the screen's background."""

OWN_GROUNDS = ("accent-muted", "error-muted")
"""Those that a theme may give itself."""


def grounds_of(variables: Mapping[str, str]) -> dict[str, str]:
    """The grounds, none of them transparent; those with a hue are faint."""
    given = {name: Color.parse(variables[name]) for name in ("background", "surface", "panel")}
    background = given["background"]
    surface, panel = (background + given[name] for name in ("surface", "panel"))
    hues = {name: Color.parse(variables[name]) for name in ("accent", "error", "primary")}
    cursor = surface.blend(hues["primary"], TINT).hex
    return {
        "surface": surface.hex,
        "panel": panel.hex,
        "accent-muted": background.blend(hues["accent"], TINT).hex,
        "error-muted": background.blend(hues["error"], TINT).hex,
        "secondary-muted": panel.hex,
        "footer-background": panel.hex,
        "block-cursor-background": (
            surface + Color.parse(variables["block-cursor-background"])
        ).hex,
        "block-cursor-blurred-background": cursor,
        "input-selection-background": cursor,
    }
