"""The exact answer and its own digits, against solutions in rational arithmetic."""

from __future__ import annotations

import csv
import math
from fractions import Fraction

import numpy as np
import pytest

from linreg_core import Explanation
from linreg_core.arrays import Floats
from linreg_core.precision import MOST_DIGITS
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.algebra import refined
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.reference import Reference, errors_of
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from tests.core.cases import problem_of
from tests.core.rational import KINDS, drawn, errors, least_squares, true_digits
from tests.places import SHARED

IRRELEVANT = problem_of(
    [[1, 5], [2, 3], [4, 4], [7, 1], [3, 9], [8, 2]], [4, 7, 13, 22, 10, 25], as_article=False
)
"""y = 3a + 1, and b does not matter."""

PERFECT = problem_of(
    [[6, 18], [13, 17], [4, 15], [18, 1], [7, 13], [3, 10]], [6, 13, 4, 18, 7, 3], as_article=False
)
"""y = x1."""

CONSTANT = problem_of(
    [[17, 4, 1997], [17, 1, 1997], [2, 6, 1997], [9, 8, 1997], [1, 3, 1997]],
    [4, 22, 19, 2, 1],
    as_article=False,
)

GRID = problem_of(
    [[5 * column + row + 1, row + 1, column + 1] for column in range(5) for row in range(5)],
    [
        *(310, 308, 327, 292, 272, 308, 307, 312, 325, 301, 294, 290, 289),
        *(313, 310, 295, 287, 301, 320, 322, 333, 316, 300, 295, 305),
    ],
    as_article=False,
)
"""plot = row + 5 col - 5."""

NEARLY = problem_of(
    [[row + 1, 1956 + row / 12] for row in range(40)],
    np.sin(np.arange(40.0)),
    as_article=False,
)
"""Columns that depend on each other but for the rounding of twelfths."""


