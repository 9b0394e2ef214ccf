"""Columns that depend on each other: found, named exactly, and what is determined all the same."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linreg_core.arrays import Floats
from linreg_core.problem import Problem
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.algebra.dependence import MOST_TERMS, Dependence, dependence, free_weights
from linreg_core.theory.algebra.spectrum import MOST_NAMED, Spectrum
from linreg_core.trainer import Trainer
from tests.core.cases import article, problem_of, steady
from tests.core.references import columns
from tests.places import SHARED

TERM = re.compile(r"(^-?| [+-] )(?:(?:([0-9.e+-]+)·)?([a-z][a-z0-9()]*)|([0-9.]+(?:e[+-]\d+)?))")


def named(problem: Problem, *, bias: bool, standardize: bool = False) -> Dependence:
    found = dependence(Spectrum.of(problem, bias=bias, standardize=standardize))
    assert found is not None
    return found


def terms_of(words: str) -> dict[str, float]:
    """The factors of a sum as it is told, by name; its constant has none: "2·x1 - x3 + 1"."""
    terms = {}
    for sign, factor, name, constant in TERM.findall(words):
        size = float(constant or factor or 1)
        terms[name] = -size if sign.strip() == "-" else size
    return terms


def value_of(words: str, numbers: dict[str, float]) -> float:
    """What a sum comes to; the constant multiplies 1."""
    return sum(factor * numbers[name] for name, factor in terms_of(words).items())


@st.composite
def dependent_columns(draw: st.DrawFn, *, least_rows: int) -> tuple[Floats, bool, bool]:
    """Random columns and whole-numbered sums of them; a bias or not; standardised or not."""
    n, free, made = (
        draw(st.integers(low, high)) for low, high in ((least_rows, 12), (1, 3), (1, 3))
    )
    bias = draw(st.booleans())
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    base = random.normal(size=(n, free))
    sums = base @ random.integers(-3, 4, size=(free, made)) + bias
    return np.column_stack([base, sums]), bias, draw(st.booleans())


# --- the columns


def test_the_article_with_a_bias() -> None:
    """FIELD_NOTES' trap: x2 = x1 + 1."""
    found = named(article(), bias=True)
    assert found.columns == ("x2 = x1 + 1",)
    assert found.determined == ("w(x1) + w(x2)", "bias + w(x2)")
    assert dependence(Spectrum.of(article(), bias=False, standardize=False)) is None


@given(
    seed=st.integers(0, 2**32),
    factors=st.lists(st.integers(-9, 9), min_size=1, max_size=4),
    constant=st.integers(-9, 9),
    bias=st.booleans(),
    standardize=st.booleans(),
)
@steady
def test_a_relation_of_whole_numbers_is_named_exactly(
    seed: int, factors: list[int], constant: int, bias: bool, standardize: bool
) -> None:
    random = np.random.default_rng(seed)
    X = random.normal(size=(12, len(factors)))
    made = X @ factors + constant * bias
    problem = problem_of(np.column_stack([X, made]), random.normal(size=12))
    (relation,) = named(problem, bias=bias, standardize=standardize).columns
    column, words = relation.split(" = ")
    told = {f"x{i + 1}": float(factor) for i, factor in enumerate(factors) if factor}
    if constant * bias or not told:
        told[""] = float(constant * bias)
    assert (column, terms_of(words)) == (f"x{len(factors) + 1}", told)
    assert not re.search(r"1·|\.", words)  # 1·x and 2.0 are written x and 2


@given(columns=dependent_columns(least_rows=1))
@steady
def test_every_relation_that_is_named_holds(columns: tuple[Floats, bool, bool]) -> None:
    """Also where there are more features than rows: then rows are too few to tell them apart."""
    X, bias, standardize = columns
    spectrum = Spectrum.of(problem_of(X, np.ones(len(X))), bias=bias, standardize=standardize)
    found = dependence(spectrum)
    assert found is not None
    assert len(found.columns) == X.shape[1] + bias - spectrum.rank
    for relation in found.columns:
        column, words = relation.split(" = ")
        for row in X.tolist():
            numbers = {f"x{i + 1}": value for i, value in enumerate(row)} | {"": 1.0}
            # Factors are written with 4 digits.
            size = sum(abs(f * numbers[name]) for name, f in terms_of(words).items())
            assert value_of(words, numbers) == pytest.approx(numbers[column], abs=1e-3 * size)


