"""What the two NumPy backends share: where the numbers are kept, and the fast run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.phases import FORWARD, GRADIENT, LOSS, UPDATE, Phase
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class NumpyBackend(Backend):
    """Weights as a column of shape (p, 1), prediction and target of shape (n,), as the article."""

    PHASES: ClassVar[tuple[Phase, ...]] = (FORWARD, LOSS, GRADIENT, UPDATE)
    ARTICLE_INIT = 0.1
    SCRIPT_PLACE = "w = w.reshape(-1, 1)"
    SCRIPT_WEIGHTS = "w.ravel()"

    def place(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        self.X, self.y_true = X, y
        self.w: Floats = np.empty((self.p, 1), dtype=self.dtype)
        for slot in self.SLOTS:
            setattr(self, slot, np.zeros((self.p, 1), dtype=self.dtype))
        self._rows = _Rows(0, self)
        # With a larger one -2·a, which the fast way leaves out, might have overflown.
        self._most_gradient = float(np.finfo(self.dtype).max) / (2 * self.n)
        self._last: Floats | None = None

    def forward(self) -> None:
        """Equation 1: f(X, w) = X w."""
        self.y_pred = np.sum(np.dot(self.X, self.w), 1)

    def loss(self) -> None:
        """Equation 2: the mean squared error."""
        self.mse = np.mean((self.y_true - self.y_pred) ** 2)

    @property
    def numbers_kept(self) -> int:
        return max(self.n, super().numbers_kept)  # the errors, for all losses at once

    def run_phase(self, phase: Phase) -> None:
        super().run_phase(phase)
        self._last = None

    @abstractmethod
    def gradient(self) -> None:
        """The derivative of the loss by each weight."""

    @abstractmethod
    def update(self) -> None:
        """One step down the gradient."""

    def descend(self, rows: _Rows, epochs: int) -> None:
        """Fill ``rows`` with the weights, errors and gradients of ``epochs`` epochs.

        The operations are those of the phases, in their order, on the same arrays, so the bits are
        the same; what is saved is the making of new arrays and the loss, which `run` takes for the
        whole stretch at once: 2 µs instead of 5 µs an epoch on the article's problem. But for one:
        (-2·a)/n is a/(-n/2), the same quotient rounded once, unless -2·a overflows.
        """
        raise NotImplementedError  # `run` asks first

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        if not self.can_descend:
            return super().run(epochs, gradients=gradients)
        if len(self._rows) < epochs:
            self._rows = _Rows(epochs, self)
        rows = self._rows
        with np.errstate(all="ignore"):
            rows.weights[0] = self.w[:, 0]
            if self._last is None:
                np.dot(self.X, self.w, out=rows.product)
                np.subtract(self.y_true, rows.product[:, 0], out=rows.errors[0])
            else:
                rows.errors[0] = self._last
            self.descend(rows, epochs)
            if not np.abs(rows.gradients[:epochs]).max() < self._most_gradient:
                self._last = None
                return super().run(epochs, gradients=gradients)
            reached = rows.errors[1 : epochs + 1]
            losses = np.mean(np.square(reached, out=rows.squares[:epochs]), axis=1)
        self._last = rows.errors[epochs]
        self.w[:, 0] = rows.weights[epochs]
        self._is_looked = False
        return Tape(
            states=rows.weights[1 : epochs + 1],
            losses=losses,
            gradients=rows.gradients[:epochs] if gradients else None,
        )

    def loss_value(self) -> float:
        return float(self.mse)

    def prediction_and_residual(self) -> tuple[Floats, Floats]:
        return self.y_pred, self.y_pred - self.y_true

    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return (
            ("X", self.X.shape),
            ("w", self.w.shape),
            ("prediction", self.y_pred.shape),
            ("y", self.y_true.shape),
            ("gradient", self.gradient_vector().shape),
        )

    def state(self) -> Floats:
        return np.concatenate([self.w, *(getattr(self, slot) for slot in self.SLOTS)])[:, 0]

    def restore(self, state: Floats) -> None:
        self.w[:, 0], *slots = np.split(state, 1 + len(self.SLOTS))
        for slot, values in zip(self.SLOTS, slots, strict=True):
            getattr(self, slot)[:, 0] = values
        self._last = None
        self._is_looked = False


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
