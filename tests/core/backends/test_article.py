"""The article, to the letter: its defaults, its own loops and the weights it ends with."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.timeline.checkpoint import Status
from linreg_core.trainer import Trainer
from linreg_core.ways.loading import LOADER
from tests.core.article_text import run_article
from tests.core.cases import ARTICLE_X, ARTICLE_Y, article, problem_of

# --- defaults (DESIGN section 2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_defaults_reproduce_the_article(backend: str) -> None:
    run = Trainer(article(), TrainConfig(backend=backend)).settings
    assert run.dtype == ("float32" if BACKENDS[backend].uses_torch else "float64")
    assert (run.lr, run.lr_rule) == (1e-4, None)
    assert (run.bias, run.standardize, run.tol) == (False, False, None)


def test_the_defaults_for_a_file_can_train_it() -> None:
    problem = problem_of([[1000.0], [2000.0], [3000.0]], [1.0, 3.0, 2.0], as_article=False)
    trainer = Trainer(problem, TrainConfig())
    run = trainer.settings
    assert (run.bias, run.standardize, run.lr_rule) == (True, True, "slow")
    assert run.lr == pytest.approx(0.05, rel=1e-12)  # both columns have mean square 1
    start = trainer.snapshot()
    assert start.run.names == ("x1", "bias")
    assert start.run.is_scaled
    trainer.run(500)
    assert trainer.snapshot().raw_weights == pytest.approx([0.0005, 1.0], rel=1e-9)


def test_what_was_asked_for_wins_over_the_defaults() -> None:
    problem = problem_of([[1.0], [2.0]], [1.0, 3.0], as_article=False)
    asked = TrainConfig(lr=0.01, bias=False, standardize=False, dtype="float32", tol=0.1, seed=3)
    run = Trainer(problem, asked).settings
    for name in ("lr", "bias", "standardize", "dtype", "tol", "seed", "init", "backend", "device"):
        assert getattr(run, name) == getattr(asked, name), name


# --- the article, to the letter


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_computes_what_the_article_s_own_text_does(backend: str) -> None:
    trainer = Trainer(article(), TrainConfig(backend=backend))
    dtype = np.dtype(trainer.settings.dtype)
    X, y, start = ARTICLE_X.astype(dtype), ARTICLE_Y.astype(dtype), trainer.snapshot().weights
    trainer.run(2000)
    expected = run_article(backend, X, y, start, lr=0.0001, epochs=2000)
    weights = trainer.snapshot().weights
    assert (weights.dtype, weights.tobytes()) == (dtype, expected.tobytes())


QUICK, LONG = 40, 310
"""Runs of each backend; the long form has 1,240 in all."""


@pytest.mark.parametrize("backend", BACKENDS)
def test_so_it_does_on_any_problem(backend: str, is_long: bool) -> None:
    """Every epoch's bits, also of runs that overflow and of numbers near both ends of the dtype."""
    for seed in range(LONG if is_long else QUICK):
        random = np.random.default_rng(seed)
        dtype = np.dtype(random.choice(["float32", "float64"]))
        n = int(random.choice([1, 2, 3, 7, 9, 33, 130, 300]))
        p = BACKENDS[backend].weights or int(random.integers(1, 13))
        span = 20 if seed % 3 == 0 else 2
        with np.errstate(over="ignore"):
            X = (random.normal(size=(n, p)) * 10.0 ** random.uniform(-span, span, p)).astype(dtype)
            y = (random.normal(size=n) * 10.0 ** random.uniform(-span, span)).astype(dtype)
        steepest = float(np.linalg.norm(X.astype(np.float64), 2)) ** 2 * 2 / n
        lr = float(random.choice([0.01, 0.5, 1.0, 1.9, 2.5])) / steepest
        if not np.isfinite(dtype.type(lr)) or dtype.type(lr) == 0:
            continue
        trainer = Trainer(
            problem_of(X, y),
            TrainConfig(backend=backend, dtype=str(dtype), lr=lr, init="random", seed=seed),
        )
        start = trainer.snapshot().weights
        epochs = int(random.integers(1, 40))
        trainer.run(epochs)
        end = trainer.snapshot()
        expected = run_article(backend, X, y, start, lr=lr, epochs=end.epoch)
        assert end.weights.tobytes() == expected.tobytes(), (seed, end.epoch)


@pytest.mark.parametrize("backend", ["numpy-two-weights", "numpy"])
def test_a_million_epochs_end_where_the_article_s_did(backend: str) -> None:
    trainer = Trainer(article(), TrainConfig(backend=backend))
    trainer.prepare()
    LOADER.wait()  # or most epochs go by the slow way
    assert trainer.run(1_000_000) == 1_000_000
    snapshot = trainer.snapshot()
    assert [f"{weight:.8f}" for weight in snapshot.raw_weights] == ["10.00000008", "19.99999994"]
    assert snapshot.curve.epoch[-1] <= 1_000_000
    assert len(snapshot.curve.epoch) < 4_000


@pytest.mark.parametrize("backend", ["numpy", "numpy-two-weights"])
@pytest.mark.parametrize(("target", "is_finite"), [(0.8e153, True), (1.2e153, False)])
def test_where_the_article_s_doubling_overflows_so_does_the_faster_way(
    backend: str, target: float, is_finite: bool
) -> None:
    """Dividing by -n/2 would hide it: with 2 rows -2·1.2e308 is beyond float64, its half is not."""
    X, y = np.array([[1e155, 0.0], [0.0, 1.0]]), np.array([target, 1.0])
    trainer = Trainer(problem_of(X, y), TrainConfig(backend=backend, lr=1e-310, init="zeros"))
    expected = run_article(backend, X, y, [0.0, 0.0], lr=1e-310, epochs=1)
    assert np.isfinite(expected).all() == is_finite
    assert trainer.run(1) == int(is_finite)
    assert trainer.status is (Status.READY if is_finite else Status.DIVERGED)
    if is_finite:
        assert trainer.snapshot().weights.tobytes() == expected.tobytes()
