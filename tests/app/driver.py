"""The app driven by keys, without a terminal and without a process; and what stands on it then."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import textual.screen
from textual._compositor import Compositor
from textual.app import ComposeResult
from textual.events import Key, Paste, Resize
from textual.geometry import Region, Size
from textual.keys import _character_to_key  # as Pilot does: a comma's name is "comma"
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Select

from linreg_core import DataRequest, Snapshot, TrainConfig
from tui.app import TrainerApp
from tui.colours.app import ReadableApp
from tui.engine import Engine
from tui.engine.commands import Command, Open, Run
from tui.engine.inline import InlineEngine
from tui.engine.report import Report
from tui.main_screen import TrainerScreen
from tui.panes.notice import Notice
from tui.panes.status_bar import StatusBar
from tui.sitting.recorder import Recorder

SMALLEST, SMALL, MIDDLE, LARGE = (60, 18), (80, 24), (120, 36), (200, 60)
"""Terminal sizes, columns and rows."""

COMPOSED_SIZES = [SMALLEST, SMALL, MIDDLE, LARGE]
"""Sizes at which the screen is composed differently."""

MOST_ROUNDS = 100
"""Times to wait after which the app does not settle, or does not take a size, any more."""

Write = Callable[..., Path]
"""Writes a table: text, and the file's name if it matters; gives its path."""

AnyEngine = TypeVar("AnyEngine", bound=Engine)


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class ScriptedEngine:
    """Says what a test has it say, and notes what it is told."""

    def __init__(self, first: Report) -> None:
        self.latest = first
        self.heard: list[Command] = []
        self.sent = first.answered
        self._wake: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Nothing to start."""

    def subscribe(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def send(self, command: Command) -> int:
        self.heard.append(command)
        self.sent += 1
        return self.sent

    def stop(self) -> None:
        """Nothing to stop."""

    def say(self, report: Report) -> None:
        """Report this."""
        self.latest = report
        self._wake()


@dataclass
class Drive(Generic[AnyEngine]):
    """A running app.

    Args:
        app: the app.
        engine: its engine.
        pilot: its keyboard and mouse.
    """

    app: TrainerApp
    engine: AnyEngine
    pilot: Pilot[None]

    @property
    def main(self) -> TrainerScreen:
        """The main screen, also while a page is open over it."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, TrainerScreen)
        return screen

    @property
    def snapshot(self) -> Snapshot:
        """The engine's latest state."""
        assert self.engine.latest.snapshot is not None
        return self.engine.latest.snapshot

    @property
    def status(self) -> str:
        """The top line."""
        return text_of(self.main.query_one(StatusBar))

    @property
    def epoch(self) -> int:
        """The epoch in the top line."""
        found = re.search(r"epoch ([\d,]+)", self.status)
        assert found, self.status
        return int(found[1].replace(",", ""))

    @property
    def notice(self) -> str:
        """The line under the top line; empty when there is none."""
        notice = self.main.query_one(Notice)
        return text_of(notice) if notice.display else ""

    @property
    def text(self) -> str:
        """The top screen, line by line, as it is drawn."""
        return "\n".join(lines_of(self.app.screen))

    def seen(self, widget: Widget) -> str:
        """What the terminal shows of a widget of the top screen, its lines joined."""
        area = widget.content_region.intersection(self.app.screen.region)
        lines = lines_of(self.app.screen, area)[area.y : area.bottom]
        return " ".join(" ".join(line[area.x : area.right] for line in lines).split())

    async def begin(self) -> None:
        """Wait until all panes are there: the pictures come after the first numbers."""
        for _ in range(MOST_ROUNDS):
            await self.settle()
            if self.main.query("#pictures"):
                return

    async def press(self, *keys: str) -> None:
        """Press keys one after another, and let their effects settle.

        Pilot's own press waits 65 ms for each key until the process is idle; this takes 10 ms.
        """
        for key in keys:
            self.send_key(key)
            await self.settle()

    def send_key(self, key: str) -> None:
        """Press a key, by its name or as a character, and do not wait for what it does."""
        character = key if len(key) == 1 else None
        self.app.post_message(Key(_character_to_key(key) if character else key, character))

    async def paste(self, text: str) -> None:
        """Put a text into the field that has the focus, at once: a key takes 10 ms."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size; Pilot's own way takes 100-300 ms, this 20-80 ms."""
        size = Size(width, height)
        assert self.app._driver is not None
        self.app._driver._size = size
        self.app.post_message(Resize(size, size))
        for _ in range(MOST_ROUNDS):
            await self.settle()
            if self.app.screen._compositor.size == size:
                return
            await asyncio.sleep(0.005)  # it is taken after 8 ms, as more may come

    async def answer(self, key: str, text: str) -> None:
        """Press the key that opens a page, put a text into its field, and take it."""
        await self.press(key)
        await self.paste(text)
        await self.press("enter")

    async def fill(self, selector: str, text: str) -> None:
        """Replace what stands in a field of a form."""
        field = self.app.screen.query_one(selector, Input)
        field.focus()
        field.value = text
        await self.settle()

    async def choose(self, selector: str, place: int) -> None:
        """Choose from a list of a form with the keyboard, by place."""
        self.app.screen.query_one(selector, Select).focus()
        await self.press("enter")
        await self.press("home", *["down"] * place, "enter")

    async def settle(self) -> None:
        """Let messages go all the way, from a key to the engine and back, and be drawn.

        Pilot's own pause waits until the process is idle, 20-60 ms, or sends every widget a message
        and waits for all of them. Here it is over when drawing leaves the loop nothing to do.
        """
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        for _ in range(MOST_ROUNDS):
            await asyncio.sleep(0)
            while ready:
                await asyncio.sleep(0)
            self.app.screen._on_timer_update()
            if self.app.animator._animations:  # scrolling by a key takes 20 ms even where none is
                await self.app.animator.wait_until_complete()
            elif not ready:
                return


