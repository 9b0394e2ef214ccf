"""The letters h j k l where arrows work: beside them, unless a letter does something else there."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList

from tests.app.driver import SMALL, SMALLEST, Write, driving, inline
from tui.keys import KEYS
from tui.pages.open.column_table import ColumnTable
from tui.panes.worksheet_pane import WorksheetPane


async def test_panes_scroll_by_j_and_k() -> None:
    async with driving(inline(epochs=3), size=SMALLEST) as drive:
        await drive.press("T")
        sheet = drive.main.query_one(WorksheetPane)
        sheet.focus()
        for key, line in (("j", 1), ("j", 2), ("down", 3), ("k", 2), ("up", 1)):
            await drive.press(key)
            assert sheet.scroll_offset.y == line
        assert drive.epoch == 3


def test_on_the_main_screen_two_of_them_are_taken() -> None:
    """So left and right, which go through the epochs, have none: l alone would mislead."""
    taken = {name for key in KEYS for name in key.keys.split(",")} & set("hjkl")
    assert taken == {"l"}


async def test_lists_of_pages_move_by_j_and_k_and_fields_take_them(write: Write) -> None:
    path = write("alpha,beta,gamma\n1,2,3\n4,5,7\n2,2,9\n")
    async with driving(inline(), size=SMALL) as drive:
        await drive.press("o")
        await drive.paste(str(path))
        await drive.press("j")
        assert drive.app.screen.query_one(Input).value.endswith("j"), "a path is typed"
        await drive.press("backspace")
        table = drive.app.screen.query_one(ColumnTable)
        table.focus()
        start = table.cursor_row
        for key, moved in (("j", 1), ("j", 2), ("k", 1), ("k", 0)):
            await drive.press(key)
            assert table.cursor_row == start + moved
        await drive.press("escape", "escape")
        await drive.answer("B", "epoch == 7 or frozen")
        await drive.press("B", "tab", "j", "j", "enter")
        assert drive.app.screen.query_one(Input).value == "epoch == 7"
        assert drive.app.screen.query_one(OptionList).option_count == 1
        await drive.press("escape")


async def test_the_page_of_both_precisions_scrolls_by_them() -> None:
    async with driving(inline(dtype="float32", epochs=10), size=SMALL, epochs=1_000) as drive:
        await drive.press("W")
        page = drive.app.screen.query_one(VerticalScroll)
        assert page.max_scroll_y > 1
        page.focus()
        await drive.press("j")
        assert page.scroll_offset.y == 1
        await drive.press("k")
        assert page.scroll_offset.y == 0
