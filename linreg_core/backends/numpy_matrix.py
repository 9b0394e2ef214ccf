"""Linear regression with NumPy by hand, for any number of weights: the article's equation 12."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.modes import GradientDescentModes


class NumpyMatrix(NumpyBackend):
    """The derivative by all weights at once, as one product with the transposed data."""

    MODES = GradientDescentModes
    df: Floats

    def gradient(self) -> None:
        """Equation 12: -2/n Xᵀ (y_true - y_pred)."""
        self.df = (-2 * np.dot(self.X.T, (self.y_true - self.y_pred))) / len(self.X)

    def update(self) -> None:
        """Go down the gradient: w ← w - lr · gradient."""
        self.w -= self.lr * self.df.reshape(self.w.shape)

    def gradient_vector(self) -> Floats:
        return self.df

    def put_gradient(self, gradient: Floats) -> None:
        self.df = gradient
