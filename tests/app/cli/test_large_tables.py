"""Tables larger than memory on the command line: one process and several, stopped and gone on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.app.command import (
    Capture,
    check_one_line,
    explain_json,
    program,
    read_json,
    train,
)
from tests.app.terminal import PROGRAM
from tests.core.datasets.large.tables import in_parts, values

EPOCHS = 4000
"""Of a run that is to be killed: some seconds for two processes."""

ALIKE = ("weights", "bias", "loss", "backend_loss", "epochs", "status", "mae", "config")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Forty files of one table; blocks are written beside them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    in_parts(tmp_path / "parts", values(2000, 3), 40)
    return str(tmp_path / "parts")


def trained(capsys: Capture, *arguments: str) -> dict[str, Any]:
    code, out, err = train(capsys, *arguments, "--json")
    assert code == 0, err
    return read_json(out)


def alike(told: dict[str, Any]) -> list[Any]:
    return [told[name] for name in ALIKE]


def left_in(cache: Path) -> list[Path]:
    root = cache / "linreg-tui" / "blocks"
    return list(root.iterdir()) if root.exists() else []


def test_a_folder_to_its_weights(folder: str, tmp_path: Path, capsys: Capture) -> None:
    code, out, err = train(
        capsys, folder, "--target", "y", "--epochs", "300", "--block-rows", "256"
    )
    assert code == 0
    assert err.startswith("note: 40 files, about 1 MiB of blocks in ")
    assert "2,000 rows, 3 features, target y" in out
    assert "by 8 blocks of 256 rows" in out
    assert "mean absolute error" in out
    assert not left_in(tmp_path / "cache")


def test_names_patterns_and_folders_are_the_same_table(folder: str, capsys: Capture) -> None:
    options = ("--epochs", "20", "--block-rows", "512")
    files = sorted(map(str, Path(folder).iterdir()), key=lambda path: int(path.split("-")[-1][:-4]))
    told = [
        trained(capsys, *names, *options) for names in ([folder], [f"{folder}/part-*.csv"], files)
    ]
    assert alike(told[0]) == alike(told[1]) == alike(told[2])


def test_explain_needs_one_pass_and_writes_nothing(
    folder: str, tmp_path: Path, capsys: Capture
) -> None:
    told = explain_json(capsys, folder)
    assert told["theory"]["unique"]
    assert not (tmp_path / "cache").exists()


def test_gram_is_named_in_what_it_prints(folder: str, capsys: Capture) -> None:
    code, out, _ = train(capsys, folder, "--reduce", "gram", "--epochs", "100000")
    assert code == 0
    assert "--reduce gram" in out
    told = trained(capsys, folder, "--reduce", "gram", "--epochs", "100")
    assert told["problem"]["table"]["reduce"] == "gram"
    assert told["mae"] is None


def test_a_sample_says_so(folder: str, capsys: Capture) -> None:
    told = trained(capsys, folder, "--sample", "100", "--epochs", "10")
    assert told["problem"]["rows"] == 100
    assert told["whole"]["rows"] == 2000
    assert told["problem"]["notes"][0]["code"] == "sample"


def test_a_recipe_repeats_it(folder: str, tmp_path: Path, capsys: Capture) -> None:
    recipe = str(tmp_path / "r.toml")
    options = ("--epochs", "30", "--block-rows", "300", "--export-recipe", recipe)
    told = trained(capsys, f"{folder}/part-1.csv", f"{folder}/part-2*.csv", *options)
    assert alike(trained(capsys, "--recipe", recipe)) == alike(told)


def test_a_checkpoint_goes_on_to_the_same_bits(
    folder: str, tmp_path: Path, capsys: Capture
) -> None:
    kept = str(tmp_path / "kept.json")
    options = ("--block-rows", "300", "--lr", "0.01")
    trained(capsys, folder, *options, "--epochs", "17", "--checkpoint", kept)
    again = trained(capsys, "--resume", kept, "--epochs", "60", "--memory", "1G")
    assert alike(again) == alike(trained(capsys, folder, *options, "--epochs", "60"))


def test_other_data_is_not_gone_on_with(folder: str, tmp_path: Path, capsys: Capture) -> None:
    kept = str(tmp_path / "kept.json")
    trained(capsys, folder, "--block-rows", "300", "--epochs", "5", "--checkpoint", kept)
    with open(Path(folder) / "part-3.csv", "a", encoding="ascii") as file:
        file.write("1,2,3,4\n")
    code, _, err = train(capsys, "--resume", kept, "--epochs", "9")
    assert code == 2
    assert "the data is not that of the checkpoint" in err
    assert not left_in(tmp_path / "cache")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere-*.csv"], "no file has a name like"),
        (["{folder}", "--one-hot", "a"], "--one-hot needs the whole table in memory"),
        (["{folder}", "--test-size", "0.2"], "--test-size holds rows out of a table in memory"),
        (["{folder}", "{folder}/part-1.csv"], "would count twice"),
        (["{folder}", "--memory", "lots"], "a size is written like 800M or 1.5G"),
        (["{folder}", "--memory", "1M"], "--memory must be from"),
        (["{folder}", "--memory", "400M", "--backend", "nn"], "at least 640M for a process with"),
        (["{folder}", "--block-rows", "9", "--export-script", "x.py"], "a script holds the rows"),
        (["article", "--nproc", "2"], "--nproc trains a table in files"),
        (["{folder}", "--nproc", "0"], "--nproc must be from 1"),
        (["{folder}", "--features", "q"], "there is no such column"),
        (["{folder}", "nowhere.csv"], "nowhere.csv: there is no such file"),
        (["{folder}", "-"], "-: there is no such file"),
        (["{folder}", "--cache", ""], "--cache names no folder"),
        (["{folder}", "--cache", "x" * 300], "no blocks can be written here"),
        (["article", "--memory", "1G"], "--memory is set, but says how to train on a table"),
    ],
)
def test_what_is_refused_is_one_line(
    folder: str, arguments: list[str], words: str, capsys: Capture
) -> None:
    code, out, err = train(capsys, *(part.replace("{folder}", folder) for part in arguments))
    assert code == 2
    assert out == ""
    (line,) = [line for line in err.splitlines() if not line.startswith("note: ")]
    check_one_line(line + "\n")
    assert words in line


def test_asked_to_end_while_it_is_read_it_leaves_nothing_behind(
    folder: str, tmp_path: Path
) -> None:
    big = tmp_path / "big.csv"
    head, *rows = (Path(folder) / "part-1.csv").read_text(encoding="ascii").splitlines()
    big.write_text("\n".join([head, *rows * 20_000]) + "\n", encoding="ascii")
    process = subprocess.Popen(
        [*PROGRAM, "train", str(big), "--block-rows", "1000"], stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not any((f / "blocks").exists() for f in left_in(tmp_path / "cache")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    assert not left_in(tmp_path / "cache")


def several(*arguments: str, nproc: int) -> subprocess.CompletedProcess[str]:
    return program("train", *arguments, "--nproc", str(nproc), "--json", timeout=120)


def test_processes_have_the_bits_of_one_and_go_on_when_one_is_killed(
    folder: str, tmp_path: Path, capsys: Capture
) -> None:
    options = ("--block-rows", "500", "--lr", "1e-4")
    kept = tmp_path / "kept.json"
    several_options = ("--nproc", "2", "--checkpoint", str(kept))
    run = subprocess.Popen(
        [*PROGRAM, "train", folder, *options, "--epochs", str(EPOCHS), *several_options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ranks = _ranks_that_train(run.pid, 2)
    os.kill(ranks[-1], signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 1
    assert out == ""
    (line,) = [line for line in err.splitlines() if not line.startswith("note: ")]
    assert line.startswith("error: process ")
    assert "has ended (SIGKILL); the run is in " in line
    reached = json.loads(kept.read_text(encoding="utf-8"))["epoch"]
    assert 0 < reached < EPOCHS
    some_more = ("--epochs", str(min(reached + 100, EPOCHS)))
    again = several("--resume", str(kept), *some_more, nproc=3)
    assert again.returncode == 0, again.stderr
    alone = trained(capsys, folder, *options, *some_more)
    assert alike(read_json(again.stdout)) == alike(alone)
    assert not left_in(tmp_path / "cache")


def _ranks_that_train(launcher: int, count: int) -> list[int]:
    """Wait until so many processes of a launcher are at their epochs."""
    deadline = time.monotonic() + 100
    while True:
        assert time.monotonic() < deadline
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text(encoding="ascii")
        ranks = [int(pid) for pid in children.split() if _has_blocks_open(int(pid))]
        if len(ranks) == count:
            time.sleep(0.5)  # from the blocks it is a moment to the first epoch
            return ranks
        time.sleep(0.05)


def _has_blocks_open(pid: int) -> bool:
    try:
        files = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{pid}/fd")]
    except OSError:
        return False
    return any(file.endswith("/blocks") for file in files)


def test_processes_end_when_their_launcher_is_killed(folder: str, tmp_path: Path) -> None:
    options = ("--block-rows", "500", "--lr", "1e-7", "--epochs", "10000000", "--nproc", "2")
    with subprocess.Popen(
        [*PROGRAM, "train", folder, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        ranks = _ranks_that_train(run.pid, 2)
        run.kill()
    deadline = time.monotonic() + 60
    while any(_has_blocks_open(rank) for rank in ranks) or left_in(tmp_path / "cache"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_all_processes_refuse_is_said_once(folder: str) -> None:
    refused = several(folder, "--features", "q", nproc=2)
    assert refused.returncode == 2
    lines = [line for line in refused.stderr.splitlines() if not line.startswith("note: ")]
    assert len(lines) == 1
    assert "there is no such column" in lines[0]


def test_a_run_that_diverges_has_the_exit_code_of_one_process(folder: str) -> None:
    told = several(folder, "--lr", "100", "--block-rows", "500", "--epochs", "1000", nproc=2)
    assert told.returncode == 3
    assert read_json(told.stdout)["status"] == "diverged"
