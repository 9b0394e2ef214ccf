"""The rows that stand for all others, and the theory that follows from them."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.datasets.large.condensed import Condensed, condensed
from linreg_core.datasets.large.moments import Moments, MomentsSoFar
from linreg_core.problem import Design, Problem
from linreg_core.theory.algebra.spectrum import Spectrum
from tests.core.datasets.large.tables import values


def moments(table: Floats, block_rows: int) -> Moments:
    so_far = MomentsSoFar(table.shape[1])
    for first in range(0, len(table), block_rows):
        so_far.add(table[first : first + block_rows])
    return so_far.moments()


def as_condensed(table: Floats, block_rows: int) -> Condensed:
    names = tuple("abcdefgh"[: table.shape[1] - 1])
    return condensed("t", moments(table, block_rows), names, "y", blocks=None, digest="")


def as_problem(table: NDArray[np.float64]) -> Problem:
    names = tuple("abcdefgh"[: table.shape[1] - 1])
    return Problem("t", table[:, :-1], table[:, -1], names, "y")


@pytest.mark.parametrize("block_rows", [1, 7, 64, 999, 5000])
def test_the_rows_that_stand_for_a_table_have_its_means_and_products(block_rows: int) -> None:
    table = values(1000, 4)
    found = moments(table, block_rows)
    stand_ins = found.stand_ins()
    assert stand_ins.shape == (6, 5)
    exact = [[Fraction(number) for number in row] for row in table.tolist()]
    means = [sum(column) / 1000 for column in zip(*exact, strict=True)]
    sizes = table.std(axis=0)
    for j, mean in enumerate(means):
        assert found.means[j] == pytest.approx(float(mean), rel=1e-15)
        for k in range(j, 5):
            product = sum((row[j] - mean) * (row[k] - means[k]) for row in exact) / 1000
            got = float(np.mean(stand_ins[:, j] * stand_ins[:, k]))
            assert got == pytest.approx(float(product), abs=1e-14 * sizes[j] * sizes[k])
    assert np.abs(stand_ins.sum(axis=0)).max() <= 1e-13 * sizes.max()


@pytest.mark.parametrize("centre", [True, False])
def test_a_single_block_is_standardised_to_the_bits_of_a_table_in_memory(centre: bool) -> None:
    table = values(500, 5, seed=3)
    ours = as_condensed(table, 500).standardisation(centre=centre)
    theirs = as_problem(table).standardisation(centre=centre)
    assert all(map(np.array_equal, ours, theirs))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("block_rows", [64, 2000])
def test_theory_is_that_of_the_table_in_memory(
    bias: bool, standardize: bool, block_rows: int
) -> None:
    table = values(2000, 6, seed=1)
    ours = Spectrum.of(as_condensed(table, block_rows), bias=bias, standardize=standardize)
    theirs = Spectrum.of(as_problem(table), bias=bias, standardize=standardize)
    assert ours.eigenvalues == pytest.approx(theirs.eigenvalues, rel=1e-8)
    assert ours.condition_number == pytest.approx(theirs.condition_number, rel=1e-8)
    assert ours.optimum.weights == pytest.approx(theirs.optimum.weights, rel=1e-8)
    assert ours.optimum.loss == pytest.approx(theirs.optimum.loss, rel=1e-8)
    assert ours.rank == theirs.rank


def test_the_factor_keeps_digits_that_sums_of_products_lose() -> None:
    chance = np.random.default_rng(5)
    x = chance.normal(size=3000)
    table = np.column_stack([x, x + 1e-7 * chance.normal(size=3000)])
    table = np.column_stack([table, table @ [1.0, 2.0]])
    optimum = Spectrum.of(as_condensed(table, 100), bias=True, standardize=True).optimum
    assert optimum.weights[:2] == pytest.approx([1.0, 2.0], abs=1e-7)
    X = table[:, :2] - table[:, :2].mean(axis=0)
    by_products = np.linalg.solve(X.T @ X, X.T @ (table[:, 2] - table[:, 2].mean()))
    assert np.abs(by_products - [1.0, 2.0]).max() > 1e-4


def test_dependent_columns_are_told_as_those_of_many_rows() -> None:
    table = values(5000, 3, seed=2)
    table = np.column_stack([table[:, :3], table[:, 0] + table[:, 1], table[:, 3]])
    ours = Spectrum.of(as_condensed(table, 512), bias=True, standardize=True)
    theirs = Spectrum.of(as_problem(table), bias=True, standardize=True)
    assert ours.rank == theirs.rank == 4


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_sizes_near_the_ends_of_float64(size: float) -> None:
    table = values(300, 2, seed=4) * [size, 1.0, 1.0]
    design = Design.of(as_condensed(table, 50), bias=True, standardize=True)
    assert np.sqrt(np.mean(design.X[:, 0] ** 2)) == pytest.approx(1)
    assert design.scale[0] == pytest.approx(float(np.std(table[:, 0] / size)) * size)


def test_a_constant_column_stays_exactly_constant() -> None:
    table = values(400, 3, seed=6)
    table[:, 1] = 0.1
    found = as_condensed(table, 64)
    shift, scale = found.standardisation(centre=True)
    assert shift[1] == 0.1
    assert scale[1] == 1
    assert not Design.of(found, bias=True, standardize=True).X[:, 1].any()


def test_fewer_rows_than_columns() -> None:
    found = as_condensed(values(2, 4), 1)
    assert Spectrum.of(found, bias=True, standardize=True).rank == 2


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_rows_of_many_columns_have_few_that_stand_for_them(rows: int) -> None:
    table = values(rows, 30)
    found = moments(table, 2)
    assert found.stand_ins().shape == (rows, 31)
    products = found.stand_ins().T @ found.stand_ins() / rows
    centred = table - table.mean(axis=0)
    scale = float(np.abs(centred).max()) ** 2 + 1
    assert products == pytest.approx(centred.T @ centred / rows, abs=1e-12 * scale)
