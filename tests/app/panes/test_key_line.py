"""The line of keys: what is of use now, help and quit always, and a click that is the key."""

from __future__ import annotations

import pytest

from linreg_core import BACKENDS
from tests.app.driver import COMPOSED_SIZES, MIDDLE, SMALL, AnyEngine, Drive, driving, inline
from tests.app.reports import after, report_of
from tui.engine.report import Activity
from tui.keys import (
    ALWAYS,
    DIVERGED,
    FAILING,
    INSIDE,
    KEYS,
    PAUSED,
    PRESENTING,
    PRESENTING_RUN,
    READY,
    RUNNING,
    STARTING,
)
from tui.pages.help.page import HelpScreen
from tui.panes.key_line import hints_of, placed

SHOWN = {shown for key in KEYS for shown in key.shown} | {"space", "ctrl+p"}


def last_line(drive: Drive[AnyEngine]) -> str:
    return drive.text.splitlines()[-1]


def test_every_key_that_is_named_is_a_key() -> None:
    presenting = (PRESENTING, PRESENTING_RUN)
    for hints in (STARTING, READY, PAUSED, INSIDE, DIVERGED, FAILING, RUNNING, ALWAYS, *presenting):
        for keys, words in hints:
            assert words
            for name in keys.split(" "):
                assert name in SHOWN or name == f"1-{len(BACKENDS)}"


def test_what_is_named_follows_the_state() -> None:
    assert hints_of(report_of(None)) == STARTING
    assert hints_of(report_of(after(0))) == READY
    assert hints_of(report_of(after(3))) == PAUSED
    assert hints_of(report_of(after(3, phases=2))) == INSIDE
    assert hints_of(report_of(after(10_000, lr=0.04))) == DIVERGED
    assert hints_of(report_of(after(10_000, lr=0.04, phases=1))) == FAILING
    assert hints_of(report_of(after(3), Activity.RUNNING)) == RUNNING
    assert hints_of(report_of(after(3)), presents=True) == PRESENTING
    assert hints_of(report_of(after(3), Activity.RUNNING), presents=True) == PRESENTING_RUN


@pytest.mark.parametrize("width", range(20, 200, 7))
def test_hints_have_room_and_the_last_two_are_never_cut(width: int) -> None:
    end = -2
    for start, (keys, words) in placed(PAUSED, width):
        assert start >= end + 2
        end = start + len(keys) + 1 + len(words)
    assert end == width
    assert [hint for _, hint in placed(PAUSED, width)[-2:]] == list(ALWAYS)


@pytest.mark.parametrize("size", COMPOSED_SIZES)
async def test_it_stands_at_the_foot_of_every_screen(size: tuple[int, int]) -> None:
    async with driving(inline(), size=size) as drive:
        assert last_line(drive).startswith(" n epoch  s phase  space run")
        assert last_line(drive).endswith("  ? help  q quit ")
        await drive.press("s")
        assert last_line(drive).startswith(" s next phase  S phase back")


async def test_a_click_is_the_key() -> None:
    async with driving(inline(), size=SMALL) as drive:
        for _ in range(2):
            await drive.pilot.click(offset=(last_line(drive).index("epoch"), SMALL[1] - 1))
        await drive.settle()
        assert drive.epoch == 2
        await drive.pilot.click(offset=(last_line(drive).index("?"), SMALL[1] - 1))
        await drive.settle()
        assert isinstance(drive.app.screen, HelpScreen)


async def test_of_two_keys_the_one_that_is_clicked() -> None:
    async with driving(inline(epochs=3), size=MIDDLE) as drive:
        for key, lr in ((")", 2e-4), ("(", 1e-4), ("(", 5e-5)):
            await drive.pilot.click(offset=(last_line(drive).index(key), MIDDLE[1] - 1))
            await drive.settle()
            assert drive.snapshot.run.settings.lr == lr
