"""The worksheet: every line, worked out from its own text, gives the result that it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from linreg_core.backends.formula_text import LEAST_DIGITS, OPERAND_DIGITS, write_number
from linreg_core.backends.load import load_backend
from linreg_core.backends.phases import (
    MOST_FEATURES,
    MOST_ROWS,
    ZERO_GRAD,
    Numbers,
)
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
from tests.core.cases import Case, article, drawn_problem, problem_of, problems, steady, walk

NUMBER = r"−?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?"
MOST_DIGITS = {"float32": 7, "float64": 10}
"""Of a result, as written."""
MORE = re.compile(r"… [0-9,]+ more (row|weight)s?")


@dataclass
class Line:
    """A line read by nothing but its text.

    Args:
        name: what stands before the first sign.
        operands: the numbers put in, as written, in their order.
        rests: which of them stand for terms that are not written out.
        value: what they come to, exactly.
        sign: "=" or "≈" before the result.
        result: as written.
    """

    name: str
    sign: str
    result: str
    value: Fraction = Fraction(0)
    operands: list[str] = field(default_factory=list)
    rests: list[str] = field(default_factory=list)


def number(text: str) -> Fraction:
    assert re.fullmatch(NUMBER, text), text
    return Fraction(text.replace("−", "-"))


def last_place(text: str) -> Fraction:
    """The worth of the last digit of a number as written."""
    digits, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(digits.partition(".")[2]))


def read(line: str, name: str) -> Line:
    """Read a line with numbers: a sum of terms, or a weight less its step."""
    match = re.fullmatch(rf"{re.escape(name)} ([=←]) (.*) ([=≈]) ({NUMBER})", line)
    assert match, line
    _, body, sign, result = match.groups()
    found = Line(name, sign, result)
    factor = Fraction(1)
    bracketed = re.fullmatch(r"(−?[0-9]+)/([0-9,]+)·\[(.*)\]", body)
    if bracketed:
        factor = Fraction(int(bracketed[1].replace("−", "-")), int(bracketed[2].replace(",", "")))
        body = bracketed[3]
    step = re.fullmatch(rf"({NUMBER}) − ({NUMBER})·(.*)", body)
    if match[1] == "←":
        assert step, line
        found.operands = [step[1], step[2], bare(step[3])]
        one, rate, gradient = map(number, found.operands)
        found.value = one - rate * gradient
        return found
    for term in body.split(" + "):
        rest = re.fullmatch(r"… [0-9,]+ more: (.*)", term)
        if rest:
            found.rests.append(bare(rest[1]))
            found.value += number(found.rests[-1])
        elif term.endswith("²"):
            found.operands.append(bare(term[:-1]))
            found.value += number(found.operands[-1]) ** 2
        else:
            pair = [bare(part) for part in term.split("·")]
            found.operands += pair
            found.value += number(pair[0]) * number(pair[1])
    found.value *= factor
    return found


def bare(text: str) -> str:
    """A factor without its brackets, which a negative one has."""
    assert text.startswith("(") == text.endswith(")")
    assert text.startswith("(") or "−" not in text, text
    return text.strip("()")


def is_rounded(text: str, value: float, digits: range) -> bool:
    return text.replace("−", "-") in {write_number(value, count) for count in digits}


def judge(found: Line, result: float, operands: list[float], digits: int) -> None:
    """Hold a line to what was promised of it."""
    if found.sign == "=":
        assert abs(found.value - number(found.result)) <= last_place(found.result) / 2, found
        assert is_rounded(found.result, result, range(LEAST_DIGITS, digits + 1))
    else:
        assert is_rounded(found.result, result, range(LEAST_DIGITS, LEAST_DIGITS + 1))
    assert len(found.operands) == len(operands)
    for text, value in zip(found.operands, operands, strict=True):
        assert is_rounded(text, value, OPERAND_DIGITS), (found, text, value)


def judge_rest(found: Line, terms: list[tuple[float, float]]) -> None:
    """Whether the rest is the sum of the terms left out, as far as its digits and float64 go."""
    if not terms:
        assert found.rests == []
        return
    (rest,) = found.rests
    products = [Fraction(one) * Fraction(other) for one, other in terms]
    rounding = len(terms) * Fraction(1, 2**52) * sum(map(abs, products))
    assert abs(number(rest) - sum(products)) <= last_place(rest) / 2 + rounding


def judge_phases(numbers: Numbers, lines: dict[str, tuple[str, ...]]) -> list[Line]:
    """Read every line of an epoch that is done, and hold each to the backend's numbers."""
    n, p = numbers.X.shape
    rows, features = min(n, MOST_ROWS), min(p, MOST_FEATURES)
    X, errors = numbers.X.astype(float), 0 - numbers.residual.astype(float)
    weights = numbers.weights.astype(float)
    found: list[Line] = []

    def line(
        text: str, name: str, result: float, operands: list[float], rest: list[tuple[float, float]]
    ) -> None:
        found.append(read(text, name))
        judge(found[-1], result, operands, MOST_DIGITS[str(numbers.weights.dtype)])
        judge_rest(found[-1], rest)

    forward, more = lines["forward"][:rows], lines["forward"][rows:]
    assert more == told_more(n - rows, "row")
    for i, text in enumerate(forward):
        pairs = list(zip(X[i], weights, strict=True))
        flat = [value for pair in pairs[:features] for value in pair]
        line(text, f"ŷ{'₀₁₂₃₄'[i + 1]}", float(numbers.prediction[i]), flat, pairs[features:])

    (text,) = lines["loss"]
    squares = [(value, value) for value in errors[rows:]]
    line(text, "MSE", numbers.loss, list(errors[:rows]), squares)

    gradient, more = lines["gradient"][:features], lines["gradient"][features:]
    assert more == told_more(p - features, "weight")
    for j, text in enumerate(gradient):
        pairs = list(zip(X[:, j], errors, strict=True))
        flat = [value for pair in pairs[:rows] for value in pair]
        line(text, numbers.gradient_names[j], float(numbers.gradient[j]), flat, pairs[rows:])

    update, more = lines["update"][:features], lines["update"][features:]
    assert more == told_more(p - features, "weight")
    for j, text in enumerate(update):
        step = [weights[j], numbers.lr, float(numbers.gradient[j])]
        line(text, numbers.names[j], float(numbers.updated[j]), step, [])
    return found


