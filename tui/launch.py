"""Open the trainer on this terminal: the engine first, then the app."""

from __future__ import annotations

import sys

from linreg_core import LinregError, Recipe
from tui.engine.messages import Activity, Open
from tui.engine.process import ProcessEngine

LOADING_SECONDS = 3600.0
"""The engine's first word decides whether the app opens; a large file takes its time."""


def launch(recipe: Recipe) -> int:
    """Run the app on what a recipe tells until it is left, and give the exit code.

    Its epochs are how many the key N offers, its conditions are the breakpoints.

    Raises:
        LinregError: when the problem cannot be loaded, or cannot be run as asked; the app does not
            open then. A device that torch has to look for is looked for on screen.
    """
    engine = ProcessEngine(
        Open(recipe.source, recipe.options, recipe.config, breakpoints=recipe.until)
    )
    engine.start()
    try:
        # Textual takes 0.3 s to import: the engine loads the problem meanwhile.
        from tui.app import TrainerApp  # noqa: PLC0415

        first = engine.wait(LOADING_SECONDS)
        if first.snapshot is None and first.refusal is not None:
            raise first.refusal
        if first.activity is Activity.STOPPED:
            raise LinregError("engine", str(first.notice))
        app = TrainerApp(engine, epochs=recipe.epochs)
        app.run()
        if app._exception is not None:
            raise app._exception
    finally:
        engine.stop()
    sys.stdout.flush()
    return app.return_code or 0
