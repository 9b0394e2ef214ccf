"""The worksheet as text: each line, worked out as it stands, gives the result that it says."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linreg_core import BACKENDS, Role, Snapshot, TrainConfig, Trainer
from tests.app.reports import after
from tests.core.cases import problem_of
from tests.lengths import examples
from tui.digits import shortest
from tui.worksheet import formats_of, written

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"

ROLES = (Role.LOOK, Role.LOSS, Role.GRADIENT, Role.UPDATE)


def unit(text: str) -> Fraction:
    """The worth of the last digit of a number as written."""
    digits, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(digits.partition(".")[2]))


def worked_out(body: str) -> Fraction:
    """What a formula comes to, by Python's own reading of it, in exact numbers."""
    body = re.sub(r"\([\d,]+ more (?:row|weight)s?: ", "(", body)
    body = re.sub(r"(?<=\d),(?=\d)", "", body)
    body = re.sub(r"\d+(?:\.\d+)?(?:e-?\d+)?", r'F("\g<0>")', body)
    return Fraction(eval(body.replace("·", "*"), {"F": Fraction}))


def is_nearest(text: str, value: float) -> bool:
    """Whether a text is the number rounded to where it ends."""
    return abs(Fraction(text) - Fraction(float(value))) <= unit(text) / 2


def judge(line: str, name: str, value: float) -> str:
    """Hold an equation to what is promised of it; return its sign."""
    assert line.startswith(f"{name}  ")
    found = re.fullmatch(rf"(.*) ([=≈]) ({NUMBER})", line[len(name) + 2 :])
    assert found, line
    body, sign, result = found.groups()
    assert is_nearest(result, value), line
    if sign == "=":
        assert abs(worked_out(body) - Fraction(result)) <= unit(result), line
    return sign


def judge_row(line: str, row: int, values: tuple[float, float, float]) -> None:
    """Hold ``ŷ - y = ŷ - y`` of a row to it, to one unit of the coarsest of the three."""
    found = re.fullmatch(
        rf"row {row} +({NUMBER}) - +\(?({NUMBER})\)? += +({NUMBER})  squared +({NUMBER})", line
    )
    assert found, line
    texts = found.groups()[:3]
    assert all(map(is_nearest, texts, values)), line
    one, two, three = map(Fraction, texts)
    assert abs(one - two - three) <= max(map(unit, texts)), line
    assert is_nearest(found[4], float(values[2]) ** 2), line


def judge_all(snapshot: Snapshot) -> set[str]:
    """Hold every line of an epoch to the backend's numbers; return the signs of the equations."""
    sheet, formats = snapshot.worksheet, formats_of(snapshot)
    assert sheet is not None
    forward, loss, gradient, update = (written(sheet, role, formats) for role in ROLES)
    signs = set()
    for row, value in enumerate(sheet.prediction):
        signs.add(judge(forward[row], f"row {row + 1}", value))
        judge_row(loss[row], row + 1, (value, sheet.target[row], sheet.residual[row]))
    assert loss[-1].startswith("MSE = ")
    assert is_nearest(loss[-1].removeprefix("MSE = "), sheet.loss)
    for index, name in enumerate(sheet.names):
        signs.add(judge(gradient[index], name, sheet.gradient[index]))
        signs.add(judge(update[index], name, sheet.updated[index]))
    return signs


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_line_of_the_article_is_an_equation(backend: str) -> None:
    for epochs in (*range(30), 100, 1_000, 20_000):
        assert judge_all(after(epochs, backend=backend)) == {"="}, epochs


