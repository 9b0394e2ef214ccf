"""Starts several processes of a program, by torch's elastic launcher; imports nothing heavy."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

from linreg_core import memory

LAUNCHED = "TORCHELASTIC_RUN_ID"
"""Set by torch's elastic launcher, ours and that of torchrun."""


WATCH_SECONDS = 0.5


def is_launched() -> bool:
    """Whether torch's elastic launcher started this process."""
    return LAUNCHED in os.environ and "RANK" in os.environ


def end_with_launcher() -> None:
    """From now on end this process, as SIGTERM does, when the launcher that started it is gone.

    A launcher that is killed tells its processes nothing.
    """
    launcher = os.getppid()

    def watch() -> None:
        while os.getppid() == launcher:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def launch(module: str, arguments: Sequence[str], count: int) -> dict[int, int]:
    """Run ``python -m module`` in so many processes of this machine until all have ended.

    Args:
        module: what to run.
        arguments: of each.
        count: how many processes.

    Returns:
        The exit codes of those that failed, by rank; negative: a signal ended it. Of a launcher
        that was asked to end, 128 + that signal's number as that of the first one.
    """
    memory.fit_torch()
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    # As many threads as one process would have: then what is computed before the epochs, by
    # libraries with threads of their own, has the same bits.
    os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    from torch.distributed.elastic.multiprocessing.api import SignalException  # noqa: PLC0415
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError  # noqa: PLC0415
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch  # noqa: PLC0415

    logging.disable(logging.CRITICAL)  # it says at length what our callers say in a line
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=count,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        run_id=f"{module}-{os.getpid()}",
        max_restarts=0,
        monitor_interval=0.1,
    )
    try:
        elastic_launch(config, sys.executable)("-m", module, *arguments)
    except ChildFailedError as error:
        return {rank: failure.exitcode for rank, failure in error.failures.items()}
    except SignalException as error:
        return {0: 128 + int(error.sigval)}
    return {}
