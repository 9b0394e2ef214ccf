"""Linear regression with NumPy by hand, one derivative per weight: the article's eqs. 10 and 11."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.modes import GradientDescentModes
from linreg_core.errors import LinregError
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class NumpyTwoWeights(NumpyBackend):
    """The article's first version: "if the input has more than 2 columns, it will not work"."""

    MODES = GradientDescentModes

    def set_up(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        if self.p != 2:
            raise LinregError(
                "weights-not-two",
                "backend numpy-two-weights writes out one derivative for each of exactly 2 weights "
                f"(article eqs 10, 11), and this problem has {self.p} ({', '.join(design.names)}); "
                "use backend numpy, which does any number at once (eq 12)",
            )
        super().set_up(X, y, design, settings)

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

    def put_gradient(self, gradient: Floats) -> None:
        self.df_w0, self.df_w1 = gradient
