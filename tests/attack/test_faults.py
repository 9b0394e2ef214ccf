"""A fault of ours, wherever it is: the terminal as it was, one line, exit code 1."""

from __future__ import annotations

import sys

import pytest

from tests.app.terminal import MODE, Terminal

FAULTS = {
    "in a widget": """
from tui.panes.pictures.loss_plot import LossPlot
def fail(self, steps): raise RuntimeError("broken")
LossPlot.zoom = fail
""",
    "with a picture of Textual's": """
from tui.panes.pictures.loss_plot import LossPlot
class Drawn(RuntimeError):
    def __rich__(self): return "many\\nlines"
def fail(self, steps): raise Drawn("broken")
LossPlot.zoom = fail
""",
    "in the thread that reads": """
from tui.host.typed_text import TypedText
def fail(self, data): raise RuntimeError("broken")
TypedText.feed = fail
""",
    "while it paints": """
from tui.panes.pictures.loss_plot import LossPlot
def fail(self, steps): self.paint_line = None; self.refresh()
LossPlot.zoom = fail
""",
    "in a message of the engine's": """
from tui.app import TrainerApp
seen = []
def fail(self):
    seen.append(True)
    if len(seen) > 1: raise RuntimeError("broken")
TrainerApp.on_engine_reported = fail
""",
}

RUN = "import sys\n{}from tui.entry import main\nmain()"


@pytest.mark.parametrize("place", FAULTS)
def test_a_fault_of_ours(place: str, is_long: bool) -> None:
    if not is_long and place != "in the thread that reads":
        pytest.skip("only with --long")
    program = (sys.executable, "-c", RUN.format(FAULTS[place]))
    with Terminal(program=program, size=(200, 30)) as terminal:
        terminal.until("READY")
        terminal.send("nn" if "engine" in place else "+")
        assert terminal.end()[0] == 1
        assert terminal.is_restored, terminal.changes
        said = MODE.sub(b"", terminal.raw.rpartition(b"\x1b[?1004l")[2]).decode()
        assert said.startswith("error: a fault of ours, not of your input: ")
        assert said.count("\n") == 1
        terminal.until_gone()


def test_a_start_that_fails_half_way(is_long: bool) -> None:
    if not is_long:
        pytest.skip("only with --long")
    program = """
from threading import Thread
start = Thread.start
def fail(self):
    if self.name == "textual-input": raise RuntimeError("can't start new thread")
    start(self)
Thread.start = fail
"""
    with Terminal(program=(sys.executable, "-c", RUN.format(program))) as terminal:
        assert terminal.end()[0] in (1, 2)  # a fault of ours, or of a machine without room
        assert terminal.modes == terminal.modes_before
        assert terminal.raw.count(b"error: ") == 1
        assert not any(on for mode, on in terminal.switched.items() if mode not in (7, 25))
