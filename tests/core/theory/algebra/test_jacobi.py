"""Singular values of columns in unequal units, against rational arithmetic."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.arrays import Floats
from linreg_core.theory.algebra import jacobi
from tests.core.cases import steady
from tests.core.exact_algebra import assert_eigenvalues, gram

CUT = 1e-14


def factors(columns: Floats, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """U, s and V, checked to be what they are called."""
    left, singular, right = jacobi.svd(columns, sizes, CUT)
    m = len(singular)
    np.testing.assert_allclose(left.T @ left, np.eye(m), atol=1e-13)
    np.testing.assert_allclose(right.T @ right, np.eye(m), atol=1e-13)
    assert (np.diff(singular) <= 0).all()
    lengths = sizes * np.linalg.norm(columns, axis=0)
    error = np.abs((left * singular) @ right.T - columns * sizes).max(axis=0)
    assert (error <= 1e-13 * lengths).all()  # of each column, however small
    return left, singular, right


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(2, 5),
    powers=st.lists(st.integers(-498, 498), min_size=1, max_size=5),
)
@steady
def test_every_singular_value_has_its_digits_whatever_the_units(
    seed: int, n: int, powers: list[int]
) -> None:
    """From 1e-150 to 1e150: its squares are compared, exactly."""
    p = len(powers)
    columns = np.random.default_rng(seed).normal(size=(p, p)) + n * np.eye(p)
    sizes = 2.0 ** np.array(powers)
    singular = factors(columns, sizes)[1]
    worst = np.linalg.cond(columns / np.linalg.norm(columns, axis=0))
    assert_eigenvalues(gram(columns * sizes), singular**2, 1e-14 * float(worst))


def test_small_parts_of_directions_have_their_digits_too() -> None:
    """Two columns a, b: Vᵀ turns by half the arc tangent of 2ab/(aa - bb), here 1e-18."""
    columns = np.array([[3.0, 1.0], [0.0, 2.0]])
    _, _, right = factors(columns, np.array([1.0, 1e-18]))
    assert abs(right[1, 0]) == pytest.approx(1e-18 / 3, rel=1e-14)
    assert abs(right[0, 1]) == pytest.approx(1e-18 / 3, rel=1e-14)


@given(seed=st.integers(0, 2**32), powers=st.lists(st.integers(-100, 100), min_size=2, max_size=6))
@steady
def test_directions_are_at_right_angles_in_their_smallest_parts(
    seed: int, powers: list[int]
) -> None:
    """Directions i and j share parts of s_j / s_i, which cancel to their last digits."""
    p = len(powers)
    columns = np.random.default_rng(seed).normal(size=(p, p)) + 3 * np.eye(p)
    _, singular, right = factors(columns, 10.0 ** np.array(powers))
    worst = float(np.linalg.cond(columns / np.linalg.norm(columns, axis=0)))
    for i in range(p):
        for j in range(i + 1, p):
            angle = abs(float(right[:, i] @ right[:, j]))
            assert angle <= 1e-14 * worst * singular[j] / singular[i]


def test_columns_that_depend_on_others_are_left_out_though_their_rounding_is_larger() -> None:
    columns = np.array([[1.0, 3.0, 1.0], [0.1, 0.3, 2.0]])
    sizes = np.array([1e18, 1e18, 1.0])
    left, singular, right = factors(columns, sizes)
    assert (left.shape, right.shape) == ((2, 2), (3, 2))
    # The distance of the third column from the line of the first.
    assert singular[1] == pytest.approx(1.9 / np.hypot(1, 0.1), rel=1e-13)
    assert len(factors(columns[:, :2], sizes[:2])[1]) == 1


def test_columns_of_zeros_have_no_singular_value() -> None:
    left, singular, right = jacobi.svd(np.zeros((2, 3)), np.ones(3), CUT)
    assert (left.shape, singular.shape, right.shape) == ((2, 0), (0,), (3, 0))


@pytest.mark.parametrize("spread", [0, 5, 100])
def test_lapack_agrees_on_the_largest(spread: int) -> None:
    random = np.random.default_rng(0)
    columns, sizes = random.normal(size=(40, 41)), 10.0 ** random.uniform(-spread, spread, 41)
    singular = factors(columns, sizes)[1]
    expected = np.linalg.svd(columns * sizes, compute_uv=False)
    np.testing.assert_allclose(singular, expected, rtol=0, atol=1e-13 * expected[0])


def test_two_hundred_columns_take_no_time_that_anyone_waits_for() -> None:
    random = np.random.default_rng(0)
    columns, sizes = random.normal(size=(200, 200)), 10.0 ** random.uniform(-9, 9, 200)
    begun = time.process_time()
    factors(columns, sizes)
    assert time.process_time() - begun < 5  # 0.5 s measured
