"""Forecasts against what runs do: where they overflow, where they freeze, with how many digits."""

from __future__ import annotations

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linreg_core.problem import Problem
from linreg_core.settings.catalogue import DTYPES
from linreg_core.settings.config import TrainConfig
from linreg_core.theory.algebra.spectrum import Spectrum
from linreg_core.theory.forecast import epochs_to_digits
from linreg_core.theory.theory import FREEZE_SPREAD, Forecast, Theory
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from linreg_core.views.snapshot import Snapshot
from tests.core.cases import article, exact, problem_of, steady


def drawn(seed: int, *, orders: float = 0.3) -> tuple[Problem, TrainConfig, float]:
    """A problem, settings without a learning rate, and the limit of it.

    Args:
        seed: decides all of it.
        orders: columns differ in size by so many powers of ten in either direction.
    """
    random = np.random.default_rng(seed)
    n, d = int(random.integers(1, 30)), int(random.integers(1, 6))
    bias, standardize = bool(random.integers(2)), bool(random.integers(2))
    X = random.normal(size=(n, d)) * 10.0 ** random.uniform(-orders, orders, size=d)
    problem = problem_of(X, random.normal(size=n))
    spectrum = Spectrum.of(problem, bias=bias, standardize=standardize)
    config = TrainConfig(bias=bias, standardize=standardize, init="random", seed=seed)
    return problem, config, float(2 / spectrum.eigenvalues[0])


def ended(
    problem: Problem, config: TrainConfig, lr: float, dtype: str, epochs: int
) -> tuple[Forecast, Snapshot]:
    """What was foretold of a run in its own dtype, and what came of it."""
    trainer = Trainer(problem, TrainConfig(**{**vars(config), "lr": lr, "dtype": dtype}))
    trainer.run(epochs)
    (foretold,) = (told for told in trainer.theory.forecasts if told.dtype == dtype)
    return foretold, trainer.snapshot()


# --- overflow


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    seed=st.integers(0, 2**32), share=st.sampled_from([1.01, 1.1, 3.0, 100.0]) | st.floats(1.05, 9)
)
@steady
def test_a_run_overflows_where_it_was_foretold(dtype: str, seed: int, share: float) -> None:
    """Within 1 %; measured: to the epoch in 480 runs of 480."""
    problem, config, limit = drawn(seed, orders=1)
    foretold, end = ended(problem, config, share * limit, dtype, 100_000)
    assert end.status is Status.DIVERGED
    assert foretold.overflow_epoch == pytest.approx(end.status_epoch, rel=0.01, abs=1)
    assert (foretold.freeze_epoch, foretold.digits) == (None, None)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("lr", [0.034, 0.033063 * 1.01, 1.0, 1e9])