@pytest.mark.parametrize(
    ("X", "bias", "columns", "determined"),
    [
        ([[5.0, 1.0], [5.0, 2.0], [5.0, 4.0]], True, ("x1 = 5",), ("bias + 5·w(x1)",)),
        ([[0.0, 1.0], [0.0, 2.0], [0.0, 4.0]], True, ("x1 = 0",), ()),
        ([[0.0, 1.0], [0.0, 2.0], [0.0, 4.0]], False, ("x1 = 0",), ()),
        ([[-0.5], [-0.5]], True, ("x1 = -0.5",), ("bias - 0.5·w(x1)",)),
        ([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0]], False, ("x2 = 2·x1",), ("w(x1) + 2·w(x2)",)),
        ([[1.0, -1.0], [2.0, -2.0]], False, ("x2 = -x1",), ("w(x1) - w(x2)",)),
        ([[3.0, 6.0]], False, ("x2 = 2·x1",), ("w(x1) + 2·w(x2)",)),
        ([[3.0]], True, ("x1 = 3",), ("bias + 3·w(x1)",)),
        (
            [[0.0, 0.0], [0.0, 0.0]],
            True,
            ("x1 = 0", "x2 = 0"),
            (),
        ),
    ],
)
def test_columns_that_say_little(
    X: Floats, bias: bool, columns: tuple[str, ...], determined: tuple[str, ...]
) -> None:
    for standardize in (False, True):
        found = named(problem_of(X, np.ones(len(X))), bias=bias, standardize=standardize)
        assert found == Dependence(columns, determined)


def test_a_long_relation_is_cut_short() -> None:
    d = MOST_TERMS + 3
    X = np.random.default_rng(0).normal(size=(30, d))
    found = named(problem_of(np.column_stack([X, X.sum(axis=1)]), np.ones(30)), bias=False)
    shown = " + ".join(f"x{i + 1}" for i in range(MOST_TERMS))
    assert found.columns == (f"x{d + 1} = {shown} + 3 more",)


def test_more_weights_than_anyone_reads_are_not_named() -> None:
    X = np.random.default_rng(0).normal(size=(5, MOST_NAMED + 1))
    assert dependence(Spectrum.of(problem_of(X, np.ones(5)), bias=False, standardize=False)) is None


@pytest.mark.parametrize(
    ("scale", "shown"),
    [
        (1e-150, "1e-150"),
        (1e-6, "1e-06"),
        (1e6, "1000000"),
        (123456.0, "123456"),
        (1e150, "1e+150"),
    ],
)
def test_units_do_not_hide_a_relation(scale: float, shown: str) -> None:
    x = np.random.default_rng(0).normal(size=9)
    found = named(problem_of(np.column_stack([x, scale * x]), np.ones(9)), bias=True)
    assert found.columns == (f"x2 = {shown}·x1",)


def real_columns(path: str, names: list[str]) -> Problem:
    """Columns of a table that is not part of the project; without it the test is skipped."""
    if not (SHARED / path).exists():
        pytest.skip(f"{path} is not here: it is not part of the project")
    table = np.asarray(columns(path, names), dtype=np.float64)
    return Problem("test", table, np.ones(len(table)), tuple(names), "y")


@pytest.mark.parametrize("standardize", [False, True])
def test_a_relation_beside_nearly_dependent_columns_has_no_term_that_is_noise(
    standardize: bool,
) -> None:
    """The middle of two bounds, rounded to nine digits: null vectors are known to six digits."""
    problem = real_columns("numbers/noise_relation.csv", ["rownames", "year", "adjlev", "lb", "ub"])
    spectrum = Spectrum.of(problem, bias=True, standardize=standardize)
    assert named(problem, bias=True, standardize=standardize) == Dependence(
        ("year = rownames + 1879",), ("w(rownames) + w(year)", "bias + 1879·w(year)")
    )
    assert free_weights(spectrum).tolist() == [True, True, False, False, False, True]


