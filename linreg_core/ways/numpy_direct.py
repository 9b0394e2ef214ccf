"""NumPy's own calls, those of the phases in their order, on arrays that are made once.

What is saved is the making of arrays, and the loss, which is taken for a whole stretch at once:
2 µs instead of 5 µs an epoch on the article's problem.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends._numpy import NumpyBackend
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.numpy_matrix import NumpyMatrix
from linreg_core.backends.numpy_two_weights import NumpyTwoWeights
from linreg_core.ways.way import Way, has_phases_of


class NumpyDirect(Way[NumpyBackend]):
    """What both NumPy backends have in common: where a stretch is put, and its losses."""

    name = "direct"
    OF: ClassVar[type[NumpyBackend]]

    def __init__(self, backend: NumpyBackend) -> None:
        super().__init__(backend)
        self._rows, self._reached = _Rows(0, backend), 0
        # With a larger one -2·a, which `descend` leaves out, might have overflown.
        self._most_gradient = float(np.finfo(backend.dtype).max) / (2 * backend.n)

    @classmethod
    def fits(cls, backend: Backend) -> bool:
        return has_phases_of(backend, cls.OF)

    @property
    def numbers_per_epoch(self) -> int:
        return max(self.backend.n, super().numbers_per_epoch)  # the errors, for all losses at once

    @property
    def wanted_stride(self) -> int:
        return 64

    @abstractmethod
    def descend(self, rows: _Rows, epochs: int) -> None:
        """Fill ``rows`` with the weights, errors and gradients of ``epochs`` epochs.

        (-2·a)/n is a/(-n/2), the same quotient rounded once, unless -2·a overflows.
        """

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        backend = self.backend
        start, known = backend.state(), self._rows.errors[self._reached]
        if len(self._rows) < epochs:
            self._rows = _Rows(epochs, backend)
        rows = self._rows
        with np.errstate(all="ignore"):
            rows.weights[0] = start
            if self.goes_on(start):
                rows.errors[0] = known
            else:
                np.dot(backend.X, backend.w, out=rows.product)
                np.subtract(backend.y_true, rows.product[:, 0], out=rows.errors[0])
            self._end = None
            self.descend(rows, epochs)
            if not np.abs(rows.gradients[:epochs]).max() < self._most_gradient:
                return backend.run(epochs, gradients=gradients)
            reached = rows.errors[1 : epochs + 1]
            losses = np.mean(np.square(reached, out=rows.squares[:epochs]), axis=1)
        self._end, self._reached = rows.weights[epochs].copy(), epochs
        backend.restore(self._end)
        return Tape(
            states=rows.weights[1 : epochs + 1],
            losses=losses,
            gradients=rows.gradients[:epochs] if gradients else None,
        )


class DirectMatrix(NumpyDirect):
    """Those of `NumpyMatrix`."""

    OF = NumpyMatrix

    def descend(self, rows: _Rows, epochs: int) -> None:
        backend, divide, multiply, subtract = self.backend, np.divide, np.multiply, np.subtract
        project, predict = backend.X.T.dot, backend.X.dot
        product, y_true = rows.product, backend.y_true
        y_pred = product[:, 0]
        minus_half_n, lr = (
            np.asarray(each, dtype=backend.dtype) for each in (-backend.n / 2, backend.lr)
        )
        change = np.empty((backend.p, 1), dtype=backend.dtype)
        change_row = change[:, 0]
        w, error = rows.weight_columns[0], rows.error_rows[0]
        for df, next_w, next_error in rows.next(epochs):
            project(error, df)
            divide(df, minus_half_n, df)
            multiply(lr, df, change_row)
            w = subtract(w, change, next_w)
            predict(w, product)
            error = subtract(y_true, y_pred, next_error)


class DirectTwoWeights(NumpyDirect):
    """Those of `NumpyTwoWeights`."""

    OF = NumpyTwoWeights

    def descend(self, rows: _Rows, epochs: int) -> None:
        backend, product, subtract = self.backend, rows.product, np.subtract
        X, y_true, y_pred = backend.X, backend.y_true, product[:, 0]
        dot_x0, dot_x1, predict = X[:, 0].dot, X[:, 1].dot, X.dot
        minus_half_n, lr = -backend.n / 2, backend.lr
        error = rows.error_rows[0]
        w0, w1 = rows.weights[0]
        for df, w, next_error in rows.next(epochs):
            df[0] = df_w0 = dot_x0(error) / minus_half_n
            df[1] = df_w1 = dot_x1(error) / minus_half_n
            w[0, 0] = w0 = w0 - lr * df_w0
            w[1, 0] = w1 = w1 - lr * df_w1
            predict(w, product)
            error = subtract(y_true, y_pred, next_error)


class _Rows:
    """Room for a stretch of epochs, made once: row 0 is where the stretch starts.

    The lists hold one view per row, because taking a view from a list costs a third of making it.
    """

    def __init__(self, epochs: int, backend: Backend) -> None:
        dtype, n, p = backend.dtype, backend.n, backend.p
        self.weights = np.empty((epochs + 1, p), dtype=dtype)
        self.squares = np.empty((epochs, n), dtype=dtype)
        self.errors = np.empty((epochs + 1, n), dtype=dtype)
        self.gradients = np.empty((epochs, p), dtype=dtype)
        self.product = np.empty((n, 1), dtype=dtype)
        self.weight_columns = list(self.weights.reshape(epochs + 1, p, 1))
        self.error_rows = list(self.errors)
        self.gradient_rows = list(self.gradients)

    def next(self, epochs: int) -> Iterator[tuple[Floats, Floats, Floats]]:
        """Where each epoch puts its gradient, its weights and their errors, target - prediction."""
        return zip(
            self.gradient_rows[:epochs],
            self.weight_columns[1:],
            self.error_rows[1:],
            strict=False,
        )

    def __len__(self) -> int:
        return len(self.gradients)
