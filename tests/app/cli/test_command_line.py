"""The command line: what it prints, where, and with which exit code; and never a traceback."""

from __future__ import annotations

import math
import re
import subprocess
import sys

import pytest

from linreg_core import TrainConfig, Trainer, load_problem
from tests.app.command import (
    CONTROL,
    Capture,
    check_one_line,
    program,
    read_json,
    train,
    train_json,
)
from tests.app.driver import Write
from tests.places import SHARED

# --- What the article finds -----------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["numpy", "numpy-two-weights"])
def test_a_million_epochs_of_numpy_find_what_the_article_finds(
    backend: str, capsys: Capture
) -> None:
    code, result = train_json(capsys, "--backend", backend, "--epochs", "1000000")
    assert code == 0
    assert (result["epochs"], result["status"]) == (1_000_000, "done")
    assert [f"{weight:.8f}" for weight in result["weights"].values()] == [
        "10.00000008",
        "19.99999994",
    ]


@pytest.mark.parametrize(("backend", "start"), [("tensor", 250_000), ("nn", 247_000)])
def test_torch_stops_where_the_article_says_it_stops(
    backend: str, start: int, is_long: bool
) -> None:
    """Where ``nn`` freezes depends on its random weights: with them it freezes a little sooner."""
    if not is_long:
        pytest.skip("20 s each: run with --long")
    ended = program("train", "--backend", backend, "--epochs", "1000000", "--json", timeout=170)
    result = read_json(ended.stdout)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (result["epochs"], result["config"]["dtype"]) == (1_000_000, "float32")
    assert [f"{weight:.4f}" for weight in result["weights"].values()] == ["10.0429", "19.9661"]
    assert result["status"] == "frozen"
    assert start < result["status_epoch"] < start + 1_500


@pytest.mark.parametrize("backend", ["numpy", "tensor", "nn"])
def test_galton(backend: str, capsys: Capture) -> None:
    table = SHARED / "data" / "galton.csv"
    if not table.exists():
        pytest.skip(f"{table} is not part of the project")
    given = ["--target", "child", "--epochs", "200", "--backend", backend, "--dtype", "float64"]
    code, result = train_json(capsys, str(table), *given)
    assert code == 0
    assert result["weights"]["parent"] == pytest.approx(0.646290582, abs=1e-6)
    assert result["bias"] == pytest.approx(23.9415302, abs=1e-6)
    assert result["r2"] == pytest.approx(0.210462911, abs=1e-6)


def test_a_run_that_diverges(capsys: Capture) -> None:
    code, result = train_json(capsys, "--lr", "0.05", "--epochs", "10000")
    assert code == 3
    assert result["status"] == "diverged"
    assert result["status_epoch"] == result["epochs"] + 1
    assert all(math.isfinite(weight) for weight in result["weights"].values())
    assert math.isfinite(result["loss"])


HEAVY = {"torch", "textual", "numpy", "polars", "plotext", "rich"}


def imported_by(*arguments: str) -> set[str]:
    """The packages that Python imports, run with these arguments."""
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {line.rpartition("|")[2].strip().split(".")[0] for line in asked.stderr.splitlines()}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    imported = imported_by("-m", "tui", *arguments)
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)


def test_the_engine_s_process_is_started_before_anything_heavy_is_imported() -> None:
    imported = imported_by("-c", "import tui.launch")
    assert "multiprocessing" in imported
    assert imported.isdisjoint(HEAVY)


# --- Standard output ------------------------------------------------------------------------------


def test_the_json_object_holds_what_was_run_and_what_came_of_it(capsys: Capture) -> None:
    code, result = train_json(capsys, "--epochs", "1000", "--lr", "1e-3", "--seed", "5")
    trainer = Trainer(load_problem("article"), TrainConfig(lr=1e-3))
    trainer.run(1000)
    snapshot = trainer.snapshot()
    assert code == 0
    assert result["weights"] == dict(zip(("x1", "x2"), snapshot.raw_weights.tolist(), strict=True))
    assert result["loss"] == snapshot.loss
    assert (result["epochs"], result["status"], result["status_epoch"]) == (1000, "done", None)
    assert result["config"]["lr"] == 1e-3
    assert result["config"]["seed"] == 5
    assert result["initial_weights"] == {"x1": 0.1, "x2": 0.1}
    assert result["problem"]["source"] == "article"
    assert result["bias"] is result["initial_bias"] is None
    assert result["stopped_by"] == []


def test_no_epochs_are_a_run_too(capsys: Capture) -> None:
    code, result = train_json(capsys, "--epochs", "0")
    assert (code, result["epochs"], result["status"]) == (0, 0, "done")
    assert result["weights"] == {"x1": 0.1, "x2": 0.1}


def test_a_tolerance_ends_the_run(capsys: Capture) -> None:
    code, result = train_json(capsys, "--tol", "0.01", "--lr", "0.03")
    assert (code, result["status"]) == (0, "converged")
    assert result["status_epoch"] == result["epochs"] < 1_000_000


def test_the_table_is_for_a_person(capsys: Capture) -> None:
    code, out, err = train(capsys, "--epochs", "5000", "--lr", "best")
    assert (code, err) == (0, "")
    assert "article: 3 rows, 2 features, target y" in out
    assert re.search(r"done after 5,000 epochs, .* epochs/s", out)
    for name in ("x1", "x2"):
        (line,) = [line for line in out.splitlines() if line.startswith(name)]
        _, trained, exact, _ = line.split()
        assert float(trained) == pytest.approx(float(exact), rel=1e-6)


