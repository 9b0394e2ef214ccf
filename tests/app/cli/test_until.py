"""Where a run without a screen ends before its number of epochs: by a condition, or by itself."""

from __future__ import annotations

import math

import pytest

from linreg_core import BACKENDS
from tests.app.command import Capture, train, train_json
from tests.app.reports import after
from tests.places import SHARED

NORRIS = SHARED / "nist" / "Norris.csv"

LOSS = ["--until", "loss < 1e-3", "--lr", "0.03"]

# --- Conditions -----------------------------------------------------------------------------------


def test_it_ends_at_the_first_epoch_at_which_the_condition_holds(capsys: Capture) -> None:
    code, result = train_json(capsys, *LOSS)
    epochs = result["epochs"]
    assert (code, result["status"], result["status_epoch"]) == (0, "done", None)
    assert result["stopped_by"] == ["loss < 0.001"]
    assert result["loss"] < 1e-3
    _, same = train_json(capsys, "--lr", "0.03", "--epochs", str(epochs))
    assert (same["loss"], same["weights"]) == (result["loss"], result["weights"])
    assert same["stopped_by"] == []
    _, before = train_json(capsys, "--lr", "0.03", "--epochs", str(epochs - 1))
    assert before["loss"] >= 1e-3


def test_every_backend_ends_at_the_same_epoch_in_float64(capsys: Capture) -> None:
    """From the same weights; the last digits differ, and the loss falls by 1 % an epoch."""
    given = [*LOSS, "--dtype", "float64", "--init", "zeros"]
    ends = {name: train_json(capsys, *given, "--backend", name)[1]["epochs"] for name in BACKENDS}
    assert len(set(ends.values())) == 1, ends


def test_an_epoch_is_a_condition_too(capsys: Capture) -> None:
    code, result = train_json(capsys, "--until", "epoch == 12345", "--epochs", "20000")
    assert (code, result["epochs"], result["stopped_by"]) == (0, 12_345, ["epoch == 12345"])
    assert list(result["weights"].values()) == after(12_345).raw_weights.tolist()


def test_the_first_of_several_ends_it_and_is_named(capsys: Capture) -> None:
    given = ["--until", "epoch == 5 or gradient < 1 or loss rises", "--lr", "0.01"]
    _, result = train_json(capsys, *given)
    assert (result["epochs"], result["stopped_by"]) == (5, ["epoch == 5"])
    given[1] = "gradient < 1 or loss rises"
    _, result = train_json(capsys, *given)
    end = result["epochs"]
    assert result["stopped_by"] == ["gradient < 1.0"]
    assert (
        abs(after(end, lr=0.01).gradient).max() < 1 <= abs(after(end - 1, lr=0.01).gradient).max()
    )


def test_a_condition_that_never_holds_is_no_reason_to_stop(capsys: Capture) -> None:
    _, result = train_json(capsys, "--until", "loss rises", "--epochs", "1000")
    assert (result["epochs"], result["status"], result["stopped_by"]) == (1_000, "done", [])


def test_not_finite_is_a_divergence(capsys: Capture) -> None:
    code, result = train_json(capsys, "--until", "not finite", "--lr", "0.05")
    assert (code, result["status"], result["stopped_by"]) == (3, "diverged", ["not finite"])
    assert all(math.isfinite(weight) for weight in result["weights"].values())


def test_the_table_says_what_ended_it(capsys: Capture) -> None:
    _, out, _ = train(capsys, "--until", "epoch == 7 or loss < 1e9")
    assert "stopped by loss < 1000000000.0 after 0 epochs" in out
    _, out, _ = train(capsys, "--until", "epoch == 7 or frozen")
    assert "stopped by epoch == 7 after 7 epochs" in out


@pytest.mark.parametrize(
    ("expression", "position", "words"),
    [
        ("loss < x", 7, "expected a number"),
        ("loss", 4, "expected < or rises"),
        ("epoch == 5 or", 13, "expected epoch or loss or gradient or frozen or not"),
        ("frozen and not finite", 7, 'expected "or" or the end'),
        ("gradient < -1", 11, "expected a number"),
    ],
)
def test_a_bad_expression_has_a_caret_under_its_fault(
    expression: str, position: int, words: str, capsys: Capture
) -> None:
    code, out, err = train(capsys, "--until", expression)
    assert (code, out) == (2, "")
    message, shown, caret = err.splitlines()
    assert message.startswith("error: ")
    assert words in message
    assert shown == "  " + expression
    assert caret == "  " + " " * position + "^"
    code, refusal = train_json(capsys, "--until", expression)
    assert (code, refusal["error"]["code"]) == (2, "bad-condition")
    assert words in refusal["error"]["message"]


def test_a_hostile_expression_is_shown_harmlessly(capsys: Capture) -> None:
    code, _, err = train(capsys, "--until", "\x1b]0;x\x07 loss")
    assert code == 2
    assert r"\x1b]0;x\x07 loss" in err
    assert err.replace("\n", "").isprintable()


# --- Runs that repeat themselves ------------------------------------------------------------------


def test_a_frozen_run_says_since_when_and_skips_the_rest(capsys: Capture) -> None:
    given = ["--backend", "tensor", "--lr", "0.03"]
    code, result = train_json(capsys, *given, "--epochs", str(10**15))
    assert (code, result["status"], result["epochs"]) == (0, "frozen", 10**15)
    assert result["cycle_length"] is None
    first = result["status_epoch"]
    for epochs, frozen in ((first, True), (first - 1, False)):
        _, there = train_json(capsys, *given, "--epochs", str(epochs))
        assert (there["weights"] == result["weights"]) == frozen
    _, stopped = train_json(capsys, *given, "--until", "frozen")
    assert (stopped["epochs"], stopped["stopped_by"]) == (first, ["frozen"])


def test_a_cycle_says_how_long_it_is_and_since_when(capsys: Capture) -> None:
    if not NORRIS.exists():
        pytest.skip(f"{NORRIS} is not part of the project")
    given = [str(NORRIS), "--dtype", "float32", "--lr", "best"]
    code, result = train_json(capsys, *given)
    assert (code, result["status"], result["epochs"]) == (0, "cycle", 1_000_000)
    length, first = result["cycle_length"], result["status_epoch"]
    assert length > 1
    states = []
    for epoch in (first, first + length, first + 1):
        _, there = train_json(capsys, *given, "--epochs", str(epoch))
        states.append((there["weights"], there["bias"]))
    assert states[0] == states[1] != states[2]
