"""What all pages have in common: each closes once, and a late key of a closed one is harmless."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from tests.app.driver import driving, inline
from tui.pages.page import Palette
from tui.pages.prompt import Prompt


async def test_quick_keys_close_one_page() -> None:
    """A prompt, a dialog, a page of text, a form, and Textual's own."""
    async with driving(inline("article", epochs=3)) as drive:
        for page in ["N", "w", "question_mark", "c", "ctrl+p"]:
            for key in ("enter", "escape"):
                await drive.press(page)
                for _ in range(3):
                    drive.send_key(key)
                await drive.settle()
                assert drive.app.screen_stack[0] is drive.main
                assert not drive.app._exit
                while drive.app.screen is not drive.main:
                    await drive.press("escape")


async def test_a_page_that_is_closed_does_not_close_another() -> None:
    async with driving(inline("article", epochs=3)) as drive:
        await drive.press("N")
        closed = drive.app.screen
        assert isinstance(closed, Prompt)
        closed.query_one(Input).post_message(Input.Submitted(closed.query_one(Input), "5"))
        await drive.press("ctrl+p")
        assert isinstance(drive.app.screen, Palette)
        closed.dismiss(None)
        await drive.settle()
        assert isinstance(drive.app.screen, Palette)


async def test_a_fault_of_a_page_that_is_closed_is_harmless_and_any_other_is_not() -> None:
    async with driving(inline("article", epochs=3)) as drive:
        await drive.press("N")
        closed = drive.app.screen
        closed.call_later(lambda: closed.query_one("#nowhere"))
        closed.dismiss(None)
        await drive.settle()
        assert drive.app._exception is None

    async def fail_on_a_page() -> None:
        async with driving(inline("article", epochs=3)) as drive:
            await drive.press("N")
            drive.app.screen.call_later(lambda: 1 / 0)
            await drive.settle()

    with pytest.raises(ZeroDivisionError):
        await fail_on_a_page()


@pytest.mark.parametrize("key", ["pagedown", "pageup"])
async def test_the_pages_of_a_list_that_is_not_there_yet_are_not_turned(key: str) -> None:
    async with driving(inline("article", epochs=3)) as drive:
        drive.send_key("ctrl+p")
        drive.send_key(key)
        await drive.settle()
        assert isinstance(drive.app.screen, Palette)


@pytest.mark.parametrize("action", ["page_down", "page_up"])
async def test_the_pages_of_a_list_without_room_are_not_turned(action: str) -> None:
    async with driving(inline("article", epochs=3)) as drive:
        await drive.press("o")
        listed = OptionList("a", "b")
        await drive.app.screen.mount(listed)
        listed.highlighted, listed.display = 0, False
        await drive.resize(100, 30)
        assert not await drive.app.run_action(action, listed)
