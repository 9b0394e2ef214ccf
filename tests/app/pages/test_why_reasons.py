"""What page W says of a run is true: every sentence against rational arithmetic of that very run.

The numbers of a run are taken as its dtype has them; nothing here is rounded after that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest

from linreg_core import Compared, Comparison, Problem, Side, TrainConfig, Trainer, load_problem
from linreg_core.arrays import Floats
from tests.lengths import if_long
from tui.pages.why.reasons import contrast, reason, what_is_left
from tui.pages.why.words import sentences, state

LONGEST = 45
"""Words of a sentence."""


@dataclass
class Run:
    """A comparison that has ended, and one of its runs once more, to look into.

    Args:
        compared: the comparison.
        side: one of its two runs.
        trainer: that run, made anew.
    """

    compared: Compared
    side: Side
    trainer: Trainer

    @classmethod
    def of(cls, problem: Problem, dtype: str, epochs: int, **config: object) -> Run:
        wanted = TrainConfig(**config)  # type: ignore[arg-type]
        comparison = Comparison(problem, wanted, epochs)
        comparison.advance(None)
        compared = comparison.summary()
        (side,) = (side for side in compared.sides if side.dtype == dtype)
        trainer = Trainer(problem, wanted).fork(replace(wanted, dtype=dtype))
        trainer.run(epochs)
        for sentence in re.split(r"(?<=[.:]) ", " ".join(sentences(compared))):
            assert len(sentence.split()) <= LONGEST, sentence
        return cls(compared, side, trainer)

    @property
    def reason(self) -> str:
        return reason(self.side, self.compared)

    @property
    def left(self) -> str:
        return what_is_left(self.side, self.compared)

    @property
    def index(self) -> int:
        """Of the weight that is told about."""
        assert self.side.held is not None
        return self.trainer.design.names.index(self.side.held.name)

    @property
    def weights(self) -> Floats:
        """In the run's units and dtype."""
        return self.trainer.snapshot().weights

    @property
    def gradient(self) -> Floats:
        """As the run computes it."""
        return self.trainer.snapshot().gradient

    @property
    def rate(self) -> Fraction:
        return Fraction(self.trainer.settings.rate)

    def data(self) -> tuple[list[list[Fraction]], list[Fraction]]:
        dtype, design = self.side.dtype, self.trainer.design
        rows = [[Fraction(float(x)) for x in row] for row in design.X.astype(dtype)]
        return rows, [Fraction(float(y)) for y in design.y.astype(dtype)]

    def residuals(self, weights: list[Fraction]) -> list[Fraction]:
        return [
            sum((x * w for x, w in zip(row, weights, strict=True)), -y)
            for row, y in zip(*self.data(), strict=True)
        ]

    def exact_loss(self, weights: list[Fraction]) -> Fraction:
        residuals = self.residuals(weights)
        return sum((r * r for r in residuals), Fraction(0)) / len(residuals)

    def exact_gradient(self) -> list[Fraction]:
        rows, _ = self.data()
        residuals = self.residuals(rational(self.weights))
        return [
            2
            * sum((row[j] * r for row, r in zip(rows, residuals, strict=True)), Fraction(0))
            / len(rows)
            for j in range(len(self.weights))
        ]


def rational(values: Floats) -> list[Fraction]:
    return [Fraction(float(value)) for value in values]


def zero_weight() -> Problem:
    """Best are y = 3a + 1, and 0 for b."""
    X = np.array([[1, 5], [2, 3], [4, 4], [7, 1], [3, 9], [8, 2]], dtype=np.float64)
    return Problem("z", X, np.array([4, 7, 13, 22, 10, 25.0]), ("a", "b"), "y")


def large_target() -> Problem:
    """Near a hundred million float32 knows a target to 8."""
    i = np.arange(1, 41)
    X = ((37 * i) % 40 / 7)[:, np.newaxis]
    return Problem("c", X.astype(np.float64), (1e8 + i % 4).astype(np.float64), ("x",), "y")


def dependent() -> Problem:
    """The last column is the sum of the others."""
    random = np.random.default_rng(5)
    a, b = random.integers(0, 20, 12).astype(float), random.integers(0, 9, 12).astype(float)
    X = np.column_stack([a, b, a + b])
    y = (random.integers(0, 100, 12) + 200).astype(np.float64)
    return Problem("sum", X, y, ("a", "b", "c"), "y")


