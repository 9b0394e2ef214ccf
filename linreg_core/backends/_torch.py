"""What the two torch backends share: the device, and reading back once per run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import torch

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend, Evaluation, Tape
from linreg_core.config import Settings
from linreg_core.devices import open_device
from linreg_core.errors import LinregError
from linreg_core.problem import Design


class TorchBackend(Backend):
    """Prediction and target as columns of shape (n, 1), on the device.

    The first two phases of every backend here are forward and loss; what they leave for the last
    state of a run is kept, because the next run starts with it.
    """

    PARAMETERS: ClassVar[tuple[str, ...]]

    X: torch.Tensor
    y: torch.Tensor
    prediction: torch.Tensor
    mse: torch.Tensor

    def place(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        # Full products: TF32 would keep 10 of a float32's 23 bits.
        torch.set_float32_matmul_precision("highest")
        self.device = open_device(settings.device)
        self._has_forward = False
        with self._memory_told():
            # Copies, on the cpu as well: torch cannot take read-only memory.
            self.y = torch.tensor(y.reshape(-1, 1), device=self.device)
            self.place_model(X, design, settings)

    @abstractmethod
    def place_model(self, X: Floats, design: Design, settings: Settings) -> None:
        """Put the features and fresh parameters on the device."""

    @abstractmethod
    def parameters(self) -> list[torch.Tensor]:
        """The trained tensors, in the order of the weights."""

    def phase(self, index: int) -> None:
        with self._memory_told():
            super().phase(index)
        self._has_forward = False

    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        parameters = zip(self.PARAMETERS, self.parameters(), strict=False)
        return (
            ("X", tuple(self.X.shape)),
            *((name, tuple(parameter.shape)) for name, parameter in parameters),
            ("prediction", tuple(self.prediction.shape)),
            ("y", tuple(self.y.shape)),
        )

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        phases = [getattr(self, phase.method) for phase in self.PHASES]
        (forward, loss), backward, descend = phases[:2], phases[2], phases[3:]
        parameters = self.parameters()
        weights: list[list[torch.Tensor]] = [[] for _ in parameters]
        losses: list[torch.Tensor] = []
        grads: list[torch.Tensor] = []
        with self._memory_told():
            self._look()
            for _ in range(epochs):
                backward()
                if gradients:
                    grads.append(self._gradient())
                for phase in descend:
                    phase()
                forward()
                loss()
                losses.append(self.mse.detach())
                for kept, parameter in zip(weights, parameters, strict=True):
                    kept.append(parameter.detach().clone())
            # The one time that the numbers leave the device.
            stacked = [torch.stack(kept).reshape(epochs, -1) for kept in weights]
            return Tape(
                weights=_to_numpy(torch.cat(stacked, dim=1)),
                losses=_to_numpy(torch.stack(losses)),
                gradients=_to_numpy(torch.stack(grads)) if gradients else None,
            )

    def evaluate(self) -> Evaluation:
        with self._memory_told():
            self._look()
            getattr(self, self.PHASES[2].method)()
            gradient = self._gradient()
            getattr(self, self.PHASES[-1].method)()  # zero_grad: nothing may pile up
            self._has_forward = False  # backward has freed its graph
            prediction = self.prediction.detach()
            return Evaluation(
                loss=float(self.mse.detach()),
                gradient=_to_numpy(gradient),
                prediction=_to_numpy(prediction).ravel(),
                residual=_to_numpy(prediction - self.y).ravel(),
            )

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
        self._has_forward = False

    def _look(self) -> None:
        """Run forward and loss at the present weights, unless that is done."""
        if not self._has_forward:
            for phase in self.PHASES[:2]:
                getattr(self, phase.method)()
        self._has_forward = True

    def _gradient(self) -> torch.Tensor:
        """A copy of the gradient that backward left, shape (p,)."""
        return _flat(
            [parameter.grad for parameter in self.parameters() if parameter.grad is not None]
        )

    @contextmanager
    def _memory_told(self) -> Iterator[None]:
        """Turn torch's out-of-memory into ours, outside the except block: that holds tensors."""
        try:
            yield
        except torch.OutOfMemoryError:
            self._has_forward = False
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
