"""What the screen costs: epochs/s with it and without, time to the first frames, key to repaint.

    python -m tests.benchmarks.screen

The real app runs in a pseudo-terminal. Its epochs/s are the epochs between two pauses, read off
the screen, over the time between the keys; beside them a fresh process runs `Trainer.run` for the
same time, in turns, while the app is paused. Key to repaint is the time from sending "y" until the
plot's new title has come out of the terminal. Both apps are compiled before they are started, as
an installation does; some environments tell Python not to write down what it compiles.
"""

from __future__ import annotations

import compileall
import multiprocessing
import re
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from random import Random
from statistics import median, quantiles

from linreg_core import BACKENDS, TrainConfig, Trainer, load_problem
from tests.benchmarks.measure import Figure, median_ratio, show
from tests.benchmarks.terminal import Terminal
from tests.places import ROOT

PACKAGES = "linreg_core", "tui"
APP = ("-m", "tui")
MINIMAL_APP = (
    "-c",
    "from textual.app import App; from textual.widgets import Static\n"
    "class Minimal(App[None]):\n"
    "    def compose(self): yield Static('READY')\n"
    "Minimal().run()",
)
READY, RUNNING, PAUSED = "READY", "RUNNING", "PAUSED"
"""What the app's top line says, from the first numbers on."""

TITLES = ("x y linear", "x y log y")
"""What the head of the plot says without and with log y."""

LR, DTYPE = 1e-8, "float64"
"""So small and so precise that no run is frozen or in a cycle while it is timed."""

NUMBERS, PICTURES = "q quit", "Landscape"
"""What the end of the first frame says, and that of the second."""

LONGEST_START = 2.0
"""Times as long as a minimal app takes may pass until numbers can be read."""

LEAST_SHARE = 0.85
LONGEST_KEY_SECONDS = 0.033
BETWEEN_KEYS = (0.05, 0.25)
"""Seconds, drawn at random: a steady rhythm locks in with that of the reports, ten a second, and
then measures one moment between two reports again and again (medians from 10 to 42 ms)."""


def figures(
    *, turns: int = 3, run_seconds: float = 2.5, presses: int = 60, starts: int = 5
) -> Iterator[Figure]:
    """Measure the start, then every backend."""
    for package in PACKAGES:
        compileall.compile_dir(ROOT / package, quiet=1)
    yield from _first_frames(starts)
    for name in BACKENDS:
        yield from _with_backend(name, turns, run_seconds, presses)


def _first_frames(starts: int) -> Iterator[Figure]:
    # In turns by hand: ending an app is no part of its start.
    turns = [
        (*_start(APP, NUMBERS, PICTURES), *_start(MINIMAL_APP, READY)) for _ in range(1 + starts)
    ][1:]
    numbers, pictures, minimal = ([turn[i] for turn in turns] for i in range(3))
    ratio = median_ratio(numbers, minimal)
    yield Figure(
        what="start to the first frame, with numbers",
        ours=f"{median(numbers):.2f} s",
        yardstick=f"{median(minimal):.2f} s minimal Textual app",
        ratio=f"{ratio:.2f}× as long",
        goal=f"≤ {LONGEST_START:.0f}×",
        met=ratio <= LONGEST_START,
    )
    yield Figure(
        what="start to the second frame, with pictures",
        ours=f"{median(pictures):.2f} s",
        yardstick=f"{median(minimal):.2f} s minimal Textual app",
        ratio=f"{median_ratio(pictures, minimal):.2f}× as long",
    )


def _start(arguments: tuple[str, ...], *words: str) -> list[float]:
    """Seconds from the start until each of the words could be read."""
    with Terminal(arguments) as terminal:
        return [terminal.wait(word) - terminal.started for word in words]


def _with_backend(name: str, turns: int, run_seconds: float, presses: int) -> Iterator[Figure]:
    arguments = (*APP, "--backend", name, "--lr", str(LR), "--dtype", DTYPE)
    with Terminal(arguments) as terminal, _Headless(name) as headless:
        terminal.wait(READY)
        terminal.press(".")  # at full speed
        shown, alone = [], []
        for _ in range(turns):
            alone.append(headless.rate(run_seconds))
            shown.append(_rate_on_screen(terminal, run_seconds))
        share = median_ratio(shown, alone)
        yield Figure(
            what=f"{name}: epochs/s on screen",
            ours=f"{median(shown):,.0f}",
            yardstick=f"{median(alone):,.0f} headless",
            ratio=f"{share:.0%}",
            goal=f"≥ {LEAST_SHARE:.0%}",
            met=share >= LEAST_SHARE,
        )
        idle = _key_times(terminal, presses // 2)
        terminal.press(" ")
        terminal.wait(RUNNING)
        running = _key_times(terminal, presses)
        yield Figure(
            what=f"{name}: key to repaint, 95th percentile",
            ours=f"{_p95(running) * 1e3:.1f} ms (median {median(running) * 1e3:.1f})",
            yardstick=f"{_p95(idle) * 1e3:.1f} ms when paused",
            ratio=f"{_p95(running) / _p95(idle):.2f}× as long",
            goal=f"< {LONGEST_KEY_SECONDS * 1e3:.0f} ms",
            met=_p95(running) < LONGEST_KEY_SECONDS,
        )


def _rate_on_screen(terminal: Terminal, seconds: float) -> float:
    """Epochs per second between the key that runs and the key that pauses."""
    before = _epoch_on(terminal)
    begun = terminal.press(" ")
    terminal.drain(seconds)
    paused = terminal.press(" ")
    terminal.wait(PAUSED)
    terminal.drain(0.3)  # the rest of that frame
    return (_epoch_on(terminal) - before) / (paused - begun)


def _epoch_on(terminal: Terminal) -> int:
    found = re.search(r"epoch ([\d,]+)", terminal.lines()[0])
    if found is None:
        raise ValueError("no epoch on the screen:\n" + "\n".join(terminal.lines()))
    return int(found[1].replace(",", ""))


def _key_times(terminal: Terminal, presses: int) -> list[float]:
    """Seconds from a key to the title it changes; an even number of presses changes nothing."""
    random = Random(0)
    seconds = []
    for press in range(2 * (presses // 2)):
        terminal.drain(random.uniform(*BETWEEN_KEYS))
        pressed = terminal.press("y")
        seconds.append(terminal.wait(TITLES[press % 2]) - pressed)
    return seconds


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


class _Headless:
    """The trainer in a fresh process that runs when it is told to; a context manager.

    Args:
        backend: a key of `BACKENDS`.
    """

    def __init__(self, backend: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(backend, theirs), daemon=True)

    def __enter__(self) -> _Headless:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    def rate(self, seconds: float) -> float:
        """Run for so long, and give the epochs per second."""
        self._connection.send(seconds)
        rate: float = self._connection.recv()
        return rate


def _serve(backend: str, connection: Connection) -> None:
    trainer = Trainer(load_problem("article"), TrainConfig(backend=backend, lr=LR, dtype=DTYPE))
    while True:
        seconds = connection.recv()
        begun = time.perf_counter()
        epochs = trainer.run(None, seconds=seconds)
        connection.send(epochs / (time.perf_counter() - begun))


if __name__ == "__main__":
    show(figures())
