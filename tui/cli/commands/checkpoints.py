"""``train --checkpoint FILE`` and ``--resume FILE``: a run that is stopped goes on later."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from linreg_core import LinregError
from linreg_core.records import dataclass

if TYPE_CHECKING:
    from linreg_core import Recipe, Repetition, StoredRun

EVERY_SECONDS = 60.0
"""How often a checkpoint is written while it runs."""

OPTIONS = (
    click.option(
        "--checkpoint",
        metavar="FILE",
        help="Write where the run stands, every minute, when it is stopped and at its end.",
    ),
    click.option(
        "--resume",
        metavar="FILE",
        help="Go on from a checkpoint, to the bits of a run that was never stopped.",
    ),
)

ELSEWHERE = ("memory", "cache", "keep_cache")
"""Options of large tables that say where and how fast, and change no bit."""

BESIDE_RESUME = (
    *("resume", "checkpoint", "epochs", "until", "as_json", "overwrite", "history_epochs"),
    *("export_history", "export_weights", "export_script", "export_recipe", "digits"),
    *("nproc", *ELSEWHERE),
)
"""Options that go with it: what is run is known."""


def checkpoint_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `OPTIONS`."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def resumed(path: str, requested: Recipe) -> tuple[StoredRun, Recipe]:
    """The run in a checkpoint, and its recipe with the epochs and the conditions that were asked.

    Raises:
        LinregError: "usage" for options that a checkpoint has settled, and as `read_checkpoint`.
    """
    from linreg_core import read_checkpoint  # noqa: PLC0415  (needs NumPy)

    context = click.get_current_context()
    default = ParameterSource.DEFAULT
    given = {name for name in context.params if context.get_parameter_source(name) is not default}
    if other := sorted(given - set(BESIDE_RESUME)):
        name = other[0].replace("_", "-")
        raise LinregError("usage", f"--resume goes on with what was run, and {name} was given")
    stored = read_checkpoint(path)
    wanted = {name: getattr(requested, name) for name in ("epochs", "until") if name in given}
    here = {name: getattr(requested.data.large, name) for name in ELSEWHERE if name in given}
    data = replace(stored.recipe.data, large=replace(stored.recipe.data.large, **here))
    return stored, replace(stored.recipe, data=data, **wanted)


@dataclass
class CheckpointWriter:
    """Writes where a run stands, now and then.

    Args:
        path: the file; ``None``: nowhere.
        overwrite: whether a file of another origin may be written over.
        read: the checkpoint that the run went on from; ``None``: none.
    """

    path: str | None
    overwrite: bool
    read: str | None
    last: float = 0.0

    def check(self, files: tuple[str, ...]) -> None:
        """Refuse a place where it cannot be written, before anything is run.

        Args:
            files: that the run is read from.

        Raises:
            LinregError: see `check_writable`.
        """
        self.last = time.monotonic()
        if self.path is not None:
            from linreg_core import check_writable  # noqa: PLC0415

            self.overwrite = self.overwrite or self.path == self.read
            check_writable(self.path, overwrite=self.overwrite, inputs=files)

    def write_if_due(self, run: Repetition, seconds: float, *, now: bool = False) -> None:
        """Write where it stands, if that is due.

        Args:
            run: the run.
            seconds: spent in its epochs so far.
            now: whether it is due in any case.

        Raises:
            LinregError: see `write_checkpoint`.
        """
        if self.path is None or not (now or time.monotonic() - self.last >= EVERY_SECONDS):
            return
        from linreg_core import write_checkpoint  # noqa: PLC0415
        from tui.sitting.machine import machine  # noqa: PLC0415

        write_checkpoint(self.path, run.as_stored(seconds, machine()), overwrite=self.overwrite)
        self.overwrite, self.last = True, time.monotonic()
