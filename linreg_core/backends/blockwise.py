"""Epochs over blocks of rows that are never all in memory, by the phases of another backend."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from linreg_core.arrays import Floats
from linreg_core.backends.base import Backend
from linreg_core.backends.modes import Modes
from linreg_core.backends.phases import GRADIENT, LOSS, UPDATE, Phase, Role
from linreg_core.precision import same_bits
from linreg_core.problem import Design, RowBlocks
from linreg_core.settings.settings import Settings

PASS = Phase("pass over the blocks", "look_at_blocks", Role.LOOK, "ŷ = X·w, block by block")


class Blockwise(Backend):
    """Every block runs the phases of one of the article's implementations up to its gradient.

    The loss and the gradient are the means of the blocks', each weighed by its share of the rows,
    added in float64 in the blocks' order: the same bits whoever computed which block, and where one
    block is the whole table the very bits of that implementation. The update is its own.

    Args:
        kind: that implementation.
        design: whose X and y stand for the rows: n of them have the same means, squares and
            products.
        blocks: the rows.
        settings: what to run.
    """

    PHASES: ClassVar[tuple[Phase, ...]] = (PASS, LOSS, GRADIENT, UPDATE)

    def __init__(
        self, kind: type[Backend], design: Design, blocks: RowBlocks, settings: Settings
    ) -> None:
        self._own = kind(design, settings)
        self._workers = [kind(design, settings) for _ in range(blocks.workers)]
        self._design, self._blocks = design, blocks
        self._shares = np.array(blocks.rows) / sum(blocks.rows)
        self.is_autonomous, self.SLOTS = kind.is_autonomous, kind.SLOTS
        super().__init__(design, settings)
        self.n = design.rows

    def set_up(self, X: Floats, y: Floats, design: Design, settings: Settings) -> None:
        pass  # the rows stay where they are

    def put_rows(self, X: Floats, y: Floats) -> None:
        raise NotImplementedError("the rows of a table of blocks are not to be exchanged")

    def initial_weights(self, settings: Settings) -> Floats:
        return self._own.initial_weights(settings)

    def look_at_blocks(self) -> None:
        """Each block's loss and gradient, by the phases of the implementation."""
        state = self._own.state()
        for worker in self._workers:
            worker.restore(state)
        self._parts = self._blocks.gathered(self._design, self.dtype, self.p + 1, self._part)

    def _part(self, index: int, X: Floats, y: Floats) -> Floats:
        worker = self._workers[index]
        worker.put_rows(X, y)
        loss, gradient = worker.loss_and_gradient()
        return np.append(gradient.astype(np.float64), loss)

    def loss(self) -> None:
        """Equation 2: the mean of the blocks' mean squared errors."""
        self.mse = self._mean(self._parts[:, -1])

    def gradient(self) -> None:
        """Equation 12: the mean of the blocks' gradients."""
        self.slope = self._mean(self._parts[:, :-1])

    def _mean(self, parts: Floats) -> Floats:
        """The mean of the blocks' numbers, shape (B, ...) -> (...), in the run's dtype."""
        total = np.zeros(parts.shape[1:])
        for share, part in zip(self._shares, parts, strict=True):
            total += share * part
        return total.astype(self.dtype)

    def update(self) -> None:
        """The update of the implementation."""
        self._own.put_gradient(self.slope)
        self._own._run_phases(Role.UPDATE, Role.TIDY)

    def loss_and_gradient(self) -> tuple[float, Floats]:
        found = super().loss_and_gradient()
        self._is_looked = True  # a pass is dear, and nothing of it is gone
        return found

    def loss_value(self) -> float:
        return float(self.mse)

    def gradient_vector(self) -> Floats:
        return self.slope

    def put_gradient(self, gradient: Floats) -> None:
        self.slope = gradient

    def prediction_and_residual(self) -> tuple[Floats, Floats]:
        """Of the rows that stand for all others."""
        self._own._look()
        return self._own.prediction_and_residual()

    def shapes(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return self._own.shapes()

    def state(self) -> Floats:
        return self._own.state()

    def restore(self, state: Floats) -> None:
        is_there = self._is_looked and bool(same_bits(state, self._own.state()).all())
        self._own.restore(state)
        self._is_looked = is_there  # a pass is dear

    def modes(self, eigenvalues: Floats, start: Floats, lr: float) -> Modes | None:
        return self._own.modes(eigenvalues, start, lr)
