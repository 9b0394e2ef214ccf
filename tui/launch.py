"""Open the trainer on this terminal: the engine first, then the app."""

from __future__ import annotations

import sys

from linreg_core import BUILTINS, STANDARD_INPUT, LinregError
from tui.engine.messages import Activity, Open
from tui.engine.process import ProcessEngine
from tui.recent import RecentFiles

LOADING_SECONDS = 3600.0
"""The engine's first word decides whether the app opens; a large file takes its time."""


def launch(first: Open, *, epochs: int) -> int:
    """Run the app until it is left and give the exit code.

    Args:
        first: the problem to begin with.
        epochs: how many epochs the key N offers at first.

    Raises:
        LinregError: when the problem cannot be loaded, or cannot be run as asked; the app does not
            open then. A device that torch has to look for is looked for on screen.
    """
    engine = ProcessEngine(first)
    engine.start()
    try:
        # Textual takes 0.3 s to import: the engine loads the problem meanwhile.
        from tui.app import TrainerApp  # noqa: PLC0415

        report = engine.wait(LOADING_SECONDS)
        if report.snapshot is None and report.refusal is not None:
            raise report.refusal
        if report.activity is Activity.STOPPED:
            raise LinregError("engine", str(report.notice))
        if first.source not in (*BUILTINS, STANDARD_INPUT):
            RecentFiles().remember(first.source)
        app = TrainerApp(engine, epochs=epochs)
        app.run()
        if app._exception is not None:
            raise app._exception
    finally:
        engine.stop()
    sys.stdout.flush()
    return app.return_code or 0
