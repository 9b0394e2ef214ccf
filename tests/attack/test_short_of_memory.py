"""Memory that runs short: one line, or the result; never native text, never for ever."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from linreg_core import DataRequest, TrainConfig
from tests.app.command import check_one_line
from tests.app.terminal import PROGRAM, Terminal
from tui.engine.commands import Open, Preview, Run
from tui.engine.process import ProcessEngine
from tui.engine.report import Activity

MIB = 2**20
PATIENCE = 60.0
LONG_PATIENCE = 240.0


def table(path: Path, size: int, columns: int = 8) -> Path:
    """A table of numbers, about so many bytes."""
    numbers = np.random.default_rng(0).normal(size=(16_000 // columns, columns))
    block = "".join(",".join(f"{value:.9f}" for value in row) + "\n" for row in numbers)
    with open(path, "w") as file:
        file.write(",".join(f"x{place}" for place in range(columns - 1)) + ",y\n")
        for _ in range(max(1, size // len(block))):
            file.write(block)
    return path


def limited(mib: int) -> dict[str, Any]:
    """What has a process begin with its address space limited, as `ulimit -v` does."""
    size = mib * MIB
    return {"preexec_fn": partial(resource.setrlimit, resource.RLIMIT_AS, (size, size))}


@dataclass
class Seen:
    """What came of a try.

    Args:
        code: the exit code; negative: killed by that signal; ``None``: it had to be ended.
        seconds: how long it took.
        errors: what was said on standard error, or on the terminal.
    """

    code: int | None
    seconds: float
    errors: str

    @property
    def is_right(self) -> bool:
        """A result, or one line that says what is short."""
        lines = self.errors.splitlines()
        return (self.code == 0 and not lines) or (
            self.code == 2 and len(lines) == 1 and lines[0].startswith("error: ")
        )


def train(path: Path, mib: int, *more: str, patience: float = PATIENCE) -> Seen:
    """Train on a table under a limit."""
    begun = time.monotonic()
    arguments = [*PROGRAM, "train", str(path), "--epochs", "2", "--json", *more]
    pipes: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
    }
    with subprocess.Popen(arguments, text=True, **pipes, **limited(mib)) as process:
        try:
            _, errors = process.communicate(timeout=patience)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
            code = None
    return Seen(code, time.monotonic() - begun, errors)


def on_screen(path: Path, mib: int, patience: float = PATIENCE) -> Seen:
    """Open a table on the screen under a limit, and leave as soon as it is there."""
    begun, left = time.monotonic(), False
    with Terminal(str(path), size=(400, 24), **limited(mib)) as terminal:
        while terminal.process.poll() is None and time.monotonic() - begun < patience:
            terminal._read(0.05)
            if "READY" in terminal.text and not left:
                terminal.send("q")
                left = True
        while terminal._read(0.1):
            pass
        code = terminal.process.poll()
        on_alternate_screen = bool(terminal.switched)
        said = "" if on_alternate_screen else terminal.text.strip()
    return Seen(code, time.monotonic() - begun, said)


# --- the quick form: a small table, and limits between "not even NumPy" and "it just fits"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return table(tmp_path_factory.mktemp("memory") / "small.csv", 12 * MIB)


@pytest.mark.parametrize(
    ("mib", "words"),
    [
        (150, "not enough memory to begin"),
        (330, "not enough memory to read tables"),
        (445, "not enough memory to read about "),
        (600, ""),
    ],
)
def test_train_says_in_one_line_that_memory_is_short(mib: int, words: str, small: Path) -> None:
    seen = train(small, mib)
    assert seen.is_right, seen
    assert (seen.code == 2) == bool(words)
    if words:
        check_one_line(seen.errors)
        assert words in seen.errors
        assert "MiB are free (ulimit -v); " in seen.errors


def test_the_screen_says_so_before_it_opens(small: Path) -> None:
    seen = on_screen(small, 445)
    assert seen.code == 2, seen
    assert "not enough memory to read" in seen.errors
    assert seen.is_right, seen


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    # One that loads numba just when its limit is lowered: OpenBLAS tries for ever to get memory.
    running = ProcessEngine(Open(DataRequest("article"), config=TrainConfig(run_by="direct")))
    running.start()
    running.wait(PATIENCE)
    yield running
    running.stop()


def wait(engine: ProcessEngine, count: int) -> None:
    """Wait until so many commands are handled."""
    end = time.monotonic() + PATIENCE
    while engine.latest.answered < count or engine.latest.activity is not Activity.IDLE:
        assert time.monotonic() < end, f"still waiting at {engine.latest}"
        time.sleep(0.01)


@pytest.mark.parametrize("has_seen_a_table", [False, True], ids=["before polars", "after"])
def test_an_engine_whose_limit_is_lowered_refuses_and_keeps_its_run(
    has_seen_a_table: bool, engine: ProcessEngine, small: Path, tmp_path: Path
) -> None:
    """It used to stand for ever without using the processor: "reading ..."."""
    tiny = tmp_path / "tiny.csv"
    tiny.write_text("a,y\n1,2\n3,4\n4,1\n")
    engine.send(Preview(DataRequest(str(tiny)) if has_seen_a_table else None))
    engine.send(Run(33))
    wait(engine, 3)
    pid = engine.pid
    assert pid is not None
    taken = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    limit = taken + 60 * MIB
    resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
    engine.send(Open(DataRequest(str(small))))
    wait(engine, 4)
    assert engine.latest.refusal is not None
    assert engine.latest.refusal.code == "not-enough-memory"
    engine.send(Preview(DataRequest(str(small))))
    wait(engine, 5)
    head = engine.latest.preview
    assert head is not None
    if not has_seen_a_table:
        assert head.refusal is not None
        assert head.refusal.code == "not-enough-memory"
    engine.send(Run(1))
    wait(engine, 6)
    assert engine.latest.refusal is None
    assert engine.latest.snapshot is not None
    assert engine.latest.snapshot.epoch == 34


# --- ctrl+c and the terminal's end while a table is read


def test_a_long_load_says_how_far_it_is_and_ctrl_c_leaves(tmp_path: Path) -> None:
    path = table(tmp_path / "large.csv", 100 * MIB)
    for arguments in ((str(path),), ("train", str(path))):
        with Terminal(*arguments) as terminal:
            terminal.until(r"large.csv: reading ")
            assert "ctrl+c leaves" in terminal.text
            children = children_of(terminal.process.pid)
            press_ctrl_c(terminal)
            assert terminal.end()[0] == 128 + signal.SIGINT
            assert terminal.text.strip() == ""
            assert terminal.switched == {}
            assert terminal.modes == terminal.modes_before
        end = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < end
            time.sleep(0.01)


def test_ctrl_c_is_heard_within_a_spectrum(tmp_path: Path) -> None:
    """Of 1,500 columns that is one call of LAPACK, of some seconds."""
    path = table(tmp_path / "wide.csv", 12 * MIB, columns=1_500)
    with Terminal("train", str(path), "--epochs", "1") as terminal:
        terminal.until("computing the spectrum of 1,499 columns")
        begun = time.monotonic()
        press_ctrl_c(terminal)
        assert terminal.end()[0] == 128 + signal.SIGINT
        assert time.monotonic() - begun < 2
        assert terminal.text.strip() == ""


def press_ctrl_c(terminal: Terminal) -> None:
    """What a terminal does that is the group's own, which this one is not."""
    os.killpg(terminal.process.pid, signal.SIGINT)


