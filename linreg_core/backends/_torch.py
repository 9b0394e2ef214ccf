"""What the two torch backends share: the device, and reading back once per run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import ClassVar

import numpy as np
import torch

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.devices import open_device
from linreg_core.backends.phases import GRADIENT
from linreg_core.errors import LinregError
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings

BACKWARD = replace(GRADIENT, method="backward")

Keep = Callable[[torch.Tensor], None]
"""Told the loss after every epoch, when the parameters are those of it."""


class TorchBackend(Backend):
    """Prediction and target as columns of shape (n, 1), on the device."""

    PARAMETERS: ClassVar[tuple[str, ...]]
    SCRIPT_IMPORTS = ("import numpy as np", "import torch")

    X: torch.Tensor
    y_true: torch.Tensor
    y_pred: torch.Tensor
    mse: torch.Tensor

    def place(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        # Full products: TF32 would keep 10 of a float32's 23 bits.
        torch.set_float32_matmul_precision("highest")
        self.device = open_device(settings.device)
        with self._computing():
            # Copies, on the cpu as well: torch cannot take read-only memory.
            self.y_true = torch.tensor(y.reshape(-1, 1), device=self.device)
            self.place_model(X, design, settings)

    @abstractmethod
    def place_model(self, X: Floats, design: Design, settings: Settings) -> None:
        """Put the features and fresh parameters on the device."""

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

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        if gradients or not self.can_descend:
            return super().run(epochs, gradients=gradients)
        record = _HostRecord if self.device.type == "cpu" else _DeviceRecord
        with self._computing():
            self._look()
            states = record(self, epochs)
            self.descend(epochs, states.keep)
            self._is_looked = True
            return Tape(*states.arrays(), None)

    def descend(self, epochs: int, keep: Keep) -> None:
        """Run epochs from backward to the next loss, and hand that to ``keep`` after each.

        The operations are those of the phases, in their order; what is saved are calls and looked
        up names, 5 of 45 µs an epoch, with which it would be slower than the article's loop.
        """
        raise NotImplementedError  # `run` asks first

    def loss_value(self) -> float:
        return self.mse.item()

    def gradient_vector(self) -> Floats:
        return _to_numpy(
            _flat([values.grad for values in self.parameters() if values.grad is not None])
        )

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
    def _computing(self) -> Iterator[None]:
        """Turn torch's out-of-memory into ours, outside the except block: that holds tensors."""
        try:
            with super()._computing():
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


class _HostRecord:
    """States read where they are, on the cpu: 0.4 µs an epoch, where copies by torch take 4 µs."""

    def __init__(self, backend: TorchBackend, epochs: int) -> None:
        self._weights = np.empty((epochs, backend.p), dtype=backend.dtype)
        self._losses: list[float] = []
        parameters = [_to_numpy(values.detach()).reshape(-1) for values in backend.parameters()]
        ends = np.cumsum([len(values) for values in parameters])
        columns = np.split(self._weights, ends[:-1], axis=1)
        self._parts = [
            (iter(rows), values) for rows, values in zip(columns, parameters, strict=True)
        ]

    def keep(self, loss: torch.Tensor) -> None:
        """Write down the present weights and loss."""
        self._losses.append(loss.item())
        for rows, values in self._parts:
            next(rows)[...] = values

    def arrays(self) -> tuple[Floats, Floats]:
        """Weights, shape (epochs, p), and losses, shape (epochs,)."""
        return self._weights, np.array(self._losses, dtype=self._weights.dtype)


class _DeviceRecord:
    """States copied on the device; they leave it once, at the end."""

    def __init__(self, backend: TorchBackend, epochs: int) -> None:
        self._parameters = [values.detach() for values in backend.parameters()]
        self._weights: list[list[torch.Tensor]] = [[] for _ in self._parameters]
        self._losses: list[torch.Tensor] = []

    def keep(self, loss: torch.Tensor) -> None:
        """Copy the present weights and loss."""
        self._losses.append(loss.detach())
        for kept, values in zip(self._weights, self._parameters, strict=True):
            kept.append(values.clone())

    def arrays(self) -> tuple[Floats, Floats]:
        """Weights, shape (epochs, p), and losses, shape (epochs,)."""
        stacked = [torch.stack(kept).reshape(len(kept), -1) for kept in self._weights]
        return _to_numpy(torch.cat(stacked, dim=1)), _to_numpy(torch.stack(self._losses))


def _flat(tensors: list[torch.Tensor]) -> torch.Tensor:
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors])


def _to_numpy(tensor: torch.Tensor) -> Floats:
    array: Floats = tensor.cpu().numpy()
    return array