@given(
    seed=st.integers(0, 2**32),
    factors=st.lists(st.integers(-3, 3), min_size=1, max_size=4),
    constant=st.integers(-9, 9),
    offset=st.sampled_from([1, 10**3, 10**6]),
    apart=st.integers(1, 9),
)
@steady
def test_whole_relations_are_named_exactly_beside_columns_that_nearly_depend(
    seed: int, factors: list[int], constant: int, offset: int, apart: int
) -> None:
    random = np.random.default_rng(seed)
    X = np.round(random.normal(size=(40, len(factors))) * 100) + offset
    near = X[:, :1] + 10.0**-apart * np.round(random.normal(size=(40, 1)), 6)
    made = X @ factors + constant
    problem = problem_of(np.column_stack([X, near, made]), np.ones(40))
    (relation,) = named(problem, bias=True).columns
    told = {f"x{i + 1}": float(factor) for i, factor in enumerate(factors) if factor}
    if constant or not told:
        told[""] = float(constant)
    column, words = relation.split(" = ")
    assert (column, terms_of(words)) == (f"x{len(factors) + 2}", told)
    assert "digits" not in words


@pytest.mark.parametrize("digits", [12, 13, 14])
def test_a_relation_that_holds_to_fewer_digits_than_rounding_leaves_says_so(digits: int) -> None:
    """In 5,000 rows what differs by 1e-12 is rounding to the rank, not to the reader."""
    random = np.random.default_rng(0)
    x = random.normal(size=5000)
    problem = problem_of(np.column_stack([x, x + 2 * 10.0**-digits * random.normal(size=5000)]), x)
    assert named(problem, bias=True).columns == (f"x2 = x1 (to {digits} digits)",)


def test_a_small_constant_beside_large_numbers_is_no_noise() -> None:
    seconds = 1.7e9 + np.arange(20.0) ** 2
    problem = problem_of(np.column_stack([seconds, seconds + 1]), np.ones(20))
    assert named(problem, bias=True).columns == ("x2 = x1 + 1",)


# --- what is determined


@given(columns=dependent_columns(least_rows=4))
@steady
def test_determined_sums_come_out_alike_from_different_starts(
    columns: tuple[Floats, bool, bool],
) -> None:
    X, bias, standardize = columns
    problem = problem_of(X, np.random.default_rng(0).normal(size=len(X)))
    found = named(problem, bias=bias, standardize=standardize)
    names = [f"w({name})" for name in problem.features] + ["bias"]
    ends, sums = [], []
    for seed in (1, 2):
        config = TrainConfig(
            lr="best", init="random", seed=seed, bias=bias, standardize=standardize
        )
        trainer = Trainer(problem, config)
        per_digit = trainer.theory.epochs_per_digit
        assume(per_digit is not None and 14 * per_digit < 20_000)
        trainer.run(20_000)
        end = trainer.snapshot()
        numbers = dict(zip(names, end.raw_weights.tolist(), strict=False))
        sums.append([value_of(words, numbers) for words in found.determined])
        ends.append(end)
    one, other = ends
    size = np.abs(one.raw_weights).max()
    assert sums[0] == pytest.approx(sums[1], rel=1e-9, abs=1e-9 * size)
    assert one.loss == pytest.approx(other.loss, rel=1e-9, abs=1e-20)
    # So that the sums are known to be worth naming: the weights differ.
    assert np.abs(one.raw_weights - other.raw_weights).max() > 1e-6 * size


@pytest.mark.filterwarnings("error")
def test_columns_near_the_ends_of_float64_make_no_nan() -> None:
    tiny = np.array([[-1e-320, 0.0], [2e-320, 0.0], [3e-320, 0.0]])
    found = dependence(Spectrum.of(problem_of(tiny, np.arange(3.0)), bias=True, standardize=True))
    assert found is not None
    assert found.columns == ("x2 = 0",)
    huge = np.column_stack([tiny[:, 0], tiny[:, 0] * 1e308 * 1e308])
    problem = problem_of(huge, np.arange(3.0))
    assert dependence(Spectrum.of(problem, bias=True, standardize=True)) is None
