"""The yardstick: the article's own loops, line for line, around a number of epochs.

Each takes the data as the article has it at that point, trains, and gives back what it trained.
Only the number of weights is taken from the data, where the article writes 2.
"""

# The article's lines, without casts for the type checker.
# mypy: disable-error-code="no-untyped-call, operator, union-attr"

from __future__ import annotations

import numpy as np
import torch

from linreg_core.arrays import Floats


def numpy_two_weights(X: Floats, y_true: Floats, nepochs: int) -> Floats:
    """Equations 10 and 11; X is (n, 2), y_true (n,)."""

    def f(X: Floats, w: Floats) -> Floats:
        prediction: Floats = np.sum(np.dot(X, w), 1)
        return prediction

    learning_rate = 0.0001
    w = np.array([[0.1], [0.1]])
    for _ in range(nepochs):
        df_w0 = (-2 * np.dot(X[:, 0], (y_true - f(X, w)))) / len(X)
        df_w1 = (-2 * np.dot(X[:, 1], (y_true - f(X, w)))) / len(X)

        w[0] = w[0] - (learning_rate * df_w0)
        w[1] = w[1] - (learning_rate * df_w1)
    return w


def numpy_general(X: Floats, y_true: Floats, nepochs: int) -> Floats:
    """Equation 12; X is (n, d), y_true (n,)."""

    def f(X: Floats, w: Floats) -> Floats:
        prediction: Floats = np.sum(np.dot(X, w), 1)
        return prediction

    learning_rate = 0.0001
    w = np.full((X.shape[1], 1), 0.1)
    for _ in range(nepochs):
        df = (-2 * np.dot(X.T, (y_true - f(X, w)))) / len(X)
        w -= learning_rate * df.reshape(w.shape)
    return w


def tensor(X: torch.Tensor, y_true: torch.Tensor, nepochs: int) -> torch.Tensor:
    """Autograd; X is (n, d), y_true (n, 1), both float32."""

    def f(X: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return torch.matmul(X, w)

    def mse(y_true: torch.Tensor, y_pred: torch.Tensor) -> torch.Tensor:
        return torch.sum((y_true - y_pred) ** 2) / len(y_true)

    learning_rate = 0.0001
    w = torch.zeros(X.shape[1], 1, requires_grad=True)
    for _ in range(nepochs):
        y_pred = f(X, w)
        mse(y_true, y_pred).backward()
        with torch.no_grad():
            w -= w.grad * learning_rate
            w.grad.zero_()
    return w


def nn(X: torch.Tensor, y_true: torch.Tensor, nepochs: int) -> list[torch.nn.Parameter]:
    """nn.Linear, nn.MSELoss and optim.SGD; X is (n, d), y_true (n, 1), both float32."""
    learning_rate = 0.0001
    mse = torch.nn.MSELoss()
    model = torch.nn.Linear(X.shape[1], 1, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(nepochs):
        y_pred = model(X.float())
        mse(y_pred.float(), y_true.reshape(-1, 1).float()).backward()
        optimizer.step()
        optimizer.zero_grad()
    return list(model.parameters())