def test_the_article_overflows_where_it_was_foretold(lr: float, dtype: str) -> None:
    foretold, end = ended(article(), TrainConfig(), lr, dtype, 100_000)
    assert foretold.overflow_epoch == pytest.approx(end.status_epoch, rel=0.01, abs=1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_below_the_limit_nothing_overflows(dtype: str) -> None:
    foretold, end = ended(article(), TrainConfig(), 0.033063 * 0.99, dtype, 100_000)
    assert foretold.overflow_epoch is None
    assert end.status is not Status.DIVERGED


@pytest.mark.parametrize(("dtype", "size"), [("float32", 1e20), ("float64", 1e160)])
def test_a_start_beyond_the_dtype_overflows_at_epoch_0(dtype: str, size: float) -> None:
    problem = problem_of([[1.0], [2.0]], [size, -size])
    foretold, end = ended(problem, TrainConfig(), 0.1, dtype, 5)
    assert (end.status, end.status_epoch) == (Status.DIVERGED, 0)
    assert (foretold.overflow_epoch, foretold.freeze_epoch) == (0, None)


def test_a_start_on_the_only_direction_that_stays_never_overflows() -> None:
    """In exact arithmetic: along the exploding direction there is no distance to multiply."""
    theory = Trainer(
        problem_of([[4.0, 0.0], [0.0, 1.0]], [2.0, 9.0]), TrainConfig(lr=0.2, init=0.5)
    )
    told = theory.theory
    assert told.diverges
    assert [forecast.overflow_epoch for forecast in told.forecasts] == [None, None]


def test_a_fork_s_epochs_are_counted_from_its_own_origin() -> None:
    trainer = Trainer(article(), TrainConfig())
    trainer.run(1000)
    fork = trainer.fork(TrainConfig(lr=0.034))
    fork.run(100_000)
    assert fork.status is Status.DIVERGED
    told = fork.theory.forecasts[1]
    assert (fork.settings.dtype, told.dtype) == ("float64", "float64")
    assert told.overflow_epoch == pytest.approx(fork.status_epoch, abs=60)
    assert told.overflow_epoch is not None
    assert told.overflow_epoch > 1000


# --- freezing


@pytest.mark.parametrize("share", [0.99, 0.5, 0.1, 0.01])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_run_settles_about_where_it_was_foretold(share: float, dtype: str, is_long: bool) -> None:
    """Of 60 random problems, frozen or in a cycle.

    Measured: within 1 to 4 % typically; 0.1 fewer to 0.2 more digits, at worst 1.0 fewer. A run
    that happens to land on the limit has more, on one machine 1.8 and on another 2.2: the limit is
    known to its last digit. Of these 60 and others a tenth have 0.7 to 1.3 more.
    """
    if not is_long and (dtype, share) not in (
        ("float64", 0.99),
        ("float32", 0.99),
        ("float32", 0.01),
    ):
        pytest.skip("3 s each: run with --long")
    errors, misjudged, factors = [], [], []
    for seed in range(2000, 2060):
        problem, config, limit = drawn(seed)
        foretold, end = ended(problem, config, share * limit, dtype, 100_000)
        if foretold.drifts:  # as many columns as rows: no end is foretold
            assert (foretold.freeze_epoch, foretold.digits) == (None, None)
            continue
        if end.status not in (Status.FROZEN, Status.CYCLE):
            continue
        assert foretold.freeze_epoch is not None
        assert end.progress.digits is not None
        assert foretold.digits is not None
        assert end.status_epoch is not None
        errors.append(abs(foretold.freeze_epoch - end.status_epoch) / max(end.status_epoch, 1))
        misjudged.append(end.progress.digits - foretold.digits)
        both = sorted(max(epoch, 1) for epoch in (foretold.freeze_epoch, end.status_epoch))
        factors.append(both[1] / both[0])
    assert len(errors) >= 30
    assert median(errors) < 0.06
    assert max(errors) < 0.8  # of runs of few epochs
    assert np.mean(np.array(factors) <= FREEZE_SPREAD) >= 0.95
    assert median(misjudged) == pytest.approx(0.1, abs=0.25)
    assert -1.2 < min(misjudged) <= np.quantile(misjudged, 0.9) < 1.4


@pytest.mark.parametrize(("dtype", "lr"), [("float32", 1e-3), ("float32", 1e-4), ("float64", 1e-2)])
def test_the_article_freezes_where_it_was_foretold(dtype: str, lr: float) -> None:
    foretold, end = ended(article(), TrainConfig(), lr, dtype, 400_000)
    assert end.status is Status.FROZEN
    assert foretold.freeze_epoch == pytest.approx(end.status_epoch, rel=0.01)
    assert foretold.digits == pytest.approx(end.progress.digits, abs=0.2)


def test_one_epoch_to_the_optimum_is_one_epoch_until_it_is_frozen() -> None:
    foretold, end = ended(problem_of([[2.0]], [6.0]), TrainConfig(), 0.125, "float64", 5)
    assert (foretold.freeze_epoch, end.status_epoch) == (1, 1)


def test_a_start_at_the_optimum_is_frozen_there() -> None:
    foretold, end = ended(problem_of([[2.0]], [6.0]), TrainConfig(init=3.0), 0.1, "float64", 5)
    assert (foretold.freeze_epoch, end.status_epoch) == (0, 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_digit_is_foretold_that_the_dtype_has_not(dtype: str) -> None:
    foretold, end = ended(problem_of([[2.0]], [1.0]), TrainConfig(), 0.125, dtype, 5)
    assert end.status is Status.FROZEN
    most = -math.log10(np.finfo(dtype).eps / 2)
    assert most - 0.3 < (foretold.digits or 0.0) <= most


def test_without_a_direction_a_run_is_frozen_at_once() -> None:
    theory = Trainer(problem_of(np.zeros((3, 2)), np.ones(3)), TrainConfig()).theory
    assert [told.freeze_epoch for told in theory.forecasts] == [0, 0]
    assert theory.epochs_per_digit is None


# --- digits


def theory_at(share: float) -> Theory:
    """The article's at a share of the limit."""
    limit = Trainer(article(), TrainConfig()).theory.lr_limit
    assert limit is not None
    return Trainer(article(), TrainConfig(lr=share * limit)).theory


@pytest.mark.parametrize("share", [0.01, 0.3, 0.99])
def test_after_the_epochs_of_a_digit_the_slowest_direction_is_ten_times_nearer(
    share: float,
) -> None:
    theory = theory_at(share)
    epochs = theory.epochs_per_digit
    assert epochs is not None
    assert theory.modes is not None
    assert theory.modes.growth.max() ** epochs == pytest.approx(0.1, rel=1e-9)


def test_at_the_limit_and_beyond_no_digit_ever_comes() -> None:
    assert theory_at(1.01).epochs_per_digit is None
    exact = Trainer(problem_of([[2.0]], [6.0]), TrainConfig(lr=0.25)).theory
    assert exact.lr_limit == 0.25
    assert exact.epochs_per_digit is None
    assert [told.freeze_epoch for told in exact.forecasts] == [None, None]
    assert [told.overflow_epoch for told in exact.forecasts] == [None, None]
    assert not exact.diverges


@given(seed=st.integers(0, 2**32), share=st.sampled_from([0.1, 0.5, 0.9]), digits=st.integers(1, 9))
@steady
def test_so_many_digits_are_right_from_the_epoch_on_that_was_foretold(
    seed: int, share: float, digits: int
) -> None:
    """It is a bound: all directions are taken to pull the same way."""
    problem, config, limit = drawn(seed)
    trainer = Trainer(problem, TrainConfig(**{**vars(config), "lr": share * limit}))
    descent, design = exact(trainer), exact(trainer).spectrum.design
    reference = trainer.theory.reference
    epoch = epochs_to_digits(descent, reference, digits)
    assert epoch is not None

    def digits_at(epoch: int) -> float:
        errors = design.to_raw(descent.errors(np.array([epoch])))[:, 0]
        return reference.digits_of_worst(errors) or 0.0

    for later in (epoch, epoch + 1, 2 * epoch):
        assert digits_at(later) > digits - 1e-6
    # And no loose one: with one direction left to go, it is exact.
    if len(descent.spectrum.eigenvalues) == 1 and epoch > 0:
        assert digits_at(epoch - 1) < digits + 1e-6


def test_digits_that_never_come_are_none() -> None:
    for share in (1.0, 1.01):
        trainer = Trainer(problem_of([[2.0]], [6.0]), TrainConfig(lr=0.25 * share))
        assert epochs_to_digits(exact(trainer), trainer.theory.reference, 1) is None
