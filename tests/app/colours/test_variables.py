"""Every theme's variables: each text on each ground, and curves that all eyes tell apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.theme import BUILTIN_THEMES, Theme

from tests.app.driver import driving, inline
from tui.colours.contrast import LEAST, contrast
from tui.colours.themes import DARK, LIGHT, OWN, first
from tui.colours.variables import GROUNDS, HUES, TEXTS, readable_variables

THEMES = [*OWN, *BUILTIN_THEMES.values()]
COLORED = [theme for theme in THEMES if not theme.ansi]

SEEN = {
    "all": np.eye(3),
    "no red cones": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green cones": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue cones": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""What light becomes for eyes without some cones (Machado, Oliveira and Fernandes, 2009)."""

LEAST_DIFFERENCE = 20.0
"""In CIE L*a*b*; 2.3 is just noticeable."""


def variables_of(theme: Theme) -> dict[str, str]:
    """The variables of a theme, as the app has them."""
    made = {**theme.to_color_system().generate(), **theme.variables}
    return readable_variables(theme, made)


@pytest.mark.parametrize("theme", COLORED, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    found = variables_of(theme)
    for text in TEXTS:
        for ground in (*GROUNDS, "background", "footer-background"):
            ratio = contrast(Color.parse(found[text]), Color.parse(found[ground]))
            assert ratio >= LEAST, (text, ground)
    cursor = Color.parse(found["block-cursor-background"])
    assert contrast(Color.parse(found["block-cursor-foreground"]), cursor) >= LEAST


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", COLORED, ids=lambda theme: theme.name)
def test_every_eye_tells_curves_apart(theme: Theme, seen: str) -> None:
    found = variables_of(theme)
    for one, other in combinations(HUES, 2):
        difference = np.linalg.norm(lab(found[one], seen) - lab(found[other], seen))
        assert difference >= LEAST_DIFFERENCE, (one, other)


def lab(text: str, seen: str) -> np.ndarray:
    """A colour in CIE L*a*b* (D65), as some eyes see it."""
    parts = np.array(Color.parse(text).normalized)
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SEEN[seen]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratios = np.array(to_xyz) @ linear / [0.9505, 1.0, 1.089]
    x, y, z = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_it_begins_with_its_own_theme_or_with_the_one_that_was_asked_for() -> None:
    assert first(None, colors="truecolor") == DARK.name
    assert first("nonsense", colors="truecolor") == DARK.name
    assert first("nord", colors="truecolor") == "nord"
    assert first(LIGHT.name, colors="standard") == LIGHT.name


def test_a_terminal_of_few_colours_shows_its_own() -> None:
    assert first(None, colors="standard") == "ansi-dark"


async def test_styles_are_parsed_anew_for_another_theme_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[Stylesheet] = []
    reparse = Stylesheet.reparse

    def spy(sheet: Stylesheet) -> None:
        parsed.append(sheet)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", spy)
    async with driving(inline()) as drive:
        assert not parsed
        before = drive.main.styles.background
        drive.app.theme = "linreg-light"
        await drive.settle()
        assert len(parsed) == 1
        assert drive.main.styles.background != before
