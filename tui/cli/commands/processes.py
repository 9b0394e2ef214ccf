"""``train --nproc K``: several processes on this machine, by torch's elastic launcher."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

from linreg_core import LinregError, launch, visible
from tui.cli.commands.beginning import RESCUE, SURVIVED_EXIT
from tui.cli.streams import complain
from tui.host.log import state_path

MOST = 1024

LOST_EXIT = 1
"""The exit code where a process was lost."""


def train_together(arguments: Sequence[str], count: int, checkpoint: str | None) -> int:
    """Train with so many processes of this program, and give the exit code of the first one.

    Args:
        arguments: of ``linreg-tui train``, ``--nproc`` among them: those processes pass over it.
        count: how many processes, 1 to `MOST`.
        checkpoint: the file that the run is written to; ``None``: one of our own, if one is lost.

    Raises:
        LinregError: "usage" for a count out of its range; "rank-lost" when a process is lost.
    """
    if not 1 <= count <= MOST:
        raise LinregError("usage", f"--nproc must be from 1 to {MOST:,}, got {count:,}")
    rescue = checkpoint or _rescue_path()
    before = _written_at(rescue)
    os.environ[RESCUE] = rescue or ""
    codes = launch("tui", ["train", *arguments], count)
    if not codes:
        return 0
    # One that the launcher has ended with the others, or that ended because of another, is not it.
    own = [code for code in codes.values() if code not in (0, SURVIVED_EXIT, -signal.SIGTERM)]
    if own and min(own) > 0 and SURVIVED_EXIT not in codes.values():
        return max(own)  # what it has said itself
    rank = next((rank for rank, code in codes.items() if code in own), min(codes))
    how = f"exit code {codes[rank]}"
    if codes[rank] < 0:
        how = signal.Signals(-codes[rank]).name
    message = f"process {rank + 1} of {count} has ended ({how})"
    if rescue is not None and _written_at(rescue) != before:
        message += (
            f"; the run is in {visible(rescue)}: linreg-tui train --resume {visible(rescue)} goes "
            "on there"
        )
    complain(f"error: {message}")
    return LOST_EXIT


def _rescue_path() -> str | None:
    folder = state_path("checkpoints")
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(folder / (time.strftime("train-%Y-%m-%d-%H-%M-%S") + f"-{os.getpid()}.json"))


def _written_at(path: str | None) -> int | None:
    try:
        return None if path is None else os.stat(path).st_mtime_ns
    except OSError:
        return None