def plain() -> Problem:
    random = np.random.default_rng(4)
    X = np.asarray(random.normal(size=(30, 2)) @ [[1.0, 0.9], [0.0, 0.4]], dtype=np.float64)
    return Problem("plain", X, random.normal(size=30), ("a", "b"), "y")


def numbers(text: str, pattern: str) -> list[float]:
    found = re.search(pattern, text)
    assert found is not None, text
    return [float(group) for group in found.groups()]


NUMBER = r"(-?[\d.]+(?:e-?\d+)?)"


# --- gradients that are sound


def test_a_tie() -> None:
    run = Run.of(load_problem("article"), "float32", 300_000, init="zeros")
    assert (
        "exactly half of that: a tie, which goes to the neighbour whose last bit is 0" in run.reason
    )
    weight, gradient = run.weights[run.index], run.gradient[run.index]
    step = np.float32(run.trainer.settings.rate) * gradient
    below = np.nextafter(weight, np.float32(-np.inf if step > 0 else np.inf))
    middle = (Fraction(float(weight)) + Fraction(float(below))) / 2
    assert Fraction(float(weight)) - Fraction(float(step)) == middle
    assert weight.view(np.uint32) % 2 == 0
    assert weight - step == weight


@pytest.mark.parametrize("problem", [zero_weight(), plain(), load_problem("article")])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("share", [0.02, *if_long([1e-3, 0.5])])
def test_a_step_of_less_than_half_a_gap(problem: Problem, dtype: str, share: float) -> None:
    """Where it is said it holds, and the gradient is one; where it is not, it is rounding."""
    limit = Trainer(problem, TrainConfig()).theory.lr_limit
    assert limit is not None
    run = Run.of(problem, dtype, 60_000, lr=share * limit)
    exact = run.exact_gradient()[run.index]
    wrong = abs(Fraction(float(run.gradient[run.index])) - exact)
    if "half of that" not in run.reason:
        assert run.side.status != "frozen" or wrong > abs(run.gradient[run.index]) / 2
        return
    assert wrong <= abs(run.gradient[run.index]) / 2
    weight, derivative = run.weights[run.index], run.gradient[run.index]
    beyond = np.nextafter(weight, weight.dtype.type(-np.inf if derivative > 0 else np.inf))
    gap = abs(Fraction(float(beyond)) - Fraction(float(weight)))
    step = abs(run.rate * Fraction(float(derivative)))
    assert step < gap / 2
    told = numbers(run.reason, f"{NUMBER} apart. lr·gradient is {NUMBER} there, less than half")
    assert told == pytest.approx([float(gap), float(step)], rel=0.05)
    assert told[1] < told[0] / 2, "also in the digits that are told"


def test_an_answer_met_exactly() -> None:
    problem = Problem("one", np.array([[1.0]]), np.array([2.0]), ("x",), "y", as_article=True)
    run = Run.of(problem, "float32", 100, lr=0.5, init=0.0)
    assert run.reason == "lr·gradient is exactly 0 for x, and not by rounding."
    assert run.exact_gradient() == [0]
    assert run.left == ""


def test_a_run_that_moves_no_more_but_was_not_run_on() -> None:
    problem = Problem("one", np.array([[1.0]]), np.array([2.0]), ("x",), "y", as_article=True)
    run = Run.of(problem, "float32", 1, lr=0.5, init=0.0)
    assert run.side.status == "ready"
    assert "float32 has come to a stop at epoch 1" in " ".join(sentences(run.compared))
    assert state(run.side) == "still"
    before = run.weights.tolist()
    run.trainer.run(10)
    assert run.weights.tolist() == before


@pytest.mark.parametrize("problem", [load_problem("article"), plain()])
def test_a_weight_that_is_said_to_move_moves(problem: Problem) -> None:
    run = Run.of(problem, "float64", 50)
    assert "the largest weight that moves" in run.reason
    found = re.search(r"there, ([\d.,]+) of these gaps", run.reason)
    assert found is not None
    count = float(found.group(1).replace(",", ""))
    before = run.weights[run.index]
    run.trainer.run(1)
    moved = abs(run.weights[run.index] - before)
    assert moved / np.spacing(abs(before)) == pytest.approx(count, rel=0.5)


