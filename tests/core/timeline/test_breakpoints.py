"""How conditions are written, and where in a fault the caret stands."""

from __future__ import annotations

import math
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linreg_core.errors import ExpressionError, LinregError
from linreg_core.timeline.breakpoints import GRAMMAR, Breakpoint, Kind, parse_breakpoints
from tests.core.cases import steady
from tests.lengths import examples

POSITIVE = st.floats(min_value=0, allow_nan=False, allow_infinity=False)

CONDITIONS = st.one_of(
    st.integers(0, 10**15 - 1).map(lambda epoch: Breakpoint(Kind.EPOCH, float(epoch))),
    st.builds(Breakpoint, st.sampled_from([Kind.LOSS, Kind.GRADIENT]), POSITIVE.map(abs)),
    st.sampled_from([Kind.LOSS_RISES, Kind.FROZEN, Kind.NOT_FINITE]).map(Breakpoint),
)


@given(found=st.lists(CONDITIONS, min_size=1, max_size=4))
@settings(steady, max_examples=examples(200))
def test_what_is_written_is_read_back(found: list[Breakpoint]) -> None:
    text = " or ".join(str(condition) for condition in found)
    assert parse_breakpoints(text) == tuple(found)


@given(found=CONDITIONS, blanks=st.lists(st.sampled_from(["", " ", "  ", "\t"]), min_size=5))
@settings(steady, max_examples=examples(100))
def test_blanks_change_nothing_and_signs_need_none(found: Breakpoint, blanks: list[str]) -> None:
    words = str(found).split()
    gaps = [
        blank if {"<", "=="} & {left, right} else blank + " "
        for blank, left, right in zip(blanks, words, words[1:], strict=False)
    ]
    text = blanks[-1] + words[0]
    for gap, word in zip(gaps, words[1:], strict=True):
        text += gap + word
    assert parse_breakpoints(text + blanks[-2]) == (found,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("epoch==500", [Breakpoint(Kind.EPOCH, 500.0)]),
        ("loss<1e-3", [Breakpoint(Kind.LOSS, 1e-3)]),
        ("loss < .5", [Breakpoint(Kind.LOSS, 0.5)]),
        ("gradient < 1.E+2", [Breakpoint(Kind.GRADIENT, 100.0)]),
        ("not   finite or frozen", [Breakpoint(Kind.NOT_FINITE), Breakpoint(Kind.FROZEN)]),
        ("loss rises or loss < 2", [Breakpoint(Kind.LOSS_RISES), Breakpoint(Kind.LOSS, 2.0)]),
    ],
)
def test_conditions_as_a_person_writes_them(text: str, expected: list[Breakpoint]) -> None:
    assert parse_breakpoints(text) == tuple(expected)


def test_every_example_of_the_grammar_can_be_read_and_every_kind_has_one() -> None:
    examples = [parse_breakpoints(example)[0] for example in GRAMMAR.split(", ")]
    assert [example.kind for example in examples] == list(Kind)


@pytest.mark.parametrize(
    ("text", "caret", "expected"),
    [
        ("", "^", "expected epoch or loss or gradient or frozen or not;"),
        ("   ", "^", "expected epoch or loss or gradient or frozen or not;"),
        ("los < 1", "^", "expected epoch or loss"),
        ("  lr < 1", "  ^", "expected epoch or loss"),
        ("Loss < 1", "^", "expected epoch or loss"),
        ("loss > 1", "     ^", "expected < or rises;"),
        ("loss <= 1", "     ^", "expected < or rises;"),
        ("loss", "    ^", "expected < or rises;"),
        ("loss <", "      ^", "expected a number;"),
        ("loss <  ", "      ^", "expected a number;"),
        ("loss < x", "       ^", "expected a number;"),
        ("loss < -1", "       ^", "expected a number;"),
        ("loss < nan", "       ^", "expected a number;"),
        ("loss < inf", "       ^", "expected a number;"),
        ("loss < 1_000", "       ^", "expected a number;"),
        ("loss < ١", "       ^", "expected a number;"),
        ("loss < 1e", "       ^", "expected a number;"),
        ("loss < 1e999", "       ^", "expected a number"),
        ("gradient < " + "9" * 400, "           ^", "expected a number"),
        ("loss < 1 2", "         ^", 'expected "or" or the end;'),
        ("loss < 1 and frozen", "         ^", 'expected "or" or the end;'),
        ("loss < 1 OR frozen", "         ^", 'expected "or" or the end;'),
        ("gradient rises", "         ^", "expected <;"),
        ("epoch = 5", "      ^", "expected ==;"),
        ("epoch == 5.5", "         ^", "expected a whole number;"),
        ("epoch == -5", "         ^", "expected a whole number;"),
        ("epoch == 1e3", "         ^", "expected a whole number;"),
        ("epoch == 1000000000000000", "         ^", "expected a whole number;"),
        ("not", "   ^", "expected finite;"),
        ("not frozen", "    ^", "expected finite;"),
        ("frozen solid", "       ^", 'expected "or" or the end;'),
        ("or frozen", "^", "expected epoch or loss"),
        ("frozen or", "         ^", "expected epoch or loss"),
        ("frozen or or frozen", "         ^", "expected epoch or loss"),
        ("frozen or\tloss > 1", "               ^", "expected < or rises;"),
        ("floor < 1", "^", "expected epoch or loss"),
        ("frozen; frozen", "^", "expected epoch or loss"),
        ("loss < 1\x1b[2J", "       ^", "expected a number;"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, caret: str, expected: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse_breakpoints(text)
    error = refusal.value
    assert isinstance(error, LinregError)
    assert (error.code, error.expression) == ("bad-condition", text)
    assert " " * error.position + "^" == caret
    assert error.message.startswith(expected)
    assert GRAMMAR in error.message
    assert error.message.isprintable()  # what was written is not in it


WORDS = [
    *"<=>!. 05e-\t\x1b١",
    "epoch",
    "loss",
    "gradient",
    "rises",
    "frozen",
    "not",
    "finite",
    "or",
]
TEXTS = st.text() | st.lists(st.sampled_from([*WORDS, " ", " ", "=="]), max_size=12).map("".join)


@given(text=TEXTS)
@settings(steady, max_examples=examples(300))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        found = parse_breakpoints(text)
    except ExpressionError as refusal:
        error = refusal
    else:
        assert parse_breakpoints(" or ".join(map(str, found))) == found
        assert all(condition.value is None or condition.value < math.inf for condition in found)
        return
    assert 0 <= error.position <= len(text)
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__
