"""``linreg-tui problems``, and the options that make a problem and hold rows out of it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from linreg_core import BUILTINS, MadeOptions, Split, TrainConfig, Trainer, load_problem
from tests.app.command import Capture, check_one_line, read_json, train, train_json
from tests.app.driver import Write
from tests.places import ROOT
from tui.cli.program import run

README = ROOT / "README.md"


def printed(capsys: Capture, *arguments: str) -> str:
    assert run(list(arguments)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


# --- The list -------------------------------------------------------------------------------------


def test_every_problem_is_listed_with_its_size_its_options_and_its_sentence(
    capsys: Capture,
) -> None:
    paragraphs = printed(capsys, "problems").rstrip("\n").split("\n\n")
    assert len(paragraphs) == len(BUILTINS)
    for paragraph, (name, info) in zip(paragraphs, BUILTINS.items(), strict=True):
        first, *rest = paragraph.split("\n")
        size = f"{info.defaults.rows}×{info.defaults.columns}"
        flags = [word for flag, value in info.flags.items() for word in (flag, f"{value:g}")]
        assert first.split() == [name, size, *flags]
        assert " ".join(line.strip() for line in rest) == info.teaches
        assert max(map(len, paragraph.split("\n"))) <= 80


def test_the_list_as_json(capsys: Capture) -> None:
    told = read_json(printed(capsys, "problems", "--json"))["problems"]
    assert [problem["name"] for problem in told] == list(BUILTINS)
    for problem in told:
        info = BUILTINS[problem["name"]]
        assert (problem["rows"], problem["columns"]) == load_problem(info.name).X.shape
        assert tuple(problem["parameters"]) == info.parameters
        assert problem["teaches"] == info.teaches
    assert set(told[0]) == {"name", "rows", "columns", "parameters", "teaches"}


def test_the_list_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "tui", "problems"]
    asked = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in asked.stderr.splitlines()}
    assert "click" in imported
    assert imported.isdisjoint({"torch", "textual", "numpy", "polars", "plotext", "rich"})


def test_the_readme_leaves_the_sentences_to_the_list() -> None:
    readme = " ".join(README.read_text(encoding="utf-8").split())
    assert "linreg-tui problems" in readme
    assert not [name for name, info in BUILTINS.items() if info.teaches in readme]


# --- The options ----------------------------------------------------------------------------------


def test_a_problem_is_made_as_asked_for(capsys: Capture) -> None:
    given = ["--rows", "30", "--columns", "3", "--noise", "0", "--data-seed", "7"]
    code, result = train_json(capsys, "plane", *given, "--lr", "best", "--epochs", "200")
    assert code == 0
    assert (result["problem"]["rows"], result["problem"]["features"]) == (30, ["x1", "x2", "x3"])
    assert result["true_weights"]["weights"] == {"x1": 2.0, "x2": -3.0, "x3": 4.0}
    assert result["weights"] == pytest.approx(result["true_weights"]["weights"], rel=1e-6)
    assert result["bias"] == pytest.approx(result["true_weights"]["bias"], rel=1e-6)
    made = MadeOptions(rows=30, columns=3, noise=0.0, seed=7)
    snapshot = Trainer(load_problem("plane", made=made), TrainConfig(lr="best")).snapshot()
    start = [*result["initial_weights"].values(), result["initial_bias"]]
    assert start == snapshot.raw_weights.tolist(), "in own units it depends on the rows"


def test_rows_are_held_out_as_asked_for(capsys: Capture) -> None:
    given = ["line", "--test-size", "0.2", "--split-seed", "3", "--epochs", "20"]
    code, result = train_json(capsys, *given)
    problem = load_problem("line", split=Split(0.2, 3))
    assert code == 0
    assert problem.test is not None
    assert (result["problem"]["rows"], result["test"]["rows"]) == (80, 20)
    [note] = result["problem"]["notes"]
    assert note["code"] == "rows-held-out"
    X, y = problem.test.X[:, 0], problem.test.y
    errors = X * result["weights"]["x1"] + result["bias"] - y
    assert result["test"]["loss"] == pytest.approx((errors**2).mean(), rel=1e-9)
    assert result["test"]["r2"] == pytest.approx(1 - (errors**2).mean() / y.var(), rel=1e-9)


def cells(out: str) -> dict[str, list[str]]:
    """The cells of each row of the tables, by its title."""
    rows = [re.split(r" {3,}", line.strip()) for line in out.splitlines()]
    return {title: told for title, *told in rows}


def test_the_table_tells_both_parts_and_the_weights_that_made_the_target(capsys: Capture) -> None:
    given = ["line", "--test-size", "0.2", "--epochs", "20"]
    _, result = train_json(capsys, *given)
    code, out, _ = train(capsys, *given, "--digits", "17")
    assert code == 0
    rows = cells(out)
    assert rows["weight"] == ["trained", "least squares", "that made y"]
    assert [rows["x1"][2], rows["bias"][2]] == ["2", "1"]
    assert rows["rows"] == ["80", "20"]
    for title, key in (
        ("mean squared error", "loss"),
        ("R²", "r2"),
        ("root mean squared error", "rmse"),
        ("mean absolute error", "mae"),
    ):
        told = [float(cell) for cell in rows[title][:2]]
        assert told == pytest.approx([result[key], result["test"][key]], rel=1e-9)


def test_the_table_without_rows_held_out_has_one_column_for_the_fit(capsys: Capture) -> None:
    _, out, _ = train(capsys, "anscombe-1", "--epochs", "20")
    rows = cells(out)
    assert rows["weight"] == ["trained", "least squares"]
    assert "held out" not in out
    assert [len(rows[title]) for title in ("mean squared error", "R²", "mean absolute error")] == [
        2,
        1,
        1,
    ]


def test_explain_takes_the_options_and_looks_at_the_rows_trained_on(capsys: Capture) -> None:
    given = ["plane", "--rows", "40", "--test-size", "0.25"]
    told = read_json(printed(capsys, "explain", *given, "--json"))
    _, result = train_json(capsys, *given, "--epochs", "0")
    assert told["problem"] == result["problem"]
    assert told["problem"]["rows"] == 30
    assert told["theory"].items() >= result["theory"].items()


@pytest.mark.parametrize("command", ["train", "explain"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["line", "--columns", "3"], ["--columns", "line", "--rows, --noise, --data-seed"]),
        (["article", "--noise", "1"], ["--noise", "article"]),
        (["plane", "--rows", "1"], ["--rows", "got 1"]),
        (["plane", "--noise", "nan"], ["--noise", "got nan"]),
        (["plane", "--rows", "1000000", "--columns", "1000"], ["--rows times --columns"]),
        (["line", "--test-size", "1"], ["--test-size", "got 1"]),
        (["article", "--test-size", "0.1"], ["--test-size 0.1 of 3 rows", "none to test on"]),
        (["line", "--split-seed", "-1"], ["--split-seed", "got -1"]),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(
    command: str, given: list[str], words: list[str], capsys: Capture
) -> None:
    assert run([command, *given]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    check_one_line(err)
    assert all(word in err for word in words), err


def test_a_file_is_not_made(write: Write, capsys: Capture) -> None:
    path = str(write("x,y\n1,2\n2,3\n"))
    assert run(["train", path, "--rows", "3"]) == 2
    err = capsys.readouterr().err
    check_one_line(err)
    assert path in err
    assert "--rows" in err
