"""Linear regression with NumPy by hand, for any number of weights: the article's equation 12."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend, _Rows
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

    def descend(self, rows: _Rows, epochs: int) -> None:
        divide, multiply, subtract = np.divide, np.multiply, np.subtract
        project, predict = self.X.T.dot, self.X.dot
        product, y_true = rows.product, self.y_true
        y_pred = product[:, 0]
        minus_half_n, lr = (np.asarray(each, dtype=self.dtype) for each in (-self.n / 2, self.lr))
        change = np.empty((self.p, 1), dtype=self.dtype)
        change_row = change[:, 0]
        w, error = rows.weight_columns[0], rows.error_rows[0]
        for df, next_w, next_error in rows.next(epochs):
            project(error, df)
            divide(df, minus_half_n, df)
            multiply(lr, df, change_row)
            w = subtract(w, change, next_w)
            predict(w, product)
            error = subtract(y_true, y_pred, next_error)
