"""What is typed into the prompts, and what the screen makes of it: pure functions."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core import MOST_EPOCHS, ExpressionError, LinregError, TrainConfig
from tui.pages.breakpoints import read_conditions
from tui.pages.prompt import read_best_rate, read_epochs

# --- Epochs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "epochs"),
    [
        ("1", 1),
        ("500", 500),
        ("007", 7),
        ("1,000,000", 1_000_000),
        ("1_000", 1000),
        ("1 000", 1000),
        (" 12 ", 12),
        ("1e6", 1_000_000),
        ("25e1", 250),
        ("1e15", MOST_EPOCHS),
        (str(MOST_EPOCHS), MOST_EPOCHS),
    ],
)
def test_epochs_as_typed(text: str, epochs: int) -> None:
    assert read_epochs(text) == epochs


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "0e5",
        "-1",
        "+1",
        "1.5",
        "abc",
        "1e",
        "e6",
        "1e6e6",
        "1e-1",
        "nan",
        "inf",
        "1\n2",
        "٣",  # a digit, but not one of ours
        "１",
        "1e16",
        "1e99",
        str(MOST_EPOCHS + 1),
        "9" * 5000,
    ],
)
def test_epochs_that_are_no_number_of_epochs(text: str) -> None:
    with pytest.raises(LinregError, match=f"from 1 to {MOST_EPOCHS:,}, please"):
        read_epochs(text)


@pytest.mark.parametrize(("text", "least"), [("0", 0), ("5", 5), ("6", 5)])
def test_the_least_epoch_is_an_epoch(text: str, least: int) -> None:
    assert read_epochs(text, least=least) == int(text)


def test_epochs_before_the_least_are_refused() -> None:
    with pytest.raises(LinregError, match="from 5 to"):
        read_epochs("4", least=5)


@given(st.text(alphabet="0123456789eE., _-+x", max_size=24), st.integers(0, 100))
def test_epochs_typed_are_taken_within_limits_or_refused(text: str, least: int) -> None:
    epochs = least
    with suppress(LinregError):
        epochs = read_epochs(text, least=least)
    assert least <= epochs <= MOST_EPOCHS


# --- Conditions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_no_conditions_are_allowed(text: str) -> None:
    assert read_conditions(text) == text


@pytest.mark.parametrize("text", ["loss < 1e-3", " frozen or epoch == 5", "not finite"])
def test_conditions_stay_as_they_are_typed(text: str) -> None:
    assert read_conditions(text) == text


@given(st.text(alphabet="<=>01e-or fsx", min_size=1, max_size=30).filter(str.strip))
def test_a_fault_has_a_place_in_the_text(text: str) -> None:
    """No condition can be written with these letters."""
    with pytest.raises(ExpressionError) as refused:
        read_conditions(text)
    assert 0 <= refused.value.position <= len(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [("", "best"), ("  ", "best"), ("50", "best:50"), ("1e6", "best:1000000"), ("7,0", "best:70")],
)
def test_the_rule_of_the_best_rate(text: str, rule: str) -> None:
    assert read_best_rate(text) == rule
    assert TrainConfig(lr=rule).lr == rule


@pytest.mark.parametrize("text", ["0", "-1", "x", "best", "1.5"])
def test_no_number_of_epochs_is_no_rule(text: str) -> None:
    with pytest.raises(LinregError):
        read_best_rate(text)