# --- gradients that are rounding


@pytest.mark.parametrize(
    ("problem", "dtype", "backend"),
    [
        (zero_weight(), "float32", "numpy"),
        (zero_weight(), "float64", "numpy"),
        (zero_weight(), "float32", "tensor"),
        (large_target(), "float32", "numpy"),
        (large_target(), "float32", "tensor"),
    ],
)
def test_a_gradient_that_is_rounding(problem: Problem, dtype: str, backend: str) -> None:
    run = Run.of(problem, dtype, 2_000, backend=backend, lr="auto")
    assert "rounding decides it" in run.reason
    told = numbers(run.reason, f"comes out as {NUMBER}, and would be {NUMBER} without")
    exact, computed = run.exact_gradient()[run.index], float(run.gradient[run.index])
    assert told == pytest.approx([computed, float(exact)], rel=1e-3)
    assert abs(Fraction(computed) - exact) > abs(Fraction(computed)) / 2
    said = " ".join([run.reason, run.left])
    assert "half of that" not in said
    assert "lr·gradient is" not in said
    if run.side.status == "frozen":
        assert run.reason.endswith("Nothing moves any more.")
    # The numbers that residuals are made of, and how fine they are.
    rows, targets = run.data()
    products = [abs(x * w) for row in rows for x, w in zip(row, rational(run.weights), strict=True)]
    most = max(*map(abs, targets), *products)
    assert run.side.held is not None
    assert run.side.held.terms == pytest.approx(float(most), rel=1e-6)
    assert run.side.held.terms_gap == float(np.spacing(np.dtype(dtype).type(most)))


