"""The article, to the letter: its defaults, its own loops and the weights it ends with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from linreg_core.arrays import Floats
from linreg_core.settings.catalogue import BACKENDS
from linreg_core.settings.config import TrainConfig
from linreg_core.trainer import Trainer
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
    assert (run.bias, run.standardize, run.lr_rule) == (True, True, "auto")
    assert run.lr == pytest.approx(0.5, rel=1e-12)  # both columns have mean square 1
    start = trainer.snapshot()
    assert start.run.names == ("x1", "bias")
    assert start.run.is_scaled
    trainer.run(100)
    assert trainer.snapshot().raw_weights == pytest.approx([0.0005, 1.0], rel=1e-9)


def test_what_was_asked_for_wins_over_the_defaults() -> None:
    problem = problem_of([[1.0], [2.0]], [1.0, 3.0], as_article=False)
    asked = TrainConfig(lr=0.01, bias=False, standardize=False, dtype="float32", tol=0.1, seed=3)
    run = Trainer(problem, asked).settings
    for name in ("lr", "bias", "standardize", "dtype", "tol", "seed", "init", "backend", "device"):
        assert getattr(run, name) == getattr(asked, name), name


# --- the article, to the letter


def article_two_weights(epochs: int) -> Floats:
    X, y_true = ARTICLE_X, ARTICLE_Y
    w = np.array([[0.1], [0.1]])
    for _ in range(epochs):
        df_w0 = (-2 * np.dot(X[:, 0], (y_true - np.sum(np.dot(X, w), 1)))) / len(X)
        df_w1 = (-2 * np.dot(X[:, 1], (y_true - np.sum(np.dot(X, w), 1)))) / len(X)
        w[0] = w[0] - (0.0001 * df_w0)
        w[1] = w[1] - (0.0001 * df_w1)
    return w.ravel()


def article_numpy(epochs: int) -> Floats:
    X, y_true = ARTICLE_X, ARTICLE_Y
    w = np.array([[0.1], [0.1]])
    for _ in range(epochs):
        df = (-2 * np.dot(X.T, (y_true - np.sum(np.dot(X, w), 1)))) / len(X)
        w -= 0.0001 * df.reshape(w.shape)
    return w.ravel()


def article_tensor(epochs: int) -> Floats:
    X = torch.from_numpy(ARTICLE_X).float()
    y_true = torch.matmul(X, torch.tensor([[10.0], [20.0]]))
    w = torch.tensor([[0.0], [0.0]], requires_grad=True)
    for _ in range(epochs):
        y_pred = torch.matmul(X, w)
        (torch.sum((y_true - y_pred) ** 2) / len(y_true)).backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            assert w.grad is not None
            w -= w.grad * 0.0001
            w.grad.zero_()
    weights: Floats = w.detach().numpy().ravel()
    return weights


def article_nn(epochs: int) -> Floats:
    X = torch.from_numpy(ARTICLE_X)
    y_true = torch.from_numpy(ARTICLE_Y)
    torch.manual_seed(0)
    mse = torch.nn.MSELoss()
    model = torch.nn.Linear(2, 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0001)
    for _ in range(epochs):
        y_pred = model(X.float())
        mse(y_pred.float(), y_true.reshape(-1, 1).float()).backward()
        optimizer.step()
        optimizer.zero_grad()
    weights: Floats = model.weight.detach().numpy().ravel()
    return weights


@pytest.mark.parametrize(
    ("backend", "loop", "tolerance"),
    [
        # 2/n · Xᵀ(f - y) rounds otherwise than the article's -2 · Xᵀ(y - f) / n.
        ("numpy-two-weights", article_two_weights, 1e-12),
        ("numpy", article_numpy, 1e-12),
        ("tensor", article_tensor, 0),
        ("nn", article_nn, 0),
    ],
)
def test_a_backend_computes_what_the_article_s_own_loop_does(
    backend: str, loop: Callable[[int], Floats], tolerance: float
) -> None:
    trainer = Trainer(article(), TrainConfig(backend=backend))
    trainer.run(2000)
    weights = trainer.snapshot().weights
    expected = loop(2000)
    assert weights.dtype == expected.dtype
    np.testing.assert_allclose(weights, expected, rtol=tolerance, atol=0)


@pytest.mark.parametrize("backend", ["numpy-two-weights", "numpy"])
def test_a_million_epochs_end_where_the_article_s_did(backend: str) -> None:
    trainer = Trainer(article(), TrainConfig(backend=backend))
    assert trainer.run(1_000_000) == 1_000_000
    snapshot = trainer.snapshot()
    assert [f"{weight:.8f}" for weight in snapshot.raw_weights] == ["10.00000008", "19.99999994"]
    assert snapshot.curve.epoch[-1] <= 1_000_000
    assert len(snapshot.curve.epoch) < 4_000
