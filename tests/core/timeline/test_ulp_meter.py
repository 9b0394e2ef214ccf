"""The next update against the digits of the dtype."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.precision import digits_of, ulp_meter
from linreg_core.settings.catalogue import DTYPES
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from tests.core.cases import article, problem_of, steady


@pytest.mark.parametrize(("dtype", "least"), [("float32", 7.2), ("float64", 15.9)])
@given(value=st.floats(1, 2) | st.floats(-1e30, 1e30).filter(lambda value: abs(value) > 1e-30))
@steady
def test_so_many_digits_are_right_in_a_number_that_is_only_rounded(
    dtype: str, least: float, value: float
) -> None:
    exact = Fraction(value) * Fraction(1, 3)
    rounded = Fraction(float(np.dtype(dtype).type(exact)))
    assert abs(rounded - exact) <= abs(exact) * Fraction(10 ** -digits_of(dtype) * (1 + 1e-6))
    assert least < digits_of(dtype) < least + 0.1


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    weight=st.floats(-1e30, 1e30) | st.integers(-60, 60).map(lambda e: 2.0**e),
    gradient=st.floats(-1e30, 1e30),
)
@steady
def test_half_a_unit_is_half_the_way_to_the_next_number_in_the_step_s_direction(
    dtype: str, weight: float, gradient: float
) -> None:
    """At a power of two the numbers towards 0 are twice as close."""
    kind: Any = np.dtype(dtype).type
    weights, gradients = np.array([weight], dtype=dtype), np.array([gradient], dtype=dtype)
    step = gradients[0] * kind(0.5)
    neighbour = np.nextafter(weights[0], kind(-np.inf if step > 0 else np.inf))
    meter = ulp_meter(weights, gradients, 0.5)
    assert meter.half_ulp[0] == abs(float(neighbour) - float(weights[0])) / 2
    assert meter.step[0] == abs(float(step))
    assert meter.is_stuck[0] == (weights[0] - step == weights[0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("weight", [1.0, 10.0, -8.0, 1.5, 1024.0])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_smaller_step_is_rounded_away_and_a_larger_one_is_not(
    dtype: str, weight: float, sign: float
) -> None:
    weights = np.array([weight], dtype=dtype)
    half = ulp_meter(weights, np.array([sign], dtype=dtype), 1.0).half_ulp[0]
    for share, stuck in ((0.99, True), (1.01, False)):
        gradients = np.array([sign * share * half], dtype=dtype)
        assert ulp_meter(weights, gradients, 1.0).is_stuck.tolist() == [stuck]


@pytest.mark.parametrize("backend", ["numpy-two-weights", "numpy"])
@pytest.mark.parametrize("dtype", DTYPES)
@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.5, 0.1, 0.03]))
@steady
def test_all_weights_are_stuck_exactly_where_the_run_is_found_frozen(
    backend: str, dtype: str, seed: int, share: float
) -> None:
    random = np.random.default_rng(seed)
    problem = problem_of(random.normal(size=(6, 2)), random.normal(size=6))
    limit = Trainer(problem, TrainConfig()).theory.lr_limit
    assert limit is not None
    trainer = Trainer(problem, TrainConfig(backend=backend, dtype=dtype, lr=share * limit))
    trainer.run(30_000)
    start = trainer.status_epoch
    is_frozen = trainer.status is Status.FROZEN
    checked = [0, 1, trainer.epoch] if start is None else [0, start - 1, start, start + 1, 30_000]
    for epoch in checked:
        trainer.goto(epoch)
        stuck = trainer.snapshot().meter.is_stuck
        assert stuck.all() == (is_frozen and start is not None and epoch >= start)


def test_the_article_in_float32_is_held_by_half_a_unit() -> None:
    """FIELD_NOTES: lr·gradient has fallen under 4.77e-7 at 10."""
    trainer = Trainer(article(), TrainConfig(dtype="float32", lr=1e-3))
    trainer.run(200_000)
    end = trainer.snapshot()
    assert end.status is Status.FROZEN
    assert f"{end.meter.half_ulp[0]:.2e}" == "4.77e-07"
    assert (end.meter.step <= end.meter.half_ulp).all()
    trainer.goto(0)
    first = trainer.snapshot().meter
    assert not first.is_stuck.any()
    assert (first.step > first.half_ulp).all()


def test_inside_an_epoch_the_meter_is_that_of_its_start() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(3)
    before = trainer.snapshot().meter
    for _ in range(3):
        trainer.phase()
        assert trainer.snapshot().meter.step.tolist() == before.step.tolist()


def test_steps_that_overflow_are_told_and_never_raised() -> None:
    weights = np.array([np.finfo(np.float32).max, 1.0], dtype=np.float32)
    gradients = np.array([-np.inf, np.nan], dtype=np.float32)
    meter = ulp_meter(weights, gradients, 1e30)
    assert meter.is_stuck.tolist() == [False, False]
