"""Open the trainer on this terminal: the engine first, then the app."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tui.cli.waiting import WaitingLine
from tui.engine.commands import Open
from tui.engine.process import ProcessEngine
from tui.engine.report import BEFORE_A_RUN, Activity, Report
from tui.host.environment import check_encoding, one_thread_for_products, tidy_environment
from tui.host.preferences import Preferences
from tui.host.recent import RecentFiles
from tui.host.signals import EndSignals
from tui.text import duration

if TYPE_CHECKING:  # not before the first picture
    from tui.sitting.recorder import Recorder

LOOK_SECONDS = 0.1
"""Between two looks at what the engine does while it loads the problem."""

ANALYSIS_SECONDS = 0.5
"""What takes no longer to be analysed is waited for before the screen: it may yet be refused."""


def launch(
    first: Open,
    *,
    epochs: int,
    recorder: Callable[[], Recorder] | None = None,
    view: Mapping[str, Any] | None = None,
) -> int:
    """Run the app until it is left and give the exit code.

    Args:
        first: the problem to begin with.
        epochs: how many epochs the key N offers at first.
        recorder: makes what writes down what is done; ``None``: nothing is.
        view: how it is looked at first; see `Look.to_view`.

    Raises:
        SystemExit: when a signal comes before the app has opened, with 128 + its number.
        LinregError: when the terminal's encoding or the user's settings do not do, or the problem
            cannot be loaded, or cannot be run as asked; the app does not open then. A device that
            torch has to look for is looked for on screen.
    """
    check_encoding(sys.stderr.encoding)
    preferences = Preferences.of_user()
    tidy_environment()
    engine = ProcessEngine(first)
    with EndSignals() as signals:
        engine.start()
        try:
            with WaitingLine(os.path.basename(first.data.source)) as line:
                # Textual takes 0.3 s to import: the engine loads the problem meanwhile.
                preferences.apply()
                with one_thread_for_products():
                    from tui.app import TrainerApp  # noqa: PLC0415

                signals.obey()
                report = _first_word(engine, line)
            if report.snapshot is None and report.refusal is not None:
                raise report.refusal
            for path in first.data.files:
                RecentFiles().remember(path)
            app = TrainerApp(
                engine,
                epochs=epochs,
                recorder=recorder,
                view={**preferences.view, **(view or {})},
                preferences=preferences,
            )
            try:
                with signals.leading_out_of(app):
                    app.run()
            finally:
                app.close_session()
            if app._exception is not None:
                raise app._exception
        finally:
            engine.stop()
    if sys.stdout is not None:  # closed, as >&- leaves it
        sys.stdout.flush()
    return signals.code or app.return_code or 0


def _first_word(engine: ProcessEngine, line: WaitingLine) -> Report:
    """Wait until it is known whether the first problem loads; say what goes on meanwhile.

    One that has loaded and takes long to be analysed is waited for on the screen.
    """
    analysed = 0.0
    while (report := engine.wait(LOOK_SECONDS)).activity in BEFORE_A_RUN:
        stage, silent = report.stage, report.quiet.silent
        analysed += LOOK_SECONDS * (report.activity is Activity.ANALYSING)
        if analysed >= ANALYSIS_SECONDS:
            break
        if silent:
            line.update(f"no answer for {duration(silent)}")
        elif stage is not None:
            line.update(stage.what, stage.share)
    return report
