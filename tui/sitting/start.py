"""How a sitting begins with the program: a new one, or one that is taken up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from linreg_core import LinregError, Recipe
from tui.cli.commands.sessions import LAST
from tui.cli.streams import complain
from tui.engine.commands import Open
from tui.engine.pace import ACCELERATING
from tui.engine.runs.run import PastRun, Runs
from tui.host.log import sessions_folder

if TYPE_CHECKING:
    from tui.sitting.recorder import Recorder


FIRST_VIEW = {"detail": False, "pace": str(ACCELERATING)}
"""What a session's view says where it does not say it: it wins over what was chosen last."""


def started() -> Callable[[], Recorder] | None:
    """What makes the recorder of a new sitting; ``None``: the user has no home for it."""
    folder = sessions_folder()

    def make() -> Recorder:
        from tui.sitting.recorder import Recorder  # noqa: PLC0415  (not before the first picture)

        assert folder is not None, "it was asked"
        return Recorder(folder)

    return None if folder is None else make


def requested_open(recipe: Recipe) -> Open:
    """What opens a recipe: the run at its beginning, or where its view says."""
    breakpoints = recipe.view.get("breakpoints", recipe.until)
    text = breakpoints if isinstance(breakpoints, str) else ""
    if not (recipe.edits or "epoch" in recipe.view):
        return Open(recipe.data, recipe.config, breakpoints=text)
    runs = Runs((PastRun.requested(recipe),), 1)
    return Open(recipe.data, recipe.last_config, breakpoints=text, runs=runs)


def resumed(name: str) -> tuple[Open, Callable[[], Recorder], Mapping[str, Any]]:
    """Take a sitting up: what is opened, what makes its recorder, and how it is looked at.

    Args:
        name: its own, or `LAST`.

    Raises:
        LinregError: "no-session", and as `SittingFile.taken`.
    """
    from tui.sitting.recorder import Recorder, opening, take_last  # noqa: PLC0415

    folder = sessions_folder()
    if folder is None:
        raise LinregError("no-session", "there are no sessions: you have no home folder")
    file, skipped = take_last(folder, "" if name == LAST else name)
    for reason in skipped:
        complain(f"skipped: {reason}")
    return opening(file), partial(Recorder, folder, file), FIRST_VIEW | dict(file.state.first_view)