def told_more(count: int, what: str) -> tuple[str, ...]:
    return (f"… {count:,} more {what}{'s' if count > 1 else ''}",) if count > 0 else ()


def numbers_of(case: Case, problem: Problem, epoch: int, **wishes: object) -> Numbers:
    """The numbers of an epoch by single epochs of a fresh backend."""
    backend = case.build(problem, **wishes)
    (before, there), (after, _) = islice(walk(backend), epoch, epoch + 2)
    trainer = Trainer(problem, case.config(**wishes))
    names = trainer.snapshot().run.names
    return Numbers(
        X=trainer._design.X.astype(case.dtype),
        y=problem.y,
        names=names,
        gradient_names=[backend.gradient_name(i, name) for i, name in enumerate(names)],
        lr=trainer.settings.lr,
        weights=before,
        prediction=there.prediction,
        residual=there.residual,
        loss=there.loss,
        gradient=there.gradient,
        updated=after,
    )


def worksheet(trainer: Trainer) -> dict[str, tuple[str, ...]]:
    return dict(trainer.snapshot().worksheet.lines)


# --- on the backends


@given(data=st.data())
@settings(steady, max_examples=12)
def test_every_line_gives_the_result_that_it_says(seedless: Case, data: DataObject) -> None:
    bias = data.draw(st.booleans(), label="bias")
    problem = data.draw(problems(seedless, bias=bias))
    lr = data.draw(st.sampled_from([1e-4, "auto", "best"]), label="lr")
    epoch = data.draw(st.integers(0, 3) | st.integers(0, 60), label="epoch")
    wishes = {"bias": bias, "lr": lr, "init": data.draw(st.sampled_from(["random", "article"]))}
    assume(lr == 1e-4 or problem.X.any())  # or no rate follows
    trainer = Trainer(problem, seedless.config(**wishes))
    assume(trainer.run(epoch + 1) == epoch + 1)
    judge_phases(numbers_of(seedless, problem, epoch, **wishes), worksheet(trainer))


def test_the_lines_of_the_article_are_equations(seedless: Case) -> None:
    """Not one "≈" in the epochs that a reader will work out by hand."""
    trainer = Trainer(article(), seedless.config())
    for epoch in range(40):
        trainer.step()
        lines = judge_phases(numbers_of(seedless, article(), epoch), worksheet(trainer))
        assert len(lines) == 8
        assert {line.sign for line in lines} == {"="}