@given(
    rows=st.integers(1, 9),
    columns=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
    epochs=st.integers(0, 40),
    dtype=st.sampled_from(["float32", "float64"]),
    spread=st.floats(0, 3),
    lr=st.sampled_from(["auto", "best", 1e-3]),
    standardize=st.booleans(),
)
@settings(max_examples=examples(60), deadline=None)
def test_every_line_of_any_run_gives_its_result(
    *,
    rows: int,
    columns: int,
    seed: int,
    epochs: int,
    dtype: str,
    spread: float,
    lr: str | float,
    standardize: bool,
) -> None:
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns)) * 10.0 ** random.uniform(-spread, spread, columns)
    config = TrainConfig(dtype=dtype, lr=lr, standardize=standardize and rows > 1, bias=rows > 2)
    trainer = Trainer(problem_of(X, random.normal(size=rows)), config)
    trainer.run(epochs)
    snapshot = trainer.snapshot()
    assume(math.isfinite(snapshot.loss) and np.isfinite(snapshot.next_weights).all())
    signs = judge_all(snapshot)
    if dtype == "float64":
        assert signs == {"="}


def test_a_run_at_its_end_has_one_text_for_a_weight() -> None:
    """D18: 10.000000079 in one row, 10 in the next, and 110 - 110 = -1.24e-8."""
    snapshot = after(1_000_003)
    sheet, formats = snapshot.worksheet, formats_of(snapshot)
    assert sheet is not None
    forward = written(sheet, Role.LOOK, formats)
    assert {line.split("·")[1].split(" ")[0] for line in forward} == {
        formats.weights.write(sheet.weights[0])
    }
    assert judge_all(snapshot) == {"="}


def test_the_first_epoch_of_the_article_by_hand() -> None:
    snapshot = after(0)
    sheet, formats = snapshot.worksheet, formats_of(snapshot)
    assert sheet is not None
    assert [line for role in ROLES for line in written(sheet, role, formats)] == [
        "row 1  1·0.1000 + 2·0.1000 = 0.30",
        "row 2  3·0.1000 + 4·0.1000 = 0.70",
        "row 3  5·0.1000 + 6·0.1000 = 1.10",
        "row 1  0.30 -  50 =  -49.70  squared 2470.1",
        "row 2  0.70 - 110 = -109.30  squared  11946",
        "row 3  1.10 - 170 = -168.90  squared  28527",
        "MSE = 14315",
        "x1  2/3·(1·(-49.70) + 3·(-109.30) + 5·(-168.90)) = -814.7",
        "x2  2/3·(2·(-49.70) + 4·(-109.30) + 6·(-168.90)) = -1033.3",
        "x1  0.1000 - 0.0001·(-814.7) = 0.1815",
        "x2  0.1000 - 0.0001·(-1033.3) = 0.2033",
    ]


def test_what_is_too_much_for_a_page_is_one_number() -> None:
    X = np.arange(1.0, 31.0).reshape(6, 5)
    trainer = Trainer(problem_of(X, X.sum(axis=1)), TrainConfig(init=0.5))
    snapshot = trainer.snapshot()
    assert snapshot.worksheet is not None
    lines = [
        line for role in ROLES for line in written(snapshot.worksheet, role, formats_of(snapshot))
    ]
    assert sum("(3 more weights: " in line for line in lines) == 2
    assert sum("(4 more rows: " in line for line in lines) == 2
    assert lines.count("(4 more rows)") == 1
    assert lines.count("(3 more weights)") == 2
    assert sum("squares add up to" in line for line in lines) == 1
    assert judge_all(snapshot) == {"="}


def test_in_detail_every_number_is_written_whole() -> None:
    snapshot = after(300)
    sheet, formats = snapshot.worksheet, formats_of(snapshot, detail=True)
    assert sheet is not None
    text = "\n".join(line for role in ROLES for line in written(sheet, role, formats))
    for value in (*sheet.weights, *sheet.gradient, *sheet.updated, *sheet.residual, sheet.loss):
        assert shortest(value) in text


def test_what_is_not_finite_stands_there() -> None:
    snapshot = after(0, init=1e200)
    sheet, formats = snapshot.worksheet, formats_of(snapshot)
    assert sheet is not None
    assert written(sheet, Role.LOSS, formats)[-1] == "MSE = inf"
