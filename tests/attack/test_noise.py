"""Noise on every page: the app stays, answers, and leaves with the terminal as it was."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser

from linreg_core import DataRequest
from tests.app.driver import SMALL, driving
from tests.app.terminal import Terminal
from tests.attack.noise import Noise, Size
from tui.engine.commands import Command, Compare, Configure, Goto, Open, Pause, Run
from tui.engine.inline import InlineEngine
from tui.host.driver import drawn_size
from tui.host.typed_text import TypedText

PAGES = ["", "N", "g", "o", "c", "w", "B", "v", "W", "e", "question_mark", "ctrl+p"]
"""The keys that open a page; the last one is Textual's own, the command palette."""

TYPED = {"question_mark": "?", "ctrl+p": "\x10"}
"""What a terminal sends for those whose name is not what they are."""

TORCH = ("tensor", "nn")

MOST_EPOCHS = 500
"""A run may be no longer: digits at random are large numbers."""

ESCAPE, MOST_ESCAPES = "\x1b", 6
"""So many lead out of a list on a page over a page."""

BURST = 50
"""How much comes on a page, before the next one is opened."""

QUICK, LONG, SEEDS = 100, 10_000, 10
"""How much comes in all, and from how many seeds in the long form."""


class ShortRuns(InlineEngine):
    """Runs few epochs at once, opens always the same, and is spared torch, which takes seconds."""

    def send(self, command: Command) -> int:
        if isinstance(command, Run | Compare) and command.epochs is not None:
            command = replace(command, epochs=min(command.epochs, MOST_EPOCHS))
        if isinstance(command, Goto):
            assert self.latest.snapshot is not None
            command = Goto(min(command.epoch, self.latest.snapshot.latest + MOST_EPOCHS))
        if isinstance(command, Open):
            command = Open(DataRequest("article"))
        if isinstance(command, Configure) and command.config.backend in TORCH:
            command = Pause()
        ticket = super().send(command)
        self.work(10)
        return ticket


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where files are written, if any are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_the_driven_app_bears_noise_on_every_page(seed: int, is_long: bool) -> None:
    if not is_long and seed:
        pytest.skip("only with --long")
    noise, pages = iter(Noise(seed, resizes=0.01)), cycle(PAGES)
    left = LONG if is_long else QUICK
    while left > 0:  # the command palette can leave the app
        left = await _bear(noise, pages, left)


async def _bear(noise: Iterator[bytes | Size], pages: Iterator[str], count: int) -> int:
    """Start an app and send noise to it; gives how much is left when the app is left."""
    engine = ShortRuns(Open(DataRequest("article")))
    engine.start()
    typed, parser = TypedText(), XTermParser()
    async with driving(engine, size=SMALL, epochs=7, always_painted=True) as drive:
        assert drive.app._driver is not None
        while count > 0:
            if page := next(pages):
                await drive.press(page)
            for sent in islice(noise, BURST):
                if isinstance(sent, tuple):
                    await drive.resize(*drawn_size(*sent))
                elif text := typed.feed(sent) + typed.end():
                    for message in (*parser.feed(text), *parser.tick()):
                        drive.app._driver.process_message(message)
            count -= BURST
            await drive.settle()
            for _ in range(MOST_ESCAPES):
                if drive.app._exit:
                    return count
                if drive.app.screen is drive.main:
                    break
                await drive.press("escape")
            assert drive.app.screen is drive.main, page
        await drive.resize(*SMALL)
        assert drive.epoch == drive.snapshot.epoch
        before = drive.main.look.log_x
        await drive.press("x")
        assert drive.main.look.log_x is not before
    return 0


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_terminal_bears_noise_on_every_page(seed: int, is_long: bool, tmp_path: Path) -> None:
    if not is_long and seed:
        pytest.skip("only with --long")
    noise, pages = iter(Noise(seed, resizes=0.02)), cycle(PAGES)
    left = LONG if is_long else QUICK
    while left > 0:
        env = {"XDG_STATE_HOME": str(tmp_path)}
        with Terminal("--lr", "1e-9", "--epochs", "1000", cwd=tmp_path, env=env) as terminal:
            terminal.until("READY")
            while left > 0 and terminal.process.poll() is None:
                page = next(pages)
                terminal.send(TYPED.get(page, page))
                for sent in islice(noise, BURST):
                    if isinstance(sent, tuple):
                        terminal.resize(*sent)
                    else:
                        terminal.send(sent)
                    terminal.forget(0.002, is_seen=False)
                left -= BURST
                terminal.send(*[ESCAPE] * MOST_ESCAPES)
                terminal.forget(0.1, is_seen=False)
            if terminal.process.poll() is None:
                terminal.process.send_signal(signal.SIGTERM)
            # The command palette can leave the app.
            code = terminal.end()[0]
            assert code in (0, 128 + signal.SIGTERM), "\n".join(
                log.read_text() for log in tmp_path.rglob("crash.log")
            )
            assert terminal.is_restored, terminal.changes
            terminal.until_gone()
