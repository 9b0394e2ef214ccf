"""Panes of text: wrapped to their width, blank until there is something to say."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tests.app.driver import lines_of
from tui.panes.kit.text_pane import LEAST_WIDTH, Line, TextPane, wrap

WORDS = "one two three four five six seven eight nine ten"


class Words(TextPane):
    """A sentence, once there is one."""

    words: str | None = None

    def lines(self, width: int) -> list[Line] | None:
        return None if self.words is None else [*wrap(self.words, width)]


class Alone(App[None]):
    """The pane by itself."""

    def compose(self) -> ComposeResult:
        yield Words()


async def test_text_is_wrapped_to_the_pane_and_again_when_that_is_another_one() -> None:
    async with Alone().run_test(size=(60, 12)) as pilot:
        pane = pilot.app.query_one(Words)
        pane.write()
        await pilot.pause()
        assert "one" not in "".join(lines_of(pilot.app.screen))
        pane.words = WORDS
        pane.write()
        for width in (60, 30):
            await pilot.resize_terminal(width, 12)
            await pilot.pause()
            room = pane.scrollable_content_region.width
            shown = [line[1 : room + 1].rstrip() for line in lines_of(pilot.app.screen)]
            assert [line for line in shown if line] == wrap(WORDS, room)


async def test_a_pane_too_narrow_for_words_is_left_alone() -> None:
    async with Alone().run_test(size=(60, 12)) as pilot:
        pane = pilot.app.query_one(Words)
        pane.words = WORDS
        await pilot.resize_terminal(LEAST_WIDTH, 12)
        await pilot.pause()
        assert "one" not in "".join(lines_of(pilot.app.screen))