class AtOnce(ThreadPoolExecutor):
    """Does in no thread what would be done in one, and so before the loop goes on."""

    def submit(self, do: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Do it."""
        future: Future[Any] = Future()
        try:
            future.set_result(do(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def drawn_when_settled() -> Iterator[None]:
    """Draw a screen when it has settled, and not sixty times a second until then."""
    before = textual.screen.UPDATE_PERIOD
    textual.screen.UPDATE_PERIOD = 1.0  # type: ignore[misc]
    try:
        yield
    finally:
        textual.screen.UPDATE_PERIOD = before  # type: ignore[misc]


@contextmanager
def painted_when_looked_at() -> Iterator[None]:
    """Paint what a test reads off a screen, and not what nobody sees: a third of its time."""
    paint = Compositor.render_update

    def paint_all_or_nothing(self: Compositor, full: bool = False, **named: Any) -> Any:
        if full:  # for a picture
            return paint(self, full=True, **named)
        self._dirty_regions.clear()
        return None

    Compositor.render_update = paint_all_or_nothing  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Compositor.render_update = paint  # type: ignore[method-assign]


@asynccontextmanager
async def driving(
    engine: AnyEngine,
    *,
    size: tuple[int, int] = SMALL,
    epochs: int = 1_000_000,
    recorder: Recorder | None = None,
    always_painted: bool = False,
) -> AsyncIterator[Drive[AnyEngine]]:
    """Run the app on a started engine.

    Args:
        engine: the engine.
        size: of the terminal, columns and rows.
        epochs: as the app takes it.
        recorder: what writes down what is done.
        always_painted: after every key, as for somebody who watches, and not only when a test
            reads the screen. A chart knows its axes from when it is painted.
    """
    asyncio.get_running_loop().set_default_executor(AtOnce())
    make = None if recorder is None else lambda: recorder
    app = TrainerApp(engine, epochs=epochs, recorder=make)
    with drawn_when_settled(), nullcontext() if always_painted else painted_when_looked_at():
        async with app.run_test(size=size) as pilot:
            drive = Drive(app, engine, pilot)
            await drive.begin()
            yield drive


@asynccontextmanager
async def alone(widget: Widget, report: Report) -> AsyncIterator[None]:
    """Show a widget by itself, on a report that it takes."""

    class Alone(ReadableApp):
        def compose(self) -> ComposeResult:
            yield widget

    async with Alone().run_test(size=SMALL) as pilot:
        widget.report = report  # type: ignore[attr-defined]
        await pilot.pause()
        yield


def timed(clock: Clock, source: str = "article") -> InlineEngine:
    """A started engine whose runs go by a clock."""
    engine = InlineEngine(Open(DataRequest(source)), clock=clock)
    engine.start()
    return engine


def inline(source: str = "article", *, epochs: int = 0, **config: object) -> InlineEngine:
    """A started engine without a process, on the article's problem unless another is named.

    Epochs are run before the app is there: a key costs 65 ms.
    """
    engine = InlineEngine(Open(DataRequest(source), config=TrainConfig(**config)))  # type: ignore[arg-type]
    engine.start()
    if epochs:
        engine.send(Run(epochs))
    return engine


def lines_of(screen: Screen[object], area: Region | None = None) -> list[str]:
    """What is drawn on a screen; of the lines outside of an area, if one is given, nothing."""
    # An exported picture would be public and cost 20 times as much to read back.
    compositor = screen._compositor
    if area is None:
        return [strip.text for strip in compositor.render_strips()]
    whole_lines = Region(0, area.y, compositor.size.width, area.height)
    chops = compositor._render_chops(whole_lines, whole_lines.line_range.__contains__)
    return ["".join(strip.text for strip in line.values() if strip) for line in chops]


def text_of(widget: Widget) -> str:
    """What a widget renders."""
    return str(widget.render())
