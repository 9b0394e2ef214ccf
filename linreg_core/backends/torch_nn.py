"""Linear regression with PyTorch's built-in parts: nn.Linear, nn.MSELoss and optim.SGD."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import nn, optim

from linreg_core.arrays import Floats
from linreg_core.backends._torch import BACKWARD, TorchBackend, _flat, _to_numpy
from linreg_core.backends.modes import GradientDescentModes
from linreg_core.backends.phases import FORWARD, LOSS, UPDATE, ZERO_GRAD, Phase
from linreg_core.problem import Design
from linreg_core.settings.settings import Settings


class TorchNN(TorchBackend):
    """The article's third part; nn.Linear keeps its weight as a row of shape (1, d)."""

    PHASES: ClassVar[tuple[Phase, ...]] = (
        FORWARD,
        LOSS,
        BACKWARD,
        replace(UPDATE, method="step"),
        ZERO_GRAD,
    )
    MODES = GradientDescentModes
    PARAMETERS = ("weight", "bias")
    SCRIPT_SETUP = """\
d = n_features  # nn.Linear has a bias of its own
X = torch.tensor(X[:, :d], device=device)
y_true = torch.tensor(y_true.reshape(-1, 1), device=device)
model = torch.nn.Linear(d, 1, bias=len(w) > d, dtype=X.dtype, device=device)
with torch.no_grad():
    torch.nn.utils.vector_to_parameters(torch.tensor(w, device=device), model.parameters())
criterion = torch.nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=lr)"""
    SCRIPT_WEIGHTS = (
        "torch.nn.utils.parameters_to_vector(model.parameters()).detach().cpu().numpy()"
    )

    def set_up_model(self, design: Design, settings: Settings) -> None:
        self._d = len(design.features)
        dtype = getattr(torch, settings.dtype)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            model = nn.Linear(self._d, 1, bias=design.has_bias, dtype=dtype)
        self._drawn = _to_numpy(_flat(list(model.parameters()))).copy()
        self.model = model.to(self.device)
        self.criterion = nn.MSELoss()
        self.optimizer = optim.SGD(self.model.parameters(), lr=settings.lr)

    def columns_of(self, X: Floats) -> Floats:
        return X[:, : self._d]  # nn.Linear has a bias of its own, and no column of ones

    def article_weights(self, seed: int) -> Floats:
        return self._drawn

    def parameters(self) -> list[torch.Tensor]:
        return list(self.model.parameters())

    def forward(self) -> None:
        """Equation 1, by nn.Linear."""
        self.y_pred = self.model(self.X)

    def loss(self) -> None:
        """Equation 2, by nn.MSELoss."""
        self.mse = self.criterion(self.y_pred, self.y_true)

    def backward(self) -> None:
        """Autograd: the derivative of the loss by every parameter."""
        self.mse.backward()

    def step(self) -> None:
        """Go down the gradient, by optim.SGD."""
        self.optimizer.step()

    def zero_grad(self) -> None:
        """Let the optimizer forget the gradients."""
        self.optimizer.zero_grad()
