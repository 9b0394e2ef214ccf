"""``linreg-tui explain``: what is known of a run without running it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.app.command import (
    Capture,
    check_one_line,
    command,
    explain,
    explain_json,
    train_json,
)
from tests.app.driver import Write


def test_the_article_s_figures(capsys: Capture) -> None:
    """FIELD_NOTES: 60.4903 and 0.17634, limit 0.033063, best 0.032967, 130,578 epochs a digit."""
    told = explain_json(capsys)["theory"]
    largest, smallest = told["eigenvalues"]
    assert (f"{largest:.4f}", f"{smallest:.5f}") == ("60.4903", "0.17634")
    assert (told["rank"], told["weights"], told["unique"]) == (2, 2, True)
    assert f"{told['condition_number']:.0f}" == "343"
    lr = told["lr"]
    assert [f"{lr[name]:.6f}" for name in ("limit", "best")] == ["0.033063", "0.032967"]
    assert lr["auto"] == pytest.approx(lr["limit"] / 2, rel=1e-12)
    assert lr["epochs_per_digit"] == pytest.approx(130_578, abs=1)
    assert told["limit"]["weights"] == pytest.approx({"x1": 10, "x2": 20}, rel=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_divergence_is_foretold(dtype: str, capsys: Capture) -> None:
    given = ["--lr", "0.034"]
    foretold = explain_json(capsys, *given)["theory"]["forecast"][dtype]
    code, result = train_json(capsys, *given, "--dtype", dtype)
    assert (code, result["status"]) == (3, "diverged")
    assert foretold["overflow_epoch"] == pytest.approx(result["status_epoch"], rel=0.01)
    assert [foretold[name] for name in ("freeze_epoch", "freeze_spread", "digits")] == 3 * [None]


def test_a_million_epochs_are_leapt_to_where_training_ends(capsys: Capture) -> None:
    given = ["--epochs", "1000000"]
    leap = explain_json(capsys, *given)["theory"]["leap"]
    _, result = train_json(capsys, *given)
    assert leap["epoch"] == 1_000_000
    assert leap["weights"] == pytest.approx(result["weights"], rel=1e-9)
    assert leap["loss"] == pytest.approx(result["loss"], rel=1e-9)


def test_a_start_that_only_rounding_drives_away_is_told_as_such(
    write: Write, capsys: Capture
) -> None:
    """Y = a - b has no part in the steepest direction, a + b; the run diverges all the same."""
    path = str(write("a,b,y\n1,2.5,-1.5\n2.5,1,1.5\n"))
    given = [path, "--no-standardize", "--no-bias", "--init", "zeros", "--lr", "0.175"]
    code, text, _ = command(capsys, "explain", *given, "--epochs", "1000")
    assert code == 0
    assert "forecast in float64: diverges, but from which epoch on is up to rounding" in text
    (row,) = [line.split() for line in text.splitlines() if line.startswith("a ")]
    assert row == ["a", "1", "1"]
    assert text.endswith("were exactly 0\n")


def test_a_direction_too_flat_for_float64_is_told_and_nothing_of_its_epochs(
    write: Write, capsys: Capture
) -> None:
    path = str(write("a,b,y\n1,2e-200,3\n3,5e-200,4\n2,1e-200,9\n"))
    code, text, _ = command(capsys, "explain", path, "--no-standardize", "--no-bias")
    assert code == 0
    assert "too flat for float64 to have its eigenvalue" in text
    assert "in the end" in text
    assert not [words for words in ("forecast", "exact arithmetic  ") if words in text]


def test_a_condition_number_says_over_which_eigenvalues_it_is(capsys: Capture) -> None:
    assert "condition number of the Hessian 343\n" in explain(capsys)[1]
    assert ", over its eigenvalues that are not zero\n" in explain(capsys, "--bias")[1]


def test_columns_that_depend_on_each_other_are_named(capsys: Capture) -> None:
    told = explain_json(capsys, "--bias")["theory"]
    assert (told["rank"], told["weights"], told["unique"]) == (2, 3, False)
    assert told["dependence"] == ["x2 = x1 + 1"]
    code, text, _ = explain(capsys, "--bias")
    assert code == 0
    assert "rank 2 of 3" in text
    assert "x2 = x1 + 1" in text
    assert "determined: w(x1) + w(x2)" in text


def test_a_fit_that_is_not_unique_is_judged_by_its_loss(capsys: Capture) -> None:
    given = ["--bias", "--lr", "0.01", "--epochs", "200000"]
    code, result = train_json(capsys, *given)
    assert (code, result["theory"]["unique"]) == (0, False)
    assert result["status"] in ("frozen", "done")
    assert result["loss"] == pytest.approx(result["optimum"]["loss"], abs=1e-20)
    # The weights are not the optimum's, which is one of many, but those of this start.
    assert result["weights"]["x1"] != pytest.approx(result["optimum"]["weights"]["x1"], rel=1e-3)
    limit = result["theory"]["limit"]["weights"]
    assert result["weights"] == pytest.approx(limit, rel=1e-9)
    assert result["digits"] > 9


def test_explaining_imports_no_torch_and_no_screen() -> None:
    program = (
        "from tui.cli.program import run\n"
        "assert run(['explain', '--epochs', '1000000']) == 0\n"
        "import sys\n"
        "print(*sorted({'torch', 'textual', 'rich', 'plotext'} & set(sys.modules)), 'loaded')"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout.splitlines()[-1].strip() == "loaded"


def test_the_text_says_the_same_as_the_json(capsys: Capture) -> None:
    code, text, err = explain(capsys, "--epochs", "500000", "--digits", "17")
    told = explain_json(capsys, "--epochs", "500000")["theory"]
    assert (code, err) == (0, "")
    assert "nothing was run" in text
    assert f"{told['lr']['epochs_per_digit']:,.0f} epochs per decimal digit" in text
    for dtype in ("float32", "float64"):
        frozen = told["forecast"][dtype]["freeze_epoch"]
        spread = told["forecast"][dtype]["freeze_spread"]
        assert (
            f"forecast in {dtype}: stands still or circles near epoch {frozen:,}, mostly within a "
            f"factor {spread:g}, with about"
        ) in text
    for name, weight in told["leap"]["weights"].items():
        (line,) = (line for line in text.splitlines() if line.startswith(f"{name} "))
        assert float(line.split()[1]) == pytest.approx(weight, rel=1e-13)


def test_a_divergence_in_words(capsys: Capture) -> None:
    _, text, _ = explain(capsys, "--lr", "0.034")
    assert "diverges: an epoch multiplies the distance by 1.0566" in text
    assert "exact arithmetic is beyond any float64" in text
    assert "correct digits" not in text


def test_nothing_of_a_run_is_there_to_stop(capsys: Capture) -> None:
    plain = explain(capsys, "--epochs", "50")
    assert explain(capsys, "--epochs", "50", "--until", "loss < 1e9", "--tol", "0.5") == plain
    code, out, _ = explain(capsys, "--until", "loss <")
    assert (code, out) == (2, "")


def test_names_from_a_file_drive_no_terminal(write: Write, capsys: Capture) -> None:
    table = write("a\x1b[31m,b,y\n1,2,1\n2,4,3\n4,8,5\n")
    code, text, err = explain(capsys, str(table))
    assert code in (0, 2)
    assert "\x1b" not in text + err


@pytest.mark.parametrize("name", ["train", "explain"])
@pytest.mark.parametrize("epochs", [-1, 10**15 + 1, 10**30])
def test_a_number_of_epochs_that_cannot_be_counted_is_refused(
    name: str, epochs: int, capsys: Capture
) -> None:
    code, out, err = command(capsys, name, "--epochs", str(epochs))
    assert (code, out) == (2, "")
    check_one_line(err)


def test_10_to_the_12_epochs_take_no_time(capsys: Capture) -> None:
    leap = explain_json(capsys, "--epochs", str(10**12))["theory"]["leap"]
    assert leap["weights"] == pytest.approx({"x1": 10, "x2": 20}, rel=1e-12)


IRRELEVANT = "a,b,y\n1,5,4\n2,3,7\n4,4,13\n7,1,22\n3,9,10\n8,2,25\n"
"""y = 3a + 1, and b does not matter."""


def test_a_weight_of_0_is_0_wherever_it_is_told(write: Write, capsys: Capture) -> None:
    path = str(write(IRRELEVANT))
    told = explain_json(capsys, path)["theory"]
    assert told["limit"]["weights"] == {"a": 3, "b": 0}
    assert told["limit"]["known_digits"] > 15
    assert told["leap"]["weights"]["b"] == 0
    _, text, _ = explain(capsys, path)
    (row,) = (line for line in text.splitlines() if line.startswith("b "))
    assert row.split() == ["b", "0", "0"]
    assert "least-squares solution known" not in text
    # A weight of 0 has no last digit that would hold it.
    assert "only rounding moves it beyond epoch 119, mostly within a factor 2, with about" in text
    code, result = train_json(capsys, path, "--backend", "numpy", "--epochs", "3000")
    assert code == 0
    assert result["digits"] > 14
    assert result["optimum"]["weights"] == {"a": 3, "b": 0}
    assert result["digits"] == pytest.approx(told["forecast"]["float64"]["digits"], abs=0.7)
    _, text, _ = command(capsys, "train", path, "--epochs", "200")
    (row,) = (line for line in text.splitlines() if line.startswith("b "))
    assert row.split()[-1] == "0"


def test_how_many_digits_are_known_is_told_where_they_are_few(
    write: Write, capsys: Capture
) -> None:
    rows = "".join(f"{row},{1956 + row / 12:.15g},{row * row % 7}\n" for row in range(60))
    path = str(write(f"rownames,time,y\n{rows}"))
    known = explain_json(capsys, path)["theory"]["limit"]["known_digits"]
    assert 0 < known < 6
    _, text, _ = explain(capsys, path)
    count = f"to about {known:.1f} digits" if known >= 1 else "to no digit"
    assert f"least-squares solution known {count}" in text
    (row,) = (line for line in text.splitlines() if line.startswith("time "))
    last = row.split()[-1]
    assert last == "unknown" or len(last.strip("-").split("e")[0].rstrip("0.")) <= known + 1


def test_no_end_is_foretold_where_weights_drift(write: Write, capsys: Capture) -> None:
    """Here c = a + b; a column of zeros, as a constant one is when standardised, moves none."""
    path = str(write("a,b,c,y\n1,2,3,4\n2,5,7,1\n4,1,5,3\n3,3,6,9\n5,8,13,2\n"))
    foretold = explain_json(capsys, path)["theory"]["forecast"]
    for dtype in ("float32", "float64"):
        assert foretold[dtype]["drifts"]
        assert foretold[dtype]["freeze_epoch"] is foretold[dtype]["digits"] is None
    _, text, _ = explain(capsys, path)
    assert "no end foretold: columns depend on each other" in text
    path = str(write("a,b,c,y\n1,2,3,4\n2,5,3,1\n4,1,3,3\n3,3,3,9\n5,8,3,2\n"))
    foretold = explain_json(capsys, path)["theory"]["forecast"]
    assert not foretold["float64"]["drifts"]
    assert foretold["float64"]["digits"] > 13
