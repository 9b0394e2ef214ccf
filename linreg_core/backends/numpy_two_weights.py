"""Linear regression with NumPy by hand, one derivative per weight: the article's eqs. 10 and 11."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend, _Rows
from linreg_core.backends.modes import GradientDescentModes
from linreg_core.errors import LinregError
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class NumpyTwoWeights(NumpyBackend):
    """The article's first version: "if the input has more than 2 columns, it will not work"."""

    MODES = GradientDescentModes

    def place(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        if self.p != 2:
            raise LinregError(
                "weights-not-two",
                "backend numpy-two-weights writes out one derivative for each of exactly 2 weights "
                f"(article eqs 10, 11), and this problem has {self.p} ({', '.join(design.names)}); "
                "use backend numpy, which does any number at once (eq 12)",
            )
        super().place(X, y, design, settings)

    def gradient(self) -> None:
        """Equations 10 and 11: -2/n Σ x·(y_true - y_pred), for each weight apart."""
        self.df_w0 = (-2 * np.dot(self.X[:, 0], (self.y_true - self.y_pred))) / len(self.X)
        self.df_w1 = (-2 * np.dot(self.X[:, 1], (self.y_true - self.y_pred))) / len(self.X)

    def update(self) -> None:
        """Go down the gradient, one weight after the other."""
        self.w[0] = self.w[0] - (self.lr * self.df_w0)
        self.w[1] = self.w[1] - (self.lr * self.df_w1)

    def gradient_vector(self) -> Floats:
        return np.array([self.df_w0, self.df_w1])

    def descend(self, rows: _Rows, epochs: int) -> None:
        X, y_true, product, subtract = self.X, self.y_true, rows.product, np.subtract
        dot_x0, dot_x1, predict, y_pred = X[:, 0].dot, X[:, 1].dot, X.dot, product[:, 0]
        minus_half_n, lr = -self.n / 2, self.lr
        error = rows.error_rows[0]
        w0, w1 = rows.weights[0]
        for df, w, next_error in rows.next(epochs):
            df[0] = df_w0 = dot_x0(error) / minus_half_n
            df[1] = df_w1 = dot_x1(error) / minus_half_n
            w[0, 0] = w0 = w0 - lr * df_w0
            w[1, 0] = w1 = w1 - lr * df_w1
            predict(w, product)
            error = subtract(y_true, y_pred, next_error)
