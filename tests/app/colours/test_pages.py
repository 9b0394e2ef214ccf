"""What stands on the screen can be read: every page in every theme, and without any colour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from tests.app.contrast import DARK, LIGHT, written_on
from tests.app.driver import MIDDLE, SMALL, Drive, driving, inline
from tui.colours.contrast import LEAST
from tui.colours.themes import OWN
from tui.engine.inline import InlineEngine

THEMES = [*(theme.name for theme in OWN), *BUILTIN_THEMES]

PAGES = {
    "loss": ("home", "right", "left_square_bracket"),
    "inside": ("s", "s", "tab"),
    "detail": ("d", "u"),
    "past": ("B", *"epoch == 9", "enter", "g", *"5", "enter"),
    "fork": ("w", *"5", "enter", "n"),
    "diverged": (),
    "fit": ("t",),
    "landscape": ("t", "t"),
    "modes": ("t", "t", "t"),
    "epoch": ("T",),
    "data": ("T", "T"),
    "setup": ("c", *["tab"] * 5, "delete", "x"),
    "choice": ("c", "enter", "down"),
    "open": ("o", *"article", "tab"),
    "help": ("question_mark",),
    "why": ("W",),
    "go to": ("g",),
    "breakpoints": ("B", *"loss ="),
    "weight": ("w", "x"),
    "run": ("N",),
    "axes": ("v",),
    "export": ("e", "tab"),
    "presenter": ("P",),
    "palette": ("ctrl+p",),
}
"""The keys that lead to a page, or to something that looks otherwise."""

Pages = Drive[InlineEngine]


@asynccontextmanager
async def on_page(page: str) -> AsyncIterator[Pages]:
    """Open a page."""
    run = {"epochs": 2_000, "lr": 0.034} if page == "diverged" else {"epochs": 30}
    async with driving(inline(**run), size=SMALL, epochs=100) as drive:
        await drive.press(*PAGES[page])
        if page == "palette":
            await drive.pilot.pause(0.2)  # its lines come from a worker
            await drive.press("down")
        yield drive


async def check(drive: Pages, theme: str) -> None:
    """All texts have contrast in a theme."""
    drive.app.theme = theme
    await drive.settle()
    terminal = DARK if drive.app.current_theme.dark else LIGHT
    written = list(written_on(drive.app.screen, terminal))
    assert written
    assert not [each for each in written if each.ratio < LEAST], theme


@pytest.mark.parametrize("page", PAGES)
async def test_every_text_can_be_read(page: str, *, is_long: bool) -> None:
    place = list(PAGES).index(page)
    async with on_page(page) as drive:
        for theme in THEMES if is_long else THEMES[place :: len(PAGES)]:
            await check(drive, theme)


async def test_where_no_colour_is_wanted_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_page("landscape") as drive:
        for theme in THEMES:
            drive.app.theme = theme
            await drive.settle()
            for strip in drive.app.screen._compositor.render_strips():
                for _, style, _ in strip:
                    for color in (style.color, style.bgcolor) if style else ():
                        assert color is None or color.is_default


def plain(drive: Pages) -> list[list[tuple[str, bool | None, bool | None, bool | None]]]:
    """What is seen of the screen without any colour."""
    return [
        [
            (cell, style.bold, style.reverse, style.underline)
            for text, look, _ in strip
            for style in (look or Style(),)
            for cell in text
        ]
        for strip in drive.app.screen._compositor.render_strips()
    ]


@pytest.mark.parametrize("page", ["loss", "setup", "open", "export"])
async def test_the_focus_is_seen_without_any_colour(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_page(page) as drive:
        await drive.resize(*MIDDLE)
        seen = []
        for _ in range(len(drive.app.screen.focus_chain)):
            await drive.press("tab")
            seen.append(plain(drive))
        assert all(one != other for one, other in zip(seen, seen[1:] + seen[:1], strict=True))


@pytest.mark.parametrize("page", ["choice", "palette"])
@pytest.mark.parametrize("theme", [OWN[0].name, "ansi-dark"])
async def test_the_line_under_the_cursor_is_seen_without_any_colour(
    page: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with on_page(page) as drive:
        drive.app.theme = theme
        await drive.settle()
        before = plain(drive)
        await drive.press("down")
        assert plain(drive) != before
