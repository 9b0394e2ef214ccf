"""Any keys in any order: nothing breaks, and the epoch shown is the engine's."""

from __future__ import annotations

import random
from itertools import cycle

from tests.app.driver import SMALL, Drive, driving
from tui.engine.inline import InlineEngine
from tui.engine.messages import Command, Open, Run
from tui.keys import KEYS

PRESSES, BURST = 2_000, 40
"""Keys in all, and how many come between two pictures: drawing takes most of the time."""

PAGES = {"run_epochs", "goto", "setup", "edit_weight", "breakpoints", "landscape_axes", "help"}
"""Actions that open a page over the screen."""

ON_SCREEN, TO_PAGES = (
    [
        name
        for key in KEYS
        for name in key.keys.split(",")
        if key.action != "app.quit" and (key.action in PAGES) == opens_a_page
    ]
    for opens_a_page in (False, True)
)

MOST_EPOCHS = 500
"""A run may be no longer: digits at random are large numbers."""


class ShortRuns(InlineEngine):
    """Runs no more than a few epochs at once, and works a little whenever it is told something."""

    def send(self, command: Command) -> None:
        if isinstance(command, Run) and command.epochs is not None:
            command = Run(min(command.epochs, MOST_EPOCHS))
        super().send(command)
        self.work(10)


async def test_thousands_of_random_keys_never_break_it() -> None:
    chance = random.Random(1)
    pages = cycle(TO_PAGES)
    engine = ShortRuns(Open("article"))
    engine.start()
    async with driving(engine, size=SMALL, epochs=7) as drive:
        pressed = 0
        while pressed < PRESSES:
            keys = chance.choices(ON_SCREEN, k=BURST)
            for key in keys:
                drive.send_key(key)
            for _ in ("keys", "wishes", "reports", "what is shown"):
                await drive.pilot.pause(0)
            assert drive.epoch == drive.snapshot.epoch, keys
            pressed += BURST
            if chance.random() < 0.6:
                pressed += await _visit_a_page(drive, next(pages), chance)
                assert drive.epoch == drive.snapshot.epoch
        assert engine.latest.run > 50, "keys must have come through"


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