# --- to the letter


def lines_after(trainer: Trainer, phases: int) -> list[str]:
    for _ in range(phases):
        trainer.phase()
    return [line for _, lines in trainer.snapshot().worksheet.lines for line in lines]


def test_the_first_epoch_of_the_article_by_hand() -> None:
    """Issue 3, must show 1."""
    trainer = Trainer(article(), TrainConfig(backend="numpy"))
    assert lines_after(trainer, 3) == [
        "ŷ₁ = 1·0.1 + 2·0.1 = 0.3",
        "ŷ₂ = 3·0.1 + 4·0.1 = 0.7",
        "ŷ₃ = 5·0.1 + 6·0.1 = 1.1",
        "MSE = 1/3·[49.7² + 109.3² + 168.9²] = 14314.59667",
        "∂MSE/∂x1 = −2/3·[1·49.7 + 3·109.3 + 5·168.9] = −814.7333333",
        "∂MSE/∂x2 = −2/3·[2·49.7 + 4·109.3 + 6·168.9] = −1033.333333",
        "w ← w − lr·∂MSE/∂w",
    ]
    assert [f"{value:.6f}" for value in trainer.snapshot().gradient] == [
        "-814.733333",
        "-1033.333333",
    ]
    assert lines_after(trainer, 1)[-2:] == [
        "x1 ← 0.1 − 0.0001·(−814.733333) = 0.1814733333",
        "x2 ← 0.1 − 0.0001·(−1033.333333) = 0.2033333333",
    ]
    one_epoch = Trainer(article(), TrainConfig(backend="numpy"))
    one_epoch.step()
    assert trainer.snapshot().weights.tolist() == one_epoch.snapshot().weights.tolist()


def test_two_weights_are_told_by_the_names_of_the_article() -> None:
    trainer = Trainer(article(), TrainConfig(backend="numpy-two-weights"))
    assert lines_after(trainer, 3)[4:6] == [
        "df_w0 = −2/3·[1·49.7 + 3·109.3 + 5·168.9] = −814.7333333",
        "df_w1 = −2/3·[2·49.7 + 4·109.3 + 6·168.9] = −1033.333333",
    ]


def test_what_is_too_much_for_a_page_is_summed_up() -> None:
    X = np.arange(1.0, 31.0).reshape(6, 5)
    trainer = Trainer(problem_of(X, X.sum(axis=1)), TrainConfig(init=0.5))
    assert lines_after(trainer, 4) == [
        "ŷ₁ = 1·0.5 + 2·0.5 + 3·0.5 + … 2 more: 4.5 = 7.5",
        "ŷ₂ = 6·0.5 + 7·0.5 + 8·0.5 + … 2 more: 9.5 = 20",
        "ŷ₃ = 11·0.5 + 12·0.5 + 13·0.5 + … 2 more: 14.5 = 32.5",
        "ŷ₄ = 16·0.5 + 17·0.5 + 18·0.5 + … 2 more: 19.5 = 45",
        "… 2 more rows",
        "MSE = 1/6·[7.5² + 20² + 32.5² + 45² + … 2 more: 8206.25] = 1957.291667",
        "∂MSE/∂x1 = −2/6·[1·7.5 + 6·20 + 11·32.5 + 16·45 + … 2 more: 3027.5] = −1410.833333",
        "∂MSE/∂x2 = −2/6·[2·7.5 + 7·20 + 12·32.5 + 17·45 + … 2 more: 3155] = −1488.333333",
        "∂MSE/∂x3 = −2/6·[3·7.5 + 8·20 + 13·32.5 + 18·45 + … 2 more: 3282.5] = −1565.833333",
        "… 2 more weights",
        "x1 ← 0.5 − 0.0001·(−1410.833333) = 0.6410833333",
        "x2 ← 0.5 − 0.0001·(−1488.333333) = 0.6488333333",
        "x3 ← 0.5 − 0.0001·(−1565.833333) = 0.6565833333",
        "… 2 more weights",
    ]


