"""The operations that autograd performs, called directly, on tensors that are made once.

The kernels, shapes and strides are those of the phases, so the bits are; what is saved is the
graph, the making of tensors, and the optimizer's bookkeeping.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np
import torch

from linreg_core.arrays import Floats
from linreg_core.backends._torch import TorchBackend
from linreg_core.backends.base import Backend, Tape
from linreg_core.backends.torch_nn import TorchNN
from linreg_core.backends.torch_tensor import TorchTensor
from linreg_core.ways.way import Way, has_phases_of

NO_REDUCTION, MEAN = range(2)
"""How torch's own operations call what becomes of a loss for each row."""

RecordEpoch = Callable[[torch.Tensor], None]
"""Told the loss after every epoch, when parameters and gradients are those of it."""


class TorchDirect(Way[TorchBackend]):
    """What both torch backends have in common: every epoch is put down where it is computed."""

    name = "direct"
    OF: ClassVar[type[TorchBackend]]

    def __init__(self, backend: TorchBackend) -> None:
        super().__init__(backend)
        X = backend.X
        self.values = [parameter.detach() for parameter in backend.parameters()]
        self.slopes = [torch.empty_like(values) for values in self.values]
        self.prediction, self.error, self.slope = (
            torch.empty(len(X), 1, dtype=X.dtype, device=X.device) for _ in range(3)
        )

    @classmethod
    def fits(cls, backend: Backend) -> bool:
        return has_phases_of(backend, cls.OF)

    @property
    def wanted_stride(self) -> int:
        return 256

    @abstractmethod
    def look(self) -> None:
        """Predict at the present values, all that the next epoch needs."""

    @abstractmethod
    def descend(self, epochs: int, record_epoch: RecordEpoch) -> None:
        """Run epochs from there, and hand the loss to ``record_epoch`` after each."""

    def run(self, epochs: int, *, gradients: bool = False) -> Tape:
        kind = _HostRecord if self.backend.device.type == "cpu" else _DeviceRecord
        with self.backend.computing(), torch.inference_mode(False), torch.no_grad():
            start = self.backend.state()
            self.backend.restore(start)  # without what phases have left
            if not self.goes_on(start):
                self.look()
            self._end = None
            record = kind(self.values, self.slopes, epochs)
            self.descend(epochs, record.append)
            states, losses, slopes = record.arrays()
            self._end = states[-1].copy()
        return Tape(states, losses, slopes if gradients else None)


class DirectTensor(TorchDirect):
    """Those of `TorchTensor`.

    Autograd takes 2·e, then its share in the loss, then the opposite; e · (-2/n) is the same number
    rounded once, unless 2·e overflows: then so does e², and the epoch is not finite.
    """

    OF = TorchTensor

    def look(self) -> None:
        torch.mm(self.backend.X, self.values[0], out=self.prediction)
        torch.sub(self.backend.y_true, self.prediction, out=self.error)

    def descend(self, epochs: int, record_epoch: RecordEpoch) -> None:
        backend, prediction, error, slope = self.backend, self.prediction, self.error, self.slope
        X, y_true, n, lr = backend.X, backend.y_true, backend.n, backend.lr
        (w,), (df,), Xt = self.values, self.slopes, backend.X.t()
        mm, mul, sub, power, total = torch.mm, torch.mul, torch.sub, torch.pow, torch.sum
        share = torch.ones((), dtype=w.dtype, device=w.device) / n * -2
        change = torch.empty_like(w)
        for _ in range(epochs):
            mul(error, share, out=slope)
            mm(Xt, slope, out=df)
            mul(df, lr, out=change)
            w.sub_(change)
            mm(X, w, out=prediction)
            sub(y_true, prediction, out=error)
            power(error, 2, out=slope)
            record_epoch(total(slope) / n)


class DirectNN(TorchDirect):
    """Those of `TorchNN`."""

    OF = TorchNN

    def look(self) -> None:
        weight, *bias = self.values
        if bias:
            torch.addmm(bias[0], self.backend.X, weight.t(), out=self.prediction)
        else:
            torch.mm(self.backend.X, weight.t(), out=self.prediction)

    def descend(self, epochs: int, record_epoch: RecordEpoch) -> None:
        backend, prediction, slope = self.backend, self.prediction, self.slope
        X, y_true, lr = backend.X, backend.y_true, backend.lr
        weight, *bias = self.values
        d_weight, *d_bias = self.slopes
        columns, one = weight.t(), torch.ones((), dtype=weight.dtype, device=weight.device)
        mm, addmm, total, mean = torch.mm, torch.addmm, torch.sum, torch.mean
        squares, backward = torch.ops.aten.mse_loss.out, torch.ops.aten.mse_loss_backward.grad_input
        slope_row = slope.t()
        for _ in range(epochs):
            backward(one, prediction, y_true, MEAN, grad_input=slope)
            mm(slope_row, X, out=d_weight)
            weight.add_(d_weight, alpha=-lr)
            if bias:
                total(slope, 0, out=d_bias[0])
                bias[0].add_(d_bias[0], alpha=-lr)
            if bias:
                addmm(bias[0], X, columns, out=prediction)
            else:
                mm(X, columns, out=prediction)
            squares(prediction, y_true, NO_REDUCTION, out=self.error)
            record_epoch(mean(self.error))


class _HostRecord:
    """States read where they are, on the cpu: 0.4 µs an epoch, where copies by torch take 4 µs."""

    def __init__(self, values: list[torch.Tensor], slopes: list[torch.Tensor], epochs: int) -> None:
        self._losses: list[float] = []
        self._rows, self._parts = [], []
        for tensors in (values, slopes):
            arrays = [tensor.numpy().reshape(-1) for tensor in tensors]
            sizes = [len(array) for array in arrays]
            rows = np.empty((epochs, sum(sizes)), dtype=arrays[0].dtype)
            columns = np.split(rows, np.cumsum(sizes)[:-1], axis=1)
            self._rows.append(rows)
            self._parts += [
                (iter(column), array) for column, array in zip(columns, arrays, strict=True)
            ]

    def append(self, loss: torch.Tensor) -> None:
        """Write down the present weights, the gradient that led to them, and the loss."""
        self._losses.append(loss.item())
        for rows, array in self._parts:
            next(rows)[...] = array

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """Weights, shape (epochs, p), losses, shape (epochs,), and gradients, shape (epochs, p)."""
        states, slopes = self._rows
        return states, np.array(self._losses, dtype=states.dtype), slopes


class _DeviceRecord:
    """States copied on the device; they leave it once, at the end."""

    def __init__(self, values: list[torch.Tensor], slopes: list[torch.Tensor], epochs: int) -> None:
        self._tensors = [*values, *slopes]
        self._copies: list[list[torch.Tensor]] = [[] for _ in self._tensors]
        self._losses: list[torch.Tensor] = []
        self._p = sum(tensor.numel() for tensor in values)

    def append(self, loss: torch.Tensor) -> None:
        """Copy the present weights, the gradient that led to them, and the loss."""
        self._losses.append(loss)
        for copies, tensor in zip(self._copies, self._tensors, strict=True):
            copies.append(tensor.clone())

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """As of `_HostRecord`."""
        stacked = [torch.stack(copies).reshape(len(copies), -1) for copies in self._copies]
        numbers = torch.cat(stacked, dim=1).cpu().numpy()
        return (
            numbers[:, : self._p],
            torch.stack(self._losses).cpu().numpy(),
            numbers[:, self._p :],
        )