def test_the_table_of_a_diverged_run_says_what_to_try(capsys: Capture) -> None:
    code, out, _ = train(capsys, "--epochs", "10000", "--lr", "0.05")
    assert code == 3
    assert "diverged at epoch 496: 0.05 is beyond the limit 0.03306; --lr auto" in out


def test_a_file_trains_standardised_with_a_bias(write: Write, capsys: Capture) -> None:
    path = str(write("a,b,y\n1,2,3\n4,5,7\n7,1,4\n9,9,1\n"))
    code, result = train_json(capsys, path, "--epochs", "50")
    assert code == 0
    assert result["config"]["bias"] is result["config"]["standardize"] is True
    assert result["config"]["lr_rule"] == "auto"
    assert list(result["weights"]) == ["a", "b"]
    assert isinstance(result["bias"], float)
    assert isinstance(result["initial_bias"], float)


def test_hostile_names_come_out_harmless(write: Write, capsys: Capture) -> None:
    path = str(write('"\x1b[31mred","[/]",y\u202e\n1,2,3\n4,5,7\n7,1,4\n', "\x1b]0;x\x07.csv"))
    code, out, err = train(capsys, path, "--epochs", "5")
    assert code == 0
    assert not CONTROL.search(out)
    assert r"\x1b[31mred" in out
    _, result = train_json(capsys, path, "--epochs", "5")
    assert list(result["weights"]) == ["\x1b[31mred", "[/]"]
    assert err == ""


@pytest.mark.parametrize(
    "table",
    ["x,y\n1,1e200\n2,-1e200\n3,3e200\n", "x,y\n1e200,1\n-1e200,2\n3e200,3\n", "x,y\n1,2\n1,2\n"],
    ids=["huge target", "huge feature", "constant"],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_numbers_at_the_edge_are_no_reason_for_warnings(
    table: str, write: Write, capsys: Capture
) -> None:
    code, _ = train_json(capsys, str(write(table)), "--epochs", "10")
    assert code in (0, 3)


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.csv"], "no-such-file", "nowhere.csv: there is no such file"),
        (["--lr", "0"], "bad-value", "learning rate must be"),
        (["--lr", "fast"], "bad-value", "got 'fast'"),
        (["--backend", "numpi"], "bad-value", "did you mean numpy?"),
        (["--dtype", "float16"], "bad-value", "float32, float64"),
        (["--device", "cuda"], "device-not-for-backend", "choose tensor or nn"),
        (["--init", "nan"], "bad-value", "initial weights must be"),
        (["--seed", "-1"], "bad-value", "seed must be"),
        (["--tol", "2"], "bad-value", "tolerance must be"),
        (["--target", "z"], "option-not-for-builtin", "target is set"),
        (["--separator", ";;"], "bad-option", "separator must be"),
        (["--epochs", "-1"], "usage", "--epochs"),
        (["--epochs", "many"], "usage", "--epochs"),
        (["--nonsense"], "usage", "--nonsense"),
        (["article", "article"], "no-such-file", "built-in problem article"),
        (["--missing", "guess"], "usage", "--missing"),
    ],
)
def test_a_refusal_is_one_line_and_one_object(
    arguments: list[str], code: str, words: str, capsys: Capture
) -> None:
    exit_code, out, err = train(capsys, *arguments)
    assert (exit_code, out) == (2, "")
    check_one_line(err)
    assert words in err
    exit_code, refusal = train_json(capsys, *arguments)
    assert exit_code == 2
    assert refusal["error"]["code"] == code
    assert set(refusal) == {"error"}
    assert set(refusal["error"]) == {"code", "message", "line", "column"}


@pytest.mark.parametrize("backend", ["tensor", "nn"])
def test_a_device_that_is_missing_is_an_error_with_torch_s_reason(
    backend: str, capsys: Capture
) -> None:
    code, out, err = train(capsys, "--backend", backend, "--device", "cuda:999")
    assert (code, out) == (2, "")
    check_one_line(err)
    assert "cuda:999 was asked for, but torch cannot use it: " in err


def test_two_weights_refuse_three_features_and_say_why(write: Write, capsys: Capture) -> None:
    path = str(write("a,b,c,y\n1,2,3,4\n2,1,5,3\n3,5,1,9\n4,4,2,7\n"))
    code, _, err = train(capsys, path, "--backend", "numpy-two-weights", "--no-bias")
    assert code == 2
    assert "exactly 2 weights" in err


def test_a_bad_cell_is_named_by_file_line_and_column(write: Write, capsys: Capture) -> None:
    path = str(write("a,b,y\n1,2,3\n4,x\x1b,7\n7,1,4\n"))
    code, _, err = train(capsys, path, "--features", "a,b")
    assert code == 2
    check_one_line(err)
    assert err.startswith(f"error: {path}:3: column b: ")
    _, refusal = train_json(capsys, path, "--features", "a,b")
    assert (refusal["error"]["line"], refusal["error"]["column"]) == (3, "b")


@pytest.mark.parametrize(
    "argument", ["a\x1b]0;x\x07\n.csv", "--\x1b[2J\n", "\u202ecsv", "\udcff\udcfe", ""]
)
def test_hostile_arguments_are_refused_harmlessly(argument: str, capsys: Capture) -> None:
    code, _, err = train(capsys, argument)
    assert code == 2
    check_one_line(err)
