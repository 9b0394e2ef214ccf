"""Exports and recipes without a screen."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linreg_core import EXPORT_SUFFIXES
from tests.app.command import Capture, check_one_line, program, read_json, train, train_json
from tests.app.driver import Write
from tests.app.terminal import PROGRAM, Terminal
from tui.cli.export_options import WORDS
from tui.cli.program import run


def everything(folder: Path) -> list[str]:
    """The options that write every kind of file."""
    return [
        argument
        for kind, suffix in EXPORT_SUFFIXES.items()
        for argument in (f"--export-{kind}", str(folder / f"a{suffix}"))
    ]


def test_there_is_an_option_for_every_kind() -> None:
    assert list(WORDS) == list(EXPORT_SUFFIXES)


def test_everything_at_once(tmp_path: Path, capsys: Capture) -> None:
    given = [*everything(tmp_path), "--history-epochs", "5-10", "--epochs", "300"]
    code, printed = train_json(capsys, *given)
    assert code == 0
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.json", "a.py", "a.toml"]
    assert json.loads((tmp_path / "a.json").read_text()) == printed
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 7
    code, again = train_json(capsys, "--recipe", str(tmp_path / "a.toml"))
    assert again["weights"] == printed["weights"]


def test_a_person_is_told_what_was_written(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "h.csv"
    code, out, err = train(capsys, "--epochs", "5", "--export-history", str(path))
    assert (code, err) == (0, "")
    assert out.endswith(f"wrote {path}: 6 rows, epochs 0 to 5\n")


@pytest.mark.parametrize("kind", EXPORT_SUFFIXES)
def test_nothing_is_run_for_a_file_that_cannot_be_written(
    kind: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "a").write_text("old")
    given = ["--epochs", str(10**15), f"--export-{kind}"]
    for path, words in {
        "a": "--overwrite",
        "none/a": "create it first",
        ".": "not an ordinary file",
        "": "not an ordinary file",
    }.items():
        code, out, err = train(capsys, *given, str(tmp_path / path))
        assert (code, out) == (2, "")
        check_one_line(err)
        assert words in err
    code, refusal = train_json(capsys, *given, str(tmp_path / "a"))
    assert refusal["error"]["code"] == "file-exists"
    assert (tmp_path / "a").read_text() == "old"


def test_overwrite_is_told_apart(tmp_path: Path, capsys: Capture) -> None:
    given = [*everything(tmp_path), "--epochs", "3"]
    assert train(capsys, *given)[0] == 0
    assert train(capsys, *given)[0] == 2
    assert train(capsys, *given, "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (["--history-epochs", "1-2"], "usage", "--export-history"),
        (["--export-history", "h", "--history-epochs", "2-1"], "bad-epochs", "must go up"),
        (["--export-history", "h", "--history-epochs", "x"], "bad-epochs", "like 0-1000"),
        (["--export-history", "h", "--export-script", "./h"], "usage", "a file of its own"),
    ],
)
def test_options_that_do_not_go_together(
    given: list[str], code: str, words: str, capsys: Capture
) -> None:
    exit_code, refusal = train_json(capsys, *given)
    assert (exit_code, refusal["error"]["code"]) == (2, code)
    assert words in refusal["error"]["message"]


def test_a_disk_that_gets_full_does_not_cost_the_result(tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))

    given = ["--epochs", "2000", "--json", *everything(tmp_path), "--history-epochs", "0-1999"]
    ended = program("train", *given, preexec_fn=small_files)
    assert ended.returncode == 2
    check_one_line(ended.stderr)
    assert "a.csv: cannot be written: " in ended.stderr
    assert read_json(ended.stdout)["epochs"] == 2000
    assert sorted(os.listdir(tmp_path)) == ["a.json", "a.py", "a.toml"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped_while_it_writes_leaves_no_half(
    number: signal.Signals, tmp_path: Path
) -> None:
    given = ["--epochs", "200000", "--history-epochs", "0-199999"]
    command = [*PROGRAM, "train", *given, "--export-history", str(tmp_path / "h.csv")]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not os.listdir(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert os.listdir(tmp_path), "it has begun to write"
    started.send_signal(number)
    assert started.wait(20) in (-number, 128 + number)
    assert os.listdir(tmp_path) == []


def test_the_recipe_of_an_interrupted_run_ends_where_it_was_stopped(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    given = ["train", "--json", "--epochs", str(10**15), "--export-recipe", str(path)]
    with Terminal(*given, errors_only=True) as running:
        running.until_raw(rb"[1-9]\d*/\d+.*epochs")  # the progress bar: epochs are being run
        running.process.send_signal(signal.SIGINT)
        _, out = running.end()
    reached = read_json(out)
    again = read_json(program("train", "--json", "--recipe", str(path)).stdout)
    assert (again["epochs"], again["weights"]) == (reached["epochs"], reached["weights"])


# --- recipes


def test_options_beside_a_recipe_win(write: Write, capsys: Capture) -> None:
    write("a,b,y\n1,2,3\n4,5,7\n7,1,4\n9,9,1\n")
    recipe = write(
        'data = "table.csv"\nepochs = 9\n[table]\ntarget = "a"\nfeatures = ["b"]\n'
        '[run]\nlr = "best"\nseed = 7\nbackend = "tensor"\nbias = false\n',
        "r.toml",
    )
    _, told = train_json(capsys, "--recipe", str(recipe))
    assert (told["problem"]["target"], told["problem"]["features"]) == ("a", ["b"])
    assert (told["epochs"], told["config"]["backend"]) == (9, "tensor")
    assert (told["config"]["lr_rule"], told["config"]["bias"]) == ("best", False)
    assert told["problem"]["source"] == str(recipe.parent / "table.csv")
    given = ["--backend", "numpy", "--target", "y", "--epochs", "4", "--bias", "--lr", "1e-4"]
    _, told = train_json(capsys, "--recipe", str(recipe), *given)
    assert (told["problem"]["target"], told["problem"]["features"]) == ("y", ["b"])
    assert (told["epochs"], told["config"]["backend"]) == (4, "numpy")
    assert (told["config"]["lr"], told["config"]["bias"]) == (1e-4, True)
    assert told["config"]["seed"] == 7, "what is not given beside it stays"


def test_a_recipe_tells_a_made_problem_and_the_rows_held_out(
    tmp_path: Path, capsys: Capture
) -> None:
    path = str(tmp_path / "r.toml")
    given = ["--rows", "40", "--noise", "2", "--data-seed", "3", "--test-size", "0.25"]
    given += ["--split-seed", "6", "--epochs", "9"]
    _, first = train_json(capsys, "plane", *given, "--export-recipe", path)
    _, again = train_json(capsys, "--recipe", path)
    measured = ("seconds", "epochs_per_second")
    assert {key: first[key] for key in first if key not in measured} == {
        key: again[key] for key in again if key not in measured
    }
    assert again["test"]["rows"] == 10
    _, other = train_json(capsys, "--recipe", path, "--split-seed", "7", "--data-seed", "4")
    assert other["weights"] != again["weights"]
    assert other["test"]["rows"] == 10


def test_a_default_that_is_given_wins_too(write: Write, capsys: Capture) -> None:
    recipe = write('epochs = 5\n[run]\nbackend = "tensor"\n', "r.toml")
    _, told = train_json(capsys, "--recipe", str(recipe), "--backend", "numpy")
    assert told["config"]["backend"] == "numpy"


def test_a_condition_of_a_recipe_stops_the_run(write: Write, capsys: Capture) -> None:
    recipe = write('until = "epoch == 12"\n', "r.toml")
    _, told = train_json(capsys, "--recipe", str(recipe))
    assert (told["epochs"], told["stopped_by"]) == (12, ["epoch == 12"])


def test_explain_takes_a_recipe(write: Write, capsys: Capture) -> None:
    recipe = write("[run]\nlr = 0.05\n", "r.toml")
    assert run(["explain", "--recipe", str(recipe), "--json"]) == 0
    assert read_json(capsys.readouterr().out)["config"]["lr"] == 0.05


def test_a_recipe_that_is_wrong_is_one_line(write: Write, capsys: Capture) -> None:
    recipe = write("\n[run]\nlearning_rate = 1\n", "r.toml")
    code, out, err = train(capsys, "--recipe", str(recipe))
    assert (code, out) == (2, "")
    check_one_line(err)
    assert f"{recipe}:3: section [run] has no key 'learning_rate'" in err


def test_the_engine_s_process_that_is_ended_leaves_no_half(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
from linreg_core import DataRequest, Export
from tui.engine.commands import Open, Run
from tui.engine.process import ProcessEngine

if __name__ == "__main__":
    engine = ProcessEngine(Open(DataRequest("article")))
    engine.start()
    engine.wait(60)
    engine.send(Run(200_000))
    while engine.latest.snapshot.epoch < 200_000:
        time.sleep(0.05)
    engine.send(Export("history", {str(tmp_path / "h.csv")!r}, epochs=(0, 199_999)))
    while not engine.latest.written:
        time.sleep(0.01)
    assert os.listdir({str(tmp_path)!r})
    engine.stop()
    print(engine._process.returncode)
"""
    script = tmp_path.parent / f"{tmp_path.name}.py"
    script.write_text(code)
    command = [sys.executable, str(script)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    assert (ended.stdout, ended.stderr) == (f"{-signal.SIGTERM}\n", "")
    assert os.listdir(tmp_path) == []