def children_of(pid: int) -> list[int]:
    """The process ids of a process's children."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


# --- the long form: what was said, with what exit code, after how long


def _columns(path: Path, count: int, rows: int) -> Path:
    with open(path, "w") as file:
        file.write(",".join(f"x{place}" for place in range(count - 1)) + ",y\n")
        for row in range(rows):
            file.write(",".join(f"{(7 * place + 13 * row) % 11}" for place in range(count)) + "\n")
    return path


def _text_bomb(path: Path) -> Path:
    """3 KB that unpack to 2 GB of text."""
    text = ["x" * 1_000_000] * 2000 + ["y"]
    rows = len(text)
    pl.DataFrame({"s": text, "a": [1.0] * rows, "y": [2.0] * rows}).write_parquet(path)
    return path


def _number_bomb(path: Path) -> Path:
    """0.3 MB that unpack to 1 GiB of zeros."""
    zeros = pl.zeros(2**26, eager=True)
    pl.DataFrame({"a": zeros, "y": zeros}).write_parquet(path)
    return path


TABLES: dict[str, Callable[[Path], Path]] = {
    "92 MB": lambda path: table(path, 92 * MIB),
    "900 MB": lambda path: table(path, 900 * MIB),
    "50,000 columns": lambda path: _columns(path, 50_000, 3),
    "a line of 10^6 cells": lambda path: _columns(path, 10**6, 1),
    "2 GB of text in Parquet": _text_bomb,
    "1 GiB of zeros in Parquet": _number_bomb,
}


def test_every_limit_with_every_table(
    is_long: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not is_long:
        pytest.skip("2 minutes: run with --long")
    wrong, told = [], []
    for name, make in TABLES.items():
        path = make(tmp_path / "table")
        for mib in (400, 800, 1500):
            for how, attempt in (("train", train), ("screen", on_screen)):
                seen = attempt(path, mib, patience=LONG_PATIENCE)
                said = " ".join(seen.errors.replace(str(tmp_path), "").split())[:150]
                row = f"{name:<26}{mib:>5} MiB  {how:<7}{seen.code!s:>5}{seen.seconds:>7.1f} s  "
                told.append(row + (said or "a result"))
                with capsys.disabled():
                    print(told[-1], flush=True)  # noqa: T201
                if not seen.is_right:
                    wrong.append(told[-1])
        os.unlink(path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("backend", ["numpy", "tensor", "nn"])
def test_no_limit_lets_native_text_through(backend: str, is_long: bool, small: Path) -> None:
    """Each 20 MiB, from where nothing fits to where all does."""
    if not is_long:
        pytest.skip("3 minutes: run with --long")
    for mib in range(40, 1100, 20):
        if mib >= 100:  # with less, Python itself does not begin
            seen = train(small, mib, "--backend", backend)
            assert seen.is_right, (mib, seen)
