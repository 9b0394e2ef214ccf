"""Linear regression with PyTorch tensors: the derivative by autograd, the update by hand."""

from __future__ import annotations

from typing import ClassVar

import torch

from linreg_core.backends._torch import BACKWARD, TorchBackend
from linreg_core.backends.modes import GradientDescentModes
from linreg_core.backends.phases import FORWARD, LOSS, UPDATE, ZERO_GRAD, Phase
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class TorchTensor(TorchBackend):
    """The article's second part; w is a column of shape (p, 1)."""

    PHASES: ClassVar[tuple[Phase, ...]] = (FORWARD, LOSS, BACKWARD, UPDATE, ZERO_GRAD)
    ARTICLE_INIT = 0.0
    MODES = GradientDescentModes
    PARAMETERS = ("w",)
    SCRIPT_SETUP = """\
X = torch.tensor(X, device=device)
y_true = torch.tensor(y_true.reshape(-1, 1), device=device)
w = torch.tensor(w.reshape(-1, 1), device=device, requires_grad=True)"""
    SCRIPT_WEIGHTS = "w.detach().cpu().numpy().ravel()"

    def set_up_model(self, design: Design, settings: Settings) -> None:
        dtype = getattr(torch, settings.dtype)
        self.w = torch.zeros(self.p, 1, dtype=dtype, device=self.device, requires_grad=True)

    def parameters(self) -> list[torch.Tensor]:
        return [self.w]

    def forward(self) -> None:
        """Equation 1: f(X, w) = X w."""
        self.y_pred = torch.matmul(self.X, self.w)

    def loss(self) -> None:
        """Equation 2: the mean squared error."""
        self.mse = torch.sum((self.y_true - self.y_pred) ** 2) / len(self.y_true)

    def backward(self) -> None:
        """Autograd: the derivative of the loss by every weight, added to w.grad."""
        self.mse.backward()

    def update(self) -> None:
        """Go down the gradient, out of autograd's sight."""
        with torch.no_grad():
            self.w -= self.w.grad * self.lr

    def zero_grad(self) -> None:
        """Forget the gradient: the next backward would add to it."""
        self.w.grad.zero_()
