"""By which way a run went, and what hindered a faster one, is told wherever runs are told of."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import DataRequest, TrainConfig
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.numpy_matrix import NumpyMatrix
from linreg_core.settings.settings import Settings
from linreg_core.ways import candidates
from linreg_core.ways.numpy_direct import DirectMatrix
from tests.app.command import Capture, train_json
from tests.app.sessions import Bench
from tui.engine.commands import Open, Run
from tui.panes.epoch_panel import ran_words

FAULT = "the direct way differed from the phases: "


class LastBit(DirectMatrix):
    """Tells a wrong last bit once it has run for a while."""

    done = 0

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        self.done += epochs
        tape = super().run(epochs, gradients=gradients)
        if self.done > 2000:
            tape.states[-1] = np.nextafter(tape.states[-1], 0)
            self.backend.restore(tape.states[-1])
        return tape


@pytest.fixture
def _planted(monkeypatch: pytest.MonkeyPatch) -> None:
    def direct(backend: Backend, _: Settings) -> LastBit:
        assert isinstance(backend, NumpyMatrix)
        return LastBit(backend)

    monkeypatch.setattr(candidates, "direct", direct)


@pytest.mark.usefixtures("_planted")
def test_one_line_says_that_a_way_differed() -> None:
    bench = Bench(Open(DataRequest("article"), TrainConfig(run_by="direct")), Run(None))
    for _ in range(20):
        bench.advance(500, 1.0)
    ran, notice = bench.snapshot.ran, bench.latest.notice
    assert (ran.way, ran.is_fault) == ("phases", True)
    assert notice is not None
    assert notice == ran.note
    assert notice.startswith(FAULT)
    assert bench.snapshot.epoch == 10_000
    bench.handle(Run(None))
    bench.advance(500, 1.0)
    assert bench.latest.notice is None, "it is said once"


@pytest.mark.usefixtures("_planted")
def test_the_command_line_tells_it_in_both_forms(capsys: Capture) -> None:
    arguments = ("--run-by", "direct", "--epochs", "9000")
    _, result = train_json(capsys, *arguments)
    assert result["ran"]["way"] == "phases"
    assert result["ran"]["is_fault"] is True
    assert result["ran"]["note"].startswith(FAULT)
    assert sum(result["ran"]["epochs"].values()) == 9000


def test_without_a_fault_it_is_told_which_way_ran(capsys: Capture) -> None:
    _, result = train_json(capsys, "--run-by", "direct", "--epochs", "3000")
    assert (result["ran"]["way"], result["ran"]["note"]) == ("direct", None)
    assert result["ran"]["proved"] >= 512
    assert result["config"]["run_by"] == "direct"


def test_in_detail_the_screen_says_which_way_runs() -> None:
    bench = Bench(Open(DataRequest("article"), TrainConfig(run_by="direct")))
    assert ran_words(bench.snapshot) == "run by phases"
    bench.handle(Run(None))
    bench.advance(3000, 1.0)
    words = ran_words(bench.snapshot)
    assert words == f"run by direct, {bench.snapshot.ran.proved:,} epochs proved"
