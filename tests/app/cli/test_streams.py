"""What is written and what is printed, whoever reads it and whenever the program is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.app.command import check_one_line, program, read_json
from tests.app.driver import Write
from tests.app.terminal import PROGRAM
from tests.lengths import if_long

WIDE = ",".join(f"x{column}" for column in range(300)) + "\n"
"""The names of so many columns that their result does not fit a pipe's buffer at once."""


@pytest.fixture
def wide(write: Write) -> str:
    """The path of a table with 300 columns."""
    rows = [",".join(str((row * 7 + column * 3) % 11) for column in range(300)) for row in range(9)]
    return str(write(WIDE + "\n".join(rows) + "\n", "wide.csv"))


def exports(folder: Path) -> list[str]:
    """A history and the weights in a folder."""
    return ["--export-history", str(folder / "h.csv"), "--export-weights", str(folder / "w.json")]


def with_reader_gone(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program with nobody to read its standard output."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return program(*arguments, stdout=writing, env=env)
    finally:
        os.close(writing)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_files_are_written_although_nobody_reads_the_result(
    unbuffered: str, wide: str, tmp_path: Path
) -> None:
    given = ["train", wide, "--epochs", "5", "--json", *exports(tmp_path)]
    ended = with_reader_gone(*given, PYTHONUNBUFFERED=unbuffered)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert read_json((tmp_path / "w.json").read_text())["epochs"] == 5
    assert (tmp_path / "h.csv").read_text().count("\n") == 7


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["table", "json"])
def test_the_exit_code_is_the_run_s_whoever_reads(as_json: list[str]) -> None:
    given = ["train", "--lr", "100", "--epochs", "10000", *as_json]
    ended = with_reader_gone(*given, PYTHONUNBUFFERED="1")
    assert (ended.returncode, ended.stderr) == (3, "")


@pytest.mark.parametrize("word", ["train", "explain", "problems"])
def test_a_result_that_a_full_disk_refuses_is_said_in_one_line(word: str, tmp_path: Path) -> None:
    given = ["--epochs", "5", *exports(tmp_path)] if word == "train" else []
    with open("/dev/full", "w") as full:
        ended = program(word, *given, "--json", stdout=full)
    assert ended.returncode == 1
    check_one_line(ended.stderr)
    assert "the result cannot be written" in ended.stderr
    assert sorted(os.listdir(tmp_path)) == (["h.csv", "w.json"] if given else [])


def test_nobody_at_standard_error_changes_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    taken = str(tmp_path / "taken")
    Path(taken).mkdir()
    try:
        ended = program("train", "--epochs", "x", "--json", stderr=writing)
        assert (ended.returncode, read_json(ended.stdout)["error"]["code"]) == (2, "usage")
    finally:
        os.close(writing)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, *if_long([signal.SIGHUP, signal.SIGQUIT])]
)
def test_a_signal_while_files_are_written_still_prints_the_result(
    number: signal.Signals, tmp_path: Path
) -> None:
    given = ["--epochs", "200000", "--history-epochs", "0-199999", *exports(tmp_path), "--json"]
    started = subprocess.Popen(
        [*PROGRAM, "train", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not os.listdir(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    started.send_signal(number)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 128 + number
    assert read_json(out)["epochs"] == 200_000
    assert err.count("\n") == 2, "one line for each file that is not there"
    assert f"h.csv: not written: {number.name} came first" in err
    assert os.listdir(tmp_path) == []
