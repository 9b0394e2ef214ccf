"""Tables on the command line: what its options say about reading, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from linreg_core import TableOptions
from tests.app.command import Capture, check_one_line, program, read_json, train_json
from tests.app.driver import Write
from tests.places import SHARED
from tui.cli.program import run

HOUSES = "town;state;size;price\nYork;N;1,5;3\nBath;S;2;5\nEly;E;3;6\nBath;S;4;9\nYork;N;5;9\n"


@pytest.mark.parametrize("given", [["town,state"], ["town", "state"]])
def test_one_hot_takes_a_list_and_may_be_given_again(
    given: list[str], write: Write, capsys: Capture
) -> None:
    options = [word for names in given for word in ("--one-hot", names)]
    path = str(write(HOUSES))
    code, result = train_json(capsys, path, "--decimal-comma", "--epochs", "9", *options)
    assert code == 0
    expected = ["town=Ely", "town=York", "state=N", "state=S", "size"]
    assert list(result["weights"]) == result["problem"]["features"] == expected


def test_powers_of_a_feature(write: Write, capsys: Capture) -> None:
    path = str(write("x,y\n0,1\n1,0\n2,1\n3,4\n4,9\n"))  # y = (x - 1)²
    code, result = train_json(capsys, path, "--degree", "2", "--epochs", "9")
    assert code == 0
    assert result["optimum"]["weights"] == pytest.approx({"x": -2, "x^2": 1})


@pytest.mark.parametrize(
    ("typed", "separator"), [("blank", "  "), ("tab", "\t"), (r"\t", "\t"), ("|", "|")]
)
def test_separators_as_they_are_typed(
    typed: str, separator: str, write: Write, capsys: Capture
) -> None:
    path = str(write("x,y\n0,1\n1,0\n2,1\n".replace(",", separator)))
    code, result = train_json(capsys, path, "--separator", typed, "--epochs", "9")
    assert (code, result["problem"]["notes"]) == (0, [])


def test_a_table_may_come_through_a_pipe_but_not_onto_the_screen(capsys: Capture) -> None:
    ended = program(
        "train", "-", "--json", "--epochs", "9", stdin=None, input="x,y\n1,2\n3,6\n4,8\n"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    result = read_json(ended.stdout)
    assert (result["problem"]["source"], result["problem"]["rows"]) == ("standard input", 3)
    assert run(["-"]) == 2
    err = capsys.readouterr().err
    check_one_line(err)
    assert "linreg-tui train -" in err


@pytest.mark.parametrize(
    ("name", "options", "epochs"),
    [
        ("winequality_red_semicolon", ["--target", "quality"], 450),
        ("autompg_question_marks", ["--target", "mpg", "--missing", "drop"], 1_100),
    ],
)
def test_dirty_tables_are_trained_onto_their_reference_fit(
    name: str, options: list[str], epochs: int, capsys: Capture
) -> None:
    reference = SHARED / "data/reference_ols.json"
    if not reference.exists():
        pytest.skip(f"{reference} is not part of the project")
    file = f"dirty_{name}.csv"
    fit = next(fit for fit in read_json(reference.read_text()).values() if fit["file"] == file)
    arguments = [str(SHARED / "data" / file), *options, "--lr", "best", "--epochs", str(epochs)]
    code, result = train_json(capsys, *arguments)
    assert code == 0
    exact = {name: float(weight) for name, weight in fit["coef"].items()}
    assert result["weights"] == pytest.approx(exact, rel=1e-6)
    assert result["bias"] == pytest.approx(float(fit["intercept"]), rel=1e-6)
    assert result["problem"]["dropped_rows"] == fit["rows_dropped"]


def test_powers_of_years_are_fitted_around_their_mean(write: Write, capsys: Capture) -> None:
    rows = "".join(f"{year},{(year - 2008) ** 2 + year}\n" for year in range(1999, 2018))
    path = str(write("year,y\n" + rows))  # y = year² - 4015 year + 2008²
    given = [path, "--degree", "2", "--lr", "best", "--epochs", "200"]
    code, result = train_json(capsys, *given)
    assert code == 0
    assert result["problem"]["table"]["centre"] == 2008
    assert result["weights"] == pytest.approx({"year": -4015, "year^2": 1})
    assert result["bias"] == pytest.approx(2008**2)
    assert result["theory"]["condition_number"] < 2
    assert run(["train", *given]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = {line.split()[0]: line.split()[1:] for line in lines if line.startswith("year")}
    assert [float(cell) for cell in told["year^2"]] == pytest.approx([1, 1])
    assert [float(cell) for cell in told["year"]] == pytest.approx([-4015, -4015])
    assert "(year - 2008)^2" in "\n".join(lines)
    assert run(["explain", *given[:-2]]) == 0
    assert "in powers of year" in capsys.readouterr().out


def test_the_result_says_how_the_table_was_read(write: Write, capsys: Capture) -> None:
    path = str(write("# of a year\na;b;c\n1,5;2;x\n2,5;1;y\n3;2;z\n4;5;-\n"))
    given = ["--comment", "#", "--decimal-comma", "--without", "c", "--epochs", "9"]
    code, result = train_json(capsys, path, *given)
    assert code == 0
    assert result["problem"]["table"] == {
        **vars(TableOptions()),
        "separator": ";",
        "header": True,
        "decimal_comma": True,
        "comment": "#",
        "without": ["c"],
        "target": "b",
        "features": ["a"],
        "one_hot": [],
        "dates": [],
        "missing_values": [],
    }
    code, _ = train_json(capsys, path, *given, "--export-script", script := path + ".py")
    lines = Path(script).read_text().splitlines()
    told = ["separator = ';'", "header = True", "decimal_comma = True", "comment = '#'"]
    assert {f"# read with {option}" for option in told} < set(lines)
    code, result = train_json(capsys, "article", "--epochs", "9")
    assert "table" not in result["problem"]
