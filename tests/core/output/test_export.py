"""What is taken away tells the backend's own numbers, and repeats the run by itself."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import (
    BACKENDS,
    DataRequest,
    Export,
    LinregError,
    Problem,
    Recipe,
    Result,
    Snapshot,
    Trainer,
)
from linreg_core.output.export import MOST_ROWS, parse_epochs, write_export
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.timeline.replay import MOST_EPOCHS_AT_ONCE
from tests.core.cases import article, problem_of
from tests.lengths import if_long

WIDE = problem_of(np.random.default_rng(1).normal(size=(6, 3)) + 2, np.arange(6.0))


def write(trainer: Trainer, start: Snapshot, export: Export) -> str:
    """Write an export to the end; what is said of it."""
    end = trainer.epoch_snapshot()
    result = Result.of(trainer.problem, start, end, interrupted=False, seconds=1.0)
    recipe = Recipe(
        DataRequest(trainer.problem.source), config=trainer.config, epochs=trainer.epoch
    )
    parts = write_export(export, trainer, result, recipe)
    shares = []
    while True:
        try:
            shares.append(next(parts))
        except StopIteration as told:
            assert shares == sorted(shares)
            assert shares[-1] == 1.0
            return str(told.value)


def read_history(path: Path) -> tuple[list[str], list[list[float]]]:
    """The names, and the rows as numbers."""
    names, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return names, [[float(cell) for cell in row] for row in rows]


def stepped(trainer: Trainer, epochs: list[int]) -> list[list[float]]:
    """The rows of a history, from snapshots at each epoch of another trainer."""
    rows = []
    for epoch in epochs:
        while trainer.epoch < epoch:
            trainer.step()
        now = trainer.snapshot()
        own = now.weights.tolist() if now.run.is_scaled else []
        rows.append(
            [epoch, now.backend_loss, *now.raw_weights.tolist(), *own, *now.gradient.tolist()],
        )
    return rows


RUNS: dict[str, tuple[Problem, dict[str, Any]]] = {
    **{name: (article(), {"backend": name}) for name in BACKENDS},
    "standardised": (WIDE, {"bias": True, "standardize": True, "lr": "auto"}),
    "scaled without bias": (WIDE, {"bias": False, "standardize": True, "lr": "best"}),
    "bias of tensor": (WIDE, {"bias": True, "backend": "tensor", "standardize": True, "lr": 0.01}),
    "bias of nn": (WIDE, {"bias": True, "backend": "nn", "lr": 0.01, "seed": 3}),
    "float32": (article(), {"dtype": "float32", "lr": 0.01}),
    "float64 of torch": (article(), {"backend": "nn", "dtype": "float64"}),
}
SOME = ["numpy", "nn", "standardised", "scaled without bias", "bias of tensor", "float32"]
"""Of every kind one."""

SEVERAL = MOST_EPOCHS_AT_ONCE + 70
"""More epochs than one stretch has."""


@pytest.mark.parametrize("name", [*SOME, *if_long(sorted(RUNS.keys() - SOME))])
def test_a_history_has_the_bits_of_single_steps(name: str, tmp_path: Path) -> None:
    """The epochs of the plot, and a range."""
    problem, wishes = RUNS[name]
    trainer, other = (Trainer(problem, TrainConfig(**wishes)) for _ in "ab")
    start = trainer.snapshot()
    trainer.run(SEVERAL)
    trainer.goto(50)
    trainer.phase()
    every = stepped(other, list(range(SEVERAL + 1)))
    for epochs in (None, (3, SEVERAL - 7)):
        path = tmp_path / f"h {epochs}"
        told = write(trainer, start, Export("history", str(path), epochs=epochs))
        names, rows = read_history(path)
        assert (trainer.epoch, trainer.snapshot().phases_done) == (50, 1)
        assert len(set(names)) == len(names) == len(rows[0])
        assert [row[0] for row in rows] == sorted({row[0] for row in rows})
        if epochs is None:
            assert (rows[0][0], rows[-1][0]) == (0, SEVERAL)
        else:
            assert [row[0] for row in rows] == list(range(epochs[0], epochs[1] + 1))
        assert f"{len(rows):,} rows" in told
        assert [list(map(repr, row)) for row in rows] == [
            [repr(float(value)) for value in every[int(row[0])]] for row in rows
        ]


def test_the_epochs_of_a_frozen_run_and_of_a_cycle_are_told_like_any_other(tmp_path: Path) -> None:
    slope = problem_of([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 2.0, 5.0])
    trainer, other = (
        Trainer(slope, TrainConfig(lr=0.1, dtype="float32", backend="numpy")) for _ in "ab"
    )
    start = trainer.snapshot()
    trainer.run(5000)
    assert trainer.status in (Status.FROZEN, Status.CYCLE)
    write(trainer, start, Export("history", str(tmp_path / "h"), epochs=(4_000, 4_020)))
    _, rows = read_history(tmp_path / "h")
    assert rows == stepped(other, list(range(4_000, 4_021)))


def test_the_last_row_of_a_run_that_diverged_is_its_last_state(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.05))
    start = trainer.snapshot()
    trainer.run(10_000)
    assert trainer.status is Status.DIVERGED
    write(trainer, start, Export("history", str(tmp_path / "h"), epochs=(0, 10_000)))
    _, rows = read_history(tmp_path / "h")
    last = trainer.snapshot()
    assert rows[-1][:4] == [last.epoch, last.backend_loss, *last.raw_weights]


def test_a_history_may_be_taken_while_the_trainer_goes_on(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig())
    start = trainer.snapshot()
    trainer.run(2_000)
    result = Result.of(trainer.problem, start, start, interrupted=False, seconds=0.0)
    export = Export("history", str(tmp_path / "h"), epochs=(0, 1_999))
    parts = write_export(export, trainer, result, Recipe())
    next(parts)
    trainer.reset()
    for _ in parts:
        trainer.step()
    other = Trainer(article(), TrainConfig())
    assert read_history(tmp_path / "h")[1] == stepped(other, list(range(2_000)))


def test_an_export_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig())
    start = trainer.snapshot()
    trainer.run(2_000)
    result = Result.of(trainer.problem, start, start, interrupted=False, seconds=0.0)
    export = Export("history", str(tmp_path / "h"), epochs=(0, 1_999))
    parts = write_export(export, trainer, result, Recipe())
    next(parts)
    next(parts)
    assert len(os.listdir(tmp_path)) == 1
    parts.close()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "names",
    [
        ("x1", "bias"),
        ("epoch", "loss"),
        ('"', ","),
        ("a\nb", "a\r\nb"),
        ("\r", "\x00\x1b[31m"),
        (" x ", "=1+1"),
        ("\u202ex", "\x85"),
    ],
)
def test_hostile_names_come_back_as_they_were(names: tuple[str, str], tmp_path: Path) -> None:
    problem = Problem("t", article().X, article().y, names, "y")
    trainer = Trainer(problem, TrainConfig(lr=1e-3))
    write(trainer, trainer.snapshot(), Export("history", str(tmp_path / "h")))
    with (tmp_path / "h").open(encoding="utf-8", newline="") as file:
        heading = next(csv.reader(file))
    first, second = names
    assert heading == [
        "epoch",
        "loss",
        f"weight_{first}",
        f"weight_{second}",
        "bias",
        f"run_weight_{first}",
        f"run_weight_{second}",
        "run_bias",
        f"gradient_{first}",
        f"gradient_{second}",
        "bias_gradient",
    ]


@pytest.mark.parametrize(
    ("text", "epochs"),
    [("0-1000", (0, 1000)), ("1,000 - 2,000", (1000, 2000)), ("5", (5, 5)), (" 7-7 ", (7, 7))],
)
def test_a_range_is_read_as_it_is_typed(text: str, epochs: tuple[int, int]) -> None:
    assert parse_epochs(text) == epochs


@pytest.mark.parametrize("text", ["", "a", "-5", "5-", "1-2-3", "1.5-2", "1" * 17, "٣-٤"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(LinregError, match="like 0-1000"):
        parse_epochs(text)


@pytest.mark.parametrize("epochs", [(5, 4), (-1, 4), (0, MOST_ROWS)])
def test_a_range_has_limits(epochs: tuple[int, int]) -> None:
    with pytest.raises(LinregError) as caught:
        Export("history", "h", epochs=epochs)
    assert caught.value.code == "bad-epochs"
    Export("history", "h", epochs=(1, MOST_ROWS))


def test_epochs_that_were_not_run_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig())
    start = trainer.snapshot()
    trainer.run(10)
    with pytest.raises(LinregError, match="the run has 0 to 10"):
        write(trainer, start, Export("history", str(tmp_path / "h"), epochs=(11, 20)))
    assert os.listdir(tmp_path) == []


def test_the_weights_are_the_result_as_json(tmp_path: Path) -> None:
    trainer = Trainer(WIDE, TrainConfig(bias=True, standardize=True, lr="auto"))
    start = trainer.snapshot()
    trainer.run(100)
    write(trainer, start, Export("weights", str(tmp_path / "w")))
    result = Result.of(WIDE, start, trainer.snapshot(), interrupted=False, seconds=1.0)
    assert json.loads((tmp_path / "w").read_text()) == result.to_json()


# --- scripts


def ended_script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, in another folder, without this project on its path."""
    command = [sys.executable, "-I", str(path), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, cwd="/"
    )