def test_a_gradient_that_may_be_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a table too long for rational arithmetic only the bound is told, and that it is one."""
    monkeypatch.setattr("linreg_core.theory.standstill.MOST_EXACT", 0)
    run = Run.of(zero_weight(), "float32", 2_000)
    computed, within = numbers(
        run.reason, f"units\\), {NUMBER}, only to within {NUMBER}: it may be"
    )
    wrong = abs(Fraction(float(run.gradient[run.index])) - run.exact_gradient()[run.index])
    assert wrong <= within
    assert abs(computed) < 2 * within


def test_the_other_run_moves_by_rounding() -> None:
    run = Run.of(large_target(), "float64", 2_001, backend="tensor")
    said = contrast(run.side, run.compared)
    assert run.side.held is not None
    exact, computed = run.exact_gradient()[run.index], Fraction(float(run.gradient[run.index]))
    is_rounding = abs(computed - exact) > abs(computed) / 2
    assert (
        " still moves at epoch 2,001, with" in said and "rounding decides" in said
    ) == is_rounding
    before = run.weights[run.index]
    run.trainer.run(1)
    assert run.weights[run.index] != before


# --- cycles


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_a_turn_gains_in_exact_arithmetic(dtype: str) -> None:
    run = Run.of(load_problem("article"), dtype, 100_000, lr="best")
    assert "In exact arithmetic the next epoch would lower the loss" in run.reason
    here, gradient = rational(run.weights), run.exact_gradient()
    after = [w - run.rate * g for w, g in zip(here, gradient, strict=True)]
    assert run.exact_loss(after) < run.exact_loss(here)
    before = run.trainer.snapshot().loss
    assert run.side.cycle_length is not None
    run.trainer.run(run.side.cycle_length)
    assert run.trainer.snapshot().loss == before


def test_a_circle_of_rounding_claims_no_gain() -> None:
    run = Run.of(zero_weight(), "float32", 2_000, backend="tensor")
    assert run.side.status == "cycle"
    assert "exact arithmetic" not in run.reason


# --- what is left


def test_the_flattest_direction_and_its_gradient() -> None:
    run = Run.of(load_problem("article"), "float32", 300_000, init="zeros")
    assert "along 0.78·x1 - 0.62·x2, where the loss is flattest" in run.left
    assert "0.1763 (λ, the curvature of the loss) times the distance" in run.left
    assert "and the steps die out long before it does" in run.left
    v = [Fraction(78, 100), Fraction(-62, 100)]
    slope = sum(a * g for a, g in zip(v, run.exact_gradient(), strict=True))
    away = sum(a * (w - b) for a, w, b in zip(v, rational(run.weights), (10, 20), strict=True))
    assert float(slope / away) == pytest.approx(0.1763, rel=0.1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_curvatures_have_no_flattest_direction(dtype: str) -> None:
    """Every standardised table of one feature: both eigenvalues are 2."""
    for seed in range(6):
        random = np.random.default_rng(seed)
        X = random.normal(size=(9, 1)) + 5
        problem = Problem("one", X, 3 * random.normal(size=9), ("x",), "y")
        run = Run.of(problem, dtype, 2_000, lr=0.01)
        rows, _ = run.data()
        hessian = [
            2 * sum((row[i] * row[j] for row in rows), Fraction(0)) / len(rows)
            for i, j in ((0, 0), (0, 1), (1, 1))
        ]
        assert list(map(float, hessian)) == pytest.approx([2, 0, 2], abs=1e-6)
        assert "flattest" not in run.left


def test_what_only_rounding_has_moved_is_named() -> None:
    """Along a direction that changes no prediction nothing brings the weights back."""
    run = Run.of(dependent(), "float32", 5_000)
    assert "rounding alone has moved them there" in run.left
    assert "flattest" not in run.left
    found = re.search(r"along (-?[\d.]+)·a ([+-]) ([\d.]+)·b ([+-]) ([\d.]+)·c\.", run.left)
    assert found is not None
    a, plus, b, minus, c = found.groups()
    direction = np.array([float(a), float(plus + b), float(minus + c)])
    # No prediction changes along it: in standardised units the columns come out even.
    X = run.trainer.design.X[:, :3]
    assert np.abs(X @ direction).max() < 0.02 * np.abs(X).max()
    start = Trainer(run.trainer.problem, TrainConfig()).snapshot().weights[:3]
    drift = float(direction @ (run.weights[:3] - start))
    # From the start to here exact arithmetic goes nowhere along it.
    rest = float(np.abs(run.trainer.approach.remaining(run.weights.astype(np.float64))).max())
    assert abs(drift) > rest


def test_a_flat_direction_of_dependent_columns_is_not_called_the_flattest() -> None:
    for problem in (load_problem("article"), dependent()):
        run = Run.of(problem, "float32", 500, bias=True)
        assert not run.compared.is_unique
        assert "flattest" not in run.left


# --- the loss, and rates beyond the limit


@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_no_loss_is_told_that_is_less_than_the_least(offset: float) -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        X = random.normal(size=(12, 2))
        X[:, 1] = 2 * X[:, 0]
        problem = Problem("two", X, X[:, 0] + offset, ("a", "b"), "y")
        run = Run.of(problem, "float64", 2_000)
        for side in run.compared.sides:
            assert run.compared.floor <= side.loss


def test_beyond_the_limit_only_the_steepest_direction_is_said_to_grow() -> None:
    run = Run.of(load_problem("article"), "float64", 200, lr=0.03307, init=15.5)
    (said,) = sentences(run.compared)
    assert "along the steepest direction, where the loss curves most, every epoch makes" in said
    # The loss itself falls at first.
    start = Trainer(load_problem("article"), TrainConfig(init=15.5)).snapshot().loss
    assert run.side.loss < start
    # A Rayleigh quotient is no more than the largest curvature: lr λ > 2 is certain.
    rows, _ = run.data()
    v = [Fraction(62, 100), Fraction(78, 100)]
    images = [sum((x * a for x, a in zip(row, v, strict=True)), Fraction(0)) for row in rows]
    quotient = 2 * sum(b * b for b in images) / len(rows) / sum(a * a for a in v)
    assert run.rate * quotient > 2


def test_a_step_just_below_half_a_gap_is_written_as_such() -> None:
    run = Run.of(large_target(), "float32", 2_000, backend="tensor", lr="slow")
    held = run.side.held
    assert held is not None
    assert held.gap / 2 * (1 - 1e-6) < held.step < held.gap / 2
    assert "lr·gradient is 3.9999998 there, less than half of that" in run.reason
