"""The faults of Textual that we work around, in Textual itself.

They are those of tui/host (driver, typed_text, environment), tui/pages/page.py and tui/app.py.

Each test fails when Textual no longer has the fault; what is named there can go then.
"""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App, ComposeResult
from textual.command import CommandPalette
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.worker import WorkerFailed


@contextmanager
def may_go(what: str) -> Iterator[None]:
    """Say what is no longer needed, when what is looked for inside is not found."""
    try:
        yield
    except (AssertionError, pytest.fail.Exception) as error:
        pytest.fail(f"Textual no longer has this fault, so {what} can go: {error}")


async def plain_driver(monkeypatch: pytest.MonkeyPatch, terminal: int) -> LinuxDriver:
    """Textual's own driver on a terminal, of an app that hears nothing."""
    file = os.fdopen(os.dup(terminal), "w")
    monkeypatch.setattr(sys, "__stdin__", file)
    monkeypatch.setattr(sys, "__stderr__", file)
    app: Any = SimpleNamespace()
    driver = LinuxDriver(app)
    driver.process_message = lambda message: None  # type: ignore[method-assign]
    return driver


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The ends of a pseudoterminal, ours and the driver's."""
    ends = pty.openpty()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    yield ends
    for number, handler in handlers.items():
        signal.signal(number, handler)
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("data", ["e96e", "1b5b4d43c830"])
async def test_it_dies_of_bytes_that_are_not_utf_8(
    data: str, terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = terminal
    tty.setraw(theirs)
    driver = await plain_driver(monkeypatch, theirs)
    os.write(ours, bytes.fromhex(data))
    asyncio.get_running_loop().call_later(5, driver.exit_event.set)
    with (
        may_go("the decoding of TypedText (issues 6456, 6668)"),
        pytest.raises(UnicodeDecodeError),
    ):
        await asyncio.to_thread(driver.run_input_thread)


async def test_it_starts_again_on_a_sigcont_that_no_stop_preceded(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await plain_driver(monkeypatch, terminal[1])
    started = []
    driver.start_application_mode = lambda: started.append(True)  # type: ignore[method-assign]
    driver._sigcont_application()
    with may_go("TerminalDriver._sigcont_application"):
        assert started


async def test_it_suspends_within_the_signals_handler(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await plain_driver(monkeypatch, terminal[1])
    suspended = []
    driver.suspend_application_mode = lambda: suspended.append(True)  # type: ignore[method-assign]
    monkeypatch.setattr(os, "kill", lambda *_: None)
    driver._sigtstp_application()
    with may_go("TerminalDriver._sigtstp_application"):
        assert suspended


async def test_a_fault_in_the_input_thread_is_printed_and_forgotten(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await plain_driver(monkeypatch, terminal[1])
    called: list[Any] = []
    app: Any = SimpleNamespace(panic="panic", call_later=lambda *given: called.append(given[0]))
    driver._app = app
    monkeypatch.setattr(driver, "run_input_thread", lambda: 1 / 0)
    driver._run_input_thread()
    with may_go("TerminalDriver._run_input_thread"):
        assert called == ["panic"], "it is not handed to the app as an exception"


async def test_it_takes_any_size_from_the_environment(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = await plain_driver(monkeypatch, terminal[1])
    monkeypatch.setenv("COLUMNS", "1000000")
    with may_go("TerminalDriver._get_terminal_size"):
        assert driver._get_terminal_size()[0] == 1_000_000


async def test_it_leaves_the_terminal_raw_when_its_start_fails(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, theirs = terminal
    before = termios.tcgetattr(theirs)
    driver = await plain_driver(monkeypatch, theirs)

    async def post(_: object) -> None:
        """Take the size."""

    app: Any = SimpleNamespace(_post_message=post)
    driver._app = app

    def no_threads(thread: Thread) -> None:
        if thread.name == "textual-input":
            raise RuntimeError("can't start new thread")
        start(thread)

    start = Thread.start
    monkeypatch.setattr(Thread, "start", no_threads)
    with pytest.raises(RuntimeError):
        driver.start_application_mode()  # type: ignore[no-untyped-call]
    driver.close()
    signal.signal(signal.SIGWINCH, signal.SIG_DFL)
    with may_go("TerminalDriver.start_application_mode"):
        assert termios.tcgetattr(theirs) != before


def test_its_writer_dies_of_a_terminal_that_is_gone() -> None:
    class Gone:
        def write(self, _: str) -> None:
            raise OSError

        flush = write

    writer = WriterThread(Gone())  # type: ignore[arg-type]
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr("threading.excepthook", lambda _: None)
    writer.start()
    writer.write("x")
    writer.join(5)
    monkeypatch.undo()
    with may_go("Output"):
        assert not writer.is_alive()


def keys(data: str) -> list[str]:
    parser = XTermParser()
    messages = list(parser.feed(data))
    if parser._timeout_time is not None:
        parser._timeout_time = 0  # the time for more is over
    messages += parser.tick()
    return [message.key for message in messages if isinstance(message, Key)]


@pytest.mark.parametrize("sequence", ["\x1b[1:2u", "\x1b[99999999999u"])
def test_its_parser_breaks_on_some_sequences(sequence: str) -> None:
    with (
        may_go("the try of TypedText._is_known"),
        pytest.raises((ValueError, OverflowError)),
    ):
        keys(sequence)


@pytest.mark.parametrize("sequence", ["\x1b[?1;2c", "\x1b]11;rgb:1/2/3\x07", "\x1b[MC\xe9"])
def test_its_parser_types_what_it_does_not_know(sequence: str) -> None:
    with may_go("SEQUENCE and TypedText._is_known"):
        assert len(keys(sequence)) > 1


def test_its_parser_believes_any_report_of_the_windows_size() -> None:
    parser = XTermParser()
    messages = list(parser.feed("\x1b[48;9999999;9999999;1;1t"))
    with may_go("what READ_LATER leaves out"):
        assert [type(message) for message in messages] == [events.Resize]


def test_a_paste_that_does_not_end_swallows_all_keys() -> None:
    parser = XTermParser()
    list(parser.feed("\x1b[200~abc"))
    with may_go("PASTE_SECONDS"):
        assert list(parser.feed("q" * 100)) == []


def test_an_escape_in_a_paste_types_what_follows() -> None:
    messages = list(XTermParser().feed("\x1b[200~\x1b[" + "1" * 40 + "\x1b[201~ "))
    with may_go("UNPRINTABLE"):
        assert any(isinstance(message, Key) and message.key == "1" for message in messages)


@pytest.mark.parametrize(
    ("variable", "make"),
    [
        ("TEXTUAL_COLOR_SYSTEM", lambda: Console(color_system="x")),  # type: ignore[arg-type]
        ("COLUMNS", lambda: Console(_environ={"COLUMNS": "²"})),
    ],
)
def test_the_console_breaks_on_some_environments(
    variable: str, make: Callable[[], Console]
) -> None:
    with (
        may_go(f"what tidy_environment does about {variable}"),
        pytest.raises((KeyError, ValueError)),
    ):
        make()


class Silent(App[None]):
    """An app that paints no traceback, which takes seconds."""

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()


class Listing(Silent):
    """A list that fills the terminal."""

    def compose(self) -> ComposeResult:
        yield OptionList("a", "b")


async def fill(width: int, height: int) -> None:
    async with Listing().run_test(size=(width, height)) as pilot:
        pilot.app.query_one(OptionList).highlighted = 0
        await pilot.press("pagedown")


@pytest.mark.parametrize("size", [(1, 1), (1, 9)])
async def test_a_list_without_room_ends_the_app(size: tuple[int, int]) -> None:
    with may_go("LEAST_COLUMNS, LEAST_ROWS"), pytest.raises((KeyError, ValueError)):
        await fill(*size)


async def test_a_screen_that_is_closed_closes_another() -> None:
    async with Silent().run_test() as pilot:
        first, second = ModalScreen[None](), ModalScreen[None]()
        await pilot.app.push_screen(first)
        first.dismiss()
        await pilot.app.push_screen(second)
        first.dismiss()
        with may_go("ClosesOnce"):
            assert pilot.app.screen is not second


async def turn_pages_at_once(tries: int) -> None:
    """Press two keys in a row, several times: on a busy machine the list may be there in time."""
    for _ in range(tries):
        app = Silent()
        async with app.run_test() as pilot:
            for key in ("ctrl+p", "pagedown"):
                app.post_message(Key(key, None))
            for _ in range(10):
                await pilot.pause(0)


async def test_the_pages_of_a_palette_that_has_just_been_opened_end_the_app() -> None:
    with may_go("Palette._action_command_list"), pytest.raises(KeyError):
        await turn_pages_at_once(20)


async def search_for_nobody() -> None:
    app = Silent()
    async with app.run_test() as pilot:
        palette = CommandPalette()
        await app.push_screen(palette)
        palette._cancel_gather_commands()
        await palette.dismiss()
        palette._gather_commands("x")
        await pilot.pause()


async def test_a_search_for_a_closed_palette_ends_the_app() -> None:
    with may_go("TrainerApp._handle_exception"), pytest.raises(WorkerFailed):
        await search_for_nobody()
