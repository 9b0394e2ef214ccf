"""What the two NumPy backends share: where the numbers are kept."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.backends.phases import FORWARD, GRADIENT, LOSS, UPDATE, Phase
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class NumpyBackend(Backend):
    """Weights as a column of shape (p, 1), prediction and target of shape (n,), as the article."""

    PHASES: ClassVar[tuple[Phase, ...]] = (FORWARD, LOSS, GRADIENT, UPDATE)
    ARTICLE_INIT = 0.1
    SCRIPT_SETUP = "w = w.reshape(-1, 1)"
    SCRIPT_WEIGHTS = "w.ravel()"

    def set_up(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        self.put_rows(X, y)
        self.w: Floats = np.empty((self.p, 1), dtype=self.dtype)
        for slot in self.SLOTS:
            setattr(self, slot, np.zeros((self.p, 1), dtype=self.dtype))

    def put_rows(self, X: Floats, y: Floats) -> None:
        self.X, self.y_true = X, y
        self._is_looked = False

    def forward(self) -> None:
        """Equation 1: f(X, w) = X w."""
        self.y_pred = np.sum(np.dot(self.X, self.w), 1)

    def loss(self) -> None:
        """Equation 2: the mean squared error."""
        self.mse = np.mean((self.y_true - self.y_pred) ** 2)

    @abstractmethod
    def gradient(self) -> None:
        """The derivative of the loss by each weight."""

    @abstractmethod
    def update(self) -> None:
        """One step down the gradient."""

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
        self._is_looked = False
