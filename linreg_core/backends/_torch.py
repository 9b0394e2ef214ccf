"""What the two torch backends share: the device, and what is read back from it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

import torch

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.backends.devices import open_device
from linreg_core.backends.phases import GRADIENT
from linreg_core.errors import LinregError
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings

BACKWARD = replace(GRADIENT, method="backward")


class TorchBackend(Backend):
    """Prediction and target as columns of shape (n, 1), on the device."""

    PARAMETERS: ClassVar[tuple[str, ...]]
    SCRIPT_IMPORTS = ("import numpy as np", "import torch")

    X: torch.Tensor
    y_true: torch.Tensor
    y_pred: torch.Tensor
    mse: torch.Tensor

    def set_up(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        # Full products: TF32 would keep 10 of a float32's 23 bits.
        torch.set_float32_matmul_precision("highest")
        self.device = open_device(settings.device)
        with self.computing():
            self.set_up_model(design, settings)
            self.put_rows(X, y)

    def put_rows(self, X: Floats, y: Floats) -> None:
        # Copies, on the cpu as well: torch cannot take read-only memory.
        self.X = torch.tensor(self.columns_of(X), device=self.device)
        self.y_true = torch.tensor(y.reshape(-1, 1), device=self.device)
        self._is_looked = False

    @abstractmethod
    def set_up_model(self, design: Design, settings: Settings) -> None:
        """Put fresh parameters on the device."""

    def columns_of(self, X: Floats) -> Floats:
        """The columns of a design matrix that this backend multiplies itself."""
        return X

    @abstractmethod
    def parameters(self) -> list[torch.Tensor]:
        """The trained tensors, in the order of the weights."""

    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        parameters = zip(self.PARAMETERS, self.parameters(), strict=False)
        return (
            ("X", tuple(self.X.shape)),
            *((name, tuple(parameter.shape)) for name, parameter in parameters),
            ("prediction", tuple(self.y_pred.shape)),
            ("y", tuple(self.y_true.shape)),
        )

    def loss_value(self) -> float:
        return self.mse.item()

    def gradient_vector(self) -> Floats:
        return _to_numpy(
            _flat([values.grad for values in self.parameters() if values.grad is not None])
        )

    def put_gradient(self, gradient: Floats) -> None:
        taken = 0
        for parameter in self.parameters():
            part = gradient[taken : taken + parameter.numel()].reshape(parameter.shape)
            parameter.grad = torch.tensor(part, device=self.device)
            taken += parameter.numel()

    def prediction_and_residual(self) -> tuple[Floats, Floats]:
        prediction = self.y_pred.detach()
        return _to_numpy(prediction).ravel(), _to_numpy(prediction - self.y_true).ravel()

    def state(self) -> Floats:
        return _to_numpy(_flat(self.parameters())).copy()

    def restore(self, state: Floats) -> None:
        taken = 0
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.grad = None  # what phases, or a run cut short, have left must not pile up
                part = state[taken : taken + parameter.numel()].reshape(parameter.shape)
                parameter.copy_(torch.tensor(part))
                taken += parameter.numel()
        self._is_looked = False

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Turn torch's out-of-memory into ours, outside the except block: that holds tensors."""
        try:
            with super().computing():
                yield
        except torch.OutOfMemoryError:
            self._is_looked = False
        else:
            return
        raise LinregError(
            "out-of-memory",
            f"device {self.device} has too little memory for {self.n:,} rows; "
            "use fewer rows, float32, or another device",
        )


def _flat(tensors: list[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors])


def _to_numpy(tensor: torch.Tensor) -> Floats:
    array: Floats = tensor.cpu().numpy()
    return array
