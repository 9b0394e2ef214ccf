"""Where the app has its sitting recorded, and takes the last one up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import App

from linreg_core import LinregError, visible
from tui.engine.report import Answer, Report
from tui.look import Look
from tui.main_screen import TrainerScreen
from tui.panes.notice import Notice
from tui.wishes import Wish

if TYPE_CHECKING:  # not before the first picture
    from tui.sitting.recorder import Recorder, StoredSession

TICK_SECONDS, SYNC_SECONDS = 1.0, 10.0


class SittingDesk:
    """Stands between the app and its recorder.

    Args:
        app: the app.
        screen: its main screen.
        make_recorder: makes what writes down what is done, once the first picture stands; ``None``:
            nothing is written, and nothing can be taken up.
    """

    def __init__(
        self,
        app: App[None],
        screen: TrainerScreen,
        make_recorder: Callable[[], Recorder] | None,
    ) -> None:
        self._app, self._screen, self._make_recorder = app, screen, make_recorder
        self._recorder: Recorder | None = None
        self._last: StoredSession | None = None
        self._pending: tuple[Wish, Mapping[str, Any]] | None = None
        self._has_warned = False

    def open(self) -> None:
        """Begin, once the first picture stands."""
        if self._make_recorder is not None:
            self._app.call_after_refresh(self._begin, self._make_recorder)

    def close(self) -> None:
        """Write down the rest."""
        if self._recorder is not None:
            self._recorder.close()

    def _begin(self, make_recorder: Callable[[], Recorder]) -> None:
        self._recorder = recorder = make_recorder()
        self._app.watch(self._screen, "look", lambda: self.note(self._screen.report), init=False)
        self._app.set_interval(TICK_SECONDS, recorder.tick)
        self._app.set_interval(SYNC_SECONDS, self._sync)
        self._say_left()
        self.note(self._screen.report)
        self._offer()

    def note(self, report: Report) -> None:
        """Have it written down."""
        if self._recorder is None:
            return
        if self._pending is not None:
            self._look_like(report, *self._pending)
        self._recorder.note(report, self._screen.look.to_view())
        if self._recorder.trouble is not None and not self._has_warned:
            self._has_warned = True
            self._app.notify(visible(self._recorder.trouble), severity="warning", markup=False)

    def take_up(self) -> None:
        """Go on with the last session."""
        if self._make_recorder is None:
            self._app.notify("Sessions are neither kept nor taken up (--no-session).")
            return
        if self._recorder is None:  # asked for before the first picture stands
            self._app.call_after_refresh(self.take_up)
            return
        self._last = self._last or self._recorder.last()
        if self._last is None:
            self._app.notify("There is no session to go on with.")
            return
        try:
            command, view = self._recorder.take_up(self._last)
        except (LinregError, OSError) as error:
            self._app.notify(visible(str(error)), severity="warning", markup=False)
            return
        wish = Wish(command)
        self._pending = wish, view
        self._app.post_message(wish)

    def _look_like(self, report: Report, wish: Wish, view: Mapping[str, Any]) -> None:
        """Once it is taken up, look at it as it was looked at."""
        answer = report.answer_to(wish.ticket)
        if answer is Answer.PENDING:
            return
        self._pending = None
        if answer is Answer.TAKEN:
            self._last = None
            self._say_left()
            self._screen.look = Look(epochs=self._screen.look.epochs).with_view(view)

    def _say_left(self) -> None:
        """Say that a run was left before its end."""
        assert self._recorder is not None, "it is asked"
        if self._recorder.left:
            self._app.notify(f"{self._recorder.left:,} epochs are left of a run: N runs them.")

    def _offer(self) -> None:
        """Say what there is to go on with, if anything."""
        assert self._recorder is not None, "it is asked"
        report = self._screen.report
        if report.snapshot is None or report.snapshot.latest or report.runs.sitting:
            return
        self._last = self._recorder.last()
        if self._last is not None:
            words = f"{self._last.words(time.time())}: O goes on"
            self._screen.query_one(Notice).offer = words

    def _sync(self) -> None:
        assert self._recorder is not None, "it is asked"
        self._app.run_worker(self._recorder.sync, thread=True, exclusive=True, group="sync")
