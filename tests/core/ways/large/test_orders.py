"""Orders of addition are found out, and loops written in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core.arrays import Floats
from linreg_core.settings.catalogue import DTYPES
from linreg_core.ways.large.loops import compiled, written
from linreg_core.ways.large.orders import Order, find_order

ROWS = 512


def even_and_odd(X: Floats, w: Floats) -> Floats:
    """(x0 w0 + x2 w2) + x1 w1, then the bias."""
    terms = X * w[:3]
    found: Floats = (terms[:, 0] + terms[:, 2]) + terms[:, 1]
    return found + w[3] if len(w) > 3 else found


def in_pairs(X: Floats, g: Floats) -> Floats:
    """Two rows are added together, the second one first, before they are added to what was."""
    terms = X * g[:, np.newaxis]
    total = np.zeros(X.shape[1], X.dtype)
    for pair in range(0, len(X) - 1, 2):
        total = total + (terms[pair + 1] + terms[pair])
    return total + terms[-1] if len(X) % 2 else total


def found_for(predict: Any, project: Any, dtype: str, p: int = 3) -> Order | None:
    return find_order(predict, project, (ROWS, 3), p, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("p", [3, 4])
def test_an_order_that_was_found_gives_the_same_bits(dtype: str, p: int) -> None:
    pytest.importorskip("numba", reason="numba is not installed")
    order = found_for(even_and_odd, in_pairs, dtype, p)
    assert order is not None
    assert [(each.first, each.stop, each.grouped) for each in order.columns] == [(0, 3, 2)]
    predict, project, both = compiled(written(order, 3))
    chance = np.random.default_rng(0)
    X = chance.normal(size=(ROWS + 1, 3)).astype(dtype)
    w, g = (chance.normal(size=size).astype(dtype) for size in (3, ROWS + 1))
    told = np.empty(len(X), dtype)
    predict(X, w, told)
    assert told.tobytes() == even_and_odd(X, w).tobytes()
    sums = np.zeros(3, dtype)
    project(X, g, sums, False)
    assert sums.tobytes() == in_pairs(X, g).tobytes()
    sums[:], told[:] = 0, 0
    both(X[:-1], g[:-1], sums, X[:-1], w, told[:-1])
    assert sums.tobytes() == in_pairs(X[:-1], g[:-1]).tobytes()
    assert told[:-1].tobytes() == even_and_odd(X[:-1], w).tobytes()


def test_a_product_that_is_rounded_once_with_its_sum_is_told_from_one_that_is_not() -> None:
    def fused(X: Floats, w: Floats) -> Floats:
        terms = X.astype(np.float64) * w  # exact
        first = terms[:, 0].astype(np.float32)
        second = (first + terms[:, 1]).astype(np.float32)
        return (second + terms[:, 2]).astype(np.float32)

    found = found_for(fused, in_pairs, "float32")
    assert found is not None
    assert "fma(X[i, 2], w2, fma(X[i, 1], w1, (X[i, 0] * w0)))" in written(found, 3)


def test_rows_that_are_not_treated_alike_have_no_order() -> None:
    def by_place(X: Floats, w: Floats) -> Floats:
        from_the_end = (X[:, 2] * w[2] + X[:, 1] * w[1]) + X[:, 0] * w[0]
        found: Floats = np.where(np.arange(len(X)) < 100, even_and_odd(X, w), from_the_end)
        return found

    assert found_for(by_place, in_pairs, "float64") is None


def test_columns_whose_rows_are_grouped_otherwise_have_no_order() -> None:
    def halves(X: Floats, g: Floats) -> Floats:
        terms = X * g[:, np.newaxis]
        while len(terms) > 1:
            half = len(terms) // 2
            terms = terms[:half] + terms[half : 2 * half]
        total: Floats = terms[0]
        return total

    assert found_for(even_and_odd, halves, "float64") is None