def run_script(path: Path, *arguments: str) -> str:
    """What a script prints whose assertion holds."""
    ended = ended_script(path, *arguments)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


ONE_AFTER_ANOTHER = """
import contextlib, io, json, runpy, sys

for path in sys.argv[1:]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(path, run_name="__main__")
    print(json.dumps([path, printed.getvalue()]), flush=True)
"""
"""A program that runs scripts as programs, each with names of its own; torch loads but once."""


def test_a_script_repeats_its_run_by_itself(tmp_path: Path) -> None:
    """The script of every run."""
    weights = {}
    for place, (problem, wishes) in enumerate(RUNS.values()):
        trainer = Trainer(problem, TrainConfig(**wishes))
        start = trainer.snapshot()
        trainer.run(200)
        folder = tmp_path / str(place)
        folder.mkdir()
        path = folder / "run.py"
        write(trainer, start, Export("script", str(path)))
        assert os.listdir(folder) == ["run.py"]
        assert "linreg_core" not in path.read_text()
        weights[str(path)] = trainer.snapshot().raw_weights
    together = tmp_path / "together.py"
    together.write_text(ONE_AFTER_ANOTHER)
    lines = run_script(together, *weights).splitlines()
    for name, line, (path_of_it, expected) in zip(RUNS, lines, weights.items(), strict=True):
        ran, text = json.loads(line)
        assert ran == path_of_it
        printed = [float(word) for word in text.strip(" []\n").split()]
        assert printed == pytest.approx(expected, rel=1e-5), name