@pytest.mark.parametrize(("rows", "features"), [(4, 3), (5, 3), (4, 4), (1, 1), (5, 4)])
def test_a_rest_of_one_is_one(rows: int, features: int) -> None:
    problem = problem_of(np.eye(rows, features) + 1, np.arange(1.0, rows + 1))
    lines = lines_after(Trainer(problem, TrainConfig()), 4)
    assert lines.count("… 1 more row") == (rows == 5)
    assert lines.count("… 1 more weight") == 2 * (features == 4)
    assert sum("… 1 more: " in line for line in lines) == (
        (rows == 5) * (1 + min(features, 3)) + (features == 4) * min(rows, 4)
    )


# --- phase by phase


def test_numbers_stand_in_the_phases_that_were_run_and_nowhere_else(seedless: Case) -> None:
    problem = drawn_problem(seedless, rows=6, weights=5)
    trainer = Trainer(problem, seedless.config())
    trainer.run(2)
    phases = load_backend(seedless.backend).PHASES
    numbers = numbers_of(seedless, problem, 2)
    whole = {phase.name: phase.written(numbers) for phase in phases}
    for done in range(1, len(phases)):
        trainer.phase()
        sheet = trainer.snapshot().worksheet
        assert (sheet.epoch, sheet.done) == (2, done)
        for index, (phase, (name, lines)) in enumerate(zip(phases, sheet.lines, strict=True)):
            assert name == phase.name
            assert lines == (whole[name] if index < done else (phase.formula,))
            if index < done and phase is not ZERO_GRAD:
                assert all(
                    re.search(r"[=≈] −?[0-9]", line) or MORE.fullmatch(line) for line in lines
                )
    trainer.phase()
    sheet = trainer.snapshot().worksheet
    assert (sheet.epoch, sheet.done, dict(sheet.lines)) == (2, len(phases), whole)


def test_between_epochs_the_worksheet_is_of_the_epoch_that_led_here(seedless: Case) -> None:
    trainer = Trainer(article(), seedless.config())
    start = trainer.snapshot().worksheet
    assert (start.epoch, start.done) == (0, 0)
    phases = load_backend(seedless.backend).PHASES
    assert start.lines == tuple((phase.name, (phase.formula,)) for phase in phases)
    trainer.run(9)
    ninth = trainer.snapshot().worksheet
    assert ninth.epoch == 8
    trainer.run(20)
    trainer.goto(9)
    again = trainer.snapshot().worksheet
    assert (again.epoch, again.done, again.lines) == (8, ninth.done, ninth.lines)


def test_a_name_from_outside_is_made_visible_and_otherwise_left_as_it_is() -> None:
    name = "a -b (-c) [-d] \x1b[2J = 3"
    problem = replace(problem_of([[1.0], [2.0]], [1.0, 2.0]), features=(name,))
    lines = lines_after(Trainer(problem, TrainConfig()), 4)
    shown = "a -b (-c) [-d] \\x1b[2J = 3"
    assert lines[-1].startswith(f"{shown} ← 0.1 − 0.0001·(−4.5) = ")
    assert lines[-2].startswith(f"∂MSE/∂{shown} = −2/2·[")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e15, 1e60, 1e100, 1.3e154])
def test_numbers_of_any_size_are_written(dtype: str, scale: float) -> None:
    """Where a square or a gradient overflows, too: a worksheet never raises."""
    if scale > float(np.finfo(dtype).max):
        pytest.skip("does not fit the dtype")
    trainer = Trainer(problem_of([[1.0]], [1.031 * scale]), TrainConfig(dtype=dtype, init="zeros"))
    case = Case("numpy", dtype, "cpu", 0)
    if trainer.is_over:
        assert lines_after(trainer, 1) == [p.formula for p in load_backend("numpy").PHASES]
        return
    for _ in range(4):
        trainer.phase()
    judge_phases(
        numbers_of(case, problem_of([[1.0]], [1.031 * scale]), 0, init="zeros"), worksheet(trainer)
    )


@given(value=st.floats(allow_nan=False, allow_infinity=False), digits=st.integers(1, 17))
@settings(steady, max_examples=200)
def test_a_number_is_written_rounded_and_short(value: float, digits: int) -> None:
    text = write_number(value, digits)
    assert re.fullmatch(NUMBER, text.replace("-", "−", 1) if text.startswith("-") else text)
    assert float(text) == float(f"{value:.{digits}g}")
    assert not re.search(r"e[+]|e-?0|\.[0-9]*0(e|$)", text)
