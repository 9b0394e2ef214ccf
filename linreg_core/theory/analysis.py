"""What is known of a run without running it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import Floats
from linreg_core.backends.modes import Modes
from linreg_core.precision import UlpMeter
from linreg_core.problem import Design
from linreg_core.theory.algebra.spectrum import MOST_NAMED, Spectrum
from linreg_core.theory.descent import Approach, ExactDescent
from linreg_core.theory.forecast import epochs_to_digits
from linreg_core.theory.landscape import Axes, Landscape, Slice, check_axes, default_axes
from linreg_core.theory.progress import Progress, progress
from linreg_core.theory.theory import Theory


class Analysis:
    """All of it, each part computed when it is asked for.

    A run that is forked off, or only compared with, needs little of it, and it takes longer than
    many epochs.

    Args:
        spectrum: of the run's design.
        modes: what the rule of descent makes of eigenvalues and first distances.
        origin: the epoch at which the run begins.
        weights: those it begins with, shape (p,), in the run's units.
        axes: what the landscape is drawn over; ``None``: `default_axes`.
    """

    def __init__(
        self,
        spectrum: Spectrum,
        modes: Callable[[Floats, Floats], Modes | None],
        origin: int,
        weights: Floats,
        axes: Axes | None = None,
    ) -> None:
        self._spectrum = spectrum
        self._modes = modes
        self._origin = origin
        self._weights = weights
        self._first_epochs: dict[int, int | None] = {}
        self.axes = axes

    @property
    def design(self) -> Design:
        """The problem as the run sees it."""
        return self._spectrum.design

    @cached_property
    def approach(self) -> Approach:
        """Where the run begins and where it would end."""
        return Approach.of(self._spectrum, self._origin, self._weights)

    @cached_property
    def descent(self) -> ExactDescent | None:
        """The run in exact arithmetic, but with the rate that the backend multiplies by.

        ``None``: its rule has no closed form, or float64 does not know every eigenvalue.
        """
        if self._own_modes is None or not self._spectrum.is_complete:
            return None
        return ExactDescent.along(self.approach, self._own_modes)

    @cached_property
    def theory(self) -> Theory:
        """What is told of it."""
        return Theory.of(self.approach, self._own_modes, self.descent)

    @cached_property
    def _own_modes(self) -> Modes | None:
        return self._modes(self._spectrum.eigenvalues, self.approach.start)

    def look_along(self, axes: Axes | None) -> None:
        """Choose the axes of the landscape; ``None``: those of `default_axes`.

        Raises:
            LinregError: "bad-axes" when the run has no such axes.
        """
        if axes is not None:
            check_axes(axes, self.approach)
        self.axes = axes
        self.__dict__.pop("_slice", None)

    def landscape(self, epochs: NDArray[np.int64], path: Floats, following: Floats) -> Landscape:
        """Lay a path, shape (k, p), over the landscape; see `Slice.landscape`."""
        return self._slice.landscape(epochs, path, following)

    def moved(self, weights: Floats, point: tuple[float, ...]) -> Floats:
        """Move weights, shape (p,), to a point of the landscape; see `Slice.moved`."""
        return self._slice.moved(weights, point)

    def progress(self, weights: Floats, meter: UlpMeter) -> Progress:
        """Compare weights, shape (p,), with where the run would end."""
        return progress(self.approach, self.theory, weights.astype(np.float64), meter)

    def first_epoch_with(self, digits: int) -> int | None:
        """The epoch from which exact arithmetic has so many correct digits in every weight.

        ``None``: it never has, nobody could tell, or the weights are more than `MOST_NAMED`.
        """
        if self.descent is None or len(self._weights) > MOST_NAMED:
            return None
        if digits not in self._first_epochs:
            reached = epochs_to_digits(self.descent, self.theory.reference, digits)
            self._first_epochs[digits] = reached
        return self._first_epochs[digits]

    @cached_property
    def _slice(self) -> Slice:
        axes = self.axes or default_axes(self.approach)
        return Slice.of(self.approach, self.theory, axes)
