"""The app: a table of contents. The engine's reports go to the screen, its wishes to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen

from tui import pages
from tui.colours.app import ReadableApp
from tui.engine import Engine
from tui.entry import collect_garbage_again
from tui.host.driver import TerminalDriver
from tui.host.preferences import Preferences
from tui.keys import KEYS
from tui.main_screen import TrainerScreen
from tui.pages.page import STYLES, Palette, ReportPage, is_of_a_closed_page, is_unseen_list
from tui.sitting.desk import SittingDesk
from tui.wishes import EngineReported, Explain, Wish

if TYPE_CHECKING:  # not before the first picture
    from tui.sitting.recorder import Recorder


class TrainerApp(ReadableApp):
    """The step-through trainer.

    Args:
        engine: the trainer, started.
        epochs: how many epochs the key N offers at first.
        recorder: makes what writes down what is done; ``None``: nothing is.
        view: how it is looked at first; see `Look.to_view`.
        preferences: what the user chose for every run; ``None``: nothing, nor is it remembered.
    """

    TITLE = "linreg-tui"
    CSS_PATH = "app.tcss"

    def __init__(
        self,
        engine: Engine,
        *,
        epochs: int,
        recorder: Callable[[], Recorder] | None = None,
        view: Mapping[str, Any] | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__()
        self._preferences = preferences
        if preferences is not None and preferences.theme is not None:
            self.theme = preferences.theme
        self._engine = engine
        self._trainer = TrainerScreen(epochs, view or {})
        self._sitting = SittingDesk(self, self._trainer, recorder)

    def _handle_exception(self, error: Exception) -> None:
        """Leave after a fault, unless it was that of a page that is closed, and harmless then."""
        if not is_of_a_closed_page():
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave after a fault of ours without Textual's traceback: `launch` tells what happened."""
        self._close_messages_no_wait()

    def panic(self, *_: object) -> None:
        """Leave like this, too, after one that Textual could draw a picture of."""
        self._fatal_error()

    def get_driver_class(self) -> type[Driver]:
        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        return self._trainer

    async def run_action(
        self, action: Any, default_namespace: DOMNode | None = None, namespaces: Any = None
    ) -> bool:
        """Do what a key says, but not what would break a list.

        Nor after the one that leaves: no page would still be made.
        """
        if self._exit or is_unseen_list(default_namespace):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def on_mount(self) -> None:
        """Listen to the engine."""
        self._engine.subscribe(self._wake)
        self._trainer.report = self._engine.latest
        self._sitting.open()
        if self._preferences is not None:
            self._preferences.follow(self, self._trainer)
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Do, after the first picture, what it did not need."""
        self.stylesheet.read_all(STYLES)  # or the first page would have all of them parsed anew
        # Collecting what imports and mounting made took 17-44 ms every 3 s, in keys' time.
        collect_garbage_again()

    def leave(self, code: int) -> None:
        """Leave with an exit code; a signal may ask for it between any two instructions."""
        if self._loop is None:
            raise SystemExit(code)
        self._loop.call_soon_threadsafe(partial(self.exit, return_code=code))

    def give_back(self) -> None:
        """Put the terminal into the state it had before, if that has not been done."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back()

    def _wake(self) -> None:
        """Called from the engine's thread."""
        self.post_message(EngineReported())

    def on_engine_reported(self) -> None:
        """Show the latest report; messages of older ones find it shown, which costs nothing."""
        for screen in self.screen_stack:
            if isinstance(screen, TrainerScreen | ReportPage):
                screen.report = self._engine.latest
        self._sitting.note(self._engine.latest)

    def on_wish(self, wish: Wish) -> None:
        """Pass a wish to the engine."""
        wish.ticket = self._engine.send(wish.command)

    def close_session(self) -> None:
        """Write down the rest of what was done."""
        self._sitting.close()

    def action_resume(self) -> None:
        """Take the last session up."""
        self._sitting.take_up()

    def on_explain(self, message: Explain) -> None:
        """Open the help."""
        from tui.panes.catalogue import PANES, name_of  # noqa: PLC0415  (not before the pictures)

        panes = [(name_of(pane), pane.HELP) for pane in PANES]
        self.push_screen(pages.HelpScreen(panes, message.section, message.word))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        if screen is self._trainer:
            for key in KEYS:
                if key.action != "app.quit":
                    run = partial(self._trainer.run_action, key.action)
                    yield SystemCommand(f"{key.label} ({' '.join(key.shown)})", key.help, run)
