"""numba: loaded in a thread, by those who want many epochs; without it runs go on, and say so."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from linreg_core.errors import LinregError
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from linreg_core.ways import compiled, loading, runner
from linreg_core.ways.loading import Loader, Stage, few_rows
from tests.core.cases import article
from tests.core.ways.ways import alike
from tests.lengths import if_long

PROGRAM = """
import json, sys
import numpy as np
from linreg_core import TrainConfig, Trainer, load_problem
from linreg_core.problem import Problem
chance = np.random.default_rng(3)
rows = Problem("rows", chance.normal(size=(97, 5)), chance.normal(size=97), tuple("abcde"), "y")
told = []
for problem in (load_problem("article"), rows):
    for backend in ("numpy", "tensor", "nn"):
        ends = {}
        for way in ("phases", "compiled"):
            trainer = Trainer(problem, TrainConfig(backend=backend, run_by=way))
            trainer.run(1500)
            ends[way] = trainer.snapshot()
        same = ends["phases"].weights.tobytes() == ends["compiled"].weights.tobytes()
        ran = ends["compiled"].ran
        told.append([same, ran.way, ran.is_fault, ran.note])
print(json.dumps(told))
"""

ANOTHER_CPU = {"OPENBLAS_CORETYPE": "Prescott", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ATEN_CPU_CAPABILITY": "avx2"}


def elsewhere(**variables: str) -> list[Any]:
    """What another process tells in which the environment is another."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, **variables},
    )
    assert run.returncode == 0, run.stderr
    found: list[Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    "variables",
    [
        ANOTHER_CPU | ONE_THREAD,
        *if_long([ANOTHER_CPU, ONE_THREAD]),
    ],
    ids=str,
)
def test_where_the_libraries_add_otherwise_the_bits_are_still_those_of_the_phases(
    variables: dict[str, str],
) -> None:
    for is_same, _, is_fault, _ in elsewhere(**variables):
        assert is_same
        assert not is_fault


def test_without_numba_runs_go_the_second_way_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "numba" else found(name)
    )
    monkeypatch.setattr(runner, "LOADER", Loader())
    trainer, reference = (
        Trainer(article(), TrainConfig(run_by=way)) for way in ("compiled", "phases")
    )
    trainer.run(3000)
    reference.run(3000)
    assert (trainer.ran.way, trainer.ran.note) == ("direct", "numba is not installed")
    assert alike(trainer, reference)


def test_a_numba_that_fails_hinders_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> None:
        raise RuntimeError("no locator available")

    monkeypatch.setattr(loading, "_compile_small", fails)
    monkeypatch.setattr(runner, "LOADER", Loader())
    trainer = Trainer(article(), TrainConfig(run_by="compiled"))
    trainer.run(3000)
    assert (trainer.ran.way, trainer.ran.note) == ("direct", "numba failed (RuntimeError)")


def test_where_memory_is_short_numba_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses() -> None:
        raise LinregError("not-enough-memory", "not enough memory to load numba")

    monkeypatch.setattr("linreg_core.memory.fit_numba", refuses)
    loader = Loader()
    loader.ask("float64")
    loader.wait()
    assert loader.stage("float64") is Stage.FAILED
    assert loader.why_not == "not enough memory to load numba"


def test_it_is_loaded_for_many_epochs_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Slow(Loader):
        """Never done."""

        def ask(self, dtype: str, *, few: bool = False) -> None:
            assert not few, "NumPy's run may need the other one"
            asked.append(dtype)

        def wait(self) -> None:
            raise AssertionError("it was waited for")

    monkeypatch.setattr(runner, "LOADER", Slow())
    trainer = Trainer(article(), TrainConfig())
    trainer.run(runner.MANY - 1)
    assert asked == []
    assert trainer.ran.way == "direct"
    trainer.run(runner.MANY)
    assert asked == ["float64"]
    assert trainer.ran.note is None


def test_a_run_changes_over_when_the_loops_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    loader = Loader()
    monkeypatch.setattr(runner, "LOADER", loader)
    trainer, reference = (Trainer(article(), TrainConfig(run_by=way)) for way in ("auto", "phases"))
    trainer.run(2000)
    assert trainer.ran.way == "direct"
    trainer.prepare()
    loader.wait()
    trainer.run(2000)
    reference.run(4000)
    assert trainer.ran.way == "compiled"
    assert set(trainer.ran.epochs) == {"phases", "direct", "compiled"}
    assert alike(trainer, reference)


def test_few_rows_need_their_own_loop_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    loader = Loader()
    monkeypatch.setattr(runner, "LOADER", loader)
    trainer = Trainer(article(), TrainConfig(backend="tensor", run_by="compiled"))
    trainer.run(2000)
    dtype = trainer.settings.dtype
    if trainer.ran.note is None and loader.stage(dtype) is Stage.UNKNOWN:
        assert loader.stage(few_rows(dtype)) is Stage.READY
        assert trainer.ran.way == "compiled"
    else:  # another machine's library adds otherwise: then the other loop was loaded
        assert loader.stage(dtype) is not Stage.UNKNOWN


def test_where_the_loop_for_few_rows_does_not_do_the_other_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    loader = Loader()
    monkeypatch.setattr(runner, "LOADER", loader)
    monkeypatch.setattr(compiled, "_agrees", lambda bound, member, trial: not member.is_small)
    trainer, reference = (
        Trainer(article(), TrainConfig(run_by=way)) for way in ("compiled", "phases")
    )
    trainer.run(3000)
    reference.run(3000)
    assert loader.stage("float64") is Stage.READY
    assert alike(trainer, reference)
    assert not trainer.ran.is_fault
