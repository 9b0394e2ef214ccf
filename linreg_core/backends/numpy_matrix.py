"""Linear regression with NumPy by hand, for any number of weights: the article's equation 12."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend, _Rows


class NumpyMatrix(NumpyBackend):
    """The derivative by all weights at once, as one product with the transposed data."""

    grad: Floats

    def gradient(self) -> None:
        """Equation 12: (2/n) Xᵀ residual."""
        self.grad = 2 / self.n * np.dot(self.X.T, self.residual)

    def update(self) -> None:
        """Go down the gradient: w ← w - lr · gradient."""
        self.w -= self.lr * self.grad.reshape(self.w.shape)

    def gradient_vector(self) -> Floats:
        return self.grad

    def descend(self, rows: _Rows, epochs: int) -> None:
        multiply, subtract = np.multiply, np.subtract
        project, predict = self.X.T.dot, self.X.dot
        product, y = rows.product, self.y
        prediction = product[:, 0]
        two_nths, lr = (np.asarray(factor, dtype=self.dtype) for factor in (2 / self.n, self.lr))
        change = np.empty((self.p, 1), dtype=self.dtype)
        change_row = change[:, 0]
        w, residual = rows.weight_columns[0], rows.residual_rows[0]
        for grad, next_w, next_residual in rows.next(epochs):
            project(residual, grad)
            multiply(two_nths, grad, grad)
            multiply(lr, grad, change_row)
            w = subtract(w, change, next_w)
            predict(w, product)
            residual = subtract(prediction, y, next_residual)
