"""Any keys in any order: nothing breaks, and the epoch shown is the engine's."""

from __future__ import annotations

import random
from itertools import cycle
from pathlib import Path

import pytest

from linreg_core import DataRequest
from tests.app.driver import SMALL, Drive, driving
from tui.engine.commands import Command, Open, Run
from tui.engine.inline import InlineEngine
from tui.keys import KEYS

QUICK, SEEDS, PRESSES, BURST = 1, 8, 500, 40
"""Seeds that are always tried, and with --long; keys of each; how many come between two pictures,
for drawing takes most of the time."""

NAMES = [name for key in KEYS for name in key.keys.split(",") if key.action != "app.quit"]

MOST_EPOCHS = 500
"""A run may be no longer: digits at random are large numbers."""


class ShortRuns(InlineEngine):
    """Runs no more than a few epochs at once, and works a little whenever it is told something."""

    def send(self, command: Command) -> int:
        if isinstance(command, Run) and command.epochs is not None:
            command = Run(min(command.epochs, MOST_EPOCHS))
        ticket = super().send(command)
        self.work(10)
        return ticket


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_thousands_of_random_keys_never_break_it(
    seed: int, is_long: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed >= QUICK and not is_long:
        pytest.skip("only with --long")
    monkeypatch.chdir(tmp_path)  # a page writes files
    chance = random.Random(seed)
    engine = ShortRuns(Open(DataRequest("article")))
    engine.start()
    async with driving(engine, size=SMALL, epochs=7, always_painted=True) as drive:
        to_pages = [name for name in NAMES if await _opens_a_page(drive, name)]
        assert len(to_pages) >= 10, "a page that is not known would eat the keys that follow"
        on_screen = [name for name in NAMES if name not in to_pages]
        chance.shuffle(to_pages)
        pages, pressed = cycle(to_pages), 0
        while pressed < PRESSES:
            keys = chance.choices(on_screen, k=BURST)
            for key in keys:
                drive.send_key(key)
            for _ in ("keys", "wishes", "reports", "what is shown"):
                await drive.pilot.pause(0)
            assert drive.epoch == drive.snapshot.epoch, keys
            pressed += BURST
            if chance.random() < 0.6:
                pressed += await _visit_a_page(drive, next(pages), chance)
                assert drive.epoch == drive.snapshot.epoch
        assert engine.latest.run > 12, "keys must have come through"


async def _opens_a_page(drive: Drive[ShortRuns], key: str) -> bool:
    """Whether a key leads away from the main screen; comes back from there."""
    await drive.press(key)
    opened = drive.app.screen is not drive.main
    while drive.app.screen is not drive.main:
        await drive.press("escape")
    return opened


async def _visit_a_page(drive: Drive[ShortRuns], page: str, chance: random.Random) -> int:
    """Open one, perhaps type a number and take it, and leave; gives the number of keys."""
    keys = [page]
    if chance.random() < 0.7:
        keys += [*chance.choices("0123456789", k=2), "enter"]
    await drive.press(*keys)
    while drive.app.screen is not drive.main:
        await drive.press("escape")
        keys.append("escape")
    return len(keys)
