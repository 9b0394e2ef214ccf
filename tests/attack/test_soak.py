"""Hours on screen: neither process grows, and one that is paused takes no processor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.app.terminal import Terminal

SAMPLES = 60

MOST_SLOPE = 20.0
"""MiB per hour; what is kept of a run is bounded, and reaches its bound within minutes."""

IDLE_SECONDS, MOST_IDLE = 10.0, 0.01
"""How long a paused trainer is watched, and which part of a processor it may take."""


def test_memory_is_flat_and_a_pause_costs_nothing(
    is_long: bool, pytestconfig: pytest.Config
) -> None:
    if not is_long:
        pytest.skip("half an hour, or as many --minutes as are asked for; only with --long")
    minutes = float(pytestconfig.getoption("--minutes"))
    # A learning rate with which the run neither freezes nor arrives in days.
    with Terminal("article", "--lr", "1e-12", size=(120, 36)) as terminal:
        terminal.until("READY")
        terminal.send(".", " ")  # at full speed
        terminal.until("RUNNING")
        processes = {"app": terminal.process.pid, "engine": terminal.engine}
        memory = []
        for place in range(SAMPLES):
            terminal.forget(60 * minutes / SAMPLES)
            memory.append([_mebibytes(process) for process in processes.values()])
            terminal.send("tT"[place % 2])  # another picture, another page
        terminal.send(" ")
        terminal.until("PAUSED")
        terminal.forget(1.0)
        before = [_seconds(process) for process in processes.values()]
        terminal.forget(IDLE_SECONDS)
        shares = [
            (_seconds(process) - so_far) / IDLE_SECONDS
            for process, so_far in zip(processes.values(), before, strict=True)
        ]
        settled = np.array(memory[SAMPLES // 4 :])
        hours = np.arange(len(settled)) * minutes / SAMPLES / 60
        slopes = np.polyfit(hours, settled, 1)[0]
        top = terminal.text.splitlines()[0].strip()
        sys.stdout.write(
            f"{top}\n{'/'.join(processes)}: MiB {memory[0]} to {memory[-1]}, {slopes} an hour; "
            f"paused {shares} of a processor\n"
        )
        assert max(slopes) < MOST_SLOPE
        assert max(shares) < MOST_IDLE
        terminal.send("q")
        assert terminal.end()[0] == 0
        assert terminal.is_restored, terminal.changes


def _mebibytes(process: int) -> float:
    """What a process has in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def _seconds(process: int) -> float:
    """What a process has had of the processor."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