@pytest.mark.parametrize("is_refined", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_the_error_is_within_its_bound_and_not_far_below(
    kind: str, is_refined: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some 250 problems of twelve kinds, with and without a bias, against fractions."""
    if not is_refined:
        monkeypatch.setattr(refined, "MOST_NUMBERS", 0)
    shares, known = [], []
    for seed in range(12):
        problem = drawn(kind, seed)
        for bias in (False, True):
            spectrum = Spectrum.of(problem, bias=bias, standardize=bias)
            if not spectrum.is_unique:
                continue
            solution, found = least_squares(problem, bias=bias), spectrum.optimum
            for error, bound, weight in zip(
                errors(found.weights, solution), found.error, found.weights, strict=True
            ):
                assert error <= Fraction(float(bound)) * Fraction(1 + 1e-9)
                if weight != 0:
                    shares.append(float(error / Fraction(float(bound))))
                    known.append(-math.log10(bound / abs(weight)))
    assert max(shares) > (0.2 if is_refined else 0.05)
    if is_refined and kind != "nearly dependent":
        assert np.median(known) > 15.5


@pytest.mark.parametrize("n", [300, 3000])
def test_more_rows_make_the_bound_no_worse(n: int) -> None:
    """3,000 rows of 20 columns are too many to be refined."""
    random = np.random.default_rng(n)
    X = np.round(random.normal(size=(n, 20)) * 100) + 300
    problem = problem_of(X, X @ np.arange(20) + np.round(random.normal(size=n) * 100))
    optimum = Spectrum.of(problem, bias=True, standardize=True).optimum
    if n == 3000:
        assert np.array_equal(optimum.error, optimum.rounding)
    # But for the weight of 0 and the bias, which is what is left of 57,000.
    digits = -np.log10(optimum.rounding[1:20] / np.abs(optimum.weights[1:20]))
    assert digits.min() > 11.5


def ended(
    problem: Problem, dtype: str, epochs: int = 20_000, backend: str = "numpy"
) -> tuple[Trainer, float]:
    """A run, and the digits that are told in its end."""
    config = TrainConfig(
        backend=backend, dtype=dtype, bias=True, standardize=True, lr="auto", init="zeros"
    )
    trainer = Trainer(problem, config)
    trainer.run(epochs)
    digits = trainer.snapshot().progress.digits
    assert digits is not None
    return trainer, digits


@pytest.mark.parametrize("problem", [IRRELEVANT, PERFECT], ids=["irrelevant", "perfect"])
@pytest.mark.parametrize(("dtype", "fewest"), [("float32", 5.5), ("float64", 14.0)])
def test_a_weight_that_is_0_costs_no_digit(problem: Problem, dtype: str, fewest: float) -> None:
    trainer, digits = ended(problem, dtype)
    solution = least_squares(problem, bias=True)
    reference = trainer.theory.reference
    assert trainer.theory.limit.tolist() == [float(weight) for weight in solution]
    assert reference.rounded_weights.tolist() == [float(weight) for weight in solution]
    assert not np.signbit(trainer.theory.limit).any()
    assert digits > fewest
    # Of a weight that is 0 they are those of the weight that would make the column as large as y.
    sizes = [math.sqrt(np.mean(column**2)) for column in (*problem.X.T, np.ones(problem.rows))]
    rms = math.sqrt(np.mean(problem.y**2))
    expected = [
        -math.log10(float(error / (abs(c) or Fraction(rms / size))) or 1e-17)
        for error, c, size in zip(
            errors(trainer.snapshot().raw_weights, solution), solution, sizes, strict=True
        )
    ]
    assert digits == pytest.approx(min(*expected, 15.65), abs=0.05)
    (foretold,) = (told for told in trainer.theory.forecasts if told.dtype == dtype)
    assert foretold.digits == pytest.approx(digits, abs=0.5)


def test_the_epochs_to_digits_are_those_that_are_missing() -> None:
    """Not one digit of b's rounding is waited for."""
    trainer = Trainer(IRRELEVANT, TrainConfig(bias=True, standardize=True, lr="auto"))
    explained = Explanation.of(trainer, 60)
    for digits, epoch in explained.epochs_to_digits:
        assert epoch is not None
        walker = Trainer(IRRELEVANT, trainer.config)
        walker.run(epoch)
        assert walker.snapshot().progress.digits == pytest.approx(digits, abs=0.5)
    assert explained.leap is not None
    assert explained.leap.digits is not None
    assert explained.leap.digits > 6


@pytest.mark.parametrize("backend", ["numpy", "tensor"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_limit_of_a_constant_column_is_where_it_began(backend: str, dtype: str) -> None:
    config = TrainConfig(
        backend=backend, dtype=dtype, bias=True, standardize=True, lr="auto", init=0.1
    )
    trainer = Trainer(CONSTANT, config)
    begun = trainer.snapshot().weights[2]
    trainer.run(2_000)
    snapshot = trainer.snapshot()
    assert trainer.theory.limit[2] == snapshot.raw_weights[2] == begun
    assert snapshot.progress.digits is not None
    assert snapshot.progress.digits > (6 if dtype == "float32" else 13)
    foretold = trainer.theory.forecasts[dtype == "float64"]
    assert not foretold.drifts
    assert foretold.digits == pytest.approx(snapshot.progress.digits, abs=1)


def test_no_digit_right_is_not_minus_0() -> None:
    trainer = Trainer(problem_of([[1.0], [2.0]], [5.0, 10.0]), TrainConfig(init="zeros"))
    digits = trainer.snapshot().progress.digits
    assert (digits, math.copysign(1, digits or 0.0)) == (0.0, 1.0)


def test_where_columns_depend_on_each_other_drift_costs_no_digit() -> None:
    trainer, digits = ended(GRID, "float64", 100_000)
    assert digits > 13
    assert [(one.freeze_epoch, one.digits, one.drifts) for one in trainer.theory.forecasts] == [
        (None, None, True)
    ] * 2
    null = Spectrum.of(GRID, bias=True, standardize=True).null
    assert null is not None
    weights, reference = trainer.snapshot().weights, trainer.theory.reference
    moved = errors_of(trainer.approach, reference, weights + 1e-3 * null[:, 0])
    assert reference.digits_of_worst(moved) == pytest.approx(min(digits, 12), abs=1.5)


@pytest.mark.parametrize("standardize", [True, False])
def test_digits_of_what_is_determined_are_those_of_the_sums(standardize: bool) -> None:
    """x2 = 2·x1: determined is w1 + 2·w2 = 3."""
    problem = problem_of([[1, 2], [2, 4], [5, 10]], [3, 6, 15])
    config = TrainConfig(standardize=standardize, init="random", seed=3, lr=1e-2)
    trainer = Trainer(problem, config)
    for epochs in (0, 5, 20, 60):
        trainer.run(epochs)
        snapshot = trainer.snapshot()
        one, two = (Fraction(weight) for weight in snapshot.raw_weights.tolist())
        expected = -math.log10(float(abs(one + 2 * two - 3) / 3) or 1e-17)
        assert snapshot.progress.digits == pytest.approx(max(min(expected, 15), 0), abs=0.7)


def test_where_nothing_is_determined_there_are_no_digits() -> None:
    trainer = Trainer(problem_of(np.zeros((3, 2)), np.ones(3)), TrainConfig())
    trainer.run(3)
    assert trainer.snapshot().progress.digits is None
    assert trainer.theory.reference.known_digits is None


def test_of_nearly_dependent_columns_no_digits_are_claimed_that_nobody_knows() -> None:
    trainer, digits = ended(NEARLY, "float64", 1_000)
    reference = trainer.theory.reference
    solution = least_squares(NEARLY, bias=True)
    known = reference.known_digits
    assert known is not None
    assert digits <= known <= true_digits(trainer.theory.optimum.weights, solution) + 0.3
    assert known < 6
    for weight, told in zip(solution, reference.rounded_weights.tolist(), strict=True):
        assert math.isnan(told) or abs(Fraction(told) - weight) <= abs(weight) / 10
    assert all(
        epoch is None
        for digits, epoch in Explanation.of(trainer, 10).epochs_to_digits
        if digits > known
    )


def polynomial(degree: int, noise: float = 0.0, base: int = 1) -> Problem:
    """NIST's Wampler problems, whose solutions are powers of a base: 1, or 10 for tenths."""
    x = np.arange(21.0)
    X = x[:, np.newaxis] ** np.arange(1, degree + 1)
    pattern = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048]
    y = X @ (1.0 / base) ** np.arange(1, degree + 1) + 1
    return problem_of(X, y + noise * np.array([*pattern, *pattern[-2::-1]]))


TABLES: list[tuple[Problem, int]] = [
    (polynomial(5), 1_000),
    (polynomial(5, 1.0), 1_000),
    (polynomial(5, 1e2), 1_000),
    (polynomial(5, 1e4), 1_000),
    (polynomial(5, base=10), 1_000),
    (polynomial(2, 1.0), 2_000),
    (polynomial(1, 1e4), 50),
]


@pytest.mark.parametrize(("problem", "epochs"), TABLES)
def test_digits_told_are_digits_that_are_right(problem: Problem, epochs: int) -> None:
    """Wampler1, 3, 4, 5 and 2, and what descent reaches of two easier ones."""
    trainer = Trainer(problem, TrainConfig(bias=True, standardize=True, lr="best"))
    trainer.run(epochs)
    solution = least_squares(problem, bias=True)
    reference, end = trainer.theory.reference, trainer.snapshot()
    assert reference.known_digits is not None
    best = true_digits(trainer.theory.optimum.weights, solution)
    assert 15 < reference.known_digits <= best + 0.1
    assert end.progress.digits is not None
    right = max(true_digits(end.raw_weights, solution), 0.0)
    assert end.progress.digits == pytest.approx(min(right, reference.known_digits), abs=0.1)


@pytest.mark.parametrize("name", ["perfect_fit", "const_column", "drift_grid"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tables_that_were_told_too_few_digits(name: str, dtype: str) -> None:
    path = SHARED / "numbers" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{name} is not here: it is not part of the project")
    with path.open(encoding="utf-8", newline="") as file:
        rows: Floats = np.array(list(csv.reader(file))[1:], dtype=np.float64)
    trainer, digits = ended(problem_of(rows[:, :-1], rows[:, -1]), dtype)
    assert digits > (5 if dtype == "float32" else 13)
    assert digits <= MOST_DIGITS
    assert trainer.status in (Status.READY, Status.FROZEN, Status.CYCLE)


@pytest.mark.parametrize(
    ("weight", "limit", "digits"),
    [
        (1.001, 1.0, 3.0),
        (-99.0, -100.0, 2.0),
        (0.001, 0.0, 3.0),  # of 0 those of the column's scale count, which is 1 here
        (5.0, 1.0, 0.0),
        (7.0, 7.0, MOST_DIGITS),
        (math.nan, 1.0, 0.0),
        (math.inf, math.inf, 0.0),
        (1.0, math.inf, 0.0),
    ],
)
def test_digits_of_one_weight(weight: float, limit: float, digits: float) -> None:
    one = np.ones(1)
    known = one * (MOST_DIGITS if math.isfinite(limit) else 0)
    reference = Reference(one * limit, 0 * one, np.array([abs(limit) or 1.0]), known, False)
    with np.errstate(invalid="ignore"):
        assert reference.digits_of_worst(one * weight - limit) == pytest.approx(digits, abs=1e-9)
