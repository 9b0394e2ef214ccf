"""A run that is stopped and gone on with ends with the bits of one that never was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from linreg_core import (
    Edit,
    LinregError,
    Recipe,
    Repetition,
    TrainConfig,
    read_checkpoint,
    write_checkpoint,
    write_whole,
)
from linreg_core.output.recipes.recipe import ARTICLE_DATA
from tests.app.command import Capture, check_one_line, read_json, train, train_json
from tests.app.driver import Write
from tests.app.terminal import PATIENCE, PROGRAM
from tui.cli.commands import checkpoints

MEASURED = ("seconds", "epochs_per_second", "ran")

RUNS = (
    ["--backend", "numpy"],
    ["--backend", "numpy-two-weights", "--dtype", "float32", "--lr", "0.01"],
    ["--backend", "nn", "--seed", "4"],
    ["line", "--rows", "40", "--test-size", "0.25", "--lr", "best:99"],
    ["--lr", "0.04"],
    ["--dtype", "float32", "--lr", "0.02"],
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(result: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on how long it took."""
    return {name: value for name, value in result.items() if name not in MEASURED}


@pytest.mark.parametrize("run", RUNS, ids=" ".join)
def test_it_ends_with_the_same_result_and_the_same_history(
    run: list[str], folder: Path, capsys: Capture
) -> None:
    _, whole = train_json(capsys, *run, "--epochs", "2500", "--export-history", "whole.csv")
    train_json(capsys, *run, "--epochs", "700", "--checkpoint", "c.json")
    for epochs in ("1300", "2500"):
        given = ["--resume", "c.json", "--checkpoint", "c.json", "--epochs", epochs]
        _, again = train_json(capsys, *given, "--export-history", f"{epochs}.csv")
    assert told(again) == told(whole)
    assert (folder / "2500.csv").read_bytes() == (folder / "whole.csv").read_bytes()


def test_a_run_with_edits_is_gone_on_with_in_any_of_its_parts(
    folder: Path, capsys: Capture
) -> None:
    edits = (Edit(40, TrainConfig(lr=0.01)), Edit(90, TrainConfig(lr=0.01), weight=0, value=5.0))
    write_whole("r.toml", Recipe(ARTICLE_DATA, epochs=150, edits=edits).to_toml("."))
    _, whole = train_json(capsys, "--recipe", "r.toml")
    for stop in (20, 40, 41, 89, 90, 120):
        recipe = Recipe(ARTICLE_DATA, epochs=150, edits=edits)
        run = Repetition(ARTICLE_DATA.load(), recipe)
        while run.trainer.epoch < stop:
            run.advance_to(stop)
        write_checkpoint(f"c{stop}.json", run.as_stored(0.0, {}), overwrite=False)
        _, again = train_json_noted(capsys, "--resume", f"c{stop}.json")
        assert told(again) == told(whole), stop


def train_json_noted(capsys: Capture, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The result, whatever is noted beside it."""
    code, out, _ = train(capsys, *arguments, "--json")
    return code, read_json(out)


def test_a_signal_leaves_a_checkpoint_to_go_on_from(folder: Path, capsys: Capture) -> None:
    given = ["--lr", "1e-9", "--epochs", "3000000", "--json"]
    with subprocess.Popen(
        [*PROGRAM, "train", *given, "--checkpoint", "c.json"], stdout=subprocess.PIPE, text=True
    ) as process:
        _until_it_runs(process)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    stopped = json.loads(out)
    kept = read_checkpoint("c.json")
    assert kept.checkpoint.epoch == stopped["epochs"] < 3_000_000
    epochs = str(kept.checkpoint.epoch + 500)
    _, again = train_json(capsys, "--resume", "c.json", "--epochs", epochs)
    _, whole = train_json(capsys, "--lr", "1e-9", "--epochs", epochs)
    assert told(again) == told(whole)


def _until_it_runs(process: subprocess.Popen[str]) -> None:
    """Wait until it hears signals: it catches SIGTERM from its first epoch on."""
    status = Path(f"/proc/{process.pid}/status")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        caught = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.01)
    pytest.fail("it does not begin")


def test_it_is_written_every_so_often(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(
        "linreg_core.output.checkpoint_file.write_whole",
        lambda path, *_, **__: written.append(path),
    )
    train_json(capsys, "--epochs", "20000", "--run-by", "phases", "--checkpoint", "c.json")
    assert len(written) > 2


def test_other_data_and_other_versions_are_said(
    write: Write, folder: Path, capsys: Capture
) -> None:
    table = write("x,y\n1,2\n2,3\n3,5\n")
    train_json(capsys, str(table), "--epochs", "5", "--checkpoint", "c.json")
    text = (folder / "c.json").read_text()
    kept = read_checkpoint("c.json")
    numpy = kept.machine["numpy"]
    (folder / "old.json").write_text(text.replace(f'"numpy": "{numpy}"', '"numpy": "1.0"'))
    code, _, err = train(capsys, "--resume", "old.json", "--epochs", "9")
    assert code == 0
    assert f"numpy was 1.0 and is {numpy}" in err
    write("x,y\n1,2\n2,3\n3,6\n")
    code, _, err = train(capsys, "--resume", "c.json")
    assert code == 2
    check_one_line(err)
    assert "the data is not that of the checkpoint" in err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--resume", "none.json"], "there is no such checkpoint"),
        (["--resume", "c.json", "--lr", "1"], "lr was given"),
        (["line", "--resume", "c.json"], "data was given"),
        (["--checkpoint", "c.json"], "there is a file of that name"),
        (["--checkpoint", "no/c.json"], "there is no folder"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_run(
    given: list[str], words: str, folder: Path, capsys: Capture
) -> None:
    train_json(capsys, "--epochs", "5", "--checkpoint", "c.json")
    code, out, err = train(capsys, *given)
    assert (code, out) == (2, "")
    check_one_line(err)
    assert words in err


def test_every_beginning_of_a_file_is_refused_in_one_line(folder: Path, capsys: Capture) -> None:
    train_json(capsys, "--epochs", "5", "--checkpoint", "c.json")
    data = (folder / "c.json").read_bytes()
    for length in range(0, len(data), 7):
        (folder / "d.json").write_bytes(data[:length])
        with pytest.raises(LinregError, match=r"\A[^\n]*\Z"):
            read_checkpoint("d.json")
    (folder / "d.json").write_bytes(data.replace(b'"<f8"', b'"|O"'))
    with pytest.raises(LinregError, match="no checkpoint"):
        read_checkpoint("d.json")
    assert sorted(os.listdir(folder)) == ["c.json", "d.json"]
