"""Why a run stops, in words: right for every outcome, and never nan or inf."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linreg_core import Compared, Comparison, Problem, TrainConfig, Trainer, load_problem
from tests.lengths import examples
from tui.pages.why.words import _apart, intro, sentences, table


def compared(
    epochs: int, problem: Problem | None = None, *, seconds: float | None = None, **config: object
) -> Compared:
    """Two runs, to their end unless a clock that stands still gives them no time."""
    wanted = TrainConfig(**config)  # type: ignore[arg-type]
    comparison = Comparison(problem or load_problem("article"), wanted, epochs)
    if seconds is None:
        comparison.advance(None)
    return comparison.summary()


def words(of: Compared) -> str:
    return " ".join([intro(of), *sentences(of)])


def cells(of: Compared) -> dict[str, tuple[str, ...]]:
    return {row[0].strip(): row[1:] for row in table(of)}


def one_weight() -> Problem:
    return Problem("one", [[1.0], [2.0]], [2.0, 4.1], ("x",), "y", as_article=True)  # type: ignore[arg-type]


def test_frozen_in_float32_alone() -> None:
    of = compared(1_000_000, init="zeros")
    one, other = of.sides
    said = words(of)
    assert f"float32 stands still since epoch {one.status_epoch:,}, with 2.4 correct digits" in said
    assert re.search(
        r"x1, the weight that is furthest off, is 10\.0428\d+ for ever and never 10\.", said
    )
    assert "the numbers of float32 are 1.9e-6 apart" in said
    assert "exactly half of that: a tie" in said
    assert "w − lr·gradient rounds back to w. Nothing moves any more." in said
    assert "In float64 the numbers near 20 (x2) are 3.6e-15 apart" in said
    assert "8.1 correct digits and still moves" in said
    assert "along 0.78·x1 - 0.62·x2, where the loss is flattest" in said
    assert "0.1763 (λ, the curvature of the loss) times the distance" in said
    assert re.search(
        r"with 0\.01653 \(auto\), float32 would stop near .* within a factor 2, .* \(forecast\)",
        said,
    )
    assert cells(of)["state"][:2] == ("frozen", "still moving")
    assert cells(of)["at epoch"][:2] == (f"{one.status_epoch:,}", f"{other.epoch:,}")
    assert [cells(of)[name][2] for name in ("x1", "x2")] == ["10", "20"]


def test_neither_frozen_yet() -> None:
    of = compared(1_000)
    said = words(of)
    assert "float32 still moves at epoch 1,000" in said
    assert "of these gaps. It shrinks with the gradient; below half a gap" in said
    assert "for ever" not in said
    assert cells(of)["state"][:2] == ("still moving", "still moving")


def test_nothing_run_yet() -> None:
    of = compared(1_000, seconds=0)
    assert cells(of)["state"][:2] == ("running", "running")
    assert "float32 still moves at epoch 0" in words(of)


def test_both_frozen() -> None:
    of = compared(10_000, one_weight(), lr=0.1)
    said = words(of)
    assert all(f"{dtype} stands still since epoch" in said for dtype in ("float32", "float64"))
    assert "still moves" not in said
    assert "flattest" not in said, "there is only one direction"


def test_an_answer_met_exactly() -> None:
    exact = Problem("one", [[1.0]], [2.0], ("x",), "y", as_article=True)  # type: ignore[arg-type]
    of = compared(100, exact, lr=0.5, init=0.0)
    said = words(of)
    assert "lr·gradient is exactly 0 for x, and not by rounding" in said
    assert "What is left" not in said
    assert "never" not in said


def test_cycles() -> None:
    of = compared(100_000, lr="best")
    said = words(of)
    for side in of.sides:
        assert (
            f"{side.dtype} goes in a circle since epoch {side.status_epoch:,}: the same "
            f"{side.cycle_length} states"
        ) in said
    assert "rounding takes back whatever a turn gains" in said
    assert "A larger learning rate" not in said
    assert cells(of)["state"][0] == f"cycle of {of.sides[0].cycle_length}"


@pytest.mark.parametrize(("lr", "epochs"), [(0.034, 100_000), (0.034, 3_000), (1e9, 10), (1e30, 5)])
def test_diverged(lr: float, epochs: int) -> None:
    of = compared(epochs, lr=lr)
    said = words(of)
    assert "beyond the limit at which a run settles, in any precision" in said
    assert "With 0.01653 (auto) it would settle" in said
    states, ends = (cells(of)[name][:2] for name in ("state", "at epoch"))
    for side, state, at in zip(of.sides, states, ends, strict=True):
        has_ended = side.status == "diverged"
        assert (f"{side.dtype} ended at epoch" in said) == has_ended
        assert state.startswith("diverged at ") == has_ended
        assert at == f"{side.epoch:,}", "the loss and the weights are those of the last finite one"
    assert "flattest" not in said
    assert "gaps" not in said


def test_converged_as_asked_for() -> None:
    of = compared(100_000, lr=1e-3, tol=1e-3)
    assert "float32 was stopped at epoch" in words(of)
    assert "apart" not in words(of)


def test_weights_that_are_not_unique() -> None:
    said = words(compared(1_000, bias=True))
    assert "The data does not determine the weights" in said
    assert "along the rest rounding may go on moving the weights" in said
    assert cells(compared(1_000, bias=True))["forecast"][:2] == ("none: may drift",) * 2
    assert "Better compare the loss" in said
    frozen = compared(1_000, load_problem("collinear"))
    assert all(side.status in ("frozen", "cycle") for side in frozen.sides)
    assert "may go on moving" not in words(frozen), "they move no more"
    assert "for ever and never" not in words(compared(300_000, bias=True))


def test_the_loss_is_the_one_that_the_backend_computed() -> None:
    of = compared(1_000, dtype="float32")
    for side, text in zip(of.sides, cells(of)["loss"][:2], strict=True):
        run = Trainer(load_problem("article"), TrainConfig(dtype=side.dtype))
        run.run(1_000)
        assert float(text) == pytest.approx(run.snapshot().backend_loss, rel=1e-7)
    assert intro(of, 500).endswith("; the run on the screen was forked at 500.")


@given(room=st.integers(9, 30), power=st.integers(-300, 300))
@settings(max_examples=examples(30))
def test_a_number_has_no_more_characters_than_there_is_room_for(room: int, power: int) -> None:
    of = compared(5, one_weight(), lr=0.1, init=1.2345678901234567 * 10.0 ** (power / 10))
    for name, row in ((row[0], row[1:]) for row in table(of, room)):
        if name in ("x", "loss"):
            assert max(map(len, row)) <= room


def test_a_weight_of_0_is_told_as_0() -> None:
    X = np.array([[1.0, 5], [2, 3], [4, 4], [7, 1], [3, 9], [8, 2]])
    of = compared(3_000, Problem("zero", X, 3 * X[:, 0] + 1, ("a", "b"), "y"), lr="auto")
    assert [cells(of)[name][2] for name in ("a", "b", "bias")] == ["3", "0", "1"]
    assert float(cells(of)["correct digits"][1]) > 14
    assert "never -" not in words(of)


def test_of_a_solution_that_is_not_known_no_digit_is_told() -> None:
    rows = np.arange(60.0)
    X = np.column_stack([rows, 1956 + rows / 12])
    of = compared(50, Problem("near", X, np.sin(rows), ("rownames", "time"), "y"), lr="auto")
    assert of.reference.known_digits is not None
    assert of.reference.known_digits < 6
    for name in ("rownames", "time"):
        told = cells(of)[name][2]
        assert told == "unknown" or len(told.strip("-").split("e")[0].strip("0.")) < 8


def test_many_weights_of_a_file() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 7))
    problem = Problem("seven", X, X @ np.arange(7) + 1, (*"abcdef", "[/]\x1b"), "y")
    of = compared(3_000, problem)
    assert "4 more weights" in cells(of)
    assert "in the run's standardised units)" in words(of)
    assert "\x1b" not in words(of) + str(table(of))


POWERS = st.floats(-12, 12)


@given(
    powers=st.tuples(POWERS, POWERS, st.floats(-12, 6)),
    epochs=st.integers(1, 3_000),
    bias=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(max_examples=examples(40))
def test_nothing_said_is_not_a_number(
    powers: tuple[float, float, float], epochs: int, bias: bool, seed: int
) -> None:
    x, y, lr = (10**power for power in powers)
    random = np.random.default_rng(seed)
    X, target = random.normal(size=(5, 2)) * x, random.normal(size=5) * y
    problem = Problem("any", X, target, ("a", "b"), "y", as_article=True)
    of = compared(epochs, problem, lr=lr, bias=bias)
    said = f"{words(of)} {table(of)}"
    assert not re.search(r"\b(nan|inf|None)\b", said), said


def test_a_weight_that_is_all_but_right_is_told_in_as_many_digits_as_show_it() -> None:
    X = np.array([[6.0, 18], [13, 17], [4, 15], [18, 1], [7, 13], [3, 10]])
    of = compared(20_000, Problem("perfect", X, X[:, 0], ("x1", "x2"), "y"))
    told = re.findall(r"is (\S+) for ever and never (\S+)\.", words(of))
    if not told:
        pytest.skip("rounding on this machine ends at the best weights themselves")
    for weight, best in told:
        assert not looks_equal(weight, best)


@given(
    weight=st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6),
    off=st.floats(-15, -1),
    dtype=st.sampled_from(["float32", "float64"]),
)
def test_two_numbers_that_are_told_apart_do_not_look_like_one_rounded(
    weight: float, off: float, dtype: str
) -> None:
    limit = weight * (1 + 10**off)
    if weight != limit:
        told = _apart(weight, limit, dtype)
        assert not looks_equal(*told), told
        for text, value in zip(told, (weight, limit), strict=True):
            assert float(text) == pytest.approx(value, rel=1e-6)


def test_the_weight_that_looked_like_its_best_fit_rounded() -> None:
    assert _apart(-0.01378803297394494, -0.01378803297393, "float64") == (
        "-0.01378803297394",
        "-0.01378803297393",
    )
    assert _apart(10.0, 10.000000000000002, "float64") == (
        "10.000000000000000",
        "10.000000000000002",
    )


def looks_equal(one: str, other: str) -> bool:
    """Whether a number is all but the other one, and that one rounded to the digits that it has."""
    short, long = sorted((one, other), key=significant_digits)
    is_near = float(long) == pytest.approx(float(short), rel=1e-5)
    return is_near and float(f"{float(long):.{significant_digits(short)}g}") == float(short)


def significant_digits(text: str) -> int:
    """How many of them a number is written with; of a whole number all that there may be."""
    mantissa = text.partition("e")[0]
    return len(re.sub(r"\D", "", mantissa).lstrip("0")) if "." in mantissa else 17


def test_what_it_tells_of_each_weight_has_its_reason() -> None:
    said = words(compared(1_000_000, init="zeros"))
    assert "Numbers lie widest apart at the largest weight: near 19.97 (x2)" in said
    assert "the weight that is furthest off" not in words(compared(10_000, one_weight(), lr=0.1))
    left = r"lies mostly along 0\.62·x1 \+ 0\.78·x2 \(\d\d% of the squared distance\)"
    assert re.search(left, words(compared(1)))