def test_a_script_that_comes_to_other_weights_fails(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig())
    start = trainer.snapshot()
    trainer.run(200)
    write(trainer, start, Export("script", str(tmp_path / "run.py")))
    code = (tmp_path / "run.py").read_text()
    assert "range(200)" in code
    (tmp_path / "run.py").write_text(code.replace("range(200)", "range(199)"))
    ended = ended_script(tmp_path / "run.py")
    assert ended.returncode == 1
    assert "AssertionError" in ended.stderr


def test_the_script_of_a_fork_begins_where_it_was_forked(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig(backend="numpy"))
    trainer.run(100)
    fork = trainer.fork(TrainConfig(backend="tensor", lr=0.01), np.array([1.0, 2.0]))
    start = fork.snapshot()
    fork.run(50)
    write(fork, start, Export("script", str(tmp_path / "run.py")))
    run_script(tmp_path / "run.py")


def test_the_script_of_a_frozen_run_leaves_out_what_changes_nothing(tmp_path: Path) -> None:
    trainer = Trainer(article(), TrainConfig(lr=0.03, dtype="float32"))
    start = trainer.snapshot()
    trainer.run(10**12)
    assert trainer.status is Status.FROZEN
    write(trainer, start, Export("script", str(tmp_path / "run.py")))
    assert f"range({trainer.status_epoch})" in (tmp_path / "run.py").read_text()
    run_script(tmp_path / "run.py")


def test_the_data_of_many_rows_goes_into_a_file_beside_the_script(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    X = random.normal(size=(5_000, 2))
    many = problem_of(X, X @ [1.0, 2.0] + random.normal(size=5_000), as_article=False)
    trainer = Trainer(many, TrainConfig(lr="auto"))
    start = trainer.snapshot()
    trainer.run(20)
    told = write(trainer, start, Export("script", str(tmp_path / "run.py")))
    assert sorted(os.listdir(tmp_path)) == ["run-data.csv", "run.py"]
    assert "run-data.csv, its data" in told
    run_script(tmp_path / "run.py")
    (tmp_path / "run.py").unlink()
    with pytest.raises(LinregError, match=r"run-data\.csv: there is a file"):
        write(trainer, start, Export("script", str(tmp_path / "run.py")))
    assert os.listdir(tmp_path) == ["run-data.csv"]
